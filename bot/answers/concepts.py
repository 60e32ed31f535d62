"""Which concepts of concepts.yaml a text names, and where. The vocabulary lives in the YAML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("concepts.yaml")
_STEM = re.compile(r"(?<=[a-z0-9])\*")  # "compan*" stands for every word that starts so


@dataclass(frozen=True, slots=True)
class Mention:
    """A concept named in a text, at `start`..`end` of the normalised text."""

    concept: str
    start: int
    end: int


class Vocabulary:
    """One group of concepts, such as topics or aspects."""

    def __init__(self, concepts: dict[str, dict[str, str]]) -> None:
        self._patterns = {name: _compile(forms) for name, forms in concepts.items()}

    def find(self, text: str) -> list[Mention]:
        """Every mention in normalised text, in order of concept, then place."""
        return [
            Mention(name, match.start(), match.end())
            for name, pattern in self._patterns.items()
            for match in pattern.finditer(text)
            if match.end() > match.start()
        ]

    def names(self, text: str) -> frozenset[str]:
        return frozenset(name for name, p in self._patterns.items() if p.search(text))

    def has(self, name: str, text: str) -> bool:
        return bool(self._patterns[name].search(text))


def _compile(forms: dict[str, str]) -> re.Pattern[str]:
    chinese, english = _either(forms.get("zh", "")), _either(forms.get("en", ""))
    parts = [chinese] if chinese else []
    if english:
        parts.append(rf"(?<![a-z0-9-])(?:{english})(?![a-z0-9-])")
    return re.compile("|".join(parts))


def _either(forms: str) -> str:
    """An alternation that prefers its longest form; a trailing * after a letter ends a stem."""
    ordered = sorted((form for form in forms.split(" ; ") if form), key=len, reverse=True)
    return "|".join(_STEM.sub(r"[a-z]*", form) for form in ordered)


@cache
def vocabulary(group: str) -> Vocabulary:
    """The concepts of one group of the file: topics, kinds, aspects, cues or injection."""
    return Vocabulary(_file()[group])


@cache
def _file() -> dict[str, dict[str, dict[str, str]]]:
    with _FILE.open(encoding="utf-8") as stream:
        groups = yaml.load(stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    for single in ("domain", "injection"):  # groups of one concept
        groups[single] = {single: groups[single]}
    return dict(groups)
