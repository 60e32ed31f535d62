"""Language model use per day and person, held under caps that two processes cannot overrun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.database import Database
from bot.storage.tables import UsageRow

EVERYBODY = ""


@dataclass(frozen=True, slots=True)
class Use:
    """Tokens, and what they cost in the currency of the configured prices."""

    tokens: int = 0
    cost: Decimal = Decimal(0)

    def __add__(self, other: Use) -> Use:
        return Use(self.tokens + other.tokens, self.cost + other.cost)

    def __sub__(self, other: Use) -> Use:
        return Use(self.tokens - other.tokens, self.cost - other.cost)


@dataclass(frozen=True, slots=True)
class Caps:
    """The most that may be used in a day. None is no limit; zero means zero."""

    tokens: int | None = None
    cost: Decimal | None = None

    def allow(self, use: Use) -> bool:
        tokens_fit = self.tokens is None or use.tokens <= self.tokens
        return tokens_fit and (self.cost is None or use.cost <= self.cost)


class Usage:
    """Reserve an upper bound before a call, settle what it really took after."""

    def __init__(self, database: Database, everybody: Caps, person: Caps) -> None:
        self._database = database
        self._everybody = everybody
        self._person = person

    async def reserve(self, day: date, user: str, most: Use) -> bool:
        """Book `most` for a call; False (and nothing booked) if a cap does not allow it."""
        async with self._database.write() as session:
            total = await _locked(session, day, EVERYBODY)
            own = await _locked(session, day, _key(user))
            allowed = self._everybody.allow(_of(total) + most)
            if not (allowed and self._person.allow(_of(own) + most)):
                return False
            _book(total, most)
            _book(own, most)
        return True

    async def settle(self, day: date, user: str, reserved: Use, used: Use) -> None:
        """Put what a call used in the place of what was reserved for it."""
        async with self._database.write() as session:
            for key in (EVERYBODY, _key(user)):
                _book(await _locked(session, day, key), used - reserved)

    async def spent(self, day: date, user: str | None = None) -> Use:
        """What a person (None: everybody together) has used on a day."""
        key = EVERYBODY if user is None else _key(user)
        async with self._database.read() as session:
            row = await session.get(UsageRow, (day, key))
        return _of(row) if row else Use()

    async def purge(self, before: date) -> None:
        async with self._database.write() as session:
            await session.execute(delete(UsageRow).where(UsageRow.day < before))


def _key(user: str) -> str:
    """A nameless person is a person too, not everybody."""
    return f"u:{user}"


def _of(row: UsageRow) -> Use:
    return Use(row.tokens, Decimal(row.micros) / 1_000_000)


def _book(row: UsageRow, use: Use) -> None:
    row.tokens += use.tokens
    row.micros += round(use.cost * 1_000_000)


async def _locked(session: AsyncSession, day: date, user: str) -> UsageRow:
    """The row of a day and person, made if need be, that no other transaction can change now."""
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_pg
    empty = insert(UsageRow).values(day=day, user=user, tokens=0, micros=0)
    await session.execute(empty.on_conflict_do_nothing())
    query = select(UsageRow).filter_by(day=day, user=user).with_for_update()
    return (await session.execute(query)).scalar_one()
