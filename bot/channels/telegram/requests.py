"""HTTP to the Bot API over aiohttp: several times the throughput of the library's own httpx pool.

Which failures are worth another try is `failures`; nothing here knows a Bot API method.
"""

from __future__ import annotations

import json
from typing import Any

import aiohttp
from telegram.error import NetworkError
from telegram.request import BaseRequest, RequestData

CONNECT_S = 10.0
READ_S = 20.0  # also what the library adds to the time of a long poll


class NotSent(NetworkError):
    """The server was not reached, so nothing can have happened there."""


class Silent(NetworkError):
    """The request went out and no answer came: it may have been carried out."""


class AiohttpRequest(BaseRequest):
    """One pool of at most `connections`. Proxies are those of the environment (HTTPS_PROXY).

    No error says the address, for it holds the token.
    """

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return READ_S

    async def initialize(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=60)
            self._session = aiohttp.ClientSession(connector=connector, trust_env=True)

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NotSent("the connection is closed")
        waits = READ_S if read_timeout is BaseRequest.DEFAULT_NONE else read_timeout
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_S, sock_read=waits)
        body: dict[str, Any] = {"timeout": timeout, "allow_redirects": False, **_body(request_data)}
        try:
            async with self._session.request(method, url, **body) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(_reason(error)) from None
        except (aiohttp.ClientError, OSError) as error:  # a time-out is an OSError
            raise Silent(_reason(error)) from None


def _body(data: RequestData | None) -> dict[str, Any]:
    """JSON, or a form with parts where there are files."""
    if data is None:
        return {}
    if not data.contains_files:
        encoded = json.dumps(data.parameters).encode()
        return {"data": encoded, "headers": {"Content-Type": "application/json"}}
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, mime) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return {"data": form}


def _reason(error: Exception) -> str:
    """What went wrong in a few words, never with the address."""
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    said = cause.strerror if isinstance(cause, OSError) else ""
    return f"{type(cause).__name__}: {said}" if said else type(cause).__name__
