"""Dates relative to the day of writing: 明天, 下周五, 月底, next Friday, end of this month.

Dates that are written out are in `points` and `patterns`.
"""

from __future__ import annotations

import re
from datetime import date

from knowledge.dates.calendar_rules import (
    DAY,
    add_months,
    day_of,
    half_days,
    month_days,
    nth_of,
    nth_week_day,
    quarter_days,
    week_days,
    weekly,
    year_days,
)
from knowledge.dates.patterns import block
from knowledge.dates.points import is_first
from knowledge.dates.values import Days, Point, Precision
from knowledge.dates.vocabulary import (
    DAY_EN,
    DAY_ZH,
    OFFSET_EN,
    OFFSET_ZH,
    WEEK_ZH,
    WEEKDAY_EN,
    WEEKDAYS_EN,
    WEEKDAYS_ZH,
    day_number,
)

Match = re.Match[str]

_DAYS = {
    "大前天": -3, "前天": -2, "前日": -2, "昨天": -1, "昨日": -1, "昨晚": -1, "今天": 0,
    "今日": 0, "今晚": 0, "今夜": 0, "今早": 0, "今儿": 0, "即日": 0, "今起": 0,
    "明天": 1, "明日": 1,
    "明晚": 1, "明早": 1, "明儿": 1, "明晨": 1, "后天": 2, "后日": 2, "大后天": 3, "大后日": 3,
    "the day before yesterday": -2, "day before yesterday": -2, "yesterday": -1,
    "last night": -1, "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0,
    "this evening": 0, "tomorrow": 1, "tmrw": 1, "tmr": 1, "the day after tomorrow": 2,
    "day after tomorrow": 2, "day after next": 2,
}  # fmt: skip


def _fixed(match: Match, days: Days, precision: Precision, iso: str = "") -> Point:
    return Point(match.start(), match.end(), (days,), precision, iso)


def _day(match: Match, today: date) -> Point:
    day = today + _DAYS[match[0].strip()] * DAY
    return _fixed(match, (day, day), "day")


def _edge(match: Match, days: Days, precision: Precision) -> Point:
    """The stretch itself, its last day, or something vague within it."""
    groups = match.groupdict()
    if edge := groups.get("edge"):
        day = days[0] if is_first(edge) else days[1]
        return _fixed(match, (day, day), "day")
    fuzzy = bool(groups.get("vague"))
    return Point(match.start(), match.end(), (days,), precision, fuzzy=fuzzy)


def _offset(match: Match) -> int:
    word = (match.groupdict().get("o") or "").strip()
    return OFFSET_ZH[word] if word in OFFSET_ZH else OFFSET_EN[word]


def _month(match: Match, today: date) -> Point | None:
    first, last = month_days(today.year, today.month + _offset(match))
    if not match.groupdict().get("d"):
        return _edge(match, (first, last), "month")
    day = day_of(first.year, first.month, day_number(match["d"]))
    return Point(match.start(), match.end(), ((day, day),) if day else ())


