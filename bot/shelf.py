"""Shelf: the index of the running process, opened (or first built) in the background."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bot.errors import KnowledgeUnavailable
from knowledge.errors import EmbedderMismatch, IndexCorrupt, IndexLocked, IndexMissing

if TYPE_CHECKING:
    from knowledge.index import CurrentIndex, Index

State = Literal["starting", "ok", "failed"]
_LOCK_RETRY_S = 2.0
_log = logging.getLogger(__name__)


class Shelf:
    """`get()` gives the newest generation; before it is there, it says that it is loading."""

    def __init__(self, data_dir: Path, embedding_model: str = "") -> None:
        self._data_dir = data_dir
        self._model = embedding_model
        self._current: CurrentIndex | None = None
        self._settled = asyncio.Event()
        self.state: State = "starting"

    def get(self) -> Index:
        if self._current is None:
            raise KnowledgeUnavailable(msgid="error.loading", retryable=True)
        return self._current.get()

    def health(self) -> dict[str, str]:
        """What GET /healthz shows: the status, and the generation being served."""
        generation = self._current.get().generation if self._current else ""
        return {"status": self.state, "generation": generation}

    async def ready(self, seconds: float) -> None:
        """Wait until the index is open, or the time is up."""
        try:
            await asyncio.wait_for(self._settled.wait(), seconds)
        except TimeoutError:
            _log.debug("the index is still not open after %s s", seconds)

    async def load(self, warm: Callable[[], None] = lambda: None) -> None:
        """Open the index, building it if there is none; then `warm`, in the same thread.

        Raises what knowledge and ingest raise when no index can be had.
        """
        try:
            current = await asyncio.to_thread(self._connect)
            if not await asyncio.to_thread(_usable, current):
                await self._build(current)
            await asyncio.to_thread(current.get)
            self._current = current
            await asyncio.to_thread(warm)
        except Exception:
            self.state = "failed"
            raise
        self.state = "ok"
        self._settled.set()

    def give_up(self) -> None:
        """The process is stopping: whoever waits for the index waits no longer."""
        self._settled.set()

    async def refresh(self) -> None:
        """Take in changed records and documents; the index before serves until it is published."""
        try:
            await asyncio.to_thread(self._reindex)
        except IndexLocked as error:
            _log.info("another process is bringing the index up to date: %s", error)

    def _connect(self) -> CurrentIndex:
        from knowledge.embeddings import load_embeddings
        from knowledge.index import CurrentIndex

        self._embedder = load_embeddings(self._model or None)
        return CurrentIndex(self._data_dir / "index", self._embedder)

    async def _build(self, current: CurrentIndex) -> None:
        """Build the index, or wait for another process that is at it."""
        while True:
            try:
                return await asyncio.to_thread(self._reindex)
            except IndexLocked:
                await asyncio.sleep(_LOCK_RETRY_S)
            if await asyncio.to_thread(_usable, current):
                return None

    def _reindex(self) -> None:
        from bot.reindex import reindex

        reindex(self._data_dir, self._embedder)


def _usable(current: CurrentIndex) -> bool:
    """Whether an index can be opened; a damaged or outdated one is to be built like a missing."""
    try:
        current.get()
    except IndexMissing:
        _log.info("no index yet: building it from the packaged records")
    except IndexCorrupt as error:
        _log.warning("%s; building it again", error)
    except EmbedderMismatch as error:
        if _family(error.built_with) != _family(error.in_use):
            raise  # somebody chose another model; that is theirs to confirm
        _log.info("a newer version of the embedding model: building the index again")
    else:
        return True
    return False


def _family(model_id: str) -> str:
    """A model's name without its version."""
    return model_id.partition("@")[0]
