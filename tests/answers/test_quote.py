"""Documents that are no records answer with their own words, and only while they hold."""

from __future__ import annotations

from datetime import date

import pytest

from bot.answers.answerer import Answerer
from bot.answers.question import Question
from ingest.generations import sync
from knowledge.embeddings import load_embeddings
from knowledge.index import CurrentIndex

NOTICE = """---
valid_until: 2026-12-31
---
# 星火孵化器入驻须知

## 门禁卡
门禁卡押金100元，遗失补办每张30元，到一楼前台办理。
"""


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder = tmp_path_factory.mktemp("documents")
    (folder / "notice.md").write_text(NOTICE, encoding="utf-8")
    sync(folder, [folder / "notice.md"], load_embeddings())
    return Answerer(CurrentIndex(folder / "index", load_embeddings()))


def test_a_document_is_quoted_with_its_citation(answerer: Answerer) -> None:
    answer = answerer.answer_now(Question("门禁卡遗失补办多少钱", date(2026, 11, 21)))
    assert answer.outcome == "answered" and "30元" in answer.text and "[1]" in answer.text
    assert "30元" in answer.citations[0].passage


def test_a_document_that_has_ended_is_not_quoted(answerer: Answerer) -> None:
    answer = answerer.answer_now(Question("门禁卡遗失补办多少钱", date(2027, 1, 1)))
    assert answer.outcome != "answered" and "30元" not in answer.text
