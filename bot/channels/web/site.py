"""Site: what the pages and the API are handed. Who makes these objects is the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aiohttp import web

from bot.channels.web.assets import Assets
from bot.channels.web.rendering import Pages
from bot.messages import Incoming, Reply
from bot.pace import Pace
from bot.settings import Settings
from bot.storage.transcripts import Transcripts

Draft = Callable[[str], Awaitable[None]]
Health = Callable[[], Mapping[str, str]]


class Receiver(Protocol):
    """The conversation, as a channel sees it. Never raises: failures are replies."""

    async def receive(self, incoming: Incoming, on_draft: Draft | None = None) -> Reply: ...


@dataclass(frozen=True, slots=True)
class Site:
    """`questions` and `taps` pace one client; `health()["status"]` is starting, ok or failed."""

    conversation: Receiver
    transcripts: Transcripts
    settings: Settings
    health: Health
    now: Callable[[], datetime]
    assets: Assets
    pages: Pages
    questions: Pace
    taps: Pace

    @property
    def home(self) -> str:
        return f"{self.settings.path_prefix}/"


SITE: web.AppKey[Site] = web.AppKey("site", Site)


def site_of(request: web.Request) -> Site:
    return request.app[SITE]
