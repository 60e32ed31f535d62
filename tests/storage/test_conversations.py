from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.answers.question import Answer, Turn
from bot.messages import Address, Citation
from bot.storage.conversations import Conversations
from bot.storage.database import Database

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
ANN = Address("telegram", "chat-1", "ann")
BEN = Address("telegram", "chat-1", "ben")
ANSWER = Answer(
    text="最高 20 万元 [1]",
    lang="zh",
    outcome="answered",
    citations=(Citation(1, "算力券办法", "最高补贴20万元。", programme_id="a-b"),),
    suggestions=("怎么申请？",),
    programme_ids=("a-b",),
    more="其余",
    generation="g1",
    ms=3.5,
)


@pytest.fixture
def store(database: Database) -> Conversations:
    return Conversations(database)


async def test_an_answer_is_read_back_as_it_was_given(store: Conversations) -> None:
    talk = await store.open(ANN, NOW)
    question = await store.ask(talk, "武汉算力券？", date(2026, 11, 21), NOW)
    await store.answered(question, ANSWER)
    found = await store.answer(talk, question)
    assert found is not None and found == await store.last_answer(talk)
    assert (found.question, found.text, found.more) == ("武汉算力券？", ANSWER.text, ANSWER.more)
    assert (found.citations, found.suggestions) == (ANSWER.citations, ANSWER.suggestions)


async def test_nobody_reaches_anothers_answer(store: Conversations) -> None:
    mine, theirs = await store.open(ANN, NOW), await store.open(BEN, NOW)
    question = await store.ask(mine, "?", date(2026, 11, 21), NOW)
    await store.answered(question, ANSWER)
    assert await store.answer(theirs, question) is None
    assert not await store.rate(theirs, question, "down", None)
    assert await store.last_answer(theirs) is None
    assert await store.history(theirs, 5) == ()


async def test_language_and_day_are_kept(store: Conversations) -> None:
    talk = await store.open(ANN, NOW)
    await store.set_as_of(await store.set_language(talk, "en"), date(2026, 5, 1))
    again = await store.open(ANN, NOW + timedelta(days=1))
    assert (again.id, again.lang, again.as_of) == (talk.id, "en", date(2026, 5, 1))
    elsewhere = await store.open(Address("telegram", "chat-2", "ann"), NOW)
    assert (elsewhere.lang, elsewhere.as_of) == ("en", None)


async def test_history_is_the_last_answered_turns_oldest_first(store: Conversations) -> None:
    talk = await store.open(ANN, NOW)
    for n in range(4):
        at = NOW + timedelta(minutes=n)
        question = await store.ask(talk, f"q{n}", date(2026, 11, 21), at)
        if n != 1:  # the model failed on q1: it was asked but not answered
            await store.answered(question, ANSWER)
    expected = Turn("q2", ("a-b",)), Turn("q3", ("a-b",))
    assert await store.history(talk, 2) == expected


async def test_a_new_start_ends_the_history(store: Conversations) -> None:
    talk = await store.open(ANN, NOW)
    await store.answered(await store.ask(talk, "old", date(2026, 11, 21), NOW), ANSWER)
    await store.begin_again(talk, NOW + timedelta(seconds=1))
    assert await store.history(talk, 5) == ()


async def test_forgetting_leaves_other_people_alone(store: Conversations) -> None:
    for who in (ANN, BEN):
        talk = await store.open(who, NOW)
        await store.answered(await store.ask(talk, "q", date(2026, 11, 21), NOW), ANSWER)
    await store.forget(ANN)
    assert await store.last_answer(await store.open(ANN, NOW)) is None
    assert await store.last_answer(await store.open(BEN, NOW)) is not None


async def test_what_is_older_than_promised_is_erased(store: Conversations) -> None:
    talk = await store.open(ANN, NOW - timedelta(days=40))
    await store.answered(await store.ask(talk, "q", date(2026, 10, 1), NOW - timedelta(40)), ANSWER)
    await store.open(BEN, NOW)
    assert await store.purge(NOW - timedelta(days=30)) == 1
    assert (await store.open(ANN, NOW)).id != talk.id


async def test_text_of_any_script_is_kept(store: Conversations) -> None:
    talk = await store.open(ANN, NOW)
    text = "🏳️‍🌈 𠮷野家 '; DROP TABLE questions; -- \u202e <b>"
    question = await store.ask(talk, text, date(2026, 11, 21), NOW)
    await store.answered(question, ANSWER)
    found = await store.answer(talk, question)
    assert found is not None and found.question == text
