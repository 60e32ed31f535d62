"""Updates taken from a chat platform: each is dealt with once, also over restarts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import delete, null, select, update
from sqlalchemy.dialects.postgresql import insert as insert_pg
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.engine import CursorResult

from bot.storage.database import Database
from bot.storage.tables import UpdateRow


@dataclass(frozen=True, slots=True)
class Update:
    """One update as its platform sent it."""

    update_id: str
    payload: dict[str, Any]


class Inbox:
    """One channel's updates: `take` before anything else, `done` when the reply is out."""

    def __init__(self, database: Database, channel: str) -> None:
        self._database = database
        self._channel = channel

    async def take(self, update_id: str, payload: dict[str, Any], now: datetime) -> bool:
        """Store an update durably; False if it was taken before."""
        return bool(await self.take_all([Update(update_id, payload)], now))

    async def take_all(self, updates: Sequence[Update], now: datetime) -> set[str]:
        """Store updates durably, all or none; the ids of those that were not taken before."""
        rows = [
            {"channel": self._channel, "update_id": u.update_id, "taken_at": now,
             "payload": u.payload}
            for u in updates
        ]  # fmt: skip
        async with self._database.write() as session:
            sqlite = session.get_bind().dialect.name == "sqlite"
            insert = (insert_sqlite if sqlite else insert_pg)(UpdateRow).values(rows)
            new = insert.on_conflict_do_nothing().returning(UpdateRow.update_id)
            return set((await session.execute(new)).scalars())

    async def done(self, update_id: str, now: datetime) -> None:
        await self.done_all([update_id], now)

    async def done_all(self, update_ids: Sequence[str], now: datetime) -> None:
        """Mark as dealt with, and drop what they said; the ids stay to recognise them."""
        mine = UpdateRow.channel == self._channel, UpdateRow.update_id.in_(update_ids)
        async with self._database.write() as session:
            await session.execute(
                update(UpdateRow).where(*mine).values(done_at=now, payload=null())
            )

    async def waiting(self, limit: int = 1000) -> list[Update]:
        """What was taken but not dealt with (a crash, a restart), in the order taken."""
        query = (
            select(UpdateRow)
            .where(UpdateRow.channel == self._channel, UpdateRow.done_at.is_(None))
            .order_by(UpdateRow.taken_at, UpdateRow.update_id)
            .limit(limit)
        )
        async with self._database.read() as session:
            rows = (await session.execute(query)).scalars().all()
        return [Update(row.update_id, row.payload or {}) for row in rows]


async def purge_updates(database: Database, before: datetime) -> int:
    """Erase ids taken before a time; no platform sends an update again after a day."""
    async with database.write() as session:
        done = await session.execute(delete(UpdateRow).where(UpdateRow.taken_at < before))
    return cast("CursorResult[Any]", done).rowcount
