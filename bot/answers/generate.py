"""A language model's two parts: a follow-up made to stand alone, an answer put into words.

Evidence, citations and checks are code's; whatever the model does wrong, the model-free answer
goes out instead and the log says why. Nothing here is used unless a model is set.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import replace
from typing import Protocol

from bot.answers import standing
from bot.answers.brief import Brief, gives_orders, phrasing, rewriting
from bot.answers.budget import Budget
from bot.answers.claims import read
from bot.answers.dossier import Dossier
from bot.answers.draft import Draft
from bot.answers.evidence import Source
from bot.answers.question import Answer, Question
from bot.answers.sieve import Sieve, Useless
from bot.answers.understand import understand
from bot.answers.verify import MARK
from bot.errors import ModelFailed
from bot.locale import text
from bot.models import Piece
from knowledge.places import GAZETTEER
from knowledge.text import detect_language

OnDraft = Callable[[str], Awaitable[None]]
_MOST_SOURCES = 3  # a longer list reads best as the list it is
_MOST_TOKENS = {"phrase": 700, "rewrite": 160}
_REWRITE_SHARE = 0.3  # of the time for the whole answer
_FIRST_SHARE = 0.6  # of the time by which the first word must have come
_LONGEST_QUESTION = 300
_log = logging.getLogger(__name__)


class Model(Protocol):
    """What streams replies; `bot.models.ChatModel` is one."""

    async def warm(self) -> None: ...

    def stream(self, system: str, user: str, most: int) -> AsyncIterator[Piece]: ...


class Phrasing:
    """`timeout` are the seconds that the model may take for one answer."""

    def __init__(self, model: Model, budget: Budget, timeout: float) -> None:
        self._model, self._budget, self._timeout = model, budget, timeout
        self._canary = secrets.token_hex(6)

    async def warm(self) -> None:
        """Load the library before somebody waits for it."""
        await self._model.warm()

    async def rewrite(self, question: Question) -> Question:
        """A follow-up with what it leaves out put in; the question itself if that fails."""
        u = understand(question)
        if not question.history or not u.follows or u.injected:
            return question
        lang = detect_language(question.text)
        brief = rewriting(question, lang, self._canary)
        heard: list[str] = []
        try:
            async with asyncio.timeout(self._timeout * _REWRITE_SHARE):
                await self._hear(brief, question.user, "rewrite", _collect(heard))
        except (ModelFailed, TimeoutError) as error:
            _log.info("follow-up not rewritten: %s", error or "timed out")
            return question
        written = "".join(heard).strip()
        if fault := rewrite_fault(written, question, lang, brief):
            _log.info("rewritten follow-up not used: %s", fault)
            return question
        return replace(question, text=written, lang=question.lang or lang)

    async def phrase(
        self, question: Question, draft: Draft, fallback: Answer, on_draft: OnDraft | None = None
    ) -> Answer:
        """The draft in the model's words, marked as such; `fallback` unchanged if that fails."""
        sources = {n: draft.evidence[id_] for id_, n in draft.numbers().items()}
        if fallback.outcome != "answered" or not 0 < len(sources) <= _MOST_SOURCES:
            return fallback
        brief = phrasing(question, draft, sources, self._canary)
        sieve = Sieve(brief, draft, sources)
        share = 1 - _REWRITE_SHARE if question.history else 1.0
        try:
            limit = asyncio.timeout(self._timeout * share * _FIRST_SHARE)
            started = asyncio.get_running_loop().time()

            async def take(piece: str) -> None:
                limit.reschedule(started + self._timeout * share)
                if sieve.take(piece) and on_draft is not None:
                    await on_draft(_shown(sieve, draft, question, fallback))

            async with limit:
                await self._hear(brief, question.user, "phrase", take)
            sieve.end()
            _must_answer(sieve, draft)
        except (ModelFailed, TimeoutError, Useless) as error:
            _log.info("model answer not used: %s", str(error) or type(error).__name__)
            return fallback
        return _answer(sieve, draft, question, fallback)

    async def _hear(
        self, brief: Brief, user: str, use: str, take: Callable[[str], Awaitable[None]]
    ) -> None:
        """The reply, piece by piece, within the caps. Raises ModelFailed."""
        most = _MOST_TOKENS[use]
        async with self._budget.call(user, brief.system + brief.user, most) as call:
            end = ""
            async with aclosing(self._model.stream(brief.system, brief.user, most)) as pieces:  # type: ignore[type-var]
                async for piece in pieces:
                    call.hear(piece.text, piece.use)
                    end = piece.end or end
                    if piece.text:
                        await take(piece.text)
            if end != "stop":
                raise ModelFailed(f"cut off ({end or 'no end'})", retryable=True)


