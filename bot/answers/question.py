"""Question, Turn and Answer: what goes into the answerer and what comes out. No logic."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from bot.messages import Citation, Outcome


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier message of the same conversation and the programmes its answer cited."""

    question: str
    programme_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What a person asks. `on` is the day the answer is for; `user` only counts model use."""

    text: str
    on: date
    lang: str | None = None  # the language to answer in; None: that of the text
    history: tuple[Turn, ...] = ()  # oldest first
    user: str = ""
    on_is_today: bool = True  # False: `on` was chosen (/asof), and the answer says so


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person reads.

    `text` fits a phone screen and marks citations as `[1]`; `more` is the rest. `suggestions` are
    follow-up questions in words; `programme_ids` those cited, best first. `ms` is the time taken.
    """

    text: str
    lang: str
    outcome: Outcome
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    programme_ids: tuple[str, ...] = ()
    more: str = ""
    generation: str = ""
    ai_generated: bool = False
    ms: float = 0.0
    understanding: dict[str, object] = field(default_factory=dict)
