"""Sums that a record states exactly, worked out for the founder's own figures and shown.

Only rate × spend with its cap, period × sum, the total of several caps, per-head tiers, and a day
counted from another; anything else is left to the record's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from bot.answers.dossier import Dossier, grams
from bot.answers.draft import Computed
from bot.answers.select import Chosen
from bot.answers.stated import (
    earned, founded_on, headcount, monthly, monthly_sales, partners, profile, spend, stated_months,
)
from bot.answers.understand import Understanding
from bot.locale import text
from knowledge.dates import find_dates, format_date
from knowledge.dates.calendar_rules import add_months
from knowledge.eligibility import holds
from knowledge.money import format_amount
from knowledge.places import GAZETTEER
from knowledge.programmes import Benefit, Rule, Text

_FIRST = re.compile(r"前(\d+)人")
_FROM = re.compile(r"第(\d+)人起")
_FROM_FOUNDING = re.compile(r"\b(?:from|of|after|since) (?:its )?(?:founding|registration|opening)")
_LENGTHS = {"years": 12, "months": 1}
_RUNNING = frozenset({"compute", "token", "model", "cloud"})  # bills that are named alike
_ALL_TOLD = re.compile(r"一共|总共|合计|加起来|总计|共|\b(?:total|altogether|in all|together|overall|combined)\b")
_ON_PROFIT = re.compile(r"effective|on profit|income tax rate")
_NOT_A_COST = frozenset({"interest", "loan", "guarantee", "fund"})  # a share of something else
_PERIODS = {"month": 1, "year": 12}


def calculate(
    u: Understanding, dossier: Dossier, chosen: Sequence[Chosen], on: date
) -> Computed | None:
    """The sum the question asks for, if the record states it exactly; else None."""
    benefits = [c.line.statement.benefit for c in chosen if c.line.statement.benefit]
    given = [b for b in benefits if b.role == "support" and b.unit in {"CNY", "share"}]
    given.sort(key=lambda b: -_named(u, b))
    return (
        _deadline(u, dossier, on)
        or _tax(u, dossier)
        or _joint_loan(u, dossier)
        or _interest(u, given)
        or _share(u, dossier, given, on)
        or _heads(u, given, on)
        or _per_month(u, given, on)
        or _total(u, given)
        or _over_time(u, dossier, given, on)
    )


def _named(u: Understanding, benefit: Benefit) -> int:
    """How many of the question's own words the benefit's name holds."""
    item = f"{benefit.item.zh} {benefit.item.en}"
    held = set(grams(item))
    places = [GAZETTEER.get(p) for p in u.places]
    here = sum(p.zh.rstrip("区市县") in item or p.en.split()[0] in item for p in places)
    return here + sum(bool(held & set(grams(term))) for term in u.terms)


def _money(value: float, lang: str) -> str:
    return format_amount(value, "yuan", lang)


def _share(
    u: Understanding, dossier: Dossier, benefits: Sequence[Benefit], on: date
) -> Computed | None:
    """min(rate × spend, cap)."""
    sum_ = spend(u)
    if not sum_:
        return None
    costs = [b for b in benefits if b.rate is not None and b.topic not in _NOT_A_COST]
    fitting = [b for b in costs if _applies(b, dossier, u, on)]
    if not fitting:
        return None
    asked = u.topics | (_RUNNING if u.topics & _RUNNING else frozenset())
    fitting.sort(key=lambda b: b.topic not in u.topics)
    benefit = next((b for b in fitting if b.topic in asked or not u.topics), None)
    if benefit is None:
        return None
    yearly = sum_.value * 12 if monthly(u, sum_) and benefit.per != "month" else sum_.value
    years = stated_months(u, on) // 12
    if benefit.per == "year" and years > 1 and _ALL_TOLD.search(u.norm):
        return _share_over(benefit, yearly, years, u.lang)
    return _share_of(benefit, yearly, u.lang)


def _share_over(benefit: Benefit, spent: float, years: int, lang: str) -> Computed:
    """The same yearly share for several years."""
    yearly = _share_of(benefit, spent, lang)
    each = min((benefit.rate or 0) * spent, benefit.cap or float("inf"))
    result = _money(round(each * years, 2), lang)
    length = text("unit.years", lang, count=years)
    shown = text("sum.years", lang, yearly=yearly.text, each=_money(each, lang), length=length, result=result)
    return Computed(shown, result, (*yearly.inputs, length), benefit)


def _tax(u: Understanding, dossier: Dossier) -> Computed | None:
    """Tax on the profit or the sales that the founder names, by the record's rates."""
    if "tax" not in u.topics:
        return None
    profit, sales = earned(u, "profit"), earned(u, "sales")
    for benefit in dossier.programme.benefits:
        if benefit.rate is None or benefit.topic != "tax":
            continue
        if profit and _ON_PROFIT.search(benefit.item.en):
            return _tax_of(benefit, profit, u.lang)
        if sales and benefit.per == "sales":
            free = next((b for b in dossier.programme.benefits if _exempts(b, u)), None)
            if free and free.amount and sales < free.amount:
                limit = _money(free.amount, u.lang)
                shown = text("sum.exempt", u.lang, sales=_money(sales, u.lang), limit=limit)
                return Computed(shown, _money(0, u.lang), (_money(sales, u.lang),), free)
            return _tax_of(benefit, sales, u.lang)
    return None


