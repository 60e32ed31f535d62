"""The expressions for dates that are written out, in the order in which they are tried.

What each match means is in `points`; dates relative to today are in `relative`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from knowledge.dates import points
from knowledge.dates.values import Point
from knowledge.dates.vocabulary import (
    DAY_EN,
    DAY_ZH,
    HAN_DAY,
    MONTH_EN,
    MONTH_ZH,
    WEEKDAY_EN,
    YEAR_EN,
    YEAR_ZH,
)

Builder = Callable[["re.Match[str]", date], "Point | tuple[Point, ...] | None"]
Pattern = tuple[re.Pattern[str], Builder]
Block = tuple[re.Pattern[str], list[Pattern]]
"""Patterns behind a cheap test that a text must pass for any of them to match."""

# What may not follow a day that lacks its 日: 12月31前, but not 3月3家.
_LIMIT = r"(?! ?[\d.]?[\d个天家张万亿千百元块年月周季位名人项条套台次小卡成折倍%])"
_TO = r"\s*(?:-{1,2}|–|—+|~|至|到|to|until|till|through|thru)\s*"
_DAY2 = r"(?P<d2>\d{1,2}(?:st|nd|rd|th)?)(?!\d)"
_LAST_ZH = r"最后[一1][天日]"
_FIRST_ZH = r"的?第[一1][天日]|的?首日"
_EDGE_ZH = rf"(?P<edge>{_FIRST_ZH}|的?季?末|的?季?底|结束|的?{_LAST_ZH}|终了?)"
_EDGE_EN = r"(?:(?:the )?(?P<edge>(?:very )?end|last day|first day|close|last date) of (?:the )?)"
_VAGUE_ZH = r"(?P<vague>[上中下]旬|中[上下]旬|初|中(?![午心国小关山]))"
_VAGUE_EN = (
    r"(?P<vague>(?<![a-z])(?:early|mid|(?:the )?(?:first|second|third|last) (?:week|days|"
    r"half) (?:of|in)|middle of|late|beginning of|start of|around|sometime in|"
    r"first half of|second half of))[- ]?(?:in )?(?:the )?(?:month of )?"
)
_PREP = (
    r"(?<![a-z])(?:by|before|until|till|in|through|thru|end|for|during|since|from|to|next|this)"
    r" (?:the )?(?:month of )?"
)
_MONTHS = r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_QY = r"(?:[ ,]*(?:of )?(?P<y>20\d{2}|this year|next year)(?!\d))"
_HOLIDAY = (
    rf"(?:(?<![a-z])(?P<h>{points.holiday_names(False)})(?![a-z])(?:节|假期)?"
    rf"|(?<![\d一二三四五六七八九十第])(?P<h2>{points.holiday_names(True)})节?"
    r"(?= ?(?:前|后|当天|当日|那天|假|期间|起|截|到|至|之|大促|活动|before)))"
)


def block(guard: str, *table: tuple[Builder, str]) -> Block:
    return re.compile(guard), [(re.compile(pattern), builder) for builder, pattern in table]


_NUMERIC = block(
    r"\d{2}",
    (
        points.numeric,
        r"(?<![\d.])(?P<y>(?:19|20)\d{2}) ?(?P<sep>[-/.]) ?(?P<m>\d{1,2}) ?(?P=sep) ?"
        r"(?P<d>\d{1,2})(?!\d|[./]\d)日?",
    ),
    (points.numeric, r"(?<![\da-z-])(?P<y>20\d{2})(?P<m>0[1-9]|1[0-2])(?P<d>\d{2})(?!\d)"),
    (
        points.year_last,
        r"(?<![\d./-])(?P<a>\d{1,2})(?P<sep>[/.-])(?P<b>\d{1,2})(?P=sep)(?P<y>20\d{2})(?!\d)",
    ),
    (
        points.short_year_first,
        r"(?<![\d./-])(?P<y>2\d)(?P<sep>[/.-])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?![\d./-])",
    ),
)
_DAYS_ZH = block(
    "月",
    (
        points.same_month,
        rf"(?:{YEAR_ZH})?{MONTH_ZH} ?{DAY_ZH} ?[日号]?{_TO}(?P<d2>\d{{1,2}}|{HAN_DAY}) ?[日号]"
        r"(?!内|以内)",
    ),
    (
        points.full,
        rf"(?:{YEAR_ZH})?{MONTH_ZH} ?的?{DAY_ZH}(?: ?[日号](?:那天|当天|当日)?|{_LIMIT})(?!内)",
    ),
)
_DAYS_EN = block(
    _MONTHS,
    (
        points.same_month,
        rf"{DAY_EN}(?:{_TO}|\s*(?:and|&)\s*)(?:the )?{_DAY2}(?: of)?[ -]{MONTH_EN}"
        rf"(?:,? {YEAR_EN})?",
    ),
    (points.same_month, rf"{MONTH_EN} (?:the )?{DAY_EN}{_TO}{_DAY2}(?![:.]\d)(?:,? {YEAR_EN})?"),
    (
        points.full,
        rf"(?:{WEEKDAY_EN},? (?:the )?)?{DAY_EN}(?: day)?(?: of)?[ -]+{MONTH_EN}"
        rf"(?:,?[ -]*(?:of )?{YEAR_EN})?",
    ),
    (points.full, rf"(?P<y>20\d{{2}})[ -]{MONTH_EN}[ -]{DAY_EN}"),
    (
        points.full,
        rf"(?:{WEEKDAY_EN},? )?{MONTH_EN} ?(?:the )?{DAY_EN}(?![:.]\d)(?:,? *(?:of )?{YEAR_EN})?",
    ),
)
_NTH_WEEKDAYS = block(
    r"个?(?:周|星期|礼拜)|day (?:of|in) ",
    (
        points.nth_week_day,
        rf"(?:{YEAR_ZH})?{MONTH_ZH}的?第?(?P<nth>[一二三四1-4]|最后[一1])个?"
        r"(?:周|星期|礼拜)(?P<wd>[一二三四五六日天])",
    ),
    (
        points.nth_week_day,
        rf"(?:the )?(?P<nth>first|second|third|fourth|last) {WEEKDAY_EN} (?:of|in) {MONTH_EN}"
        rf"(?:,? {YEAR_EN})?",
    ),
)
_FESTIVALS = block(
    rf"{points.holiday_names(False)}|{points.holiday_names(True)}",
    (points.holiday, rf"(?:{YEAR_ZH})?{_HOLIDAY}"),
)
EXACT = [_NTH_WEEKDAYS, _NUMERIC, _DAYS_ZH, _DAYS_EN, _FESTIVALS]
"""Whole dates, tried first."""

_MONTHS_ZH = block(
    "月",
    (
        points.month,
        rf"(?:{YEAR_ZH})?{MONTH_ZH}的?(?P<edge>月?底|月?末(?!班)|{_LAST_ZH}|{_FIRST_ZH})",
    ),
    (points.month, rf"(?:{YEAR_ZH})?{MONTH_ZH}的?{_VAGUE_ZH}"),
    (points.month, rf"{YEAR_ZH}{MONTH_ZH}(?! ?\d{{1,2}} ?[日号])"),
)
_MONTHS_EN = block(
    _MONTHS,
    (points.month, rf"{_EDGE_EN}{MONTH_EN}(?:,? (?:of )?{YEAR_EN})?"),
    (points.month, rf"{_VAGUE_EN}{MONTH_EN}(?:,? {YEAR_EN})?"),
    (points.month, rf"{MONTH_EN}(?:'s)?[- ](?P<edge>end)(?![a-z])(?:,? {YEAR_EN})?"),
    (points.month, rf"(?<![a-z])(?P<edge>end)[- ]{MONTH_EN}(?:,? {YEAR_EN})?"),
    (points.month, rf"{MONTH_EN},? (?:of )?(?P<y>20\d{{2}}|this year|next year)(?!\d)"),
)
_QUARTERS = block(
    r"季|q[1-4]|quarter",
    (points.quarter, rf"(?:{YEAR_ZH})?第?(?P<n>[一二三四1-4])季度?{_EDGE_ZH}?"),
    (points.quarter, rf"{YEAR_ZH}q(?P<n>[1-4])(?!\d){_EDGE_ZH}?"),
    (points.quarter, rf"{_EDGE_EN}?(?<![a-z\d])q(?P<n>[1-4])(?![\d.]){_QY}?"),
    (
        points.quarter,
        rf"{_EDGE_EN}?(?P<n>first|second|third|fourth|1st|2nd|3rd|4th) quarter{_QY}?",
    ),
)
_HALVES = block(
    r"半年|h[12]|half",
    (points.half, rf"(?:{YEAR_ZH})?(?P<n>[上下])半年度?(?P<edge>末|底|结束)?"),
    (points.half, rf"{_EDGE_EN}?(?<![a-z\d])h(?P<n>[12])(?!\d){_QY}?"),
    (points.half, rf"{_EDGE_EN}?(?P<n>first|second|1st|2nd) half (?:of |in )?(?:the year|{_QY})"),
)
_YEARS = block(
    r"年|20\d\d|(?:this|next) year",
    (points.year, rf"{YEAR_ZH}(?P<edge>年?底|年?末|年终|结束|{_LAST_ZH}|{_FIRST_ZH})"),
    (points.year, rf"{YEAR_ZH}(?P<vague>年?初|年?中(?![国小]))"),
    (
        points.month,
        r"(?<![\d.])(?P<y>20\d{2})[-/.](?P<m>0?[1-9]|1[0-2])(?![\d./-]|\s*[%元万])月?",
    ),
    (points.year, rf"{_EDGE_EN}(?P<y>20\d{{2}}|this year|next year)(?!\d)"),
    (points.year, r"(?P<y>20\d{2}|next year|this year)(?:'s)? (?P<edge>year[- ]end|end)"),
)
STRETCHES = [_MONTHS_ZH, _MONTHS_EN, _QUARTERS, _HALVES, _YEARS]
"""Months, quarters, halves and years, or their last days."""

_AFTER_DAY = (
    r"(?=\s*(?:$|[,，。;；、!！()~—–]|\d|前|之前|以前|截|到|至|止|过|失|晚|早|上午|下午|中午|凌晨|"
    r"要|交|报|为|当|那|都|就|的?最后|起|开|生|缴|付|续|发|扣|的|-))"
)
_BEFORE_SLASH = "|".join(
    f"(?<={word})"
    for word in (
        r"\d-",
        r"\d~",
        "截止",
        "ddl ",
        "deadline ",
        "从",
        "从 ",
        "自",
        "from ",
        "on ",
        "截至",
        "至",
        "到",
        "于",
        "by ",
        "due ",
        "before ",
        "until ",
        "expires ",
    )
)
_LOOSE_ZH = block(
    r"月|[日号年]",
    (points.month, rf"(?<![第每前近]){MONTH_ZH}(?! ?[\d个饼亮球薪租费])"),
    (
        points.bare_day,
        r"(?<![\d.第满提一二三四五六七八九十廿月后])"
        rf"(?P<d>\d{{1,2}}|{HAN_DAY}) ?(?:号|日){_AFTER_DAY}",
    ),
    (points.year, r"(?<![\d.-])(?P<y>20\d{2}) ?年度?(?! ?[\d第])"),
    (points.year, r"(?P<y>今年|明年|后年|去年|次年|本年度?)(?=内|之内|以内|前|之前)内?"),
)
_LOOSE_EN = block(
    r"[a-z]{2}",
    (points.month, rf"{_PREP}{MONTH_EN}(?! \d)"),
    (points.month, rf"(?<=-){MONTH_EN}(?! \d)"),
    (
        points.bare_day,
        r"(?<![a-z])(?:on|by|before|until|till|to|of|is|due|the) (?:the )?(?P<d>\d{1,2})"
        r"(?:st|nd|rd|th)(?![a-z])"
        r"(?! (?:floor|edition|annual|time|anniversary|batch|round|quarter|century))",
    ),
    (
        points.year,
        r"(?<![a-z])(?:by|before|until|in|during|through|to|since|from) (?P<y>20\d{2})"
        r"(?![\d,年.-])",
    ),
)
_SLASHED = block(
    r"\d[/.]\d",
    (
        points.slashed,
        rf"(?:{_BEFORE_SLASH})(?P<a>\d{{1,2}})[/.](?P<b>\d{{1,2}})(?![\d%/.]|\s*[万元])",
    ),
    (
        points.slashed,
        r"(?<![\d./])(?P<a>\d{1,2})[/.](?P<b>\d{1,2})(?=\s*(?:前|之前|以前|截止|到期|过期|失效|止|"
        r"号|日|交|报|开始|起(?!步)|生效|\d{1,2}:\d\d|[-至到~] ?\d{1,2}[/.]\d{1,2}))",
    ),
)
LOOSE = [_LOOSE_ZH, _LOOSE_EN, _SLASHED]
"""Tried after durations have been read: 30日内 is no day of a month, 2年 no year."""