def _collect(heard: list[str]) -> Callable[[str], Awaitable[None]]:
    async def take(piece: str) -> None:
        heard.append(piece)

    return take


def rewrite_fault(written: str, question: Question, lang: str, brief: Brief) -> str | None:
    """Why a rewritten question is not used: it says more than the founder did, or is none."""
    asked = [question.text, *(turn.question for turn in question.history)]
    if not written or "\n" in written or len(written) > _LONGEST_QUESTION:
        return "form"
    if brief.leaks(written) or gives_orders(written):
        return "leak"
    if detect_language(written) != lang:
        return "language"
    known = {(c.kind, c.value, c.day) for said in asked for c in read(said).claims}
    if any((c.kind, c.value, c.day) not in known for c in read(written).claims):
        return "figure"
    places = {span.place.id for said in asked for span in GAZETTEER.find(said)}
    return None if {s.place.id for s in GAZETTEER.find(written)} <= places else "place"


def _must_answer(sieve: Sieve, draft: Draft) -> None:
    """The figures of the model-free first line are what was asked; one of them must be there."""
    first = next((line for line in draft.lines if not line.own), None)
    asked = {(c.kind, c.value, c.day) for c in read(first.text).claims} if first else set()
    told = {(c.kind, c.value, c.day) for c in read(MARK.sub("", sieve.text())).claims}
    computed = first is not None and first.computed is not None
    if asked and not computed and not asked & told:
        raise Useless("left out the answer")


def _shown(sieve: Sieve, draft: Draft, question: Question, fallback: Answer) -> str:
    """The checked sentences with what code puts around them: the day, sums, warnings, the label."""
    numbers = draft.numbers()
    sums = [line for line in draft.lines if line.computed]
    own = [line.text for line in draft.lines if line.own]
    shown = [fallback.text.partition("\n")[0]] if not question.on_is_today else []
    shown += [s.text + "".join(f"[{numbers[i]}]" for i in s.sources) for s in sums]
    shown += [*_warnings(sieve.text(), draft), sieve.text(), *own]
    return "\n".join([*shown, text("model.label", draft.lang)])


def _warnings(said: str, draft: Draft) -> list[str]:
    """What the model left out about a cited rule that is over or not yet in force."""
    return [
        text("model.warning", draft.lang, title=title, warning=warning)
        for number, source in _cited(said, draft).items()
        if isinstance(source, Dossier)
        and (warning := standing.warning(source.programme, draft.on, draft.lang))
        and warning not in said
        and (title := source.programme.title.in_(draft.lang) + f"[{number}]")
    ]


def _cited(said: str, draft: Draft) -> dict[int, Source]:
    by_number = {n: draft.evidence[id_] for id_, n in draft.numbers().items()}
    return {n: by_number[n] for n in dict.fromkeys(map(int, MARK.findall(said)))}


def _answer(sieve: Sieve, draft: Draft, question: Question, fallback: Answer) -> Answer:
    """What the model said in front, the model-free answer behind "more"."""
    said = _shown(sieve, draft, question, fallback)
    first = {n: place for place, n in enumerate(_cited(sieve.text(), draft))}
    cited = sorted(fallback.citations, key=lambda c: first.get(c.number, len(first)))
    ids = tuple(dict.fromkeys(c.programme_id for c in cited if c.programme_id))
    more = "\n".join(s for s in (fallback.text, fallback.more) if s)
    return replace(fallback, text=said, more=more, programme_ids=ids, ai_generated=True)
