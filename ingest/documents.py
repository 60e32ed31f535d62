"""Document and Block: what a reader makes of a file, and what `ingest.split` cuts into passages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class Block:
    """A piece that should stay whole if it fits. `headings`: those above it, outermost first.

    A table's rows are the lines of `text`; `caption` (its header) is repeated when it is cut.
    """

    text: str
    headings: tuple[str, ...] = ()
    kind: Literal["paragraph", "list", "table", "code"] = "paragraph"
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file as text, with what its front matter says of it."""

    title: str
    blocks: tuple[Block, ...]
    places: tuple[str, ...] = ()
    kind: str | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    scope: str = "public"
    issuer: str | None = None
    doc_no: str | None = None
    url: str | None = None
    published: str | None = None
    names: tuple[str, ...] = ()
