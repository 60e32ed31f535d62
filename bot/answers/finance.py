"""Sums of money lent and taxed: tax on profit or sales, partners' loans, interest left to pay."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answers.dossier import Dossier
from bot.answers.draft import Computed
from bot.answers.shown import money, percent
from bot.answers.stated import earned, monthly_sales, partners, spend
from bot.answers.understand import Understanding
from bot.locale import text
from knowledge.programmes import Benefit

_ON_PROFIT = re.compile(r"effective|on profit|income tax rate")


def tax(u: Understanding, dossier: Dossier) -> Computed | None:
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
                limit = money(free.amount, u.lang)
                shown = text("sum.exempt", u.lang, sales=money(sales, u.lang), limit=limit)
                return Computed(shown, money(0, u.lang), (money(sales, u.lang),), free)
            return _tax_of(benefit, sales, u.lang)
    return None


def _tax_of(benefit: Benefit, base: float, lang: str) -> Computed:
    result = money(round((benefit.rate or 0) * base, 2), lang)
    rate = percent(benefit.rate)
    shown = text("sum.tax", lang, rate=rate, base=money(base, lang), result=result)
    return Computed(shown, result, (money(base, lang),), benefit)


def _exempts(benefit: Benefit, u: Understanding) -> bool:
    """The limit below which the sales of the period named are free of tax."""
    period = "month" if monthly_sales(u) else "quarter"
    return benefit.per == period and bool(re.search(r"exempt|free", benefit.item.en))


def joint_loan(u: Understanding, dossier: Dossier) -> Computed | None:
    """What partners can borrow together: so many percent of their limits added up."""
    people = partners(u)
    joint = next((b for b in dossier.programme.benefits if b.rate and b.rate > 1), None)
    own = next(
        (b for b in dossier.programme.benefits if b.topic == "loan" and b.cap and b.unit == "CNY"),
        None,
    )
    if not (people and joint and joint.rate and own and own.cap):
        return None
    result = money(round(people * own.cap * joint.rate, 2), u.lang)
    count = text("unit.people", u.lang, count=people)
    shown = text(
        "sum.joint", u.lang, people=count, cap=money(own.cap, u.lang),
        rate=percent(joint.rate), result=result,
    )  # fmt: skip
    return Computed(shown, result, (count,), joint)


def interest(u: Understanding, benefits: Sequence[Benefit]) -> Computed | None:
    """A year's interest that is left to pay after the share the record takes over."""
    loan, rate = spend(u), next((f for f in u.figures if f.unit == "percent"), None)
    share = next((b for b in benefits if b.topic == "interest" and b.rate), None)
    if not (loan and rate and share and share.rate and "interest" in u.topics):
        return None
    full = loan.value * rate.value / 100
    result = money(round(full * (1 - share.rate), 2), u.lang)
    values = {
        "loan": money(loan.value, u.lang),
        "rate": f"{rate.value:g}%",
        "full": money(full, u.lang),
        "share": percent(share.rate),
        "result": result,
    }
    shown = text("sum.interest", u.lang, **values)
    return Computed(shown, result, (values["loan"], values["rate"]), share)
