"""Saying "no" and "I don't know" well: what is not on record, what is, and what to do next."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.answers import standing
from bot.answers.compose import leading, write_body
from bot.answers.dossier import Dossier, Dossiers, Line, clauses_of, grams
from bot.answers.draft import Draft
from bot.answers.premise import Denied
from bot.answers.rank import Ranked
from bot.answers.select import select
from bot.answers.stated import founded_on
from bot.answers.understand import Understanding
from bot.locale import text
from bot.messages import Outcome
from knowledge.dates import find_dates
from knowledge.places import GAZETTEER
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
_VAGUE = frozenset(
    "公司 企业 人员 时间 个月 小时 工作 城市 地方 政策 年度 开始 可以 多少 一次 month year day people perso compan "
    "times place time job percen year kind".split()
)
_NUMBER = re.compile(r"\d|[一二三四五六七八九十百千万两几]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve)\b")
_STRONG_AMOUNT = re.compile(
    r"多少(?=房租|租金|利息|费|资金|补助|补贴|奖)|多少钱|几万|几w|几千|几块|多少万|几多|面额|多大额|给多少|补多少|领多少|拿多少|贷多少|多少元|"
    r"how much|what (amount|sum)|how many yuan|face value|worth"
)
_NAMED_ZH = re.compile(r"([\u4e00-\u9fff]{2,8}(?:计划|行动|工程|基金|专项|金|通|宝|礼包))")
_NAMED_EN = re.compile(r"(?<=[a-z,] )((?:[A-Z][a-z]{3,}\s?){1,3})")
_COMMON = re.compile(
    r"(?:january|february|march|april|june|july|august|september|october|november|december|monday|"
    r"tuesday|wednesday|thursday|friday|saturday|sunday|china|chinese|city|district|province|"
    r"high-tech|zone|park|new|area|company|token|compute|start|startup|founder|street|the|and|\s)+"
)
_ASKING = re.compile(r"[几多少什怎哪吗呢啥谁免补领给我的]|租金|资金|现金|奖金|启动金|公积金|保证金|押金")
_KIND_WORDS = frozenset("计划 行动 工程 基金 专项 fund plan grant programm scheme voucher loan support".split())
_SOLID = frozenset(
    {"compute", "token", "cloud", "loan", "interest", "fund", "startup", "hiring", "scenario", "prize",
     "filing", "housing", "rent", "tax", "guarantee", "capital", "reporting"}
)  # fmt: skip
_HOURS = re.compile(r"卡时|card-?hours?")
_APPLYING = re.compile(
    r"报名|申请|申报|受理|截止|提交|窗口|交(?!税)|递|apply|applic|enter\b|entry|submit|deadline|"
    r"last day to|sign up|window|hand in|accept"
)
_PAPERS = frozenset({"documents", "link"})
_NATIONWIDE = frozenset({"tax", "registration", "loan", "grant", "incubator_rule"})
_OURS = 0.5  # below it, words outside our field make a question off topic
_ENOUGH = 0.34  # share of the question's naming words that the best record must hold


def served_places(u: Understanding, dossiers: Dossiers) -> Understanding:
    """Of several named places only those that a record can serve (the others are misread words, or
    where the person comes from), and the last one unless they are meant side by side."""
    if len(u.named_places) < 2:
        return u
    kept = tuple(p for p in u.named_places if p == "cn" or _served(p, u, dossiers))
    kept = kept if u.parallel else kept[-1:]
    return replace(u, named_places=kept, places=kept) if kept else u


def before_search(u: Understanding, dossiers: Dossiers, on: date) -> Draft | None:
    """What can be told from the words alone: instructions, small talk, places without records."""
    if u.injected:
        return _plain("refused", u, on, "refuse.injection")
    if "greeting" in u.cues:
        return _plain("off_topic", u, on, "hello")
    missing = _without_records(u, dossiers)
    return _missing_place(u, missing, on) if missing else None


def _plain(outcome: Outcome, u: Understanding, on: date, msgid: str, **values: object) -> Draft:
    draft = Draft(outcome, u.lang, on)
    draft.say(text(msgid, u.lang, **values), own=True)
    draft.suggestions = [text(f"example.{n}", u.lang) for n in (1, 2, 3)]
    return draft


def _without_records(u: Understanding, dossiers: Dossiers) -> list[str]:
    """The named places for which no record can answer; empty if any place has one."""
    named = [p for p in u.named_places if p != "cn"]
    if not named or any(_served(p, u, dossiers) for p in named):
        return []
    return named


def _served(place: str, u: Understanding, dossiers: Dossiers) -> bool:
    if place in dossiers.places:
        return True
    if place.startswith(("cn/hongkong", "cn/macau", "cn/taiwan", "cn/hong-kong")) or not place.startswith("cn/"):
        return False
    above = [a for a in GAZETTEER.ancestors(place) if a != "cn"]
    for dossier in dossiers.values():
        on_topic = not u.topics or dossier.topics & u.topics
        if dossier.place in above and on_topic:
            return True
        if dossier.place == "cn" and dossier.programme.kind in _NATIONWIDE and u.topics:
            given = {b.topic for b in dossier.programme.benefits}
            if u.topics <= given | {"registration"} and given & u.topics:
                return True
    return False


def none_match(u: Understanding, on: date) -> Draft:
    """A list that would be empty."""
    return _plain("unknown", u, on, "unknown.none_match")


def _missing_place(u: Understanding, missing: Sequence[str], on: date) -> Draft:
    names = [GAZETTEER.get(p).name(u.lang) for p in missing]
    joined = ("、" if u.lang == "zh" else ", ").join(names)
    return _plain("unknown", u, on, "unknown.place", place=joined)


def outside(
    u: Understanding, ranked: Sequence[Ranked], dossiers: Dossiers, on: date
) -> Draft | None:
    """A question on something else, or on a programme by a name that no record bears."""
    if not ranked:
        return _plain("unknown", u, on, "unknown.programme")
    known = max(_explained(u, r.dossier, dossiers) for r in ranked[:3])
    asks = "overview" in u.cues or ("listing" in u.cues and u.aspects)
    if not (u.domain or u.topics or u.follows or asks) and known < _OURS:
        return _plain("off_topic", u, on, "off_topic")
    if name := _unknown_name(u, ranked, dossiers):
        return _nearest(u, ranked[0].dossier, dossiers, on, "unknown.name", name=name)
    return None


def with_subject(u: Understanding, ranked: Sequence[Ranked]) -> list[Ranked]:
    """The ranking, led by a provincial or national rule where the place itself has none on the
    subject asked."""
    if not ranked or not u.own_topics & _SOLID or ranked[0].features["topic"]:
        return list(ranked)
    for place in u.places:
        above = {a for a in GAZETTEER.ancestors(place) if a.startswith("cn")}
        for r in ranked:
            wide = r.dossier.place != "cn" or r.dossier.programme.kind in _NATIONWIDE
            if r.features["topic"] >= 0.5 and r.dossier.place in above and wide:
                return [r, *(x for x in ranked if x is not r)]
    return list(ranked)


def after_ranking(
    u: Understanding, ranked: Sequence[Ranked], dossiers: Dossiers, on: date
) -> Draft | None:
    """No programme that fits, or one named that is not on record."""
    if not ranked:
        return _plain("unknown", u, on, "unknown.programme")
    best = ranked[0]
    known = max(_explained(u, r.dossier, dossiers) for r in ranked[:3])
    if u.own_topics & _SOLID and not best.features["topic"] and not best.features["kind"]:
        return _nearest(u, best.dossier, dossiers, on, "unknown.topic")
    if known < _ENOUGH and not _fits(u, best):
        return _nearest(u, best.dossier, dossiers, on, "unknown.programme")
    return None


def _fits(u: Understanding, best: Ranked) -> bool:
    """Whether place, name or subject already tell that the record is meant."""
    if best.features["name"] >= 0.4 or u.places or u.follows:
        return True
    return bool(u.own_topics) and best.features["topic"] >= 0.5 and best.features["search"] >= 0.8


def _unknown_name(u: Understanding, ranked: Sequence[Ranked], dossiers: Dossiers) -> str:
    """A name in the question that no record which could be meant bears; "" if there is none."""
    for name in names(u):
        parts = [g for g in grams(name) if g not in _KIND_WORDS]
        held = max((_share(parts, r.dossier, dossiers) for r in ranked[:8]), default=0.0)
        if parts and held < 0.5:
            return name
    return ""


def names(u: Understanding) -> list[str]:
    """What looks like the proper name of a programme: quoted, before a word such as 基金, or
    capitalised within an English sentence; never a place."""
    found = list(u.quoted)
    text_, places = u.text, GAZETTEER.find(u.text)
    taken = {i for span in places for i in range(span.start, span.end)}
    for pattern in (_NAMED_ZH, _NAMED_EN):
        for match in pattern.finditer(text_):
            own = [i for i in range(match.start(1), match.end(1)) if i not in taken]
            name = "".join(text_[i] for i in own).strip()
            if len(name) >= 3 and not (_COMMON.fullmatch(name.lower()) or _ASKING.search(name)):
                found.append(name)
    return found


def _share(parts: Sequence[str], dossier: Dossier, dossiers: Dossiers) -> float:
    total = sum(dossiers.rarity(t) for t in parts)
    held = sum(dossiers.rarity(t) for t in parts if t in dossier.terms)
    return held / total if total else 1.0


def _explained(u: Understanding, dossier: Dossier, dossiers: Dossiers) -> float:
    """How much of what the question names the record knows, rare words counting more."""
    parts = [g for term in u.terms for g in grams(term)]
    return _share(parts, dossier, dossiers) if parts else 1.0


def _nearest(
    u: Understanding, dossier: Dossier, dossiers: Dossiers, on: date, msgid: str, **values: object
) -> Draft:
    """Not on record; the nearest thing that is, marked as such."""
    draft = Draft("unknown", u.lang, on)
    draft.say(text(msgid, u.lang, **values), own=True)
    summary = dossier.programme.summary.in_(u.lang)
    title = dossier.programme.title.in_(u.lang)
    draft.say(text("unknown.nearest", u.lang, title=title, summary=summary), dossier)
    draft.say(text("unknown.ask", u.lang), own=True)
    return draft


def fact_lacking(
    u: Understanding, dossier: Dossier, dossiers: Dossiers, on: date
) -> Draft | None:
    """The programme is on record but the fact asked is not: say so and show what is."""
    aspect = _lacking(u, dossier, on)
    if aspect is None:
        return None
    lang = u.lang
    draft = Draft("unknown", lang, on)
    title = dossier.programme.title.in_(lang)
    draft.say(text(f"lacking.{aspect}", lang, title=title), dossier)
    held = leading(u, select(u, dossier, dossiers, lang))[:1]
    draft.say(text("lacking.held", lang), own=True)
    write_body(draft, dossier, [])
    draft.say(text("unknown.ask", lang), own=True)
    draft.suggestions = [text("suggest.eligibility", lang, title=title)] if held else []
    return draft


def _lacking(u: Understanding, dossier: Dossier, on: date) -> str | None:
    """The first fact asked that no statement of the record gives."""
    held: frozenset[str] = frozenset().union(*(line.facets for line in _relevant(u, dossier)))
    timed = u.aspects & {"deadline", "open"}
    for aspect, facet in _REQUIRED.items():
        if aspect in u.aspects and facet not in dossier.facets and not (timed and aspect in _PAPERS):
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
    if "cap" in u.aspects and not held & {"amount", "rate", "points", "term", "quantity", "count", "area"}:
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


def corrected(
    u: Understanding, dossier: Dossier, dossiers: Dossiers, denied: Denied, on: date
) -> Draft:
    """Denies a premise from the record, then says what the record does hold."""
    lang, programme = u.lang, dossier.programme
    draft = Draft("corrected", lang, on)
    warning = standing.warning(programme, on, lang)
    lead = leading(u, select(u, dossier, dossiers, lang))
    held = ("；" if lang == "zh" else "; ").join(s.in_(lang).rstrip("。.;；") for s in lead[:2])
    draft.say(
        text(
            f"denied.{denied.reason}", lang, said=denied.said, held=held, warning=warning,
            title=programme.title.in_(lang),
        ),
        dossier,
    )  # fmt: skip
    write_body(draft, dossier, lead)
    return draft
