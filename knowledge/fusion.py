"""How the word score and the vector score of a passage become one score and one probability.

Where the scores come from is `knowledge.lexical` and `knowledge.vectors`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]

DENSE_WITHIN = 0.35
"""Weight of the vectors when question and passage share a language; words have the rest.

Linear fusion of scores, each divided by its maximum, beat reciprocal rank fusion: ranks throw away
how much better the best hit is.
"""

DENSE_ACROSS = 0.65
"""The same when they do not: few words are shared, meaning must carry."""


def fuse(lexical: Scores, dense: Scores, across: NDArray[np.bool_]) -> Scores:
    """One score per passage in 0..1, from BM25 scores and cosines of the same passages."""
    weight = np.where(across, DENSE_ACROSS, DENSE_WITHIN)
    return (1 - weight) * _relative(lexical) + weight * _relative(np.maximum(dense, 0))


def _relative(scores: Scores) -> Scores:
    top = scores.max(initial=0.0)
    return scores / top if top > 0 else np.zeros_like(scores)


# Logistic regressions on the eight best hits for each of the 206 questions of
# tests/cases/retrieval.tsv (20 of them on nothing that is held), relevant meaning "of an expected
# programme": `python -m tests.bench.calibration` fits and prints them. The cosine added nothing
# where words are shared.
_WORDS = (-9.2, 4.15, 1.63, 1.87)
"""Constant; coverage; log of 1 + BM25 (a long question never covers much); fused score."""

_MEANING = (-4.0, 7.0)
"""Constant; cosine. For a hit that shares no word with the question; the constant is set so that
the cosines of off-topic questions (up to .35) stay below 0.2."""


def probability(coverage: Scores, bm25: Scores, cosine: Scores, fused: Scores) -> Scores:
    """The chance that each passage is relevant.

    `coverage`: BM25 score divided by the summed rarity of the question's terms.
    """
    constant, by_coverage, by_bm25, by_score = _WORDS
    words = constant + by_coverage * coverage + by_bm25 * np.log1p(bm25) + by_score * fused
    meaning = _MEANING[0] + _MEANING[1] * cosine
    odds = np.where(bm25 > 0, words, meaning)
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)
