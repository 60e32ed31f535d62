"""Lines of text with links, and packing them into messages of the size Telegram takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Literal, TypeVar
from unicodedata import east_asian_width

LIMIT = 4000  # UTF-16 units a message may have are 4096
_ENTITIES = 90  # of 100, beyond which Telegram drops formatting
MARK = re.compile(r"\[(\d{1,3})\]")
LINKED = re.compile(rf"{MARK.pattern}|https?://[\w.~:/?#@!$&'*+=%;,-]*[\w/]", re.ASCII)
"""What is linked in a text: a citation's mark (group 1 its number), or an address."""
_SENTENCE = re.compile(r"(?<=[。！？；!?;])|(?<=[.:])(?=\s)|(?<=\n)")
_WORD = re.compile(r"(?<=[\s,，、])")
Item = TypeVar("Item")
Style = Literal["plain", "bold", "italic", "quote", "fold"]


@dataclass(frozen=True, slots=True)
class Run:
    """Some text, perhaps with a link, perhaps a label."""

    text: str
    link: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    runs: tuple[Run, ...]
    style: Style = "plain"

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def entities(self) -> int:
        marked = sum(bool(run.link) + run.bold for run in self.runs)
        return marked + (self.style != "plain")


def packed(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines in as few messages as possible, cut at line ends, else at sentences."""
    fitting = chain.from_iterable(map(_fitting, lines))
    return _grouped(fitting, lambda line: (units(line.text) + 1, line.entities))


def _fitting(line: Line) -> Iterator[Line]:
    """The line, or its parts where it is too long for one message."""
    if units(line.text) < LIMIT and line.entities <= _ENTITIES:
        yield line
        return
    pieces = chain.from_iterable(map(_pieces, line.runs))
    for part in _grouped(pieces, lambda run: (units(run.text), bool(run.link))):
        yield Line(tuple(part), line.style)


def _grouped(
    items: Iterable[Item], cost: Callable[[Item], tuple[int, int]]
) -> Iterator[list[Item]]:
    """The items in order, as many together as a message has room for: its text and entities."""
    group: list[Item] = []
    length = entities = 0
    for item in items:
        size, marks = cost(item)
        if group and (length + size >= LIMIT or entities + marks > _ENTITIES):
            yield group
            group, length, entities = [], 0, 0
        group.append(item)
        length, entities = length + size, entities + marks
    if group:
        yield group


def _pieces(run: Run) -> Iterator[Run]:
    """Sentences, for text without a link; a mark is never cut."""
    for piece in _cut(run.text, LIMIT, whole=bool(run.link or LINKED.fullmatch(run.text))):
        yield replace(run, text=piece)


def _cut(written: str, limit: int, *, whole: bool = False) -> Iterator[str]:
    """Sentences, or smaller pieces where one is longer than the limit."""
    for sentence in [written] if whole else _SENTENCE.split(written):
        words = [sentence] if units(sentence) <= limit else _WORD.split(sentence)
        for word in words:
            size = limit if units(word) <= limit else limit // 2  # a character has up to 2 units
            yield from (word[n : n + size] for n in range(0, len(word), size))


def opening(line: str, limit: int) -> str:
    """The first sentences of a line, as many as fit."""
    opening = ""
    for piece in _cut(line, limit):
        if opening and width(opening + piece) > limit:
            break
        opening += piece
    return opening


def units(written: str) -> int:
    """Length as Telegram counts it."""
    return len(written.encode("utf-16-le", "surrogatepass")) // 2


def width(written: str) -> int:
    """Columns it takes on a screen: a Chinese character two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in written)
