"""What a founder is shown by each system: the assistant, its search alone, and the rival stack.

The rival, and the search, show their best passages; earlier messages of a conversation are put
before the last one, the best that can be done without reading them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.retrieval import TOP, Search, ours, rival
from tests.cases.questions import ASKED_ON, Case


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands on the screen, the programmes it names, best first, and whether it answers."""

    text: str
    programme_ids: tuple[str, ...]
    answers: bool


@dataclass(frozen=True, slots=True)
class System:
    """`prepare` puts the conversation before the last message in place; `show` is what is timed."""

    prepare: Callable[[Case], Any]
    show: Callable[[Any], Shown]


def assistant(folder: Path) -> System:
    from bot.answers.answerer import Answerer
    from bot.answers.question import Question, Turn
    from knowledge.embeddings import load_embeddings
    from knowledge.index import CurrentIndex

    answerer = Answerer(CurrentIndex(folder / "index", load_embeddings()))

    def prepare(case: Case) -> Question:
        history: list[Turn] = []
        for message in case.turns[:-1]:
            answer = answerer.answer_now(Question(message, ASKED_ON, history=tuple(history)))
            history.append(Turn(message, answer.programme_ids))
        return Question(case.turns[-1], ASKED_ON, history=tuple(history))

    def show(question: Question) -> Shown:
        answer = answerer.answer_now(question)
        return Shown(answer.text, answer.programme_ids, answer.outcome == "answered")

    answerer.warm()
    return System(prepare, show)


def best_passages(search: Search) -> System:
    def show(query: str) -> Shown:
        found = list(search(query))
        text = "\n".join(passage for _, passage in found[:TOP])
        return Shown(text, tuple(dict(found)), bool(found))

    return System(lambda case: " ".join(case.turns), show)


SYSTEMS: dict[str, Callable[[Path], System]] = {
    "assistant": assistant,
    "its search": lambda folder: best_passages(ours(folder)),
    "rival": lambda folder: best_passages(rival(folder)),
}