def _tax_of(benefit: Benefit, base: float, lang: str) -> Computed:
    result = _money(round((benefit.rate or 0) * base, 2), lang)
    rate = f"{round((benefit.rate or 0) * 100, 4):g}%"
    shown = text("sum.tax", lang, rate=rate, base=_money(base, lang), result=result)
    return Computed(shown, result, (_money(base, lang),), benefit)


def _exempts(benefit: Benefit, u: Understanding) -> bool:
    """The limit below which the sales of the period named are free of tax."""
    period = "month" if monthly_sales(u) else "quarter"
    return benefit.per == period and bool(re.search(r"exempt|free", benefit.item.en))


def _joint_loan(u: Understanding, dossier: Dossier) -> Computed | None:
    """What partners can borrow together: so many percent of their limits added up."""
    people = partners(u)
    joint = next((b for b in dossier.programme.benefits if b.rate and b.rate > 1), None)
    own = next((b for b in dossier.programme.benefits if b.topic == "loan" and b.cap and b.unit == "CNY"), None)
    if not (people and joint and joint.rate and own and own.cap):
        return None
    result = _money(round(people * own.cap * joint.rate, 2), u.lang)
    count = text("unit.people", u.lang, count=people)
    shown = text(
        "sum.joint", u.lang, people=count, cap=_money(own.cap, u.lang),
        rate=f"{joint.rate * 100:g}%", result=result,
    )  # fmt: skip
    return Computed(shown, result, (count,), joint)


def _share_of(benefit: Benefit, spent: float, lang: str) -> Computed:
    full = round((benefit.rate or 0) * spent, 2)
    capped = benefit.cap is not None and full > benefit.cap
    result = _money(benefit.cap if capped and benefit.cap is not None else full, lang)
    values = {
        "rate": f"{round((benefit.rate or 0) * 100, 4):g}%",
        "spent": _money(spent, lang),
        "full": _money(full, lang),
        "result": result,
        "cap": _money(benefit.cap, lang) if benefit.cap is not None else "",
        "item": benefit.item.in_(lang),
    }
    form = "capped" if capped else "under_cap" if benefit.cap is not None else "no_cap"
    return Computed(
        text(f"sum.share.{form}", lang, **values), result, (values["rate"], values["spent"]), benefit
    )


def _applies(benefit: Benefit, dossier: Dossier, u: Understanding, on: date) -> bool:
    """Whether nothing the founder said rules this benefit out."""
    known = profile(u, on)
    rules = [c.rule for c in dossier.programme.conditions if c.benefit == benefit.key and c.rule]
    return all(holds(rule, known, on) is not False for rule in rules)


def _interest(u: Understanding, benefits: Sequence[Benefit]) -> Computed | None:
    """A year's interest that is left to pay after the share the record takes over."""
    loan, rate = spend(u), next((f for f in u.figures if f.unit == "percent"), None)
    share = next((b for b in benefits if b.topic == "interest" and b.rate), None)
    if not (loan and rate and share and share.rate and "interest" in u.topics):
        return None
    full = loan.value * rate.value / 100
    result = _money(round(full * (1 - share.rate), 2), u.lang)
    values = {
        "loan": _money(loan.value, u.lang),
        "rate": f"{rate.value:g}%",
        "full": _money(full, u.lang),
        "share": f"{share.rate * 100:g}%",
        "result": result,
    }
    shown = text("sum.interest", u.lang, **values)
    return Computed(shown, result, (values["loan"], values["rate"]), share)


