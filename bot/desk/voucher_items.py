"""The several vouchers of a text, each with its words; which one counts is in `voucher_choice`."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date

from knowledge.dates import find_dates
from knowledge.money import Amount, find_amounts

_CLAUSE = re.compile(
    r"[，。;；、!！?？\n]+|,(?!\d{3}(?!\d))|(?<!\d),|(?=都[是在于要]|均[为在于是])|"
    r"(?<=[a-z)]) (?:and|plus|while) (?=an? |the |another |one )|\. ",
    re.I,
)
_JOIN = re.compile(r"和|与|及|加|另|、|(?<![a-z])(?:and|plus)(?![a-z])|&", re.I)
_NAMES_VOUCHER = re.compile(
    r"券|补贴|卡|包|款|补助|另|张|[级档类等]|voucher|coupon|credit|grant|and", re.I
)
_SHARED = re.compile(r"都|均|同样|(?<![a-z])(?:both|all|each)(?![a-z])", re.I)


@dataclass(frozen=True, slots=True)
class Item:
    """One of several vouchers: its words, and the amount that marks it."""

    text: str
    amount: Amount


def sums_in(text: str) -> list[Amount]:
    return [a for a in find_amounts(text) if a.is_money or a.unit == "card_hours"]


def vouchers_in(text: str, today: date) -> tuple[list[Item], list[str]]:
    """The clauses grouped by the amount they are about, and those about all of them."""
    items, shared, trailing = _grouped(text)
    if len(items) > 1 and trailing and not any(find_dates(i.text, today) for i in items):
        return items, [*shared, *trailing]
    if items and trailing:
        last = items[-1]
        items[-1] = Item(",".join([last.text, *trailing]), last.amount)
    return items, shared


def _grouped(text: str) -> tuple[list[Item], list[str], list[str]]:
    """The vouchers, the clauses about all of them, and those that follow the last one."""
    items: list[Item] = []
    shared: list[str] = []
    trailing: list[str] = []
    opening = ""
    for clause, leads in _led(text):
        amounts = sums_in(clause)
        if _SHARED.search(clause) and items and not amounts:
            shared.append(clause)
        elif amounts and not (items and _continues(clause)):
            if items and trailing:
                items[-1] = Item(",".join([items[-1].text, *trailing]), items[-1].amount)
            items.append(Item(f"{opening}{clause}", amounts[0]))
            opening, trailing = "", []
        elif items and not leads:
            trailing.append(clause)
        elif clause:
            opening = f"{opening}{clause},"
    return items, shared, trailing


_SENTENCE = re.compile(r"[;；。\n!！?？]+|\.\s")


def _led(text: str) -> list[tuple[str, bool]]:
    """The clauses; True for those that stand before the first sum of their sentence."""
    out: list[tuple[str, bool]] = []
    for sentence in _SENTENCE.split(text):
        parts = clauses(sentence)
        sums = [bool(find_amounts(c)) for c in parts]
        out += [(c, any(sums[i:]) and not any(sums[:i])) for i, c in enumerate(parts)]
    return out


def clauses(text: str) -> list[str]:
    """The clauses of a text, each with at most one of the sums joined by 和 or "and"."""
    out = []
    for clause in (c.strip() for c in _CLAUSE.split(text)):
        sums = sums_in(clause)
        cuts = [
            a.end + (m.start() if (m := _JOIN.search(clause[a.end : b.start])) else 0)
            for a, b in itertools.pairwise(sums)
            if _NAMES_VOUCHER.search(clause[a.end : b.start])
        ]
        if len(sums) > 1 and _OTHER_NAME.match(clause, sums[-1].end):
            cuts.append(sums[-1].end)
        edges = [0, *cuts, len(clause)]
        out += [clause[i:j].strip() for i, j in itertools.pairwise(edges)]
    return [c for c in out if c]


_OTHER_NAME = re.compile(r"[^\W\d的]{1,8}(?:券|卡|包|补贴|补助)(?=[\d今明本下截有])")


def _continues(clause: str) -> bool:
    """已用1.2万, 最高20万, 还剩5000: more about the same voucher."""
    return bool(
        re.search(
            r"已用|用了|用掉|已?核销|已经?(?:领|花|抵)|其中|剩|余额|"
            r"总额|总共|合计|最高|上限|封顶|不超过|折[合算]|价值|相当于|"
            r"(?<![a-z])(?:used|left|remaining|cap|up to|total|"
            r"worth|max|spent|balance)",
            clause,
            re.I,
        )
    )
