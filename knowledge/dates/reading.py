"""Dates of a text as deadlines, windows, durations and repetitions, resolved for a day.

The pieces come from `scan`; `windows`, `resolving` and `open_ends` say what they come to.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache

from knowledge.dates.open_ends import open_ends, repetitions
from knowledge.dates.resolving import dates
from knowledge.dates.scan import scan
from knowledge.dates.sentence import Sentence, read_sentence
from knowledge.dates.values import Clock, DateSpan
from knowledge.numerals import align


def find_dates(text: str, today: date) -> list[DateSpan]:
    """Every date, window, duration and repetition in a text, in order, as of `today`."""
    return list(_read(text, today))


@lru_cache(maxsize=256)
def _read(text: str, today: date) -> tuple[DateSpan, ...]:
    aligned = align(text)
    pieces = scan(aligned.s, today)
    sentence = read_sentence(aligned, pieces, today)
    spans = [*repetitions(sentence), *dates(sentence), *open_ends(sentence)]
    return tuple(sorted(_timed(sentence, spans), key=lambda span: span.start))


def _timed(sentence: Sentence, spans: list[DateSpan]) -> list[DateSpan]:
    """The spans with the times of day that belong to them."""
    dated = [s for s in spans if s.kind != "none" and (s.kind, s.role) != ("duration", "event")]
    times: dict[int, list[Clock]] = {}
    for clock in sentence.pieces.clocks:
        owner = _owner(sentence, clock, dated)
        if owner:
            times.setdefault(id(owner), []).append(clock)
    return [replace(s, time=_time_of(s, times[id(s)])) if id(s) in times else s for s in spans]


def _owner(sentence: Sentence, clock: Clock, spans: list[DateSpan]) -> DateSpan | None:
    """The date that a time belongs to: the one before it, or the one right after."""
    start, end = sentence.aligned.span(clock.start, clock.end)
    before = max((s for s in spans if s.start <= start), key=lambda s: s.end, default=None)
    after = min((s for s in spans if s.start >= end), key=lambda s: s.start, default=None)
    if before and after:
        raw = sentence.aligned.raw
        broken = re.search(r"[。;；,，]", raw[before.end : start]) if before.end < start else None
        close = not re.search(r"[。;；,，\d]", raw[end : after.start])
        return after if broken and close else before
    if (
        before is None
        and after
        and re.search(r"[。;；,，]", sentence.aligned.raw[end : after.start])
    ):
        return None  # opening hours, or another clause's time
    return before or after


def _time_of(span: DateSpan, times: list[Clock]) -> str:
    """The last time for a deadline or window, the first for an event or repetition."""
    late = span.kind in {"deadline", "window"}
    return times[-1].time if late else times[0].time
