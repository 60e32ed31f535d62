from __future__ import annotations

import pytest

from knowledge.query import PLACE_WEIGHT, place_terms, query_terms


@pytest.mark.parametrize("name", ["苏州", "suzhou", "Suzhou", "蘇州", "姑苏城"])
def test_every_spelling_of_a_place_is_one_term(name: str) -> None:
    terms = query_terms(f"{name} 算力券")
    assert any(term.startswith("@cn/jiangsu/suzhou") for term in terms)


def test_a_place_weighs_more_than_a_word_and_what_contains_it_less() -> None:
    terms = query_terms("武昌区算力")
    assert terms["@cn/hubei/wuhan/wuchang"] == PLACE_WEIGHT > terms["算力"] == 1
    assert 0 < terms["@cn/hubei/wuhan"] < 1


def test_a_passage_is_found_under_its_place_and_all_above_but_not_the_country() -> None:
    assert set(place_terms(["cn/hubei/wuhan"])) == {"@cn/hubei/wuhan", "@cn/hubei"}
    assert not list(place_terms(["cn"]))


def test_a_word_of_the_question_outweighs_every_translation() -> None:
    terms = query_terms("loan interest subsidy")
    assert terms["loan"] == 1
    assert all(weight < 1 for term, weight in terms.items() if not term.isascii())


def test_a_very_long_question_has_few_terms() -> None:
    assert len(query_terms("算力补贴怎么申请 " * 2000)) < 200


@pytest.mark.parametrize("query", ["", " ", "😀", "？！"])
def test_a_question_without_words_has_no_terms(query: str) -> None:
    assert query_terms(query) == {}


def test_a_translation_never_outweighs_a_word() -> None:
    for query in ("support interest offer loan", "补贴 贷款 算力 申请"):
        added = {t: w for t, w in query_terms(query).items() if w not in (1.0, PLACE_WEIGHT)}
        assert added
        assert all(0 < weight <= 0.5 for weight in added.values())


def test_a_translated_word_is_not_taken_apart() -> None:
    terms = query_terms("support")
    assert "支持" in terms
    assert not {"支", "持"} & terms.keys()
