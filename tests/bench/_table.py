"""Prints figures of several systems side by side, the first one's ratio to the last at the end."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import median

Figures = dict[str, float]


def show(columns: Mapping[str, Figures]) -> None:
    names = list(columns)
    ratio = f"{names[0]}/{names[-1]}"
    print(f"{'':34}" + "".join(f"{name:>12}" for name in names) + f"{ratio:>20}")
    for label in dict.fromkeys(label for figures in columns.values() for label in figures):
        row = [figures.get(label) for figures in columns.values()]
        cells = "".join(f"{value:12.3f}" if value is not None else " " * 12 for value in row)
        first, last = row[0], row[-1]
        print(f"{label:34}{cells}" + (f"{first / last:20.3f}" if first and last else ""))


def middle(runs: list[Figures]) -> Figures:
    """The median of each figure over repeated runs."""
    return {label: median(run[label] for run in runs) for label in runs[0]}


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
