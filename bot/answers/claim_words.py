"""The words of claims.yaml as compiled expressions. What they decide is in `claims`, `amounts`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("claims.yaml")
Table = tuple[tuple[str, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True)
class Words:
    """Each table: class -> what says it."""

    units: Table
    money_before: Table
    qualifiers: Table
    qualifiers_after: Table
    per: Table
    per_after: Table
    payees: Table
    months: dict[str, int]  # unit of time -> months
    days: dict[str, int]
    clause_end: re.Pattern[str]
    idioms: re.Pattern[str]
    ordinals: re.Pattern[str]
    frames: re.Pattern[str]
    denials: re.Pattern[str]


@cache
def words() -> Words:
    with _FILE.open(encoding="utf-8") as stream:
        raw: dict[str, Any] = yaml.safe_load(stream)
    return Words(
        units=_table(raw["units"], r"\s?(?:{})"),
        money_before=_table(raw["money_before"], r"{}\s?$"),
        qualifiers=_table(raw["qualifiers"]),
        qualifiers_after=_table(raw["qualifiers_after"], r"\s?(?:{})"),
        per=_table(raw["per"]),
        per_after=_table(raw["per_after"], r"\s?(?:{})"),
        payees=_table(raw["payees"]),
        months=raw["months"],
        days=raw["days"],
        clause_end=re.compile(raw["clause_end"]),
        idioms=re.compile("|".join(raw["idioms"])),
        ordinals=re.compile(raw["ordinals"]),
        frames=re.compile(raw["payee_frames"]),
        denials=re.compile(raw["denials"]),
    )


def _table(named: dict[str, str], form: str = "") -> Table:
    return tuple((k, re.compile(form.replace("{}", v) if form else _edged(v)))
                 for k, v in named.items())  # fmt: skip


def _edged(alternatives: str) -> str:
    """English alternatives must not start inside a word."""
    return rf"(?<![a-z])(?=[a-z])(?:{alternatives})|(?![a-z])(?:{alternatives})"
