"""Documents into passages that can be cited alone: within one heading, whole sentences and rows.

Reading files is `ingest.readers`; records become passages in `knowledge.programme_passages`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from ingest.documents import Block, Document
from knowledge.passages import Entry, Passage, Source
from knowledge.places import GAZETTEER
from knowledge.text import detect_language

LONGEST = {"zh": 420, "en": 1100}
"""Characters in a passage: about as much text in either language, and one phone screen."""

_SENTENCE = re.compile(r".+?(?:[。！？；!?;]+[”’」』）)]*|\.(?=\s|$)|\n|$)", re.DOTALL)


def split(document: Document, path: str) -> tuple[Entry, ...]:
    """The passages of a document on record at `path`, with the names they are found by."""
    source = Source(
        title_zh=document.title,
        title_en=document.title,
        issuer_zh=document.issuer,
        issuer_en=document.issuer,
        doc_no=document.doc_no,
        url=document.url,
        path=path,
        published=document.published,
    )
    names = tuple(dict.fromkeys(_names(document)))
    seen: Counter[str] = Counter()
    entries = []
    for headings, text in _pieces(document.blocks):
        content = "\0".join((path, *headings, text))
        seen[content] += 1
        name = _hash(f"{content}\0{seen[content]}")
        passage = _passage(document, source, name, headings, text)
        context = " / ".join(dict.fromkeys((document.title, *headings)))
        entries.append(Entry(passage, (*names, *headings), context))
    return tuple(entries)


def _hash(content: str) -> str:
    """Names a passage by what it says, so that it keeps its id when others come or go."""
    return hashlib.sha256(content.encode()).hexdigest()[:20]


def _names(document: Document) -> Iterator[str]:
    yield from (document.title, *document.names)
    yield from (name for name in (document.issuer, document.doc_no) if name)
    for place_id in document.places:
        for each in dict.fromkeys((place_id, *GAZETTEER.ancestors(place_id))):
            if each != "cn" or place_id == "cn":
                place = GAZETTEER.get(each)
                yield from (place.zh, place.en, each.rpartition("/")[2])


def _passage(
    document: Document, source: Source, name: str, headings: tuple[str, ...], text: str
) -> Passage:
    return Passage(
        id=name,
        text=text,
        lang=detect_language(text),
        source=source,
        heading=" / ".join(headings),
        kind=document.kind,
        places=document.places,
        valid_from=document.valid_from,
        valid_until=document.valid_until,
        scope=document.scope,
    )


def _pieces(blocks: Iterable[Block]) -> Iterator[tuple[tuple[str, ...], str]]:
    for headings, under in groupby(blocks, key=lambda block: block.headings):
        parts = list(under)
        longest = LONGEST[detect_language(" ".join(block.text for block in parts))]
        for text in _filled((piece for block in parts for piece in _cut(block, longest)), longest):
            yield headings, text


def _filled(pieces: Iterable[str], longest: int) -> Iterator[str]:
    """Neighbouring pieces put together as long as they fit."""
    gathered = ""
    for piece in pieces:
        if gathered and len(gathered) + len(piece) + 2 > longest:
            yield gathered
            gathered = ""
        gathered = f"{gathered}\n\n{piece}" if gathered else piece
    if gathered:
        yield gathered


def _cut(block: Block, longest: int) -> Iterator[str]:
    """A block, in several pieces if it is too long; each piece of a table has the header."""
    if len(block.text) <= longest:
        yield block.text
    elif block.kind == "table":
        rows = block.text.removeprefix(block.caption).strip("\n").split("\n")
        room = max(longest - len(block.caption), 1)
        yield from (f"{block.caption}\n{part}" for part in _packed(rows, "\n", room))
    elif block.kind in {"list", "code"}:
        lines = (part for line in block.text.split("\n") for part in _sentences(line, longest))
        yield from _packed(lines, "\n", longest)
    else:
        yield from _packed(_sentences(block.text, longest), "", longest)


def _packed(parts: Iterable[str], gap: str, longest: int) -> Iterator[str]:
    gathered = ""
    for part in parts:
        if gathered and len(gathered) + len(gap) + len(part) > longest:
            yield gathered.strip()
            gathered = ""
        gathered = f"{gathered}{gap}{part}" if gathered else part
    if gathered.strip():
        yield gathered.strip()


def _sentences(text: str, longest: int) -> Iterator[str]:
    """Sentences; one that is itself too long is cut hard."""
    if len(text) <= longest:
        yield text
        return
    for sentence in _SENTENCE.findall(text):
        for start in range(0, len(sentence), longest):
            yield sentence[start : start + longest]
