"""The optional chat model: LangChain's `init_chat_model` behind one small class.

The only importer of LangChain's chat models; every error they raise leaves as ModelFailed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.errors import ModelFailed
from bot.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

_LONGEST_WAIT_S = 2.0  # a server that asks for more patience than this is given up on


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a server says a call took."""

    read: int
    written: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a reply. `end` says why it ended ("stop", "length"); "" while it goes on."""

    text: str = ""
    use: Tokens | None = None
    end: str = ""


class Busy(Exception):
    """The server asks to come back after so many seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class ChatModel:
    """Streams replies. The library (2 s to import) is loaded at the first call, off the loop."""

    def __init__(self, model: str, base_url: str, api_key: str, timeout: float) -> None:
        self._named = (model, base_url, api_key)
        self._timeout = timeout
        self._loaded: BaseChatModel | None = None
        self._loading = asyncio.Lock()

    @classmethod
    def of(cls, settings: Settings) -> ChatModel | None:
        """The model of the settings; None if none is set."""
        if not settings.llm_model:
            return None
        key = settings.llm_api_key.get_secret_value()
        return cls(settings.llm_model, settings.llm_base_url, key, settings.llm_timeout)

    async def warm(self) -> None:
        """Load the library before somebody waits for it."""
        await self._model()

    async def stream(self, system: str, user: str, most: int) -> AsyncIterator[Piece]:
        """The reply in pieces, at most `most` tokens. Raises ModelFailed; the caller sets the time.

        A server that is busy is asked once more if it asks for a short wait.
        """
        begun = False
        for retry in (True, False):
            try:
                async with aclosing(self._once(system, user, most)) as pieces:
                    async for piece in pieces:
                        begun = True
                        yield piece
                return
            except Busy as busy:
                if begun or not retry or busy.seconds > _LONGEST_WAIT_S:
                    raise ModelFailed("busy", retryable=True, unbilled=True) from busy
                await asyncio.sleep(busy.seconds)

    async def _once(self, system: str, user: str, most: int) -> AsyncGenerator[Piece, None]:
        """One call. Whatever the library raises on a bad reply is the server's fault, not a bug."""
        model = await self._model()
        try:
            async for chunk in model.astream(
                [("system", system), ("human", user)], max_tokens=most
            ):
                end = str(chunk.response_metadata.get("finish_reason") or "")
                yield Piece(_text(chunk.content), _tokens(chunk.usage_metadata), end)
        except Exception as error:
            raise _translated(error) from error

    async def _model(self) -> BaseChatModel:
        async with self._loading:
            if self._loaded is None:
                self._loaded = await asyncio.to_thread(_load, *self._named, self._timeout)
        return self._loaded


def _load(name: str, base_url: str, api_key: str, timeout: float) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    logging.getLogger("httpx2").setLevel(logging.WARNING)  # it logs every call
    given: dict[str, Any] = {"api_key": api_key or "none"}
    if base_url:
        given["base_url"] = base_url
    if name.startswith("openai:"):
        given["stream_usage"] = True
    model: BaseChatModel = init_chat_model(
        name, temperature=0, timeout=timeout, max_retries=0, **given
    )
    return model


def _text(content: object) -> str:
    """The words of a chunk; parts that are not text (reasoning, images) are left out."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(p if isinstance(p, str) else str(p.get("text", "")) for p in parts)


def _tokens(usage: Any) -> Tokens | None:
    if not usage:
        return None
    read, written = usage.get("input_tokens"), usage.get("output_tokens")
    if not (isinstance(read, int) and isinstance(written, int)) or min(read, written) < 0:
        return None
    return Tokens(read, written)


def _translated(error: Exception) -> Exception:
    """A vendor's error as ours; a 429 with a time as Busy.

    `values["unbilled"]` tells that the server refused, or was never reached.
    """
    status = getattr(error, "status_code", None)
    if status == 429 and (seconds := _retry_after(error)) is not None:
        return Busy(seconds)
    retryable = status is None or status == 429 or status >= 500
    unbilled = status is not None or "Connection" in type(error).__name__
    detail = f"{type(error).__name__} {status or ''}".strip()
    return ModelFailed(detail, retryable=retryable, unbilled=unbilled)


def _retry_after(error: Exception) -> float | None:
    headers = getattr(getattr(error, "response", None), "headers", {})
    try:
        return max(0.0, float(headers.get("retry-after", "")))
    except ValueError:
        return None
