"""Transcripts: what a conversation looks like to the person who reads it again; never writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy import select

from bot.messages import Address, Citation, Outcome
from bot.storage.database import Database
from bot.storage.tables import ConversationRow, QuestionRow


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and its answer; `outcome` is None while (or if) there is no answer."""

    id: str
    question: str
    asked_at: datetime
    lang: str = "zh"
    outcome: Outcome | None = None
    text: str = ""
    more: str = ""
    citations: tuple[Citation, ...] = ()
    suggestions: tuple[str, ...] = ()
    ai_generated: bool = False
    feedback: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The current conversation at an address, oldest exchange first."""

    as_of: date | None = None
    exchanges: tuple[Exchange, ...] = ()


class Transcripts:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, address: Address, limit: int = 30) -> Transcript:
        """The newest exchanges since the conversation began; an empty one at an unknown address."""
        place = {"channel": address.channel, "chat": address.chat, "user": address.user}
        async with self._database.read() as session:
            talk = (
                await session.execute(select(ConversationRow).filter_by(**place))
            ).scalar_one_or_none()
            if talk is None:
                return Transcript()
            query = (
                select(QuestionRow)
                .where(QuestionRow.conversation_id == talk.id)
                .where(QuestionRow.asked_at >= talk.began_at)
                .order_by(QuestionRow.asked_at.desc())
                .limit(limit)
            )
            rows = (await session.execute(query)).scalars().all()
        return Transcript(talk.as_of, tuple(_exchange(row) for row in reversed(rows)))


def _exchange(row: QuestionRow) -> Exchange:
    return Exchange(
        id=row.id,
        question=row.text,
        asked_at=row.asked_at,
        lang=row.lang or "zh",
        outcome=cast("Outcome | None", row.outcome),
        text=row.answer or "",
        more=row.more or "",
        citations=tuple(Citation(**citation) for citation in row.citations or ()),
        suggestions=tuple(row.suggestions or ()),
        ai_generated=row.ai_generated,
        feedback=row.feedback,
        reason=row.feedback_reason,
    )
