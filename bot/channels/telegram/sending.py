"""Getting messages out: again when the network or the platform asks for patience, plain if it must.

A message whose fate is unknown (the server went silent after it was sent) is sent once more, no
oftener: Telegram cannot tell a repetition.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.channels.telegram.api import Api, Keyboard, Place
from bot.channels.telegram.failures import BadMarkup, Moved, Refused, Throttled, Unreachable
from bot.channels.telegram.markup import Sheet, plain_parts
from bot.errors import ChannelRejected

_UNCERTAIN_TRIES = 2
Result = TypeVar("Result")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait before each further try: doubling from `first` to `most`."""

    first: float = 1.0
    most: float = 60.0

    def waits(self) -> Iterator[float]:
        wait = self.first
        while True:
            yield wait
            wait = min(wait * 2, self.most)


class Sender:
    def __init__(self, api: Api, patience: Patience) -> None:
        self._api = api
        self._patience = patience

    async def send(
        self, to: Place, sheets: Sequence[Sheet], keyboard: Keyboard | None = None
    ) -> None:
        """Send messages in order, the buttons under the last; waits as long as it takes."""
        for n, sheet in enumerate(sheets):
            last = n == len(sheets) - 1
            to = await self._send(to, sheet, keyboard if last else None)
            to = replace(to, reply_to=None)

    async def edit(
        self, chat: int, message: int, sheet: Sheet, keyboard: Keyboard | None = None
    ) -> bool:
        """Put something else in place of a message of ours; False if that is not possible."""
        try:
            await self.patiently(
                lambda: self._api.edit(chat, message, sheet.html, keyboard=keyboard)
            )
        except Refused as error:
            _log.info("a message could not be changed: %s", error)
            return "not modified" in str(error)
        return True

    async def _send(self, to: Place, sheet: Sheet, keyboard: Keyboard | None) -> Place:
        """Returns the place as it is now: a group may have moved meanwhile."""
        try:
            await self.patiently(lambda: self._api.send(to, sheet.html, keyboard=keyboard))
        except BadMarkup as error:
            _log.error("Telegram did not take our markup, sending plain text: %s", error)
            await self._send_plain(to, sheet, keyboard)
        except Moved as error:
            return await self._send(Place(error.chat), sheet, keyboard)
        return to

    async def _send_plain(self, to: Place, sheet: Sheet, keyboard: Keyboard | None) -> None:
        parts = plain_parts(sheet)
        for n, part in enumerate(parts):
            below = keyboard if n == len(parts) - 1 else None
            await self.patiently(_plain(self._api, to, part, below))

    async def patiently(self, attempt: Callable[[], Awaitable[Result]]) -> Result:
        """The result of the first attempt that gets through; other failures are raised."""
        uncertain = 0
        for wait in self._patience.waits():
            try:
                return await attempt()
            except Throttled as error:
                wait = error.wait
                _log.warning("Telegram asks to wait %g s before the next message here", wait)
            except Unreachable as error:
                uncertain += error.arrived
                if uncertain >= _UNCERTAIN_TRIES:
                    raise
                _log.warning("Telegram did not answer (%s); again in %g s", error, wait)
            except ChannelRejected as error:
                _log.error("%s; again in %g s", error.told("en"), wait)
            await asyncio.sleep(wait)
        raise AssertionError("patience does not end")


def _plain(
    api: Api, to: Place, part: str, keyboard: Keyboard | None
) -> Callable[[], Awaitable[int]]:
    return lambda: api.send(to, part, html=False, keyboard=keyboard)
