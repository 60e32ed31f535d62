"""Repeated dates in both languages as RFC 5545 rules: 每月15号, every Friday, end of each quarter.

An amount per month is no repetition: a rule needs a day that it names.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from knowledge.dates import recurrence_rules as rules
from knowledge.dates.values import Recurrence
from knowledge.dates.vocabulary import (
    DAY_ZH,
    HAN_DAY,
    MONTH_EN,
    MONTH_ZH,
    ORDINALS,
    WEEK_ZH,
    WEEKDAY_EN,
)

Match = re.Match[str]
Rule = Callable[[Match], "str | None"]

_FILL = r"[^,，。;；\d一二三四五六七八九十]{0,8}?(?:[一1两2]次)?,?"  # 每月固定在, 每个月的
_DAYS_ZH = (
    r"(?:\d{1,2} ?[日号]?(?:至|到|-|—|~) ?)?"
    rf"(?P<days>(?:\d{{1,2}}|{HAN_DAY}) ?[日号]?(?:[、,和及与或] ?(?:\d{{1,2}}|"
    rf"{HAN_DAY}) ?[日号]?)*(?<=[日号]))"
)
_LAST_ZH = r"(?P<last>最后[一1]?[天日]|月?底|月?末(?!班)|末日| ?last day)"
_MONTH_ZH = r"(?:每(?:一?个|逢)? ?(?:月(?:份)?|month)|按月|逐月|月月)(?:的)?"
_QUARTER_ZH = r"(?:每(?:一?个)?季度?|按季度?|逐季)(?:的)?"
_YEAR_ZH = r"(?:每(?:一|逢)?年度?|年年|按年)(?:的)?"
_EVERY = r"(?<![a-z])(?:every|each)"
_DAYS_EN = (
    r"(?P<days>(?:the )?\d{1,2}(?:st|nd|rd|th)(?:(?:,| and| &|, and|"
    r" or) (?:the )?\d{1,2}(?:st|nd|rd|th))*)"
)
_LAST_EN = r"(?:the )?(?P<last>last (?:calendar )?day|end|very last day)"
_WD_EN = (
    r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?|mon|tues?|weds?|thu(?:rs?)?|fri|sat|"
    r"sun)(?![a-z])"
)
_WEEKDAYS_EN = rf"{_WD_EN}(?:(?:,|/| and| &|, and) ?{_WD_EN})*"


def _all(*table: tuple[Rule, str]) -> list[tuple[re.Pattern[str], Rule]]:
    return [(re.compile(pattern), rule) for rule, pattern in table]


_M = r"(?:\d{1,2}|十[一二]|[一二三四五六七八九十])"
_M_EN = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_MONTHS_EN = rf"(?P<months>{_M_EN}(?:(?:,|/| and| &|, and) ?{_M_EN})+)"
_D_EN = rf"(?P<d>\d{{1,2}}(?:st|nd|rd|th)?(?!\d)|{'|'.join(ORDINALS)})"
_BY = r"(?:,? ?(?:by|on|due|before|no later than|until)? ?(?:the )?)"

RULES = _all(
    (
        rules.two_dates,
        rf"{_YEAR_ZH}{_FILL}{MONTH_ZH} ?{DAY_ZH}[日号]?(?:[、,和及与或])"
        rf"(?P<m2>{_M})月(?P<d2>\d{{1,2}}|{HAN_DAY})[日号]",
    ),
    (
        rules.month_list,
        rf"(?:{_YEAR_ZH}{_FILL})?(?<!\d)(?P<months>{_M}月?份?"
        rf"(?:[、,，/和及与] ?{_M}月?份?)+)(?<=月|份) ?的?"
        rf"(?:各?月?的?{DAY_ZH} ?[日号]|(?P<last>最后[一1][天日]|月?底|月?末))",
    ),
    (rules.yearly,
        rf"{_YEAR_ZH}{_FILL}{_M}月(?:\d{{1,2}}|{HAN_DAY})[日号]?(?:至|到|-|—|–|~)"
        rf"{MONTH_ZH} ?{DAY_ZH} ?[日号]"),
    (rules.yearly,
        rf"{_YEAR_ZH}{_FILL}{MONTH_ZH}的? ?(?:{DAY_ZH} ?[日号]?(?!\d)|(?P<last>底|末|"
        r"最后[一1]天|最后[一1]日))"),
    (rules.year_end, rf"{_YEAR_ZH}{_FILL}(?:年底|年末|最后[一1]天|底|12月底)"),
    (rules.half_yearly, r"每半年(?:度)?(?:的)?(?:末|底|最后[一1]天|结束)"),
    (rules.quarterly,
        rf"{_QUARTER_ZH}{_FILL}(?P<last>最后[一1][天日]|季?末(?!月)|季?底|结束前|末日)"),
    (rules.quarterly,
        rf"{_QUARTER_ZH}{_FILL}(?P<which>首|第一个|末|最后一个|第三个|"
        rf"头一个)月的?{DAY_ZH} ?[日号]"),
    (rules.quarterly,
        rf"(?:{_QUARTER_ZH}|季度?)(?:终了|结束|末)(?:之日起|之?后|起)?(?P<d>\d{{1,2}}|"
        rf"{HAN_DAY}) ?[日天](?:之?内|以内)"),
    (rules.quarterly, rf"{_QUARTER_ZH}{_FILL}(?:第[一1]天|首日|初|季初)"),
    (rules.quarterly, rf"{_QUARTER_ZH}{_FILL}{DAY_ZH} ?[日号]"),
    (rules.monthly,
        rf"(?:{_MONTH_ZH}|月度?)(?:终了|结束|末)(?:之日起|之?后|起)?(?P<days>\d{{1,2}}|"
        rf"{HAN_DAY}) ?[日天](?:之?内|以内)"),
    (rules.last_workday,
        rf"{_MONTH_ZH}{_FILL}最后[一1]个?工作日|last (?:working|business) day of (?:every|"
        r"each|the) month"),
    (rules.nth_week_day,
        rf"{_MONTH_ZH}{_FILL}(?:第(?P<nth>[一二三四1-4])个?)(?:{WEEK_ZH})"
        r"(?P<wd>[一二三四五六日天])"),
    (rules.nth_week_day,
        rf"{_MONTH_ZH}{_FILL}(?P<nth>最后一|最后1)个?(?:{WEEK_ZH})(?P<wd>[一二三四五六日天])"),
    (rules.monthly,
        rf"{_MONTH_ZH}{_FILL}(?:{_DAYS_ZH}|{_LAST_ZH})(?!前?[\d一二三四五六七八九十]*个)"),
    (rules.weekly,
        rf"(?P<two>每(?:隔?[两2二]|隔[一1]?)个?{WEEK_ZH}|隔{WEEK_ZH}|双{WEEK_ZH}|"
        rf"单双{WEEK_ZH})的?,?{_FILL}{WEEK_ZH}?(?P<wds>[一二三四五六日天]"
        rf"(?:[、,和及与]?{WEEK_ZH}?[一二三四五六日天])*)"),
    (rules.weekly,
        r"(?:每(?:一?个|逢)? ?|(?<![a-z])(?:every|each) ?|"
        rf"逢){WEEK_ZH} ?的?(?P<wds>[一二三四五六日天]"
        rf"(?:[、,和及与]?{WEEK_ZH}?[一二三四五六日天])*)"),
    (rules.weekdays,
        r"每个?(?:工作日|上班日)|(?<![a-z])(?:every|each) (?:weekday|working day|"
        r"business day|workday)|(?<![a-z])(?:on )?weekdays(?![a-z])"),
    (rules.daily, r"(?:每[天日]|天天|逐日)(?!\d)|(?<![a-z])(?:every day|daily|each day)(?![a-z])"),
    (rules.nth_week_day,
        r"(?:on )?(?:the )?(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|"
        rf"4th) {WEEKDAY_EN},? (?:of|in) (?:every|each|the) month"),
    (rules.nth_week_day,
        rf"{_EVERY} (?P<nth>first|second|third|fourth|last|1st|2nd|3rd|"
        rf"4th) {WEEKDAY_EN}(?: (?:of|in) (?:the|each|every|a) month)"),
    (rules.nth_week_day,
        rf"monthly,? (?:on )?(?:the )?(?P<nth>first|second|third|fourth|last) {WEEKDAY_EN}"),
    (rules.month_list_en, rf"(?:the )?(?:{_D_EN}|(?P<last>last day)) (?:day )?of {_MONTHS_EN}"),
    (rules.month_list_en, rf"{_MONTHS_EN},? (?:on )?(?:the )?(?:{_D_EN}|(?P<last>last day))"),
    (rules.quarterly, rf"{_LAST_EN} of (?:every|each) (?:calendar )?quarter"),
    (rules.quarterly,
        rf"(?:{_EVERY} (?:calendar )?quarter(?:'s)?,?(?: (?:by|on|before|"
        r"at))?[- ]?(?:the )?(?P<last>quarter[- ]end|last day|end))"),
    (rules.quarterly,
        r"quarterly,?[a-z ]{0,20}? (?:on |by |at )?(?:the )?(?P<last>last day|quarter[- ]end|"
        r"end)(?: of (?:the|each|every) quarter)?"),
    (rules.quarterly,
        r"(?:the )?first day of (?:every|each) (?:calendar )?quarter|"
        r"quarterly,? on the first day"),
    (rules.quarterly,
        rf"(?:{_EVERY} quarter|quarterly)[a-z ,]{{0,14}}?(?:the )?{_D_EN} (?:day )?of "
        r"(?:the |its )?"
        r"(?P<which>first|last|third) month"),
    (rules.two_dates,
        rf"(?:{_EVERY} year|annually|yearly)[a-z ,]{{0,14}}?{_D_EN} (?P<m>{_M_EN}) and "
        rf"(?P<d2>\d{{1,2}})(?:st|nd|rd|th)? (?P<m2>{_M_EN})"),
    (rules.two_dates,
        rf"{_D_EN} (?P<m>{_M_EN}) and (?P<d2>\d{{1,2}})(?:st|nd|rd|th)? (?P<m2>{_M_EN}),? "
        r"(?:of )?(?:every|each) year"),
    (rules.monthly, rf"{_DAYS_EN} (?:day )?of (?:every|each) (?:calendar )?month"),
    (rules.monthly, rf"{_DAYS_EN},? (?:every|each) month"),
    (rules.monthly, rf"每个? ?(?:month|月)的? ?{_DAYS_EN}"),
    (rules.monthly, rf"{_EVERY} {_DAYS_EN}(?! (?:floor|time))(?: of the month)?"),
    (rules.monthly, rf"(?:{_EVERY} month|monthly){_BY}[a-z ]{{0,20}}?(?:{_DAYS_EN}|{_LAST_EN})"),
    (rules.monthly, rf"{_LAST_EN} of (?:every|each) (?:calendar )?month"),
    (rules.monthly, rf"{_EVERY} (?P<last>month[- ]end)"),
    (rules.monthly, rf"{_DAYS_EN},? monthly"),
    (rules.monthly, rf"(?:{_EVERY} month|monthly)[a-z, ]{{0,12}}? day (?P<days>\d{{1,2}})(?!\d)"),
    (rules.month_list,
        rf"(?:{_YEAR_ZH}{_FILL})?(?P<months>{_M}月)(?:底|"
        rf"末)?[、,和及与](?P<more>{_M}月)(?P<last>底|末)"),
    (rules.weekly,
        r"(?P<two>every (?:other|second|2nd)|alternate|every two weeks,? on|"
        rf"every 2 weeks,? on|fortnightly,? (?:on )?|bi-?weekly,? (?:on )?) ?{_WEEKDAYS_EN}"),
    (rules.weekly, rf"(?:{_EVERY} |每个? ?){_WEEKDAYS_EN}"),
    (rules.weekly, rf"weekly,? (?:on |every )?{_WEEKDAYS_EN}"),
    (rules.weekly,
        r"(?<![a-z])(?:mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|"
        r"sundays)(?: and (?:mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|"
        r"sundays))?"),
    (rules.yearly,
        rf"(?:{_EVERY} year|annually|"
        rf"yearly){_BY}[a-z ]{{0,20}}?(?<![a-z\d]){_D_EN}(?: of)? {MONTH_EN}"),
    (rules.yearly,
        rf"(?:{_EVERY} year|annually|yearly){_BY}[a-z ]{{0,20}}?{MONTH_EN} (?:the )?{_D_EN}"),
    (rules.yearly, rf"(?<![a-z\d]){_D_EN}(?: of)? {MONTH_EN},? (?:of )?(?:every|each) year"),
    (rules.yearly, rf"{MONTH_EN} (?:the )?{_D_EN},? (?:of )?(?:every|each) year"),
    (rules.yearly, rf"{_EVERY} {_D_EN} {MONTH_EN}"),
    (rules.yearly, rf"{_EVERY} {MONTH_EN} (?:the )?{_D_EN}"),
    (rules.yearly, rf"{_LAST_EN} of {MONTH_EN},? (?:every|each) year"),
    (rules.yearly, rf"(?:{_EVERY} year|annually|yearly){_BY}{_LAST_EN} of {MONTH_EN}"),
    (rules.year_end,
        r"(?<![a-z])(?:every|each) year[- ]end|(?:end|last day) of (?:every|each) year"),
)  # fmt: skip


_GUARD = re.compile(
    r"每|按[月季年]|逢|隔|双周|年年|月月|天天|逐|终了|结束后|月[、,，/和及与]|"
    r"[、,，/和及与] ?[\d一二三四五六七八九十]+月|every|each|monthly|weekly|"
    r"quarterly|annually|yearly|daily|of the month|fortnightly|alternate|weekdays|days(?![a-z])|"
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*(?:,|/| and| &) ?[a-z]"
)


def recurrences(s: str) -> list[Recurrence]:
    """The repeated dates in a text in normal form; the first pattern that fits a place wins."""
    found: list[Recurrence] = []
    if not _GUARD.search(s):
        return found
    for pattern, rule in RULES:
        for match in pattern.finditer(s):
            if any(r.start < match.end() and match.start() < r.end for r in found):
                continue
            rrule = rule(match)
            if rrule:
                found.append(Recurrence(match.start(), match.end(), rrule))
    return sorted(found, key=lambda r: r.start)
