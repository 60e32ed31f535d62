"""The Telegram channel: polling, or a webhook where there is a public address; start to stop.

An update counts as received only when it is stored; what a crash or a stop leaves unanswered is
answered after the next start. A restart may repeat the one reply per chat that was under way.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from aiohttp import web

from bot.channels.telegram.api import Api, Me, Place, payload_of
from bot.channels.telegram.dealing import Dealer, Receiver
from bot.channels.telegram.failures import explain
from bot.channels.telegram.intake import Intake
from bot.channels.telegram.keyboard import keyboard
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.markup import sheets
from bot.channels.telegram.menu import register
from bot.channels.telegram.presence import Rhythm
from bot.channels.telegram.secrets import Redacting, same_secret
from bot.channels.telegram.sending import Patience, Sender
from bot.errors import AssistantError
from bot.messages import Address, Reply
from bot.settings import Settings
from bot.storage.inbox import Inbox

__all__ = ["Patience", "Rhythm", "TelegramChannel"]

PATH = "/telegram"
_AT_ONCE = 32  # questions being answered at the same time
_HELD = 500  # messages in memory, beyond which polling waits
_POLL_S = 25
_READY_S = 5.0  # a call that comes during the start may wait so long
_CHECK_S = 300.0  # how often the webhook is looked at
_GRACE_S = 20.0
Result = TypeVar("Result")
_log = logging.getLogger(__name__)


class TelegramChannel:
    def __init__(
        self,
        conversation: Receiver,
        settings: Settings,
        inbox: Inbox,
        *,
        now: Callable[[], datetime],
        patience: Patience | None = None,
        rhythm: Rhythm | None = None,
    ) -> None:
        self._settings = settings
        self._conversation = conversation
        self._patience = patience or Patience()
        token = settings.telegram_token.get_secret_value()
        self._redacting = Redacting(token)
        self._redacting.install()  # first, for the library logs the token when it is made
        self._api = Api(token, settings.telegram_api_url)
        self._sender = Sender(self._api, self._patience)
        self._lanes = Lanes(_AT_ONCE)
        self._dealer = Dealer(
            conversation, self._api, self._sender, rhythm or Rhythm(), self._lanes.slot
        )
        self._intake = Intake(inbox, self._lanes, self._dealer.deal, now)
        self._me = Me(0, "")
        self._ready = asyncio.Event()  # what came before the start is in its lanes
        self._running: asyncio.Task[None] | None = None

    def mount(self, site: web.Application) -> None:
        """Take Telegram's calls on the site, where there is a public address."""
        if self._settings.webhook:
            for prefix in sorted({"", self._settings.path_prefix}):
                site.router.add_post(f"{prefix}{PATH}", self._pushed)

    async def start(self) -> None:
        """Begin in the background; Telegram out of reach keeps nothing else from starting."""
        await self._api.open()
        self._running = asyncio.create_task(self._run())

    async def stop(self, grace: float = _GRACE_S) -> None:
        """Take nothing more; finish the answers under way, for at most `grace` seconds."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
        await self._lanes.close(grace)
        await self._api.close()
        self._redacting.remove()

    async def send(self, to: Address, reply: Reply) -> None:
        """Bring somebody a reply they did not just ask for. Raises ChannelFailed."""
        await self._sender.send(Place(int(to.chat)), sheets(reply), keyboard(reply.buttons))

    async def _run(self) -> None:
        me = await self._until_done(self._connect)
        await self._until_done(lambda: self._intake.catch_up(me))
        self._dealer.me = self._me = me
        self._ready.set()
        how = "a webhook" if self._settings.webhook else "polling"
        _log.info("connected to Telegram as @%s, by %s", me.username, how)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(register(self._api, self._conversation))
            tasks.create_task(self._guard_webhook() if self._settings.webhook else self._poll(me))

    async def _until_done(self, attempt: Callable[[], Awaitable[Result]]) -> Result:
        """What the first attempt that succeeds returns; the others are explained in the log."""
        for wait in self._patience.waits():
            try:
                return await attempt()
            except Exception as error:
                explain(error, wait)
            await asyncio.sleep(wait)
        raise AssertionError("patience does not end")

    async def _connect(self) -> Me:
        me = await self._api.me()
        if self._settings.webhook:
            await self._api.set_webhook(self._address, self._settings.webhook_secret)
        else:
            await self._api.delete_webhook()
        return me

    async def _poll(self, me: Me) -> None:
        """Fetch for ever. Asking for the next updates acknowledges those that are stored."""
        offset: int | None = None
        waits = self._patience.waits()
        while True:
            await self._lanes.room(_HELD)
            try:
                updates = await self._api.updates(offset, _POLL_S)
                await self._intake.admit(updates, me)
                offset = updates[-1]["update_id"] + 1 if updates else offset
                waits = self._patience.waits()
            except Exception as error:
                wait = next(waits)
                explain(error, wait)
                await asyncio.sleep(wait)

    @property
    def _address(self) -> str:
        """Where Telegram calls us; PUBLIC_URL may or may not contain the site's prefix."""
        url, prefix = self._settings.public_url, self._settings.path_prefix
        return f"{url}{PATH}" if url.endswith(prefix) else f"{url}{prefix}{PATH}"

    async def _guard_webhook(self) -> None:
        """Set the webhook again if somebody took it away, and pass on Telegram's complaints."""
        while True:
            await asyncio.sleep(_CHECK_S)
            try:
                address, complaint = await self._api.webhook()
                if complaint:
                    _log.warning("Telegram could not call %s: %s", self._address, complaint)
                if address != self._address:
                    _log.warning("the webhook was changed by somebody else; setting it again")
                    await self._connect()
            except Exception as error:
                explain(error, _CHECK_S)

    async def _pushed(self, request: web.Request) -> web.Response:
        """Telegram's call: the update is stored before we say that we have it."""
        given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        if not same_secret(given, self._settings.webhook_secret):
            return web.Response(status=401)
        try:
            raw = payload_of(await request.read())
        except ValueError:
            return web.Response(status=400)
        try:
            async with asyncio.timeout(_READY_S):
                await self._ready.wait()
            await self._intake.admit([raw], self._me)
        except (AssistantError, TimeoutError) as error:  # Telegram tries again
            _log.warning("an update could not be stored: %s", error)
            return web.Response(status=503)
        return web.Response()
