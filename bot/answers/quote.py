"""Answers from documents that are no records: the sentences that fit, word for word."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.answers.dossier import Dossiers, grams
from bot.answers.draft import Draft
from bot.answers.understand import Understanding
from bot.locale import text
from knowledge.passages import Hit, Passage
from knowledge.places import GAZETTEER
from knowledge.statements import split_en, split_zh

_LIKELY = 0.5
_MOST = 2  # passages quoted
_LONGEST = {"zh": 220, "en": 500}


def documents(u: Understanding, hits: Sequence[Hit], on: date) -> list[Hit]:
    """Document passages that beat every record, best first; none if a record is better.

    A passage outside its validity on the day never counts, nor one for another place.
    """
    best_record = max((h.score for h in hits if h.passage.programme_id), default=0.0)
    return [
        hit
        for hit in hits
        if not hit.passage.programme_id
        and hit.probability >= _LIKELY
        and hit.score > best_record
        and hit.passage.in_force(on)
        and _near(u, hit.passage)
    ][:_MOST]


def _near(u: Understanding, passage: Passage) -> bool:
    """Whether the passage applies to a place named, or either names none."""
    if not (u.places and passage.places):
        return True
    wanted = {a for p in u.places for a in (p, *GAZETTEER.ancestors(p))}
    return any(p in wanted for p in passage.places)


def write(u: Understanding, found: Sequence[Hit], dossiers: Dossiers, on: date) -> Draft:
    """The best sentences of each passage, marked as a quotation not yet confirmed as a fact."""
    draft = Draft("answered", u.lang, on)
    for hit in found:
        passage = hit.passage
        draft.say(text("quote.line", u.lang, said=_best(u, passage, dossiers)), passage)
        draft.add_more(passage.text, passage)
    draft.say(text("quote.note", u.lang), own=True)
    return draft


def _best(u: Understanding, passage: Passage, dossiers: Dossiers) -> str:
    """The sentences that hold most of the question's words, in their order."""
    parts = split_zh(passage.text) if passage.lang == "zh" else split_en(passage.text)
    asked = set(grams(u.norm))
    weight = [sum(dossiers.rarity(t) for t in asked & set(grams(part))) for part in parts]
    kept: list[int] = []
    for place in sorted(range(len(parts)), key=lambda i: -weight[i]):
        if (
            sum(len(parts[i]) for i in kept) + len(parts[place]) <= _LONGEST[passage.lang]
            or not kept
        ):
            kept.append(place)
    gap = "" if passage.lang == "zh" else " "
    return gap.join(parts[i] for i in sorted(kept)) or passage.text
