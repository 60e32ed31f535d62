from __future__ import annotations

import asyncio
import logging
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.jobs import Job, Scheduler, purge_job
from bot.messages import Address
from bot.storage.conversations import Conversations
from bot.storage.database import Database
from bot.storage.inbox import Inbox
from bot.storage.usage import Caps, Usage, Use

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


async def test_a_failing_job_is_logged_and_does_not_stop_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fail(now: datetime) -> None:
        raise ZeroDivisionError

    scheduler = Scheduler([], lambda: NOW)
    await scheduler.run(Job("doomed", timedelta(hours=1), fail))
    assert "doomed" in caplog.text and "ZeroDivisionError" in caplog.text


async def test_jobs_run_at_their_pace_and_not_after_the_stop() -> None:
    ran: list[datetime] = []
    twice = asyncio.Event()

    async def note(now: datetime) -> None:
        ran.append(now)
        if len(ran) == 2:
            twice.set()

    start = datetime.now(UTC) - timedelta(seconds=30)  # the first run is due already
    scheduler = Scheduler([Job("note", timedelta(milliseconds=20), note)], lambda: start)
    scheduler.start()
    await asyncio.wait_for(twice.wait(), 10)
    scheduler.stop()
    await asyncio.sleep(0)
    count = len(ran)
    await asyncio.sleep(0.1)
    assert len(ran) == count and set(ran) == {start}


async def test_purging_erases_what_privacy_promises(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    store, usage = Conversations(database), Usage(database, Caps(), Caps())
    inbox = Inbox(database, "telegram")
    old, young = Address("web", "old", "old"), Address("web", "young", "young")
    for who, at in ((old, NOW - timedelta(days=31)), (young, NOW)):
        talk = await store.open(who, at)
        await store.set_as_of(talk, date(2026, 5, 1))
        await store.ask(talk, "q", at.date(), at)
        await usage.reserve(at.date(), who.user, Use(10))
        await inbox.take(who.user, {}, at)
    job = purge_job(database, store, usage, timedelta(days=30))
    with caplog.at_level(logging.ERROR):
        await Scheduler([job], lambda: NOW).run(job)
    assert caplog.text == ""
    assert (await store.open(old, NOW)).as_of is None
    assert (await store.open(young, NOW)).as_of == date(2026, 5, 1)
    assert (await usage.spent((NOW - timedelta(days=31)).date())) == Use()
    assert (await usage.spent(NOW.date(), "young")) == Use(10)
    assert [update.update_id for update in await inbox.waiting()] == ["young"]
