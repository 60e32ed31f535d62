from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.commands import Command, Feature, Role, Tap, Visit
from bot.commands.asking import HISTORY_TURNS, REASONS, Asking
from bot.commands.general import EXAMPLES, General
from bot.conversation import MAX_CHARACTERS, Clock, Conversation
from bot.errors import KnowledgeUnavailable, StorageFailed
from bot.locale import LANGUAGES, text
from bot.messages import Address, Button, Incoming, Reply
from bot.pace import Pace
from bot.storage.conversations import Conversations
from bot.storage.database import Database
from knowledge.errors import IndexMissing
from tests.fake_answers import EchoAnswers

ANN = Address("telegram", "chat-1", "ann")
BEN = Address("telegram", "chat-1", "ben")
NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)


class Desk:
    """A conversation with everything real but the answers and the clock."""

    def __init__(self, database: Database, *extra: Feature, per_minute: int = 100) -> None:
        self.answers = EchoAnswers()
        self.now = NOON
        self.store = Conversations(database)
        asking = Asking(self.answers, self.store, Pace(per_minute))
        self.features = (General(self.store, 30).feature(), asking.feature(), *extra)
        self.roles: dict[str, Role] = {}
        self.conversation = Conversation(
            self.features,
            asking.question,
            self.store,
            Clock(self._tick, ZoneInfo("Asia/Shanghai")),
            lambda address: self.roles.get(address.user, Role.FOUNDER),
        )

    def _tick(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    async def say(self, written: str, who: Address = ANN, **more: Any) -> Reply:
        return await self.conversation.receive(Incoming(who, "text", written, **more))

    async def tap(self, action: str, who: Address = ANN, **more: Any) -> Reply:
        return await self.conversation.receive(Incoming(who, "button", action, **more))


@pytest.fixture
def desk(sqlite: Database) -> Desk:
    return Desk(sqlite)


def action(reply: Reply, start: str) -> str:
    return next(button.action for button in reply.buttons if button.action.startswith(start))


# Answers and what follows them


async def test_an_answer_comes_with_its_sources_and_buttons(desk: Desk) -> None:
    reply = await desk.say("武汉算力券能补多少？")
    assert reply.outcome == "answered" and reply.lang == "zh" and reply.answer_id
    assert reply.programme_ids == ("wuhan-compute",) and reply.citations[0].number == 1
    kinds = [button.action.partition(":")[0] for button in reply.buttons]
    assert kinds == ["ask", "ask", "more", "cite", "fb", "fb"]


async def test_every_button_fits_telegram(desk: Desk) -> None:
    replies = [await desk.say("武汉？"), await desk.say("/start"), await desk.say("/language")]
    replies += [await desk.say("/privacy"), await desk.tap(action(replies[0], "fb:")[:-2] + "down")]
    actions = [button.action for reply in replies for button in reply.buttons]
    assert actions and all(len(a.encode()) <= 64 for a in actions)


async def test_a_follow_up_carries_the_turns_before_it(desk: Desk) -> None:
    for n in range(HISTORY_TURNS + 2):
        await desk.say(f"question {n}")
    history = desk.answers.questions[-1].history
    assert [turn.question for turn in history] == [f"question {n}" for n in range(1, 7)]
    assert history[0].programme_ids == ("wuhan-compute",)


async def test_start_begins_a_new_conversation(desk: Desk) -> None:
    await desk.say("first")
    started = await desk.say("/start")
    assert [b.action for b in started.buttons] == [f"say:{key}" for key in EXAMPLES]
    await desk.say("second")
    assert desk.answers.questions[-1].history == ()


async def test_a_suggestion_is_asked_as_written_on_it(desk: Desk) -> None:
    first = await desk.say("武汉？")
    reply = await desk.tap(action(first, "ask:"))
    assert desk.answers.questions[-1].text == "怎么申请？" == reply.extra["question"]


@pytest.mark.parametrize("key", EXAMPLES)
async def test_each_example_is_a_question(desk: Desk, key: str) -> None:
    await desk.tap(f"say:{key}", lang="en")
    assert desk.answers.questions[-1].text == text(f"example.{key}", "en")


async def test_buttons_work_after_a_restart(desk: Desk, sqlite: Database) -> None:
    first = await desk.say("武汉？")
    restarted = Desk(sqlite)
    assert (await restarted.tap(action(first, "more:"))).text == "The rest."
    shown = await restarted.tap(action(first, "cite:"))
    assert "武汉市算力券实施细则" in shown.text and "https://example.com/notice" in shown.text


async def test_sources_shows_those_of_the_last_answer(desk: Desk) -> None:
    assert (await desk.say("/sources", lang="en")).text == text("sources.no_answer", "en")
    await desk.say("武汉？")
    shown = await desk.say("/sources")
    for fact in ("〔2026〕1号", "武汉市经信局", "每家企业每年最高20万元", "2027年12月31日"):
        assert fact in shown.text


async def test_one_citation_is_shown_by_its_number(desk: Desk) -> None:
    first = await desk.say("武汉？")
    assert (await desk.tap(f"cite:{first.answer_id}:1")).citations == first.citations
    assert (await desk.tap(f"cite:{first.answer_id}:2")).extra["error"] == "error.not_allowed"


async def test_feedback_and_its_reason_are_kept(desk: Desk, sqlite: Database) -> None:
    first = await desk.say("武汉？")
    asked = await desk.tap(f"fb:{first.answer_id}:down")
    assert [b.action.rpartition(":")[2] for b in asked.buttons] == list(REASONS)
    await desk.tap(asked.buttons[0].action)
    async with sqlite.read() as session:
        connection = await session.connection()
        row = await connection.exec_driver_sql("SELECT feedback, feedback_reason FROM questions")
        assert row.one() == ("down", "wrong")


async def test_drafts_reach_the_channel(desk: Desk) -> None:
    seen: list[str] = []

    async def show(draft: str) -> None:
        seen.append(draft)

    reply = await desk.conversation.receive(Incoming(ANN, "text", "武汉？"), show)
    assert seen and reply.text.startswith(seen[0])


# Buttons that are not theirs


@pytest.mark.parametrize("kind", ["ask:{}:0", "more:{}", "cite:{}:0", "fb:{}:up", "why:{}:wrong"])
async def test_anothers_answer_stays_closed(desk: Desk, kind: str) -> None:
    mine = await desk.say("my secret plan")
    for who in (BEN, replace(ANN, chat="chat-2"), replace(ANN, channel="web")):
        reply = await desk.tap(kind.format(mine.answer_id), who)
        assert reply.extra["error"] == "error.not_allowed"
        assert "secret" not in reply.text and not reply.citations
    assert len(desk.answers.questions) == 1


@pytest.mark.parametrize(
    "forged",
    ["", ":", "x", "ask", "ask:", "ask:a:b:c", "ask:{id}:99", "ask:{id}:-1", "ask:{id}:²",
     "say:../x", "cite:{id}:", "fb:{id}:sideways", "why:{id}:x", "lang:fr", "forget:all", "help:",
     "__init__:", "more:' OR 1=1 --", "more:\ud800", "more:" + "a" * 5000],
)  # fmt: skip
async def test_a_forged_button_is_refused_clearly(desk: Desk, forged: str) -> None:
    first = await desk.say("my secret plan")
    reply = await desk.tap(forged.replace("{id}", first.answer_id))
    assert reply.extra["error"] in {"error.not_allowed", "language.unknown"}
    assert "secret" not in reply.text
    assert len(desk.answers.questions) == 1


# The day and the language


@pytest.mark.parametrize(
    "written", ["2026-05-01", "2026/5/1".replace("/5/1", "/05/01"), "2026年5月1日", "1 May 2026"]
)
async def test_asof_lasts_until_it_is_turned_off(desk: Desk, written: str) -> None:
    assert "2026" in (await desk.say(f"/asof {written}")).text
    await desk.say("武汉？")
    assert desk.answers.questions[-1].on == date(2026, 5, 1)
    assert not desk.answers.questions[-1].on_is_today
    await desk.say("/asof off")
    await desk.say("武汉？")
    assert desk.answers.questions[-1].on == date(2026, 11, 21)
    assert desk.answers.questions[-1].on_is_today


@pytest.mark.parametrize(
    "written", ["2026-02-30", "soon", "31.31.2026", "0001-01-01", "9999-12-31", "昨天和今天"]
)
async def test_a_bad_day_is_told_and_changes_nothing(desk: Desk, written: str) -> None:
    await desk.say("/asof 2026-05-01")
    assert (await desk.say(f"/asof {written}")).extra["error"] in {"asof.bad", "asof.range"}
    await desk.say("武汉？")
    assert desk.answers.questions[-1].on == date(2026, 5, 1)


async def test_a_day_given_with_the_message_wins(desk: Desk) -> None:
    await desk.say("/asof 2026-05-01")
    await desk.say("武汉？", on=date(2025, 1, 1))
    assert desk.answers.questions[-1].on == date(2025, 1, 1)


async def test_today_is_that_of_the_founders_zone(desk: Desk) -> None:
    desk.now = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
    await desk.say("武汉？")
    assert desk.answers.questions[-1].on == date(2026, 11, 22)


async def test_the_question_decides_the_language_until_one_is_fixed(desk: Desk) -> None:
    assert (await desk.say("武汉算力券？", lang="en")).lang == "zh"
    assert (await desk.say("/language en", lang="zh")).lang == "en"
    assert (await desk.say("武汉算力券？")).lang == "en"
    assert (await desk.say("/language auto")).extra == {}
    assert (await desk.say("武汉算力券？")).lang == "zh"


async def test_a_program_gets_the_language_it_asks_for(desk: Desk) -> None:
    api = Address("api", "session", "session")
    assert (await desk.say("武汉算力券？", api, lang="en")).lang == "en"


@pytest.mark.parametrize(("lang", "expected"), [("zh", "您好"), ("en", "Hello"), (None, "您好")])
async def test_start_greets_in_the_persons_language(
    desk: Desk, lang: str | None, expected: str
) -> None:
    assert (await desk.say("/start", lang=lang)).text.startswith(expected)


# The table of commands


async def test_help_lists_the_table(desk: Desk) -> None:
    shown = (await desk.say("/help", lang="en")).text
    for command in desk.conversation.commands():
        assert f"/{command.name} – {text(command.description, 'en')}" in shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_command_fits_telegrams_list(desk: Desk, lang: str) -> None:
    for command in desk.conversation.commands(Role.ADMINISTRATOR):
        assert 1 <= len(text(command.description, lang)) <= 256
        assert command.name.islower() and len(command.name) <= 32


@pytest.mark.parametrize("written", ["/HELP", "/help@opc_bot", "／help", "/help\n", " /help "])
async def test_commands_are_understood_as_people_type_them(desk: Desk, written: str) -> None:
    assert "/asof" in (await desk.say(written)).text


async def test_an_unknown_command_points_to_help(desk: Desk) -> None:
    reply = await desk.say("/delete_everything", lang="en")
    assert reply.extra["error"] == "command.unknown" and "/help" in reply.text


async def _told(visit: Visit) -> Reply:
    return Reply(f"done {visit.argument}")


STAFF_ONLY = Feature(
    commands=(Command("start2", _told, Role.STAFF),), taps=(Tap("go", _told, Role.ADMINISTRATOR),)
)


@pytest.mark.parametrize(
    ("role", "command", "tap"),
    [(Role.FOUNDER, False, False), (Role.STAFF, False, False), (Role.ADMINISTRATOR, False, True)],
)
async def test_a_role_opens_what_the_table_says(
    sqlite: Database, role: Role, command: bool, tap: bool
) -> None:
    desk = Desk(sqlite, STAFF_ONLY)
    desk.roles["ann"] = role
    allowed = await desk.conversation.receive(Incoming(ANN, "command", "start2"))
    assert ("error" not in allowed.extra) == (role >= Role.STAFF)
    assert ("error" not in (await desk.tap("go:1")).extra) == tap
    names = [c.name for c in desk.conversation.commands(role)]
    assert ("start2" in names) == (role >= Role.STAFF)


def test_two_features_cannot_have_the_same_command(sqlite: Database) -> None:
    with pytest.raises(ValueError, match="start"):
        Desk(sqlite, Feature(commands=(Command("start", _told),)))


async def test_personal_commands_are_refused_in_a_group(desk: Desk) -> None:
    await desk.say("武汉？")
    assert (await desk.say("/privacy", group=True)).extra["error"] == "error.group"
    assert (await desk.tap("forget:yes", group=True)).extra["error"] == "error.group"
    assert "/privacy" not in (await desk.say("/help", group=True)).text
    assert "武汉" in (await desk.say("/sources")).text


async def test_privacy_says_how_long_and_erases_on_demand(desk: Desk) -> None:
    await desk.say("武汉？")
    told = await desk.say("/privacy")
    assert "30" in told.text
    sure = await desk.tap(told.buttons[0].action)
    assert sure.buttons == (Button(text("privacy.sure", "zh"), "forget:yes"),)
    await desk.tap("forget:yes")
    assert (await desk.say("/sources")).text == text("sources.no_answer", "zh")


# Bad input


@pytest.mark.parametrize(
    "written",
    ["", "   ", "\n\t", "🎉🎉🎉", "？！…", "\x00\x01\x1b", "\u202e\u200b\ufeff", "\ud800"],
)
async def test_what_has_no_words_is_told_so(desk: Desk, written: str) -> None:
    reply = await desk.say(written, lang="en")
    assert reply.extra["error"] == "input.no_words" and reply.text
    assert desk.answers.questions == []


async def test_a_message_that_is_too_long_is_told_the_limit(desk: Desk) -> None:
    reply = await desk.say("武" * 10_000)
    assert reply.extra["error"] == "input.too_long"
    assert "2000" in reply.text and "10000" in reply.text
    assert (await desk.say("武" * MAX_CHARACTERS)).outcome == "answered"


@pytest.mark.parametrize(
    "written",
    ["'; DROP TABLE questions; --", "<script>alert(1)</script>", "*_`[x](y)~{{}}", "{0} {name} %s",
     "שלום עולם", "武汉\u202e算力\u0000券", "a\ud800b", "١٢٣ мир"],
)  # fmt: skip
async def test_odd_text_is_a_question_like_any_other(desk: Desk, written: str) -> None:
    reply = await desk.say(written)
    assert reply.outcome == "answered"
    asked = desk.answers.questions[-1].text
    asked.encode()
    assert not {"\x00", "\u202e"} & set(asked)
    assert (await desk.say("/sources")).citations


async def test_too_many_questions_are_asked_to_wait(sqlite: Database) -> None:
    desk = Desk(sqlite, per_minute=3)
    replies = [await desk.say(f"q {n}") for n in range(4)]
    assert replies[-1].extra == {"error": "error.pace", "retryable": "yes"}
    assert (await desk.say("q", BEN)).outcome == "answered"
    desk.now += timedelta(seconds=61)
    assert (await desk.say("q 5")).outcome == "answered"


# Failures


async def test_a_bug_is_logged_and_told_without_details(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.answers.raises = ZeroDivisionError("secret detail")
    with caplog.at_level(logging.ERROR):
        reply = await desk.say("How much?")
    assert reply.extra["error"] == "error.unexpected" and reply.lang == "en"
    assert "secret" not in reply.text and "ZeroDivisionError" in caplog.text


async def test_a_question_that_failed_is_on_record(desk: Desk, sqlite: Database) -> None:
    desk.answers.raises = ZeroDivisionError()
    await desk.say("How much?")
    async with sqlite.read() as session:
        connection = await session.connection()
        rows = await connection.exec_driver_sql("SELECT text, outcome FROM questions")
        assert rows.all() == [("How much?", None)]


async def test_an_index_that_fails_is_told_without_folders(desk: Desk, tmp_path: Any) -> None:
    desk.answers.raises = IndexMissing(tmp_path)
    reply = await desk.say("How much?")
    assert reply.extra["error"] == "error.knowledge" and str(tmp_path) not in reply.text


async def test_loading_is_told_as_such(desk: Desk) -> None:
    desk.answers.raises = KnowledgeUnavailable(msgid="error.loading", retryable=True)
    reply = await desk.say("武汉？")
    assert reply.extra == {"error": "error.loading", "retryable": "yes"}


async def test_a_database_that_does_not_answer_is_told(desk: Desk) -> None:
    desk.answers.raises = StorageFailed("connection refused", retryable=True)
    reply = await desk.say("武汉？")
    assert reply.extra["error"] == "error.storage" and "refused" not in reply.text
