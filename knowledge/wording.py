"""How a record's figures read in Chinese and English; the words stand in wording.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from knowledge.dates import format_date
from knowledge.money import format_amount
from knowledge.programmes import Benefit, Text

_FILE = Path(__file__).with_name("wording.yaml")
Words = dict[str, dict[str, list[str]]]


@cache
def _words() -> Words:
    with _FILE.open(encoding="utf-8") as stream:
        words: Words = yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return words


def say(name: str, *parts: Text) -> Text:
    """A sentence of wording.yaml with its parts filled in, in both languages."""
    zh, en = _words()["sentences"][name]
    return Text(zh=zh.format(*(p.zh for p in parts)), en=en.format(*(p.en for p in parts)))


def day(partial: str) -> Text:
    """A full or partial date in words."""
    return Text(zh=format_date(partial, "zh"), en=format_date(partial, "en"))


def beneficiary(name: str) -> Text:
    zh, en = _words()["beneficiaries"][name]
    return Text(zh=zh, en=en)


def figure(benefit: Benefit) -> Text | None:
    """What a benefit gives: "50%，最高20万元/年" / "50%, up to CNY 200,000 a year"; None if open."""
    said = _value(benefit)
    if said is None:
        return None
    if benefit.per and (period := _words()["periods"].get(benefit.per)):
        said = Text(zh=said.zh + period[0], en=said.en + period[1])
    return said


def benefit_sentence(benefit: Benefit) -> Text:
    """The item, its figure and its note as one statement."""
    value = figure(benefit)
    said = say("benefit", benefit.item, value) if value else benefit.item
    return say("noted", said, benefit.note) if benefit.note else said


def _value(benefit: Benefit) -> Text | None:
    rate = _percent(benefit.rate) if benefit.rate is not None else None
    cap = _amount(benefit.cap, benefit.unit) if benefit.cap is not None else None
    if rate and cap:
        return say("rate_capped", rate, cap)
    if benefit.amount is not None:
        amount = _amount(benefit.amount, benefit.unit)
        return say("rate_capped", amount, cap) if cap else amount
    if cap or rate:
        return say("up_to", cap) if cap else rate
    state = _words()["states"].get(benefit.unit or "")
    return Text(zh=state[0], en=state[1]) if state else None


def _percent(rate: float) -> Text:
    shown = f"{round(rate * 100, 4):g}%"
    return Text(zh=shown, en=shown)


def _amount(value: float, unit: str | None) -> Text:
    forms = _words()["units"].get(unit or "")
    if forms is None:
        currency = unit or "CNY"
        return Text(
            zh=format_amount(value, currency, "zh"), en=format_amount(value, currency, "en")
        )
    number = f"{value:,.10g}"
    plural = forms[1] if value == 1 else forms[2]
    return Text(zh=f"{number}{forms[0]}", en=f"{number} {plural}")
