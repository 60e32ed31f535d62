from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal

from bot.storage.database import Database
from bot.storage.usage import Caps, Usage, Use

DAY = date(2026, 11, 21)


async def test_calls_at_once_cannot_overrun_a_cap(database: Database) -> None:
    usage = Usage(database, Caps(tokens=1000), Caps())
    booked = await asyncio.gather(*(usage.reserve(DAY, f"u{n}", Use(300)) for n in range(8)))
    assert sum(booked) == 3
    assert (await usage.spent(DAY)).tokens == 900


async def test_a_person_has_their_own_cap(database: Database) -> None:
    usage = Usage(database, Caps(), Caps(tokens=500))
    assert await usage.reserve(DAY, "ann", Use(400))
    assert not await usage.reserve(DAY, "ann", Use(400))
    assert await usage.reserve(DAY, "ben", Use(400))
    assert await usage.reserve(date(2026, 11, 22), "ann", Use(400))


async def test_zero_means_zero(database: Database) -> None:
    usage = Usage(database, Caps(tokens=0), Caps())
    assert not await usage.reserve(DAY, "ann", Use(1))
    assert await usage.spent(DAY) == Use()


async def test_what_was_reserved_gives_way_to_what_was_used(database: Database) -> None:
    usage = Usage(database, Caps(cost=Decimal("1.00")), Caps())
    most = Use(1000, Decimal("0.90"))
    assert await usage.reserve(DAY, "ann", most)
    assert not await usage.reserve(DAY, "ann", most)
    await usage.settle(DAY, "ann", most, Use(120, Decimal("0.100001")))
    assert await usage.spent(DAY, "ann") == Use(120, Decimal("0.100001"))
    assert await usage.reserve(DAY, "ann", Use(10, Decimal("0.5")))


async def test_a_person_without_a_name_is_not_everybody(database: Database) -> None:
    usage = Usage(database, Caps(), Caps())
    await usage.reserve(DAY, "", Use(5))
    assert (await usage.spent(DAY)).tokens == (await usage.spent(DAY, "")).tokens == 5
