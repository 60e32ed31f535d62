"""The day a person names for /asof. Dates in questions are `knowledge.dates`."""

from __future__ import annotations

from datetime import date

from bot.errors import InputRejected
from knowledge.dates import find_dates

_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 12, 31)


def parse_day(written: str, today: date) -> date:
    """The one day that a text names; raises InputRejected if there is none, or no such day."""
    day = _iso(written) or _in_words(written, today)
    if day is None:
        raise InputRejected(written, msgid="asof.bad", given=written[:40])
    if not _EARLIEST <= day <= _LATEST:
        raise InputRejected(written, msgid="asof.range", first=_EARLIEST.year, last=_LATEST.year)
    return day


def _iso(written: str) -> date | None:
    try:
        return date.fromisoformat(written.strip().replace("/", "-").replace(".", "-"))
    except ValueError:
        return None


def _in_words(written: str, today: date) -> date | None:
    spans = [span for span in find_dates(written, today) if span.kind in {"point", "deadline"}]
    return spans[0].end_on if len(spans) == 1 else None
