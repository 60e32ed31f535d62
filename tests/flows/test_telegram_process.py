"""A founder on Telegram and the real process: a question, and a restart between messages."""

from __future__ import annotations

from pathlib import Path

from tests.fake_telegram import FakeTelegram
from tests.flows.processes import PATIENCE_S, running, stop


async def test_a_founder_is_answered_once_over_restarts(data_dir: Path) -> None:
    async with FakeTelegram() as telegram:
        settings = {"TELEGRAM_TOKEN": telegram.token, "TELEGRAM_API_URL": telegram.url}
        ann = telegram.person("ann", "zh-hans")
        chat = ann.private
        ann.say("/start")  # before the bot runs: what waits is not lost
        async with running(data_dir, **settings) as (process, _):
            assert "您好" in (await chat.reply(PATIENCE_S))["text"]
            ann.say("武汉的算力券能补多少？")
            assert "万元" in (await chat.reply(PATIENCE_S))["text"]
            errors = await stop(process)
        assert process.returncode == 0 and "Traceback" not in errors
        assert telegram.token not in errors

        ann.say("/sources")  # while it is down
        async with running(data_dir, **settings) as (process, _):
            assert "[1]" in (await chat.reply(PATIENCE_S))["text"]
            await stop(process)
        assert len(chat.sent) == 3
