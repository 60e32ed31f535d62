"""Questions and what follows an answer: suggestions, sources, the day asked about, feedback."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Protocol

from bot.answers.question import Answer, Question
from bot.commands import Command, Draft, Feature, Tap, Visit
from bot.commands.days import parse_day
from bot.commands.general import EXAMPLES
from bot.commands.sources import source_text, sources_text
from bot.errors import InputRejected, NotAllowed
from bot.locale import text
from bot.messages import Button, Reply
from bot.pace import Pace
from bot.storage.conversations import Conversations, LoggedAnswer
from knowledge.dates import format_date

HISTORY_TURNS = 6
REASONS = ("wrong", "old", "missed", "unclear", "other")
_OFF = frozenset({"off", "today", "now", "今天", "现在", "关闭", "取消"})


class Answers(Protocol):
    async def answer(self, question: Question, on_draft: Draft | None = None) -> Answer: ...


class Asking:
    def __init__(self, answers: Answers, store: Conversations, pace: Pace) -> None:
        self._answers = answers
        self._store = store
        self._pace = pace

    def feature(self) -> Feature:
        return Feature(
            commands=(Command("asof", self.as_of), Command("sources", self.sources)),
            taps=(
                Tap("ask", self.suggestion),
                Tap("say", self.example),
                Tap("more", self.more),
                Tap("full", self.full),
                Tap("cite", self.cite),
                Tap("fb", self.feedback),
                Tap("why", self.reason),
            ),
        )

    async def question(self, visit: Visit) -> Reply:
        """Answer free text; the question is logged first, so that a failure loses nothing."""
        self._slow_down(visit)
        chosen = visit.incoming.on or visit.talk.as_of
        on = chosen or visit.today
        history = await self._store.history(visit.talk, HISTORY_TURNS)
        question_id = await self._store.ask(visit.talk, visit.argument, on, visit.now)
        question = Question(
            text=visit.argument,
            on=on,
            lang=_demanded(visit),
            history=history,
            user=f"{visit.talk.address.channel}:{visit.talk.address.user}",
            on_is_today=chosen is None,
        )
        answer = await self._answers.answer(question, visit.on_draft)
        await self._store.answered(question_id, answer)
        return reply_to(answer, question_id)

    async def suggestion(self, visit: Visit) -> Reply:
        """A follow-up question that an earlier answer offered."""
        answer, number = await self._tapped(visit)
        if not 0 <= number < len(answer.suggestions):
            raise NotAllowed
        return await self._said(visit, answer.suggestions[number])

    async def example(self, visit: Visit) -> Reply:
        if visit.argument not in EXAMPLES:
            raise NotAllowed
        return await self._said(visit, text(f"example.{visit.argument}", visit.lang))

    async def more(self, visit: Visit) -> Reply:
        answer = await self._own(visit, visit.argument)
        more = answer.more or text("more.none", answer.lang)
        return Reply(more, answer.lang, citations=answer.citations)

    async def full(self, visit: Visit) -> Reply:
        """An answer given earlier, whole: for a channel that showed only its beginning."""
        answer = await self._own(visit, visit.argument)
        whole = "\n".join(part for part in (answer.text, answer.more) if part)
        return Reply(
            whole,
            answer.lang,
            answer.outcome,
            answer.citations,
            programme_ids=answer.programme_ids,
            extra={"question": answer.question},
        )

    async def cite(self, visit: Visit) -> Reply:
        """One citation of an answer in full; number 0 is all of them."""
        answer, number = await self._tapped(visit)
        if number == 0:
            return _sources(answer)
        found = [c for c in answer.citations if c.number == number]
        if not found:
            raise NotAllowed
        return Reply(source_text(found[0], answer.lang), answer.lang, citations=tuple(found))

    async def sources(self, visit: Visit) -> Reply:
        answer = await self._store.last_answer(visit.talk)
        if answer is None:
            return Reply(text("sources.no_answer", visit.lang), visit.lang)
        return _sources(answer)

    async def as_of(self, visit: Visit) -> Reply:
        """Answer for another day until told otherwise."""
        written = visit.argument.strip()
        if not written:
            return Reply(_day_in_use(visit.talk.as_of, visit.lang), visit.lang)
        on = None if written.lower() in _OFF else parse_day(written, visit.today)
        await self._store.set_as_of(visit.talk, on)
        return Reply(_day_in_use(on, visit.lang), visit.lang)

    async def feedback(self, visit: Visit) -> Reply:
        answer_id, _, thumb = visit.argument.partition(":")
        if thumb not in {"up", "down"}:
            raise NotAllowed
        answer = await self._rate(visit, answer_id, thumb, None)
        if thumb == "up":
            return Reply(text("feedback.thanks", answer.lang), answer.lang)
        reasons = tuple(
            Button(text(f"feedback.{key}", answer.lang), f"why:{answer.id}:{key}")
            for key in REASONS
        )
        return Reply(text("feedback.why", answer.lang), answer.lang, buttons=reasons)

    async def reason(self, visit: Visit) -> Reply:
        answer_id, _, reason = visit.argument.partition(":")
        if reason not in REASONS:
            raise NotAllowed
        answer = await self._rate(visit, answer_id, "down", reason)
        return Reply(text("feedback.noted", answer.lang), answer.lang)

    def _slow_down(self, visit: Visit) -> None:
        who = visit.talk.address
        seconds = self._pace.wait((who.channel, who.user), visit.now)
        if seconds:
            raise InputRejected(msgid="error.pace", count=seconds, retryable=True)

    async def _rate(
        self, visit: Visit, answer_id: str, feedback: str, reason: str | None
    ) -> LoggedAnswer:
        answer = await self._own(visit, answer_id)
        await self._store.rate(visit.talk, answer.id, feedback, reason)
        return answer

    async def _own(self, visit: Visit, answer_id: str) -> LoggedAnswer:
        answer = await self._store.answer(visit.talk, answer_id)
        if answer is None:
            raise NotAllowed
        return answer

    async def _tapped(self, visit: Visit) -> tuple[LoggedAnswer, int]:
        answer_id, _, number = visit.argument.partition(":")
        if not (number.isascii() and number.isdigit()):
            raise NotAllowed
        return await self._own(visit, answer_id), int(number)

    async def _said(self, visit: Visit, said: str) -> Reply:
        """Answer words the person chose by a tap; `extra` tells the channel what they were."""
        reply = await self.question(replace(visit, argument=said))
        return replace(reply, extra={**reply.extra, "question": said})


def reply_to(answer: Answer, answer_id: str) -> Reply:
    """An answer with its buttons. A channel may leave out those it has a better way for."""
    label = {key: text(f"button.{key}", answer.lang) for key in ("more", "sources", "up", "down")}
    buttons = [Button(s, f"ask:{answer_id}:{n}") for n, s in enumerate(answer.suggestions)]
    if answer.more:
        buttons.append(Button(label["more"], f"more:{answer_id}"))
    if answer.citations:
        buttons.append(Button(label["sources"], f"cite:{answer_id}:0"))
    buttons += [Button(label[thumb], f"fb:{answer_id}:{thumb}") for thumb in ("up", "down")]
    return Reply(
        text=answer.text,
        lang=answer.lang,
        outcome=answer.outcome,
        citations=answer.citations,
        buttons=tuple(buttons),
        programme_ids=answer.programme_ids,
        answer_id=answer_id,
        ai_generated=answer.ai_generated,
        ms=answer.ms,
        more=answer.more,
    )


def _sources(answer: LoggedAnswer) -> Reply:
    if not answer.citations:
        return Reply(text("sources.none", answer.lang), answer.lang)
    shown = sources_text(answer.citations, answer.lang)
    return Reply(shown, answer.lang, citations=answer.citations)


def _demanded(visit: Visit) -> str | None:
    """The language a person fixed or a program asked for; else that of the question decides."""
    return visit.talk.lang or (
        visit.incoming.lang if visit.incoming.address.channel == "api" else None
    )


def _day_in_use(on: date | None, lang: str) -> str:
    if on is None:
        return text("asof.today", lang)
    return text("asof.set", lang, day=format_date(on, lang))