def _heads(u: Understanding, benefits: Sequence[Benefit], on: date) -> Computed | None:
    """So much for each of the first people, so much for each further one, with a cap."""
    count = profile(u, on).get("hired.count")
    each = [b for b in benefits if b.per == "person" and b.amount]
    if not isinstance(count, int) or not each or not count:
        return None
    amounts = [_per_head(n, each) for n in range(1, count + 1)]
    cap = next((b.cap for b in benefits if b.cap and b.per in {"company", None}), None)
    total = min(sum(amounts), cap) if cap else sum(amounts)
    result = _money(total, u.lang)
    steps = " + ".join(
        f"{amounts.count(a)} × {_money(a, u.lang)}" for a in dict.fromkeys(amounts) if a
    )
    inputs = (text("unit.people", u.lang, count=count), *(f"{amounts.count(a)}" for a in set(amounts)))
    return Computed(text("sum.heads", u.lang, steps=steps, result=result), result, inputs)


def _per_head(n: int, each: Sequence[Benefit]) -> float:
    """What the n-th person brings."""
    for benefit in each:
        first, start = _FIRST.search(benefit.item.zh), _FROM.search(benefit.item.zh)
        if first and n <= int(first[1]):
            return benefit.amount or 0
        if start and n >= int(start[1]):
            return benefit.amount or 0
    plain = [b for b in each if not _FIRST.search(b.item.zh) and not _FROM.search(b.item.zh)]
    return plain[0].amount or 0 if plain else 0


def _per_month(u: Understanding, benefits: Sequence[Benefit], on: date) -> Computed | None:
    """A sum per person and month for the people and months that the founder names."""
    months = stated_months(u, on)
    each = next((b for b in benefits if b.per in {"person/month", "month"} and _sum_of(b)), None)
    if each is None or not months:
        return None
    people = headcount(u) if each.per == "person/month" else 1
    if not people:
        return None
    result = _money(_sum_of(each) * people * months, u.lang)
    shown = text(
        "sum.months" if people == 1 else "sum.people_months", u.lang, item=each.item.in_(u.lang),
        value=_money(_sum_of(each), u.lang), people=people, months=months, result=result,
    )  # fmt: skip
    inputs = (text("unit.people", u.lang, count=people), text("unit.months", u.lang, count=months))
    return Computed(shown, result, inputs, each)


def _sum_of(benefit: Benefit) -> float:
    """The fixed sum, else the ceiling of a benefit without a rate."""
    return benefit.amount or (0.0 if benefit.rate else benefit.cap or 0.0)


def _total(u: Understanding, benefits: Sequence[Benefit]) -> Computed | None:
    """All ceilings of one record added up."""
    if spend(u) or not re.search(
        r"合计|总共|一共|加起来|全领|全拿|都领|都拿|三种|几种|几项|total|altogether|add(?:ed)? up|sum|combined|all (three|four|of)",
        u.norm,
    ):
        return None
    parts = [b for b in benefits if b.unit == "CNY" and (b.cap or b.amount) and b.per != "month"]
    most = max((_named(u, b) for b in parts), default=0)
    named = [b for b in parts if most and _named(u, b) == most]
    asked = [b for b in named or parts if b.topic in u.topics]
    parts = asked if len(asked) > 1 else named if len(named) > 1 else parts
    if len(parts) < 2 or len({b.per for b in parts}) > 1:
        return None
    ordered = sorted(parts, key=lambda b: b.key)
    values = [float(b.cap or b.amount or 0) for b in ordered]
    result = _money(sum(values), u.lang)
    steps = " + ".join(
        f"{b.item.in_(u.lang)} {_money(v, u.lang)}" for b, v in zip(ordered, values, strict=True)
    )
    return Computed(text("sum.total", u.lang, steps=steps, result=result), result, ())


def _over_time(
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
            result = _money(value * times, u.lang)
            shown = text(
                f"sum.over.{benefit.per}", u.lang, item=benefit.item.in_(u.lang),
                value=_money(value, u.lang), times=times, result=result,
            )  # fmt: skip
            return Computed(shown, result, (text(f"unit.{benefit.per}s", u.lang, count=times),), benefit)
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


def _deadline(u: Understanding, dossier: Dossier, on: date) -> Computed | None:
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
