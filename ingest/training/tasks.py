"""What a training step may ask: each task draws a batch and says which texts belong together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ingest.training.bags import Bags, Bools
from ingest.training.contrast import Floats
from ingest.training.switching import Switch

Rng = np.random.Generator


@dataclass(frozen=True, slots=True)
class Batch:
    """Row i of `left` belongs with row i of `right`, which is bags or fixed vectors."""

    left: Bags
    right: Bags | Floats
    same: Bools | None = None


class Task(Protocol):
    """`share` is how often it is drawn, relative to the others."""

    @property
    def name(self) -> str: ...

    @property
    def share(self) -> float: ...

    def draw(self, rng: Rng, size: int) -> Batch: ...


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two texts that say the same or answer each other.

    `groups` number equal texts, so that a passage asked about twice is no negative of itself.
    """

    name: str
    share: float
    left: Bags
    right: Bags
    groups: tuple[NDArray[np.int64], NDArray[np.int64]]
    drop: float = 0.2
    switch: Switch | None = None

    def draw(self, rng: Rng, size: int) -> Batch:
        rows = _rows(rng, len(self.left), size)
        left, right = self.left.take(rows), self.right.take(rows)
        if self.switch is not None:
            left = self.switch.apply(left, rng, rng.random())
            right = self.switch.apply(right, rng, rng.random() * rng.integers(2))
        left, right = left.drop(rng, self.drop), right.drop(rng, self.drop)
        return Batch(left, right, _same(*(group[rows] for group in self.groups)))


@dataclass(frozen=True, slots=True)
class Cloze:
    """A run of a passage's words against the rest of it (inverse cloze; Lee et al. 2019)."""

    name: str
    share: float
    bags: Bags
    switch: Switch | None = None
    widths: tuple[int, int] = (5, 16)
    stay: float = 0.3  # a run's word also stays in the passage this often

    def draw(self, rng: Rng, size: int) -> Batch:
        bags = self.bags.take(_rows(rng, len(self.bags), size))
        query, inside = bags.window(rng, *self.widths)
        rest = bags.keep(~inside | (rng.random(len(inside)) < self.stay))
        if self.switch is not None:
            query = self.switch.apply(query, rng, rng.random())
        return Batch(query.drop(rng, 0.1), rest)


@dataclass(frozen=True, slots=True)
class Imitation:
    """Texts against the encoder's vectors of them, or of their translations (distillation)."""

    name: str
    share: float
    bags: Bags
    targets: Floats = field(repr=False)
    drop: float = 0.1

    def draw(self, rng: Rng, size: int) -> Batch:
        rows = _rows(rng, len(self.bags), size)
        return Batch(self.bags.take(rows).drop(rng, self.drop), self.targets[rows])


def _rows(rng: Rng, count: int, size: int) -> NDArray[np.int64]:
    return rng.choice(count, size=min(size, count), replace=False)


def _same(left: NDArray[np.int64], right: NDArray[np.int64]) -> Bools:
    same: Bools = (left[:, None] == left[None, :]) | (right[:, None] == right[None, :])
    np.fill_diagonal(same, False)
    return same
