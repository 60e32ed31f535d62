"""Updates on their way in: read, stored before they count as received, and put in their lane."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from bot.channels.telegram.api import Me
from bot.channels.telegram.failures import Blocked
from bot.channels.telegram.lanes import Lanes
from bot.channels.telegram.together import Together
from bot.channels.telegram.updates import Event, read
from bot.errors import AssistantError
from bot.storage.inbox import Inbox, Update

_log = logging.getLogger(__name__)


class Intake:
    """`deal` brings one event to its end; what it raises concerns that event only."""

    def __init__(
        self,
        inbox: Inbox,
        lanes: Lanes,
        deal: Callable[[Event], Awaitable[None]],
        now: Callable[[], datetime],
    ) -> None:
        self._inbox = inbox
        self._lanes = lanes
        self._deal = deal
        self._now = now
        self._taking = Together(self._take)
        self._finishing = Together(self._done)

    async def admit(self, updates: Sequence[dict[str, Any]], me: Me) -> None:
        """Store the updates that are for us and were not stored before; then see to them.

        Group talk that is not for us is not kept at all. Raises StorageFailed; then none is stored.
        """
        read = [(raw, event) for raw in updates if (event := _read(raw, me))]
        if read:
            new = await self._taking.put(*(Update(event.update_id, raw) for raw, event in read))
            for _, event in read:
                if event.update_id in new:
                    new.remove(event.update_id)  # shared with a call that brings the same one
                    self._queue(event)

    async def _take(self, updates: list[Update]) -> set[str]:
        return await self._inbox.take_all(updates, self._now())

    async def _done(self, update_ids: list[str]) -> None:
        await self._inbox.done_all(update_ids, self._now())

    async def catch_up(self, me: Me) -> None:
        """See to what was stored and not dealt with before a stop or a crash."""
        waiting = await self._inbox.waiting(limit=100_000)
        for stored in sorted(waiting, key=lambda update: int(update.update_id)):
            event = _read(stored.payload, me)
            if event:
                self._queue(event)
            else:
                await self._inbox.done(stored.update_id, self._now())
        if waiting:
            _log.info("seeing to %d messages from before the start", len(waiting))

    def _queue(self, event: Event) -> None:
        self._lanes.put(event.chat, partial(self._see_to, event))

    async def _see_to(self, event: Event) -> None:
        try:
            await self._deal(event)
        except Blocked as error:
            _log.info("chat %s takes no messages: %s", event.chat, error)
        except AssistantError as error:
            _log.warning("update %s could not be answered: %s", event.update_id, error)
        except Exception:
            _log.exception("update %s could not be dealt with", event.update_id)
        await self._finish(event)

    async def _finish(self, event: Event) -> None:
        try:
            await self._finishing.put(event.update_id)
        except AssistantError as error:
            _log.warning("update %s may be answered again: %s", event.update_id, error)


def _read(raw: dict[str, Any], me: Me) -> Event | None:
    """The event; an update that cannot be read is left out, so that the others go on."""
    try:
        return read(raw, me)
    except Exception:
        _log.exception("update %s cannot be read and is left out", raw.get("update_id"))
        return None
