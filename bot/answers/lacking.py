"""Facts that the record meant does not hold: said so, together with what it does hold."""

from __future__ import annotations

import re
from datetime import date

from bot.answers.compose import write_body
from bot.answers.dossier import Dossier, Line
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
    r"(?:多少|几多?)[个家套间张枚座栋](?!月|小时|工作|点|百分|人|国家)(?:免费|新的?)?"
    r"([\u4e00-\u9fff]{2})|"
    r"\bhow many (?:free |new |more )?((?:[a-z-]+ )?[a-z-]{3,}?)s?\b"
    r"(?= (?:do|does|can|are|is|comes?|will|in|did|sit|there|has|have|must|should|a|per)\b|\?|$)"
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
    r"多少(?=房租|租金|利息|费|资金|补助|补贴|奖|钱|万|元)|几万|几w|几千|几百|几十|几块|几多|面额|多大额|"
    r"(?:给|补|领|拿|贷)多少|"
    r"价格|收费|how much(?! (?:[a-z]+ ){0,3}(?:space|room|area|floor))|"
    r"what (amount|sum)|how many yuan|face value|worth|\bcosts?\b|\bprice|\bfees?\b"
)
_HOURS = re.compile(r"卡时|(?:card|gpu)[- ]?hours?")
_APPLYING = re.compile(
    r"报名|申请|申报|受理|截止|提交|窗口|交(?!税)|递|apply|applic|enter\b|entry|submit|deadline|"
    r"last day to|sign up|window|hand in|accept"
)
_MEASURES = frozenset({"amount", "rate", "points", "term", "quantity", "count", "area"})
_POOL = re.compile(
    r"总额|总共|全市|全省|全年度|规模|盘子|基金|资金池|目标|"
    r"pool|budget|fund|in all|whole|total|target|goal"
)
_LATER = re.compile(r"明年|后年|下一年|\bnext year")
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
    held = _held(u, dossier)
    timed = u.aspects & {"deadline", "open"}
    for aspect, facet in _REQUIRED.items():
        if aspect == "interest_rate" and not u.topics & {"loan", "interest", "guarantee"}:
            continue
        other = timed and aspect in _PAPERS  # "when can I hand in papers" asks for the day
        if aspect in u.aspects and facet not in dossier.facets and not other:
            return aspect
    if u.aspects & _REQUIRED.keys() & dossier.facets:
        return None  # the very thing asked is there
    if "how" in u.aspects and not dossier.facets & {"how", "link"}:
        return "how"
    if timed and not (_dated(u, dossier, on) and _in_time(u, dossier, on)):
        return "deadline"
    if "rate" in u.aspects and not dossier.facets & {"rate", "points"}:
        return "rate"
    return _sum_lacking(u, dossier, held)


def _held(u: Understanding, dossier: Dossier) -> frozenset[str]:
    """The kinds of fact on the topics asked; the size of a whole pool is nobody's share."""
    lines = _relevant(u, dossier)
    if _POOL.search(u.norm):
        return frozenset().union(*(line.facets for line in lines))
    pools = {n for x in dossier.lines if x.statement.role in {"pool", "target"} for n in x.numbers}
    shares = [x for x in lines if x.statement.role not in {"pool", "target"}]
    sums = frozenset({"amount", "cap"})
    return frozenset().union(*(x.facets if x.numbers - pools else x.facets - sums for x in shares))


def _sum_lacking(u: Understanding, dossier: Dossier, held: frozenset[str]) -> str | None:
    """Whether a sum or a number is asked that is not there."""
    if _STRONG_AMOUNT.search(u.norm) and not held & {
        "amount",
        "rate",
        "quantity",
        "free",
        "points",
    }:
        return "amount"
    if "cap" in u.aspects and not held & _MEASURES:
        return "amount"
    if _HOURS.search(u.norm) and "quantity" not in dossier.facets:
        return "amount"
    if (counted := _COUNTED.search(u.norm)) and not _counts(dossier, counted):
        return "count"
    return None


def _counts(dossier: Dossier, counted: re.Match[str]) -> bool:
    """Whether the record puts a number beside the things counted."""
    nouns = next(g for g in counted.groups() if g).split()
    if any(noun in _VAGUE or noun[:6] in _VAGUE for noun in nouns):
        return True
    told = [line for line in dossier.lines if line.statement.part != "caveat"]
    said = "\n".join(normalize(f"{x.statement.zh}\n{x.statement.en}") for x in told)
    present = [noun for noun in nouns if noun[:6] in said]
    if not present:  # called by another word there: any number may be it
        return any("count" in line.facets for line in told)
    return any(re.search(_beside_number(re.escape(noun[:6])), said) for noun in present)


def _beside_number(word: str) -> str:
    """A pattern for a number right before or after a word."""
    if word[0] > "z":
        between = "[数量规模目标为约共达有：:超过不少于]{0,5}"
        return rf"(?:{_NUMBER.pattern}).{{0,6}}{word}|{word}{between}(?:{_NUMBER.pattern})"
    return rf"(?:{_NUMBER.pattern})[\d,.]*\s+(?:[a-z-]+\s+){{0,3}}{word}|{word}[a-z]*: \d"


def _in_time(u: Understanding, dossier: Dossier, on: date) -> bool:
    """Whether the record reaches the month or year that the question names."""
    if founded_on(u, on):
        return True
    if (later := _LATER.search(u.norm)) and "open" in u.aspects | _opening(u):
        year = on.year + (2 if "后" in later.group() else 1)
        return any(k == "date" and v.startswith(f"{year}-") for k, v in dossier.figures)
    spans = [s for s in find_dates(u.norm, on) if s.precision in {"month", "year"}]
    named = [s.end_on for s in spans if s.end_on and s.end_on >= on and not s.rrule]
    return all(_reaches(u, dossier, end, spans[0].precision) for end in named)


def _opening(u: Understanding) -> set[str]:
    """{"open"} where the day asked is that of an opening rather than of an end."""
    return {"open"} if re.search(r"开|启动|报|\b(?:open|start|apply)", u.norm) else set()


def _reaches(u: Understanding, dossier: Dossier, end: date, precision: str) -> bool:
    prefix = f"{end:%Y-%m}" if precision == "month" else f"{end:%Y}"
    if any(kind == "date" and value.startswith(prefix) for kind, value in dossier.figures):
        return True
    until = dossier.programme.effective_until
    asks_window = "open" in u.aspects or _APPLYING.search(u.norm)
    return bool(until and not asks_window and f"{last_day(until):%Y-%m}" >= f"{end:%Y-%m}")


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
