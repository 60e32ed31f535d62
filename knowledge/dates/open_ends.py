"""Repetitions with their next occurrence, and dates that are said to have no end.

Windows, points and durations are resolved in `windows` and `resolving`.
"""

from __future__ import annotations

import re
from datetime import date

from knowledge.dates.calendar_rules import (
    DAY,
    month_days,
    next_occurrence,
    quarter_days,
    week_days,
    year_days,
)
from knowledge.dates.sentence import Sentence
from knowledge.dates.values import DateSpan, Days, Recurrence

_NO_END = re.compile(
    r"(?:用完|额满|领完|送完|发完|售完|抢完|派完|用尽|拨完|额度用尽|名额满|"
    r"满额)[^,。;]{0,4}(?:为止|即止|截止|止|结束)|"
    r"(?:额度|资金|预算|名额|额)(?:用完|用尽|发完|领完|耗尽)|"
    r"长期(?:有效|受理|开放|可用)|永久(?:有效)?|(?:无|没有?|不设|未设|"
    r"未设置)(?:固定)?(?:有效期|期限|截止|到期|使用期限|时间限制)|不限(?:期|时间|"
    r"使用时间)|"
    r"不过期|另行(?:通知|公告|发布|公布)|常年(?:受理|有效|开放|接受)|随时(?:都)?(?:可|"
    r"申请|申报)|不会过期|"
    r"(?<![a-z])(?:until (?:further notice|used up|exhausted|the (?:pot|money|budget|fund|funds|"
    r"quota) (?:is|are|runs?)|"
    r"(?:the )?(?:funds?|budget|money|quota|balance|stocks?|places|credits?|pool|"
    r"allocation)[a-z ]{0,20}?"
    r"(?:run|used|gone|exhaust|spent|dr|zero|filled|taken|empty))|"
    r"(?:while|as long as) (?:stocks?|suppl(?:y|ies)|funds?|budget|money)[a-z ]{0,8}lasts?|"
    r"no (?:expiry|expiration|end|deadline|closing|time limit|fixed)(?: date)?|never expires?|"
    r"(?:does not|doesn't|don't|do not|won't) (?:expire|lapse)|open[- ]ended|"
    r"permanent(?:ly)?|indefinite(?:ly)?|"
    r"to be (?:announced|notified)|tba|without (?:an )?(?:expiry|end date|time limit)|"
    r"rolling (?:basis|application|intake|admission)s?|year[- ]round|"
    r"no longer has an expiry|when (?:they're|it's|it is) gone)"
)
_SEASON = re.compile(
    r"(?:立|入|开)[春夏秋冬]|[春夏秋冬](?:天|季|分|至)|(?:今|明)[春夏秋冬]|春节|端午|"
    r"中秋|重阳|除夕|元宵|清明|农历|过年|"
    r"(?<![半\d一二两三四五六七八九十几])年[前后](?!半|夕)|"
    r"开学|毕业季|(?<![a-z])(?:spring(?! festival)|spring festival|summer|autumn|(?:this|"
    r"next|in the|by) fall|winter|"
    r"lunar new year|chinese new year|mid-autumn|dragon boat)"
)
_DONE = re.compile(
    r"(?:本|这个?|当)(?P<zh>月|周|季度?|年)[^,。;]{0,8}(?:已|过了|完了|[交缴报开付]了|"
    r"[交缴报开付]过)|今(?P<zhy>年)[^,。;]{0,8}(?:已|[交缴报]了|[交缴报]过)|"
    r"this (?P<en>month|week|quarter|year)(?:'s)?[^,.;]{0,24}(?:done|paid|filed|already|"
    r"settled|finished|over|submitted)|"
    r"(?:already|have) (?:paid|filed|done|submitted)[^,.;]{0,12}this (?P<en2>month|week|"
    r"quarter|year)"
)


def repetitions(sentence: Sentence) -> list[DateSpan]:
    on = _after_done(sentence.words, sentence.today)
    return [_repetition(sentence, r, on) for r in sentence.pieces.recurrences]


def _repetition(sentence: Sentence, found: Recurrence, on: date) -> DateSpan:
    return sentence.span(
        "recurrence", found.start, found.end, rrule=found.rrule,
        end_on=next_occurrence(found.rrule, on), role="end", iso=found.rrule,
    )  # fmt: skip


def _after_done(words: str, today: date) -> date:
    """The first day that still counts: 本月已缴 moves on to next month."""
    match = _DONE.search(words)
    name = next((g for g in match.groups() if g), "") if match else ""
    quarter = quarter_days(today.year, (today.month + 2) // 3)
    stretches: dict[str, Days] = {
        "月": month_days(today.year, today.month), "month": month_days(today.year, today.month),
        "周": week_days(today), "week": week_days(today), "季": quarter, "季度": quarter,
        "quarter": quarter, "年": year_days(today.year), "year": year_days(today.year),
    }  # fmt: skip
    return stretches[name][1] + DAY if name else today


def open_ends(sentence: Sentence) -> list[DateSpan]:
    found = [*_NO_END.finditer(sentence.words), *_SEASON.finditer(sentence.words)]
    return [sentence.span("none", m.start(), m.end(), role="end") for m in found]
