"""The questions of tests/cases are answered rightly, shortly and honestly."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answers.answerer import Answerer
from knowledge.embeddings import load_embeddings
from knowledge.index import CurrentIndex
from tests.answers.questions_score import Scored, ask, figures
from tests.cases.questions import cases


@pytest.fixture(scope="module")
def scored(indexed: Path) -> list[Scored]:
    answerer = Answerer(CurrentIndex(indexed / "index", load_embeddings()))
    return [ask(answerer, case) for case in cases()]


@pytest.mark.parametrize(
    ("figure", "least"), [("right", 0.92), ("direct", 0.87), ("held_back", 0.97), ("trust", 0.87)]
)
def test_answers_are_right_direct_and_held_back_where_nothing_is_on_record(
    scored: list[Scored], figure: str, least: float
) -> None:
    assert figures(scored)[figure] >= least, _misses(scored)


@pytest.mark.parametrize(("figure", "most"), [("false_refusal", 0.05), ("wrong", 0.06)])
def test_few_answers_are_wrong_or_needlessly_refused(
    scored: list[Scored], figure: str, most: float
) -> None:
    assert figures(scored)[figure] <= most, _misses(scored)


def test_every_told_answer_cites_a_source_that_opens(scored: list[Scored]) -> None:
    for one in scored:
        if one.told:
            assert one.answer.citations, one.case.id
            assert all(c.title and c.passage and c.validity for c in one.answer.citations)


def test_every_answer_fits_two_screens(scored: list[Scored]) -> None:
    assert [s.case.id for s in scored if len(s.answer.text) > 1500] == []


def _misses(scored: list[Scored]) -> list[str]:
    return [f"{s.case.id} {s.answer.outcome}" for s in scored if not s.right]
