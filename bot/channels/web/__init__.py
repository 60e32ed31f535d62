"""The web channel: create_app() makes the chat page, the JSON API and /healthz one application.

It serves under `settings.path_prefix` and, for a proxy that strips the prefix, without it too; its
own links always have it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.channels.web import api, pages
from bot.channels.web.assets import Assets
from bot.channels.web.failures import show_failures
from bot.channels.web.rendering import Pages
from bot.channels.web.security import set_headers
from bot.channels.web.sessions import set_cookies
from bot.channels.web.site import SITE, Health, Receiver, Site
from bot.pace import Pace
from bot.settings import Settings
from bot.storage.transcripts import Transcripts

__all__ = ["create_app"]

_TAPS_PER_QUESTION = 4  # thumbs, dates and the like come more often than questions


def create_app(
    conversation: Receiver,
    settings: Settings,
    *,
    transcripts: Transcripts,
    health: Health,
    now: Callable[[], datetime],
) -> web.Application:
    """The site. `health()["status"]` is "starting", "ok" or "failed"; `now` is aware."""
    app = web.Application(middlewares=[show_failures])
    assets = Assets()
    rate = settings.rate_per_minute
    app[SITE] = Site(
        conversation,
        transcripts,
        settings,
        health,
        now,
        assets,
        Pages(settings.path_prefix, assets.version),
        Pace(rate),
        Pace(rate * _TAPS_PER_QUESTION),
    )
    for prefix in sorted({"", settings.path_prefix}):
        app.add_routes(_routes(prefix, assets))
    app.on_response_prepare.append(set_headers)
    app.on_response_prepare.append(set_cookies)
    return app


def _routes(prefix: str, assets: Assets) -> list[web.RouteDef]:
    forms = {"ask": pages.ask, "tap": pages.tap, "asof": pages.as_of, "new": pages.new}
    return [
        web.get(f"{prefix}/", pages.home),
        *([web.get(prefix, pages.back_home)] if prefix else []),
        *(web.post(f"{prefix}/{name}", form) for name, form in forms.items()),
        *(web.get(f"{prefix}/{name}", pages.back_home) for name in forms),
        web.get(f"{prefix}/static/{{version}}/{{name}}", assets.get),
        web.post(f"{prefix}/api/ask", api.ask),
        web.get(f"{prefix}/healthz", api.healthz),
    ]
