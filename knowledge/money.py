"""Amounts in Chinese and English text: money, rates, card-hours and counted things.

Each is a value with its unit, qualifier (最高, at least, about, a range) and place in the text.
Words for units are in `units`; lengths of time are dates (`knowledge.dates`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from knowledge.numerals import WORD_VALUES, Aligned, Number, align, han_value
from knowledge.quantities import CURRENCIES, Found, quantities
from knowledge.units import currency_before

Qualifier = Literal["exact", "up_to", "at_least", "about", "range"]


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount at `text[start:end]`.

    `unit` is "yuan" for CNY, None for other currencies, "percent" (50 for 50 %), "bp",
    "card_hours", or a counted thing ("people", "companies", "sqm", "items" ...). A range has `low`
    and `high`, and `value` is the higher one.
    """

    value: float
    currency: str | None
    unit: str | None
    qualifier: Qualifier
    start: int
    end: int
    text: str
    low: float | None = None
    high: float | None = None

    @property
    def is_money(self) -> bool:
        return self.currency is not None


def find_amounts(text: str) -> list[Amount]:
    """Every amount with a unit in a text, in order. Dates, lengths of time and codes are none."""
    aligned = align(text)
    return list(_amounts(aligned))


@lru_cache(maxsize=256)
def _amounts(aligned: Aligned) -> tuple[Amount, ...]:
    s = aligned.s
    merged = _ranges(quantities(s), s)
    return tuple(_amount(aligned, low, high) for low, high in merged)


# --- ranges and qualifiers -------------------------------------------------------------------

_TO = re.compile(
    r"\s*(?:元|%|块|yuan|rmb|cny)?\s*(?:-|–|—+|~|至|到|to)\s*(?:[¥$]|rmb|cny|usd|us\$)?\s*$"
)
_AND = re.compile(r"\s*(?:and|与|和)\s*(?:[¥$]|rmb|cny|usd|us\$)?\s*")
_LONE_LOW = re.compile(
    r"(?:(?<![\d.a-z/-])|(?<=rmb)|(?<=cny)|(?<=usd))(?P<low>\d[\d,]*(?:\.\d+)?|"
    rf"[一二两三四五六七八九十百]+|{'|'.join(WORD_VALUES)})"
    r"(?P<scale> ?[万千百]|[kw]|)\s*(?:%|元)?\s*(?:-|–|—+|~|至|到|to|and)\s*(?:[¥$]|rmb|"
    r"cny|usd|us\$)? ?$"
)


_HIGH = re.compile(r"\s*(?:-|–|—+|~|to)\s*(?P<n>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\d.]|-\d)")


def _lone_high(s: str, item: Found) -> Found:
    """CNY 50,000-200,000: the second number has neither unit nor currency of its own."""
    match = _HIGH.match(s, item.end) if item.end == item.number.end else None
    value = han_value(match["n"].replace(",", "")) if match else None
    if match is None or value is None or value <= item.number.value:
        return item
    number = Number(value, "digits", match.start("n"), match.end())
    return Found(number, item.unit, match.start("n"), match.end())


def _ranges(found: list[Found], s: str) -> list[tuple[Found | None, Found]]:
    """Amounts in pairs (low or None, high): 5万-20万元, 5-20万元, between 5k and 20k."""
    out: list[tuple[Found | None, Found]] = []
    for item in found:
        if out and item.start < out[-1][1].end:  # already the high end of a range
            continue
        if out and out[-1][0] is None and _joins(s, out[-1][1], item):
            out[-1] = (out[-1][1], item)
        elif item.start < item.number.start and _lone_high(s, item) != item:
            out.append((item, _lone_high(s, item)))
        else:
            out.append((_lone_low(s, item), item))
    return out


def _joins(s: str, a: Found, b: Found) -> bool:
    gap = s[a.end : b.start]
    if a.unit != b.unit or a.number.value >= b.number.value:
        return False
    between = re.search(
        r"(?<![a-z])between (?:rmb|cny|usd|us)? ?[¥$]?$|介于$|在$",
        s[max(0, a.start - 14) : a.start],
    )
    return bool(_TO.fullmatch(gap) or (between and _AND.fullmatch(gap)))


def _lone_low(s: str, item: Found) -> Found | None:
    """The 5 of 5-20万元: a number that takes unit and scale from its partner."""
    match = _LONE_LOW.search(s[max(0, item.number.start - 24) : item.number.start])
    if not match or ("and" in match[0] and "between" not in s[: item.start]):
        return None
    low = WORD_VALUES.get(match["low"]) or han_value(match["low"].replace(",", ""))
    if low is None or ("%" in match[0]) > (item.unit == "percent"):
        return None
    offset = max(0, item.number.start - 24)
    value = _scaled_low(low, match["scale"].strip(), s, item)
    if value >= item.number.value:
        return None
    start = min(item.start, offset + match.start())
    before = currency_before(s, offset + match.start())
    start = before[1] if before else start
    return Found(Number(value, "digits", start, offset + match.end("low")), item.unit, start, start)


_SCALE = {"万": 1e4, "千": 1e3, "百": 1e2, "k": 1e3, "w": 1e4}


