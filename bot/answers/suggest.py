"""Follow-up questions worth a tap: facts of the same programme that were not asked."""

from __future__ import annotations

from bot.answers.dossier import Dossier
from bot.answers.understand import Understanding
from bot.locale import text
from knowledge.places import GAZETTEER

_ASKABLE = (
    ("how", frozenset({"how", "documents"})),
    ("eligibility", frozenset({"eligibility"})),
    ("deadline", frozenset({"deadline", "open", "status"})),
    ("amount", frozenset({"amount", "cap", "rate"})),
)


def suggestions(u: Understanding, dossier: Dossier, lang: str) -> list[str]:
    """Up to three questions in the reader's language that the record can answer."""
    title = dossier.programme.title.in_(lang)
    held = dossier.facets
    asked = [
        text(f"suggest.{name}", lang, title=title)
        for name, facets in _ASKABLE
        if not u.aspects & facets and held & facets
    ]
    place = GAZETTEER.get(dossier.place).name(lang)
    if dossier.place != "cn":
        asked.append(text("suggest.place", lang, place=place))
    return asked[:3]
