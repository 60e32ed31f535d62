"""Lanes: the messages of one chat one after the other, those of different chats side by side."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable

_COUNTED = 20  # of one lane: a chat that waits must not keep everybody else waiting
Work = Callable[[], Awaitable[None]]


class Lanes:
    """`slot` bounds the thinking of all lanes together; waiting for a network takes none.

    Work must not raise. What has not begun when the lanes close is dropped, to be found again in
    the inbox.
    """

    def __init__(self, bound: int) -> None:
        self.slot = asyncio.Semaphore(bound)
        self._queues: dict[Hashable, deque[Work]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False
        self._waiting = 0
        self._eased = asyncio.Event()

    def put(self, key: Hashable, work: Work) -> None:
        if self._closed:
            return
        queue = self._queues.setdefault(key, deque())
        queue.append(work)
        self._waiting += len(queue) <= _COUNTED
        if len(queue) == 1:
            task = asyncio.create_task(self._drain(key, queue))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def room(self, most: int) -> None:
        """Wait until fewer than `most` messages are waiting or being dealt with."""
        while self._waiting >= most and not self._closed:
            self._eased.clear()
            await self._eased.wait()

    async def close(self, grace: float) -> None:
        """Begin nothing new; let what has begun finish, for at most `grace` seconds."""
        self._closed = True
        self._eased.set()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _drain(self, key: Hashable, queue: deque[Work]) -> None:
        # The work under way stays in the queue, so that `put` sees that the lane is running.
        try:
            while queue and not self._closed:
                await queue[0]()
                self._waiting -= len(queue) <= _COUNTED
                queue.popleft()
                self._eased.set()
        finally:
            self._queues.pop(key, None)
