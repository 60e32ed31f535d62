"""The training loop: seeded, resumable, with a running record of each task's loss."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.training.bags import Bags
from ingest.training.contrast import Floats, Rows, Side, contrast
from ingest.training.tasks import Batch, Task

Ids = NDArray[np.int64]
OnStep = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how hard to train."""

    steps: int = 6_000
    batch: int = 1024
    rate: float = 0.003
    temperature: float = 0.05
    save_every: int = 1000
    seed: int = 0


@dataclass(slots=True)
class Record:
    """What each task contributed: how often it was drawn, its first and its latest mean loss."""

    draws: dict[str, int]
    first: dict[str, float]
    losses: dict[str, float]

    @classmethod
    def empty(cls) -> Record:
        return cls(defaultdict(int), {}, {})

    def add(self, name: str, loss: float) -> None:
        self.draws[name] += 1
        self.first.setdefault(name, loss)
        self.losses[name] = 0.98 * self.losses.get(name, loss) + 0.02 * loss

    def __str__(self) -> str:
        return "  ".join(f"{name} {self.losses[name]:.2f}" for name in sorted(self.losses))


def train(
    vectors: Floats, tasks: Sequence[Task], plan: Plan, work: Path, on_step: OnStep | None = None
) -> tuple[Floats, Record]:
    """Train `vectors`, going on from the checkpoint in `work` when there is one.

    Each step has its own random stream, so an interrupted run draws what an unbroken one would.
    """
    rows, first = _resume(work / "checkpoint.npz", Rows.start(vectors))
    record = Record.empty()
    shares = np.asarray([task.share for task in tasks])
    for step in range(first, plan.steps):
        rng = np.random.default_rng([plan.seed, step])
        task = tasks[rng.choice(len(tasks), p=shares / shares.sum())]
        record.add(task.name, learn(rows, task.draw(rng, plan.batch), plan, step))
        if on_step is not None:
            on_step(step + 1, plan.steps, str(record))
        if (step + 1) % plan.save_every == 0:
            _save(work / "checkpoint.npz", rows, step + 1)
    return rows.vectors, record


def learn(rows: Rows, batch: Batch, plan: Plan, step: int) -> float:
    """One step on one batch; returns its loss."""
    left = Side.pool(rows, batch.left)
    right = Side.pool(rows, batch.right) if isinstance(batch.right, Bags) else None
    target = batch.right if right is None else right.unit
    assert not isinstance(target, Bags)
    loss, slope, slope_right = contrast(left.unit, target, plan.temperature, batch.same)
    ids, gradient = left.gradient(slope)
    if right is not None:
        ids, gradient = _merge(ids, gradient, *right.gradient(slope_right))
    rows.update(ids, gradient, _rate(plan, step))
    return loss


def _merge(ids: Ids, rows: Floats, more_ids: Ids, more_rows: Floats) -> tuple[Ids, Floats]:
    every = np.union1d(ids, more_ids)
    merged = np.zeros((len(every), rows.shape[1]), dtype=np.float32)
    merged[np.searchsorted(every, ids)] += rows
    merged[np.searchsorted(every, more_ids)] += more_rows
    return every, merged


def _rate(plan: Plan, step: int, warm: int = 100) -> float:
    """Rises over the first steps, then falls in a line to a twentieth."""
    return plan.rate * min(1.0, (step + 1) / warm) * max(0.05, 1 - step / plan.steps)


def _save(file: Path, rows: Rows, step: int) -> None:
    partial = file.with_name("partial.npz")
    np.savez(
        partial,
        vectors=rows.vectors,
        momentum=rows.momentum,
        scale=rows.scale,
        steps=rows.steps,
        step=step,
    )
    partial.replace(file)


def _resume(file: Path, fresh: Rows) -> tuple[Rows, int]:
    if not file.exists():
        return fresh, 0
    with np.load(file) as saved:
        if saved["vectors"].shape != fresh.vectors.shape:
            return fresh, 0
        state = (saved[name] for name in ("vectors", "momentum", "scale", "steps"))
        return Rows(*state), int(saved["step"])
