"""Who a browser is and what it wants to read: the session and language cookies.

The session cookie is a secret; the database holds only its hash. Somebody who only looks gets none.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from http.cookies import SimpleCookie

from aiohttp import web

from bot.channels.web.security import is_secure
from bot.channels.web.site import Site, site_of
from bot.locale import LANGUAGES, Lang, language_of
from bot.messages import Address

SESSION, LANGUAGE = "opc_session", "opc_lang"
_TOKEN = re.compile(r"[\w-]{32}", re.ASCII)
_NEW_TOKEN = web.RequestKey("new_token", str)
_NEW_LANGUAGE = web.RequestKey("new_language", str)
_DAY_S = 86_400
_YEAR_S = 365 * _DAY_S


def address_of(request: web.Request) -> Address | None:
    """The conversation of a browser that has one."""
    token = request.get(_NEW_TOKEN) or request.cookies.get(SESSION, "")
    return private_address("web", token) if _TOKEN.fullmatch(token) else None


def begin_session(request: web.Request) -> Address:
    """The browser's conversation, begun if it has none; its cookie is renewed."""
    token = request.cookies.get(SESSION, "")
    if not _TOKEN.fullmatch(token):
        token = secrets.token_urlsafe(24)
    request[_NEW_TOKEN] = token
    return private_address("web", token)


def private_address(channel: str, token: str) -> Address:
    """The address that a secret stands for; the secret cannot be read back from it."""
    name = hashlib.sha256(f"{channel}:{token}".encode()).hexdigest()[:40]
    return Address(channel, name, name)


def language(request: web.Request) -> Lang:
    """What the person chose, else what their browser prefers, else Chinese."""
    chosen = request.get(_NEW_LANGUAGE) or request.cookies.get(LANGUAGE)
    for lang in LANGUAGES:
        if lang == chosen:
            return lang
    return accepted_language(request) or "zh"


def choose_language(request: web.Request, lang: str) -> None:
    if lang in LANGUAGES:
        request[_NEW_LANGUAGE] = lang


def accepted_language(request: web.Request) -> Lang | None:
    """The first of our languages in Accept-Language; English for people who read neither."""
    tags = _by_preference(request.headers.get("Accept-Language", ""))
    for tag in tags:
        lang = language_of(tag)
        if lang == "zh" or tag.lower().split("-")[0] == "en":
            return lang
    return "en" if tags else None


def _by_preference(header: str) -> list[str]:
    """The tags of an Accept-Language header, best first; nonsense and q=0 are left out."""
    weighed = []
    for part in header.split(",")[:20]:
        tag, _, weight = (piece.strip() for piece in part.partition(";"))
        quality = _quality(weight)
        if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]+)*", tag) and quality > 0:
            weighed.append((-quality, tag))
    return [tag for _, tag in sorted(weighed, key=lambda pair: pair[0])]


def _quality(weight: str) -> float:
    found = re.fullmatch(r"q\s*=\s*([01](?:\.\d{0,3})?)", weight)
    return float(found[1]) if found else float(not weight)


async def set_cookies(request: web.Request, response: web.StreamResponse) -> None:
    """Send what this request began or chose (an aiohttp `on_response_prepare` signal)."""
    site = site_of(request)
    if token := request.get(_NEW_TOKEN):
        _set(request, response, site, SESSION, token, site.settings.conversation_days * _DAY_S)
    if lang := request.get(_NEW_LANGUAGE):
        _set(request, response, site, LANGUAGE, lang, _YEAR_S)


def _set(
    request: web.Request,
    response: web.StreamResponse,
    site: Site,
    name: str,
    value: str,
    seconds: int,
) -> None:
    """Write the header ourselves: at this point aiohttp has already written those it knows of."""
    cookie: SimpleCookie = SimpleCookie({name: value})
    cookie[name].update({"max-age": str(seconds), "path": site.home, "samesite": "Lax"})
    cookie[name]["httponly"] = True
    if is_secure(request):
        cookie[name]["secure"] = True
    response.headers.add("Set-Cookie", cookie[name].OutputString())
