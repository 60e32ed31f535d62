"""Index: opens a generation and searches it by words, by meaning or by both.

Building one is `ingest.generations`. Nothing here writes.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Literal

import numpy as np
from pydantic import TypeAdapter

from knowledge import fusion, text
from knowledge.errors import EmbedderMismatch, IndexCorrupt, IndexUnusable
from knowledge.lexical import Lexical
from knowledge.manifest import (
    CURRENT,
    PROGRAMMES,
    Manifest,
    current_name,
    generation_folder,
    read_manifest,
    verify,
)
from knowledge.passage_file import Mask, PassageFile, Rows
from knowledge.passages import Filter, Hit, Passage
from knowledge.programmes import Programme
from knowledge.query import query_terms
from knowledge.vectors import Matrix, Vectors, unit_rows

if TYPE_CHECKING:
    from knowledge.embeddings import Embedder

Mode = Literal["hybrid", "lexical", "dense"]

_PROGRAMMES = TypeAdapter(tuple[Programme, ...])
_DEPTH = 200
"""So many of the best passages by words, and by meaning, are fused."""

log = logging.getLogger(__name__)


class Index:
    """One generation, opened for searching; safe to use from several threads."""

    def __init__(self, folder: Path, manifest: Manifest, embedder: Embedder) -> None:
        self.folder, self.manifest, self._embedder = folder, manifest, embedder
        self.generation = manifest.generation
        self._passages = _opened_passages(folder, manifest)
        self._vectors = Vectors(folder, manifest.passages, manifest.dimensions)
        self._lexical = Lexical(folder / "tantivy")
        if len(self._lexical) != manifest.passages:
            raise IndexCorrupt(folder, f"the word index holds {len(self._lexical)} passages")
        text.add_names(self._passages.names)

    @classmethod
    def open(cls, folder: Path, embedder: Embedder) -> Index:
        """The current generation of the index in `folder`.

        IndexMissing, IndexCorrupt or EmbedderMismatch say what is wrong and how to rebuild.
        """
        name = current_name(folder)
        while True:
            try:
                return cls.open_generation(generation_folder(folder, name), embedder)
            except IndexCorrupt:
                # Between reading the pointer and the files, newer generations may have pushed
                # this one out.
                if (latest := current_name(folder)) == name:
                    raise
                name = latest

    @classmethod
    def open_generation(cls, folder: Path, embedder: Embedder) -> Index:
        """One generation by its own folder, published or not."""
        manifest = read_manifest(folder)
        if (manifest.model_id, manifest.dimensions) != (embedder.model_id, embedder.dimensions):
            raise EmbedderMismatch(folder, manifest.model_id, embedder.model_id)
        verify(folder, manifest)
        return cls(folder, manifest, embedder)

    @cached_property
    def programmes(self) -> Mapping[str, Programme]:
        """Every programme of the generation by id."""
        try:
            found = _PROGRAMMES.validate_json((self.folder / PROGRAMMES).read_bytes())
        except (OSError, ValueError) as error:
            raise IndexCorrupt(self.folder, f"{PROGRAMMES} cannot be read: {error}") from error
        return {programme.id: programme for programme in found}

    def passages(self, programme_id: str) -> tuple[Passage, ...]:
        """Every passage of a programme, in both languages; empty for an unknown id."""
        return self._passages.of_programme(programme_id) if programme_id else ()

    def __len__(self) -> int:
        return len(self._passages)

    def search(
        self, query: str, k: int = 8, filter: Filter | None = None, mode: Mode = "hybrid"
    ) -> list[Hit]:
        """The `k` best passages that pass the filter, best first.

        Of passages that say the same in two languages only one is returned, in the query's
        language where there is one. No filter means everything public.
        """
        mask = self._passages.mask(filter or Filter())
        rows = None if mask.all() else np.flatnonzero(mask)
        if k <= 0 or (rows is not None and not len(rows)):
            return []
        lang = text.detect_language(query)
        found, lexical, dense, coverage = self._candidates(query, rows, mode, k)
        across = ~self._passages.lang.among({lang})[found]
        score = _score(lexical, dense, across, mode)
        likely = fusion.probability(coverage, lexical, dense, fusion.fuse(lexical, dense, across))
        return [
            Hit(
                self._passages.passage(self._in_language(int(found[best]), lang, mask)),
                float(score[best]),
                float(likely[best]),
                float(coverage[best]),
                float(dense[best]),
            )
            for best in self._best_statements(found, score, k)
        ]

    def rarity(self, term: str) -> float:
        """How much a term says (BM25's inverse document frequency)."""
        return self._lexical.rarity(term)

    def _candidates(
        self, query: str, rows: Rows | None, mode: Mode, k: int
    ) -> tuple[Rows, fusion.Scores, fusion.Scores, fusion.Scores]:
        """The best rows by words and by meaning, with BM25, cosine and coverage of each."""
        terms = query_terms(query)
        vector = self._vector(query)
        depth = max(_DEPTH, 4 * k)
        by_words, bm25 = self._lexical.search(terms, depth, rows)
        by_meaning, _ = self._vectors.search(vector, depth, rows)
        if mode == "lexical":
            found = by_words
        else:
            found = by_meaning if mode == "dense" else self._union(by_words, by_meaning)
        bm25s = np.zeros(len(self))
        bm25s[by_words] = bm25
        lexical = bm25s[found]
        weight = sum(w * self._lexical.rarity(term) for term, w in terms.items()) or 1.0
        return found, lexical, self._vectors.of(vector, found), lexical / weight

    def _vector(self, query: str) -> Matrix:
        vector: Matrix = unit_rows([self._embedder.embed_query(query)], self._embedder.dimensions)
        return np.asarray(vector[0])

    def _union(self, *parts: Rows) -> Rows:
        chosen = np.zeros(len(self), dtype=np.bool_)
        for part in parts:
            chosen[part] = True
        return np.flatnonzero(chosen)

    def _best_statements(self, found: Rows, score: fusion.Scores, k: int) -> list[int]:
        """Positions in `found`, best first, one for each of the `k` best statements."""
        statements = self._passages.statement.codes[found]
        best: dict[int, int] = {}
        for position in np.argsort(-score, kind="stable").tolist():
            if score[position] <= 0 or len(best) == k:
                break
            best.setdefault(int(statements[position]), position)
        return list(best.values())

    def _in_language(self, row: int, lang: str, mask: Mask) -> int:
        """The row that says the same in a language, if it passes the filter too."""
        if self._passages.lang.of(row) == lang:
            return row
        same = (other for other in self._passages.same_statement(row) if mask[other])
        return next((other for other in same if self._passages.lang.of(other) == lang), row)

    def close(self) -> None:
        """Let go of the files. A search in another thread must have ended."""
        self._vectors.close()
        self._lexical.close()
        self._passages.close()


def _opened_passages(folder: Path, manifest: Manifest) -> PassageFile:
    try:
        passages = PassageFile(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexCorrupt(folder, f"the passages cannot be read: {error}") from error
    if len(passages) != manifest.passages:
        raise IndexCorrupt(folder, f"holds {len(passages)} of {manifest.passages} passages")
    return passages


def _score(
    lexical: fusion.Scores,
    dense: fusion.Scores,
    across: Mask,
    mode: Mode,
) -> fusion.Scores:
    if mode == "lexical":
        return lexical
    return dense if mode == "dense" else fusion.fuse(lexical, dense, across)


class CurrentIndex:
    """Always the newest published generation; looking for a new one costs one stat."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self._folder, self._embedder = folder, embedder
        self._index: Index | None = None
        self._seen: tuple[int, int] | None = None
        self._opening = Lock()

    def get(self) -> Index:
        """The current Index. A newer one that cannot be opened is logged; the old one serves on.

        Raises as `Index.open` does while there is none to serve.
        """
        stamp = self._stamp()
        if self._index is not None and stamp in (self._seen, None):
            return self._index
        with self._opening:
            if self._index is None or stamp != self._seen:
                self._reopen(stamp)
            assert self._index is not None
            return self._index

    def _reopen(self, stamp: tuple[int, int] | None) -> None:
        # The index before is not closed here: other threads may be searching it, and its files
        # are let go when the last of them drops it.
        try:
            self._index = Index.open(self._folder, self._embedder)
        except IndexUnusable as error:
            if self._index is None:
                raise
            log.error("keeping generation %s: %s", self._index.generation, error)
        self._seen = stamp

    def _stamp(self) -> tuple[int, int] | None:
        try:
            status = (self._folder / CURRENT).stat()
        except OSError:
            return None
        return status.st_mtime_ns, status.st_ino
