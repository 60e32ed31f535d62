"""The periodic jobs and the scheduler that runs them; what is due is asked of the database."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.storage.conversations import Conversations
from bot.storage.database import Database
from bot.storage.inbox import purge_updates
from bot.storage.usage import Usage

UPDATES_KEPT = timedelta(days=7)
_FIRST_RUN = timedelta(seconds=10)  # after the start, so that serving comes first
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """`run(now)` is called every so often, never twice at once; it must be safe to repeat."""

    name: str
    every: timedelta
    run: Callable[[datetime], Awaitable[None]]


class Scheduler:
    """One in-memory schedule: a restart loses nothing, because jobs keep their state elsewhere."""

    def __init__(self, jobs: Iterable[Job], now: Callable[[], datetime]) -> None:
        self._jobs = tuple(jobs)
        self._now = now

    def start(self) -> None:
        from apscheduler.schedulers.asyncio import AsyncIOScheduler

        # A job that comes late (the machine slept) still runs, once.
        late = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        self._scheduler = AsyncIOScheduler(timezone="UTC", job_defaults=late)
        for job in self._jobs:
            seconds = job.every.total_seconds()
            self._scheduler.add_job(
                self.run,
                "interval",
                seconds=seconds,
                args=[job],
                id=job.name,
                next_run_time=self._now() + _FIRST_RUN,
            )
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    async def run(self, job: Job) -> None:
        """Run one job; its failure is logged and the others go on."""
        try:
            await job.run(self._now())
        except Exception:
            _log.exception("the job %r failed and will be tried again", job.name)


def purge_job(
    database: Database, conversations: Conversations, usage: Usage, kept: timedelta
) -> Job:
    """Erase what is older than /privacy promises."""

    async def purge(now: datetime) -> None:
        await conversations.purge(now - kept)
        await purge_updates(database, now - UPDATES_KEPT)
        await usage.purge((now - kept).date())

    return Job("purge", timedelta(hours=1), purge)
