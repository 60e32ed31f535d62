"""A text being read for dates: its pieces and the words beside each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.dates.scan import Pieces
from knowledge.dates.values import DateSpan, Period, Point, Recurrence
from knowledge.numerals import Aligned

_REACH = 30  # characters beside a date that can say what it does


@dataclass(frozen=True, slots=True)
class Sentence:
    """A text being read: its pieces, and the words beside each of them."""

    aligned: Aligned
    today: date
    pieces: Pieces
    words: str  # the text with times of day blanked out
    edges: tuple[tuple[int, int], ...]

    def left(self, start: int) -> str:
        before = max((end for _, end in self.edges if end <= start), default=0)
        return self.words[max(before, start - _REACH) : start]

    def right(self, end: int) -> str:
        after = min((start for start, _ in self.edges if start >= end), default=len(self.words))
        return self.words[end : min(after, end + _REACH)]

    def gap(self, a: Point, b: Point) -> str:
        return self.words[a.end : b.start]

    def span(self, kind: str, start: int, end: int, **fields: object) -> DateSpan:
        first, last = self.aligned.span(start, end)
        return DateSpan(kind, first, last, self.aligned.raw[first:last], **fields)  # type: ignore[arg-type]


def read_sentence(aligned: Aligned, pieces: Pieces, today: date) -> Sentence:
    words = aligned.s
    for clock in pieces.clocks:
        words = words[: clock.start] + " " * (clock.end - clock.start) + words[clock.end :]
    dated: Sequence[Point | Period | Recurrence] = [
        *pieces.points,
        *pieces.periods,
        *pieces.recurrences,
    ]
    stretches = [(p.start, p.end) for p in dated]
    return Sentence(aligned, today, pieces, words, tuple(sorted(stretches)))
