"""Works an answer's own arithmetic out again, from the figures its line shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain, combinations, pairwise, product
from math import prod

from bot.answers.claim import Claim
from knowledge.dates.calendar_rules import add_months

_TIMES = re.compile(r"[^+=;:,()]*[×*][^+=;:,()]*")


def worked_out(s: str, claims: Sequence[Claim], known: Iterable[Claim]) -> list[Claim]:
    """The claims of a line (normal form `s`) that follow from its `known` ones by arithmetic."""
    given = list(known)
    values = [*_products(given), *_sums(s, claims, given)]
    days = _later(given)
    return [
        claim
        for claim in claims
        if (claim.kind == "date" and claim.day in days)
        or (claim.kind == "number" and any(_close(claim.value, v) for v in values))
    ]


def _products(known: Sequence[Claim]) -> list[float]:
    """Every sum of money times up to three of the rates, counts and times beside it."""
    money = {float(c.value) for c in known if c.family == "money"}
    factors = [_factors(c) for c in known if c.kind == "number" and c.family != "money"]
    found = set(money)
    for chosen in chain.from_iterable(combinations(factors, n) for n in (1, 2, 3)):
        found |= {m * prod(each) for m in money for each in product(*chosen)}
    return sorted(found - money)


def _factors(claim: Claim) -> list[float]:
    """What a figure can multiply by: a rate or its rest, months or years, a count."""
    value = float(claim.value)
    if claim.unit == "percent":
        return [value / 100, 1 - value / 100]
    return [value, value / 12] if claim.unit == "month" else [value]


def _sums(s: str, claims: Sequence[Claim], known: Sequence[Claim]) -> list[float]:
    """What stands between plus signs added up: 2 × 1,000 + 3 × 2,000, or 200,000 + 50,000."""
    if "+" not in s:
        return []
    edges = [m.start() for m in re.finditer(r"\+", s)]
    start = max((s.rfind(mark, 0, edges[0]) for mark in ":=("), default=-1) + 1
    parts, total = [start, *[e + 1 for e in edges], len(s)], 0.0
    for a, b in pairwise(parts):
        inside = [c for c in claims if a <= c.start < b and c.kind == "number"]
        if not inside or not all(c in known for c in inside):
            return []
        total += _term(s[a:b], inside)
    return [total]


def _term(s: str, inside: Sequence[Claim]) -> float:
    """A product where a times sign stands; else the last sum of money."""
    if _TIMES.search(s):
        return prod(_factors(c)[0] for c in inside)
    money = [c for c in inside if c.family == "money"] or inside
    return float(money[-1].value)


def _later(known: Sequence[Claim]) -> set[tuple[int | None, int | None, int | None]]:
    """Every full date so many months on."""
    days = [date(*c.day) for c in known if c.kind == "date" and None not in c.day]  # type: ignore[arg-type]
    months = [int(c.value) for c in known if c.unit == "month"]
    later = [add_months(day, n) for day in days for n in months]
    return {(d.year, d.month, d.day) for d in later}


def _close(a: float | str, b: float) -> bool:
    return not isinstance(a, str) and abs(a - b) <= 1e-6 * max(abs(b), 1)
