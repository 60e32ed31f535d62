"""Learns which words translate which: IBM Model 1 by expectation maximisation, in flat arrays.

Brown et al. 1993, "The Mathematics of Statistical Machine Translation", section 4.1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse  # type: ignore[import-untyped]
from numpy.typing import NDArray

Table = dict[str, list[tuple[str, float]]]

_LONGEST = 40  # words of a side: longer pairs cost much and teach little


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Every (source word, target word) of every text pair: which link, of which target, counted."""

    link: NDArray[np.int32]
    target_place: NDArray[np.int32]
    count: NDArray[np.float32]
    source_of_link: NDArray[np.int64]
    target_of_link: NDArray[np.int64]


def learn_translations(
    pairs: Sequence[tuple[Sequence[str], Sequence[str]]],
    weights: Sequence[float] | None = None,
    *,
    rounds: int = 5,
    least: float = 0.02,
    most: int = 8,
) -> tuple[Table, Table]:
    """Both directions: left word -> right words with p(right | left), and the reverse.

    A pair counts as often as its weight says: a dictionary's rare words should not outweigh its
    common ones.
    Links that the other direction finds unlikely (below `least` squared) are accidents of a long
    text and are left out.
    """
    left, left_words = _number([pair[0] for pair in pairs])
    right, right_words = _number([pair[1] for pair in pairs])
    counts = np.ones(len(pairs)) if weights is None else np.asarray(weights)
    forward = _estimate(left, right, counts, (len(left_words), len(right_words)), rounds)
    backward = _estimate(right, left, counts, (len(right_words), len(left_words)), rounds)
    kept = forward.multiply(least**2 < backward.T).tocsr()
    kept_back = backward.multiply(least**2 < forward.T).tocsr()
    return (
        _table(kept, left_words, right_words, least, most),
        _table(kept_back, right_words, left_words, least, most),
    )


def _number(texts: list[Sequence[str]]) -> tuple[list[NDArray[np.int64]], list[str]]:
    ids: dict[str, int] = {}
    numbered = [
        np.asarray([ids.setdefault(w, len(ids)) for w in dict.fromkeys(text[:_LONGEST])], np.int64)
        for text in texts
    ]
    return numbered, list(ids)


def _estimate(
    sources: list[NDArray[np.int64]],
    targets: list[NDArray[np.int64]],
    counts: NDArray[np.float64],
    sizes: tuple[int, int],
    rounds: int,
) -> scipy.sparse.csr_matrix:
    """p(target | source) as a sparse matrix. The last source word is the empty word."""
    empty = source_count = sizes[0]
    pairs = _pair_up(sources, targets, counts, empty, sizes[1])
    chance = np.ones(len(pairs.source_of_link))
    for _ in range(rounds):
        weight = chance[pairs.link]
        total = np.bincount(pairs.target_place, weight)
        share = pairs.count * weight / total[pairs.target_place]
        expected = np.bincount(pairs.link, share, len(chance))
        whole = np.bincount(pairs.source_of_link, expected, source_count + 1)
        chance = expected / np.maximum(whole[pairs.source_of_link], 1e-12)
    shape = (source_count + 1, sizes[1])
    entries = (chance, (pairs.source_of_link, pairs.target_of_link))
    return scipy.sparse.csr_matrix(entries, shape=shape)[:source_count]


def _pair_up(
    sources: list[NDArray[np.int64]],
    targets: list[NDArray[np.int64]],
    counts: NDArray[np.float64],
    empty: int,
    target_count: int,
) -> _Pairs:
    keys, places, place = [], [], 0
    for source, target in zip(sources, targets, strict=True):
        source = np.append(source, empty)
        keys.append((source[:, None] * target_count + target[None, :]).ravel())
        places.append(np.tile(np.arange(place, place + len(target), dtype=np.int32), len(source)))
        place += len(target)
    lengths = [len(key) for key in keys]
    links, link = np.unique(np.concatenate(keys), return_inverse=True)
    return _Pairs(
        link.astype(np.int32),
        np.concatenate(places),
        np.repeat(counts, lengths).astype(np.float32),
        links // target_count,
        links % target_count,
    )


def _table(
    chances: scipy.sparse.csr_matrix, rows: list[str], columns: list[str], least: float, most: int
) -> Table:
    table: Table = {}
    for row, word in enumerate(rows):
        start, end = chances.indptr[row], chances.indptr[row + 1]
        values, places = chances.data[start:end], chances.indices[start:end]
        best = [i for i in np.argsort(-values, kind="stable")[:most] if values[i] >= least]
        if best:
            table[word] = [(columns[places[i]], round(float(values[i]), 3)) for i in best]
    return table
