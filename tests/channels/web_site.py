"""The web channel over a real conversation and database; only the answers are scripted."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from bot.answers.question import Answer, Question
from bot.channels.web import create_app
from bot.commands import Draft
from bot.commands.asking import Asking
from bot.commands.general import General
from bot.conversation import Clock, Conversation
from bot.messages import Citation
from bot.pace import Pace
from bot.settings import Settings
from bot.storage.conversations import Conversations
from bot.storage.database import Database
from bot.storage.transcripts import Transcripts
from knowledge.text import detect_language

SOURCE = {
    "zh": Citation(
        number=1,
        title="示例市算力券管理办法",
        passage="对租用智能算力的一人公司，按合同金额的30%发放算力券，每年最高20万元。",
        programme_id="sample-compute",
        issuer="示例市工业和信息化局",
        doc_no="示工信〔2026〕3号",
        url="https://example.com/compute",
        validity="2026年1月1日至2027年12月31日有效",
        seen="2026年11月3日",
        place="示例市",
    ),
    "en": Citation(
        number=1,
        title="Sample City compute voucher measures",
        passage="A one-person company that rents computing power gets 30% of the contract back.",
        programme_id="sample-compute",
        issuer="Sample City industry bureau",
        doc_no="No. 3 of 2026",
        url="https://example.com/compute",
        validity="valid 1 January 2026 to 31 December 2027",
        seen="3 November 2026",
        place="Sample City",
    ),
}
TEXT = {
    "zh": "每年最高20万元，按合同金额的30%发放[1]\n谁能拿：企业（须先注册）\n"
    "条件：在示例市注册；租用本市备案的算力[1]\n时间：2026年1月1日至2027年12月31日有效；常年受理\n"
    "怎么办：示例市惠企平台[2]",
    "en": "Up to CNY 200,000 a year, at 30% of the contract [1]\n"
    "Who gets it: the company (register one first)\n"
    "Conditions: registered in Sample City; registered computing power [1]\n"
    "When: valid 1 January 2026 to 31 December 2027; applications all year round\n"
    "How: the city's enterprise platform [2]",
}
MORE = {
    "zh": "- 同一合同不重复补贴[1]\n- 次年一季度兑付",
    "en": "- One contract is paid once [1]\n- Paid in the first quarter of the next year",
}
NEXT = {
    "zh": ("需要哪些材料？", "还有哪些城市发算力券？"),
    "en": ("Which documents?", "Which other cities?"),
}


def sample_answer(lang: str) -> Answer:
    first = SOURCE[lang]
    second = replace(first, number=2, title=f"{first.title} (2)", url="https://example.com/apply")
    return Answer(
        TEXT[lang],
        lang,
        "answered",
        citations=(first, second),
        suggestions=NEXT[lang],
        programme_ids=("sample-compute",),
        more=MORE[lang],
        generation="test",
        ms=4.2,
    )


@dataclass
class ScriptedAnswers:
    """Answers by a phrase in the question, else the sample; remembers what it was asked.

    A question with "slow" waits for `release`, after `drafts` were sent.
    """

    by_phrase: dict[str, Answer | Exception] = field(default_factory=dict)
    drafts: tuple[str, ...] = ()
    release: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[Question] = field(default_factory=list)

    async def answer(self, question: Question, on_draft: Draft | None = None) -> Answer:
        self.asked.append(question)
        for draft in self.drafts if on_draft else ():
            await on_draft(draft)  # type: ignore[misc]
        if "slow" in question.text:
            await self.release.wait()
        lang = question.lang or detect_language(question.text)
        found = [given for phrase, given in self.by_phrase.items() if phrase in question.text]
        given = found[0] if found else sample_answer(lang)
        if isinstance(given, Exception):
            raise given
        return given


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Parts:
    app: web.Application
    answers: ScriptedAnswers
    health: dict[str, str]
    conversations: Conversations


def make_site(database: Database, clock: Callable[[], datetime] = now, **settings: object) -> Parts:
    """An application on a migrated database."""
    values = {"rate_per_minute": 1000, **settings}
    chosen = Settings(_env_file=None, **values)  # type: ignore[call-arg, arg-type]
    answers, store = ScriptedAnswers(), Conversations(database)
    asking = Asking(answers, store, Pace(1000))
    features = (General(store, chosen.conversation_days).feature(), asking.feature())
    conversation = Conversation(features, asking.question, store, Clock(clock, chosen.zone))
    health: dict[str, str] = {"status": "ok", "generation": "g1"}

    def current() -> Mapping[str, str]:
        return health

    app = create_app(
        conversation, chosen, transcripts=Transcripts(database), health=current, now=clock
    )
    return Parts(app, answers, health, store)


@asynccontextmanager
async def serving(folder: Path, **settings: object) -> AsyncIterator[tuple[str, Parts]]:
    """A site on a free port of its own, with its address."""
    database = Database.of("", folder)
    await database.migrate()
    parts = make_site(database, **settings)
    runner = web.AppRunner(parts.app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", parts
    finally:
        await runner.cleanup()
        await database.close()
