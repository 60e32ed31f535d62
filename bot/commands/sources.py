"""A citation in full, as text: title, passage, issuer, validity and link."""

from __future__ import annotations

from collections.abc import Iterable

from bot.locale import text
from bot.messages import Citation


def source_text(citation: Citation, lang: str) -> str:
    """Everything a reader needs to check one citation."""
    facts = [
        ("issuer", citation.issuer),
        ("doc_no", citation.doc_no),
        ("place", citation.place),
        ("validity", citation.validity),
        ("seen", citation.seen),
    ]
    lines = [f"[{citation.number}] {citation.title}"]
    lines += [text(f"cite.{key}", lang, value=value) for key, value in facts if value]
    if citation.passage:
        lines.append(text("cite.passage", lang, value=citation.passage))
    return "\n".join([*lines, *([citation.url] if citation.url else [])])


def sources_text(citations: Iterable[Citation], lang: str) -> str:
    return "\n\n".join(source_text(citation, lang) for citation in citations)
