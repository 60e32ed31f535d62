"""Sums that a record states exactly, worked out for the founder's own figures and shown.

Here: a share of a cost with its cap, tiers per head, and several ceilings added up. Loans and taxes
are `finance`'s, months and days `periods`'. Anything else is left to the record's own words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.answers.concepts import vocabulary
from bot.answers.dossier import Dossier, grams
from bot.answers.draft import Computed
from bot.answers.finance import interest, joint_loan, tax
from bot.answers.periods import deadline, over_time, per_month
from bot.answers.select import Chosen
from bot.answers.shown import money, percent
from bot.answers.stated import headcount, monthly, profile, spend, stated_months
from bot.answers.understand import Understanding
from bot.locale import text
from knowledge.eligibility import holds
from knowledge.places import GAZETTEER
from knowledge.programmes import Benefit

_FIRST = re.compile(r"前(\d+)人")
_FROM = re.compile(r"第(\d+)人起")
_RUNNING = frozenset({"compute", "token", "model", "cloud"})  # bills that are named alike
ALL_TOLD = re.compile(
    r"一共|总共|合计|加起来|总计|共|\b(?:total|altogether|in all|together|overall|combined)\b"
)
_EXTRA = re.compile(r"加计|加扣")
_NOT_A_COST = frozenset({"interest", "loan", "guarantee", "fund"})  # a share of something else


def calculate(
    u: Understanding, dossier: Dossier, chosen: Sequence[Chosen], on: date
) -> Computed | None:
    """The sum the question asks for, if the record states it exactly; else None."""
    benefits = [c.line.statement.benefit for c in chosen if c.line.statement.benefit]
    given = [b for b in benefits if b.role == "support" and b.unit in {"CNY", "share"}]
    given.sort(key=lambda b: -named(u, b))
    return (
        deadline(u, dossier, on)
        or tax(u, dossier)
        or joint_loan(u, dossier)
        or interest(u, given)
        or _share(u, dossier, given, on)
        or _heads(u, given)
        or per_month(u, given, on)
        or _total(u, given)
        or over_time(u, dossier, given, on)
    )


def named(u: Understanding, benefit: Benefit) -> int:
    """How many of the question's own words the benefit's name holds."""
    item = f"{benefit.item.zh} {benefit.item.en}"
    held = set(grams(item))
    places = [GAZETTEER.get(p) for p in u.places]
    here = sum(p.zh.rstrip("区市县") in item or p.en.split()[0] in item for p in places)
    return here + sum(bool(held & set(grams(term))) for term in u.terms)


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
    topics = u.topics | vocabulary("topics").names(u.norm)
    asked = topics | (_RUNNING if topics & _RUNNING else frozenset())
    fitting.sort(key=lambda b: b.topic not in u.topics)
    benefit = next((b for b in fitting if b.topic in asked or not topics), None)
    if benefit is None:
        return None
    yearly = sum_.value * 12 if monthly(u, sum_) and benefit.per != "month" else sum_.value
    if _EXTRA.search(benefit.item.zh) and ALL_TOLD.search(u.norm):
        return _with_extra(benefit, yearly, u.lang)
    years = stated_months(u, on) // 12
    if benefit.per == "year" and years > 1 and ALL_TOLD.search(u.norm):
        return _share_over(benefit, yearly, years, u.lang)
    return _share_of(benefit, yearly, u.lang)


def _with_extra(benefit: Benefit, spent: float, lang: str) -> Computed:
    """The cost itself and the extra share of it that may be deducted as well."""
    result = money(round(spent * (1 + (benefit.rate or 0)), 2), lang)
    cost, rate = money(spent, lang), percent(benefit.rate)
    shown = text(
        "sum.extra", lang, cost=cost, rate=rate, result=result, item=benefit.item.in_(lang)
    )
    return Computed(shown, result, (cost,), benefit)


def _share_over(benefit: Benefit, spent: float, years: int, lang: str) -> Computed:
    """The same yearly share for several years."""
    yearly = _share_of(benefit, spent, lang)
    each = min((benefit.rate or 0) * spent, benefit.cap or float("inf"))
    result = money(round(each * years, 2), lang)
    length = text("unit.years", lang, count=years)
    shown = text(
        "sum.years", lang, yearly=yearly.text, each=money(each, lang), length=length, result=result
    )
    return Computed(shown, result, (*yearly.inputs, length), benefit)


def _share_of(benefit: Benefit, spent: float, lang: str) -> Computed:
    full = round((benefit.rate or 0) * spent, 2)
    capped = benefit.cap is not None and full > benefit.cap
    result = money(benefit.cap if capped and benefit.cap is not None else full, lang)
    values = {
        "rate": percent(benefit.rate),
        "spent": money(spent, lang),
        "full": money(full, lang),
        "result": result,
        "cap": money(benefit.cap, lang) if benefit.cap is not None else "",
        "item": benefit.item.in_(lang),
    }
    form = "capped" if capped else "under_cap" if benefit.cap is not None else "no_cap"
    return Computed(
        text(f"sum.share.{form}", lang, **values),
        result,
        (values["rate"], values["spent"]),
        benefit,
    )


def _applies(benefit: Benefit, dossier: Dossier, u: Understanding, on: date) -> bool:
    """Whether nothing the founder said rules this benefit out."""
    known = profile(u, on)
    rules = [c.rule for c in dossier.programme.conditions if c.benefit == benefit.key and c.rule]
    return all(holds(rule, known, on) is not False for rule in rules)


def _heads(u: Understanding, benefits: Sequence[Benefit]) -> Computed | None:
    """So much for each of the first people, so much for each further one, with a cap."""
    count = headcount(u) if "hiring" in u.topics else 0
    each = [b for b in benefits if b.per == "person" and b.amount]
    if not each or not count:
        return None
    amounts = [_per_head(n, each) for n in range(1, count + 1)]
    cap = next((b.cap for b in benefits if b.cap and b.per in {"company", None}), None)
    total = min(sum(amounts), cap) if cap else sum(amounts)
    result = money(total, u.lang)
    steps = " + ".join(
        f"{amounts.count(a)} × {money(a, u.lang)}" for a in dict.fromkeys(amounts) if a
    )
    inputs = (
        text("unit.people", u.lang, count=count),
        *(f"{amounts.count(a)}" for a in set(amounts)),
    )
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


def _tiers(parts: Sequence[Benefit]) -> bool:
    """Whether some are steps of one benefit, of which one is paid: "200 orders", "500 orders"."""
    plain = [re.sub(r"[\d,.]+|[一二三四五六七八九十百千万]+", "", b.item.zh) for b in parts]
    return len(set(plain)) < len(plain) or any(
        a[:4] == b[:4] for i, a in enumerate(plain) for b in plain[:i] if len(a) > 5 and len(b) > 5
    )


def _total(u: Understanding, benefits: Sequence[Benefit]) -> Computed | None:
    """All ceilings of one record added up."""
    if spend(u) or not re.search(
        r"合计|总共|一共|加起来|全领|全拿|都领|都拿|三种|几种|几项|"
        r"total|altogether|add(?:ed)? up|sum|combined|all (three|four|of)",
        u.norm,
    ):
        return None
    parts = [b for b in benefits if b.unit == "CNY" and (b.cap or b.amount) and b.per != "month"]
    most = max((named(u, b) for b in parts), default=0)
    closest = [b for b in parts if most and named(u, b) == most]
    asked = [b for b in closest or parts if b.topic in u.topics]
    parts = asked if len(asked) > 1 else closest if len(closest) > 1 else parts
    if len(parts) < 2 or len({b.per for b in parts}) > 1 or _tiers(parts):
        return None
    ordered = sorted(parts, key=lambda b: b.key)
    values = [float(b.cap or b.amount or 0) for b in ordered]
    result = money(sum(values), u.lang)
    steps = " + ".join(
        f"{b.item.in_(u.lang)} {money(v, u.lang)}" for b, v in zip(ordered, values, strict=True)
    )
    return Computed(text("sum.total", u.lang, steps=steps, result=result), result, ())
