"""Source, Passage, Entry, Hit and Filter: what the index stores and what a search returns."""

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
    "members:<incubator>". `status` is the programme's: a draft is never in force, nor is an expired
    rule without a known end. Passages that say the same in two languages share a `statement`.
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
    status: str | None = None
    statement: str = ""

    def in_force(self, on: date) -> bool:
        if self.status == "draft" or (self.status == "expired" and self.valid_until is None):
            return False
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_until is None or on <= self.valid_until
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """A passage with the words it is found by besides its text, which are not shown.

    `names`: titles, aliases, issuer and place names in every language; `context` stands before the
    text when it is embedded.
    """

    passage: Passage
    names: tuple[str, ...] = ()
    context: str = ""

    @property
    def embedded(self) -> str:
        return f"{self.context}\n{self.passage.text}" if self.context else self.passage.text


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, best first; `probability` is the chance that it is relevant (0-1).

    `lexical` is the share of the question's words (weighted by rarity) that the passage has,
    `dense` the cosine between question and passage.
    """

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
