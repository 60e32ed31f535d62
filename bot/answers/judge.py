"""One line held against the sources that it cites: which of its claims they do not support.

Value, unit, qualifier (up to, at least) and what a figure is per must agree with a claim of the
source, and the words around it must not fit another of its figures better.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.answers.agreement import (
    agrees,
    closeness,
    confusable,
    same_day,
    same_unit,
    same_value,
    share,
    why_not,
)  # fmt: skip
from bot.answers.claim import Claim
from bot.answers.claim_words import words
from bot.answers.claims import read
from bot.answers.evidence import (
    Evidence,
    Fact,
    grams,
    house_words,
    located,
    masked,
    payees_named,
    times_named,
)
from bot.answers.sums import worked_out
from knowledge.programmes import last_day
from knowledge.text import normalize

_NEARER = 0.9  # a figure's words must fit its source at least so well as they fit any other figure
_OWN_WORDS = 0.34  # share of a line's words that the cited source must have
_BESIDE_FIGURES = 0.25  # the same for a line that states figures of the source
_FEW_WORDS = 3  # fewer words of its own say nothing about where a line is from
_SWAPPED = 0.2  # by how much another source may fit the words of a line better
_DAYS_LEFT = {"day"}


@dataclass(frozen=True, slots=True)
class Unsupported:
    """A line that says what its sources do not."""

    line: str
    figure: str
    reason: str  # number, unit, qualifier, period, place, date, citation, uncited, payee, words


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a line may say beside its sources: figures, and the day the answer is for."""

    on: date
    claims: tuple[Claim, ...] = ()  # the founder's own figures
    listed: int = 0  # sources of the whole answer: a list may count them


def cited_faults(
    line: str, cited: tuple[Evidence, ...], others: Sequence[Evidence], allowed: Allowed
) -> list[Unsupported]:
    """Faults of a line held against the sources that it cites."""
    reading = read(_untitled(line, cited))
    days = _days_to(reading.claims, allowed.on)
    judged = [_own_words(fact) for fact in located(reading)]
    reasons = [(f.claim.text, _judge(f, cited, allowed, days)) for f in judged]
    if faults := [Unsupported(line, figure, reason) for figure, reason in reasons if reason]:
        return faults
    whole = read(line)
    faults = [*_payee_faults(line, whole.s, cited), *_time_faults(line, whole.s, cited)]
    return faults + _word_faults(line, masked(whole), cited, others)


def sum_faults(
    line: str, inputs: Iterable[str], cited: tuple[Evidence, ...], allowed: Allowed
) -> list[Unsupported]:
    """Faults of a line with a sum: its figures are the source's, the founder's, or follow.

    `inputs` are what code understood of the founder's own counts and times ("my two interns").
    """
    understood = [c for shown in inputs for c in read(shown).claims if c.family != "money"]
    allowed = replace(allowed, claims=(*allowed.claims, *understood))
    reading = read(line)
    facts = [f.claim for e in cited for found in e.facts.values() for f in found]
    known = [c for c in reading.claims if _stated(c, facts, allowed)]
    followed = worked_out(reading.s, reading.claims, known)
    return [Unsupported(line, c.text, "sum") for c in reading.claims if c not in known + followed]


def _stated(claim: Claim, facts: Sequence[Claim], allowed: Allowed) -> bool:
    """In the source, whatever the words around it; or the founder's, also for a year if monthly."""
    if _given(claim, allowed) or any(_alike(claim, f) for f in facts):
        return True
    given = [c for c in allowed.claims if c.kind == "number"]
    if claim.family == "money" and any(_bare_sum(c, claim) for c in given):
        return True
    if claim.family == "money":
        return any(c.family == "money" and same_value(claim, replace(c, value=12 * float(c.value)))
                   for c in given)  # fmt: skip
    counted = [float(c.value) for c in given if c.family in {"count", "time"}]
    return claim.unit == "" and float(claim.value or 0) <= max(counted, default=0)


def _bare_sum(given: Claim, shown: Claim) -> bool:
    """Whether the founder gave the sum without its currency ("taxable income 1.2 million")."""
    # "1.2 million this year" reads as a length of time: a scaled number of years, told in months.
    value = float(given.value or 0) / (12 if given.unit == "month" and given.scaled else 1)
    return given.unit in {"", "month"} and shown.value == value and value >= 1000


def _alike(claim: Claim, fact: Claim) -> bool:
    if claim.kind == "date":
        return fact.kind == "date" and same_day(claim, fact)
    return claim.kind == fact.kind and same_value(claim, fact) and same_unit(claim, fact)


def own_faults(line: str, everything: tuple[Evidence, ...], allowed: Allowed) -> list[Unsupported]:
    """A line without a source: its figures must be the founder's, counts, or some source's."""
    counts = [c for c in read(line).claims if not (c.family == "count" and _is_count(c, allowed))]
    return [
        Unsupported(line, c.text, "uncited")
        for c in counts
        if not _given(c, allowed)
        and not any(agrees(c, f.claim) for e in everything for f in e.facts.get(c.family, ()))
    ]


