"""Dates that are written out, built from a match: days, months, quarters, halves, years, holidays.

Dates relative to the day of writing (今天, next Friday) are in `relative`; the expressions that
match are in `patterns`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from knowledge.dates import calendar_rules
from knowledge.dates.calendar_rules import (
    day_of,
    half_days,
    month_days,
    monthly,
    quarter_days,
    year_days,
    yearly,
)
from knowledge.dates.values import Days, Point, Precision
from knowledge.dates.vocabulary import WEEKDAYS_EN, WEEKDAYS_ZH, day_number, month_of, year_of

Match = re.Match[str]


def _year(match: Match, today: date) -> int | None:
    return year_of(match.groupdict().get("y"), today)


def day_point(match: Match, today: date, year: int | None, month: int, day: int) -> Point:
    """A calendar day; without options where it does not exist."""
    if year is None:
        options = yearly(month, day, today) if 1 <= month <= 12 else ()
        iso = f"--{month:02}-{day:02}"
        return Point(match.start(), match.end(), options, iso=iso, fixed=not options)
    found = day_of(year, month, day)
    iso = found.isoformat() if found else f"{year}-{month:02}-{day:02}"
    return Point(match.start(), match.end(), ((found, found),) if found else (), iso=iso)


def full(match: Match, today: date) -> Point | None:
    year, month = _year(match, today), month_of(match)
    return day_point(match, today, year, month, day_number(match["d"]))


def numeric(match: Match, today: date) -> Point | None:
    return day_point(match, today, int(match["y"]), int(match["m"]), int(match["d"]))


def short_year_first(match: Match, today: date) -> Point | None:
    """26/12/31 and 26-12-31, where only the year can stand first."""
    year, month, day = 2000 + int(match["y"]), int(match["m"]), int(match["d"])
    return day_point(match, today, year, month, day) if month <= 12 else None


def year_last(match: Match, today: date) -> Point | None:
    """15/04/2027; 04/05/2027 is unclear and has no options."""
    first, second, year = int(match["a"]), int(match["b"]), _year(match, today)
    if first <= 12 and second <= 12 and first != second:
        iso = f"{year}-{match['a']}/{match['b']}"
        return Point(match.start(), match.end(), (), iso=iso)
    month, day = (second, first) if first > 12 else (first, second)
    return day_point(match, today, year, month, day)


def slashed(match: Match, today: date) -> Point | None:
    """12/31 or 12.31 beside a word that makes it a date; month first unless it cannot be."""
    first, second = int(match["a"]), int(match["b"])
    month, day = (second, first) if first > 12 else (first, second)
    return day_point(match, today, None, month, day) if 1 <= month <= 12 else None


def is_first(edge: str) -> bool:
    """Whether the words name the first day of a stretch, not its last."""
    return bool(re.search(r"第[一1]|首|first", edge))


def span_point(
    match: Match, days: Callable[[int], Days], year: int | None, today: date,
    precision: Precision, iso: str,
) -> Point:  # fmt: skip
    """A stretch of a year, of the given year or of the years around today."""
    years = range(today.year - 5, today.year + 10) if year is None else [year]
    options = tuple(days(y) for y in years)
    edge = match.groupdict().get("edge")
    if edge and is_first(edge):
        options = tuple((first, first) for first, _ in options)
    elif edge:  # 2月底, end of Q1: the last day itself
        options = tuple((last, last) for _, last in options)
    fuzzy = bool(match.groupdict().get("vague"))
    where = "day" if edge else precision
    iso = f"{iso}-{'start' if is_first(edge) else 'end'}" if edge else iso
    return Point(match.start(), match.end(), options, where, iso, year is not None, fuzzy)


def month(match: Match, today: date) -> Point | None:
    year, number = _year(match, today), month_of(match)
    if not 1 <= number <= 12:
        return None
    iso = f"{year}-{number:02}" if year else f"--{number:02}"
    return span_point(match, lambda y: month_days(y, number), year, today, "month", iso)


_NTH = {"一": 1, "二": 2, "三": 3, "四": 4, "first": 1, "second": 2, "third": 3, "fourth": 4}
_NTH |= {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "上": 1, "下": 2}


def _nth(text: str) -> int:
    return _NTH[text] if text in _NTH else int(text)


def quarter(match: Match, today: date) -> Point | None:
    year, nth = _year(match, today), _nth(match["n"])
    iso = f"{year}-Q{nth}" if year else f"Q{nth}"
    return span_point(match, lambda y: quarter_days(y, nth), year, today, "quarter", iso)


def half(match: Match, today: date) -> Point | None:
    year, nth = _year(match, today), _nth(match["n"])
    iso = f"{year}-H{nth}" if year else f"H{nth}"
    return span_point(match, lambda y: half_days(y, nth), year, today, "half", iso)


def year(match: Match, today: date) -> Point | None:
    number = _year(match, today)
    return span_point(match, year_days, number, today, "year", str(number)) if number else None


def nth_week_day(match: Match, today: date) -> Point | None:
    """五月的第二个周五, the first Monday of June: this year's or the next."""
    name, year, month = match["wd"], _year(match, today), month_of(match)
    number = WEEKDAYS_ZH[name] if name in WEEKDAYS_ZH else WEEKDAYS_EN[name]
    years = [year] if year else range(today.year - 1, today.year + 3)
    nth = calendar_rules.nth_of(match["nth"])
    if not 1 <= month <= 12:
        return None
    found = (calendar_rules.nth_week_day(date(y, month, 1), nth, number) for y in years)
    options = tuple((day, day) for day in found if day)
    return Point(match.start(), match.end(), options, fixed=year is not None)


