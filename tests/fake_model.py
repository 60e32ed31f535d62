"""An OpenAI-compatible chat server on loopback that answers, streams and misbehaves as told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass(frozen=True)
class Spoken:
    """One reply. `text` is streamed `size` characters at a time.

    `silence` and `pause` are seconds before the first and between pieces; `cut` drops the
    connection after so many pieces; `raw` is sent in place of the body; `usage` None leaves it out.
    """

    text: str = ""
    size: int = 6
    silence: float = 0.0
    pause: float = 0.0
    status: int = 200
    retry_after: str = ""
    cut: int | None = None
    raw: str | None = None
    choices: bool = True
    finish: str | None = "stop"
    usage: tuple[int, int] | None = (900, 60)


@dataclass
class FakeModel:
    """`replies` are given one after the other, the last one for ever."""

    url: str = ""
    replies: list[Spoken] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)

    def says(self, *replies: Spoken | str) -> None:
        self.replies = [Spoken(r) if isinstance(r, str) else r for r in replies]
        self.requests.clear()

    def prompt(self) -> str:
        """What the last request said, all messages together."""
        return "\n".join(str(m["content"]) for m in self.requests[-1]["messages"])

    async def complete(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.requests.append(asked)
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        await asyncio.sleep(reply.silence)
        if reply.status != 200:
            headers = {"retry-after": reply.retry_after} if reply.retry_after else {}
            error = {"error": {"message": "no", "type": "error", "code": None}}
            return web.json_response(error, status=reply.status, headers=headers)
        if not asked.get("stream"):
            return web.json_response(_whole(asked, reply))
        return await _stream(request, asked, reply)


async def _stream(request: web.Request, asked: dict[str, Any], reply: Spoken) -> web.StreamResponse:
    response = web.StreamResponse(headers={"content-type": "text/event-stream"})
    await response.prepare(request)
    if reply.raw is not None:
        await response.write(reply.raw.encode())
        return response
    for n, event in enumerate(_events(asked, reply)):
        if reply.cut is not None and n >= reply.cut:
            if request.transport is not None:
                request.transport.abort()
            return response
        await response.write(f"data: {json.dumps(event)}\n\n".encode())
        await asyncio.sleep(reply.pause)
    await response.write(b"data: [DONE]\n\n")
    return response


def _events(asked: dict[str, Any], reply: Spoken) -> list[dict[str, Any]]:
    pieces = [reply.text[i : i + reply.size] for i in range(0, len(reply.text), reply.size)]
    events = [_event(asked, {"role": "assistant", "content": ""}, None)]
    events += [_event(asked, {"content": piece}, None) for piece in pieces]
    events.append(_event(asked, {}, reply.finish))
    if not reply.choices:
        events = [{**event, "choices": []} for event in events]
    if reply.usage and (asked.get("stream_options") or {}).get("include_usage"):
        events.append({**_event(asked, {}, None), "choices": [], "usage": _usage(reply.usage)})
    return events


def _event(asked: dict[str, Any], delta: dict[str, str], finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": asked["model"],
        "choices": [choice],
    }


def _whole(asked: dict[str, Any], reply: Spoken) -> dict[str, Any]:
    message = {"role": "assistant", "content": reply.text}
    choice = {"index": 0, "message": message, "finish_reason": reply.finish}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": asked["model"],
        "choices": [choice] if reply.choices else [],
        "usage": _usage(reply.usage or (0, 0)),
    }


def _usage(usage: tuple[int, int]) -> dict[str, int]:
    read, written = usage
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


@asynccontextmanager
async def fake_model() -> AsyncIterator[FakeModel]:
    """A running server; `url` is its base address."""
    fake = FakeModel()
    app = web.Application()
    app.router.add_post("/v1/chat/completions", fake.complete)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield fake
    finally:
        await runner.cleanup()