def _is_count(claim: Claim, allowed: Allowed) -> bool:
    return isinstance(claim.value, float | int) and 0 <= claim.value <= max(allowed.listed, 3)


def _judge(
    fact: Fact, cited: Iterable[Evidence], allowed: Allowed, days: frozenset[float]
) -> str | None:
    """Why a claim is not supported; None if it is."""
    claim = fact.claim
    if _given(claim, allowed) or (claim.unit in _DAYS_LEFT and claim.value in days):
        return None
    sources = tuple(cited)
    if claim.kind in {"link", "phone", "code", "document"}:
        return None if any(_literal(claim, e) for e in sources) else claim.kind
    family = claim.family
    facts = [f for e in sources for f in e.facts.get(family, ()) if confusable(claim, f.claim)]
    fitting = [f for f in facts if agrees(claim, f.claim)]
    if not fitting:
        return why_not(claim, facts)
    if claim.kind == "date" and claim.day[1] is None:
        return None
    best = max(closeness(fact, f) for f in fitting)
    rival = max((closeness(fact, f) for f in facts if not agrees(claim, f.claim)), default=0.0)
    return None if best >= _NEARER * rival else "place"


def _literal(claim: Claim, source: Evidence) -> bool:
    value = str(claim.value)
    if claim.kind == "link":
        return value in source.links or value in source.plain
    if claim.kind == "code":
        return value in source.plain
    known = {str(f.claim.value) for f in source.facts.get(claim.kind, ())}
    if claim.kind == "phone" and len(value) >= 7:
        return any(k.endswith(value) for k in known)
    return value in known


def _untitled(line: str, cited: Sequence[Evidence]) -> str:
    """Without the name of its source as a label; the numbers in a name are no claims."""
    s = normalize(line)
    for title in sorted({t for e in cited for t in e.labels}, key=len, reverse=True):
        s = re.sub(re.escape(title) + r"(?=\s?[:()]|\s?$)", ";" if len(cited) == 1 else " ", s)
    return s


def _own_words(fact: Fact) -> Fact:
    """Without the words of our own sentences; a clause of nothing else stands for itself."""
    ours = house_words()
    clause, segment = fact.clause - ours, fact.segment - ours
    if fact.clause and not clause:
        return replace(fact, segment=fact.clause)
    return replace(fact, clause=clause, segment=segment)


def _payee_faults(line: str, s: str, cited: Iterable[Evidence]) -> list[Unsupported]:
    """A line must not say that somebody is paid whom the source does not name."""
    whole = words().frames.match(s)  # who the whole programme is for, not one of its benefits
    known = frozenset().union(*(e.beneficiaries if whole else e.payees for e in cited))
    return [Unsupported(line, name, "payee") for name in sorted(payees_named(s) - known)]


def _time_faults(line: str, s: str, cited: Iterable[Evidence]) -> list[Unsupported]:
    """What is yearly in the source must not become monthly, figure or not."""
    known = frozenset().union(*(e.times for e in cited))
    return [Unsupported(line, name, "period") for name in sorted(times_named(s) - known)]


def _word_faults(
    line: str, s: str, cited: Sequence[Evidence], others: Sequence[Evidence]
) -> list[Unsupported]:
    """The words of a line must be those of its source, and not rather those of another."""
    mine = grams(s) - house_words()
    held = share(mine, frozenset().union(*(e.grams for e in cited)))
    if len(mine) < _FEW_WORDS:
        return []
    if held < (_BESIDE_FIGURES if read(line).claims else _OWN_WORDS):
        return [Unsupported(line, "", "words")]
    if any(share(mine, e.grams) > held + _SWAPPED for e in others):
        return [Unsupported(line, "", "citation")]
    return []


def _given(claim: Claim, allowed: Allowed) -> bool:
    """The day of the answer, the founder's own figures, and results worked out."""
    if claim.kind == "date" and claim.day == (allowed.on.year, allowed.on.month, allowed.on.day):
        return True
    return any(_repeats(claim, c) for c in allowed.claims)


def _repeats(claim: Claim, given: Claim) -> bool:
    if claim.kind != given.kind:
        return False
    if claim.kind == "date":
        return claim.day == given.day
    same_unit = claim.unit == given.unit or not given.unit
    return same_unit and same_value(claim, given)


def _days_to(claims: Iterable[Claim], on: date) -> frozenset[float]:
    """Days from the day of the answer to the dates that a line names."""
    days = [last_day(_iso(c)) for c in claims if c.kind == "date" and c.day[0] and _exists(c)]
    return frozenset(float((day - on).days) for day in days)


def _iso(claim: Claim) -> str:
    return "-".join(f"{part:02}" for part in claim.day if part)


def _exists(claim: Claim) -> bool:
    try:
        last_day(_iso(claim))
    except ValueError:
        return False
    return True
