"""The words of wording.yaml, and what a record says filled into them in both languages.

How the figure of a benefit reads is worked out in `benefit_wording`.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from knowledge.dates import format_date
from knowledge.programmes import Text

_FILE = Path(__file__).with_name("wording.yaml")


@cache
def _words() -> dict[str, Any]:
    with _FILE.open(encoding="utf-8") as stream:
        words: dict[str, Any] = yaml.load(
            stream, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        )
    return words


def table(name: str) -> dict[str, Any]:
    """A table of wording.yaml: its name -> the words in each language."""
    words: dict[str, Any] = _words()[name]
    return words


def of_language(words: list[str], lang: str) -> str:
    """The Chinese or the English of a pair of words."""
    return words[0] if lang == "zh" else words[1]


def fill(name: str, lang: str, *parts: str) -> str:
    """A sentence of wording.yaml in one language, with its parts filled in."""
    return of_language(table("sentences")[name], lang).format(*parts)


def say(name: str, *parts: Text) -> Text:
    """A sentence of wording.yaml with its parts filled in, in both languages."""
    return Text(
        zh=fill(name, "zh", *(p.zh for p in parts)), en=fill(name, "en", *(p.en for p in parts))
    )


def label(name: str, lang: str) -> str:
    """What such a sentence begins with, before its first part ("condition: "), if there is one."""
    return of_language(table("sentences").get(name, ["", ""]), lang).partition("{")[0]


def day(partial: str) -> Text:
    """A full or partial date in words."""
    return Text(zh=format_date(partial, "zh"), en=format_date(partial, "en"))


def beneficiary(name: str) -> Text:
    zh, en = table("beneficiaries")[name]
    return Text(zh=zh, en=en)
