"""The translation lexicon that ships with the bundled model."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge import lexicon
from knowledge.lexicon import LEXICON, translate, write_lexicon
from knowledge.text import words


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("补贴", "subsidi"),
        ("公司", "compani"),
        ("税收", "taxat"),
        ("voucher", "券"),
        ("subsidies", "补贴"),
        ("subsidi", "补贴"),
        ("tax", "税"),
    ],
)
def test_common_words_have_their_translation(term: str, expected: str) -> None:
    assert expected in [word for word, _ in translate(term)]


@pytest.mark.parametrize("term", ["", "zzzz", "的", "the", "2026", "\t", "a b", "算力 50"])
def test_what_has_no_translation_gives_none(term: str) -> None:
    assert translate(term) == []


@pytest.mark.parametrize("term", ["补贴", "公司", "企业", "voucher", "company", "tax"])
def test_weights_fall_and_sum_to_one_at_most(term: str) -> None:
    weights = [weight for _, weight in translate(term)]
    assert weights == sorted(weights, reverse=True)
    assert 0 < sum(weights) <= 1.02  # each is rounded to a hundredth


def test_english_translations_are_index_terms() -> None:
    assert all(words(word) == [word] for word, _ in translate("补贴"))


def test_a_written_lexicon_reads_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "lexicon.tsv.gz"
    write_lexicon({"税": [("tax", 0.75), ("duti", 0.2), ("noise", 0.001)], "空": []}, file)
    monkeypatch.setattr(lexicon, "LEXICON", file)
    lexicon._lines.cache_clear()
    try:
        assert translate("税") == [("tax", 0.75), ("duti", 0.2)]
        assert translate("空") == []
    finally:
        lexicon._lines.cache_clear()


def test_the_same_tables_give_the_same_bytes(tmp_path: Path) -> None:
    tables = {"税": [("tax", 0.75)], "券": [("voucher", 0.9)]}
    write_lexicon(tables, tmp_path / "one")
    write_lexicon(dict(reversed(tables.items())), tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_shipped_lexicon_holds_no_stop_words_or_numbers() -> None:
    assert LEXICON.exists()
    assert not any(translate(word) for word in ("of", "and", "了", "在", "100"))
