"""Word translations between Chinese and English, learnt with the bundled model and shipped with it.

For expanding a query into the other language; how words are cut and stemmed is `knowledge.text`.
"""

from __future__ import annotations

import gzip
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from knowledge.text import stem

LEXICON = Path(__file__).parent / "model" / "lexicon.tsv.gz"
"""A line per word, sorted: the word, then `translation percent` for each, tab-separated."""

Translations = Sequence[tuple[str, float]]

_MOST = 8
_LEAST = 0.02


def translate(term: str) -> list[tuple[str, float]]:
    """Translations of a Chinese word or an English word or stem, likeliest first; maybe none.

    Weights are probabilities, summing to 1 or less. English comes as stems, Chinese as words, both
    as `knowledge.text.words` makes them.
    """
    lines = _lines()
    return _find(lines, term) or (_find(lines, stem(term)) if term.isascii() else [])


def write_lexicon(tables: Mapping[str, Translations], file: Path = LEXICON) -> None:
    """The file that `translate` reads; the unlikely translations are left out."""
    kept = {word: _likely(found) for word, found in tables.items()}
    lines = sorted(f"{word}\t{_format(found)}".encode() for word, found in kept.items() if found)
    file.write_bytes(gzip.compress(b"\n".join(lines), mtime=0))


def _likely(found: Translations) -> Translations:
    return [(word, weight) for word, weight in found if weight >= _LEAST][:_MOST]


def _format(found: Translations) -> str:
    return "\t".join(f"{word} {round(weight * 100)}" for word, weight in found)


def _find(lines: list[bytes], term: str) -> list[tuple[str, float]]:
    key = term.encode() + b"\t"
    place = bisect_left(lines, key)
    if place == len(lines) or not lines[place].startswith(key):
        return []
    cells = (cell.rsplit(" ", 1) for cell in lines[place].decode().split("\t")[1:])
    return [(word, int(percent) / 100) for word, percent in cells]


@cache
def _lines() -> list[bytes]:
    """The lines as they are: a search reads about twenty of them."""
    return gzip.decompress(LEXICON.read_bytes()).split(b"\n")
