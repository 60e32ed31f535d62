"""Whether a claim of a line and a claim of a source are the same, and how near their words are."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answers.claim import Claim
from bot.answers.evidence import Fact


def confusable(claim: Claim, fact: Claim) -> bool:
    """Of one family; but nobody takes 30 communities for 30 desks."""
    if claim.family != fact.family:
        return False
    if claim.family != "count" or same_value(claim, fact):
        return True
    return not (claim.unit and fact.unit) or claim.unit == fact.unit


def agrees(claim: Claim, fact: Claim) -> bool:
    """Whether a source's claim says what a line's claim says."""
    if claim.kind != fact.kind:
        return False
    if claim.kind == "date":
        return same_day(claim, fact)
    if claim.kind != "number":
        return claim.value == fact.value
    return (
        same_value(claim, fact)
        and same_unit(claim, fact)
        and claim.qualifier == fact.qualifier
        and claim.per <= fact.per
    )


def same_day(claim: Claim, fact: Claim) -> bool:
    """In full; a year alone may be that of any date."""
    year, month, day = claim.day
    if month is None and day is None:
        return year == fact.day[0]
    return claim.day == fact.day


def same_value(claim: Claim, fact: Claim) -> bool:
    a, b = claim.value, fact.value
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    return abs(a - b) <= 1e-6 * max(abs(a), abs(b), 1)


def same_unit(claim: Claim, fact: Claim) -> bool:
    """Equal; or one of them says none: 最高500万 is money, "100 places" a count."""
    if claim.unit == fact.unit:
        return True
    if claim.unit and fact.unit:
        return False
    if {claim.unit, fact.unit} == {"", "yuan"}:
        return claim.scaled and fact.scaled
    named = claim if claim.unit else fact
    return named.family == "count"


def why_not(claim: Claim, facts: Sequence[Fact]) -> str:
    same = [f.claim for f in facts if f.claim.kind == claim.kind and same_value(claim, f.claim)]
    if claim.kind == "date":
        return "date"
    if not same:
        return "number"
    if not any(same_unit(claim, f) for f in same):
        return "unit"
    return "qualifier" if not any(claim.qualifier == f.qualifier for f in same) else "period"


def closeness(a: Fact, b: Fact) -> float:
    """How well the words around one claim fit those around another, 0 to 1."""
    segment = share(a.segment, b.segment)
    return 0.5 * (share(a.clause, b.clause) if a.clause else segment) + 0.5 * segment


def share(mine: frozenset[str], theirs: frozenset[str]) -> float:
    return len(mine & theirs) / len(mine) if mine else 0.0
