"""The real process killed while it answers: nobody goes without an answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fake_telegram import FakeTelegram, until
from tests.flows.processes import PATIENCE_S, running, stop

PEOPLE, QUESTIONS, KILLS = 12, 3, 1


@pytest.mark.slow
async def test_kill_9_loses_nothing_and_repeats_little(data_dir: Path) -> None:
    async with FakeTelegram(latency=0.02) as telegram:
        settings = {
            "TELEGRAM_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram.url,
            "RATE_PER_MINUTE": "1000",
        }
        people = [telegram.person(f"P{n}", "zh-hans") for n in range(PEOPLE)]
        for n in range(QUESTIONS):
            for person in people:
                person.say(f"武汉的算力券能补多少？第{n}问")
        answered = 0
        for _ in range(KILLS):
            async with running(data_dir, **settings) as (process, _):
                await until(lambda: sent(telegram) > answered + 5, PATIENCE_S)  # noqa: B023
                process.kill()
                await process.wait()
            answered = sent(telegram)
        async with running(data_dir, **settings) as (process, _):
            await until(lambda: all(len(p.private.sent) >= QUESTIONS for p in people), PATIENCE_S)
            await stop(process)
        assert PEOPLE * QUESTIONS <= sent(telegram) <= PEOPLE * (QUESTIONS + KILLS)
        assert not telegram.queue.pending


def sent(telegram: FakeTelegram) -> int:
    return sum(len(person.private.sent) for person in telegram.people.values())
