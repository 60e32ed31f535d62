"""The composition root: builds each object once, runs the process, and is the only clock reader."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.answers.question import Answer, Question
from bot.commands import Draft
from bot.commands.asking import Asking
from bot.commands.general import General
from bot.conversation import Clock, Conversation
from bot.errors import PortTaken, StartFailed
from bot.jobs import Job, Scheduler, purge_job
from bot.pace import Pace
from bot.settings import Settings
from bot.shelf import Shelf
from bot.storage.conversations import Conversations
from bot.storage.database import Database
from bot.storage.inbox import Inbox
from bot.storage.transcripts import Transcripts
from bot.storage.usage import Caps, Usage

if TYPE_CHECKING:
    from aiohttp import web

    from bot.answers.answerer import Answerer
    from bot.answers.generate import Phrasing
    from bot.channels.telegram import TelegramChannel

ANSWER_WAITS_S = 30.0  # a question that comes during the start is answered late, not refused
_SHUTDOWN_S = 25.0  # answers being given when we are told to stop may take so long
_log = logging.getLogger(__name__)


def now() -> datetime:
    """The time, aware, in UTC. Everything else is handed it."""
    return datetime.now(UTC)


def today(settings: Settings) -> date:
    return now().astimezone(settings.zone).date()


class WarmAnswers:
    """Answers once the index is open."""

    def __init__(self, answers: Answerer, shelf: Shelf, phrasing: Phrasing | None) -> None:
        self._answers = answers
        self._shelf = shelf
        self._phrasing = phrasing

    async def open(self) -> None:
        """Load whatever the first answer needs."""
        loading = [self._shelf.load(self._answers.warm)]
        if self._phrasing is not None:
            loading.append(_load_model(self._phrasing))
        await asyncio.gather(*loading)

    async def read_ahead(self) -> None:
        """What makes the first answer on each record as quick as the next ones; takes seconds."""
        await asyncio.to_thread(self._answers.read_ahead)

    async def answer(self, question: Question, on_draft: Draft | None = None) -> Answer:
        await self._shelf.ready(ANSWER_WAITS_S)
        return await self._answers.answer(question, on_draft)


async def _load_model(phrasing: Phrasing) -> None:
    try:
        await phrasing.warm()
    except Exception as error:  # an unknown name or a missing package; no call is made
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise StartFailed(f"LLM_MODEL: {reason}") from error


@dataclass(frozen=True, slots=True)
class Parts:
    """The objects of one process."""

    settings: Settings
    database: Database
    shelf: Shelf
    conversations: Conversations
    usage: Usage
    answers: WarmAnswers
    conversation: Conversation

    async def close(self) -> None:
        await self.database.close()


async def build(settings: Settings) -> Parts:
    """Everything up to the conversation; the database is migrated, the index not yet opened."""
    database = Database.of(settings.database_url.get_secret_value(), settings.data_dir)
    await database.migrate()
    shelf = Shelf(settings.data_dir, settings.embedding_model)
    store = Conversations(database)
    usage = _usage(settings, database)
    answers = _answers(settings, shelf, usage)
    asking = Asking(answers, store, Pace(settings.rate_per_minute))
    features = (General(store, settings.conversation_days).feature(), asking.feature())
    conversation = Conversation(features, asking.question, store, Clock(now, settings.zone))
    return Parts(settings, database, shelf, store, usage, answers, conversation)


def _answers(settings: Settings, shelf: Shelf, usage: Usage) -> WarmAnswers:
    from bot.answers.answerer import Answerer

    phrasing = _phrasing(settings, usage)
    return WarmAnswers(Answerer(shelf, phrasing), shelf, phrasing)


def _phrasing(settings: Settings, usage: Usage) -> Phrasing | None:
    """The language model's part; None if LLM_MODEL names none."""
    from bot.models import ChatModel

    model = ChatModel.of(settings)
    if model is None:
        return None
    from bot.answers.budget import Budget, Prices
    from bot.answers.generate import Phrasing

    prices = Prices(settings.llm_price_in, settings.llm_price_out)
    budget = Budget(usage, prices, lambda: today(settings))
    return Phrasing(model, budget, settings.llm_timeout)


