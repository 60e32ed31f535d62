"""Word translations between Chinese and English, learnt with the bundled model and shipped with it.

For expanding a query into the other language; how words are cut and stemmed is `knowledge.text`.
"""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

from knowledge.text import stem

LEXICON = Path(__file__).parent / "model" / "lexicon.tsv.gz"
"""One word a line: the word, then `translation weight` in thousandths, tab-separated."""

Translations = list[tuple[str, float]]


def translate(term: str) -> Translations:
    """Translations of a Chinese word or an English word or stem, likeliest first; maybe none.

    Weights are probabilities and sum to 1 at most. English comes as stems, Chinese as words, both
    as `knowledge.text.words` makes them.
    """
    line = _lines().get(term) or (_lines().get(stem(term)) if term.isascii() else None)
    return _parse(line) if line else []


def write_lexicon(tables: dict[str, Translations], file: Path = LEXICON) -> None:
    """The file that `translate` reads, the same bytes for the same tables."""
    lines = (f"{word}\t{_format(found)}" for word, found in sorted(tables.items()) if found)
    file.write_bytes(gzip.compress("\n".join(lines).encode(), mtime=0))


def _format(found: Translations) -> str:
    return "\t".join(f"{word} {max(1, round(weight * 1000))}" for word, weight in found)


def _parse(line: str) -> Translations:
    cells = (cell.rsplit(" ", 1) for cell in line.split("\t"))
    return [(word, int(weight) / 1000) for word, weight in cells]


@cache
def _lines() -> dict[str, str]:
    """Each word's line, unparsed: most are never asked for."""
    text = gzip.decompress(LEXICON.read_bytes()).decode()
    return dict(line.split("\t", 1) for line in text.split("\n") if line)
