"""Facts that the record meant does not hold: said so, together with what it does hold."""

from __future__ import annotations

import re
from datetime import date

from bot.answers.compose import write_body
from bot.answers.dossier import Dossier, Line, clauses_of
from bot.answers.draft import Draft
from bot.answers.stated import founded_on
from bot.answers.understand import Understanding
from bot.locale import text
from knowledge.dates import find_dates
from knowledge.programmes import last_day
from knowledge.text import normalize

_REQUIRED = {
    # aspect asked -> facet without which the record cannot answer
    "phone": "phone", "documents": "documents", "interest_rate": "interest_rate",
    "speed": "speed", "area": "area", "pay_date": "pay_date", "link": "link",
}  # fmt: skip
_COUNTED = re.compile(
    r"(?:多少|几多?)[个家套间张枚座栋](?!月|小时|工作|点|百分|人|国家)(?:免费|新的?)?([\u4e00-\u9fff]{2})|"
    r"\bhow many (?:free |new |more )?([a-z]{3,})"
)
_VAGUE = frozenset(  # too general to look for; English ones cut to six letters
    ["公司", "企业", "人员", "时间", "个月", "小时", "工作", "城市", "地方", "政策", "年度",
     "开始", "可以", "多少", "一次", "month", "year", "day", "people", "perso", "compan", "time",
     "place", "job", "percen", "kind"]
)  # fmt: skip
_NUMBER = re.compile(
    r"\d|[一二三四五六七八九十百千万两几]|"
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve)\b"
)
_STRONG_AMOUNT = re.compile(
    r"多少(?=房租|租金|利息|费|资金|补助|补贴|奖|钱|万|元)|几万|几w|几千|几块|几多|面额|多大额|"
    r"(?:给|补|领|拿|贷)多少|"
    r"how much|what (amount|sum)|how many yuan|face value|worth"
)
_HOURS = re.compile(r"卡时|card-?hours?")
_APPLYING = re.compile(
    r"报名|申请|申报|受理|截止|提交|窗口|交(?!税)|递|apply|applic|enter\b|entry|submit|deadline|"
    r"last day to|sign up|window|hand in|accept"
)
_MEASURES = frozenset({"amount", "rate", "points", "term", "quantity", "count", "area"})
_PAPERS = frozenset({"documents", "link"})


def fact_lacking(u: Understanding, dossier: Dossier, on: date) -> Draft | None:
    """The programme is on record but the fact asked is not: say so and show what is."""
    aspect = _lacking(u, dossier, on)
    if aspect is None:
        return None
    lang = u.lang
    draft = Draft("unknown", lang, on)
    title = dossier.programme.title.in_(lang)
    draft.say(text(f"lacking.{aspect}", lang, title=title), dossier)
    draft.say(text("lacking.held", lang), own=True)
    write_body(draft, dossier, [])
    draft.say(text("unknown.ask", lang), own=True)
    draft.suggestions = [text("suggest.eligibility", lang, title=title)]
    return draft


def _lacking(u: Understanding, dossier: Dossier, on: date) -> str | None:
    """The first fact asked that no statement of the record gives."""
    held: frozenset[str] = frozenset().union(*(line.facets for line in _relevant(u, dossier)))
    timed = u.aspects & {"deadline", "open"}
    for aspect, facet in _REQUIRED.items():
        other = timed and aspect in _PAPERS  # "when can I hand in papers" asks for the day
        if aspect in u.aspects and facet not in dossier.facets and not other:
            return aspect
    if "how" in u.aspects and not dossier.facets & {"how", "link"}:
        return "how"
    if timed and not (_dated(u, dossier, on) and _in_time(u, dossier, on)):
        return "deadline"
    if "rate" in u.aspects and not dossier.facets & {"rate", "points"}:
        return "rate"
    return _sum_lacking(u, dossier, held)


def _sum_lacking(u: Understanding, dossier: Dossier, held: frozenset[str]) -> str | None:
    """Whether a sum or a number is asked that is not there."""
    if _STRONG_AMOUNT.search(u.norm) and not held & {"amount", "rate", "quantity"}:
        return "amount"
    if "cap" in u.aspects and not held & _MEASURES:
        return "amount"
    if _HOURS.search(u.norm) and "quantity" not in dossier.facets:
        return "amount"
    if (counted := _COUNTED.search(u.norm)) and not _counts(dossier, counted):
        return "count"
    return None


def _counts(dossier: Dossier, counted: re.Match[str]) -> bool:
    """Whether a clause of the record puts a number to the things counted."""
    noun = next(g for g in counted.groups() if g)
    stem = noun if noun[0] > "z" else noun.rstrip("s")[:6]
    if stem in _VAGUE:
        return True
    told = [line for line in dossier.lines if line.statement.part != "caveat"]
    texts = [normalize(f"{x.statement.zh}。{x.statement.en}") for x in told]
    return any(stem in c and _NUMBER.search(c) for t in texts for c in clauses_of(t))


def _in_time(u: Understanding, dossier: Dossier, on: date) -> bool:
    """Whether the record reaches the month or year that the question names."""
    if founded_on(u, on):
        return True
    spans = [s for s in find_dates(u.norm, on) if s.end_on and s.precision in {"month", "year"}]
    named = [s for s in spans if s.iso[:2] == "20" and s.end_on and s.end_on >= on]
    until = dossier.programme.effective_until
    return not named or any(
        (until and s.end_on and s.end_on <= last_day(until))
        or any(k == "date" and v.startswith(s.iso[:7]) for k, v in dossier.figures)
        for s in named
    )


def _relevant(u: Understanding, dossier: Dossier) -> list[Line]:
    """The lines on the topics asked, caveats left out; all of them where no topic is asked."""
    told = [line for line in dossier.lines if line.statement.part != "caveat"]
    return [line for line in told if line.topics & u.topics] or told


def _dated(u: Understanding, dossier: Dossier, on: date) -> bool:
    """Whether the record holds a date of the kind asked: to apply by, or the end of the rule."""
    wanted = {"deadline", "window", "open", "ends"}
    if _APPLYING.search(u.norm):
        wanted = {"ends"} if "open" not in u.aspects else {"ends", "window", "open"}
    told = [line for line in dossier.lines if line.statement.part not in {"caveat", "validity"}]
    if not _APPLYING.search(u.norm):
        told = [line for line in dossier.lines if line.statement.part != "caveat"]
    if "term" in u.aspects or founded_on(u, on):
        wanted |= {"term"}
    rolling = bool(dossier.programme.application.rolling)
    return rolling or any(line.facets & wanted or _within_period(line) for line in told)


def _within_period(line: Line) -> bool:
    """ "Within 18 months of registration" is a deadline too."""
    text_ = f"{line.statement.zh} {line.statement.en}".lower()
    return "term" in line.facets and bool(re.search(r"内|前|within|before|by ", text_))
