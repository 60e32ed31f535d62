"""How often one person may ask: a sliding minute, held in memory (a restart forgives)."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Hashable
from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)
_SWEEP_ABOVE = 10_000


class Pace:
    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._asked: dict[Hashable, deque[datetime]] = {}

    def wait(self, who: Hashable, now: datetime) -> int:
        """Seconds until `who` may ask again; 0 lets them, and counts it."""
        asked = self._asked.setdefault(who, deque())
        while asked and asked[0] <= now - _MINUTE:
            asked.popleft()
        if len(asked) >= self._per_minute:
            return max(1, math.ceil((asked[0] + _MINUTE - now).total_seconds()))
        asked.append(now)
        if len(self._asked) > _SWEEP_ABOVE:
            self._sweep(now)
        return 0

    def _sweep(self, now: datetime) -> None:
        """Drop people who have been quiet for a minute."""
        quiet = [who for who, asked in self._asked.items() if asked[-1] <= now - _MINUTE]
        for who in quiet:
            del self._asked[who]
