"""The bot in groups: it speaks when spoken to, briefly, and says nothing personal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.answers.question import Answer, Question
from bot.commands import Draft
from bot.locale import text
from bot.storage.database import Database
from tests.channels.telegram_bot import Bot, clock, running
from tests.fake_answers import EchoAnswers
from tests.fake_telegram import FakeTelegram, until
from tests.telegram_world import Chat, Json, Person

LINES = tuple(f"第{n}条：{'补' * 40}[1]" for n in range(1, 21))


class Wordy(EchoAnswers):
    """Twenty lines and more, for whoever asks."""

    async def answer(self, question: Question, on_draft: Draft | None = None) -> Answer:
        answer = await super().answer(question, on_draft)
        return Answer("\n".join(LINES), "zh", "answered", answer.citations, answer.suggestions)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
def answers() -> Wordy:
    return Wordy()


@pytest.fixture
async def bot(telegram: FakeTelegram, sqlite: Database, answers: Wordy) -> AsyncIterator[Bot]:
    async with running(telegram, sqlite, answers) as started:
        yield started


@pytest.fixture
def ming(bot: Bot, telegram: FakeTelegram) -> Person:
    return telegram.person("Ming")


@pytest.fixture
def group(telegram: FakeTelegram, ming: Person) -> Chat:
    return telegram.group("OPC founders", ming, type="supergroup")


def links(message: Json) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["url"] for row in rows for button in row]


async def test_talk_that_is_not_for_the_bot_is_neither_answered_nor_kept(
    bot: Bot, telegram: FakeTelegram, group: Chat, ming: Person, answers: Wordy
) -> None:
    ming.say("武汉的算力券能补多少？", group)
    ming.say("@somebody_else 武汉？", group)
    ming.say("/help", group)
    ming.say("/help@another_bot", group)
    ming.say("写信给 a@opc_test_bot.cn", group)
    ming.send_photo(group, caption="look")
    ming.send(group, new_chat_title="New title")
    telegram.queue.add("message", {"text": "no sender", "chat": group.json}, group.id)
    ming.say("@OPC_Test_Bot 苏州？", group)
    await group.reply()
    assert [q.text for q in answers.questions] == ["苏州？"]
    assert len(group.sent) == 1
    await bot.rest()
    assert not await bot.inbox.take("500000009", {}, clock())  # only the last was stored


async def test_a_mention_a_reply_and_an_addressed_command_are_answered(
    telegram: FakeTelegram, group: Chat, ming: Person, answers: Wordy
) -> None:
    asked = ming.say("请问 @opc_test_bot，武汉的算力券？", group)
    answer = await group.reply()
    assert answer["reply_to_message"]["message_id"] == asked["message_id"]
    ming.say("怎么申请？", group, reply_to=answer)
    await group.reply()
    ming.say("/help@opc_test_bot", group)
    assert "/asof" in (await group.reply())["text"]
    named = {"type": "text_mention", "offset": 0, "length": 2, "user": telegram.me}
    ming.say("助手 深圳？", group, entities=[named])
    await group.reply()
    assert [q.text for q in answers.questions] == ["请问  ，武汉的算力券？", "怎么申请？", "深圳？"]


async def test_an_answer_in_a_group_is_short_and_goes_on_in_private(
    telegram: FakeTelegram, group: Chat, ming: Person
) -> None:
    ming.say("@opc_test_bot 武汉？", group)
    answer = await group.reply()
    assert answer["text"].count("第") < 10 and " …" in answer["text"]
    (link,) = links(answer)
    start, payload = link.split("?start=")
    assert start == "https://t.me/opc_test_bot" and len(payload) <= 64
    ming.say(f"/start {payload}")
    whole = await ming.private.reply()
    assert all(line in whole["text"] for line in LINES)
    assert whole["text"].startswith("武汉？\n")


@pytest.mark.parametrize("payload", ["", "x" * 64, "full_abcd_1", "字"])
async def test_a_link_to_somebody_elses_answer_is_just_a_start(
    telegram: FakeTelegram, group: Chat, ming: Person, payload: str
) -> None:
    ming.say("@opc_test_bot 武汉？", group)
    link = links(await group.reply())[0]
    eve = telegram.person("Eve", "en")
    eve.say(f"/start {payload or link.split('?start=')[1]}")
    assert (await eve.private.reply())["text"] == text("start.text", "en")


async def test_what_is_personal_is_refused_in_a_group(group: Chat, ming: Person) -> None:
    ming.say("/privacy@opc_test_bot", group)
    assert (await group.reply())["text"] == text("error.group", "zh")
    ming.say("/start@opc_test_bot", group)
    greeting = await group.reply()
    await ming.press(greeting, "forget:yes").answered()
    assert not [t for t in group.texts if "删除：" in t]


async def test_drafts_stay_out_of_groups(
    telegram: FakeTelegram, group: Chat, ming: Person, answers: Wordy
) -> None:
    answers.gate = asyncio.Event()
    ming.say("@opc_test_bot 武汉？", group)
    await until(lambda: group.actions)
    answers.gate.set()
    await group.reply()
    assert not telegram.made("sendMessageDraft") and len(group.sent) == 1


async def test_the_bot_greets_a_group_that_it_joins(group: Chat, ming: Person) -> None:
    group.add_bot(ming)
    greeting = (await group.reply())["text"]
    assert greeting == text("telegram.joined", "zh", bot="opc_test_bot")
    group.remove_bot(ming)
    group.add_bot(ming)
    await group.reply()


async def test_bots_are_not_answered_but_anonymous_admins_are(
    telegram: FakeTelegram, group: Chat, ming: Person
) -> None:
    other = {"id": 99, "is_bot": True, "first_name": "Other", "username": "other_bot"}
    admin = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonBot"}
    for sender in (other, admin):
        message = group.add(sender, text="/help@opc_test_bot")
        telegram.queue.add("message", message, group.id)
    answer = await group.reply()
    assert answer["reply_to_message"]["from"] == admin
    assert len(group.sent) == 1


async def test_a_group_that_moved_is_answered_where_it_is_now(
    telegram: FakeTelegram, ming: Person, answers: Wordy
) -> None:
    old = telegram.group("Founders", ming)
    answers.gate = asyncio.Event()
    ming.say("@opc_test_bot 武汉？", old)
    await until(lambda: answers.questions)
    new = old.upgrade()
    answers.gate.set()
    assert "第1条" in (await new.reply())["text"]


async def test_a_question_in_a_topic_is_answered_there(group: Chat, ming: Person) -> None:
    ming.say("@opc_test_bot 武汉？", group, thread=7)
    answer = await group.reply()
    assert answer["message_thread_id"] == 7
