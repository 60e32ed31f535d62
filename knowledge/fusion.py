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


_INTERCEPT, _COVERAGE, _COSINE = -4.0, 4.0, 4.0


def probability(coverage: Scores, cosine: Scores) -> Scores:
    """The chance that a passage is relevant, by a logistic curve over its two plain scores.

    `coverage`: BM25 score divided by the summed rarity of the question's terms.
    """
    odds = _INTERCEPT + _COVERAGE * coverage + _COSINE * cosine
    return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float64)
