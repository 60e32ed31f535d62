"""Numbers in a text with the unit or currency that stands beside them.

Ranges and qualifiers (最高, at least) are put on them in `money`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from knowledge.dates.scan import scan
from knowledge.numerals import Number, han_value, numbers
from knowledge.units import CURRENCY_AFTER, currency_before, unit_after

_ANY_DAY = date(2026, 1, 1)  # only the places of dates matter here, not their values


@dataclass(frozen=True, slots=True)
class Found:
    """A number with its unit, at `s[start:end]`."""

    number: Number
    unit: str  # a currency code, or a unit
    start: int
    end: int


CURRENCIES = frozenset(CURRENCY_AFTER)
_THINGS = frozenset({"items", "people", "companies", "sets"})


_CENTS = re.compile(
    r"(?P<jiao>[\d一二三四五六七八九]) ?[角毛](?:(?P<fen>[\d一二三四五六七八九])分)?(?!度)"
    r"|(?<=块)(?P<half>[一二三四五六七八九])(?![\d一二三四五六七八九十百千万个张])"
)
_VALUED_BEFORE = re.compile(
    r"(?:金额|面值|额度|价值|总额|总计|总共|一共|共计|合计|共|限额|上限|封顶|最高|最多|"
    r"剩余|余额|还剩|剩|余|补贴|补助|奖励|资助|"
    r"立减|直减|减|抵扣|抵|送|返|赠|得|奖|退|省|押金|租金|费用|价格|定金|报价|贷了|用了|"
    r"用掉|花了|已用|领了|不超过|不高于|给|补|到账|"
    r"(?:券|金|费|款|额|租|薪|工资)|(?<![a-z])(?:worth|value(?:d at)?|amount|balance|total|"
    r"face value|budget|fee|price|deposit|rent|salary|premium|cap(?:ped)?(?: at| of)?|"
    r"limit|up to|max(?:imum)?|spend|used|left|remaining))(?: ?(?:of|is|at))?"
    r"(?:每(?:[人月年天日张家户个份次周季]|个月|平米?)|一(?:个月|年|张|次|季度?))?[:：为是约 ]*$"
    r"|每(?:人|户|家|张|月|年|名|位)[:：为是约 ]*$"
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


def quantities(s: str) -> list[Found]:
    """Every number of a text in normal form that has a unit, in order, none overlapping."""
    return _without_overlaps([*_with_units(s), *_fractions(s)])


def _with_units(s: str) -> list[Found]:
    rest = s
    for start, end in scan(s, _ANY_DAY).claimed():
        rest = rest[:start] + "\0" * (end - start) + rest[end:]
    found: list[Found] = []
    for number in numbers(rest):
        if _is_part_of_name(s, number):
            continue
        item = _inherited(s, number, found) or _unit_of(s, number)
        if item:
            found.append(item)
    return found


_OF_ALL = re.compile(r"(?:out of|of) (?:the |my |our |its |a total of )?$|(?:总共|一共|共|合计)$")
_IN_ALL = re.compile(r" ?(?:in total|altogether|in all)(?![a-z])")


def _inherited(s: str, number: Number, found: list[Found]) -> Found | None:
    """60 card-hours out of 200; 10 a week, 520 in total: the unit of the amount before."""
    if not found or unit_after(s, number.end) or currency_before(s, number.start):
        return None
    if number.value <= found[-1].number.value:
        return None
    if _OF_ALL.search(s[: number.start]) or _IN_ALL.match(s, number.end):
        return Found(number, found[-1].unit, number.start, number.end)
    return None


def _is_part_of_name(s: str, number: Number) -> bool:
    """A100, GPT4: digits that belong to a Latin word, unless it is a currency."""
    before = s[number.start - 1 : number.start]
    return "a" <= before <= "z" and not currency_before(s, number.start)


_CARD_HOURS = re.compile(r"卡时 ?$")  # 卡时10个


def _unit_of(s: str, number: Number) -> Found | None:
    """The number with the unit that stands after or before it."""
    before, after = currency_before(s, number.start), unit_after(s, number.end)
    if after and _is_year(s, number, after):
        after = None
    if number.form == "words" and number.value == 1 and after and after[0] in _THINGS:
        return None  # "one person", "one project"
    tenths = _tenths(s, number)
    if tenths or (number.form == "han" and _is_word(s, number, after)):
        return tenths
    if after and s[number.end : after[1]].strip() == "个" and _CARD_HOURS.search(s[: number.start]):
        return Found(number, "card_hours", number.start, after[1])
    if before and (not after or after[0] in CURRENCIES or after[0] not in {"percent", "bp"}):
        end = after[1] if after and after[0] in CURRENCIES else number.end
        return Found(number, before[0], before[1], end)
    if after:
        return _with_cents(s, Found(number, after[0], number.start, after[1]))
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


def _tenths(s: str, number: Number) -> Found | None:
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
    return Found(replace(number, value=value + extra), "percent", number.start, match.end())


def _with_cents(s: str, found: Found) -> Found:
    """3元5角 and 三块五."""
    match = _CENTS.match(s, found.end) if found.unit == "CNY" else None
    if not match:
        return found
    tenths = (han_value(match["jiao"] or match["half"]) or 0) / 10 + (
        han_value(match["fen"] or "0") or 0
    ) / 100
    number = replace(found.number, value=round(found.number.value + tenths, 2))
    return Found(number, "CNY", found.start, match.end())


def _bare(s: str, number: Number) -> Found | None:
    """20万 and 20k are yuan unless a counted thing follows; 5000 is where a word says so."""
    rest = s[number.end :]
    if re.search(
        r"卡时[^,。;\d]{0,6}$|card[- ]hours?: ?$", s[max(0, number.start - 14) : number.start]
    ):
        return Found(number, "card_hours", number.start, number.end)
    large = number.form == "scaled" or (number.form == "han" and number.value >= 100)
    grouped = number.form == "digits" and "," in s[number.start : number.end]
    large = large or bool(grouped and _STOPS.match(rest))
    large = large or (number.form == "words" and number.value >= 1000)
    counted = _NOT_MONEY.match(rest) and not _SAYS_MONEY.match(rest)
    if large and not counted and not _is_petty(s, number):
        return Found(number, "CNY", number.start, number.end)
    if _says_money(s, number, rest) and not counted and number.form != "words":
        return Found(number, "CNY", number.start, number.end)
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
    r"|(?P<half>一半|减半|半价|半额|对半|"
    r"(?<![a-z])(?<!first )(?<!second )(?<!1st )(?<!2nd )half(?= (?:of|rate|rent|the|your|"
    r"my|its|off|price|a? ?rebate|back)|-price))"
    r"|(?<![a-z])(?P<word>(?:one|a|two|three)[- ](?:thirds?|quarters?|fifths?))(?= of)"
)  # fmt: skip
_WORD_SHARES = {"third": 3, "quarter": 4, "fifth": 5}


def _fractions(s: str) -> list[Found]:
    """百分之三十, 3‰, 一半, half of, two thirds of: as per cent."""
    return [
        Found(Number(_share(m), "han", m.start(), m.end()), "percent", m.start(), m.end())
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


def _without_overlaps(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for item in sorted(found, key=lambda f: (f.start, -f.end)):
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept
