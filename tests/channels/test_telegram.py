"""A person's private chat with the bot, through a Telegram of our own."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.answers.question import Answer, Question
from bot.commands import Draft
from bot.locale import text
from bot.storage.database import Database
from tests.channels.telegram_bot import EAGER, Bot, running
from tests.fake_answers import EchoAnswers
from tests.fake_telegram import FakeTelegram, until
from tests.telegram_world import Chat, Json


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
def answers() -> EchoAnswers:
    return EchoAnswers()


@pytest.fixture
async def bot(telegram: FakeTelegram, sqlite: Database, answers: EchoAnswers) -> AsyncIterator[Bot]:
    async with running(telegram, sqlite, answers) as started:
        yield started


def labels(message: Json) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def settled(chat: Chat, count: int) -> None:
    """The chat has so many messages of the bot, and gets no more."""
    await until(lambda: len(chat.sent) >= count, what=f"{chat.texts}")
    await asyncio.sleep(0.1)
    assert len(chat.sent) == count, chat.texts


@pytest.mark.parametrize(
    ("tag", "lang"),
    [("zh-hans", "zh"), ("zh-TW", "zh"), ("en-GB", "en"), ("fr", "en"), (None, "zh")],
)
async def test_start_greets_in_the_persons_own_language(
    bot: Bot, telegram: FakeTelegram, tag: str | None, lang: str
) -> None:
    ann = telegram.person("Ann", tag)
    ann.say("/start")
    greeting = await ann.private.reply()
    assert greeting["text"] == text("start.text", lang)
    assert labels(greeting) == [text(f"example.{e}", lang) for e in ("compute", "startup", "loan")]


async def test_an_answer_shows_its_source_and_what_to_tap(bot: Bot, telegram: FakeTelegram) -> None:
    ming = telegram.person("Ming")
    ming.say("武汉的算力券？")
    answer = await ming.private.reply()
    first, *_, source = answer["text"].splitlines()
    assert first == "武汉的算力券？ @ 2026-11-21 [1]"
    assert source.startswith("1. 武汉市算力券实施细则 — 武汉市经信局，武经信〔2026〕1号")
    assert answer["entities"][0]["type"] == "bold"
    assert {e.get("url") for e in answer["entities"]} == {None, "https://example.com/notice"}
    assert labels(answer) == ["怎么申请？", "什么时候截止？", "更多", "出处", "👍", "👎"]
    assert "reply_to_message" not in answer


async def test_commands_are_registered_in_each_language(bot: Bot, telegram: FakeTelegram) -> None:
    await until(lambda: len(telegram.commands) == 6)
    listed = {
        (scope, tag): {c["command"]: c["description"] for c in commands}
        for (scope, tag), commands in telegram.commands.items()
    }
    private, groups = '{"type": "default"}', '{"type": "all_group_chats"}'
    names = {"help", "start", "language", "privacy", "asof", "sources"}
    for tag, lang in {"": "en", "en": "en", "zh": "zh"}.items():
        assert listed[private, tag] == {n: text(f"command.{n}", lang) for n in names}
        assert set(listed[groups, tag]) == names - {"privacy"}


async def test_commands_are_carried_out(bot: Bot, telegram: FakeTelegram) -> None:
    ann = telegram.person("Ann", "en")

    async def say(written: str) -> str:
        ann.say(written)
        return str((await ann.private.reply())["text"])

    assert await say("/asof 2026-05-01") == text("asof.set", "en", day="1 May 2026")
    assert "@ 2026-05-01" in await say("What about Wuhan?")
    assert "武经信〔2026〕1号" in await say("/sources")
    assert await say("/language zh") == text("language.set_zh", "zh")
    assert "/asof – " in await say("/help@OPC_TEST_BOT")
    assert await say("/nonsense") == text("command.unknown", "zh", name="nonsense")


async def test_a_tapped_question_is_repeated_above_its_answer(
    bot: Bot, telegram: FakeTelegram
) -> None:
    ming = telegram.person("Ming")
    ming.say("武汉的算力券？")
    tap = ming.tap(await ming.private.reply(), "怎么申请？")
    assert await tap.answered() == {"text": "", "show_alert": False}
    answer = await ming.private.reply()
    assert answer["text"].startswith("怎么申请？\n怎么申请？ @ 2026-11-21")
    assert answer["entities"][0]["type"] == "blockquote"


async def test_a_thumb_needs_no_message_and_a_reason_takes_the_menus_place(
    bot: Bot, telegram: FakeTelegram
) -> None:
    ann = telegram.person("Ann", "en")
    ann.say("How much?")
    answer = await ann.private.reply()
    up = await ann.tap(answer, "👍").answered()
    assert up == {"text": text("feedback.thanks", "en"), "show_alert": False}
    ann.tap(answer, "👎")
    menu = await ann.private.reply()
    assert menu["text"] == text("feedback.why", "en") and len(labels(menu)) == 5
    await ann.tap(menu, text("feedback.old", "en")).answered()
    await until(lambda: ann.private.texts[-1] == text("feedback.noted", "en"))
    assert not labels(ann.private.sent[-1])
    await settled(ann.private, 2)


async def test_a_language_is_chosen_from_a_menu_that_then_says_so(
    bot: Bot, telegram: FakeTelegram
) -> None:
    ann = telegram.person("Ann", "en")
    ann.say("/language")
    ann.tap(await ann.private.reply(), "中文")
    await until(lambda: ann.private.texts == [text("language.set_zh", "zh")])


@pytest.mark.parametrize("data", ["ask:nobody:0", "nonsense", "fb:x:up", "字"])
async def test_a_forged_or_old_button_is_answered_with_a_notice(
    bot: Bot, telegram: FakeTelegram, data: str
) -> None:
    ann = telegram.person("Ann", "en")
    ann.say("How much?")
    tap = ann.press(await ann.private.reply(), data)
    assert await tap.answered() == {"text": text("error.not_allowed", "en"), "show_alert": True}
    await settled(ann.private, 1)


class LongAnswers(EchoAnswers):
    async def answer(self, question: Question, on_draft: Draft | None = None) -> Answer:
        lines = "\n".join(f"{n}: Up to CNY {n},000 a year. {'x' * 60}[1]" for n in range(200))
        return Answer(lines, "en", "answered")


async def test_a_long_answer_comes_in_parts_with_the_buttons_below_the_last(
    telegram: FakeTelegram, sqlite: Database
) -> None:
    async with running(telegram, sqlite, LongAnswers()):
        ann = telegram.person("Ann", "en")
        ann.say("Tell me everything")
        await until(lambda: ann.private.sent and labels(ann.private.sent[-1]))
        texts = ann.private.texts
        assert len(texts) == 5
        assert sum(t.count("[1]") for t in texts) == 200
        assert [bool(labels(m)) for m in ann.private.sent] == [False] * 4 + [True]


async def test_what_telegram_cannot_parse_is_sent_as_plain_text(
    bot: Bot, telegram: FakeTelegram
) -> None:
    telegram.fail("sendMessage", 400, "Bad Request: can't parse entities: surprise")
    ming = telegram.person("Ming")
    ming.say("武汉的算力券？")
    answer = await ming.private.reply()
    assert answer["text"].startswith("武汉的算力券？ @ 2026-11-21 [1]")
    assert "https://example.com/notice" in answer["text"]
    assert "entities" not in answer and labels(answer)


async def test_typing_is_shown_while_an_answer_takes_time(
    bot: Bot, telegram: FakeTelegram, answers: EchoAnswers
) -> None:
    ann = telegram.person("Ann", "en")
    answers.gate = asyncio.Event()
    ann.say("How much?")
    await until(lambda: len(ann.private.actions) == 2)
    answers.gate.set()
    await ann.private.reply()
    assert set(ann.private.actions) == {"typing"}


async def test_a_slow_answer_to_a_tap_does_not_keep_the_button_waiting(
    telegram: FakeTelegram, sqlite: Database, answers: EchoAnswers
) -> None:
    async with running(telegram, sqlite, answers, rhythm=replace(EAGER, tap=0.1)):
        ann = telegram.person("Ann", "en")
        ann.say("/start")
        answers.gate = asyncio.Event()
        tap = ann.tap(await ann.private.reply(), text("example.loan", "en"))
        await tap.answered()
        answers.gate.set()
        assert text("example.loan", "en") in (await ann.private.reply())["text"]


class Writing(EchoAnswers):
    """Writes an answer word by word, as a model does."""

    async def answer(self, question: Question, on_draft: Draft | None = None) -> Answer:
        assert on_draft
        for n in range(1, 11):
            await on_draft("word " * n)
            await asyncio.sleep(0.02)
        return Answer("The answer", "en", "answered", ai_generated=True)


async def test_an_answer_in_the_making_is_shown_as_a_draft(
    telegram: FakeTelegram, sqlite: Database
) -> None:
    async with running(telegram, sqlite, Writing()):
        ann = telegram.person("Ann", "en")
        ann.say("How much?")
        answer = await ann.private.reply()
    drafts = telegram.made("sendMessageDraft")
    assert len({d["draft_id"] for d in drafts}) == 1 and len(drafts) > 1
    assert drafts == sorted(drafts, key=lambda d: len(d["text"]))
    assert answer["text"] == "The answer\nAI-generated"
    assert len(ann.private.sent) == 1 and not ann.private.drafts


async def test_without_drafts_a_message_is_edited_into_the_answer(
    telegram: FakeTelegram, sqlite: Database
) -> None:
    telegram.missing.add("sendMessageDraft")
    async with running(telegram, sqlite, Writing()):
        ann = telegram.person("Ann", "en")
        ann.say("How much?")
        await until(lambda: ann.private.texts == ["The answer\nAI-generated"])
    assert len(telegram.made("editMessageText")) > 1
    assert labels(ann.private.sent[0])


async def test_an_answer_comes_even_if_nothing_of_it_could_be_shown_before(
    telegram: FakeTelegram, sqlite: Database
) -> None:
    telegram.missing |= {"sendMessageDraft", "sendChatAction", "editMessageText"}
    async with running(telegram, sqlite, Writing()):
        ann = telegram.person("Ann", "en")
        ann.say("How much?")
        await until(lambda: ann.private.texts == ["The answer\nAI-generated"])


async def test_an_edited_message_is_answered_again_once(
    bot: Bot, telegram: FakeTelegram, answers: EchoAnswers
) -> None:
    ann = telegram.person("Ann", "en")
    asked = ann.say("How mach?")
    await ann.private.reply()
    ann.edit(asked, "How much?")
    again = await ann.private.reply()
    assert again["text"].startswith("How much?")
    assert again["reply_to_message"]["message_id"] == asked["message_id"]
    ann.edit(asked, "How much?")
    await settled(ann.private, 2)
    assert [q.text for q in answers.questions] == ["How mach?", "How much?"]


async def test_what_is_not_text_gets_a_clear_reply(bot: Bot, telegram: FakeTelegram) -> None:
    ann = telegram.person("Ann", "en")
    for send in (ann.send_voice, ann.send_photo):
        send()
        assert (await ann.private.reply())["text"] == text("telegram.unreadable", "en")
    for _ in range(3):
        ann.send_photo(media_group_id="album")
    ann.send(new_chat_title="no content, only news")
    await settled(ann.private, 3)


async def test_the_words_under_a_picture_are_answered(bot: Bot, telegram: FakeTelegram) -> None:
    ann = telegram.person("Ann", "en")
    ann.send_photo(caption="How much?")
    answer = (await ann.private.reply())["text"]
    assert answer.startswith("How much? @") and text("telegram.words_only", "en") in answer


async def test_bad_input_gets_a_reply_that_says_what_to_do(
    bot: Bot, telegram: FakeTelegram
) -> None:
    ann = telegram.person("Ann", "en")
    for written in (
        "😀😀",
        "\u202e\u202d",
        "/",
        "x" * 4096,
        "<b>unclosed & 'quoted",
        "' OR 1=1 --",
    ):
        ann.say(written)
        assert (await ann.private.reply())["text"]


async def test_nobody_is_written_to_who_does_not_want_it(
    bot: Bot, telegram: FakeTelegram, answers: EchoAnswers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    ann = telegram.person("Ann", "en")
    answers.gate = asyncio.Event()
    ann.say("How much?")
    await until(lambda: answers.questions)
    ann.block()
    answers.gate.set()
    await until(lambda: "does not want our messages" in caplog.text)
    await bot.rest()
    assert len(telegram.made("sendMessage")) == 1


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
async def test_a_chat_told_to_wait_waits_and_the_others_do_not(
    bot: Bot, telegram: FakeTelegram
) -> None:
    ann, ben = telegram.person("Ann", "en"), telegram.person("Ben", "en")
    telegram.fail("sendMessage", 429, retry_after=1, chat=ann.private)
    ann.say("one")
    await until(lambda: telegram.made("sendMessage"))
    ann.say("two")
    ben.say("three")
    await ben.private.reply()
    assert not ann.private.sent
    assert "one @" in (await ann.private.reply())["text"]
    assert "two @" in (await ann.private.reply())["text"]
    assert not telegram.early


@pytest.mark.parametrize("code", [500, 502])
async def test_a_server_that_stumbles_is_asked_again(
    bot: Bot, telegram: FakeTelegram, code: int
) -> None:
    telegram.fail("sendMessage", code, "Internal Server Error", times=3)
    ann = telegram.person("Ann", "en")
    ann.say("How much?")
    await settled(ann.private, 1)


async def test_a_message_of_unknown_fate_is_sent_once_more_at_most(
    bot: Bot, telegram: FakeTelegram
) -> None:
    telegram.cut("sendMessage", acted=True, times=5)
    ann = telegram.person("Ann", "en")
    ann.say("How much?")
    await settled(ann.private, 2)
    await bot.rest()


async def test_a_reply_can_be_sent_unasked(bot: Bot, telegram: FakeTelegram) -> None:
    from bot.messages import Address, Reply

    ann = telegram.person("Ann", "en")
    ann.say("/start")
    await ann.private.reply()
    await bot.channel.send(Address("telegram", str(ann.id), str(ann.id)), Reply("News", "en"))
    assert (await ann.private.reply())["text"] == "News"
