"""True answers: every record composed in both languages, with its neighbour cited as well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from bot.answers.compose import compose
from bot.answers.dossier import Dossier, Dossiers
from bot.answers.draft import Draft
from bot.answers.question import Question
from bot.answers.rank import Ranked
from bot.answers.understand import understand
from knowledge.records import load_programmes

ON = date(2026, 11, 21)
QUESTIONS = {
    "zh": ("{}给多少钱", "{}要什么条件，给谁", "{}到什么时候截止，怎么申请"),
    "en": (
        "How much does {} give?",
        "Who is eligible for {}?",
        "By when and how do I apply for {}?",
    ),
}


@dataclass(frozen=True)
class TrueAnswer:
    """A composed answer; `sources` are what its numbers cite, `own` its lines without a source."""

    draft: Draft
    text: str
    sources: dict[int, Dossier]
    own: frozenset[str]


@cache
def dossiers() -> Dossiers:
    return Dossiers(load_programmes())


@cache
def true_answers() -> tuple[TrueAnswer, ...]:
    """Every record in both languages, asked one of three things; the next one is cited as well."""
    asked = [(id_, lang) for id_ in dossiers() for lang in QUESTIONS]
    return tuple(
        answer_about(id_, lang, QUESTIONS[lang][(n // 2) % 3])
        for n, (id_, lang) in enumerate(asked)
    )


def answer_about(programme_id: str, lang: str, question: str) -> TrueAnswer:
    """The answer when the search has found that programme and its neighbour in the records."""
    ids = list(dossiers())
    neighbour = ids[(ids.index(programme_id) + 1) % len(ids)]
    title = dossiers()[programme_id].programme.title.in_(lang)
    u = understand(Question(question.format(title), ON, lang))
    found = [Ranked(dossiers()[id_], 1.0, {}) for id_ in (programme_id, neighbour)]
    return rendered(compose(u, found, dossiers(), ON, lang))


def rendered(draft: Draft) -> TrueAnswer:
    cited = {number: draft.evidence[id_] for id_, number in draft.numbers().items()}
    sources = {n: source for n, source in cited.items() if isinstance(source, Dossier)}
    own = frozenset(line.text for line in draft.lines if line.own)
    return TrueAnswer(draft, draft.rendered(), sources, own)
