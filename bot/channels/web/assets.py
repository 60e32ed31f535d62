"""Assets: style sheet, scripts and icon, read once, served compressed under a versioned path.

The version is a hash of all of them, so that a browser may keep a file for ever.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from bot.channels.web.problems import Problem

_FOLDER = Path(__file__).with_name("static")
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    content_type: str
    plain: bytes
    packed: bytes


class Assets:
    def __init__(self, folder: Path = _FOLDER) -> None:
        paths = sorted(path for path in folder.iterdir() if path.suffix in _TYPES)
        self._assets = {path.name: _asset(path) for path in paths}
        joined = b"".join(asset.plain for asset in self._assets.values())
        self.version = hashlib.sha256(joined).hexdigest()[:12]

    async def get(self, request: web.Request) -> web.Response:
        """GET /static/{version}/{name}; a page of an earlier version gets today's file, unkept."""
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise Problem(404, "not_found")
        current = request.match_info["version"] == self.version
        headers = {
            "Cache-Control": _FOR_EVER if current else "no-cache",
            "Vary": "Accept-Encoding",
        }
        body = asset.plain
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = asset.packed
        return web.Response(
            body=body, content_type=asset.content_type, charset="utf-8", headers=headers
        )


def _asset(path: Path) -> Asset:
    plain = path.read_bytes()
    return Asset(_TYPES[path.suffix], plain, gzip.compress(plain, mtime=0))
