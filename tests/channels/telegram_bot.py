"""The bot on a fake Telegram: everything real but the platform and, if wanted, the answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web

from bot.channels.telegram import Patience, Rhythm, TelegramChannel
from bot.commands.asking import Answers, Asking
from bot.commands.general import General
from bot.conversation import Clock, Conversation
from bot.pace import Pace
from bot.settings import Settings
from bot.storage.conversations import Conversations
from bot.storage.database import Database
from bot.storage.inbox import Inbox
from tests.fake_telegram import FakeTelegram

PUBLIC = "https://bot.example"
QUICK = Patience(first=0.05, most=0.2)
EAGER = Rhythm(hush=0.05, tap=2.0, typing=0.2, drafts=0.02, edits=0.05)


def clock() -> datetime:
    """Today is 21 November 2026, at a running hour."""
    return datetime.now(UTC).replace(year=2026, month=11, day=21)


def conversation(database: Database, answers: Answers) -> Conversation:
    store = Conversations(database)
    asking = Asking(answers, store, Pace(1000))
    features = (General(store, 30).feature(), asking.feature())
    return Conversation(features, asking.question, store, Clock(clock, ZoneInfo("Asia/Shanghai")))


class Bot:
    """One run of the channel. `webhook` needs the fake's `routes`, which `start` sets."""

    def __init__(
        self,
        telegram: FakeTelegram,
        database: Database,
        answers: Answers,
        rhythm: Rhythm = EAGER,
        **more: Any,
    ) -> None:
        self.telegram = telegram
        self.inbox = Inbox(database, "telegram")
        values = {"telegram_token": telegram.token, "telegram_api_url": telegram.url}
        settings = Settings(**{**values, **more})
        self.channel = TelegramChannel(
            conversation(database, answers),
            settings,
            self.inbox,
            now=clock,
            patience=QUICK,
            rhythm=rhythm,
        )
        self.site = web.Application()
        self.channel.mount(self.site)

    async def start(self) -> None:
        self._runner = web.AppRunner(self.site, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self.telegram.routes[PUBLIC] = self.address
        await self.channel.start()

    async def stop(self, grace: float = 5.0) -> None:
        await self.channel.stop(grace)
        await self._runner.cleanup()

    async def rest(self) -> None:
        """Wait until everything that came in has been dealt with."""
        async with asyncio.timeout(5):
            while await self.inbox.waiting():
                await asyncio.sleep(0.005)

    async def crash(self) -> None:
        """End as kill -9 would: what is under way is neither finished nor recorded."""
        lanes = self.channel._lanes
        lanes._closed = True
        for task in tuple(lanes._tasks):
            task.cancel()
        await asyncio.gather(*lanes._tasks, return_exceptions=True)
        await self.stop(0)


@asynccontextmanager
async def running(
    telegram: FakeTelegram, database: Database, answers: Answers, **more: Any
) -> AsyncIterator[Bot]:
    bot = Bot(telegram, database, answers, **more)
    await bot.start()
    try:
        yield bot
    finally:
        await bot.stop()
