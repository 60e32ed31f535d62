"""Which of several vouchers a text singles out: by order, size, date or name."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date

from knowledge.dates import find_dates
from knowledge.money import Amount, find_amounts
from knowledge.numerals import numbers
from knowledge.text import normalize

_CLAUSE = re.compile(
    r"[，。;；、!！?？\n]+|,(?!\d{3}(?!\d))|(?<!\d),|(?=都[是在于要]|均[为在于是])|"
    r"(?<=[a-z)]) (?:and|plus|while) (?=an? |the |another |one )|\. ",
    re.I,
)
_JOIN = re.compile(r"和|与|及|加|另|(?<![a-z])(?:and|plus)(?![a-z])|&", re.I)
_NAMES_VOUCHER = re.compile(r"券|补贴|卡|包|款|补助|另|张|voucher|coupon|credit|grant|and", re.I)
_SHARED = re.compile(r"都|均|同样|(?<![a-z])(?:both|all|each)(?![a-z])", re.I)
_PICK = re.compile(
    r"(?:先|只|就|请|帮我|单独|仅|优先|主要|重点)+(?:帮我|给我)?(?:记|登记|录入?|提醒|要|"
    r"管|看|存|加|处理|关注|跟进)(?:一下|下|我|住|"
    r"录)*(?:的?是)?(?P<zh>[^,，。;；!！]{1,20})"
    r"|(?:帮我|请)?(?:记|登记|录|提醒我?)(?:一下|下|录)?(?P<zh2>(?:第|后|前|金额|最|大的|"
    r"小的|快|先|早|晚|另)[^,，。;；!！]{1,16})"
    r"|(?:^|[,，;；。 ])(?:帮我|请)?(?:记(?![得不])|登记|录入?|提醒)(?:一下|下|录|我)?"
    r"(?P<zh4>[^,，。;；!！\d]{1,10})(?=$|[。!！])"
    r"|(?:我(?:说|指|要)的是|以)(?P<zh3>[^,，。;；!！]{1,16}?)(?:为准|$|[,，。])"
    r"|(?<![a-z])(?:track|log|save|note(?: down)?|record|add|remind me (?:about|of)|"
    r"put in|register|keep|enter|i mean|set (?:up )?a reminder for|"
    r"reminder for|only need|just need|only want|count|file)(?: only|"
    r" just)? (?P<en>[^,.;!\n]{3,60})",
    re.I,
)
_IGNORED = re.compile(
    r"不用(?:管|记)|别(?:管|记)|忽略|作废了|用(?:完|掉)了|已(?:经)?(?:用完|用掉|过期|"
    r"核销|作废)|不算|"
    r"(?<![a-z])(?:ignore|already used|used up|is gone|has expired|expired already|skip|forget)",
    re.I,
)
_ORDINALS = (
    (r"第[一1]|前者|前一|头一|first|former", 0),
    (r"第[二2]|second", 1),
    (r"第[三3]|third", 2),
    (r"第[四4]|fourth", 3),
    (r"后者|后一|最后[一那]|末一|latter|last one|the last", -1),
)
_LARGER = re.compile(
    r"大的|金额[更较最]?[大高]|(?:最|更)大|数额大|面值[大高]|larger|bigger|largest|biggest|"
    r"higher",
    re.I,
)
_SMALLER = re.compile(
    r"小的|金额[更较最]?[小低]|(?:最|更)小|数额小|面值[小低]|smaller|smallest|lower", re.I
)
_SOONER = re.compile(
    r"先到期|早到期|先过期|最早|最先|快到期|较早|早的|先失效|expir\w+ (?:first|sooner|"
    r"earlier)|earlie[rs]t?|soone[rs]t?|ends? first|due first",
    re.I,
)
_LATER = re.compile(
    r"后到期|晚到期|后过期|最晚|最迟|较晚|晚的|expir\w+ (?:last|later)|latest|runs? longer", re.I
)


_POINTS = re.compile(
    "|".join(pattern for pattern, _ in _ORDINALS)
    + f"|{_LARGER.pattern}|{_SMALLER.pattern}|{_SOONER.pattern}|{_LATER.pattern}",
    re.I,
)


@dataclass(frozen=True, slots=True)
class _Item:
    """One of several vouchers: its words, and the amount that marks it."""

    text: str
    amount: Amount


def singled_out(text: str, today: date) -> str:
    """The part of a text about the voucher it singles out; the whole text if there is only one."""
    pick = _PICK.search(text)
    rest = text[: pick.start()] + "," + text[pick.end() :] if pick else text
    items, shared = _items(rest)
    if len(items) < 2:
        return text
    wanted = next((g for g in pick.groups() if g), "") if pick else ""
    chosen = _left_over(items) if not wanted else _chosen(items, wanted, today)
    if chosen is None and not wanted:
        wanted, chosen = _implied(text, items, today)
    if chosen is None:
        return text
    return ",".join([chosen.text, *shared, _name_in(wanted)]).rstrip(",")


def _implied(text: str, items: list[_Item], today: date) -> tuple[str, _Item | None]:
    """A clause without an amount that points at a voucher: 后者为准, the latter counts."""
    for clause in _clauses(text):
        if _POINTS.search(clause) and not find_amounts(clause):
            chosen = _chosen(items, clause, today)
            if chosen:
                return clause, chosen
    return "", None


def _items(text: str) -> tuple[list[_Item], list[str]]:
    """The clauses grouped by the amount they are about, and those about all of them."""
    items: list[_Item] = []
    shared: list[str] = []
    opening = ""
    for clause, leads in _led(text):
        amounts = [a for a in find_amounts(clause) if a.is_money or a.unit == "card_hours"]
        if _SHARED.search(clause) and items and not amounts:
            shared.append(clause)
        elif amounts and not (items and _continues(clause)):
            items.append(_Item(f"{opening}{clause}", amounts[0]))
            opening = ""
        elif items and not leads:
            items[-1] = _Item(f"{items[-1].text},{clause}", items[-1].amount)
        elif clause:
            opening = f"{opening}{clause},"
    return items, shared


_SENTENCE = re.compile(r"[;；。\n!！?？]+|\.\s")


def _led(text: str) -> list[tuple[str, bool]]:
    """The clauses; True for those that stand before the first sum of their sentence."""
    out: list[tuple[str, bool]] = []
    for sentence in _SENTENCE.split(text):
        clauses = _clauses(sentence)
        sums = [bool(find_amounts(c)) for c in clauses]
        out += [(c, any(sums[i:]) and not any(sums[:i])) for i, c in enumerate(clauses)]
    return out


def _clauses(text: str) -> list[str]:
    """The clauses of a text, each with at most one of the sums joined by 和 or "and"."""
    out = []
    for clause in (c.strip() for c in _CLAUSE.split(text)):
        sums = [a for a in find_amounts(clause) if a.is_money or a.unit == "card_hours"]
        cuts = [
            a.end + (m.start() if (m := _JOIN.search(clause[a.end : b.start])) else 0)
            for a, b in itertools.pairwise(sums)
            if _NAMES_VOUCHER.search(clause[a.end : b.start])
        ]
        edges = [0, *cuts, len(clause)]
        out += [clause[i:j].strip() for i, j in itertools.pairwise(edges)]
    return [c for c in out if c]


def _continues(clause: str) -> bool:
    """已用1.2万, 最高20万, 还剩5000: more about the same voucher."""
    return bool(
        re.search(
            r"已用|用了|用掉|剩|余额|总额|总共|合计|最高|上限|封顶|不超过|折合|相当于|"
            r"(?<![a-z])(?:used|left|remaining|cap|up to|total|"
            r"worth|max|spent|balance)",
            clause,
            re.I,
        )
    )


def _chosen(items: list[_Item], wanted: str, today: date) -> _Item | None:
    for pattern, place in _ORDINALS:
        if re.search(pattern, wanted, re.I) and -len(items) <= place < len(items):
            return items[place]
    if _LARGER.search(wanted):
        return max(items, key=lambda i: i.amount.value)
    if _SMALLER.search(wanted):
        return min(items, key=lambda i: i.amount.value)
    if _SOONER.search(wanted) or _LATER.search(wanted):
        return _by_date(items, today, late=bool(_LATER.search(wanted)))
    return _by_amount(items, wanted) or _by_name(items, wanted)


def _by_amount(items: list[_Item], wanted: str) -> _Item | None:
    """The voucher whose sum is named: 2000的那张, the 500 one."""
    sums = {number.value for number in numbers(normalize(wanted))}
    named = [item for item in items if item.amount.value in sums]
    return named[0] if len(named) == 1 else None


def _by_date(items: list[_Item], today: date, *, late: bool) -> _Item | None:
    ends = [
        (max(d for d in days if d), item) for item in items if (days := _ends(item.text, today))
    ]
    if not ends:
        return None
    return (max if late else min)(ends, key=lambda pair: pair[0])[1]


def _ends(text: str, today: date) -> list[date]:
    return [span.end_on for span in find_dates(text, today) if span.end_on]


def _by_name(items: list[_Item], wanted: str) -> _Item | None:
    """The item that shares the longest piece of its words with the name asked for."""
    scored = [(_shared_length(item.text.lower(), wanted.lower()), item) for item in items]
    best, item = max(scored, key=lambda pair: pair[0])
    rivals = [score for score, other in scored if other is not item]
    return item if best >= 2 and best > max(rivals, default=0) else None


def _shared_length(text: str, wanted: str) -> int:
    sizes = range(len(wanted), 0, -1)
    found = (n for n in sizes for i in range(len(wanted) - n + 1) if wanted[i : i + n] in text)
    return next(found, 0)


def _left_over(items: list[_Item]) -> _Item | None:
    """The only voucher that is not dismissed; None if none is."""
    kept = [item for item in items if not _IGNORED.search(item.text)]
    return kept[0] if len(kept) == 1 < len(items) else None


def _name_in(wanted: str) -> str:
    """The name in 第一张语料券, without the words that choose."""
    name = re.sub(
        r"^第.[张个笔项]|^[前后]者|^(?:那|这)[张个]|(?:那|这)[张个笔]?.*$|^the (?:first|"
        r"second|third|last)(?: one)?|"
        r"(?:先|早|快|后|晚)到期.*$|(?:金额)?(?:最|更|较)?[大小](?:的)?.*$|的$",
        "", wanted, flags=re.I,
    )  # fmt: skip
    return name.strip()