def bare_day(match: Match, today: date) -> Point | None:
    day = day_number(match["d"])
    if not 1 <= day <= 31:
        return None
    iso = f"---{day:02}"
    return Point(match.start(), match.end(), monthly(day, today), iso=iso, fixed=False)


def same_month(match: Match, today: date) -> tuple[Point, ...] | None:
    """6月1日至15日, 1-15 March 2027, March 1-15: two days of one month."""
    year, month = _year(match, today), month_of(match)
    made = [day_point(match, today, year, month, day_number(match[d])) for d in ("d", "d2")]
    edges = (match.start(), match.end("d")), (match.start("d2"), match.end())
    return tuple(
        Point(a, b, p.options, p.precision, p.iso, p.fixed)
        for p, (a, b) in zip(made, edges, strict=True)
    )


HOLIDAYS = {
    "元旦": (1, 1), "情人节": (2, 14), "妇女节": (3, 8), "三八节": (3, 8), "植树节": (3, 12),
    "劳动节": (5, 1), "五一": (5, 1), "青年节": (5, 4), "儿童节": (6, 1), "六一": (6, 1),
    "618": (6, 18), "建党节": (7, 1), "七一": (7, 1), "建军节": (8, 1), "八一": (8, 1),
    "教师节": (9, 10), "国庆": (10, 1), "十一": (10, 1), "万圣节": (10, 31), "双十一": (11, 11),
    "双11": (11, 11), "双十二": (12, 12), "双12": (12, 12), "平安夜": (12, 24),
    "圣诞": (12, 25), "跨年": (12, 31),
    "new year's day": (1, 1), "valentine's day": (2, 14), "labour day": (5, 1),
    "labor day": (5, 1), "may day": (5, 1), "children's day": (6, 1), "teachers' day": (9, 10),
    "national day": (10, 1), "halloween": (10, 31), "singles' day": (11, 11),
    "singles day": (11, 11), "christmas eve": (12, 24), "christmas day": (12, 25),
    "christmas": (12, 25), "new year's eve": (12, 31),
}  # fmt: skip
PLAIN_WORDS = {"五一", "六一", "七一", "八一", "十一", "618"}  # also parts of other words


def holiday(match: Match, today: date) -> Point | None:
    month, day = HOLIDAYS[match["h"] or match["h2"]]
    return day_point(match, today, _year(match, today), month, day)


def holiday_names(plain: bool) -> str:
    """Holidays as alternatives; `plain` ones are read only where the context makes them dates."""
    names = [n for n in HOLIDAYS if (n in PLAIN_WORDS) == plain]
    return "|".join(sorted(names, key=len, reverse=True))
