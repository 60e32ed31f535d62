from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from knowledge.fusion import DENSE_ACROSS, DENSE_WITHIN, fuse, probability

Score = st.floats(0, 40)
Cosine = st.floats(-1, 1)


def test_words_lead_within_a_language_and_vectors_across() -> None:
    lexical, dense = np.array([10.0, 0.0]), np.array([0.0, 1.0])
    assert fuse(lexical, dense, np.array([False, False])).tolist() == [
        1 - DENSE_WITHIN,
        DENSE_WITHIN,
    ]
    assert fuse(lexical, dense, np.array([True, True])).tolist() == [1 - DENSE_ACROSS, DENSE_ACROSS]


def test_how_much_better_the_best_is_counts() -> None:
    near = fuse(np.array([10.0, 9.9]), np.array([0.2, 0.4]), np.array([False, False]))
    far = fuse(np.array([10.0, 1.0]), np.array([0.2, 0.4]), np.array([False, False]))
    assert near[1] > near[0]
    assert far[0] > far[1]


@given(st.lists(st.tuples(Score, Cosine, st.booleans()), max_size=30))
def test_fused_scores_lie_between_zero_and_one(rows: list[tuple[float, float, bool]]) -> None:
    lexical, dense, across = (np.array([row[i] for row in rows]) for i in range(3))
    fused = fuse(lexical, dense, across.astype(bool))
    assert ((fused >= 0) & (fused <= 1 + 1e-9)).all()


@given(Score, Cosine, st.floats(0, 1), st.floats(0, 3))
def test_more_of_the_words_is_never_less_probable(
    bm25: float, cosine: float, fused: float, coverage: float
) -> None:
    less, more = (
        probability(np.array([c]), np.array([bm25 + 0.1]), np.array([cosine]), np.array([fused]))[0]
        for c in (coverage, coverage + 0.5)
    )
    assert 0 <= less <= more <= 1


def test_without_a_shared_word_only_a_close_meaning_is_probable() -> None:
    zero = np.zeros(2)
    off_topic, close = probability(zero, zero, np.array([0.35, 0.8]), np.array([1.0, 1.0]))
    assert off_topic < 0.2 < 0.8 < close
