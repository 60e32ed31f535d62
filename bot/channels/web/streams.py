"""An answer as server-sent events: drafts while it is written, then the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.channels.web.failures import to_json
from bot.channels.web.site import Draft
from bot.messages import Reply

_PING_S = 10.0  # proxies close a connection that is silent for long
_log = logging.getLogger(__name__)


class Events:
    """The event stream of one request. Once its reader has gone, sending does nothing."""

    def __init__(self) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        self.response = web.StreamResponse(headers=headers)
        self.response.content_type = "text/event-stream"
        self.response.charset = "utf-8"
        self._gone = False

    async def open(self, request: web.Request) -> None:
        await self.response.prepare(request)

    async def send(self, event: str, data: object) -> None:
        await self._write(f"event: {event}\ndata: {to_json(data)}\n\n")

    async def ping(self) -> None:
        await self._write(": still here\n\n")

    async def _write(self, chunk: str) -> None:
        if self._gone:
            return
        try:
            await self.response.write(chunk.encode("utf-8", "replace"))
        except ConnectionResetError:
            self._gone = True
            _log.info("the reader of an answer has gone; the answer is kept")


class _Drafts:
    """The newest draft that has not been sent; one that is overtaken is dropped."""

    def __init__(self) -> None:
        self._newest = ""
        self._arrived = asyncio.Event()

    async def put(self, draft: str) -> None:
        self._newest = draft
        self._arrived.set()

    async def next(self) -> str:
        await self._arrived.wait()
        self._arrived.clear()
        return self._newest


async def follow(events: Events, receive: Callable[[Draft], Awaitable[Reply]]) -> Reply:
    """Send drafts until the reply is there. It is waited for even when the reader has gone."""
    drafts = _Drafts()
    work = asyncio.ensure_future(receive(drafts.put))
    coming = asyncio.ensure_future(drafts.next())
    try:
        while not work.done():
            done, _ = await asyncio.wait(
                {work, coming}, timeout=_PING_S, return_when=asyncio.FIRST_COMPLETED
            )
            if coming in done:
                await events.send("draft", {"text": coming.result()})
                coming = asyncio.ensure_future(drafts.next())
            elif not done:
                await events.ping()
    finally:
        coming.cancel()
    return await work
