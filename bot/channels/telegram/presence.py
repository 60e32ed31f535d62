"""Signs of life while an answer is being made: "typing", and drafts of the answer."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass

from bot.channels.telegram.api import Api, Place
from bot.channels.telegram.failures import Blocked, Throttled
from bot.channels.telegram.lines import LIMIT, units
from bot.errors import ChannelFailed, ChannelRejected

_LAST_SIGN_S = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds: what is answered within `hush` needs no sign of life."""

    hush: float = 0.4
    tap: float = 2.0  # a tapped button may show its clock that long
    typing: float = 4.5  # Telegram shows it for five seconds
    drafts: float = 0.5
    edits: float = 1.1  # a chat takes about one message a second


class Presence:
    """A context around the making of one answer; `show` takes the answer so far.

    Drafts are for private chats. A server that refuses them gets a message that is edited instead:
    then `message` is its id, and the final answer belongs in its place.
    """

    def __init__(self, api: Api, to: Place, draft: int, rhythm: Rhythm, *, drafts: bool) -> None:
        self.message: int | None = None
        self._api, self._to, self._draft, self._rhythm = api, to, draft, rhythm
        self._drafts = drafts
        self._written = ""
        self._pause = 0.0  # seconds that Telegram asked us to wait
        self._sign: asyncio.Task[bool] | None = None
        self._news = asyncio.Event()

    async def __aenter__(self) -> Presence:
        self._task = asyncio.create_task(self._live())
        return self

    async def __aexit__(self, *_: object) -> None:
        """A sign on its way is waited for, or it would be seen after the answer."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        if self._sign is not None:
            await asyncio.wait({self._sign}, timeout=_LAST_SIGN_S)
            self._sign.cancel()

    async def show(self, written: str) -> None:
        """Never waits for the network: only the newest state is shown."""
        if self._drafts:
            self._written = written
            self._news.set()

    async def _live(self) -> None:
        await asyncio.sleep(self._rhythm.hush)
        while not self._news.is_set():
            await self._try(self._api.typing(self._to))
            await self._wait_for_news(self._rhythm.typing)
        as_drafts = True
        while True:
            await self._news.wait()
            self._news.clear()
            if as_drafts:
                as_drafts = await self._try(self._show_draft())
            if not as_drafts:
                await self._try(self._show_edit())
            pause = self._rhythm.drafts if as_drafts else self._rhythm.edits
            await asyncio.sleep(max(pause, self._pause))
            self._pause = 0.0

    async def _wait_for_news(self, seconds: float) -> None:
        with suppress(TimeoutError):  # not wait_for, which can swallow a cancellation in 3.11
            async with asyncio.timeout(seconds):
                await self._news.wait()

    async def _show_draft(self) -> None:
        await self._api.draft(self._to, self._draft, _fitting(self._written))

    async def _show_edit(self) -> None:
        written = _fitting(self._written)
        if self.message is None:
            self.message = await self._api.send(self._to, written, html=False)
        else:
            await self._api.edit(self._to.chat, self.message, written, html=False)

    async def _try(self, sign: Coroutine[None, None, None]) -> bool:
        """Whether it was given. One that cannot be given is no reason to fail."""
        self._sign = asyncio.create_task(self._give(sign))
        return await asyncio.shield(self._sign)

    async def _give(self, sign: Coroutine[None, None, None]) -> bool:
        try:
            await sign
        except Throttled as error:
            self._pause = error.wait
        except Blocked as error:
            _log.debug("nobody to see it: %s", error)
        except (ChannelFailed, ChannelRejected) as error:
            _log.debug("no sign of life: %s", error)
            return False
        return True


def _fitting(written: str) -> str:
    """The end of a text that has become too long for one message."""
    while units(written) > LIMIT:
        written = "… " + written[len(written) - LIMIT // 2 + 2 :]
    return written.strip() or "…"
