"""Telegram updates a second with an API that takes 50 ms: ours beside the library's own way.

The channel stores every update before it counts and keeps each chat in order; the library does
neither with concurrent updates on, and answers one chat at a time with them off.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from telegram import Update
from telegram.ext import Application, ApplicationBuilder, ContextTypes, MessageHandler, filters

from bot.channels.telegram import TelegramChannel
from bot.messages import Incoming, Reply
from bot.settings import Settings
from bot.storage.database import Database
from bot.storage.inbox import Inbox
from tests.bench._table import Figures, middle, show
from tests.channels.telegram_bot import clock
from tests.fake_telegram import FakeTelegram, until

PEOPLE = 400
LATENCY_S = 0.05
ROUNDS = 3
Run = Callable[[FakeTelegram, Path], Awaitable[Any]]


class Trivial:
    """A conversation that has nothing to think about."""

    async def receive(self, incoming: Incoming, on_draft: object = None) -> Reply:
        return Reply(f"You said: {incoming.text}", "en")

    def commands(self, *, group: bool = False) -> tuple[()]:
        return ()


async def ours(telegram: FakeTelegram, folder: Path) -> None:
    database = Database.of("", folder)
    await database.migrate()
    settings = Settings(telegram_token=telegram.token, telegram_api_url=telegram.url)
    channel = TelegramChannel(Trivial(), settings, Inbox(database, "telegram"), now=clock)
    await channel.start()
    await answered(telegram)
    await channel.stop()
    await database.close()


async def library(telegram: FakeTelegram, at_once: int) -> None:
    builder = ApplicationBuilder().token(telegram.token).base_url(f"{telegram.url}/bot")
    application: Application[Any, Any, Any, Any, Any, Any]
    application = builder.concurrent_updates(at_once).build()

    async def reply(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        assert update.message
        await update.message.reply_text(f"You said: {update.message.text}")

    application.add_handler(MessageHandler(filters.ALL, reply))
    async with application:
        await application.start()
        assert application.updater
        await application.updater.start_polling()
        await answered(telegram)
        await application.updater.stop()
        await application.stop()


async def answered(telegram: FakeTelegram) -> None:
    await until(lambda: all(p.private.sent for p in telegram.people.values()), 120, "too slow")


async def measure(run: Run) -> Figures:
    """From the first request for updates to the last answer."""
    with tempfile.TemporaryDirectory() as folder:
        async with FakeTelegram(latency=LATENCY_S) as telegram:
            for n in range(PEOPLE):
                telegram.person(f"P{n}", "en").say("hello")
            await run(telegram, Path(folder))
            begun = next(c.at for c in telegram.calls if c.method == "getUpdates")
            ended = max(c.at for c in telegram.calls if c.method == "sendMessage") + LATENCY_S
    return {"updates answered a second": PEOPLE / (ended - begun)}


SYSTEMS: dict[str, Run] = {
    "ours": ours,
    "PTB all": lambda telegram, _: library(telegram, 256),
    "PTB 32": lambda telegram, _: library(telegram, 32),
    "PTB serial": lambda telegram, _: library(telegram, 1),
}


def main() -> None:
    figures = {
        name: middle([asyncio.run(measure(run)) for _ in range(ROUNDS)])
        for name, run in SYSTEMS.items()
    }
    show(figures)
    for name in list(SYSTEMS)[1:]:
        ratio = (
            figures["ours"]["updates answered a second"]
            / figures[name]["updates answered a second"]
        )
        print(f"ours / {name}: {ratio:.1f}")


if __name__ == "__main__":
    main()
