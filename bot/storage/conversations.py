"""Conversations: who talks where, in which language and for which day, and the question log."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.question import Answer, Turn
from bot.messages import Address, Citation, Outcome
from bot.storage.database import Database
from bot.storage.tables import ConversationRow, PersonRow, QuestionRow, Table


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation as it stands: the person's fixed language (None: ours to choose) and day."""

    id: int
    address: Address
    lang: str | None
    as_of: date | None


@dataclass(frozen=True, slots=True)
class LoggedAnswer:
    """An answered question of the log."""

    id: str
    question: str
    on: date
    lang: str
    text: str
    more: str
    outcome: Outcome
    citations: tuple[Citation, ...]
    suggestions: tuple[str, ...]
    programme_ids: tuple[str, ...]


class Conversations:
    """Everything is looked up through a Talk or an Address: nobody reaches another's rows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, address: Address, now: datetime) -> Talk:
        """The conversation at an address, begun if it is new; marks it as active."""
        async with self._database.write() as session:
            person = {"channel": address.channel, "user": address.user}
            await _upsert(session, PersonRow, person, {"seen_at": now}, {})
            place = person | {"chat": address.chat}
            await _upsert(session, ConversationRow, place, {"active_at": now}, {"began_at": now})
            row = (await session.execute(select(ConversationRow).filter_by(**place))).scalar_one()
            lang = await session.scalar(select(PersonRow.lang).filter_by(**person))
        return Talk(row.id, address, lang, row.as_of)

    async def set_language(self, talk: Talk, lang: str | None) -> Talk:
        who = {"channel": talk.address.channel, "user": talk.address.user}
        async with self._database.write() as session:
            await session.execute(update(PersonRow).filter_by(**who).values(lang=lang))
        return replace(talk, lang=lang)

    async def set_as_of(self, talk: Talk, on: date | None) -> Talk:
        async with self._database.write() as session:
            await session.execute(
                update(ConversationRow).where(ConversationRow.id == talk.id).values(as_of=on)
            )
        return replace(talk, as_of=on)

    async def begin_again(self, talk: Talk, now: datetime) -> None:
        """Later questions are no follow-ups of those before `now`."""
        async with self._database.write() as session:
            await session.execute(
                update(ConversationRow).where(ConversationRow.id == talk.id).values(began_at=now)
            )

    async def ask(self, talk: Talk, text: str, on: date, now: datetime) -> str:
        """Log a question before it is answered; returns its id."""
        question_id = secrets.token_urlsafe(9)
        row = QuestionRow(
            id=question_id,
            conversation_id=talk.id,
            asked_at=now,
            on=on,
            text=text,
            ai_generated=False,
        )
        async with self._database.write() as session:
            session.add(row)
        return question_id

    async def answered(self, question_id: str, answer: Answer) -> None:
        values: dict[str, Any] = {
            "lang": answer.lang,
            "outcome": answer.outcome,
            "answer": answer.text,
            "more": answer.more,
            "programme_ids": list(answer.programme_ids),
            "citations": [asdict(citation) for citation in answer.citations],
            "suggestions": list(answer.suggestions),
            "ai_generated": answer.ai_generated,
            "generation": answer.generation,
            "ms": answer.ms,
        }
        async with self._database.write() as session:
            await session.execute(
                update(QuestionRow).where(QuestionRow.id == question_id).values(**values)
            )

    async def history(self, talk: Talk, turns: int) -> tuple[Turn, ...]:
        """The last answered questions since the conversation began, oldest first."""
        query = _answered(talk).add_columns(QuestionRow.text, QuestionRow.programme_ids)
        query = query.where(QuestionRow.asked_at >= ConversationRow.began_at).limit(turns)
        async with self._database.read() as session:
            rows = (await session.execute(query)).all()
        return tuple(Turn(text, tuple(ids or ())) for _, text, ids in reversed(rows))

    async def answer(self, talk: Talk, question_id: str) -> LoggedAnswer | None:
        """An answer given in this conversation; None for any other id."""
        return await self._one(talk, question_id)

    async def last_answer(self, talk: Talk) -> LoggedAnswer | None:
        return await self._one(talk, None)

    async def _one(self, talk: Talk, question_id: str | None) -> LoggedAnswer | None:
        query = _answered(talk).with_only_columns(QuestionRow).limit(1)
        if question_id is not None:
            query = query.where(QuestionRow.id == question_id)
        async with self._database.read() as session:
            row = (await session.execute(query)).scalar_one_or_none()
        return _logged(row) if row else None

    async def rate(self, talk: Talk, question_id: str, feedback: str, reason: str | None) -> bool:
        """Keep what the person thinks of an answer; False if it is not one of theirs."""
        mine = QuestionRow.id == question_id, QuestionRow.conversation_id == talk.id
        values = {"feedback": feedback, "feedback_reason": reason}
        async with self._database.write() as session:
            done = await session.execute(update(QuestionRow).where(*mine).values(**values))
        return cast("CursorResult[Any]", done).rowcount == 1

    async def forget(self, address: Address) -> None:
        """Erase all that is kept about a person on their channel."""
        who = {"channel": address.channel, "user": address.user}
        async with self._database.write() as session:
            await session.execute(delete(ConversationRow).filter_by(**who))
            await session.execute(delete(PersonRow).filter_by(**who))

    async def purge(self, before: datetime) -> int:
        """Erase questions, then conversations and people without any, last active before a time."""
        async with self._database.write() as session:
            done = await session.execute(delete(QuestionRow).where(QuestionRow.asked_at < before))
            asked = exists().where(QuestionRow.conversation_id == ConversationRow.id)
            await session.execute(
                delete(ConversationRow).where(ConversationRow.active_at < before, ~asked)
            )
            await session.execute(delete(PersonRow).where(PersonRow.seen_at < before))
        return cast("CursorResult[Any]", done).rowcount


def _answered(talk: Talk) -> Any:
    """The conversation's answered questions, newest first."""
    return (
        select(QuestionRow.id)
        .join(ConversationRow, ConversationRow.id == QuestionRow.conversation_id)
        .where(QuestionRow.conversation_id == talk.id, QuestionRow.outcome.is_not(None))
        .order_by(QuestionRow.asked_at.desc())
    )


def _logged(row: QuestionRow) -> LoggedAnswer:
    return LoggedAnswer(
        id=row.id,
        question=row.text,
        on=row.on,
        lang=row.lang or "zh",
        text=row.answer or "",
        more=row.more or "",
        outcome=cast(Outcome, row.outcome),
        citations=tuple(Citation(**citation) for citation in row.citations or ()),
        suggestions=tuple(row.suggestions or ()),
        programme_ids=tuple(row.programme_ids or ()),
    )


async def _upsert(
    session: AsyncSession,
    table: type[Table],
    key: dict[str, Any],
    values: dict[str, Any],
    first: dict[str, Any],
) -> None:
    """Insert a row (`first` only then), or update `values` where the key is there."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_pg
    columns: Sequence[str] = list(key)
    statement = insert(table).values(**key, **values, **first)
    await session.execute(statement.on_conflict_do_update(index_elements=columns, set_=values))
