"""Prints figures of several systems side by side, the first one's ratio to the last at the end."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

Figures = dict[str, float]


def show(columns: Mapping[str, Figures]) -> None:
    names = list(columns)
    ratio = f"{names[0]}/{names[-1]}"
    print(f"{'':34}" + "".join(f"{name:>12}" for name in names) + f"{ratio:>20}")
    for label in columns[names[0]]:
        row = [figures.get(label, float("nan")) for figures in columns.values()]
        quotient = row[0] / row[-1] if row[-1] else float("nan")
        print(f"{label:34}" + "".join(f"{value:12.3f}" for value in row) + f"{quotient:20.3f}")


def middle(runs: list[Figures]) -> Figures:
    """The median of each figure over repeated runs."""
    return {label: median(run[label] for run in runs) for label in runs[0]}


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
