"""RFC 5545 rules out of matches of repeated dates; the expressions are in `recurrences`."""

from __future__ import annotations

import re

from knowledge.dates.calendar_rules import WEEKDAYS
from knowledge.dates.vocabulary import (
    HAN_DAY,
    MONTHS,
    WEEKDAYS_EN,
    WEEKDAYS_ZH,
    day_number,
    month_of,
)
from knowledge.numerals import han_value

Match = re.Match[str]

_NTH = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "最后一": -1,
    "最后1": -1,
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
}
_NTH |= {"首": 1, "末": -1, "first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_NTH |= {"1st": 1, "2nd": 2, "3rd": 3, "4th": 4}


def monthly(match: Match) -> str | None:
    groups = match.groupdict()
    if groups.get("last"):
        return "FREQ=MONTHLY;BYMONTHDAY=-1"
    days = [int(d) if d.isdigit() else int(han_value(d) or 0) for d in _day_words(match["days"])]
    if not days or not all(1 <= d <= 31 for d in days):
        return None
    return f"FREQ=MONTHLY;BYMONTHDAY={','.join(map(str, sorted(days)))}"


def _day_words(text: str) -> list[str]:
    return re.findall(rf"\d{{1,2}}|{HAN_DAY}", text)


def nth_week_day(match: Match) -> str:
    nth = _NTH[match["nth"]]
    return f"FREQ=MONTHLY;BYDAY={nth}{_week_day(match['wd'])}"


def _week_day(name: str) -> str:
    return WEEKDAYS[WEEKDAYS_ZH[name] if name in WEEKDAYS_ZH else WEEKDAYS_EN[name]]


def last_workday(_: Match) -> str:
    return "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"


def weekly(match: Match) -> str:
    groups = match.groupdict()
    text = match["wds"] if groups.get("wds") else match[0]
    names = (
        re.findall(r"[一二三四五六日天]", text)
        if groups.get("wds")
        else re.findall(r"(?<![a-z])(?:mon|tue|wed|thu|fri|sat|sun)(?=[a-z]*)", text)
    )
    days = sorted({_week_day(n) for n in names}, key=WEEKDAYS.index)
    step = "INTERVAL=2;" if groups.get("two") else ""
    return f"FREQ=WEEKLY;{step}BYDAY={','.join(days)}"


def weekdays(_: Match) -> str:
    return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"


def daily(_: Match) -> str:
    return "FREQ=DAILY"


def quarterly(match: Match) -> str | None:
    """On the last or first day of quarters, or on a day of their first or last month."""
    groups = match.groupdict()
    months, day = "1,4,7,10", "1"
    if groups.get("last"):
        months, day = "3,6,9,12", "-1"
    elif groups.get("d"):
        late = groups.get("which") in {"末", "最后一个", "第三个", "last", "third"}
        months, day = ("3,6,9,12" if late else months), str(day_number(groups["d"] or ""))
    return f"FREQ=YEARLY;BYMONTH={months};BYMONTHDAY={day}"


def half_yearly(_: Match) -> str:
    return "FREQ=YEARLY;BYMONTH=6,12;BYMONTHDAY=-1"


def yearly(match: Match) -> str | None:
    groups = match.groupdict()
    month, day = month_of(match), -1 if groups.get("last") else day_number(match["d"])
    ok = 1 <= month <= 12 and (day == -1 or 1 <= day <= 31)
    return f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={day}" if ok else None


def year_end(_: Match) -> str:
    return "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"


def month_list(match: Match) -> str | None:
    """1月、4月、7月、10月的15日; 3月1日和9月1日 where the day is the same."""
    text = match["months"] + (match.groupdict().get("more") or "")
    words = re.findall(r"\d{1,2}|[一二三四五六七八九十]+", text)
    months = [int(w) if w.isdigit() else int(han_value(w) or 0) for w in words]
    day = "-1" if match.groupdict().get("last") else str(day_number(match["d"]))
    if not all(1 <= m <= 12 for m in months):
        return None
    return f"FREQ=YEARLY;BYMONTH={','.join(map(str, sorted(months)))};BYMONTHDAY={day}"


def _month_number(text: str) -> int:
    if text[:3] in MONTHS:
        return MONTHS[text[:3]]
    return int(text) if text.isdigit() else int(han_value(text) or 0)


def two_dates(match: Match) -> str | None:
    first, second = match["d"], match["d2"]
    days = day_number(first), day_number(second)
    months = [_month_number(match[name]) for name in ("m", "m2")]
    if days[0] != days[1] and days not in {(30, 31), (31, 30)}:
        return None
    day = days[0] if days[0] == days[1] else -1
    return f"FREQ=YEARLY;BYMONTH={','.join(map(str, sorted(months)))};BYMONTHDAY={day}"


def month_list_en(match: Match) -> str | None:
    words = re.findall(
        r"(?<![a-z])(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", match["months"]
    )
    months = sorted(MONTHS[w] for w in words)
    day = "-1" if match.groupdict().get("last") else str(day_number(match["d"]))
    return f"FREQ=YEARLY;BYMONTH={','.join(map(str, months))};BYMONTHDAY={day}"
