"""Updates taken from a chat platform: each is dealt with once, also over restarts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import delete, null, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.exc import IntegrityError

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
        row = UpdateRow(
            channel=self._channel, update_id=update_id, taken_at=now, payload=payload, done_at=None
        )
        try:
            async with self._database.write() as session:
                session.add(row)
        except IntegrityError:
            return False
        return True

    async def done(self, update_id: str, now: datetime) -> None:
        """Mark as dealt with, and drop what it said; the id stays to recognise it."""
        mine = UpdateRow.channel == self._channel, UpdateRow.update_id == update_id
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
