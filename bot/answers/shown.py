"""Figures as an answer shows them."""

from __future__ import annotations

from knowledge.money import format_amount


def money(value: float, lang: str) -> str:
    """A sum in yuan."""
    return format_amount(value, "yuan", lang)


def percent(rate: float | None) -> str:
    """A share such as 0.5 as "50%"."""
    return f"{round((rate or 0) * 100, 4):g}%"
