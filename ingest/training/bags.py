"""Many texts as bags of token ids in two flat arrays, and the random changes made to them.

Everything works on whole batches at once; nothing here knows what a token means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse  # type: ignore[import-untyped]
from numpy.typing import NDArray
from tokenizers import Tokenizer

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Bags:
    """`ids` of all texts one after another; text i is `ids[starts[i]:starts[i + 1]]`."""

    ids: Ints
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        return np.diff(self.starts)

    def owners(self) -> NDArray[np.int64]:
        """For each id the text that it belongs to."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def take(self, rows: NDArray[np.int64]) -> Bags:
        """These texts, in this order."""
        lengths = self.lengths[rows]
        starts = _starts(lengths)
        offsets = np.arange(starts[-1]) - np.repeat(starts[:-1], lengths)
        return Bags(self.ids[np.repeat(self.starts[rows], lengths) + offsets], starts)

    def keep(self, kept: Bools) -> Bags:
        """Only the ids marked; a text that would be empty keeps what it has."""
        owners = self.owners()
        emptied = np.bincount(owners[kept], minlength=len(self)) == 0
        kept = kept | emptied[owners]
        lengths = np.bincount(owners[kept], minlength=len(self))
        return Bags(self.ids[kept], _starts(lengths))

    def drop(self, rng: np.random.Generator, share: float) -> Bags:
        """Without a random share of the ids."""
        return self.keep(rng.random(len(self.ids)) >= share)

    def window(self, rng: np.random.Generator, least: int, most: int) -> tuple[Bags, Bools]:
        """A random run of ids of each text, and which ids it took."""
        widths = np.minimum(rng.integers(least, most + 1, len(self)), self.lengths)
        first = (rng.random(len(self)) * (self.lengths - widths + 1)).astype(np.int64)
        place = np.arange(len(self.ids)) - np.repeat(self.starts[:-1], self.lengths)
        offset = place - np.repeat(first, self.lengths)
        inside = (offset >= 0) & (offset < np.repeat(widths, self.lengths))
        return self.keep(inside), inside

    def matrix(self, width: int) -> scipy.sparse.csr_matrix:
        """Counts, one row per text."""
        ones = np.ones(len(self.ids), dtype=np.float32)
        return scipy.sparse.csr_matrix((ones, self.ids, self.starts), shape=(len(self), width))


def tokenize(tokenizer: Tokenizer, texts: Sequence[str], longest: int = 256) -> Bags:
    """Each text's first `longest` known ids."""
    found: list[Ints] = []
    for start in range(0, len(texts), 4096):
        batch = tokenizer.encode_batch_fast(list(texts[start : start + 4096]))
        found += [np.asarray(e.ids, dtype=np.int32)[:longest] for e in batch]
    found = [ids[ids > 0] for ids in found]
    lengths = np.asarray([len(ids) for ids in found], dtype=np.int64)
    ids = np.concatenate(found) if found else np.zeros(0, dtype=np.int32)
    return Bags(ids.astype(np.int32), _starts(lengths))


def _starts(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
