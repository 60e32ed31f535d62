"""Stopping the process lets an answer under way reach the person who asked."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bot.app import listen
from bot.channels.web import create_app
from bot.commands.asking import Asking
from bot.commands.general import General
from bot.conversation import Clock, Conversation
from bot.pace import Pace
from bot.settings import Settings
from bot.storage.conversations import Conversations
from bot.storage.database import Database
from bot.storage.transcripts import Transcripts
from tests.fake_answers import EchoAnswers


def _now() -> datetime:
    return datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


async def test_an_answer_under_way_is_finished(
    sqlite: Database, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    answers, store = EchoAnswers(), Conversations(sqlite)
    answers.gate = asyncio.Event()
    asking = Asking(answers, store, Pace(10))
    features = (General(store, 30).feature(), asking.feature())
    conversation = Conversation(features, asking.question, store, Clock(_now))
    settings = Settings(data_dir=tmp_path, port=0)
    site = create_app(
        conversation,
        settings,
        transcripts=Transcripts(sqlite),
        health=lambda: {"status": "ok"},
        now=_now,
    )
    runner = await listen(site, settings)
    address = "http://{}:{}/".format(*runner.addresses[0][:2])
    asked = asyncio.create_task(http.post(f"{address}api/ask", json={"question": "武汉？"}))
    while not answers.questions:
        await asyncio.sleep(0.01)

    stopping = asyncio.create_task(runner.cleanup())
    await asyncio.sleep(0.1)
    answers.gate.set()
    response = await asked
    await stopping
    assert response.status == 200 and "武汉？" in (await response.json())["answer"]
