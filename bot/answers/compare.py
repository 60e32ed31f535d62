"""Two or more places or programmes side by side on the fact asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.answers import standing
from bot.answers.calculate import ALL_TOLD
from bot.answers.compose import leading
from bot.answers.concepts import vocabulary
from bot.answers.dossier import Dossier, Dossiers
from bot.answers.draft import Draft
from bot.answers.rank import Ranked
from bot.answers.select import select
from bot.answers.understand import Understanding
from bot.locale import text
from knowledge.places import GAZETTEER
from knowledge.statements import Statement
from knowledge.text import normalize

_PARTED = re.compile(
    r"\bvs\.?\b|\bversus\b|\bor\b|\band\b|\bcompared (?:to|with)\b|还是|跟|和|同|与|对比|、"
)
MOST = 4
_ROOM = 1000  # characters, so that both sides fit a phone
Rank = Callable[[Understanding], list[Ranked]]


@dataclass(frozen=True, slots=True)
class Side:
    """One thing compared: the programme found for it and its statement on the fact asked."""

    dossier: Dossier
    statements: tuple[Statement, ...]
    value: float | None
    kind: str = ""  # rate or sum: only like is compared with like

    @property
    def id(self) -> str:
        return self.dossier.programme.id


def is_comparison(u: Understanding) -> bool:
    """Whether several things may be meant: two places, two parts, or two kinds of one thing."""
    if len(u.named_places) >= 2:
        return True
    return bool(_PARTED.search(u.norm)) and not ALL_TOLD.search(u.norm)


def sides(u: Understanding, rank: Rank, dossiers: Dossiers, lang: str) -> list[Side]:
    """The programmes compared, in the order named; fewer than two if it is no comparison."""
    found: dict[str, Side] = {}
    for part in (_by_place(u) if len(u.named_places) >= 2 else _by_words(u))[:MOST]:
        ranked = [r for r in rank(part) if r.id not in found]
        if ranked and ranked[0].features["place"] >= 0.3:
            side = _side(u, ranked[0].dossier, dossiers, lang)
            found[side.id] = side
    told = len(u.named_places) >= 2 or "comparison" in u.cues
    if not told and not (_two_subjects(u) and set(found) <= {r.id for r in rank(u)[:2]}):
        return []  # an "and" within one question, not two questions
    return list(found.values())


def _two_subjects(u: Understanding) -> bool:
    """Whether each part of the sentence names its own thing."""
    parts = [p for p in _PARTED.split(u.norm) if len(p.strip()) > 1]
    named = [vocabulary("kinds").names(p) | vocabulary("topics").names(p) for p in parts]
    return len(parts) == 2 and all(named) and len(u.norm) < 80


def _by_place(u: Understanding) -> list[Understanding]:
    return [
        replace(u, places=(place,), norm=_without_other_places(u, place), programme_ids=())
        for place in u.named_places
    ]


def _without_other_places(u: Understanding, keep: str) -> str:
    chars = list(u.norm)
    for span in GAZETTEER.find(u.norm):
        if span.place.id != keep:
            chars[span.start : span.end] = " " * (span.end - span.start)
    return "".join(chars)


def _by_words(u: Understanding) -> list[Understanding]:
    pieces = [p.strip() for p in _PARTED.split(u.norm) if len(p.strip()) > 1]
    return [replace(u, norm=piece, search_text=piece, programme_ids=()) for piece in pieces]


def _side(u: Understanding, dossier: Dossier, dossiers: Dossiers, lang: str) -> Side:
    chosen = select(u, dossier, dossiers, lang)
    benefits = [
        c for c in chosen if c.line.statement.benefit and c.line.statement.role == "support"
    ]
    lead = leading(u, chosen)[:2]
    if benefits and u.aspects & {"cap", "amount", "rate"} and not _has_benefit(lead):
        lead = [benefits[0].line.statement, *lead][:2]
    value, kind = _value(u, lead)
    return Side(dossier, tuple(lead), value, kind)


def _has_benefit(lead: Sequence[Statement]) -> bool:
    return any(s.benefit for s in lead)


def _value(u: Understanding, lead: Sequence[Statement]) -> tuple[float | None, str]:
    for statement in lead:
        benefit = statement.benefit
        if benefit is None:
            continue
        sum_ = benefit.cap if benefit.cap is not None else benefit.amount
        by_rate = benefit.rate is not None and ("rate" in u.aspects or sum_ is None)
        if by_rate or (benefit.rate is not None and not u.aspects & {"cap", "amount"}):
            return benefit.rate, "rate"
        if sum_ is not None:
            return float(sum_), f"sum:{benefit.unit}"
    return None, ""


def write(found: Sequence[Side], on: date, lang: str) -> Draft:
    """One line each, then which is more where like can be compared with like."""
    draft = Draft("answered", lang, on)
    for side in found:
        draft.say(_line(side, on, lang), side.dossier)
    draft.say(_verdict(found, lang), own=True)
    for line, side in _details(found, on, lang):
        fits = len(draft.rendered()) + len(line) < _ROOM
        (draft.say if fits else draft.add_more)(line, side.dossier)
    return draft


def _details(found: Sequence[Side], on: date, lang: str) -> Iterator[tuple[str, Side]]:
    """What else is to know of each: its summary, then when it holds."""
    for side in found:
        summary = side.dossier.programme.summary.in_(lang)
        if normalize(summary) not in {normalize(s.in_(lang)) for s in side.statements}:
            yield text("compare.detail", lang, place=_name(side, lang), summary=summary), side
    for side in found:
        valid = standing.validity(side.dossier.programme, on, lang)
        window = standing.window(side.dossier.programme, on, lang)
        when = text("body.valid", lang, validity=valid, window=window)
        yield text("compare.detail", lang, place=_name(side, lang), summary=when), side


def _name(side: Side, lang: str) -> str:
    return GAZETTEER.get(side.dossier.place).name(lang)


def _line(side: Side, on: date, lang: str) -> str:
    joint = "；" if lang == "zh" else "; "
    said = joint.join(s.in_(lang).rstrip("。.;；") for s in side.statements[:1])
    warning = standing.warning(side.dossier.programme, on, lang)
    if warning:
        said = text("lead.warned", lang, warning=warning, said=said)
    title = side.dossier.programme.title.in_(lang)
    return text("compare.line", lang, place=_name(side, lang), title=title, said=said)


def _verdict(found: Sequence[Side], lang: str) -> str:
    kinds = {side.kind for side in found}
    if len(found) < 2 or len(kinds) != 1 or None in {side.value for side in found}:
        return ""
    values = [side.value or 0.0 for side in found]
    if len(set(values)) == 1:
        return text("compare.same", lang)
    top = found[values.index(max(values))]
    return text(
        "compare.higher", lang, place=_name(top, lang), title=top.dossier.programme.title.in_(lang)
    )
