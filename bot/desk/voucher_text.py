"""Reads a founder's sentence, a voucher or a notice into a voucher: worth, last day, place, title.

Amounts and dates are read in `knowledge`; here the ones that matter are chosen.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import asdict, dataclass
from datetime import date

from bot.desk.voucher_amount import voucher_amount
from bot.desk.voucher_choice import singled_out
from bot.desk.voucher_title import title_of
from knowledge.dates import DateSpan, find_dates
from knowledge.dates.times import clocks
from knowledge.money import find_amounts
from knowledge.numerals import align


@dataclass(frozen=True, slots=True)
class Voucher:
    """What a voucher text says; None where it does not say it.

    `amount` is in `currency` (CNY with unit "yuan", or USD ...), or in the unit "percent" or
    "card_hours". `expires_on` is the last day, the day of an event, or the next occurrence of
    `recurrence` (an RRULE). `time` is HH:MM, 24:00 allowed. `city` is a Chinese name without 市.
    """

    title: str
    amount: float | None = None
    currency: str | None = None
    unit: str | None = None
    expires_on: date | None = None
    starts_on: date | None = None
    time: str | None = None
    city: str | None = None
    recurrence: str | None = None

    def as_dict(self) -> dict[str, object]:
        """The fields as JSON values, dates as YYYY-MM-DD."""
        return {k: v.isoformat() if isinstance(v, date) else v for k, v in asdict(self).items()}


def read_voucher(text: str, today: date) -> Voucher:
    """What a sentence written on `today` says about a voucher or deadline."""
    scope = singled_out(text, today)
    amount = voucher_amount(scope)
    dates = find_dates(scope, today)
    end = _end(dates)
    expires_on = end.end_on if end else _today_if_only_timed(scope, today, dates)
    return Voucher(
        title=_title(text, scope, today),
        amount=amount.value if amount else None,
        currency=amount.currency if amount else None,
        unit=amount.unit if amount else None,
        expires_on=expires_on,
        starts_on=_start(dates, end),
        time=_time(scope, end, dates),
        city=_city(text),
        recurrence=end.rrule if end else None,
    )


# --- the last day ----------------------------------------------------------------------------


def _end(dates: list[DateSpan]) -> DateSpan | None:
    """The span that settles the last day, or says that there is none."""
    firm = any(_rank(s) == 0 for s in dates)
    repeated = [s for s in dates if s.kind == "recurrence" and not (firm and _is_daily(s))]
    if repeated:
        return repeated[0]
    ranked = sorted(
        (s for s in dates if _rank(s) is not None),
        key=lambda s: (_rank(s) or 0, s.precision != "day"),
    )
    if not ranked:
        return None
    best = ranked[0]
    open_end = next((s for s in dates if s.kind == "none"), None)
    if open_end and _rank(best) != 0:
        return open_end
    return best


def _is_daily(span: DateSpan) -> bool:
    """每天限量100张, beside a last day, says how much and not when."""
    return span.rrule == "FREQ=DAILY"


def _rank(span: DateSpan) -> int | None:
    """How firmly a span sets the last day; None if it does not."""
    if span.role in {"replaced", "start"}:
        return None
    if span.kind == "deadline" or span.kind == "window":
        return 0
    if span.kind == "duration":
        return 1 if span.role == "end" else None
    if span.kind == "point":
        return 2 if span.role == "event" else 4
    return 3


def _today_if_only_timed(scope: str, today: date, dates: list[DateSpan]) -> date | None:
    """ "By 3 pm" without a day is today."""
    return today if not dates and clocks(align(scope).s) else None


def _start(dates: list[DateSpan], end: DateSpan | None) -> date | None:
    if end and end.start_on and end.kind in {"window", "duration"}:
        return end.start_on
    starts = [s.start_on for s in dates if s.role == "start" and s.start_on]
    if end and end.kind == "recurrence":
        return None
    if end and end.end_on:
        starts = [day for day in starts if day <= end.end_on]
    return starts[0] if starts else None


def _time(scope: str, end: DateSpan | None, dates: list[DateSpan]) -> str | None:
    if end and end.time:
        return end.time
    if any(s.time and s.role == "start" for s in dates):
        return None  # the hour of opening
    times = [c.time for c in clocks(align(scope).s)]
    return times[0] if len(times) == 1 else None


# --- place and title -------------------------------------------------------------------------


def _city(text: str) -> str | None:
    """The city of the first place named; a district counts for its city."""
    try:
        from knowledge.places import GAZETTEER
    except ImportError:
        return None
    spans = GAZETTEER.find(text)
    regions = {a.start for a, b in itertools.pairwise(spans) if a.start == b.start}  # 长三角
    for found in (span for span in spans if span.start not in regions):
        for place_id in (found.place.id, *GAZETTEER.ancestors(found.place.id)):
            place = GAZETTEER.get(place_id)
            if place and place.level == "city":
                return place.zh.removesuffix("市")
    return None


def _title(text: str, scope: str, today: date) -> str:
    chosen = _title_in(scope, today, named=True) if scope != text else ""
    if chosen and not _DEED.fullmatch(chosen):
        return chosen
    return _title_in(text, today) or chosen or text.strip()


_DEED = re.compile(r"(?:申请|申报|报名|提交|领取|核销|续|租)+|(?:appl|fil)[a-z]*", re.I)


def _title_in(source: str, today: date, *, named: bool = False) -> str:
    spans = [(s.start, s.end) for s in find_dates(source, today) if s.kind != "none"]
    spans += [(a.start, a.end) for a in find_amounts(source) if a.is_money or a.unit == "percent"]
    aligned = align(source)
    spans += [aligned.span(c.start, c.end) for c in clocks(aligned.s)]
    return title_of(source, spans, named=named)
