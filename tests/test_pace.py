from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.pace import Pace

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@given(st.integers(1, 5), st.lists(st.integers(0, 40), max_size=60))
def test_no_minute_holds_more_than_allowed(limit: int, gaps: list[int]) -> None:
    pace, now, let = Pace(limit), NOW, list[datetime]()
    for gap in gaps:
        now += timedelta(seconds=gap)
        wait = pace.wait("ann", now)
        if wait == 0:
            let.append(now)
        else:
            assert pace.wait("ann", now + timedelta(seconds=wait - 1)) > 0 or wait == 1
    for start in let:
        assert sum(start <= at < start + timedelta(minutes=1) for at in let) <= limit


def test_the_wait_is_long_enough() -> None:
    pace = Pace(1)
    pace.wait("ann", NOW)
    wait = pace.wait("ann", NOW + timedelta(seconds=10.5))
    assert pace.wait("ann", NOW + timedelta(seconds=10.5 + wait)) == 0


def test_quiet_people_are_not_remembered() -> None:
    pace = Pace(1)
    for n in range(10_002):
        pace.wait(n, NOW)
    pace.wait("late", NOW + timedelta(minutes=2))
    assert len(pace._asked) == 1
