"""The fake Bot API against an independent client: the library with its own HTTP, or plain calls."""

from __future__ import annotations

import asyncio
import io
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.request import HTTPXRequest

from tests.fake_telegram import TOKEN, FakeTelegram, until
from tests.telegram_entities import BadEntities, parse


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram() as server:
        yield server


def client(telegram: FakeTelegram, token: str = TOKEN) -> Bot:
    """The library's bot with its own HTTP client, without the seconds that TLS takes to set up."""
    plain = {"httpx_kwargs": {"verify": False}}
    return Bot(
        token,
        f"{telegram.url}/bot",
        f"{telegram.url}/file/bot",
        request=HTTPXRequest(**plain),
        get_updates_request=HTTPXRequest(**plain),
    )


@pytest.fixture
async def bot(telegram: FakeTelegram) -> AsyncIterator[Bot]:
    async with client(telegram) as library:
        yield library


@contextmanager
def refused(kind: type[TelegramError], words: str) -> Iterator[None]:
    with pytest.raises(kind) as raised:
        yield
    assert words.lower() in str(raised.value).lower()


class Hook:
    """A site that takes webhook calls; `statuses` are answered first, then 200."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.got: list[tuple[int, str]] = []

    async def start(self) -> str:
        site = web.Application()
        site.router.add_post("/hook", self._take)
        self.runner = web.AppRunner(site)
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{self.runner.addresses[0][1]}"

    async def _take(self, request: web.Request) -> web.Response:
        update = await request.json()
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
        self.got.append((update["update_id"], secret))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)


@pytest.fixture
async def hook(telegram: FakeTelegram) -> AsyncIterator[Hook]:
    site = Hook()
    telegram.routes["https://bot.example"] = await site.start()
    yield site
    await site.runner.cleanup()


async def test_updates_stay_until_a_later_offset_acknowledges_them(
    telegram: FakeTelegram, bot: Bot
) -> None:
    ann = telegram.person("Ann")
    ann.say("one")
    ann.say("two")
    first, second = await bot.get_updates()
    assert [u.update_id for u in await bot.get_updates()] == [first.update_id, second.update_id]
    (again,) = await bot.get_updates(offset=first.update_id + 1)
    assert again.message and again.message.text == "two"
    assert not await bot.get_updates(offset=second.update_id + 1)
    assert not await bot.get_updates(offset=0)


async def test_a_long_poll_returns_with_the_news_or_at_its_end(
    telegram: FakeTelegram, bot: Bot
) -> None:
    started = time.monotonic()
    assert not await bot.get_updates(timeout=0.2)  # type: ignore[arg-type]
    assert time.monotonic() - started >= 0.2
    waiting = asyncio.create_task(bot.get_updates(timeout=20))
    await until(lambda: telegram.made("getUpdates")[1:])
    telegram.person("Ann").say("news")
    assert len(await waiting) == 1


async def test_of_two_pollers_the_first_is_told_to_stop(telegram: FakeTelegram, bot: Bot) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=20))
    await until(lambda: telegram.made("getUpdates"))
    async with client(telegram) as other:
        second = asyncio.create_task(other.get_updates(timeout=20))
        with refused(Conflict, "terminated by other getUpdates"):
            await first
        telegram.person("Ann").say("hello")
        assert len(await second) == 1


async def test_polling_is_refused_beside_a_webhook(telegram: FakeTelegram, bot: Bot) -> None:
    await bot.set_webhook("https://bot.example/hook")
    with refused(Conflict, "webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert not await bot.get_updates()


async def test_only_wanted_kinds_of_updates_come(telegram: FakeTelegram, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    ann = telegram.person("Ann")
    ann.press(ann.say("not wanted"), "x")
    (update,) = await bot.get_updates()
    assert update.callback_query and update.callback_query.data == "x"


async def test_a_webhook_gets_the_secret_and_failed_calls_again(
    telegram: FakeTelegram, bot: Bot, hook: Hook
) -> None:
    hook.statuses = [500, 404]
    await bot.set_webhook("https://bot.example/hook", secret_token="s3cret")
    telegram.person("Ann").say("hello")
    await until(lambda: len(hook.got) == 3 and not telegram.queue.pending)
    assert len(set(hook.got)) == 1 and hook.got[0][1] == "s3cret"
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 404 Not Found"


async def test_a_webhook_gets_the_messages_of_a_chat_in_order(
    telegram: FakeTelegram, bot: Bot, hook: Hook
) -> None:
    hook.statuses = [500] * 3
    ann = telegram.person("Ann")
    for n in range(5):
        ann.say(str(n))
    await bot.set_webhook("https://bot.example/hook")
    await until(lambda: not telegram.queue.pending)
    assert len(hook.got) == 8
    assert hook.got == sorted(hook.got)


@pytest.mark.parametrize(
    ("values", "words"),
    [({"url": "http://bot.example"}, "HTTPS URL"), ({"url": "", "secret_token": "ö"}, "secret")],
)
async def test_a_bad_webhook_is_refused(bot: Bot, values: dict[str, str], words: str) -> None:
    with refused(BadRequest, words):
        await bot.set_webhook(**values)  # type: ignore[arg-type]


async def test_wrong_tokens_and_methods_are_refused(telegram: FakeTelegram) -> None:
    async with aiohttp.ClientSession() as session:
        for path, code in {
            f"/bot1:{'x' * 35}/getMe": 401,
            "/bot1:short/getMe": 404,
            f"/bot{TOKEN}/getNothing": 404,
        }.items():
            async with session.get(telegram.url + path) as response:
                body = await response.json()
                assert (response.status, body["ok"], body["error_code"]) == (code, False, code)
    with pytest.raises(InvalidToken):
        await client(telegram, f"1:{'x' * 35}").initialize()


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        ("x" * 4097, None, "message is too long"),
        ("😀" * 2049, None, "message is too long"),
        (" \n", None, "message text is empty"),
        ("a <b>c", "HTML", "can't find end tag"),
        ("a < b", "HTML", "unsupported start tag"),
        ("<b>a</i>", "HTML", "unmatched end tag"),
        ("a</b>", "HTML", "unexpected end tag"),
        ("<b", "HTML", "unclosed start tag"),
        ("<br>", "HTML", "unsupported start tag"),
        ("a.b", "MarkdownV2", "is reserved"),
        ("*a", "MarkdownV2", "can't find end of Bold"),
        ("[a](b", "MarkdownV2", "can't find end of a URL"),
    ],
)
async def test_what_telegram_would_not_take_is_refused(
    telegram: FakeTelegram, bot: Bot, text: str, mode: str | None, words: str
) -> None:
    ann = telegram.person("Ann")
    ann.say("/start")
    with refused(BadRequest, words):
        await bot.send_message(ann.id, text, parse_mode=mode)
    assert not ann.private.sent


def test_html_becomes_text_and_entities() -> None:
    source = (
        '😀<b>&lt;A&gt; <a href="https://x.cn/?a=1&amp;b=2">[1]</a></b> &nbsp; <a href="x">c</a>'
    )
    text, entities = parse(source, "HTML")
    assert text == "😀<A> [1] &nbsp; c"
    assert entities == [
        {"type": "text_link", "offset": 6, "length": 3, "url": "https://x.cn/?a=1&b=2"},
        {"type": "bold", "offset": 2, "length": 7},
    ]


def test_markdown_becomes_text_and_entities() -> None:
    text, entities = parse(r"*a _b_* [c](https://x\.cn/\)) \. `d*`", "MarkdownV2")
    assert text == "a b c . d*"
    assert [e["type"] for e in entities] == ["italic", "bold", "text_link", "code"]
    with pytest.raises(BadEntities):
        parse("a*", "MarkdownV2")


async def test_buttons_are_checked_and_taps_answered_once(telegram: FakeTelegram, bot: Bot) -> None:
    ann = telegram.person("Ann")
    ann.say("/start")

    def below(data: str) -> InlineKeyboardMarkup:
        return InlineKeyboardMarkup.from_button(InlineKeyboardButton("Go", callback_data=data))

    with refused(BadRequest, "BUTTON_DATA_INVALID"):
        await bot.send_message(ann.id, "hi", reply_markup=below("字" * 22))
    await bot.send_message(ann.id, "hi", reply_markup=below("go"))
    tap = ann.tap(ann.private.sent[0], "Go")
    query = (await bot.get_updates())[-1].callback_query
    assert query and query.data == "go" and query.message and query.message.message_id == 2
    await query.answer("Done")
    assert await tap.answered() == {"text": "Done", "show_alert": False}
    with refused(BadRequest, "query is too old"):
        await query.answer()


async def test_an_edit_that_changes_nothing_is_refused(telegram: FakeTelegram, bot: Bot) -> None:
    ann = telegram.person("Ann")
    asked = ann.say("/start")
    sent = await bot.send_message(ann.id, "one")
    await sent.edit_text("two")
    assert ann.private.texts == ["two"]
    with refused(BadRequest, "message is not modified"):
        await sent.edit_text("<b></b>two", parse_mode="HTML")
    with refused(BadRequest, "message can't be edited"):
        await bot.edit_message_text("x", chat_id=ann.id, message_id=asked["message_id"])
    with refused(BadRequest, "message to edit not found"):
        await bot.edit_message_text("x", chat_id=ann.id, message_id=99)


async def test_a_person_who_does_not_want_messages_gets_none(
    telegram: FakeTelegram, bot: Bot
) -> None:
    ann = telegram.person("Ann")
    with refused(Forbidden, "can't initiate"):
        await bot.send_message(ann.id, "hi")
    ann.say("/start")
    await bot.send_message(ann.id, "hi")
    ann.block()
    with refused(Forbidden, "blocked"):
        await bot.send_message(ann.id, "hi")
    change = (await bot.get_updates())[-1].my_chat_member
    assert change and change.new_chat_member.status == "kicked"
    with refused(BadRequest, "chat not found"):
        await bot.send_message(1, "hi")


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
async def test_retry_after_holds_for_its_chat(telegram: FakeTelegram, bot: Bot) -> None:
    ann, ben = telegram.person("Ann"), telegram.person("Ben")
    ann.say("/start")
    ben.say("/start")
    telegram.fail("sendMessage", 429, retry_after=1, chat=ann.private)
    for _ in range(2):
        with pytest.raises(RetryAfter):
            await bot.send_message(ann.id, "hi")
    assert len(telegram.early) == 1
    await bot.send_message(ben.id, "hi")


async def test_files_go_up_and_down(telegram: FakeTelegram, bot: Bot) -> None:
    ann = telegram.person("Ann")
    ann.send_document(b"%PDF-1.7", "rules.pdf", caption="the rules")
    (update,) = await bot.get_updates()
    assert update.message and update.message.document
    file = await update.message.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"%PDF-1.7"
    await bot.send_document(ann.id, io.BytesIO(b"a,b"), filename="a.csv", caption="<b>c</b>",
                            parse_mode="HTML")  # fmt: skip
    await bot.send_photo(ann.id, b"\x89PNG")
    sent, photo = ann.private.sent
    assert (sent["document"]["file_name"], sent["caption"]) == ("a.csv", "c")
    assert telegram.files[sent["document"]["file_id"]][1] == b"a,b"
    assert photo["photo"]
    with refused(BadRequest, "caption is too long"):
        await bot.send_photo(ann.id, b"\x89PNG", caption="x" * 1025)


async def test_a_draft_is_shown_until_the_message_comes(telegram: FakeTelegram, bot: Bot) -> None:
    ann = telegram.person("Ann")
    ann.say("/start")
    await bot.send_message_draft(ann.id, 1, "He")
    await bot.send_message_draft(ann.id, 1, "Hello")
    assert [d["text"] for d in ann.private.drafts] == ["He", "Hello"]
    await bot.send_message(ann.id, "Hello!")
    assert not ann.private.drafts
    group = telegram.group("Founders", ann)
    with refused(BadRequest, "private chats"):
        await bot.send_message_draft(group.id, 1, "x")


async def test_commands_are_kept_by_scope_and_language(bot: Bot) -> None:
    await bot.set_my_commands([("help", "Help")])
    await bot.set_my_commands([("help", "帮助")], language_code="zh")
    (command,) = await bot.get_my_commands(language_code="zh")
    assert command.description == "帮助"
    assert not await bot.get_my_commands(language_code="fr")
    with refused(BadRequest, "BOT_COMMAND_INVALID"):
        await bot.set_my_commands([("Help me", "Help")])


async def test_with_privacy_a_group_shows_the_bot_only_what_is_for_it() -> None:
    async with FakeTelegram(privacy=True) as telegram, client(telegram) as bot:
        ann = telegram.person("Ann")
        group = telegram.group("Founders", ann)
        ann.say("just talk", group)
        ann.say("@opc_test_bot a question", group)
        ann.say("/help@opc_test_bot", group)
        assert [u.message.text for u in await bot.get_updates() if u.message] == [
            "@opc_test_bot a question",
            "/help@opc_test_bot",
        ]


async def test_a_group_that_becomes_a_supergroup_says_where_it_went(
    telegram: FakeTelegram, bot: Bot
) -> None:
    group = telegram.group("Founders", telegram.person("Ann"))
    grown = group.upgrade()
    with pytest.raises(ChatMigrated) as moved:
        await bot.send_message(group.id, "hi")
    assert moved.value.new_chat_id == grown.id


async def test_business_messages_come_and_are_answered_in_the_owners_name(
    telegram: FakeTelegram, bot: Bot
) -> None:
    owner, customer = telegram.person("Owner"), telegram.person("Customer")
    business = telegram.business(owner)
    said = business.said(customer, "Do you deliver?")
    business.edited(said, "Do you deliver today?")
    business.deleted(said)
    connected, written, changed, deleted = await bot.get_updates()
    assert connected.business_connection and connected.business_connection.is_enabled
    assert written.business_message and written.business_message.text == "Do you deliver?"
    edited = changed.edited_business_message
    assert edited and edited.text == "Do you deliver today?"
    gone = deleted.deleted_business_messages
    assert gone and gone.message_ids == (said["message_id"],)
    await bot.send_message(customer.id, "Yes.", business_connection_id=business.id)
    assert customer.private.texts == ["Yes."]
    business.disconnect()
    with refused(BadRequest, "business connection not found"):
        await bot.send_message(customer.id, "Yes.", business_connection_id=business.id)


async def test_latency_and_cut_connections(telegram: FakeTelegram) -> None:
    ann = telegram.person("Ann")
    ann.say("/start")
    telegram.latency = 0.1
    telegram.cut("sendMessage")
    telegram.cut("sendMessage", acted=True)
    values: dict[str, Any] = {"chat_id": ann.id, "text": "hi"}
    async with aiohttp.ClientSession() as session:
        for sent in (0, 1):
            with pytest.raises(aiohttp.ClientError):
                await session.post(f"{telegram.url}/bot{TOKEN}/sendMessage", json=values)
            assert len(ann.private.sent) == sent
        started = time.monotonic()
        await session.post(f"{telegram.url}/bot{TOKEN}/sendMessage", data=values)
        assert time.monotonic() - started >= 0.1
    assert len(ann.private.sent) == 2
