"""Reads the questions by which answers are measured; tells which facts a text holds."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

ASKED_ON = date(2026, 11, 21)
"""The day every case is asked on."""

_GROUPING = re.compile(r"(?<=\d),(?=\d{3})")


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation whose last message counts. `programmes`: one of them at least must be cited.

    `facts`: each in its spellings; so many of them as `at_least` says must stand in the answer.
    """

    id: str
    lang: str
    category: str
    turns: tuple[str, ...]
    programmes: frozenset[str]
    facts: tuple[tuple[str, ...], ...]
    at_least: int

    @property
    def answerable(self) -> bool:
        return self.category != "unanswerable"

    def met_by(self, text: str) -> bool:
        """Whether a text holds the facts."""
        return sum(self.holds(text, fact) for fact in self.facts) >= self.at_least

    def holds(self, text: str, fact: tuple[str, ...]) -> bool:
        """Whether a text holds one fact."""
        return _holds(_plain(text), fact)


def cases() -> list[Case]:
    files = sorted(Path(__file__).parent.glob("questions_*.yaml"))
    return [_case(entry) for file in files for entry in yaml.safe_load(file.read_text("utf-8"))]


def _case(entry: dict[str, Any]) -> Case:
    facts = tuple(tuple(map(str, spellings)) for spellings in entry.get("facts", ()))
    return Case(
        id=entry["id"],
        lang=entry["lang"],
        category=entry["category"],
        turns=tuple(entry["turns"]),
        programmes=frozenset(entry.get("programmes", ())),
        facts=facts,
        at_least=entry.get("at_least", len(facts)),
    )


def _plain(text: str) -> str:
    folded = _GROUPING.sub("", unicodedata.normalize("NFKC", text).lower())
    return " ".join(folded.split())


def _holds(text: str, spellings: tuple[str, ...]) -> bool:
    """Whether one of the spellings stands in the text, not as a part of a longer number."""
    return any(re.search(_pattern(_plain(spelling)), text) for spelling in spellings)


def _pattern(spelling: str) -> str:
    before = r"(?<![\d.])" if spelling[:1].isdigit() else ""
    after = r"(?!\d|\.\d)" if spelling[-1:].isdigit() else ""
    return f"{before}{re.escape(spelling)}{after}"
