"""Scores the assistant's answers on tests/cases/questions_*.yaml.

`python -m tests.answers.questions_score [--misses]` builds an index in a temporary folder and
prints the figures of every file of cases.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bot.answers.answerer import Answerer
from bot.answers.question import Answer, Question, Turn
from tests.cases.questions import ASKED_ON, Case, cases

LONGEST = 1200  # characters of an answer that a founder still reads
_LEAD = {"zh": 100, "en": 200}


@dataclass(frozen=True, slots=True)
class Scored:
    """One case and its answer."""

    case: Case
    answer: Answer

    @property
    def told(self) -> bool:
        return self.answer.outcome in {"answered", "corrected"}

    @property
    def right(self) -> bool:
        """It holds the facts and cites an expected programme; or it is held back as it must be."""
        if not self.case.answerable:
            return self.answer.outcome != "answered"
        cites = bool(self.case.programmes & set(self.answer.programme_ids))
        short = len(self.answer.text) <= LONGEST
        return self.told and short and cites and self.case.met_by(self.answer.text)

    @property
    def direct(self) -> bool:
        """Right, and one of the facts stands at the beginning."""
        lead = self.answer.text[: _LEAD[self.answer.lang]]
        return self.right and any(self.case.holds(lead, fact) for fact in self.case.facts)

    @property
    def wrong(self) -> bool:
        return not self.right and self.told


def ask(answerer: Answerer, case: Case) -> Scored:
    history: list[Turn] = []
    for message in case.turns:
        answer = answerer.answer_now(Question(message, ASKED_ON, history=tuple(history)))
        history.append(Turn(message, answer.programme_ids))
    return Scored(case, answer)


def figures(scored: Iterable[Scored]) -> dict[str, float]:
    """Shares between 0 and 1; `trust` takes away the wrong ones from the right ones."""
    every = list(scored)
    asked = [s for s in every if s.case.answerable]
    held = [s for s in every if not s.case.answerable]
    return {
        "questions": len(every),
        "right": _share(s.right for s in asked),
        "direct": _share(s.direct for s in asked),
        "held_back": _share(s.right for s in held),
        "false_refusal": _share(not s.told for s in asked),
        "wrong": _share(s.wrong for s in every),
        "trust": _share(s.right for s in every) - _share(s.wrong for s in every),
    }


def _share(found: Iterable[bool]) -> float:
    every = list(found)
    return round(sum(every) / len(every), 4) if every else 0.0


def main(argv: list[str]) -> None:
    from ingest.generations import sync
    from knowledge.embeddings import load_embeddings
    from knowledge.index import CurrentIndex

    with tempfile.TemporaryDirectory() as folder:
        sync(Path(folder), (), load_embeddings())
        answerer = Answerer(CurrentIndex(Path(folder) / "index", load_embeddings()))
        scored = [ask(answerer, case) for case in cases()]
    for file in sorted({s.case.id.partition("-")[0] for s in scored}):
        mine = [s for s in scored if s.case.id.startswith(f"{file}-")]
        print(f"questions_{file}", figures(mine))
    print("all", figures(scored))
    for one in scored if "--misses" in argv else ():
        if not one.right:
            print(one.case.id, one.case.category, one.case.turns, one.answer.outcome)


if __name__ == "__main__":
    main(sys.argv[1:])