def _usage(settings: Settings, database: Database) -> Usage:
    everybody = Caps(settings.llm_daily_tokens, settings.llm_daily_cost)
    person = Caps(settings.llm_daily_tokens_per_user, settings.llm_daily_cost_per_user)
    return Usage(database, everybody, person)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Parts]:
    """The parts with the index open, for a command that answers and ends."""
    parts = await build(settings)
    try:
        await parts.answers.open()
        yield parts
    finally:
        await parts.close()


async def serve(settings: Settings, on_listening: Callable[[str], None]) -> None:
    """Run web, Telegram (if a token is set) and jobs until SIGTERM or SIGINT.

    Stopping lets answers under way finish. Raises what makes a start impossible, such as PortTaken.
    """
    stopped = _stop_signal()
    async with AsyncExitStack() as stack:
        parts = await build(settings)
        stack.push_async_callback(parts.close)
        site, telegram = _web_app(parts), _telegram(parts)
        scheduler = Scheduler([_purge(parts)], now)
        if telegram is not None:
            telegram.mount(site)
        runner = await listen(site, settings)
        stack.push_async_callback(runner.cleanup)
        on_listening(_address(runner, settings))
        if telegram is not None:
            stack.push_async_callback(telegram.stop)
        scheduler.start()
        stack.callback(scheduler.stop)
        stack.callback(parts.shelf.give_up)
        await _until(stopped, _warm_up(parts, telegram, scheduler))
        _log.info("stopping")


async def _warm_up(parts: Parts, telegram: TelegramChannel | None, scheduler: Scheduler) -> None:
    """What takes longer than a person wants to wait for the first page."""
    starting = [
        parts.answers.open(),
        *([telegram.start()] if telegram is not None else []),
    ]
    await asyncio.gather(*starting)
    await parts.answers.read_ahead()
    await scheduler.run(Job("reindex", timedelta(0), lambda _: parts.shelf.refresh()))


async def _until(stopped: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    """Work in the background until told to stop; work that fails ends the process."""
    working, waiting = asyncio.create_task(work), asyncio.create_task(stopped.wait())
    await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
    if working.done():
        working.result()
        await waiting
    working.cancel()
    with suppress(asyncio.CancelledError):
        await working


def _stop_signal() -> asyncio.Event:
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    return stopped


def _purge(parts: Parts) -> Job:
    kept = timedelta(days=parts.settings.conversation_days)
    return purge_job(parts.database, parts.conversations, parts.usage, kept)


def _web_app(parts: Parts) -> web.Application:
    from bot.channels.web import create_app

    return create_app(
        parts.conversation,
        parts.settings,
        transcripts=Transcripts(parts.database),
        health=parts.shelf.health,
        now=now,
    )


def _telegram(parts: Parts) -> TelegramChannel | None:
    """The Telegram channel, if there is a token."""
    if not parts.settings.telegram_token.get_secret_value():
        return None
    from bot.channels.telegram import TelegramChannel

    inbox = Inbox(parts.database, "telegram")
    return TelegramChannel(parts.conversation, parts.settings, inbox, now=now)


async def listen(site: web.Application, settings: Settings) -> web.AppRunner:
    """Serve a site; its runner's `cleanup` lets requests under way finish."""
    from aiohttp import web

    runner = web.AppRunner(site, access_log=None, shutdown_timeout=_SHUTDOWN_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
    except OSError as error:
        await runner.cleanup()
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise PortTaken(reason, host=settings.host, port=settings.port) from error
    return runner


def _address(runner: web.AppRunner, settings: Settings) -> str:
    """Where to point a browser."""
    host, port = runner.addresses[0][:2]
    shown = "127.0.0.1" if host in {"0.0.0.0", "::"} else f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}{settings.path_prefix}/"
