"""Updates on their way in: nothing lost, nothing answered twice, whatever breaks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from telegram import error as library

from bot.answers.question import Answer, Question
from bot.channels.telegram.failures import translate
from bot.channels.telegram.lanes import Lanes
from bot.commands import Draft
from bot.errors import AssistantError
from bot.locale import LANGUAGES
from bot.storage.database import Database
from tests.channels.telegram_bot import PUBLIC, Bot, running
from tests.fake_answers import EchoAnswers
from tests.fake_telegram import TOKEN, FakeTelegram, until

SECRET = {"X-Telegram-Bot-Api-Secret-Token": "s3cret"}
WEBHOOK = {"public_url": PUBLIC, "telegram_secret": "s3cret"}


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


@pytest.fixture
def answers() -> EchoAnswers:
    return EchoAnswers()


def update(number: int, user: int, text: str = "How much?") -> dict[str, object]:
    person = {"id": user, "is_bot": False, "first_name": "Ann", "language_code": "en"}
    chat = {"id": user, "type": "private", "first_name": "Ann"}
    message = {"message_id": number, "date": 1, "from": person, "chat": chat, "text": text}
    return {"update_id": number, "message": message}


async def test_polling_acknowledges_what_is_stored(
    telegram: FakeTelegram, sqlite: Database, answers: EchoAnswers
) -> None:
    ann = telegram.person("Ann", "en")
    answers.gate = asyncio.Event()
    ann.say("How much?")
    async with running(telegram, sqlite, answers) as bot:
        await until(lambda: not telegram.queue.pending)
        (waiting,) = await bot.inbox.waiting()
        assert waiting.payload["message"]["text"] == "How much?"
        answers.gate.set()
        await ann.private.reply()
        await bot.rest()


async def test_what_cannot_be_stored_is_not_acknowledged(
    telegram: FakeTelegram, sqlite: Database, answers: EchoAnswers, tmp_path: Path
) -> None:
    broken = Database.of("", tmp_path / "elsewhere")  # without tables
    ann = telegram.person("Ann", "en")
    ann.say("How much?")
    bot = Bot(telegram, sqlite, answers)
    bot.inbox._database = broken
    await bot.start()
    await until(lambda: len(telegram.made("getMe")) and telegram.calls)
    await asyncio.sleep(0.3)
    assert len(telegram.queue.pending) == 1 and not answers.questions
    bot.inbox._database = sqlite
    await ann.private.reply()
    await until(lambda: not telegram.queue.pending)
    await bot.stop()
    await broken.close()


async def test_after_a_crash_what_was_stored_is_answered_once(
    telegram: FakeTelegram, sqlite: Database, answers: EchoAnswers
) -> None:
    people = [telegram.person(f"P{n}", "en") for n in range(5)]
    answers.gate = asyncio.Event()
    bot = Bot(telegram, sqlite, answers)
    await bot.start()
    for person in people:
        person.say("one")
        person.say("two")
    await until(lambda: len(answers.questions) == 5 and not telegram.queue.pending)
    await bot.crash()
    answers.gate.set()
    async with running(telegram, sqlite, answers) as bot:
        for person in people:
            assert "one @" in (await person.private.reply())["text"]
            assert "two @" in (await person.private.reply())["text"]
        await bot.rest()
    assert all(len(person.private.sent) == 2 for person in people)


async def test_stopping_finishes_the_answers_under_way(
    telegram: FakeTelegram, sqlite: Database, answers: EchoAnswers
) -> None:
    ann = telegram.person("Ann", "en")
    answers.gate = asyncio.Event()
    bot = Bot(telegram, sqlite, answers)
    await bot.start()
    ann.say("one")
    await until(lambda: answers.questions)
    ann.say("two")
    await until(lambda: not telegram.queue.pending)
    stopping = asyncio.create_task(bot.stop())
    await asyncio.sleep(0.1)
    answers.gate.set()
    await stopping
    assert len(ann.private.sent) == 1
    assert [u.payload["message"]["text"] for u in await bot.inbox.waiting()] == ["two"]


class Slow(EchoAnswers):
    """Takes its time over "slow", and notes what happens at once."""

    def __init__(self) -> None:
        super().__init__()
        self.now = self.most = 0

    async def answer(self, question: Question, on_draft: Draft | None = None) -> Answer:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.3 if question.text == "slow" else 0)
        self.now -= 1
        return await super().answer(question, on_draft)


async def test_a_chat_is_answered_in_order_and_holds_up_no_other(
    telegram: FakeTelegram, sqlite: Database
) -> None:
    answers = Slow()
    async with running(telegram, sqlite, answers):
        ann, ben = telegram.person("Ann", "en"), telegram.person("Ben", "en")
        for said in ("slow", "second", "third"):
            ann.say(said)
        ben.say("quick")
        await ben.private.reply()
        assert not ann.private.sent
        await until(lambda: len(ann.private.sent) == 3)
    assert [t.split(" @")[0] for t in ann.private.texts] == ["slow", "second", "third"]
    assert answers.most == 2


async def test_lanes_bound_what_is_thought_about_at_once() -> None:
    lanes, running_now, most, done = Lanes(3), 0, 0, []

    async def work(key: int) -> None:
        nonlocal running_now, most
        async with lanes.slot:
            running_now += 1
            most = max(most, running_now)
            await asyncio.sleep(0.001)
            running_now -= 1
        done.append(key)

    for n in range(60):
        lanes.put(n % 20, lambda n=n: work(n))  # type: ignore[misc]
    await lanes.room(1)
    assert most == 3 and sorted(done) == list(range(60))
    assert all(done.index(n) < done.index(n + 20) for n in range(40))
    await lanes.close(1)


async def test_one_waiting_chat_leaves_room_for_the_others() -> None:
    lanes, gate = Lanes(3), asyncio.Event()

    async def wait() -> None:
        await gate.wait()

    for _ in range(1000):
        lanes.put("stuck", wait)
    await asyncio.wait_for(lanes.room(100), 1)
    gate.set()
    await asyncio.wait_for(lanes.room(1), 1)
    await lanes.close(1)


async def test_an_unreadable_update_holds_up_nothing(
    telegram: FakeTelegram, sqlite: Database, answers: EchoAnswers
) -> None:
    ann = telegram.person("Ann", "en")
    for kind, value in {
        "message": {"nonsense": True},
        "callback_query": {"id": "1", "from": ann.json, "data": "x"},
        "edited_message": {},
        "my_chat_member": {"chat": 7},
    }.items():
        telegram.queue.add(kind, value, ann.id)
    telegram.queue.add("message", {"message_id": 1, "from": {}, "chat": {}}, ann.id)
    ann.say("How much?")
    async with running(telegram, sqlite, answers):
        await ann.private.reply()
        await until(lambda: not telegram.queue.pending)


async def test_a_second_program_with_our_token_is_reported_and_outlived(
    telegram: FakeTelegram,
    sqlite: Database,
    answers: EchoAnswers,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ann = telegram.person("Ann", "en")
    async with running(telegram, sqlite, answers), aiohttp.ClientSession() as session:
        await until(lambda: telegram.made("getUpdates"))
        await (await session.get(f"{telegram.url}/bot{TOKEN}/getUpdates")).read()
        await until(lambda: "another program takes this bot's messages" in caplog.text)
        ann.say("How much?")
        await ann.private.reply()


@pytest.mark.parametrize("wrong", [TOKEN[:-1] + "x", "1:short"])
async def test_a_bad_token_is_said_in_words_and_tried_again(
    telegram: FakeTelegram,
    sqlite: Database,
    answers: EchoAnswers,
    caplog: pytest.LogCaptureFixture,
    wrong: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    ann = telegram.person("Ann", "en")
    ann.say("How much?")
    async with running(telegram, sqlite, answers, telegram_token=wrong):
        await until(lambda: caplog.text.count("Telegram refused the token") > 1)
        assert wrong not in caplog.text
        telegram.token = wrong
        await ann.private.reply()


async def test_the_token_is_in_no_log_line(
    telegram: FakeTelegram,
    sqlite: Database,
    answers: EchoAnswers,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    ann = telegram.person("Ann", "en")
    async with running(telegram, sqlite, answers):
        ann.say("How much?")
        await ann.private.reply()
        logging.getLogger("httpx").info("HTTP Request: POST %s", f"https://x/bot{TOKEN}/getMe")
        try:
            raise OSError(f"/bot{TOKEN}/getMe")
        except OSError:
            logging.getLogger("some.library").exception("no luck with %s", TOKEN)
        telegram.fail("sendMessage", 400, f"Bad Request: {TOKEN}")
        ann.say("How much?")
        await until(lambda: "could not be answered" in caplog.text)
    assert "/bot<token>/getMe" in caplog.text
    assert TOKEN not in caplog.text


async def test_a_lost_network_is_said_and_outlived(
    telegram: FakeTelegram,
    sqlite: Database,
    answers: EchoAnswers,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ann, ben = telegram.person("Ann", "en"), telegram.person("Ben", "en")
    answers.gate = asyncio.Event()
    async with running(telegram, sqlite, answers):
        ann.say("asked before")
        await until(lambda: answers.questions)
        await telegram.stop()
        answers.gate.set()
        ben.say("asked meanwhile")
        await until(lambda: "cannot be reached" in caplog.text and "did not answer" in caplog.text)
        await telegram.start(telegram.port)
        assert "asked before" in (await ann.private.reply())["text"]
        assert "asked meanwhile" in (await ben.private.reply())["text"]


async def test_a_webhook_brings_what_people_say(
    telegram: FakeTelegram, sqlite: Database, answers: EchoAnswers
) -> None:
    async with running(telegram, sqlite, answers, **WEBHOOK) as bot:
        ann = telegram.person("Ann", "en")
        ann.say("How much?")
        await ann.private.reply()
        assert telegram.webhook.url == f"{PUBLIC}/telegram"
        assert telegram.webhook.secret == "s3cret" and not telegram.webhook.last_error
        await bot.rest()
    async with running(telegram, sqlite, answers):
        ann.say("And now by polling?")
        await ann.private.reply()
        assert not telegram.webhook.url


@pytest.mark.parametrize(
    ("public", "prefix", "path"),
    [("", "", "/telegram"), ("/opc", "/opc", "/opc/telegram"), ("", "/opc", "/opc/telegram")],
)
async def test_the_webhook_lives_under_the_sites_prefix(
    telegram: FakeTelegram,
    sqlite: Database,
    answers: EchoAnswers,
    public: str,
    prefix: str,
    path: str,
) -> None:
    settings = {**WEBHOOK, "public_url": PUBLIC + public, "path_prefix": prefix}
    async with running(telegram, sqlite, answers, **settings):
        ann = telegram.person("Ann", "en")
        ann.say("How much?")
        await ann.private.reply()
        assert telegram.webhook.url == PUBLIC + path


async def test_a_webhook_call_is_stored_before_it_is_taken_and_taken_once(
    telegram: FakeTelegram, sqlite: Database, answers: EchoAnswers
) -> None:
    ann = telegram.person("Ann", "en")
    ann.private.add(ann.json, text="/start")
    answers.gate = asyncio.Event()
    async with running(telegram, sqlite, answers, **WEBHOOK) as bot:
        await until(lambda: telegram.webhook.url)
        async with aiohttp.ClientSession(headers=SECRET) as session:
            for _ in range(3):
                async with session.post(f"{bot.address}/telegram", json=update(7, ann.id)) as done:
                    assert done.status == 200
                    assert [u.update_id for u in await bot.inbox.waiting()] == ["7"]
            answers.gate.set()
            await ann.private.reply()
            await bot.rest()
            async with session.post(f"{bot.address}/telegram", json=update(7, ann.id)) as done:
                assert done.status == 200
        await asyncio.sleep(0.1)
    assert len(answers.questions) == 1 and len(ann.private.sent) == 1


async def test_an_update_pushed_many_times_at_once_is_answered_once(
    telegram: FakeTelegram, sqlite: Database, answers: EchoAnswers
) -> None:
    ann = telegram.person("Ann", "en")
    ann.private.add(ann.json, text="/start")
    async with running(telegram, sqlite, answers, **WEBHOOK) as bot:
        async with aiohttp.ClientSession(headers=SECRET) as session:
            pushes = [
                session.post(f"{bot.address}/telegram", json=update(n % 3 + 1, ann.id))
                for n in range(30)
            ]
            assert {push.status for push in await asyncio.gather(*pushes)} == {200}
        await bot.rest()
        assert len(answers.questions) == len(ann.private.sent) == 3


@pytest.mark.parametrize("secret", ["", "s3cre", "s3cret!", "S3CRET", "ö"])
async def test_a_call_without_the_secret_is_refused(
    telegram: FakeTelegram, sqlite: Database, answers: EchoAnswers, secret: str
) -> None:
    async with running(telegram, sqlite, answers, **WEBHOOK) as bot:
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"{bot.address}/telegram", json=update(7, 1)) as done,
        ):
            assert done.status == 401
        assert not await bot.inbox.waiting()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"update_id": "x"}', b"\xff\xfe"])
async def test_a_call_that_is_no_update_is_refused(
    telegram: FakeTelegram, sqlite: Database, answers: EchoAnswers, body: bytes
) -> None:
    async with running(telegram, sqlite, answers, **WEBHOOK) as bot:
        await until(lambda: telegram.webhook.url)
        async with (
            aiohttp.ClientSession(headers=SECRET) as session,
            session.post(f"{bot.address}/telegram", data=body) as done,
        ):
            assert done.status == 400


async def test_telegram_repeats_what_could_not_be_stored(
    telegram: FakeTelegram, sqlite: Database, answers: EchoAnswers, tmp_path: Path
) -> None:
    ann = telegram.person("Ann", "en")
    async with running(telegram, sqlite, answers, **WEBHOOK) as bot:
        await until(lambda: telegram.webhook.url)
        bot.inbox._database = broken = Database.of("", tmp_path / "elsewhere")
        ann.say("How much?")
        await until(
            lambda: "503" in telegram.webhook.last_error or "500" in telegram.webhook.last_error
        )
        bot.inbox._database = sqlite
        await ann.private.reply()
        await broken.close()


async def test_a_backlog_of_webhook_calls_survives_a_restart(
    telegram: FakeTelegram, sqlite: Database, answers: EchoAnswers
) -> None:
    ann = telegram.person("Ann", "en")
    answers.gate = asyncio.Event()
    bot = Bot(telegram, sqlite, answers, **WEBHOOK)
    await bot.start()
    for n in range(9, 12):
        ann.say(str(n))
    await until(lambda: not telegram.queue.pending)
    await bot.crash()
    answers.gate.set()
    async with running(telegram, sqlite, answers, **WEBHOOK):
        await until(lambda: len(ann.private.sent) == 3)
    assert [t.split(" @")[0] for t in ann.private.texts] == ["9", "10", "11"]


def tree(root: type[Exception]) -> list[type[Exception]]:
    return [root, *(below for child in root.__subclasses__() for below in tree(child))]


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
@pytest.mark.parametrize("kind", tree(library.TelegramError), ids=lambda kind: kind.__name__)
def test_each_error_of_the_library_is_one_of_ours(kind: type[library.TelegramError]) -> None:
    odd = {library.RetryAfter: (3,), library.ChatMigrated: (-100,)}
    if kind is library.PassportDecryptionError or kind is library.TimedOut:
        odd[kind] = ("x",)
    ours = translate(kind(*odd.get(kind, ("Words",))))
    assert isinstance(ours, AssistantError)
    assert all(ours.told(lang) for lang in LANGUAGES)
