"""What a question takes for granted, checked against the record: sums, dates, who is paid."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.answers.dossier import Dossier, figure_keys
from bot.answers.standing import state
from bot.answers.understand import Figure, Understanding
from knowledge.dates import find_dates

_PRESUMES_OPEN = re.compile(
    r"(现在|还|仍|正|一直|都)?\s*(open|开放|能报|可以报|开着|接受申请|还在报)|"
    r"stays? open|is open|still open|"
    r"remains? open|keeps? open|open (until|till|through|to)|runs? (until|till|to)|"
    r"发我|发给我|send (me|the|it)|怎么领|报名链接"
)
_EACH = re.compile(r"每个|每家|每人|每位|人人|\b(?:every|each|everyone|everybody|all)\b")
_OUTRIGHT = re.compile(
    r"直接|现金|到账|到帐|打款|发钱|\b(?:cash|directly|outright|which date|what date|when)\b"
)
_WHOLE = re.compile(
    r"全免(?!吗|不)|全额(?:补|报)|全部(?:报销|免)|"
    r"\b(?:fully|entirely) (?:paid|covered|free)\b"
)
_NUMBERS = frozenset({"yuan", "percent", "card_hours"})


@dataclass(frozen=True, slots=True)
class Denied:
    """Why a premise does not hold: `reason` names the message, `said` the words it is about."""

    reason: str  # figure, payee, closed, date
    said: str = ""


def check(u: Understanding, dossier: Dossier, on: date) -> Denied | None:
    """The first thing the question wrongly takes for granted; None if nothing."""
    asserted = [f for f in u.figures if f.unit in _NUMBERS and _asserted(u, f)]
    for figure in asserted:
        if not _held(u, figure, dossier):
            return Denied("figure", figure.text)
    if (whole := _WHOLE.search(u.norm)) and not _pays_all(u, dossier):
        return Denied("figure", whole.group())
    if asserted and u.cues & {"each_person", "own"}:
        if _for_operator(asserted[0], dossier):
            return Denied("payee", asserted[0].text)
        if reason := _not_a_share(u, asserted[0], dossier):
            return Denied(reason, asserted[0].text)
    return _over(u, dossier, on)


def _not_a_share(u: Understanding, figure: Figure, dossier: Dossier) -> str:
    """ "pool" or "ceiling" where the sum is told as what each one is paid; else nothing."""
    wanted = figure_keys(figure.text)
    benefits = [
        line.statement.benefit
        for line in dossier.lines
        if line.statement.benefit and wanted & line.figures
    ]
    if not benefits or not _EACH.search(u.norm):
        return ""
    if all(b.role in {"pool", "target"} for b in benefits):
        return "pool"
    capped = all(b.amount is None and b.cap is not None for b in benefits)
    return "ceiling" if capped and _OUTRIGHT.search(u.norm) else ""


def _asserted(u: Understanding, figure: Figure) -> bool:
    """Whether the figure is said of the programme, not of the founder."""
    if figure.use == "premise":
        return True
    return figure.use == "open" and "premise" in u.cues and not u.cues & {"calculation"}


def _pays_all(u: Understanding, dossier: Dossier) -> bool:
    """Whether a benefit on the subject is free or covers the whole cost."""
    gives = [line for line in dossier.lines if line.statement.part == "benefit"]
    about = [line for line in gives if not u.topics or line.topics & u.topics]
    return any("free" in line.facets or ("percent", "100%") in line.figures for line in about)


def _held(u: Understanding, figure: Figure, dossier: Dossier) -> bool:
    """Whether the record states the figure; a share must be that of a benefit on the subject."""
    stated = figure_keys(figure.text)
    rates = {
        round(b.rate * 100, 4)
        for b in dossier.programme.benefits
        if b.rate is not None and (not u.topics or b.topic in u.topics)
    }
    if figure.unit == "percent" and rates:
        return figure.value in rates
    return not stated or bool(stated & dossier.figures)


def _for_operator(figure: Figure, dossier: Dossier) -> bool:
    """Whether the sum is one that the community operator, not the founder, is paid."""
    wanted = figure_keys(figure.text)
    holding = [
        line.statement.payee
        for line in dossier.lines
        if line.statement.part == "benefit" and wanted & line.figures
    ]
    return bool(holding) and set(holding) <= {"community_operator", "provider"}


def _over(u: Understanding, dossier: Dossier, on: date) -> Denied | None:
    """A call that is over, or another last day, in a question that presumes otherwise."""
    if "premise" not in u.cues and not _PRESUMES_OPEN.search(u.norm):
        return None
    found = state(dossier.programme, on)
    if found == "draft" and "premise" in u.cues:
        return Denied("draft")
    if found in {"closed", "expired"}:
        return Denied("closed")
    if "premise" not in u.cues:
        return None
    for span in find_dates(u.norm, on):
        stated = figure_keys(span.text)
        if span.kind in {"point", "deadline"} and stated and not stated & dossier.figures:
            return Denied("date", span.text)
    return None
