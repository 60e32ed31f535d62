"""Markdown (CommonMark headings, lists, pipe tables, fences) with YAML front matter -> Document.

Markup inside a line stays as written, for a passage quotes its source verbatim.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, get_args

import yaml

from ingest.documents import Block, Document
from ingest.errors import DocumentEmpty, DocumentUnreadable, FrontMatterInvalid
from knowledge.errors import PlaceUnknown
from knowledge.places import GAZETTEER
from knowledge.programmes import Kind, first_day, last_day

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_HEADING = re.compile(r"^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)])\s+")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_HAN = re.compile("[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def read_markdown(path: Path, data: bytes) -> Document:
    """The document in `data`; `path` names it in errors and gives a title if it has none."""
    text = _decoded(path, data).replace("\r\n", "\n").replace("\r", "\n")
    front, body = _front_matter(path, text)
    blocks = tuple(_Blocks(_COMMENT.sub("", body)).read())
    if not blocks:
        raise DocumentEmpty(path)
    title = _text(front, "title") or next(
        (block.headings[0] for block in blocks if block.headings), path.stem
    )
    return Document(
        title=title,
        blocks=blocks,
        places=_places(path, front, title),
        kind=_kind(path, front),
        valid_from=_day(path, front, "valid_from", last=False),
        valid_until=_day(path, front, "valid_until", last=True),
        scope=_text(front, "scope") or "public",
        issuer=_text(front, "issuer"),
        doc_no=_text(front, "doc_no"),
        url=_text(front, "url"),
        published=_text(front, "published"),
        names=tuple(str(name) for name in _listed(front.get("aliases"))),
    )


def _decoded(path: Path, data: bytes) -> str:
    """UTF-8, UTF-16 with a mark, or GB 18030 that reads as Chinese (old office files are)."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _strict(path, data, "utf-16")
    if b"\0" in data:
        raise DocumentUnreadable(path, "is not text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        text = data.decode("gb18030", errors="replace")
        foreign = [char for char in text if ord(char) > 127]
        if "\ufffd" in text or len(_HAN.findall(text)) < 0.9 * len(foreign):
            raise DocumentUnreadable(
                path, f"is neither UTF-8 (byte {error.start}) nor GB 18030 text"
            ) from error
        return text


def _strict(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise DocumentUnreadable(path, f"is not {encoding} text: {error.reason}") from error


def _front_matter(path: Path, text: str) -> tuple[dict[str, Any], str]:
    match = _FRONT.match(text)
    if not match:
        return {}, text
    try:
        front = yaml.load(match.group(1), Loader=yaml.BaseLoader) or {}  # all values as text
    except yaml.YAMLError as error:
        raise FrontMatterInvalid(path, f"front matter is not YAML: {error}") from error
    if not isinstance(front, dict):  # a rule (---) around ordinary text, not front matter
        return {}, text
    return front, text[match.end() :]


def _text(front: dict[str, Any], name: str) -> str | None:
    value = front.get(name)
    return None if value is None else str(value).strip() or None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _places(path: Path, front: dict[str, Any], title: str) -> tuple[str, ...]:
    """Places by id or name from the front matter; without one, those the title names."""
    named = [str(name) for name in _listed(front.get("place"))]
    if not named:
        return tuple(dict.fromkeys(span.place.id for span in GAZETTEER.find(title)))
    return tuple(dict.fromkeys(_place(path, name) for name in named))


def _place(path: Path, name: str) -> str:
    if found := place_id(name):
        return found
    raise FrontMatterInvalid(path, f"unknown place {name!r}")


def place_id(name: str) -> str | None:
    """The id of a place given by id or by a name in either language; None if unknown."""
    try:
        return str(GAZETTEER.get(name).id)
    except PlaceUnknown:
        spans = GAZETTEER.find(name)
    rest = "".join(
        char for at, char in enumerate(name) if not any(s.start <= at < s.end for s in spans)
    )
    named_only = spans and not any(char.isalnum() for char in rest)
    return str(spans[-1].place.id) if named_only else None


def _kind(path: Path, front: dict[str, Any]) -> str | None:
    kind = _text(front, "kind")
    if kind is not None and kind not in get_args(Kind):
        raise FrontMatterInvalid(path, f"unknown kind {kind!r}")
    return kind


def _day(path: Path, front: dict[str, Any], name: str, *, last: bool) -> date | None:
    value = _text(front, name)
    if value is None:
        return None
    try:
        return last_day(value) if last else first_day(value)
    except ValueError as error:
        raise FrontMatterInvalid(path, f"{name}: {value!r} is not a date") from error


@dataclass
class _Blocks:
    """Cuts a body into blocks, line by line, keeping the headings above."""

    body: str
    _headings: dict[int, str] = field(default_factory=dict)

    def read(self) -> Iterator[Block]:
        gathered: list[str] = []
        fence = ""
        for line in self.body.split("\n"):
            mark = _FENCE.match(line)
            if fence or mark:
                gathered.append(line)
                closing = bool(fence and mark and mark.group(1).startswith(fence))
                fence = "" if closing else fence or (mark.group(1) if mark else "")
            elif heading := _HEADING.match(line):
                yield from self._block(gathered)
                self._enter(len(heading.group(1)), heading.group(2))
            elif len(gathered) == 1 and _is_underlined(gathered[0], line):
                self._enter(1 if "=" in line else 2, gathered.pop().strip())
            elif line.strip():
                gathered.append(line)
            else:
                yield from self._block(gathered)
        yield from self._block(gathered)

    def _enter(self, level: int, heading: str) -> None:
        above = {depth: text for depth, text in self._headings.items() if depth < level}
        self._headings = above | ({level: heading} if heading else {})

    def _block(self, lines: list[str]) -> Iterator[Block]:
        text = "\n".join(lines).strip("\n")
        table = _is_table(lines)
        header = "\n".join(lines[:2]) if table else ""
        kind = _kind_of(lines)
        lines.clear()
        if text.strip() and not _UNDERLINE.match(text):
            yield Block(text, tuple(self._headings.values()), kind, header)


def _is_underlined(text: str, line: str) -> bool:
    return bool(_UNDERLINE.match(line)) and not _ITEM.match(text) and "|" not in text


def _is_table(lines: list[str]) -> bool:
    return len(lines) > 1 and "|" in lines[0] and bool(_TABLE_RULE.match(lines[1]))


def _kind_of(lines: list[str]) -> Any:
    if _is_table(lines):
        return "table"
    if lines and _FENCE.match(lines[0]):
        return "code"
    return "list" if any(_ITEM.match(line) for line in lines) else "paragraph"
