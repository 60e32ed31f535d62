"""Numbers in a line with unit, qualifier and what they are per: 最高20万元/年, 3 years, 18 to 45.

Dates, phones, codes and shares in words are taken out before (`claims`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.answers.claim import FAMILY, Claim
from bot.answers.claim_words import words
from knowledge.numerals import Number, numbers

_FIGURE = re.compile(r"\d|[一二两三四五六七八九十百]+(?=年|个|天|人|月|周|家)")
_RANGE = re.compile(r"\s?(?:[-–—~至到]|to)\s?(?:cny|rmb|¥|us\$|\$)?\s?")
_LIST = re.compile(r"\s?(?:[、和或及与/]|and|or|, ?(?:and |or )?)\s?(?:cny|rmb|¥|us\$|\$)?\s?")
_ADJECTIVE = r"(?!(?:an?|per|each|every|in|of|for|at|to|by|and|or|the|with|from|within) )[a-z-]+"
_BETWEEN = (
    r" ?-", *(rf" (?:{_ADJECTIVE} ){{{n}}}" for n in (1, 2, 3)),
    *(rf"[一-鿿]{{{n}}}" for n in (1, 2, 3, 4, 5)),
)  # fmt: skip
_LATER = tuple(re.compile(pattern) for pattern in _BETWEEN)
_COUNTING = re.compile(r"\s?[个名位家项款种类批 -]")
_ARTICLES = frozenset({"", "company", "person", "project", "community", "model", "desk", "scenario",
                       "team", "agent", "rule"})  # fmt: skip


@dataclass(slots=True)
class _Found:
    number: Number
    value: float
    unit: str
    end: int  # of the unit


def amount_claims(s: str, taken: bytearray) -> list[Claim]:
    """Every number that nothing else has taken."""
    masked = "".join("\n" if t else c for c, t in zip(s, taken, strict=True))
    found = [_Found(n, n.value, *_unit(s, n)) for n in numbers(masked)]
    found = _share_units(s, [f for f in found if _counts(s, f)])
    claims = [_claim(s, f) for f in found if not _article(f)]
    return [detailed(s, claim) for claim in claims]


def based(value: float, unit: str) -> tuple[float, str]:
    """Years in months and weeks in days, so that 24 months are two years."""
    if unit in words().months:
        return value * words().months[unit], "month"
    if unit in words().days:
        return value * words().days[unit], "day"
    return value, unit


def detailed(s: str, claim: Claim) -> Claim:
    """The claim with its qualifier and what it is per, as its clause says them."""
    start, end = clause(s, claim.start, claim.end)
    before = _FIGURE.split(s[max(start, claim.start - 40) : claim.start])[-1]
    after = s[claim.end : end]
    return replace(claim, qualifier=_qualifier(before, after), per=_per(s[start:end], after))


def clause(s: str, start: int, end: int) -> tuple[int, int]:
    """The edges of the clause that `s[start:end]` stands in."""
    ends = words().clause_end
    before = [m.end() for m in ends.finditer(s, 0, start)]
    after = ends.search(s, end)
    return (before[-1] if before else 0), (after.start() if after else len(s))


def _counts(s: str, found: _Found) -> bool:
    """Whether it counts something: Chinese number words without a unit are parts of words."""
    number = found.number
    written = s[number.start : number.end]
    if s[max(0, number.start - 1) : number.start] == "第":
        return False
    if number.form in {"digits", "scaled"} or found.unit:
        return True
    return number.form == "words" or (len(written) > 1 and written[-1] in "万亿")


def _article(found: _Found) -> bool:
    """一家公司, one company: no count is claimed."""
    spelt = found.number.form in {"han", "words"}
    return spelt and found.value == 1 and found.unit in _ARTICLES


def _unit(s: str, number: Number) -> tuple[str, int]:
    """The unit's class ("" for none) and where it ends."""
    before = s[max(0, number.start - 4) : number.start]
    for unit, pattern in words().money_before:
        if pattern.search(before):
            return unit, number.end
    unit, end = _unit_at(s, number.end)
    if unit in {"", "company", "person", "times"} and _COUNTING.match(s, number.end):
        later = _later_unit(s, number)
        return later if later and (not unit or later[1] - end < 6) else (unit, end)
    return unit, end


def _unit_at(s: str, at: int) -> tuple[str, int]:
    """The longest unit that starts there."""
    best = ("", at)
    for unit, pattern in words().units:
        match = pattern.match(s, at)
        if match and match.end() > best[1]:
            best = (unit, match.end())
    return best


def _later_unit(s: str, number: Number) -> tuple[str, int] | None:
    """The noun after a word or two: 10 paying customers, 30个省级社区, a 3-year term."""
    for pattern in _LATER:
        if match := pattern.match(s, number.end):
            unit, end = _unit_at(s, match.end())
            if unit and FAMILY.get(unit) not in {"money", "share"}:
                return unit, end
    return None


def _share_units(s: str, found: list[_Found]) -> list[_Found]:
    """In 10—20万元 and CNY 1 to 2 million both numbers are money, in 万 or millions."""
    for a, b in zip(reversed(found[:-1]), reversed(found[1:]), strict=True):
        between = s[a.end : b.number.start]
        ranged = bool(_RANGE.fullmatch(between))
        if not (ranged or _LIST.fullmatch(between)):
            continue
        if ranged and a.number.form == "digits" and b.number.form == "scaled" and not _closed(a):
            a.value *= _scale(s, b.number)
        if not a.unit:
            a.unit = b.unit
        elif not b.unit and FAMILY.get(a.unit) == "money" and ranged:
            b.unit = a.unit
    return found


def _closed(found: _Found) -> bool:
    """A unit of its own after the number: 500元至2万元."""
    return found.end > found.number.end


def _scale(s: str, number: Number) -> float:
    mantissa = re.match(r"[\d,.]+", s[number.start : number.end])
    written = float(mantissa[0].replace(",", "").rstrip(".")) if mantissa else 0
    return number.value / written if written else 1.0


def _claim(s: str, found: _Found) -> Claim:
    number = found.number
    if number.form == "digits" and not found.unit and _is_year(s[number.start : number.end]):
        return Claim("date", number.start, found.end, s[number.start : found.end],
                     day=(int(number.value), None, None))  # fmt: skip
    value, unit = based(found.value, found.unit)
    scaled = number.form == "scaled" or s[number.end - 1 : number.end] in {"万", "亿"}
    return Claim("number", number.start, found.end, s[number.start : found.end], value, unit,
                 scaled=scaled)  # fmt: skip


def _is_year(written: str) -> bool:
    return len(written) == 4 and written.startswith(("19", "20"))


def _qualifier(before: str, after: str) -> str:
    """What stands right after decides; else the nearest word before."""
    for name, pattern in words().qualifiers_after:
        if pattern.match(after):
            return name
    found = [
        (match.end(), -match.start(), name)  # of 不超过 and 超过 the longer counts
        for name, pattern in words().qualifiers
        for match in pattern.finditer(before)
    ]
    return max(found)[2] if found else "exact"


def _per(clause: str, after: str) -> frozenset[str]:
    times = {name for name, pattern in words().per if pattern.search(clause)}
    things = {name for name, pattern in words().per_after if pattern.match(after)}
    return frozenset(times | things)
