"""Dates in a line as year, month and day, exactly as far as they are written out.

Relative dates (next Friday) are not claims about a record; `knowledge.dates` reads those.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from bot.answers.claim import Claim, Day
from knowledge.dates.vocabulary import MONTH_EN, MONTHS

_YEAR = r"(?<!\d)(?<!\d[.,])(?P<y>(?:19|20)\d{2})"
_DAY = r"(?<!\d)(?<!\d[.,])(?P<d>\d{1,2})(?:st|nd|rd|th)?"
_MONTH = MONTH_EN
_LAST = r"(?: ?[-–—] ?(?P<d2>\d{1,2})| (?:to|and) (?P<d3>\d{1,2}))"
_YEAR_AFTER = r"(?P<y>(?:19|20)\d{2})(?!\d)"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_YEAR} ?年 ?(?P<m>\d{{1,2}}) ?月 ?(?P<d>\d{{1,2}}) ?[日号]",
        rf"{_YEAR}(?P<sep>[-/.])(?P<m>\d{{1,2}})(?P=sep)(?P<d>\d{{1,2}})(?!\d)",
        rf"{_DAY}{_LAST}? (?:of )?{_MONTH},? {_YEAR_AFTER}",
        rf"{_MONTH} {_DAY}{_LAST}?,? {_YEAR_AFTER}",
        rf"{_YEAR} ?年 ?(?P<m>\d{{1,2}}) ?月份?",
        rf"{_YEAR}-(?P<m>0[1-9]|1[0-2])(?![\d-])",
        rf"{_MONTH},? {_YEAR_AFTER}",
        rf"{_DAY} (?:of )?{_MONTH}",
        rf"{_MONTH} {_DAY}(?!\d|[a-z])",
        r"(?<!\d)(?<!\d[.,])(?P<m>\d{1,2}) ?月 ?(?P<d>\d{1,2}) ?[日号]",
        r"(?<![\d个])(?<!\d[.,])(?P<m>1[0-2]|[1-9]) ?月(?!份?以|内)",
        r"(?<=[月日号至到\-–—~、])(?P<d>\d{1,2}) ?[日号](?!线|楼|院|公告)",
        rf"{_YEAR} ?年度?(?!以|内)",
    )
)
_LINK = re.compile(r"\s?(?:[-–—~至到、]|to|until|till|through|and|起至)\s?(?:每年)?")
Match = re.Match[str]


def day_claims(s: str, taken: bytearray) -> list[Claim]:
    """Every written-out date; marks the characters it takes. Ranges lend each other the year."""
    found: list[Claim] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(s):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                found += _claims(match)
    return _lent(s, sorted(found, key=lambda c: c.start))


def _claims(match: Match) -> list[Claim]:
    groups = match.groupdict()
    year = int(groups["y"]) if groups.get("y") else None
    month = MONTHS[groups["me"]] if groups.get("me") else _number(groups.get("m"))
    last = groups.get("d2") or groups.get("d3")
    days = [groups.get("d"), last] if last else [groups.get("d")]
    return [_claim(match, (year, month, _number(day))) for day in days]


def _number(text: str | None) -> int | None:
    return int(text) if text else None


def _claim(match: Match, day: Day) -> Claim:
    return Claim("date", match.start(), match.end(), match[0], day=day)


def _lent(s: str, claims: list[Claim]) -> list[Claim]:
    """In "1 March to 15 April 2027" both days are of 2027; in "6月1日至15日" both of June."""
    for i, (a, b) in enumerate(pairwise(claims)):
        if a.end <= b.start and not _LINK.fullmatch(s[a.end : b.start]):
            continue
        (y1, m1, d1), (y2, m2, d2) = a.day, b.day
        claims[i] = replace(a, day=(y1 or (y2 if m1 else None), m1, d1))
        claims[i + 1] = replace(b, day=(y2 or y1, m2 or (m1 if d2 else None), d2))
    return claims
