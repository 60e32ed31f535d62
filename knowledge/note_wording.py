"""What the note of a benefit says of the figure itself, told apart from what else it says.

"at least" and "最高，给运营方" bound the figure; "up to 60% of the cost" says it better than "60%".
What is left of the note stands behind the figure in brackets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from knowledge.money import find_amounts
from knowledge.numerals import align, numbers
from knowledge.programmes import Benefit
from knowledge.wording import table

_JOINT = {
    "zh": re.compile(r"([，；](?!且|并|但))"),
    "en": re.compile(r"([,;] (?!and |but |[A-Z]))"),
}


@dataclass(frozen=True, slots=True)
class Note:
    """`form` is how the figure reads, as the {0} of it; `instead` stands in the figure's place."""

    rest: str = ""
    form: str = "{0}"
    instead: str = ""


def read_note(benefit: Benefit, lang: str) -> Note:
    """The note of a benefit in one language. What it says is either kept or said by the figure."""
    if not benefit.note:
        return Note()
    parts = _JOINT[lang].split(benefit.note.in_(lang))  # clause, joint, clause, ...
    for at in range(0, len(parts), 2):
        if found := _bound(parts[at], benefit, lang):
            left = [*parts[:at], found.rest, *parts[at + 1 :]]
            return Note(_joined(left), found.form, found.instead)
    return Note(benefit.note.in_(lang))


def _joined(parts: list[str]) -> str:
    """Clauses and joints without the empty clause, or the joint beside it."""
    at = parts.index("") if "" in parts else -1
    if at >= 0:
        del parts[max(0, at - 1) : at + 1 if at else 2]
    return "".join(parts)


def _bound(clause: str, benefit: Benefit, lang: str) -> Note | None:
    """The clause as a bound on the benefit's figure; None if it says something else."""
    if benefit.rate is not None:
        return _share(clause, benefit, lang)
    if benefit.amount is not None:
        return (
            _bare(clause, lang)
            or _range(clause, benefit.amount)
            or _restated(clause, benefit.amount, benefit.unit, lang)
        )
    if benefit.cap is None:
        return None
    return _range(clause, benefit.cap) or _ceiling(clause, benefit.cap, benefit.unit, lang)


def _share(clause: str, benefit: Benefit, lang: str) -> Note | None:
    """A clause that gives the rate again, with what it is a share of, says it best."""
    shares = {round(a.value, 4) for a in find_amounts(clause) if a.unit == "percent"}
    if "%" in clause and shares == {round(100 * (benefit.rate or 0), 4)}:
        return Note(instead=clause)
    # beside a cap, a lone "up to" could mean either figure
    return _bare(clause, lang) if benefit.cap is None else None


def _bare(clause: str, lang: str) -> Note | None:
    """A clause that is a bound and nothing else."""
    form = _form(lang, "before", clause) or _form(lang, "after", clause)
    return Note(form=form) if form else None


def _range(clause: str, value: float) -> Note | None:
    """A clause that is a range of money ending at the figure."""
    found = find_amounts(clause)
    whole = len(found) == 1 and found[0].text == clause.strip() and found[0].is_money
    if whole and found[0].qualifier == "range" and found[0].value == value:
        return Note(instead=clause)
    return None


def _ceiling(clause: str, cap: float, unit: str | None, lang: str) -> Note | None:
    """A clause that only repeats that the cap is one."""
    found = _bare(clause, lang) or _restated(clause, cap, unit, lang)
    if found and found.form in table("bounds")["ceilings"]:
        return Note(found.rest)
    return None


def _restated(clause: str, value: float, unit: str | None, lang: str) -> Note | None:
    """A clause that starts with the figure itself, bounded: 10个以上, "over 500", "30+ free"."""
    written = align(clause)
    number = next(iter(numbers(written.s)), None)
    if number is None or number.value != value:
        return None
    first, last = written.span(number.start, number.end)
    tail = _tail(unit or "CNY", lang).fullmatch(clause[last:])
    if tail is None:
        return None
    before = clause[:first].strip()
    after = tail["after"] or tail["later"] or ""
    form = _form(lang, "before", before) if before else _form(lang, "after", after)
    return Note((tail["rest"] or "").strip("：: "), form) if form else None


@cache
def _tail(unit: str, lang: str) -> re.Pattern[str]:
    """What may follow the number: a bound, what is counted, a bound, and what is no other unit."""
    own = _counted(unit, lang)
    others = "|".join({re.escape(w) for u in table("units") for w in _counted(u, lang)} - set(own))
    after = "|".join(table("bounds")[lang]["after"])
    return re.compile(
        rf"\s*(?P<after>{after})?\s*(?:(?:{'|'.join(map(re.escape, own))})(?![a-z]))?\s*"
        rf"(?P<later>{after})?(?P<rest>(?:：|:| (?!(?:{others})(?![a-z]))).*)?",
        re.DOTALL,
    )


def _counted(unit: str, lang: str) -> list[str]:
    """The words of a unit; in Chinese also its measure word alone (30个 for 30个社区)."""
    forms = table("units").get(unit)
    if lang == "zh":
        return [forms[0], forms[0][0]] if forms else ["元"]
    return sorted(forms[1:], key=len, reverse=True) if forms else ["yuan"]


def _form(lang: str, place: str, word: str) -> str | None:
    forms: dict[str, str] = table("bounds")[lang][place]
    return next((form for pattern, form in forms.items() if re.fullmatch(pattern, word)), None)
