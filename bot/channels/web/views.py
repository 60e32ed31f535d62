"""An exchange as the page shows it: plain text in blocks and pieces, sources, buttons. No HTML."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from bot.commands.asking import REASONS
from bot.locale import text
from bot.messages import Button, Citation, Reply
from bot.storage.transcripts import Exchange

_MARK = re.compile(r"\[(\d{1,3})\]")
_BULLET = re.compile(r"\s*[-•·–*]\s+")
_LABEL = re.compile(r"([^\s：:\d\[][^：:\d\[]{0,13})(：|: )(?=.)")
_MARKED_OUTCOMES = frozenset({"corrected", "unknown"})
_LEAD_WIDTH = 150
_SOURCES = 3
STILL_WORKING = timedelta(seconds=45)


@dataclass(frozen=True, slots=True)
class Piece:
    """Some plain text, or (`number`) the mark of a citation."""

    text: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """One line of an answer: the first is the `lead`, or `long` if it is too long to stand out.

    `label` is what stands before a colon.
    """

    kind: Literal["lead", "long", "line", "point"]
    pieces: tuple[Piece, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A question and its answer, ready for the template. `key` names it within the page."""

    key: str
    question: str
    lang: str
    blocks: tuple[Block, ...] = ()
    more: tuple[Block, ...] = ()
    outcome: str = ""
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[Button, ...] = ()
    buttons: tuple[Button, ...] = ()
    rated: bool = False  # whether it can be: an answer that was logged
    feedback: str | None = None
    reason: str | None = None
    ai_generated: bool = False
    state: Literal["done", "working", "lost"] = "done"

    @property
    def open_sources(self) -> int:
        """How many sources are listed at once; a long list keeps the rest behind a button."""
        return len(self.citations) if len(self.citations) <= _SOURCES + 1 else _SOURCES

    @property
    def reasons(self) -> tuple[Button, ...]:
        """Why an answer may be bad, as buttons."""
        return tuple(
            Button(text(f"feedback.{key}", self.lang), f"why:{self.key}:{key}") for key in REASONS
        )


def from_reply(reply: Reply, question: str, key: str = "now") -> Shown:
    """A reply just given; `key` names one that is not kept (a command's)."""
    numbers = {citation.number for citation in reply.citations}
    suggested = [button for button in reply.buttons if button.action.startswith("ask:")]
    kept = bool(reply.answer_id)
    return Shown(
        key=reply.answer_id or key,
        question=question,
        lang=reply.lang,
        blocks=blocks(reply.text, numbers),
        more=blocks(reply.more, numbers, lead=False),
        outcome=_shown_outcome(reply.outcome),
        citations=_safe(reply.citations),
        suggestions=tuple(suggested),
        buttons=() if kept else _safe_buttons(reply.buttons),
        rated=kept,
        ai_generated=reply.ai_generated,
    )


def from_exchange(exchange: Exchange, now: datetime) -> Shown:
    """A kept exchange. One without an answer is still being worked on, or was lost."""
    if exchange.outcome is None:
        waiting = now - exchange.asked_at < STILL_WORKING
        state: Literal["working", "lost"] = "working" if waiting else "lost"
        return Shown(exchange.id, exchange.question, exchange.lang, state=state)
    offered = (Button(s, f"ask:{exchange.id}:{n}") for n, s in enumerate(exchange.suggestions))
    reply = Reply(
        exchange.text,
        exchange.lang,
        exchange.outcome,
        exchange.citations,
        tuple(offered),
        answer_id=exchange.id,
        ai_generated=exchange.ai_generated,
        more=exchange.more,
    )
    shown = from_reply(reply, exchange.question)
    return replace(shown, feedback=exchange.feedback, reason=exchange.reason)


def blocks(written: str, numbers: Collection[int], *, lead: bool = True) -> tuple[Block, ...]:
    """The lines of plain text; only marks of citations that exist become marks."""
    lines = [line.strip() for line in written.splitlines()]
    return tuple(
        _block(line, numbers, lead=lead and n == 0)
        for n, line in enumerate(line for line in lines if line)
    )


def _block(line: str, numbers: Collection[int], *, lead: bool) -> Block:
    if lead:
        return Block("long" if _width(line) > _LEAD_WIDTH else "lead", _pieces(line, numbers))
    if bullet := _BULLET.match(line):
        return Block("point", _pieces(line[bullet.end() :], numbers))
    label = _LABEL.match(line)
    if label is None:
        return Block("line", _pieces(line, numbers))
    return Block("line", _pieces(line[label.end() :], numbers), label[0])


def _width(line: str) -> int:
    """How wide a line is, in Latin letters; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


def _pieces(line: str, numbers: Collection[int]) -> tuple[Piece, ...]:
    pieces, start = [], 0
    for mark in _MARK.finditer(line):
        if int(mark[1]) in numbers:
            pieces += [Piece(line[start : mark.start()].rstrip()), Piece(number=int(mark[1]))]
            start = mark.end()
    pieces.append(Piece(line[start:]))
    return tuple(piece for piece in pieces if piece.text or piece.number)


def _shown_outcome(outcome: str | None) -> str:
    return outcome if outcome in _MARKED_OUTCOMES else ""


def _safe(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    return tuple(replace(c, url=c.url if _is_web(c.url) else None) for c in citations)


def _safe_buttons(buttons: Iterable[Button]) -> tuple[Button, ...]:
    return tuple(b for b in buttons if b.action or _is_web(b.url))


def _is_web(url: str | None) -> bool:
    """Whether a link may be followed: http and https only, never `javascript:` and the like."""
    if not url:
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
