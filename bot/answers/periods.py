"""Sums and days over a period: so much a month for so long, a day counted from registration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from bot.answers.dossier import Dossier
from bot.answers.draft import Computed
from bot.answers.shown import money
from bot.answers.stated import founded_on, headcount, spend, stated_months
from bot.answers.understand import Understanding
from bot.locale import text
from knowledge.dates import find_dates, format_date
from knowledge.dates.calendar_rules import add_months
from knowledge.programmes import Benefit, Rule, Text

_FROM_FOUNDING = re.compile(r"\b(?:from|of|after|since) (?:its )?(?:founding|registration|opening)")
_LENGTHS = {"years": 12, "months": 1}
_PERIODS = {"month": 1, "year": 12}


def per_month(u: Understanding, benefits: Sequence[Benefit], on: date) -> Computed | None:
    """A sum per person and month for the people and months that the founder names."""
    months = stated_months(u, on)
    each = next((b for b in benefits if b.per in {"person/month", "month"} and _sum_of(b)), None)
    if each is None or not months:
        return None
    people = headcount(u) if each.per == "person/month" else 1
    if not people:
        return None
    result = money(_sum_of(each) * people * months, u.lang)
    shown = text(
        "sum.months" if people == 1 else "sum.people_months", u.lang, item=each.item.in_(u.lang),
        value=money(_sum_of(each), u.lang), people=people, months=months, result=result,
    )  # fmt: skip
    inputs = (text("unit.people", u.lang, count=people), text("unit.months", u.lang, count=months))
    return Computed(shown, result, inputs, each)


def _sum_of(benefit: Benefit) -> float:
    """The fixed sum, else the ceiling of a benefit without a rate."""
    return benefit.amount or (0.0 if benefit.rate else benefit.cap or 0.0)


def over_time(
    u: Understanding, dossier: Dossier, benefits: Sequence[Benefit], on: date
) -> Computed | None:
    """A monthly or yearly sum over the longest period the record allows."""
    if "calculation" not in u.cues or spend(u):
        return None
    for benefit in benefits:
        value = benefit.amount or (None if benefit.rate else benefit.cap)
        months = _months(benefit, dossier, on) if benefit.per in _PERIODS and value else 0
        if value and months:
            times = months // _PERIODS[str(benefit.per)]
            result = money(value * times, u.lang)
            shown = text(
                f"sum.over.{benefit.per}", u.lang, item=benefit.item.in_(u.lang),
                value=money(value, u.lang), times=times, result=result,
            )  # fmt: skip
            return Computed(
                shown, result, (text(f"unit.{benefit.per}s", u.lang, count=times),), benefit
            )
    return None


def _months(benefit: Benefit, dossier: Dossier, on: date) -> int:
    """For how many months a benefit is paid: from its note, else a benefit in years."""
    texts = [benefit.note.zh] if benefit.note else []
    texts += [benefit.item.zh, dossier.programme.summary.zh]
    for said in texts:
        for span in find_dates(said, on):
            if span.kind == "duration" and (found := _in_months(span.iso)):
                return found
    for other in dossier.programme.benefits:
        if other.unit in {"years", "months"} and other.topic == benefit.topic and other.amount:
            return int(other.amount * (12 if other.unit == "years" else 1))
    return 0


def _in_months(iso: str) -> int:
    count, _, unit = iso.partition(" ")
    return int(float(count)) if unit == "month" and float(count) >= 6 else 0


def deadline(u: Understanding, dossier: Dossier, on: date) -> Computed | None:
    """The last day of "within N months of registration", from the day the founder gives."""
    founded = founded_on(u, on)
    if not founded or not u.aspects & {"deadline", "open"}:
        return None
    for said, months in _counted_from_founding(dossier):
        result = format_date(add_months(founded, months), u.lang)
        start = format_date(founded, u.lang)
        shown = text(
            "sum.deadline", u.lang, start=start, months=months, result=result,
            condition=said.in_(u.lang),
        )  # fmt: skip
        return Computed(shown, result, (start, text("unit.months", u.lang, count=months)))
    return None


def _counted_from_founding(dossier: Dossier) -> Iterator[tuple[Text, int]]:
    """What the record gives a number of months for, from the day of registration."""
    for condition in dossier.programme.conditions:
        if condition.rule and (months := _within(condition.rule)):
            yield condition.text, months
    for benefit in dossier.programme.benefits:
        if benefit.amount and benefit.unit in _LENGTHS and _FROM_FOUNDING.search(benefit.item.en):
            yield benefit.item, int(benefit.amount * _LENGTHS[benefit.unit])


def _within(rule: Rule) -> int | None:
    if rule.field == "founded_on" and rule.op == "within_months":
        return int(rule.value)
    return next((m for part in rule.all if (m := _within(part))), None)
