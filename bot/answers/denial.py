"""An answer that denies what the question takes for granted, from the record."""

from __future__ import annotations

from datetime import date

from bot.answers import standing
from bot.answers.compose import leading, write_body
from bot.answers.dossier import Dossier, Dossiers
from bot.answers.draft import Draft
from bot.answers.premise import Denied
from bot.answers.select import select
from bot.answers.understand import Understanding
from bot.locale import text


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
