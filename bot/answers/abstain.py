"""Saying "no" and "I don't know" well: what is not on record, what is, and what to do next.

A fact that a known record lacks is `lacking`'s, a false premise `denial`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.answers.dossier import Dossier, Dossiers
from bot.answers.draft import Draft
from bot.answers.names import explained, unknown_name
from bot.answers.rank import Ranked
from bot.answers.understand import Understanding
from bot.locale import text
from bot.messages import Outcome
from knowledge.places import GAZETTEER

_SOLID = frozenset(
    {"compute", "token", "cloud", "loan", "interest", "fund", "startup", "hiring", "scenario",
     "prize", "filing", "housing", "rent", "tax", "guarantee", "capital", "reporting"}
)  # fmt: skip
_ABROAD = ("cn/hongkong", "cn/macau", "cn/taiwan", "world")  # where mainland rules do not apply
_EVERYWHERE = frozenset({"tax", "capital", "reporting", "liability", "loan", "interest"})
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
    if place.startswith(_ABROAD):
        return False
    above = [a for a in GAZETTEER.ancestors(place) if a != "cn"]
    for dossier in dossiers.values():
        on_topic = not u.topics or dossier.topics & u.topics
        if dossier.place in above and on_topic:
            return True
        given = {b.topic for b in dossier.programme.benefits}
        if dossier.place == "cn" and given & u.topics and u.topics <= _EVERYWHERE:
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
    known = max(explained(u, r.dossier, dossiers) for r in ranked[:3])
    asks = "overview" in u.cues or (u.cues & {"listing", "where"} and u.aspects)
    if not (u.domain or u.topics or u.follows or asks) and known < _OURS:
        return _plain("off_topic", u, on, "off_topic")
    if name := unknown_name(u, ranked, dossiers):
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
    known = max(explained(u, r.dossier, dossiers) for r in ranked[:3])
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
