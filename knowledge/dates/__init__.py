"""Dates in Chinese and English text as values; amounts are read in `knowledge.money`."""

from __future__ import annotations

from knowledge.dates.calendar_rules import add_period, next_occurrence
from knowledge.dates.formats import format_date
from knowledge.dates.reading import find_dates
from knowledge.dates.values import DateSpan, Period

__all__ = ["DateSpan", "Period", "add_period", "find_dates", "format_date", "next_occurrence"]
