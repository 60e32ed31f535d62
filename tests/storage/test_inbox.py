from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot.storage.database import Database
from bot.storage.inbox import Inbox, Update, purge_updates

NOW = datetime(2026, 11, 21, tzinfo=UTC)


async def test_an_update_is_taken_once(database: Database) -> None:
    inbox = Inbox(database, "telegram")
    taken = await asyncio.gather(*(inbox.take("7", {"n": n}, NOW) for n in range(5)))
    assert sorted(taken) == [False, False, False, False, True]
    assert await Inbox(database, "wecom").take("7", {}, NOW)


async def test_several_are_taken_and_dealt_with_at_once(database: Database) -> None:
    inbox = Inbox(database, "telegram")
    await inbox.take("1", {}, NOW)
    updates = [Update(n, {"n": n}) for n in ("1", "2", "3", "3")]
    assert await inbox.take_all(updates, NOW) == {"2", "3"}
    await inbox.done_all(["1", "2"], NOW)
    assert await inbox.waiting() == [Update("3", {"n": "3"})]


async def test_what_was_not_dealt_with_waits_in_order(database: Database) -> None:
    inbox = Inbox(database, "telegram")
    for n in (9, 10, 11):
        await inbox.take(str(n), {"n": n}, NOW + timedelta(seconds=n))
    await inbox.done("10", NOW)
    after_restart = Inbox(database, "telegram")
    assert await after_restart.waiting() == [Update("9", {"n": 9}), Update("11", {"n": 11})]


async def test_an_old_update_is_forgotten(database: Database) -> None:
    inbox = Inbox(database, "telegram")
    await inbox.take("1", {}, NOW - timedelta(days=8))
    await inbox.take("2", {}, NOW)
    assert await purge_updates(database, NOW - timedelta(days=7)) == 1
    assert [u.update_id for u in await inbox.waiting()] == ["2"]
