"""Source, Passage and Hit: what the index stores and what a search returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Source:
    """Where a passage comes from, enough to cite it.

    `path` is a document's path, or None for a record; `seen` the day or month it was last read.
    """

    title_zh: str
    title_en: str
    publisher: str | None = None
    issuer_zh: str | None = None
    issuer_en: str | None = None
    doc_no: str | None = None
    url: str | None = None
    official_url: str | None = None
    path: str | None = None
    published: str | None = None
    seen: str | None = None
    kind: str = "document"  # official, press, secondary, or document


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text that can be cited on its own.

    `places` are place ids (see `knowledge.places`) the text applies to: the place itself, not its
    parents. `valid_from`/`valid_until` are inclusive; None is open. `scope` is "public" or
    "members:<incubator>".
    """

    id: str  # stable: content hash for documents, programme id + part for records
    text: str
    lang: str  # "zh" or "en"
    source: Source
    heading: str = ""
    programme_id: str | None = None
    part: str = ""  # summary, benefits, conditions, application; or the heading path's number
    kind: str | None = None  # programme kind
    places: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
    scope: str = "public"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, best first; `probability` is the chance that it is relevant (0-1)."""

    passage: Passage
    score: float
    probability: float
    lexical: float = 0.0
    dense: float = 0.0


@dataclass(frozen=True, slots=True)
class Filter:
    """What a search may return. A field that is None does not filter; an empty set returns nothing.

    `places`: a passage passes when one of its places is in the set (the caller adds parents).
    `on`: only what is valid that day. `scopes` fails closed: only the named scopes.
    """

    places: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    programme_ids: frozenset[str] | None = None
    on: date | None = None
    scopes: frozenset[str] = field(default_factory=lambda: frozenset({"public"}))
