"""The values that reading dates yields: points, periods, recurrences, and the public DateSpan.

How they are found is in the sibling modules.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["point", "deadline", "duration", "window", "recurrence", "none"]
Role = Literal["start", "end", "event", "issued", "past", "replaced"]
Precision = Literal["day", "week", "month", "quarter", "half", "year"]
Unit = Literal["day", "workday", "week", "month", "year", "hour", "minute"]
Days = tuple[date, date]
"""First and last day that a date can mean."""


@dataclass(frozen=True, slots=True)
class Point:
    """A day, or a month, quarter ... named as one, at `s[start:end]`.

    `options` are the days it can mean, ascending: one where the year is given, several where it is
    not, none for a date that does not exist or whose order is unclear.
    """

    start: int
    end: int
    options: tuple[Days, ...]
    precision: Precision = "day"
    iso: str = ""  # as written: 2026-03-18, 2026-03, --06-30, ---15; "" for a relative date
    fixed: bool = True  # the text itself settles the year
    fuzzy: bool = False  # mid-August, 6月初

    def upcoming(self, today: date) -> Days | None:
        """The next such date, today included; a date with a year is itself."""
        if self.fixed:
            return self.options[0] if self.options else None
        return next((o for o in self.options if o[1] >= today), None)

    def latest(self, on: date) -> Days | None:
        """The last such date that is not after `on`; a date with a year is itself."""
        if self.fixed:
            return self.options[0] if self.options else None
        return next((o for o in reversed(self.options) if o[0] <= on), None)


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time at `s[start:end]`, such as 30 days or a year and a half."""

    start: int
    end: int
    count: float
    unit: Unit
    extra_days: int = 0  # 一个半月 is a month and 15 days

    @property
    def iso(self) -> str:
        """A form that is equal for equal lengths: a fortnight is "14 day"."""
        count, unit = self.count, self.unit
        if unit == "year":
            count, unit = count * 12, "month"
        elif unit == "week":
            count, unit = count * 7, "day"
        return f"{count:g} {unit}" + (f" {self.extra_days} day" if self.extra_days else "")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A repeated date at `s[start:end]` as an RFC 5545 rule."""

    start: int
    end: int
    rrule: str


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day at `s[start:end]`, as HH:MM; 24:00 is the end of the day."""

    start: int
    end: int
    time: str


@dataclass(frozen=True, slots=True)
class DateSpan:
    """A date, period or repetition in a text, resolved for the day it was written.

    `kind`: "point" (a day), "deadline" (the last day), "duration" (a length; `anchor` is what it
    counts from), "window" (first and last day), "recurrence" (`rrule`; `end_on` is the next
    occurrence) or "none" (said to have no end, or none that can be known). `start_on`/`end_on` are
    None where the text does not settle them. `role` says what the date does.
    """

    kind: Kind
    start: int
    end: int
    text: str
    start_on: date | None = None
    end_on: date | None = None
    time: str | None = None
    rrule: str | None = None
    anchor: str | None = None
    role: Role = "event"
    precision: Precision = "day"
    iso: str = ""  # as written: 2026-03, --06-30, "30 day"; for a window "A/B"
    fuzzy: bool = False