def _scaled_low(low: float, scale: str, s: str, item: Found) -> float:
    if scale:
        return low * _SCALE[scale]
    text = s[item.number.start : item.number.end]
    mark = re.search(
        r"(?P<z>[万千百亿])$|(?P<k>[kw])$| ?(?P<m>million|thousand|billion|mn|bn)$", text
    )
    if not mark:
        return low
    factor = {
        **_SCALE,
        "亿": 1e8,
        "million": 1e6,
        "mn": 1e6,
        "thousand": 1e3,
        "billion": 1e9,
        "bn": 1e9,
    }
    scaled = low * factor[mark[0].strip()]
    return scaled if scaled < item.number.value else low


_UP_TO = re.compile(
    r"(?:最高|最多|至多|不超过|不超|不高于|上限(?:为|是|:)?|封顶(?:为|:)?|限额(?:为|:)?|"
    r"顶格|最大|(?<![a-z])(?:up to|at most|"
    r"max(?:imum)?(?: of| is|:)?|no more than|not more than|not exceeding|not to exceed|"
    r"capped at|cap(?: of| is|:| at)?|"
    r"ceiling(?: of)?|limit(?: of)?|as much as|below|under|less than|"
    r"within))[有:为 约]*(?:可达|可获|可到|可得|可|到|达|给予|a total of )?$"
)
_UP_TO_AFTER = re.compile(
    r"^ ?(?:封顶|为上限|为限|以内|以下|之内|(?:a year )?(?:at most|max(?:imum)?|cap|"
    r"or less|tops)(?![a-z]))"
)
_AT_LEAST = re.compile(
    r"(?:不少于|不低于|至少|最低|最少|超过|高于|大于|满|达到|(?<![a-z])(?:at least|"
    r"no less than|not less than|minimum(?: of)?|"
    r"over|more than|above|exceeding|from))[:为 ]*$"
)
_AT_LEAST_AFTER = re.compile(
    r"^ ?(?:以上|起(?!点|诉)|及以上|\+|or more|and above|upwards|plus(?![a-z]))"
)
_ABOUT = re.compile(
    r"(?:约|大约|近|大概|差不多|将近|左右|(?<![a-z])(?:about|around|approximately|"
    r"roughly|some|circa|nearly|almost|~))[为 ]*~?$|[~≈] ?$"
)
_ABOUT_AFTER = re.compile(r"^ ?(?:左右|上下|多(?!家|个)|余(?!额)|or so|-ish)")


def qualifier_of(s: str, start: int, end: int) -> Qualifier:
    """How the words beside an amount limit it."""
    left, right = s[max(0, start - 24) : start], s[end : end + 14]
    if _UP_TO.search(left) or _UP_TO_AFTER.search(right):
        return "up_to"
    if _AT_LEAST.search(left) or _AT_LEAST_AFTER.search(right):
        return "at_least"
    if _ABOUT.search(left) or _ABOUT_AFTER.search(right):
        return "about"
    return "exact"


def _amount(aligned: Aligned, low: Found | None, high: Found) -> Amount:
    start = min(low.start, high.start) if low else high.start
    first, last = aligned.span(start, high.end)
    currency = high.unit if high.unit in CURRENCIES else None
    unit = ("yuan" if currency == "CNY" else None) if currency else high.unit
    value = high.number.value
    qualifier: Qualifier = "range" if low else qualifier_of(aligned.s, start, high.end)
    return Amount(
        int(value) if value == int(value) else value, currency, unit, qualifier,
        first, last, aligned.raw[first:last],
        low.number.value if low else None, value if low else None,
    )  # fmt: skip


def format_amount(value: float, unit: str | None, lang: str) -> str:
    """20万元 / CNY 200,000; 50% in both; 2000卡时 / 2,000 card-hours.

    `unit` is "yuan", "CNY", another currency code, "percent", "bp" or a counted thing; units the
    catalogue of this module does not know follow the number as they are.
    """
    if unit in {None, "yuan", "CNY"}:
        return f"{chinese_number(value)}元" if lang == "zh" else f"CNY {_grouped(value)}"
    if unit == "percent":
        return f"{value:g}%"
    if unit in CURRENCIES:
        return (
            f"{chinese_number(value)}{_ZH_UNITS[unit]}"
            if lang == "zh"
            else f"{unit} {_grouped(value)}"
        )
    names = _ZH_UNITS if lang == "zh" else _EN_UNITS
    name = names.get(str(unit), str(unit))
    return f"{chinese_number(value)}{name}" if lang == "zh" else f"{_grouped(value)} {name}"


_ZH_UNITS = {
    "USD": "美元", "HKD": "港元", "EUR": "欧元", "GBP": "英镑", "JPY": "日元", "bp": "个基点",
    "card_hours": "卡时", "card-hours": "卡时", "people": "人", "companies": "家", "sqm": "平方米",
    "times": "倍", "tokens": "个token",
}  # fmt: skip
_EN_UNITS = {
    "bp": "basis points", "card_hours": "card-hours", "sqm": "m²", "petaflops": "PFLOPS",
}  # fmt: skip


def chinese_number(value: float) -> str:
    """1万, 2.5亿 or 5000: whole or short multiples of 万 and 亿, as Chinese texts write them."""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        share = value / size
        if share >= 1 and round(share, 4) == share:
            return f"{share:.4f}".rstrip("0").rstrip(".") + name
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _grouped(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
