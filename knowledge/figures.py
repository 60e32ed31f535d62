"""Every figure in a text with a value that is equal across wordings and languages.

The base of the check that each amount, rate and date of an answer stands in what it cites.
Reading the amounts and dates is done in `money` and `dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from knowledge.dates.scan import Pieces, scan
from knowledge.money import Amount, find_amounts
from knowledge.numerals import Aligned, align, numbers

Kind = Literal["money", "percent", "date", "duration", "time", "count", "number", "code"]

_ANY_DAY = date(2026, 1, 1)  # figures hold what is written, so the day of reading does not matter


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at `text[start:end]`; two figures are the same if `kind` and `value` are.

    `value` is canonical: "CNY 200000", "50%" (basis points too: 50BP is "0.5%"), "2026-03-18",
    "2026-03", "--06-30" (no year), "30 day", "12 month" (a year), "17:30", "people 10", "16".
    `number` is the plain number of money, rates, counts and bare numbers.
    """

    kind: Kind
    value: str
    start: int
    end: int
    text: str
    number: float | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.value


def figures(text: str) -> list[Figure]:
    """Every figure of a text, in order: each number once, as what it counts.

    Citation marks such as [1], digits in names (A100) and words like 一个 or "one" are none;
    relative dates (tomorrow) hold no number and are none.
    """
    return list(_figures(text))


_ONE = frozenset({"items 1", "people 1", "companies 1"})  # 一个人, "one project": no figure


@lru_cache(maxsize=512)
def _figures(text: str) -> tuple[Figure, ...]:
    aligned = align(text)
    pieces = scan(aligned.s, _ANY_DAY, repetitions=False)
    found = [*_dates(aligned, pieces), *_amounts(text), *_codes(aligned, pieces)]
    found += _bare(aligned, pieces, found)
    counted = (f for f in found if f.value not in _ONE)
    return tuple(sorted(counted, key=lambda f: (f.start, f.end)))


def stands_in(figure: Figure, others: Iterable[Figure]) -> bool:
    """Whether a figure is among others, or follows from one by leaving detail out.

    A month or a year stands where a day of it does, 30 June where 30 June 2027 does. A bare number
    stands where it is counted, and a count where the number is bare; but people are not companies.
    """
    others = tuple(others)
    if any(figure.key == other.key or _follows(figure, other) for other in others):
        return True
    return figure.kind == "date" and _is_assembled(figure.value, others)


def _is_assembled(value: str, others: tuple[Figure, ...]) -> bool:
    """2026-06-05 where the text has 5 June and, elsewhere, 2026: "from 6 May to 5 June 2026"."""
    dates = {other.value for other in others if other.kind == "date"}
    return f"-{value[4:]}" in dates and any(d.startswith(value[:4]) for d in dates)


def _follows(figure: Figure, other: Figure) -> bool:
    if figure.kind == other.kind == "date":
        yearless = figure.value.startswith("--") and other.value.endswith(figure.value[1:])
        return yearless or other.value.startswith(f"{figure.value}-")
    if figure.number != other.number:
        return False
    if {figure.kind, other.kind} == {"money", "number"}:  # "up to CNY 50,000, or 100,000 if ..."
        return (figure.number or 0) >= 100 and all(
            "CNY" in f.value for f in (figure, other) if f.kind == "money"
        )
    if {figure.kind, other.kind} <= {"count", "number"}:
        units = {f.value.split(" ")[0] for f in (figure, other) if f.kind == "count"}
        return len(units - {"items"}) < 2
    return False


def _dates(aligned: Aligned, pieces: Pieces) -> list[Figure]:
    found = [_figure(aligned, "date", p.iso, p.start, p.end) for p in pieces.points if p.iso]
    found += [
        _figure(aligned, "duration", p.iso, p.start, p.end)
        for p in pieces.periods
        if not _is_article(aligned.s, p.start, p.end)
    ]
    return found + [_figure(aligned, "time", c.time, c.start, c.end) for c in pieces.clocks]


def _is_article(s: str, start: int, end: int) -> bool:
    """一年最高20万 and "a year" say per what, not how long."""
    one = re.match(r"一(?:年|天|日|个月|周)|(?:an?|one)[ -]|per ", s[start:end])
    cue = re.search(
        r"(?:有效期?|期限?|为期|满|试行|免费|within|for|valid|lasts?|under|least) *$",
        s[max(0, start - 10) : start],
    )
    return bool(
        one
        and not cue
        and not re.match(r"内|以内|后|期|有效|的期限| of (?:free|rent)| from", s[end:])
    )


def _amounts(text: str) -> list[Figure]:
    out = []
    for amount in find_amounts(text):
        if amount.low is not None:
            out.append(_amount(amount, amount.low))
        out.append(_amount(amount, amount.value))
    return out


def _amount(amount: Amount, value: float) -> Figure:
    place = amount.start, amount.end, amount.text
    if amount.currency:
        return Figure("money", f"{amount.currency} {_plain(value)}", *place, value)
    if amount.unit in {"percent", "bp"}:
        share = value / 100 if amount.unit == "bp" else value
        return Figure("percent", f"{_plain(share)}%", *place, share)
    return Figure("count", f"{amount.unit} {_plain(value)}", *place, value)


def _plain(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _codes(aligned: Aligned, pieces: Pieces) -> list[Figure]:
    return [
        _figure(aligned, "code", re.sub(r"[^\w.]", "", aligned.s[start:end]), start, end)
        for start, end in pieces.codes
    ]


def _bare(aligned: Aligned, pieces: Pieces, found: list[Figure]) -> list[Figure]:
    """Digits that no date, amount or code has claimed; four of them from 1990 on are a year."""
    out = []
    taken = [(f.start, f.end) for f in found]
    for number in numbers(aligned.s):
        start, end = aligned.span(number.start, number.end)
        overlaps = any(a < end and start < b for a, b in taken)
        if (
            overlaps
            or number.form not in {"digits", "scaled"}
            or _is_no_figure(aligned.s, number.start, number.end)
        ):
            continue
        text = aligned.s[number.start : number.end]
        if re.fullmatch(r"(?:199|20\d)\d", text):
            out.append(_figure(aligned, "date", text, number.start, number.end))
        else:
            value = _plain(number.value)
            out.append(Figure("number", value, start, end, aligned.raw[start:end], number.value))
    return out


def _is_no_figure(s: str, start: int, end: int) -> bool:
    """A citation mark [1], or digits inside a name such as A100 or GPT-4."""
    cited = s[start - 1 : start] == "[" and s[end : end + 1] == "]"
    return cited or bool(re.search(r"[a-z][-.]?$", s[:start]))


def _figure(aligned: Aligned, kind: Kind, value: str, start: int, end: int) -> Figure:
    first, last = aligned.span(start, end)
    return Figure(kind, value, first, last, aligned.raw[first:last])
