"""What the language model may use: an upper bound reserved before each call, the real use after.

The counting is `bot.storage.usage`'s; here are estimates and prices. Zero means zero.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from bot.errors import ModelFailed, ModelOverBudget
from bot.models import Tokens
from bot.storage.usage import Use

_WIDE = re.compile(r"[^\x00-\x7f]")
_OVERHEAD = 16  # tokens that a chat format adds to a call
_MILLION = Decimal(1_000_000)


class Ledger(Protocol):
    """Where use is booked; `bot.storage.usage.Usage` is one."""

    async def reserve(self, day: date, user: str, most: Use) -> bool: ...

    async def settle(self, day: date, user: str, reserved: Use, used: Use) -> None: ...


@dataclass(frozen=True, slots=True)
class Prices:
    """Per million tokens; None is free."""

    read: Decimal | None = None
    written: Decimal | None = None

    def use(self, tokens: Tokens) -> Use:
        cost = tokens.read * (self.read or 0) + tokens.written * (self.written or 0)
        return Use(tokens.read + tokens.written, Decimal(cost) / _MILLION)


class Call:
    """One call under way; it is told what comes back."""

    def __init__(self, prompt: str) -> None:
        self._prompt = prompt
        self._heard = ""
        self._reported: Tokens | None = None

    def hear(self, piece: str, use: Tokens | None) -> None:
        self._heard += piece
        self._reported = use or self._reported

    def used(self, refused: bool) -> Tokens:
        """What the server reports; an estimate if it reports nothing.

        A call that the server refused before its first word is free; others are not.
        """
        if refused and not self._heard:
            return Tokens(0, 0)
        if self._reported and self._reported.read > 0:
            return self._reported
        return Tokens(estimate(self._prompt), estimate(self._heard) if self._heard else 0)


class Budget:
    """Caps by day and person. `today` is the day that use is booked on."""

    def __init__(self, ledger: Ledger, prices: Prices, today: Callable[[], date]) -> None:
        self._ledger = ledger
        self._prices = prices
        self._today = today

    @asynccontextmanager
    async def call(self, user: str, prompt: str, most: int) -> AsyncIterator[Call]:
        """Room for one call with at most `most` tokens written. Raises ModelOverBudget."""
        day, bound = self._today(), self._prices.use(Tokens(estimate(prompt), most))
        if not await self._ledger.reserve(day, user, bound):
            raise ModelOverBudget(retryable=False)
        call, refused = Call(prompt), False
        try:
            yield call
        except ModelFailed as error:
            refused = bool(error.values.get("unbilled"))
            raise
        finally:
            used = self._prices.use(call.used(refused))
            await asyncio.shield(self._ledger.settle(day, user, bound, used))


def estimate(text: str) -> int:
    """Tokens of a text, rather too many: one for each Chinese character, one for 3 others."""
    wide = len(_WIDE.findall(text))
    return wide + (len(text) - wide) // 3 + 1 + _OVERHEAD
