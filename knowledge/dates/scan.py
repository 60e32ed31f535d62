"""The date pieces of a text in normal form: points, periods, repetitions and times of day.

Each place in the text is claimed once, by the most specific reading. How pieces make up deadlines
and windows is decided in `reading`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from knowledge.dates.patterns import EXACT, LOOSE, STRETCHES, Block
from knowledge.dates.periods import periods
from knowledge.dates.recurrences import recurrences
from knowledge.dates.relative import RELATIVE
from knowledge.dates.times import clocks
from knowledge.dates.values import Clock, Period, Point, Recurrence

# Numbers that name a thing: voucher codes, document and telephone numbers, links.
_CODES = re.compile(
    r"https?://\S+|[\w.]+@[\w.]+|"
    r"[〔\[(]20\d\d[〕\])] ?第?\d+ ?号|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{3,4}-\d{7,8}(?!\d)|"
    r"(?<![a-z])(?:no\.?|nr\.?|ref\.?|code|id|number|invoice|order|po|#|编号|券码|单号|订单号?|"
    r"合同号|发票号码?|卡号|尾号|批次|文号)[:为是 #]*(?=[a-z\d-]*\d{3})[a-z\d][a-z\d-]*|"
    r"(?<![a-z\d])(?!(?:lpr|rmb|cny|usd|hkd|us|hk|eur|mid|late|early|q[1-4]|h[12]|jan|"
    r"feb|mar|apr|may|jun|"
    r"jul|aug|sep|sept|oct|nov|dec|to|by|from)-)[a-z]{1,6}\d*-[a-z]{0,4}\d{2,}[a-z\d-]*"
)


@dataclass(frozen=True, slots=True)
class Pieces:
    points: tuple[Point, ...]
    periods: tuple[Period, ...]
    recurrences: tuple[Recurrence, ...]
    clocks: tuple[Clock, ...]
    codes: tuple[tuple[int, int], ...]

    def claimed(self) -> list[tuple[int, int]]:
        """Every stretch of text that is a date, a length, a time of day or a code."""
        found: Iterable[Point | Period | Recurrence | Clock] = (
            *self.points, *self.periods, *self.recurrences, *self.clocks,
        )  # fmt: skip
        return sorted([*((p.start, p.end) for p in found), *self.codes])


class _Claims:
    """Which characters are taken."""

    def __init__(self, size: int) -> None:
        self._taken = bytearray(size + 1)

    def take(self, start: int, end: int) -> bool:
        """Claim a stretch, or refuse if part of it is taken."""
        if any(self._taken[start:end]):
            return False
        self._taken[start:end] = b"\1" * (end - start)
        return True


_SIGNS = re.compile(r"[\d〇一二两三四五六七八九十年月周日天号季今明昨后前春]|[a-z]{3}")


def scan(s: str, today: date, *, repetitions: bool = True) -> Pieces:
    """Every date piece of a text in normal form, each list in order.

    Without `repetitions` the dates in 每年6月30日 are read as plain dates.
    """
    claims = _Claims(len(s))
    codes = tuple(m.span() for m in _CODES.finditer(s) if claims.take(*m.span()))
    if not _SIGNS.search(s):
        return Pieces((), (), (), (), codes)
    repeated = tuple(
        r for r in (recurrences(s) if repetitions else ()) if claims.take(r.start, r.end)
    )
    found = _points(EXACT, s, today, claims)
    times = tuple(c for c in clocks(s) if claims.take(c.start, c.end))
    found += _points(STRETCHES, s, today, claims)
    found += _points(RELATIVE, s, today, claims)
    lengths = tuple(p for p in periods(s) if claims.take(p.start, p.end))
    found += _points(LOOSE, s, today, claims)
    points = _without_weekday_notes(sorted(found, key=lambda p: p.start), s)
    return Pieces(tuple(points), lengths, repeated, times, codes)


def _points(blocks: Sequence[Block], s: str, today: date, claims: _Claims) -> list[Point]:
    found: list[Point] = []
    for guard, patterns in blocks:
        if not guard.search(s):
            continue
        for pattern, build in patterns:
            for match in pattern.finditer(s):
                made = build(match, today)
                if made is not None and claims.take(*match.span()):
                    found += made if isinstance(made, tuple) else (made,)
    return found


_NOTE = re.compile(r"[ ,]*[(]?[ ,]*")
_WEEKDAY_NOTE = re.compile(
    r"(?:周|星期|礼拜)[一二三四五六日天]|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?"
)


def _without_weekday_notes(points: list[Point], s: str) -> list[Point]:
    """11月27日(周五) is one date: the weekday only repeats it."""
    kept: list[Point] = []
    for point in points:
        previous = kept[-1] if kept else None
        bare = _WEEKDAY_NOTE.fullmatch(s[point.start : point.end].strip())
        if previous and bare and _NOTE.fullmatch(s[previous.end : point.start]):
            closing = s[point.end : point.end + 1] == ")"
            kept[-1] = replace(previous, end=point.end + closing)
        elif (
            previous and _is_weekday(previous, s) and not s[previous.end : point.start].strip(" ,(")
        ):
            kept[-1] = replace(point, start=previous.start)
        else:
            kept.append(point)
    return kept


def _is_weekday(point: Point, s: str) -> bool:
    return bool(_WEEKDAY_NOTE.fullmatch(s[point.start : point.end].strip()))
