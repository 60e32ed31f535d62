"""Amounts in Chinese and English text: money, rates, card-hours and counted things.

Each is a value with its unit, qualifier (最高, at least, about, a range) and place in the text.
Words for units are in `units`; lengths of time are dates (`knowledge.dates`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from knowledge.dates.scan import scan
from knowledge.numerals import Aligned, Number, align, han_value, numbers
from knowledge.units import CURRENCY_AFTER, currency_before, unit_after

Qualifier = Literal["exact", "up_to", "at_least", "about", "range"]
_ANY_DAY = date(2026, 1, 1)  # only the places of dates matter here, not their values


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


@dataclass(frozen=True, slots=True)
class _Found:
    """A number with its unit, at `s[start:end]`."""

    number: Number
    unit: str  # a currency code, or a unit
    start: int
    end: int


_CODES = frozenset(CURRENCY_AFTER)
_THINGS = frozenset({"items", "people", "companies", "sets"})


def find_amounts(text: str) -> list[Amount]:
    """Every amount with a unit in a text, in order. Dates, lengths of time and codes are none."""
    aligned = align(text)
    return list(_amounts(aligned))


@lru_cache(maxsize=256)
def _amounts(aligned: Aligned) -> tuple[Amount, ...]:
    s = aligned.s
    found = [*_with_units(s), *_fractions(s)]
    found.sort(key=lambda f: f.start)
    merged = _ranges(_without_overlaps(found), s)
    return tuple(_amount(aligned, low, high) for low, high in merged)


# --- numbers and their units -----------------------------------------------------------------

_CENTS = re.compile(
    r"(?P<jiao>[\d一二三四五六七八九]) ?[角毛](?:(?P<fen>[\d一二三四五六七八九])分)?(?!度)"
    r"|(?<=块)(?P<half>[一二三四五六七八九])(?![\d一二三四五六七八九十百千万个张])"
)
_VALUED_BEFORE = re.compile(
    r"(?:金额|面值|额度|价值|总额|总计|总共|一共|共计|合计|共|限额|上限|封顶|最高|最多|"
    r"剩余|余额|还剩|剩|余|补贴|补助|奖励|资助|"
    r"立减|直减|减|抵扣|抵|送|返|赠|得|奖|退|省|押金|租金|费用|价格|定金|报价|贷了|用了|"
    r"用掉|花了|已用|领了|不超过|不高于|给|补|到账|"
    r"(?:券|金|费|款|额)|(?<![a-z])(?:worth|value(?:d at)?|amount|balance|total|"
    r"face value|budget|fee|price|cap(?:ped)?(?: at| of)?|"
    r"limit|up to|max(?:imum)?|spend|used|left|remaining))(?: ?(?:of|is|at))?[:：为是约 ]*$"
)
_VALUED_AFTER = re.compile(
    r" ?(?:的?(?:[^\d,。;]{0,6}(?:券|代金|补贴|补助|额度|奖励|押金))|off(?![a-z])|rebate|"
    r"discount)|的(?!\w)"
)
_NOT_MONEY = re.compile(
    r" ?(?:(?!(?:plus|less|bonus|is)(?![a-z]))[a-z]+s(?![a-z])|[余多]?(?:人|家|户|个|名|"
    r"条|项|次|套|台))"
)
_SAYS_MONEY = re.compile(
    r" ?(?:vouchers?|credits?|grants?|subsid|coupons?|rewards?|expires?|years?|funds?|"
    r"loans?|valid|ends?)"
)


def _with_units(s: str) -> list[_Found]:
    rest = s
    for start, end in scan(s, _ANY_DAY).claimed():
        rest = rest[:start] + "\0" * (end - start) + rest[end:]
    found = (_unit_of(s, n) for n in numbers(rest) if not _is_part_of_name(s, n))
    return [item for item in found if item]


def _is_part_of_name(s: str, number: Number) -> bool:
    """A100, GPT4: digits that belong to a Latin word, unless it is a currency."""
    before = s[number.start - 1 : number.start]
    return "a" <= before <= "z" and not currency_before(s, number.start)


def _unit_of(s: str, number: Number) -> _Found | None:
    """The number with the unit that stands after or before it."""
    before, after = currency_before(s, number.start), unit_after(s, number.end)
    if after and _is_year(s, number, after):
        after = None
    tenths = _tenths(s, number)
    if tenths or (number.form == "han" and _is_word(s, number, after)):
        return tenths
    if after and after[0] == "items" and s[number.end : after[1]].strip() == "个":
        if re.search(r"卡时 ?$", s[: number.start]):  # 卡时10个
            return _Found(number, "card_hours", number.start, after[1])
    if before and (not after or after[0] in _CODES or after[0] not in {"percent", "bp"}):
        end = after[1] if after and after[0] in _CODES else number.end
        return _Found(number, before[0], before[1], end)
    if after:
        return _with_cents(s, _Found(number, after[0], number.start, after[1]))
    return _bare(s, number)


def _is_word(s: str, number: Number, after: tuple[str, int] | None) -> bool:
    """一人公司, 一个, 第一, 统一, 十分: a Chinese numeral that counts nothing."""
    text = s[number.start : number.end]
    if number.start and s[number.start - 1] in "第统唯专星周礼拜同逐单之其几数":
        return True
    if text in {"一", "亿", "〇", "零"} and (not after or after[0] in _THINGS):
        return True
    return not after and len(text) == 1


def _is_year(s: str, number: Number, after: tuple[str, int]) -> bool:
    """2026 vouchers: a year before an English noun, no count."""
    text, noun = s[number.start : number.end], s[number.end : after[1]]
    return bool(re.fullmatch(r"(?:199|20\d)\d", text) and re.fullmatch(r" [a-z. ]+", noun)
                and after[0] in {"items", "sets", "desks"})  # fmt: skip


def _tenths(s: str, number: Number) -> _Found | None:
    """三成 and 五成五 as per cent; 八折 is 80 per cent of the price."""
    match = re.compile(
        r" ?(成(?![立为果功效员本都])(半|[一二三四五六七八九\d])?|折(?![合算旧叠返])|"
        r"个点(?![位评赞]))"
    ).match(s, number.end)
    if not match or number.value > 100 or (match[1] == "折" and number.value < 1):
        return None
    extra = {"半": 5.0, None: 0.0}.get(match[2])
    extra = float(han_value(match[2]) or 0) if extra is None else extra
    tenth = number.value <= 10 and "点" not in match[1]
    value = number.value * 10 if tenth else number.value
    return _Found(replace(number, value=value + extra), "percent", number.start, match.end())


def _with_cents(s: str, found: _Found) -> _Found:
    """3元5角 and 三块五."""
    match = _CENTS.match(s, found.end) if found.unit == "CNY" else None
    if not match:
        return found
    tenths = (han_value(match["jiao"] or match["half"]) or 0) / 10 + (
        han_value(match["fen"] or "0") or 0
    ) / 100
    number = replace(found.number, value=round(found.number.value + tenths, 2))
    return _Found(number, "CNY", found.start, match.end())


def _bare(s: str, number: Number) -> _Found | None:
    """20万 and 20k are yuan unless a counted thing follows; 5000 is where a word says so."""
    rest = s[number.end :]
    if re.search(
        r"卡时[^,。;\d]{0,6}$|card[- ]hours?: ?$", s[max(0, number.start - 14) : number.start]
    ):
        return _Found(number, "card_hours", number.start, number.end)
    large = number.form == "scaled" or (number.form == "han" and number.value >= 100)
    grouped = number.form == "digits" and "," in s[number.start : number.end]
    large = large or bool(grouped and _STOPS.match(rest))
    large = large or (number.form == "words" and number.value >= 1000)
    counted = _NOT_MONEY.match(rest) and not _SAYS_MONEY.match(rest)
    if large and not counted and not _is_petty(s, number):
        return _Found(number, "CNY", number.start, number.end)
    if _says_money(s, number, rest) and not counted and number.form != "words":
        return _Found(number, "CNY", number.start, number.end)
    return None


_SURE = re.compile(r"(?:减|抵|抵扣|面值|金额|worth|face value)[:为 ]*$")
_FULL = re.compile(r"满 ?$")
_FULL_AFTER = re.compile(r" ?(?:立?减|送|返|赠|可用|可使用|使用|抵)")


def _says_money(s: str, number: Number, rest: str) -> bool:
    """Whether the words beside a bare number make it money; a small one needs a sure word."""
    left = s[max(0, number.start - 16) : number.start]
    if _FULL.search(left):
        return bool(_FULL_AFTER.match(rest))
    large = number.value >= 50 or bool(_SURE.search(left))
    return large and bool(_VALUED_BEFORE.search(left) or _VALUED_AFTER.match(rest))


_STOPS = re.compile(r" ?(?:$|[,，。;；、)!！]|的(?!\w))")


def _is_petty(s: str, number: Number) -> bool:
    """5m, 3b, 2w: letters that are no scale without a currency."""
    text = s[number.start : number.end]
    return text[-1] in "mb" or (text[-1] == "w" and number.value > 10**9)


_SHARE = re.compile(
    r"(?P<base>百|千|十|[二三四五六七八九])分之(?P<han>[〇零一二两三四五六七八九十百点]+|"
    r"\d+(?:\.\d+)?)"
    r"|(?P<permille>\d+(?:\.\d+)?) ?‰"
    r"|(?P<half>一半|减半|半价|半额|对半|(?<![a-z])half(?= (?:of|rate|rent|the|your|my|"
    r"its|off|price|a? ?rebate|back)|-price))"
    r"|(?<![a-z])(?P<word>(?:one|a|two|three)[- ](?:thirds?|quarters?|fifths?))(?= of)"
)  # fmt: skip
_WORD_SHARES = {"third": 3, "quarter": 4, "fifth": 5}


def _fractions(s: str) -> list[_Found]:
    """百分之三十, 3‰, 一半, half of, two thirds of: as per cent."""
    return [
        _Found(Number(_share(m), "han", m.start(), m.end()), "percent", m.start(), m.end())
        for m in _SHARE.finditer(s)
    ]


def _share(match: re.Match[str]) -> float:
    if match["half"]:
        return 50.0
    if match["permille"]:
        return float(match["permille"]) / 10
    if match["word"]:
        count, name = re.split(r"[- ]", match["word"])
        top = {"one": 1, "a": 1, "two": 2, "three": 3}[count]
        return round(100 * top / _WORD_SHARES[name.rstrip("s")], 4)
    base = han_value(match["base"] if match["base"] != "百" else "一百") or 1
    base = 1000 if match["base"] == "千" else base
    return round(100 * (han_value(match["han"]) or 0) / base, 4)


def _without_overlaps(found: list[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    for item in sorted(found, key=lambda f: (f.start, -f.end)):
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept


# --- ranges and qualifiers -------------------------------------------------------------------

_TO = re.compile(
    r"\s*(?:元|%|块|yuan|rmb|cny)?\s*(?:-|–|—+|~|至|到|to)\s*(?:[¥$]|rmb|cny|usd|us\$)?\s*$"
)
_AND = re.compile(r"\s*(?:and|与|和)\s*(?:[¥$]|rmb|cny|usd|us\$)?\s*")
_LONE_LOW = re.compile(
    r"(?:(?<![\d.a-z/-])|(?<=rmb)|(?<=cny)|(?<=usd))(?P<low>\d[\d,]*(?:\.\d+)?|"
    r"[一二两三四五六七八九十百]+)"
    r"(?P<scale> ?[万千百]|[kw]|)\s*(?:%|元)?\s*(?:-|–|—+|~|至|到|to|and)\s*(?:[¥$]|rmb|"
    r"cny|usd|us\$)? ?$"
)


_HIGH = re.compile(r"\s*(?:-|–|—+|~|to)\s*(?P<n>\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\d.]|-\d)")


def _lone_high(s: str, item: _Found) -> _Found:
    """CNY 50,000-200,000: the second number has neither unit nor currency of its own."""
    match = _HIGH.match(s, item.end) if item.end == item.number.end else None
    value = han_value(match["n"].replace(",", "")) if match else None
    if match is None or value is None or value <= item.number.value:
        return item
    number = Number(value, "digits", match.start("n"), match.end())
    return _Found(number, item.unit, match.start("n"), match.end())


def _ranges(found: list[_Found], s: str) -> list[tuple[_Found | None, _Found]]:
    """Amounts in pairs (low or None, high): 5万-20万元, 5-20万元, between 5k and 20k."""
    out: list[tuple[_Found | None, _Found]] = []
    for item in found:
        if out and out[-1][0] is None and _joins(s, out[-1][1], item):
            out[-1] = (out[-1][1], item)
        elif item.start < item.number.start and _lone_high(s, item) != item:
            out.append((item, _lone_high(s, item)))
        else:
            out.append((_lone_low(s, item), item))
    return out


def _joins(s: str, a: _Found, b: _Found) -> bool:
    gap = s[a.end : b.start]
    if a.unit != b.unit or a.number.value >= b.number.value:
        return False
    between = re.search(
        r"(?<![a-z])between (?:rmb|cny|usd|us)? ?[¥$]?$|介于$|在$",
        s[max(0, a.start - 14) : a.start],
    )
    return bool(_TO.fullmatch(gap) or (between and _AND.fullmatch(gap)))


def _lone_low(s: str, item: _Found) -> _Found | None:
    """The 5 of 5-20万元: a number that takes unit and scale from its partner."""
    match = _LONE_LOW.search(s[max(0, item.number.start - 24) : item.number.start])
    if not match or ("and" in match[0] and "between" not in s[: item.start]):
        return None
    low = han_value(match["low"].replace(",", ""))
    if low is None or ("%" in match[0]) > (item.unit == "percent"):
        return None
    offset = max(0, item.number.start - 24)
    value = _scaled_low(low, match["scale"].strip(), s, item)
    if value >= item.number.value:
        return None
    start = min(item.start, offset + match.start())
    before = currency_before(s, offset + match.start())
    start = before[1] if before else start
    return _Found(
        Number(value, "digits", start, offset + match.end("low")), item.unit, start, start
    )


_SCALE = {"万": 1e4, "千": 1e3, "百": 1e2, "k": 1e3, "w": 1e4}


def _scaled_low(low: float, scale: str, s: str, item: _Found) -> float:
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
    r"within))[:为 约]*(?:可达|可获|给予|a total of )?$"
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


def _amount(aligned: Aligned, low: _Found | None, high: _Found) -> Amount:
    start = min(low.start, high.start) if low else high.start
    first, last = aligned.span(start, high.end)
    currency = high.unit if high.unit in _CODES else None
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
        return f"{_myriads(value)}元" if lang == "zh" else f"CNY {_grouped(value)}"
    if unit == "percent":
        return f"{value:g}%"
    if unit in _CODES:
        return (
            f"{_myriads(value)}{_ZH_UNITS[unit]}" if lang == "zh" else f"{unit} {_grouped(value)}"
        )
    names = _ZH_UNITS if lang == "zh" else _EN_UNITS
    name = names.get(str(unit), str(unit))
    return f"{value:g}{name}" if lang == "zh" else f"{_grouped(value)} {name}"


_ZH_UNITS = {
    "USD": "美元", "HKD": "港元", "EUR": "欧元", "GBP": "英镑", "JPY": "日元", "bp": "个基点",
    "card_hours": "卡时", "card-hours": "卡时", "people": "人", "companies": "家", "sqm": "平方米",
    "times": "倍", "tokens": "个token",
}  # fmt: skip
_EN_UNITS = {
    "bp": "basis points", "card_hours": "card-hours", "sqm": "m²", "petaflops": "PFLOPS",
}  # fmt: skip


def _myriads(value: float) -> str:
    """Whole or short multiples of 万 and 亿, as Chinese texts write them."""
    for size, name in ((10**8, "亿"), (10**4, "万")):
        share = value / size
        if share >= 1 and round(share, 4) == share:
            return f"{share:.4f}".rstrip("0").rstrip(".") + name
    return _grouped(value) if value != int(value) else f"{int(value)}"


def _grouped(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"
