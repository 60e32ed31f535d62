"""Fakes of seams: they keep the contract of the real thing and are as small as it allows."""

from __future__ import annotations

import zlib

import numpy as np

from knowledge.embeddings import Embedder
from knowledge.text import terms


class HashingEmbedder(Embedder):
    """Unit vectors from hashed terms: no model, the same in every process."""

    def __init__(self, dimensions: int = 64, model_id: str = "hashing") -> None:
        self.dimensions, self.model_id = dimensions, f"{model_id}-{dimensions}"
        self.embedded: list[str] = []  # every document it was asked for

    def embed_query(self, text: str) -> list[float]:
        vector = np.zeros(self.dimensions)
        for term in terms(text):
            vector[zlib.crc32(term.encode()) % self.dimensions] += 1
        length = np.linalg.norm(vector)
        scaled: list[float] = (vector / length if length else vector).tolist()
        return scaled

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return [self.embed_query(text) for text in texts]
