"""What keeps the site safe: response headers, where a form comes from, who a client is.

Escaping is the templates' business (they escape everything), sessions are `sessions`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from aiohttp import web

from bot.channels.web.problems import Problem
from bot.channels.web.site import site_of
from bot.pace import Pace

BODY_LIMIT = 64 * 1024  # bytes
FORM_LIMIT = 4 * BODY_LIMIT  # a form writes a Chinese character in nine bytes
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


async def set_headers(_: web.Request, response: web.StreamResponse) -> None:
    """An aiohttp `on_response_prepare` signal. Nothing personal is kept in a cache."""
    for name, value in _HEADERS.items():
        response.headers[name] = value
    response.headers.setdefault("Cache-Control", "no-store")


def require_own_form(request: web.Request) -> None:
    """Refuse a form that another site sent in the person's name (403)."""
    fetched_from = request.headers.get("Sec-Fetch-Site")
    if fetched_from == "same-origin":
        return
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    if fetched_from in {None, "none"} and urlsplit(origin).netloc.lower() in _own_hosts(request):
        return
    raise Problem(403, "other_origin")


def _own_hosts(request: web.Request) -> frozenset[str]:
    settings = site_of(request).settings
    hosts = {request.host, urlsplit(settings.public_url).netloc}
    if settings.proxy_hops:
        hosts.add(request.headers.get("X-Forwarded-Host", "").rsplit(",", 1)[-1].strip())
    return frozenset(host.lower() for host in hosts if host)


def is_secure(request: web.Request) -> bool:
    """Whether the browser reached us over TLS, as far as we can know."""
    settings = site_of(request).settings
    if settings.public_url:
        return settings.public_url.startswith("https:")
    if settings.proxy_hops and "X-Forwarded-Proto" in request.headers:
        return request.headers["X-Forwarded-Proto"].rsplit(",", 1)[-1].strip() == "https"
    return request.secure


def client_of(request: web.Request) -> str:
    """The address that is paced: the peer, or the one our own proxies vouch for.

    An IPv6 client is its /64, for one machine may have all of that.
    """
    hops = site_of(request).settings.proxy_hops
    chain = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    named = chain[-hops] if hops and len(chain) >= hops else ""
    return _network(named) or _network(request.remote or "") or "unknown"


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def slow_down(request: web.Request, pace: Pace) -> None:
    """Count a request of this client, or refuse it (429) with the seconds to wait."""
    seconds = pace.wait(client_of(request), site_of(request).now())
    if seconds:
        raise Problem(429, "rate_limited", headers={"Retry-After": str(seconds)}, count=seconds)


async def read_body(request: web.Request) -> bytes:
    with _limit(BODY_LIMIT):
        return await _limited(request, BODY_LIMIT).read()


async def read_form(request: web.Request) -> dict[str, str]:
    """The text fields of a form."""
    with _limit(FORM_LIMIT):
        try:
            fields = await _limited(request, FORM_LIMIT).post()
        except (ValueError, LookupError):  # not a form, or in an unknown character set
            raise Problem(400, "bad_request") from None
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _limited(request: web.Request, limit: int) -> web.Request:
    """The request with a limit on its body, which is checked while it is read."""
    if (request.content_length or 0) > limit:
        raise web.HTTPRequestEntityTooLarge(limit, request.content_length or 0)
    return request.clone(client_max_size=limit)


@contextmanager
def _limit(limit: int) -> Iterator[None]:
    try:
        yield
    except web.HTTPRequestEntityTooLarge:
        raise Problem(413, "too_large", limit=limit // 1024) from None
