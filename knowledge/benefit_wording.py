"""A benefit as one sentence: its item, what it gives, and the rest of its note.

The words stand in wording.yaml; what a note says of the figure is read by `note_wording`.
"""

from __future__ import annotations

import re

from knowledge.money import chinese_number, format_amount
from knowledge.note_wording import Note, read_note
from knowledge.programmes import Benefit, Text
from knowledge.wording import fill, of_language, table

_MONEY = re.compile("[A-Z]{3}")


def benefit_sentence(benefit: Benefit) -> Text:
    """ "算力：50%，最高20万元/年（最长3年）" / "compute: 50%, up to CNY 200,000 a year (...)"."""
    return Text(zh=_sentence(benefit, "zh"), en=_sentence(benefit, "en"))


def _sentence(benefit: Benefit, lang: str) -> str:
    item, note = benefit.item.in_(lang), read_note(benefit, lang)
    figure = _figure(benefit, note, lang)
    said = fill("benefit", lang, item, figure) if figure else item
    asides = [_counted_by(benefit, item, lang), _payee(benefit, lang), note.rest]
    shown = [aside for aside in asides if aside and aside != figure]
    return (
        fill("noted", lang, said, ("；" if lang == "zh" else "; ").join(shown)) if shown else said
    )


def _figure(benefit: Benefit, note: Note, lang: str) -> str:
    """What the benefit gives, in words; empty where the record leaves it open."""
    rate = _rate(benefit, note, lang)
    if benefit.amount is not None:
        given = note.instead or _amount(benefit.amount, benefit.unit, lang)
        said = note.form.format(_per(benefit, given, lang))
        if benefit.cap is not None:
            said = fill("and", lang, said, _capped(benefit, note, lang))
    elif benefit.cap is not None:
        cap = _capped(benefit, note, lang)
        said = fill("and", lang, rate, cap) if rate else cap
    else:
        return _role(benefit, rate, lang) if rate else _state(benefit, lang)
    return _role(benefit, said, lang)


def _rate(benefit: Benefit, note: Note, lang: str) -> str:
    if benefit.rate is None:
        return ""
    said = note.instead or note.form.format(f"{round(benefit.rate * 100, 4):g}%")
    aside = benefit.cap is not None or benefit.per in table("rate_asides")
    return said if aside else _per(benefit, said, lang)


def _capped(benefit: Benefit, note: Note, lang: str) -> str:
    """The cap as a ceiling, unless the item ends in saying so ("no guarantee needed up to")."""
    if note.instead and benefit.rate is None and benefit.amount is None:
        return _per(benefit, note.instead, lang)
    cap = _amount(benefit.cap or 0, benefit.unit, lang)
    ceiling = fill("up_to", lang, "").strip()
    said = cap if benefit.item.in_(lang).endswith(ceiling) else fill("up_to", lang, cap)
    return _per(benefit, said, lang)


def _per(benefit: Benefit, said: str, lang: str) -> str:
    """The figure with the period or thing it counts for, unless the item says the same."""
    form = of_language(table("periods").get(benefit.per or "", ["{0}", "{0}"]), lang)
    named = form.replace("{0}", "").strip(" ,")
    told = len(named) > 2 and named in benefit.item.in_(lang) and "/" not in named
    return said if told else form.format(said)


def _counted_by(benefit: Benefit, item: str, lang: str) -> str:
    """What the figure counts for where that stands in brackets: of shares, or not in the words."""
    if benefit.rate is not None and benefit.cap is None and benefit.per in table("rate_asides"):
        return of_language(table("rate_asides")[benefit.per], lang)
    unknown = benefit.per and benefit.per not in table("periods") and benefit.per not in item
    figure = benefit.amount is not None or benefit.cap is not None or benefit.rate is not None
    return benefit.per or "" if unknown and figure else ""


def _role(benefit: Benefit, said: str, lang: str) -> str:
    """A goal or a whole pool said to be one; areas and seats of a pool are plain."""
    words = table("roles").get(benefit.role)
    plain = benefit.role == "pool" and not _MONEY.fullmatch(benefit.unit or "CNY")
    if not words or plain or re.search(of_language(words["said"], lang), benefit.item.in_(lang)):
        return said
    return of_language(words["form"], lang).format(said)


def _payee(benefit: Benefit, lang: str) -> str:
    words = table("payees").get(benefit.payee or "")
    told = benefit.item.in_(lang) + (benefit.note.in_(lang) if benefit.note else "")
    if not words or re.search(of_language(words["said"], lang), told):
        return ""
    return of_language(words["form"], lang)


def _state(benefit: Benefit, lang: str) -> str:
    """What is given where that is no number: "free of charge"."""
    state = table("states").get(benefit.unit or "")
    return of_language(state, lang) if state else ""


def _amount(value: float, unit: str | None, lang: str) -> str:
    forms = table("units").get(unit or "")
    if forms is None:
        return format_amount(value, unit or "CNY", lang)
    if lang == "zh":
        return f"{chinese_number(value)}{forms[0]}"
    return f"{value:,.10g} {forms[1] if value == 1 else forms[2]}"
