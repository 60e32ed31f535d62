"""Together: what several ask for at the same moment is written in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass
class _Batch(Generic[Item, Result]):
    items: list[Item] = field(default_factory=list)
    writing: asyncio.Task[Result] | None = None


class Together(Generic[Item, Result]):
    """`write` gets the items that gathered while it wrote those before; all share its result."""

    def __init__(self, write: Callable[[list[Item]], Awaitable[Result]]) -> None:
        self._write = write
        self._turn = asyncio.Lock()
        self._open: _Batch[Item, Result] = _Batch()

    async def put(self, *items: Item) -> Result:
        """Returns (or raises) when the items are written."""
        batch = self._open
        batch.items += items
        async with self._turn:
            if batch.writing is None:
                self._open = _Batch()
                batch.writing = asyncio.create_task(self._written(batch.items))
            # Whoever is cancelled leaves the others' items to be written all the same.
            return await asyncio.shield(batch.writing)

    async def _written(self, items: list[Item]) -> Result:
        return await self._write(items)
