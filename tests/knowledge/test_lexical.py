from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import IndexCorrupt
from knowledge.lexical import Lexical, write_lexical

DOCUMENTS = [
    (["算力", "券"], ["武汉"]),
    (["房租", "补贴"], ["苏州"]),
    (["算力", "补贴", "算力"], ["苏州"]),
]


@pytest.fixture
def lexical(tmp_path: Path) -> Lexical:
    assert write_lexical(tmp_path / "t", DOCUMENTS) == 3
    return Lexical(tmp_path / "t")


def test_rows_come_back_in_the_order_of_their_scores(lexical: Lexical) -> None:
    rows, scores = lexical.search({"算力": 1.0}, 10)
    assert rows.tolist() == [2, 0]
    assert scores[0] > scores[1] > 0


def test_names_are_searched_beside_the_text(lexical: Lexical) -> None:
    assert lexical.search({"武汉": 1.0}, 10)[0].tolist() == [0]


def test_a_weight_changes_which_row_is_best(lexical: Lexical) -> None:
    terms = {"武汉": 1.0, "房租": 1.0}
    assert lexical.search(terms | {"房租": 9.0}, 1)[0].tolist() == [1]
    assert lexical.search(terms | {"武汉": 9.0}, 1)[0].tolist() == [0]


def test_only_the_given_rows_are_found(lexical: Lexical) -> None:
    assert lexical.search({"算力": 1.0}, 10, np.array([0, 1]))[0].tolist() == [0]


@pytest.mark.parametrize("terms, limit, rows", [({}, 5, None), ({"券": 1.0}, 0, None)])
def test_nothing_asked_finds_nothing(
    lexical: Lexical, terms: dict[str, float], limit: int, rows: None
) -> None:
    assert not len(lexical.search(terms, limit, rows)[0])


def test_an_empty_set_of_rows_finds_nothing(lexical: Lexical) -> None:
    assert not len(lexical.search({"算力": 1.0}, 5, np.empty(0, np.intp))[0])


def test_unknown_and_strange_terms_find_nothing(lexical: Lexical) -> None:
    strange = {'"': 1.0, "body:券": 1.0, "*": 1.0, "\u0000": 1.0, "AND": 1.0}
    assert not len(lexical.search(strange, 5)[0])


def test_a_rare_term_weighs_more(lexical: Lexical) -> None:
    assert lexical.rarity("武汉") > lexical.rarity("算力")


def test_a_small_subset_of_a_large_index_is_searched_exactly(tmp_path: Path) -> None:
    count = 6000
    write_lexical(tmp_path / "big", ((["每", f"n{row % 7}"], [f"r{row}"]) for row in range(count)))
    lexical, subset = Lexical(tmp_path / "big"), np.array([5, 4000, 5999])
    assert sorted(lexical.search({"每": 1.0}, 10, subset)[0].tolist()) == subset.tolist()
    most = np.arange(100, count)
    assert lexical.search({"r50": 9.0, "每": 1.0}, 3, most)[0].min() >= 100


def test_an_index_without_rows_can_be_opened(tmp_path: Path) -> None:
    write_lexical(tmp_path / "none", [])
    assert not len(Lexical(tmp_path / "none").search({"券": 1.0}, 5)[0])


@pytest.mark.parametrize("damage", ["missing", "truncated"])
def test_a_damaged_index_is_refused(tmp_path: Path, damage: str) -> None:
    write_lexical(tmp_path / "t", DOCUMENTS)
    meta = tmp_path / "t" / "meta.json"
    if damage == "missing":
        meta.unlink()
    else:
        meta.write_bytes(meta.read_bytes()[:20])
    with pytest.raises(IndexCorrupt):
        Lexical(tmp_path / "t")
