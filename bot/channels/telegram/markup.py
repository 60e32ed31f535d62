"""A Reply as Telegram messages: HTML that cannot break, within the limits; nothing is sent here.

A reply becomes lines of runs; lines are packed into sheets, each rendered by itself, so a tag can
never be cut in two.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import chain
from typing import Literal, TypeVar
from unicodedata import east_asian_width
from urllib.parse import urlsplit

from bot.locale import text
from bot.messages import Citation, Reply

LIMIT = 4000  # UTF-16 units a message may have are 4096
_ENTITIES = 90  # of 100, beyond which Telegram drops formatting
_MARK = re.compile(r"\[(\d{1,3})\]")
_SENTENCE = re.compile(r"(?<=[。！？；!?;])|(?<=[.:])(?=\s)|(?<=\n)")
_WORD = re.compile(r"(?<=[\s,，、])")
_UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST_LINK = 1000
Item = TypeVar("Item")
Style = Literal["plain", "bold", "italic", "quote"]
_TAGS = {"plain": "", "bold": "b", "italic": "i", "quote": "blockquote"}


@dataclass(frozen=True, slots=True)
class Run:
    """Some text, perhaps with a link."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    runs: tuple[Run, ...]
    style: Style = "plain"

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)

    @property
    def entities(self) -> int:
        return sum(bool(run.link) for run in self.runs) + (self.style != "plain")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message: its HTML, and the same as plain text for when that is not taken."""

    html: str
    plain: str


def sheets(reply: Reply, note: str = "") -> list[Sheet]:
    """The messages of a reply, at least one; `note` is a last word of the channel's own."""
    made = [_sheet(lines) for lines in _packed(_lines(reply, note))]
    return [sheet for sheet in made if sheet.plain.strip()]


def sheets_in_brief(reply: Reply, limit: int) -> tuple[list[Sheet], bool]:
    """One message with what fits into `limit` columns, and whether that is not everything."""
    body = [line for line in _body(reply.text) if line.strip()]
    kept = [_opening(body[0], limit)]
    for line in body[1:]:
        if width("".join([*kept, line])) > limit:
            break
        kept.append(line)
    whole = kept == body
    brief = replace(reply, text="\n".join(kept) + ("" if whole else " …"), more="")
    return sheets(brief), not whole or bool(reply.more)


def _opening(line: str, limit: int) -> str:
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


def is_web(url: str | None) -> bool:
    """Whether a link may be shown: http and https only, and nothing Telegram would refuse."""
    if not url or len(url) > _LONGEST_LINK or any(c.isspace() for c in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _lines(reply: Reply, note: str) -> list[Line]:
    links = {c.number: c.url for c in reply.citations if c.url and is_web(c.url)}
    found = []
    if asked := reply.extra.get("question"):
        found.append(Line((Run(_clean(asked)),), "quote"))
    leads = reply.outcome is not None
    for written in _body(reply.text):
        found.append(Line(_marked(written, links), "bold" if leads else "plain"))
        leads = leads and written.rstrip().endswith((":", "："))  # a preface is not the answer
    if reply.ai_generated:
        found.append(Line((Run(text("telegram.ai", reply.lang)),), "italic"))
    if reply.outcome is not None:
        found += _sources(reply)
    if note:
        found.append(Line((Run(note),), "italic"))
    return found


def _body(written: str) -> list[str]:
    """The lines, cleaned, with at most one blank line between two."""
    folded = re.sub(r"\n\s*\n+", "\n\n", _clean(written).replace("\r", ""))
    return folded.strip().split("\n") if folded.strip() else ["…"]


def _clean(written: str) -> str:
    return _UNSENDABLE.sub("", written)


def _marked(written: str, links: Mapping[int, str]) -> tuple[Run, ...]:
    """The text with its citation marks linked to what they cite, where that is on the web."""
    runs, start = [], 0
    for mark in _MARK.finditer(written):
        link = links.get(int(mark[1]), "")
        runs += [Run(written[start : mark.start()]), Run(mark[0], link)]
        start = mark.end()
    return tuple(run for run in (*runs, Run(written[start:])) if run.text)


def _sources(reply: Reply) -> Iterator[Line]:
    """The short list of sources below an answer: those that it marks."""
    marks = {int(n) for n in _MARK.findall(reply.text)}
    listed = [c for c in reply.citations if c.number in marks] or list(reply.citations)
    if listed:
        yield Line(())
        yield Line((Run(text("telegram.sources", reply.lang)),), "italic")
    for citation in listed:
        yield _source(citation, reply.lang)


def _source(citation: Citation, lang: str) -> Line:
    link = citation.url if citation.url and is_web(citation.url) else ""
    told = [citation.issuer, citation.doc_no, citation.validity, citation.seen]
    told = [_clean(part).strip() for part in told if part]
    facts = text("telegram.comma", lang).join(part for part in told if part)
    title = Run(_clean(citation.title).strip() or text("telegram.untitled", lang), link)
    return Line((Run(f"{citation.number}. "), title, Run(f" — {facts}" if facts else "")))


def _packed(lines: Sequence[Line]) -> Iterator[list[Line]]:
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
    for piece in _cut(run.text, LIMIT, whole=bool(run.link or _MARK.fullmatch(run.text))):
        yield replace(run, text=piece)


def _cut(written: str, limit: int, *, whole: bool = False) -> Iterator[str]:
    """Sentences, or smaller pieces where one is longer than the limit."""
    for sentence in [written] if whole else _SENTENCE.split(written):
        words = [sentence] if units(sentence) <= limit else _WORD.split(sentence)
        for word in words:
            size = limit if units(word) <= limit else limit // 2  # a character has up to 2 units
            yield from (word[n : n + size] for n in range(0, len(word), size))


def _sheet(lines: Sequence[Line]) -> Sheet:
    return Sheet("\n".join(map(_html, lines)), "\n".join(map(_plain, lines)))


def _html(line: Line) -> str:
    inside = "".join(
        f'<a href="{escape(run.link)}">{escape(run.text)}</a>' if run.link else escape(run.text)
        for run in line.runs
    )
    tag = _TAGS[line.style] if line.text.strip() else ""
    return f"<{tag}>{inside}</{tag}>" if tag else inside


def _plain(line: Line) -> str:
    """A linked title is followed by its address; a linked mark is not, its source is listed."""
    return "".join(
        f"{run.text} {run.link}" if run.link and not _MARK.fullmatch(run.text) else run.text
        for run in line.runs
    )


def plain_parts(sheet: Sheet) -> list[str]:
    """A sheet's plain text, which addresses may have made too long for one message."""
    lines = [Line((Run(line),)) for line in sheet.plain.split("\n")]
    return ["\n".join(line.text for line in part) for part in _packed(lines)]
