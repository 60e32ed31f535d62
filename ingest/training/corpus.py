"""Reads the training data: a folder of gzip TSV pairs, and the records' own two languages.

File names say what a pair is: `*_en_zh` parallel text, `*_q_ctx_*` question and passage,
`*_title_article_*` title and article, `*_zh_en` dictionary entries.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

Pair = tuple[str, str]

_NOTE = re.compile(r"\([^()]*\)|\[[^\]]*\]|\bCL:.*$")
_LABEL = re.compile(r"\b(?:lit|fig|abbr|esp)\.|\b(?:sb|sth)\b|[\u3400-\u9fff]+")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Corpus:
    """Pairs by file stem; parallel are (English, Chinese), dictionary are (Chinese, gloss)."""

    dictionary: dict[str, list[Pair]] = field(default_factory=dict)
    parallel: dict[str, list[Pair]] = field(default_factory=dict)
    questions: dict[str, list[Pair]] = field(default_factory=dict)
    titles: dict[str, list[Pair]] = field(default_factory=dict)

    def glosses(self) -> list[Pair]:
        """Headword and each of its senses, cleaned; senses that say nothing are left out."""
        return [
            (head, sense)
            for pairs in self.dictionary.values()
            for head, gloss in pairs
            for sense in senses(gloss)
        ]

    def texts(self) -> Iterator[str]:
        """Every distinct text of running prose, for counting words."""
        seen: set[str] = set()
        for group in (self.parallel, self.questions, self.titles):
            for pairs in group.values():
                for text in (text for pair in pairs for text in pair):
                    if text not in seen:
                        seen.add(text)
                        yield text


def read_corpus(folder: Path, records: Path | None = None) -> Corpus:
    """All pairs of a folder; `records` adds the programmes' zh/en fields as parallel text."""
    corpus = Corpus()
    for file in sorted(folder.glob("*.tsv.gz")):
        stem = file.name.removesuffix(".tsv.gz")
        _group(corpus, stem)[stem] = _pairs(file)
    if records is not None:
        programmes = _programmes(records)
        corpus.parallel["records_en_zh"] = list(dict.fromkeys(_bilingual(programmes)))
        corpus.titles["records_title_summary"] = list(_summaries(programmes))
    return corpus


def senses(gloss: str) -> list[str]:
    """A dictionary gloss as plain senses: no notes, classifiers or labels."""
    found = []
    for sense in _NOTE.sub(" ", gloss).split(";"):
        plain = _SPACE.sub(" ", _LABEL.sub(" ", sense)).strip(" ,.;/|").removeprefix("to ")
        if any(char.isalpha() for char in plain) and not _is_reference(plain):
            found.append(plain)
    return found


def _is_reference(sense: str) -> bool:
    """Whether a sense only points at another entry."""
    return f"{sense} ".startswith(
        ("used in ", "variant of ", "see ", "also written ", "same as ", "also pr", "pr. ")
    )


def _group(corpus: Corpus, stem: str) -> dict[str, list[Pair]]:
    if stem.endswith("_en_zh"):
        return corpus.parallel
    if "_q_ctx" in stem:
        return corpus.questions
    return corpus.titles if "_title_article" in stem else corpus.dictionary


def _pairs(file: Path) -> list[Pair]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        cells = (line.rstrip("\n").split("\t") for line in lines)
        return [(row[0], row[1]) for row in cells if len(row) == 2 and row[0] and row[1]]


def _programmes(folder: Path) -> list[Any]:
    texts = (file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.yaml")))
    return [record for text in texts for record in yaml.load(text, yaml.CSafeLoader) or []]


def _summaries(programmes: list[Any]) -> Iterator[Pair]:
    """Title and summary of each programme, within and across the two languages."""
    for programme in programmes:
        for title in programme["title"].values():
            for summary in programme["summary"].values():
                yield title, summary


def _bilingual(value: Any) -> Iterator[Pair]:
    """Every {zh: ..., en: ...} below a YAML value whose two texts are both there."""
    if isinstance(value, dict):
        if isinstance(value.get("zh"), str) and isinstance(value.get("en"), str):
            yield value["en"], value["zh"]
        for child in value.values():
            yield from _bilingual(child)
    elif isinstance(value, list):
        for child in value:
            yield from _bilingual(child)
