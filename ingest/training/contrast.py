"""The contrastive loss over a batch of bags, its gradient, and row-wise Adam.

Torch's sparse gradients were too slow on a CPU; a bag of tokens needs two sparse products only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ingest.training.bags import Bags, Bools

Floats = NDArray[np.float32]

_TINY = np.float32(1e-8)


@dataclass(slots=True)
class Rows:
    """The vectors under training: one row per token, with Adam's two moments.

    The second moment is one number per row, which keeps the state small and a row's direction.
    """

    vectors: Floats
    momentum: Floats
    scale: Floats
    steps: NDArray[np.int32]

    @classmethod
    def start(cls, vectors: Floats) -> Rows:
        count = len(vectors)
        zeros = np.zeros(count, dtype=np.float32)
        return cls(vectors, np.zeros_like(vectors), zeros, np.zeros(count, dtype=np.int32))

    def update(
        self, ids: NDArray[np.int64], gradient: Floats, rate: float, *,
        keep: float = 0.7, keep_scale: float = 0.99,
    ) -> None:  # fmt: skip
        """One Adam step on these rows only; each row counts its own steps."""
        self.steps[ids] += 1
        age = self.steps[ids].astype(np.float32)
        momentum = keep * self.momentum[ids] + (1 - keep) * gradient
        scale = keep_scale * self.scale[ids] + (1 - keep_scale) * np.mean(gradient**2, axis=1)
        self.momentum[ids], self.scale[ids] = momentum, scale
        size = np.sqrt(scale / (1 - keep_scale**age)) * (1 - keep**age) + _TINY
        self.vectors[ids] -= (rate / size)[:, None] * momentum


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a batch pooled: its bags, unit vectors and the lengths before scaling."""

    bags: Bags
    unit: Floats
    length: Floats

    @classmethod
    def pool(cls, rows: Rows, bags: Bags) -> Side:
        total = np.asarray(bags.matrix(len(rows.vectors)) @ rows.vectors, dtype=np.float32)
        length = np.sqrt(np.einsum("ij,ij->i", total, total)) + _TINY
        return cls(bags, total / length[:, None], length)

    def gradient(self, upstream: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Token ids and their gradient, given the gradient of the unit vectors."""
        along = np.einsum("ij,ij->i", upstream, self.unit)
        inner = (upstream - along[:, None] * self.unit) / self.length[:, None]
        ids, places = np.unique(self.bags.ids, return_inverse=True)
        local = Bags(places.astype(np.int32), self.bags.starts)
        return ids.astype(np.int64), np.asarray(local.matrix(len(ids)).T @ inner)


def contrast(
    left: Floats, right: Floats, temperature: float, same: Bools | None = None
) -> tuple[float, Floats, Floats]:
    """Symmetric in-batch cross entropy, with its gradients for both sides.

    `same[i, j]` marks pairs off the diagonal that are no true negatives.
    """
    count = len(left)
    logits = left @ right.T / np.float32(temperature)
    if same is not None:
        logits[same] = -50.0
    forward, loss_forward = _softmax(logits)
    backward, loss_backward = _softmax(logits.T)
    slope = (forward + backward.T) / 2
    slope[np.arange(count), np.arange(count)] -= 1
    slope = np.asarray(slope / (count * temperature), dtype=np.float32)
    loss = (loss_forward + loss_backward) / 2
    return loss, np.asarray(slope @ right), np.asarray(slope.T @ left)


def _softmax(logits: Floats) -> tuple[Floats, float]:
    """Row-wise softmax, and the mean cross entropy with the diagonal."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    odds = np.exp(shifted)
    total = odds.sum(axis=1, keepdims=True)
    loss = float(np.mean(np.log(total[:, 0]) - np.diagonal(shifted)))
    return odds / total, loss
