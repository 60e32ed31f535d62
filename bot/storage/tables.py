"""The tables. Changes to them need a migration in `migrations/versions`; nothing queries here."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Identity,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; SQLite stores it without the zone, which is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a stored time needs a zone")
        return value.astimezone(UTC) if value else None

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=value.tzinfo or UTC) if value else None


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime(), str: Text()}  # noqa: RUF012 (SQLAlchemy's way)


class PersonRow(Table):
    """One person on one channel; `lang` is None when they left it to us."""

    __tablename__ = "people"

    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    user: Mapped[str] = mapped_column(String(128), primary_key=True)
    lang: Mapped[str | None] = mapped_column(String(8))
    seen_at: Mapped[datetime] = mapped_column(index=True)


class ConversationRow(Table):
    """One person in one chat: in a group, everybody has their own."""

    __tablename__ = "conversations"
    __table_args__ = (UniqueConstraint("channel", "chat", "user"),)

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), Identity(), primary_key=True
    )
    channel: Mapped[str] = mapped_column(String(32))
    chat: Mapped[str] = mapped_column(String(128))
    user: Mapped[str] = mapped_column(String(128))
    as_of: Mapped[date | None] = mapped_column(Date)
    began_at: Mapped[datetime]  # earlier questions are not part of the talk any more
    active_at: Mapped[datetime] = mapped_column(index=True)


class QuestionRow(Table):
    """A question and what became of it; the columns after `lang` are null until it is answered."""

    __tablename__ = "questions"
    __table_args__ = (Index("ix_questions_conversation_asked", "conversation_id", "asked_at"),)

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    on: Mapped[date] = mapped_column("on_date", Date)
    text: Mapped[str]
    lang: Mapped[str | None] = mapped_column(String(8))
    outcome: Mapped[str | None] = mapped_column(String(16))
    answer: Mapped[str | None]
    more: Mapped[str | None]
    programme_ids: Mapped[list[str] | None] = mapped_column(JSON)
    citations: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON)
    suggestions: Mapped[list[str] | None] = mapped_column(JSON)
    ai_generated: Mapped[bool] = mapped_column(default=False)
    generation: Mapped[str | None] = mapped_column(String(64))
    ms: Mapped[float | None]
    feedback: Mapped[str | None] = mapped_column(String(8))
    feedback_reason: Mapped[str | None] = mapped_column(String(16))


class UpdateRow(Table):
    """An update taken from a chat platform; `payload` is kept only until it has been dealt with."""

    __tablename__ = "updates"

    channel: Mapped[str] = mapped_column(String(32), primary_key=True)
    update_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    taken_at: Mapped[datetime] = mapped_column(index=True)
    done_at: Mapped[datetime | None]
    payload: Mapped[dict[str, Any] | None] = mapped_column(JSON)


class UsageRow(Table):
    """Language model use of one day by one person; `user` is "" for everybody together."""

    __tablename__ = "model_usage"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    user: Mapped[str] = mapped_column(String(192), primary_key=True)
    tokens: Mapped[int] = mapped_column(BigInteger, default=0)
    micros: Mapped[int] = mapped_column(BigInteger, default=0)  # money, in millionths
