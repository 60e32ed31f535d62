from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from bot.answers.budget import Budget, Prices, estimate
from bot.errors import ModelFailed, ModelOverBudget
from bot.models import Tokens
from bot.storage.database import Database
from bot.storage.usage import Caps, Usage, Use
from tests.answers.true_answers import ON

PROMPT = "算力券" * 100


def _budget(database: Database, everybody: Caps, person: Caps) -> tuple[Budget, Usage]:
    usage = Usage(database, everybody, person)
    return Budget(usage, Prices(Decimal(2), Decimal(8)), lambda: ON), usage


async def _call(budget: Budget, user: str, used: Tokens | None, wait: float = 0.0) -> bool:
    try:
        async with budget.call(user, PROMPT, 100) as call:
            await asyncio.sleep(wait)
            call.hear("好" * 10, used)
    except ModelOverBudget:
        return False
    return True


async def test_calls_at_once_cannot_spend_more_than_the_cap(sqlite: Database) -> None:
    bound = estimate(PROMPT) + 100
    budget, usage = _budget(sqlite, Caps(tokens=3 * bound), Caps())
    calls = (_call(budget, f"u{n}", Tokens(300, 90), wait=0.3) for n in range(8))
    assert sum(await asyncio.gather(*calls)) == 3
    assert await usage.spent(ON) == Use(3 * 390, Decimal("0.00396"))


async def test_room_that_a_call_did_not_use_is_free_again(sqlite: Database) -> None:
    budget, _ = _budget(sqlite, Caps(), Caps(tokens=estimate(PROMPT) + 200))
    assert [await _call(budget, "ann", Tokens(10, 5)) for _ in range(5)] == [True] * 5


async def test_money_is_capped_too(sqlite: Database) -> None:
    budget, usage = _budget(sqlite, Caps(cost=Decimal("0.0015")), Caps())
    assert await _call(budget, "ann", Tokens(300, 90))
    assert not await _call(budget, "ben", Tokens(300, 90))
    assert (await usage.spent(ON)).cost == Decimal("0.00132")


@pytest.mark.parametrize(
    "caps", [(Caps(tokens=0), Caps()), (Caps(), Caps(tokens=0)), (Caps(cost=Decimal(0)), Caps())]
)
async def test_zero_means_zero(sqlite: Database, caps: tuple[Caps, Caps]) -> None:
    budget, usage = _budget(sqlite, *caps)
    assert not await _call(budget, "ann", Tokens(1, 1))
    assert await usage.spent(ON) == Use()


async def test_use_that_is_not_reported_is_estimated(sqlite: Database) -> None:
    budget, usage = _budget(sqlite, Caps(), Caps())
    await _call(budget, "ann", None)
    assert (await usage.spent(ON)).tokens == estimate(PROMPT) + estimate("好" * 10)


async def test_a_refused_call_is_free_and_a_broken_one_is_not(sqlite: Database) -> None:
    budget, usage = _budget(sqlite, Caps(), Caps())
    for unbilled in (True, False):
        with pytest.raises(ModelFailed):
            async with budget.call("ann", PROMPT, 100):
                raise ModelFailed("500", unbilled=unbilled)
    assert (await usage.spent(ON)).tokens == estimate(PROMPT)


async def test_use_survives_a_restart(sqlite: Database) -> None:
    budget, _ = _budget(sqlite, Caps(), Caps(tokens=600))
    assert await _call(budget, "ann", Tokens(400, 90))
    again, _ = _budget(sqlite, Caps(), Caps(tokens=600))
    assert not await _call(again, "ann", Tokens(1, 1))


def test_estimates_are_rather_too_high() -> None:
    assert estimate("算力券") >= 3
    assert estimate("compute voucher for founders") >= 6
    assert estimate("") > 0