def _quarter(match: Match, today: date) -> Point:
    number = (today.month + 2) // 3 + _offset(match) - 1
    return _edge(match, quarter_days(today.year + number // 4, number % 4 + 1), "quarter")


def _half(match: Match, today: date) -> Point:
    return _edge(match, half_days(today.year, 1 if today.month < 7 else 2), "half")


def _year(match: Match, today: date) -> Point:
    return _edge(match, year_days(today.year + _offset(match)), "year")


def _week(match: Match, today: date) -> Point:
    monday, sunday = week_days(today + 7 * _offset(match) * DAY)
    return _edge(match, (monday, sunday), "week")


def _week_day(match: Match, today: date) -> Point:
    """周五 is the next Friday, today included; 本周五 and 下周五 are of that calendar week."""
    name, word = match["wd"], match["o"]
    number = WEEKDAYS_ZH[name] if name in WEEKDAYS_ZH else WEEKDAYS_EN[name]
    if word is None or word.strip() in {"coming", "upcoming", "the coming"}:
        return Point(match.start(), match.end(), weekly(number, today), fixed=False)
    day = week_days(today + 7 * _offset(match) * DAY)[0] + number * DAY
    return _fixed(match, (day, day), "day")


def _last_week_day(match: Match, today: date) -> Point:
    """ "last Friday" is the most recent one before today."""
    number = WEEKDAYS_EN[match["wd"]]
    day = today - ((today.weekday() - number - 1) % 7 + 1) * DAY
    return _fixed(match, (day, day), "day")


def _week_after(match: Match, today: date) -> Point:
    """A week from Friday: seven days after the next one."""
    number = WEEKDAYS_EN[match["wd"]]
    weeks = 2 if match["n"] == "two weeks" else 1
    options = tuple((a + 7 * weeks * DAY,) * 2 for a, _ in weekly(number, today) if a >= today)
    return Point(match.start(), match.end(), options[:1])


def _nth_week_day(match: Match, today: date) -> Point | None:
    """下个月第一个周一, the last Friday of this month."""
    first, _ = month_days(today.year, today.month + _offset(match))
    name = match["wd"]
    number = WEEKDAYS_ZH[name] if name in WEEKDAYS_ZH else WEEKDAYS_EN[name]
    day = nth_week_day(first, nth_of(match["nth"]), number)
    return Point(match.start(), match.end(), ((day, day),) if day else ())


def _same_day(match: Match, today: date) -> Point:
    """下个月的今天, this day next month."""
    day = add_months(today, _offset(match))
    return _fixed(match, (day, day), "day")


_O_ZH = r"(?P<o>下下|上上|本|这|当|下|次|上) ?(?:一?个)? ?"
_O_EN = r"(?P<o>this|the|current|next|last|coming)"
_EDGE_ZH = r"(?P<edge>月?底|月?末|最后[一1][天日]|结束|第[一1][天日]|首日)"
_EDGE_EN = r"(?:(?:the )?(?:very )?(?P<edge>end|last day|first day|close) of )"
_VAGUE_ZH = r"(?P<vague>[上中下]旬|初|中(?![午心国]))"
_NAMES = "|".join(sorted(_DAYS, key=len, reverse=True))


_RELATIVE_MONTHS = block(
    r"月|month|eom",
    (_same_day, rf"{_O_ZH}月的?今天"),
    (
        _nth_week_day,
        rf"{_O_ZH}月的?第?(?P<nth>[一二三四1-4]|最后[一1])个?{WEEK_ZH}(?P<wd>[一二三四五六日天])",
    ),
    (
        _nth_week_day,
        rf"(?:the )?(?P<nth>first|second|third|fourth|last) {WEEKDAY_EN} (?:of|in) "
        r"(?P<o>this|next|the) month",
    ),
    (_month, rf"{_O_ZH}月份?的? ?{DAY_ZH} ?[日号]"),
    (_month, rf"{_O_ZH}月份?的?{_EDGE_ZH}"),
    (_month, rf"{_O_ZH}月份?的?{_VAGUE_ZH}"),
    (_month, r"(?P<o>本|这|当|下下|下|次|上) ?个?月份?(?:之?内|以内)?(?!\d)"),
    (_month, r"(?<![\d个每两几一二三四五六七八九十])月(?P<edge>底|末)"),
    (_month, r"(?<![\d个每两几一二三四五六七八九十])月(?P<vague>初|中(?![午心国]))"),
    (_month, rf"(?:the )?{DAY_EN} (?:day )?of (?P<o>this|next|the) month"),
    (_month, rf"(?P<o>this|next) month(?:'s| on the|,? the|, on the)? {DAY_EN}"),
    (_month, rf"{_EDGE_EN}(?:{_O_EN} )?month(?![a-z])"),
    (_month, r"(?P<vague>mid|early|late)[- ](?P<o>this |next )month"),
    (_month, r"(?P<o>this|next) month(?:'s)?(?: (?P<edge>end))?(?![a-z])"),
    (_month, r"(?<![a-z])(?:the )?(?P<edge>month(?:'s)?[- ]?end|eom)(?![a-z])"),
)
_RELATIVE_QUARTERS = block(
    r"季|quarter|eoq|半年",
    (
        _quarter,
        rf"{_O_ZH}季度?(?P<edge>的?末|底|的?最后[一1][天日]|结束|的?第[一1][天日]|首日)?(?:之?内)?",
    ),
    (_quarter, r"(?<![度一二三四1-4每半])季(?:度)?(?P<edge>末|底)"),
    (_quarter, rf"{_EDGE_EN}(?:{_O_EN} )?quarter(?![a-z])"),
    (_quarter, r"(?P<o>this|next) quarter(?:[- ](?P<edge>end))?"),
    (_quarter, r"(?<![a-z])(?:the )?(?P<edge>quarter[- ]?end|eoq)(?![a-z])"),
    (_half, r"本半年(?P<edge>末|底)?"),
)
_RELATIVE_YEARS = block(
    r"年|岁末|year|eoy",
    (_year, rf"{_EDGE_EN}(?:{_O_EN} )?(?:calendar )?year(?![a-z]| after)"),
    (_year, r"(?<![a-z])(?:the )?(?P<edge>year[- ]?end|years? end|year's end|eoy)(?![a-z])"),
    (_year, r"(?<![\d明今后去来每一])(?P<edge>年底|年末|年终|岁末)"),
    (_year, r"(?<![\d半明今后去来每一二两三四五六七八九十几当])年内"),
    (_year, r"(?<![\d半明今后去来每一])(?P<vague>年初|年中)"),
    (_year, r"(?P<edge>end of )?the year (?P<o>after next)"),
    (_year, r"(?P<o>this|next) year(?![a-z'])"),
)
_RELATIVE_WEEKS = block(
    r"周|星期|礼拜|week|mon|tue|wed|thu|fri|sat|sun|eow",
    (
        _week_day,
        rf"(?:(?P<o>下下|上上|本|这个?|下个?|上个?) ?)?{WEEK_ZH}"
        r"(?P<wd>[一二三四五六日天]|[1-6](?!\d))(?![个次期])",
    ),
    (
        _week,
        rf"(?P<o>下下|上上|本|这|下|上) ?个? ?{WEEK_ZH}(?P<edge>末|日|天)?(?:之?内|以内)?",
    ),
    (_week, r"周(?P<edge>末)|(?<![两几一二三四五六七八九十\d每])周(?:之)?内"),
    (
        _week_after,
        rf"(?P<n>a week|two weeks) (?:from|on|after) (?:the )?(?:next |this )?{WEEKDAY_EN}",
    ),
    (_week_after, rf"{WEEKDAY_EN} (?P<n>week)(?![a-z-])"),
    (_last_week_day, rf"(?<![a-z])last {WEEKDAY_EN}"),
    (_week_day, rf"{WEEKDAY_EN}(?:,? (?:of )?(?P<o>next|this) week)"),
    (_week_day, rf"(?P<o>next|this) week,?(?:'s)?(?: on)? {WEEKDAY_EN}"),
    (_week_day, rf"(?:(?<![a-z])(?P<o>this|next|coming|upcoming|the coming) )?{WEEKDAY_EN}"),
    (_week, rf"{_EDGE_EN}(?:{_O_EN} )?(?:week|weekend)(?![a-z])"),
    (_week, r"(?<![a-z])(?P<o>this|next|the) (?P<edge>weekend)"),
    (_week, r"(?<![a-z])(?P<o>this|next) week(?![a-z])"),
    (_week, r"(?<![a-z])(?P<edge>week[- ]?end|eow)(?![a-z])"),
)
_RELATIVE_DAYS = block(_NAMES, (_day, rf"(?<![a-z])(?:{_NAMES})(?![a-z])"))
RELATIVE = [
    _RELATIVE_DAYS,
    _RELATIVE_MONTHS,
    _RELATIVE_QUARTERS,
    _RELATIVE_YEARS,
    _RELATIVE_WEEKS,
]
