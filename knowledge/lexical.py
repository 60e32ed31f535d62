"""The word index: BM25 by tantivy over pre-segmented text. The only module that imports tantivy.

How text becomes terms is `knowledge.text`; how scores are fused is `knowledge.fusion`.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from shutil import copytree, ignore_patterns

import numpy as np
import tantivy
from numpy.typing import NDArray

from knowledge.errors import IndexCorrupt, IndexNotBuilt
from knowledge.passage_file import Rows

_HEAP = 64_000_000
_NAMES_WEIGHT = 0.8
_SET_LIMIT = 4096
"""Up to so many rows a filter goes into the query itself; a larger one is applied to the hits."""

_FIELDS = (("body", 1.0), ("names", _NAMES_WEIGHT))


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    # Unsigned and set with add_unsigned: Document(row=7) would make a signed value, and the writer
    # thread dies of the mismatch with a message that does not name it.
    builder.add_unsigned_field("row", indexed=True, fast=True)
    for field, _ in _FIELDS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def write_lexical(folder: Path, entries: Iterable[tuple[list[str], list[str]]]) -> int:
    """Index (terms of the text, terms of the names) per row; the number of rows."""
    folder.mkdir()
    try:
        rows = _write(folder, entries)
    except ValueError as error:  # what tantivy raises for a full disk or a dead writer thread
        raise IndexNotBuilt(folder, f"the word index cannot be written: {error}") from error
    for lock in folder.glob(".tantivy-*.lock"):
        lock.unlink()
    return rows


def _write(folder: Path, entries: Iterable[tuple[list[str], list[str]]]) -> int:
    writer = tantivy.Index(_schema(), path=str(folder)).writer(_HEAP, 1)
    row = -1
    for row, (body, names) in enumerate(entries):
        document = tantivy.Document()
        document.add_unsigned("row", row)
        document.add_text("body", " ".join(body))  # a term has no white space: see knowledge.text
        document.add_text("names", " ".join(names))
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    return row + 1


def _joined(terms: Iterable[str]) -> str:
    """Terms separated by blanks, which the whitespace tokenizer cuts again."""
    return " ".join(term for term in terms)


class Lexical:
    """A word index opened for reading."""

    def __init__(self, folder: Path) -> None:
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        try:
            self._searcher = self._open(folder)
        except Exception as error:  # tantivy raises bare ValueError, OSError and Exception
            raise IndexCorrupt(folder, f"the word index cannot be opened: {error}") from error
        self._schema = _schema()
        self.rarity = lru_cache(maxsize=16384)(self._rarity)

    def _open(self, folder: Path) -> tantivy.Searcher:
        """A searcher; on a read-only disk over a copy, for tantivy wants to write a lock file."""
        if not (folder / "meta.json").exists():
            raise FileNotFoundError("meta.json is missing")
        try:
            return tantivy.Index.open(str(folder)).searcher()
        except Exception as error:
            if not _unwritable(folder):
                raise
            self._scratch = tempfile.TemporaryDirectory(prefix="opc-index-")
            copy = Path(self._scratch.name) / "tantivy"
            copytree(folder, copy, ignore=ignore_patterns("*.lock"))
            del error
            return tantivy.Index.open(str(copy)).searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def _rarity(self, term: str) -> float:
        """The weight of a term: BM25's inverse document frequency, the higher of the fields'."""
        total = len(self)
        found = max(self._searcher.doc_freq(field, term) for field, _ in _FIELDS)
        return math.log(1 + (total - found + 0.5) / (found + 0.5))

    def search(
        self, terms: Mapping[str, float], limit: int, rows: Rows | None = None
    ) -> tuple[Rows, NDArray[np.float64]]:
        """The best rows and their BM25 scores; `terms` are weighted, `rows` limits to a subset."""
        limit = min(limit, len(self))
        if not terms or limit <= 0 or (rows is not None and not len(rows)):
            return np.empty(0, np.intp), np.empty(0)
        query = self._query(terms)
        if rows is not None and len(rows) <= _SET_LIMIT < len(self):
            return self._found(self._within(query, rows), limit)
        if rows is None or len(rows) == len(self):
            return self._found(query, limit)
        return self._masked(query, limit, rows)

    def _query(self, terms: Mapping[str, float]) -> tantivy.Query:
        clauses = []
        for text, weight in terms.items():
            for field, boost in _FIELDS:
                clause = tantivy.Query.term_query(self._schema, field, text, index_option="freq")
                if (factor := weight * boost) != 1.0:
                    clause = tantivy.Query.boost_query(clause, factor)
                clauses.append((tantivy.Occur.Should, clause))
        return tantivy.Query.boolean_query(clauses)

    def _within(self, query: tantivy.Query, rows: Rows) -> tantivy.Query:
        subset = tantivy.Query.term_set_query(self._schema, "row", rows.tolist())
        return tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Must, query),
                (tantivy.Occur.Must, tantivy.Query.const_score_query(subset, 0.0)),
            ]
        )

    def _masked(
        self, query: tantivy.Query, limit: int, rows: Rows
    ) -> tuple[Rows, NDArray[np.float64]]:
        """Search ever deeper until `limit` rows of the subset are found or nothing is left."""
        depth = limit
        while True:
            depth = min(max(depth * 4, 1000), len(self))
            found, scores = self._found(query, depth)
            kept = np.isin(found, rows)
            if kept.sum() >= limit or len(found) < depth or depth >= len(self):
                return found[kept][:limit], scores[kept][:limit]

    def _found(self, query: tantivy.Query, limit: int) -> tuple[Rows, NDArray[np.float64]]:
        hits = self._searcher.search(query, limit, count=False).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        scores = np.fromiter((score for score, _ in hits), dtype=np.float64, count=len(hits))
        return np.asarray(rows, dtype=np.intp), scores

    def close(self) -> None:
        if self._scratch is not None:
            self._scratch.cleanup()


def _unwritable(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return False
    except OSError:
        return True
