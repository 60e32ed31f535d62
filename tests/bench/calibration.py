"""Fits the constants of `knowledge.fusion.probability` and prints them with their quality.

Run: python -m tests.bench.calibration
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.generations import sync
from knowledge.embeddings import load_embeddings
from knowledge.index import Index
from knowledge.query import query_terms
from tests.cases.retrieval import Question, questions

Features = NDArray[np.float64]


def observations(
    index: Index, asked: list[Question], k: int = 8
) -> tuple[Features, Features, NDArray[np.int_]]:
    """Per hit: (1, coverage, log of 1 + BM25, fused score); whether relevant; which question."""
    rows, relevant, numbers = [], [], []
    for number, question in enumerate(asked):
        terms = query_terms(question.text)
        weight = sum(w * index.rarity(term) for term, w in terms.items())
        for hit in index.search(question.text, k):
            rows.append([1, hit.lexical, np.log1p(hit.lexical * weight), hit.score])
            relevant.append(hit.passage.programme_id in question.programme_ids)
            numbers.append(number)
    return np.array(rows), np.array(relevant, dtype=np.float64), np.array(numbers)


def fit(features: Features, relevant: Features, ridge: float = 1e-3) -> Features:
    """Logistic regression by Newton's method."""
    weights = np.zeros(features.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-features @ weights))
        curvature = features.T @ (features * (chance * (1 - chance))[:, None])
        slope = features.T @ (chance - relevant) + ridge * weights
        weights -= np.linalg.solve(curvature + ridge * np.eye(len(weights)), slope)
    return weights


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        embedder = load_embeddings()
        sync(Path(folder), [], embedder)
        index = Index.open(Path(folder) / "index", embedder)
        features, relevant, numbers = observations(index, questions())
        index.close()
    halves = numbers % 2 == 0  # whole questions: their hits resemble each other
    for name, train, held_out in (
        ("all", slice(None), slice(None)),
        ("on the other half", halves, ~halves),
    ):
        weights = fit(features[train], relevant[train])
        chance = 1 / (1 + np.exp(-features[held_out] @ weights))
        brier = float(np.mean((chance - relevant[held_out]) ** 2))
        print(name, np.round(weights, 2), f"Brier score {brier:.3f}")
    for low in np.arange(0, 1, 0.2):
        within = (chance >= low) & (chance < low + 0.2)
        if within.any():
            said, was = chance[within].mean(), relevant[held_out][within].mean()
            print(f"said {said:.2f}, was {was:.2f} ({within.sum()} hits)")


if __name__ == "__main__":
    main()
