"""Reads the questions by which retrieval is measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Question:
    """`programme_ids` is empty where the records hold nothing on it."""

    text: str
    programme_ids: frozenset[str]


def questions() -> list[Question]:
    lines = Path(__file__).with_name("retrieval.tsv").read_text(encoding="utf-8").splitlines()
    cells = (line.split("\t") for line in lines if not line.startswith("#"))
    return [Question(text, frozenset(ids.split(",")) - {"-"}) for ids, text in cells]
