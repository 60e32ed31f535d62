"""What a person reads again of their conversation, on both kinds of database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.answers.question import Answer
from bot.messages import Address, Citation
from bot.storage.conversations import Conversations
from bot.storage.database import Database
from bot.storage.transcripts import Transcript, Transcripts

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
HERE = Address("web", "a", "a")


async def _asked(store: Conversations, question: str, minutes: int, *, answered: bool) -> str:
    at = NOW + timedelta(minutes=minutes)
    talk = await store.open(HERE, at)
    question_id = await store.ask(talk, question, at.date(), at)
    if answered:
        citation = Citation(1, "title", "passage", url="https://example.com/")
        answer = Answer("text [1]", "en", "answered", (citation,), ("next?",), more="more")
        await store.answered(question_id, answer)
    return question_id


async def test_exchanges_come_oldest_first_with_their_rating(database: Database) -> None:
    store, transcripts = Conversations(database), Transcripts(database)
    first = await _asked(store, "one", 0, answered=True)
    await _asked(store, "two", 1, answered=False)
    talk = await store.open(HERE, NOW)
    await store.rate(talk, first, "down", "old")
    await store.set_as_of(talk, date(2026, 3, 1))
    read = await transcripts.read(HERE)
    assert read.as_of == date(2026, 3, 1)
    assert [(e.question, e.outcome) for e in read.exchanges] == [("one", "answered"), ("two", None)]
    shown = read.exchanges[0]
    assert (shown.feedback, shown.reason, shown.more) == ("down", "old", "more")
    assert shown.citations[0].url == "https://example.com/"
    assert shown.suggestions == ("next?",)
    assert shown.asked_at == NOW


async def test_only_the_newest_are_read(database: Database) -> None:
    store = Conversations(database)
    for n in range(5):
        await _asked(store, str(n), n, answered=True)
    read = await Transcripts(database).read(HERE, limit=2)
    assert [exchange.question for exchange in read.exchanges] == ["3", "4"]


async def test_an_earlier_conversation_is_not_part_of_it(database: Database) -> None:
    store = Conversations(database)
    await _asked(store, "before", 0, answered=True)
    await store.begin_again(await store.open(HERE, NOW), NOW + timedelta(minutes=1))
    await _asked(store, "after", 2, answered=True)
    read = await Transcripts(database).read(HERE)
    assert [exchange.question for exchange in read.exchanges] == ["after"]


async def test_an_unknown_address_has_an_empty_transcript(database: Database) -> None:
    assert await Transcripts(database).read(Address("web", "b", "b")) == Transcript()
