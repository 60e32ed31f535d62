"""Calendar arithmetic: ends of months and quarters, periods, next occurrences.

Periods follow articles 200 to 203 of the Civil Code of the PRC, without the shift of a last day
that is a holiday. Reading dates out of text is elsewhere.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta

from knowledge.dates.values import Days, Period

DAY = timedelta(days=1)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def day_of(year: int, month: int, day: int) -> date | None:
    """That day, or None where it does not exist; -1 is the last of the month."""
    if not (1 <= month <= 12 and 1900 <= year <= 2200):
        return None
    last = calendar.monthrange(year, month)[1]
    if day == -1:
        return date(year, month, last)
    return date(year, month, day) if 1 <= day <= last else None


def month_days(year: int, month: int) -> Days:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_NTH |= {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


def nth_of(word: str) -> int:
    """The place that 二, second, 最后一 or last names; the last is -1."""
    return -1 if word.startswith("最后") else _NTH[word]


def nth_week_day(first: date, nth: int, weekday: int) -> date | None:
    """The nth such weekday of the month that begins on `first`; None if it has no such day."""
    last = month_days(first.year, first.month)[1]
    if nth < 0:
        return last - (last.weekday() - weekday) % 7 * DAY
    day = first + ((weekday - first.weekday()) % 7 + 7 * (nth - 1)) * DAY
    return day if day <= last else None


def quarter_days(year: int, quarter: int) -> Days:
    return month_days(year, 3 * quarter - 2)[0], month_days(year, 3 * quarter)[1]


def half_days(year: int, half: int) -> Days:
    return month_days(year, 6 * half - 5)[0], month_days(year, 6 * half)[1]


def year_days(year: int) -> Days:
    return date(year, 1, 1), date(year, 12, 31)


def week_days(day: date) -> Days:
    """The calendar week of a day, Monday first."""
    monday = day - day.weekday() * DAY
    return monday, monday + 6 * DAY


def add_months(day: date, months: int) -> date:
    """The same day number, or the last day of a shorter month (Civil Code, article 202)."""
    first, last = month_days(day.year, day.month + months)
    return min(first + (day.day - 1) * DAY, last)


def add_period(day: date, period: Period) -> date | None:
    """The last day of a period; the first day is not counted. None for working days and hours
    that are no whole days: they depend on more than the calendar."""
    count, unit = period.count, period.unit
    if unit == "hour" and count % 24 == 0:
        count, unit = count / 24, "day"
    if count != int(count) and unit == "year":
        count, unit = count * 12, "month"
    if count != int(count) or unit not in {"day", "week", "month", "year"} or count > 10_000:
        return None
    if unit in {"day", "week"}:
        return day + int(count) * (7 if unit == "week" else 1) * DAY
    return add_months(day, int(count) * (12 if unit == "year" else 1)) + period.extra_days * DAY


def yearly(month: int, day: int, today: date) -> tuple[Days, ...]:
    """That day of each year around today; a leap day only where it exists."""
    found = (day_of(y, month, day) for y in range(today.year - 5, today.year + 10))
    return tuple((d, d) for d in found if d)


def monthly(day: int, today: date) -> tuple[Days, ...]:
    """That day of each month around today."""
    firsts = (month_days(today.year, today.month + n)[0] for n in range(-12, 14))
    found = (day_of(f.year, f.month, day) for f in firsts)
    return tuple((d, d) for d in found if d)


def weekly(weekday: int, today: date) -> tuple[Days, ...]:
    """That weekday (0 is Monday) of each week around today."""
    monday = week_days(today)[0]
    return tuple((d, d) for d in (monday + (weekday + 7 * n) * DAY for n in range(-4, 54)))


def next_occurrence(rrule: str, on: date) -> date | None:
    """The first day on or after `on` that a rule names; None if it names none within nine years."""
    rule = dict(part.split("=", 1) for part in rrule.split(";"))
    if "BYSETPOS" in rule:  # the last working day needs a table of holidays
        return None
    if not set(rule) & {"BYMONTHDAY", "BYDAY"} and rule["FREQ"] != "DAILY":
        return None
    return next((day for day in _days_from(on) if _names(rule, day)), None)


def _days_from(on: date) -> Iterator[date]:
    return (on + n * DAY for n in range(9 * 366))


def _names(rule: dict[str, str], day: date) -> bool:
    if "BYMONTH" in rule and str(day.month) not in rule["BYMONTH"].split(","):
        return False
    if "BYMONTHDAY" in rule and not _month_day(rule["BYMONTHDAY"].split(","), day):
        return False
    return "BYDAY" not in rule or any(_week_day(part, day) for part in rule["BYDAY"].split(","))


def _month_day(wanted: list[str], day: date) -> bool:
    from_end = day.day - calendar.monthrange(day.year, day.month)[1] - 1
    return str(day.day) in wanted or str(from_end) in wanted


def _week_day(part: str, day: date) -> bool:
    """Whether a day is the weekday MO, the second Monday 2MO or the last one -1MO of its month."""
    if part[-2:] != WEEKDAYS[day.weekday()]:
        return False
    place = part[:-2]
    if place == "-1":
        return (day + 7 * DAY).month != day.month
    return not place or (day.day - 1) // 7 + 1 == int(place)
