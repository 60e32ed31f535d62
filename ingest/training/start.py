"""Where training starts: English tokens from the encoder, Chinese ones from their English glosses.

Without an encoder every token starts at random, and the parallel text alone must align them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.training.corpus import Pair
from ingest.training.teacher import Floats, Progress, Teacher
from ingest.training.vocabulary import HAN, Vocabulary

_SMOOTHING = 1e-3  # a in a / (a + p(word)): Arora et al. 2017, "A Simple but Tough-to-Beat ..."


@dataclass(frozen=True, slots=True)
class Projection:
    """From the encoder's space to the model's: principal components of the words' vectors."""

    components: Floats

    def apply(self, vectors: Floats) -> Floats:
        """Centred on their own mean, projected, and scaled to length 1."""
        return _unit((vectors - vectors.mean(axis=0)) @ self.components)


def start_vectors(
    vocabulary: Vocabulary,
    glosses: list[Pair],
    teacher: Teacher | None,
    dimensions: int,
    seed: int,
    on_progress: Progress | None = None,
) -> tuple[Floats, Projection | None]:
    """One row per token, common tokens shorter; and the projection that sentences must take."""
    rng = np.random.default_rng(seed)
    projection = None
    vectors = rng.standard_normal((len(vocabulary.tokens), dimensions)).astype(np.float32)
    if teacher is not None:
        known, places = _known_vectors(vocabulary, glosses, teacher, on_progress)
        projection = Projection(_principal(known, dimensions))
        vectors = _unit(vectors)
        vectors[places] = projection.apply(known)
        _compose(vectors, vocabulary, frozenset(places.tolist()))
    share = np.asarray(vocabulary.shares, dtype=np.float32)
    vectors = _unit(vectors) * (_SMOOTHING / (_SMOOTHING + share))[:, None]
    vectors[0] = 0
    return vectors, projection


def _known_vectors(
    vocabulary: Vocabulary, glosses: list[Pair], teacher: Teacher, on_progress: Progress | None
) -> tuple[Floats, NDArray[np.int64]]:
    ids = {token: i for i, token in enumerate(vocabulary.tokens)}
    latin = [token for token in vocabulary.tokens[1:] if not HAN.fullmatch(token)]
    senses: dict[str, list[str]] = defaultdict(list)
    for head, sense in glosses:
        senses[head].append(sense.lower())
    texts = sorted({sense.lower() for _, sense in glosses})
    vectors = teacher.encode(texts, on_progress)
    place = {text: i for i, text in enumerate(texts)}
    heads = [head for head in senses if head in ids]
    glossed = np.stack([vectors[[place[s] for s in senses[head]]].mean(axis=0) for head in heads])
    known = np.concatenate([_unit(teacher.encode(latin, on_progress)), _unit(glossed)])
    return known, np.asarray([ids[token] for token in (*latin, *heads)], dtype=np.int64)


def _compose(vectors: Floats, vocabulary: Vocabulary, known: frozenset[int]) -> None:
    """A Chinese word without a gloss starts from its characters, plus noise to tell it apart."""
    ids = {token: i for i, token in enumerate(vocabulary.tokens)}
    for place, token in enumerate(vocabulary.tokens):
        if place not in known and len(token) > 1 and HAN.fullmatch(token):
            parts = [ids[char] for char in token if char in ids]
            vectors[place] = vectors[parts].mean(axis=0) + 0.3 * vectors[place]


def _principal(vectors: Floats, dimensions: int) -> Floats:
    centred = vectors - vectors.mean(axis=0)
    _, axes = np.linalg.eigh(centred.T @ centred)
    return np.ascontiguousarray(axes[:, ::-1][:, :dimensions], dtype=np.float32)


def _unit(vectors: Floats) -> Floats:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-8), dtype=np.float32)
