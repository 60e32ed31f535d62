"""The vectors of a generation: a NumPy matrix and a Chroma folder. Only here is chromadb imported.

Which text a vector stands for is `knowledge.passages.Entry.embedded`.

Two stores, because neither serves every size. Measured (256 dimensions): comparing with all
vectors takes .05 ms at 2,000 and 10 ms at 100,000, is exact, and opens in a millisecond;
Chroma's graph answers in 2 ms at 100,000 but takes 51 ms with a filter on 2 % of the rows and .7 s
to import. So the matrix, memory-mapped, serves every filtered search and all small indexes, and
Chroma the unfiltered search of a large one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.errors import IndexCorrupt, IndexNotBuilt
from knowledge.manifest import CHROMA, VECTORS
from knowledge.passage_file import Rows

Matrix = NDArray[np.float32]

EXACT_BELOW = 20_000
"""So many vectors are compared one by one; above, an unfiltered search asks Chroma."""

_COLLECTION = "passages"
_BATCH = 2_000
# With the default ef_search of 100 a lone match among near-orthogonal vectors was missed.
_GRAPH = {"space": "ip", "ef_construction": 200, "max_neighbors": 32, "ef_search": 400}


def unit_rows(vectors: Sequence[Sequence[float]] | Matrix, dimensions: int) -> Matrix:
    """The vectors as rows of length 1 (a zero vector stays zero)."""
    matrix = np.asarray(vectors, dtype=np.float32).reshape(-1, dimensions)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.asarray(matrix / np.where(lengths > 0, lengths, 1), dtype=np.float32)


def write_vectors(
    folder: Path,
    ids: Sequence[str],
    matrix: Matrix,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> None:
    """Both stores of a new generation, rows in the order of `ids`."""
    from chromadb.errors import ChromaError

    np.save(folder / VECTORS, matrix, allow_pickle=False)
    try:
        _write_chroma(folder / CHROMA, ids, matrix, on_progress)
    except ChromaError as error:
        raise IndexNotBuilt(folder, f"Chroma: {error}") from error


def _write_chroma(
    folder: Path, ids: Sequence[str], matrix: Matrix, on_progress: Callable[[int, int], None]
) -> None:
    client = _client(folder)
    try:
        collection = client.create_collection(
            _COLLECTION, embedding_function=None, configuration={"hnsw": dict(_GRAPH)}
        )
        for start in range(0, len(ids), _BATCH):
            rows = range(start, min(start + _BATCH, len(ids)))
            collection.add(
                ids=[str(row) for row in rows],
                embeddings=[matrix[row] for row in rows],
                metadatas=[{"passage": ids[row]} for row in rows],
            )
            on_progress(rows.stop, len(ids))
        if collection.count() != len(ids):
            raise IndexNotBuilt(folder, f"Chroma holds {collection.count()} of {len(ids)} vectors")
    finally:
        client.close()


def _client(folder: Path) -> Any:  # the type that chromadb declares lacks close()
    import chromadb  # 0.7 s and 73 MB: only when a build or a large index needs it
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))


def _cosines(matrix: Matrix, query: Matrix) -> NDArray[np.float64]:
    """Products row by row. Not `@`: its threads cost 8 ms instead of .15 on a busy machine."""
    return np.asarray(np.einsum("ij,j->i", matrix, query), dtype=np.float64)


class Vectors:
    """The vectors of one generation, opened for reading."""

    def __init__(self, folder: Path, count: int, dimensions: int) -> None:
        self._folder = folder
        self._chroma: tuple[Any, Any] | None = None
        try:
            matrix = np.load(folder / VECTORS, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise IndexCorrupt(folder, f"{VECTORS} cannot be read: {error}") from error
        if matrix.shape != (count, dimensions) or matrix.dtype != np.float32:
            raise IndexCorrupt(folder, f"{VECTORS} has shape {matrix.shape} of {matrix.dtype}")
        self.matrix: Matrix = np.asarray(matrix)  # still mapped, without the subclass's overhead

    def search(
        self, query: Matrix, limit: int, rows: Rows | None = None
    ) -> tuple[Rows, NDArray[np.float64]]:
        """Rows and cosines, best first; exact unless the index is large and unfiltered."""
        if limit <= 0 or not query.any():
            return np.empty(0, np.intp), np.empty(0)
        if rows is None and len(self.matrix) > EXACT_BELOW:
            found = self._from_chroma(query, limit)
            if found is not None:
                return found
        return self._exact(query, limit, rows)

    def of(self, query: Matrix, rows: Rows) -> NDArray[np.float64]:
        """The cosine of each row with the query."""
        return _cosines(self.matrix[rows], query)

    def _exact(
        self, query: Matrix, limit: int, rows: Rows | None
    ) -> tuple[Rows, NDArray[np.float64]]:
        subset = self.matrix if rows is None else self.matrix[rows]
        scores = _cosines(subset, query)
        top = np.argpartition(-scores, limit - 1)[:limit] if limit < len(scores) else slice(None)
        top = np.arange(len(scores))[top]
        top = top[np.argsort(-scores[top], kind="stable")]
        return (top if rows is None else rows[top]), scores[top]

    def _from_chroma(self, query: Matrix, limit: int) -> tuple[Rows, NDArray[np.float64]] | None:
        """None when the folder is gone: a reader may outlive the clean-up of its generation."""
        if self._chroma is None:
            if not (self._folder / CHROMA / "chroma.sqlite3").exists():
                return None
            client = _client(self._folder / CHROMA)
            self._chroma = client, client.get_collection(_COLLECTION, embedding_function=None)
        found = self._chroma[1].query(query_embeddings=[query], n_results=limit, include=[])
        rows = np.asarray([int(row) for row in found["ids"][0]], dtype=np.intp)
        return rows, self.of(query, rows)

    def close(self) -> None:
        if self._chroma is not None:
            self._chroma[0].close()
            self._chroma = None
