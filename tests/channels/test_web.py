"""The chat page and its forms as a browser without scripts meets them, and what keeps them safe."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text as sql

from bot.channels.web.views import blocks
from bot.errors import KnowledgeUnavailable, StorageFailed
from bot.locale import text
from bot.storage.database import Database
from tests.channels.web_site import Parts, make_site, sample_answer

QUESTION = "示例市的算力券最高多少？"
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>[x](javascript:alert(3))"


class Browser:
    """A client with cookies that posts forms as a page of the site would."""

    def __init__(self, client: TestClient[Any, Any], parts: Parts, prefix: str = "") -> None:
        self.client = client
        self.parts = parts
        self.prefix = prefix
        self.own = {"Origin": str(client.make_url("/")).rstrip("/")}

    async def page(self, path: str = "/", **headers: str) -> str:
        response = await self.client.get(self.prefix + path, headers=headers)
        return unescape(await response.text())

    async def post(self, path: str, fields: dict[str, str], **headers: str) -> ClientResponse:
        return await self.client.post(
            self.prefix + path, data=fields, headers=self.own | headers, allow_redirects=False
        )

    async def ask(self, question: str = QUESTION, **headers: str) -> ClientResponse:
        return await self.post("/ask", {"question": question}, **headers)

    async def events(self, path: str, fields: dict[str, str]) -> list[tuple[str, Any]]:
        response = await self.post(path, fields, Accept="text/event-stream")
        return read_events(await response.text())


def read_events(body: str) -> list[tuple[str, Any]]:
    found = re.findall(r"^event: (\w+)\ndata: (.*)$", body, re.MULTILINE)
    return [(name, json.loads(data)) for name, data in found]


Open = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def site(sqlite: Database) -> AsyncIterator[Open]:
    """site(setting=…) opens a browser on a new site; one database for all."""
    async with AsyncExitStack() as stack:

        async def open_site(**settings: object) -> Browser:
            parts = make_site(sqlite, **settings)
            client = TestClient(TestServer(parts.app))
            await stack.enter_async_context(client)
            return Browser(client, parts, str(settings.get("path_prefix", "")))

        yield open_site


@pytest.fixture
async def browser(site: Open) -> Browser:
    return await site()


async def other(browser: Browser) -> Browser:
    """Another person's browser on the same site."""
    client = TestClient(browser.client.server)
    client.session.cookie_jar.clear()
    return Browser(client, browser.parts, browser.prefix)


def answer_id(response: ClientResponse) -> str:
    return response.headers["Location"].partition("#a-")[2]


async def test_a_question_is_answered_without_scripts(browser: Browser) -> None:
    response = await browser.ask()
    assert response.status == 303
    page = await browser.page()
    assert QUESTION in page
    assert "每年最高20万元，按合同金额的30%发放" in page
    for shown in ("示例市工业和信息化局", "示工信〔2026〕3号", "2026年11月3日", "租用智能算力"):
        assert shown in page
    assert 'href="https://example.com/compute" target="_blank" rel="noopener' in page
    assert f'id="a-{answer_id(response)}"' in page


async def test_a_mark_leads_to_its_source_and_other_brackets_stay_text(browser: Browser) -> None:
    browser.parts.answers.by_phrase["方括号"] = replace(
        sample_answer("zh"), text="看[1]，不看[7]、[a]和[ 1 ]"
    )
    key = answer_id(await browser.ask("方括号"))
    page = await browser.page()
    assert f'href="#s-{key}-1"' in page
    assert f'id="s-{key}-1"' in page
    assert "，不看[7]、[a]和[ 1 ]" in page


async def test_the_first_line_leads_and_points_make_a_list() -> None:
    shown = blocks("一行[1]\n\n谁能拿：企业\n- 甲\n• 乙 [1]\n2026年1月1日：起", {1})
    assert [(b.kind, b.label) for b in shown] == [
        ("lead", ""),
        ("line", "谁能拿："),
        ("point", ""),
        ("point", ""),
        ("line", ""),
    ]
    assert [piece.number for piece in shown[3].pieces] == [0, 1]


async def test_a_long_list_of_sources_is_folded(browser: Browser) -> None:
    sample = sample_answer("zh")
    many = tuple(replace(sample.citations[0], number=n) for n in range(1, 10))
    browser.parts.answers.by_phrase["很多"] = replace(sample, citations=many, text="很多[9]")
    key = answer_id(await browser.ask("很多"))
    page = await browser.page()
    assert page.count('class="source"') == 9
    assert text("web.more_sources", "zh", count=6) in page
    assert f'href="#s-{key}-9"' in page


async def test_a_first_line_that_is_long_does_not_shout() -> None:
    assert blocks("每年最高20万元[1]", {1})[0].kind == "lead"
    assert blocks("很长" * 50, set())[0].kind == "long"
    assert blocks("long " * 35, set())[0].kind == "long"


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("en;q=0.5, zh-TW;q=0.7", "zh"),
        ("fr-FR,fr;q=0.9", "en"),
        ("fr, zh;q=0.3", "zh"),
        ("en;q=0, zh", "zh"),
        ("*", "zh"),
        ("", "zh"),
        (";;q=,=", "zh"),
    ],
)
async def test_the_page_speaks_the_browsers_language(
    browser: Browser, accepted: str, lang: str
) -> None:
    page = await browser.page(**{"Accept-Language": accepted})
    assert text("web.welcome", lang) in page
    assert f'<html lang="{"zh-Hans" if lang == "zh" else "en"}">' in page


async def test_a_chosen_language_is_remembered(browser: Browser) -> None:
    response = await browser.client.get("/?lang=en", allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, "/")
    assert text("web.welcome", "en") in await browser.page(**{"Accept-Language": "zh"})


async def test_a_language_we_do_not_have_changes_nothing(browser: Browser) -> None:
    response = await browser.client.get("/?lang=xx", allow_redirects=False)
    assert "Set-Cookie" not in response.headers


async def test_who_only_looks_gets_no_cookie_and_leaves_no_trace(
    browser: Browser, sqlite: Database
) -> None:
    response = await browser.client.get("/")
    assert "Set-Cookie" not in response.headers
    async with sqlite.read() as session:
        assert await session.scalar(sql("SELECT count(*) FROM people")) == 0


async def test_the_session_cookie_is_private_and_not_stored(
    browser: Browser, sqlite: Database
) -> None:
    cookie = (await browser.ask()).headers["Set-Cookie"]
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    token = re.match(r"opc_session=([\w-]{32});", cookie)
    assert token
    async with sqlite.read() as session:
        kept = await session.scalar(sql('SELECT "user" FROM people'))
    assert token[1] not in str(kept)


@pytest.mark.parametrize(
    ("settings", "headers"),
    [
        ({"public_url": "https://opc.example"}, {}),
        ({"proxy_hops": 1}, {"X-Forwarded-Proto": "https"}),
    ],
)
async def test_over_tls_the_cookie_is_secure(
    site: Open, settings: dict[str, object], headers: dict[str, str]
) -> None:
    browser = await site(**settings)
    assert "; Secure" in (await browser.ask(**headers)).headers["Set-Cookie"]


@pytest.mark.parametrize("cookie", ["", "x", "../../etc/passwd", "a" * 31, "é" * 32, "a" * 5000])
async def test_a_made_up_cookie_begins_a_new_session(browser: Browser, cookie: str) -> None:
    response = await browser.post(
        "/ask", {"question": QUESTION}, Cookie=f"opc_session={cookie.encode().decode('latin-1')}"
    )
    assert response.status == 303
    assert re.match(r"opc_session=[\w-]{32};", response.headers["Set-Cookie"])


async def test_nobody_sees_or_rates_anothers_conversation(browser: Browser) -> None:
    key = answer_id(await browser.ask())
    stranger = await other(browser)
    assert QUESTION not in await stranger.page()
    response = await stranger.post("/tap", {"action": f"fb:{key}:up"})
    assert response.status == 403
    await stranger.client.close()


async def test_a_new_conversation_starts_empty_and_today(browser: Browser) -> None:
    await browser.ask()
    await browser.post("/asof", {"on": "2026-03-01"})
    assert (await browser.post("/new", {})).status == 303
    page = await browser.page()
    assert QUESTION not in page
    assert "2026年3月1日" not in page
    await browser.ask("那怎么申请？")
    assert browser.parts.answers.asked[-1].history == ()


async def test_the_day_is_shown_and_answered_for(browser: Browser) -> None:
    await browser.post("/asof", {"on": "2026-03-01"})
    assert "按2026年3月1日的有效规定回答" in await browser.page()
    await browser.ask()
    assert browser.parts.answers.asked[-1].on == date(2026, 3, 1)
    await browser.post("/asof", {"on": ""})
    assert "的有效规定回答" not in await browser.page()


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday-ish", "1026-01-01", "x" * 300])
async def test_a_day_that_does_not_exist_is_refused_with_a_reason(
    browser: Browser, day: str
) -> None:
    response = await browser.post("/asof", {"on": day})
    assert response.status == 400
    assert 'role="alert">' in await response.text()


async def test_a_bad_answer_can_be_given_a_reason(browser: Browser, sqlite: Database) -> None:
    key = answer_id(await browser.ask())
    response = await browser.post("/tap", {"action": f"fb:{key}:down"})
    assert response.headers["Location"] == f"/#a-{key}"
    assert text("feedback.old", "zh") in await browser.page()
    await browser.post("/tap", {"action": f"why:{key}:old"})
    assert text("web.noted", "zh") in await browser.page()
    async with sqlite.read() as session:
        rows = (await session.execute(sql("SELECT feedback, feedback_reason FROM questions"))).all()
    assert rows == [("down", "old")]


async def test_a_rating_is_answered_in_place_for_scripts(browser: Browser) -> None:
    key = answer_id(await browser.ask())
    response = await browser.post("/tap", {"action": f"fb:{key}:up"}, Accept="application/json")
    body = await response.json()
    assert body["key"] == key
    assert re.search(r'value="fb:[\w-]+:up"\s+aria-pressed="true"', body["html"])
    assert "<form" in body["html"]


async def test_a_suggestion_is_asked_in_its_words(browser: Browser) -> None:
    key = answer_id(await browser.ask())
    await browser.post("/tap", {"action": f"ask:{key}:0"})
    assert browser.parts.answers.asked[-1].text == "需要哪些材料？"
    page = await browser.page()
    assert page.count('class="next"') == 1, "only the newest answer offers what to ask next"


async def test_examples_can_be_tapped(browser: Browser) -> None:
    actions = re.findall(r'name="action" value="(say:\w+)">([^<]+)', await browser.page())
    assert len(actions) == 3
    await browser.post("/tap", {"action": actions[0][0]})
    assert browser.parts.answers.asked[-1].text == actions[0][1]


@pytest.mark.parametrize(
    ("typed", "status"),
    [("", 400), ("   ", 400), ("😀🎉", 400), ("字" * 10_000, 400), ("/nonsense", 400)],
)
async def test_what_was_typed_survives_a_problem(browser: Browser, typed: str, status: int) -> None:
    response = await browser.ask(typed)
    page = await response.text()
    assert response.status == status
    assert re.search(r'role="alert">[^<]{6,}<', page)
    assert f">{typed}</textarea>" in page


async def test_an_answer_that_fails_gives_the_text_back(browser: Browser) -> None:
    browser.parts.answers.by_phrase["坏"] = RuntimeError("a bug")
    response = await browser.ask("坏了吗")
    assert response.status == 500
    assert ">坏了吗</textarea>" in await response.text()
    page = await browser.page()
    assert text("web.still_working", "zh") in page


async def test_a_question_without_an_answer_can_be_asked_again(
    browser: Browser, sqlite: Database
) -> None:
    browser.parts.answers.by_phrase["坏"] = RuntimeError("a bug")
    await browser.ask("坏了吗")
    async with sqlite.write() as session:
        await session.execute(sql("UPDATE conversations SET began_at = '2026-01-01 00:00:00'"))
        await session.execute(sql("UPDATE questions SET asked_at = '2026-01-02 00:00:00'"))
    page = await browser.page()
    assert text("web.lost_answer", "zh") in page
    assert 'name="question" value="坏了吗"' in page


async def test_a_command_shows_its_reply(browser: Browser) -> None:
    response = await browser.ask("/help")
    assert response.status == 200
    assert "/asof" in await response.text()


async def test_a_person_can_erase_their_conversation(browser: Browser) -> None:
    await browser.ask()
    asked = await browser.post("/tap", {"action": "forget:ask"})
    assert 'value="forget:yes"' in await asked.text()
    done = await browser.post("/tap", {"action": "forget:yes"})
    assert text("privacy.erased", "zh") in await done.text()
    assert QUESTION not in await browser.page()


async def test_everything_is_escaped(browser: Browser) -> None:
    sample = sample_answer("zh")
    evil = replace(
        sample.citations[0],
        title=EVIL,
        passage=EVIL,
        issuer=EVIL,
        validity=EVIL,
        place=EVIL,
        url="javascript:alert(4)",
    )
    browser.parts.answers.by_phrase["script"] = replace(
        sample, text=f"{EVIL} [1]\n标签<b>：{EVIL}", more=EVIL, citations=(evil,),
        suggestions=(EVIL,),
    )  # fmt: skip
    await browser.ask(EVIL)
    page = await (await browser.client.get("/")).text()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page
    assert EVIL in unescape(page)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "ftp://x", "http://[", " "]
)
async def test_only_web_links_are_links(browser: Browser, url: str) -> None:
    sample = sample_answer("zh")
    browser.parts.answers.by_phrase["链接"] = replace(
        sample, citations=(replace(sample.citations[0], url=url),)
    )
    await browser.ask("链接")
    assert text("web.source.open", "zh") not in await browser.page()


@pytest.mark.parametrize("path", ["/", "/healthz", "/nowhere", "/static/x/chat.css", "/api/ask"])
async def test_every_response_has_the_safety_headers(browser: Browser, path: str) -> None:
    headers = (await browser.client.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


async def test_the_page_has_no_inline_script_style_or_foreign_request(browser: Browser) -> None:
    await browser.ask()
    page = await browser.page()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    loaded = re.findall(r'<(?:script|link|img)[^>]*(?:src|href)="([^"]+)"', page)
    assert loaded
    assert all(address.startswith("/static/") for address in loaded)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/ask", "/tap", "/asof", "/new"])
async def test_a_form_of_another_site_is_refused(
    browser: Browser, path: str, headers: dict[str, str]
) -> None:
    response = await browser.post(path, {"question": QUESTION}, **headers)
    assert response.status == 403
    assert browser.parts.answers.asked == []


@pytest.mark.parametrize(
    ("settings", "headers"),
    [
        ({}, {"Origin": "http://proxy", "Sec-Fetch-Site": "same-origin"}),
        ({"public_url": "https://opc.example"}, {"Origin": "https://opc.example"}),
        ({"proxy_hops": 1}, {"Origin": "https://p.example", "X-Forwarded-Host": "p.example"}),
    ],
)
async def test_our_own_form_is_taken_behind_a_proxy(
    site: Open, settings: dict[str, object], headers: dict[str, str]
) -> None:
    browser = await site(**settings)
    assert (await browser.ask(**headers)).status == 303


async def test_under_a_prefix_every_address_has_it(site: Open) -> None:
    browser = await site(path_prefix="/opc/chat")
    response = await browser.ask()
    assert response.headers["Location"].startswith("/opc/chat/#a-")
    assert "Path=/opc/chat/;" in response.headers["Set-Cookie"] + ";"
    page = await browser.page()
    assert QUESTION in page
    addresses = re.findall(r'(?:src|href|action|data-health)="(/[^"]*)"', page)
    assert len(addresses) > 8
    assert all(address.startswith("/opc/chat/") for address in addresses)
    bare = await browser.client.get("/opc/chat", allow_redirects=False)
    assert bare.headers["Location"] == "/opc/chat/"


async def test_a_proxy_may_strip_the_prefix(site: Open) -> None:
    browser = await site(path_prefix="/opc")
    page = await (await browser.client.get("/")).text()
    assert 'action="/opc/ask"' in page
    assert (await browser.client.get("/healthz")).status == 200


async def test_files_are_kept_for_ever_under_their_version(browser: Browser) -> None:
    address = re.findall(r'href="(/static/\w+/chat\.css)"', await browser.page())[0]
    response = await browser.client.get(address)
    assert "immutable" in response.headers["Cache-Control"]
    assert response.content_type == "text/css"
    old = await browser.client.get("/static/0123/chat.css")
    assert old.headers["Cache-Control"] == "no-cache"
    assert (await browser.client.get("/static/0123/../web.py")).status == 404


async def test_the_whole_page_weighs_less_than_60_kilobytes(browser: Browser) -> None:
    await browser.ask()
    page = (await browser.page()).encode()
    loaded = set(re.findall(r'(?:src|href)="(/static/[^"]+)"', page.decode()))
    files = [await (await browser.client.get(address)).read() for address in loaded]
    assert len(page) + sum(map(len, files)) < 60_000
    assert len(gzip.compress(page)) + sum(len(gzip.compress(file)) for file in files) < 20_000


@pytest.mark.parametrize("path", ["/ask", "/tap", "/asof", "/new"])
async def test_a_forms_address_opened_as_a_page_leads_home(browser: Browser, path: str) -> None:
    response = await browser.client.get(path, allow_redirects=False)
    assert (response.status, response.headers["Location"]) == (303, "/")


async def test_a_missing_page_is_said_in_the_persons_language(browser: Browser) -> None:
    response = await browser.client.get("/nowhere", headers={"Accept-Language": "en"})
    assert response.status == 404
    assert text("web.problem.not_found", "en") in await response.text()


async def test_a_form_over_the_limit_is_refused(browser: Browser) -> None:
    response = await browser.ask("a" * 300_000)
    assert response.status == 413
    assert "256 KB" in await response.text()


async def test_a_page_says_that_the_library_loads_and_still_takes_questions(
    browser: Browser,
) -> None:
    browser.parts.health["status"] = "starting"
    assert text("web.status.starting", "zh") in await browser.page()
    assert (await browser.ask()).status == 303
    browser.parts.health["status"] = "failed"
    assert text("web.status.failed", "zh") in await browser.page()


async def test_a_client_is_paced_and_keeps_its_text(site: Open) -> None:
    browser = await site(rate_per_minute=2)
    assert [(await browser.ask()).status for _ in range(2)] == [303, 303]
    browser.client.session.cookie_jar.clear()  # a new session is still the same client
    response = await browser.ask("还有一个问题")
    assert response.status == 429
    assert 0 < int(response.headers["Retry-After"]) <= 60
    assert ">还有一个问题</textarea>" in await response.text()


async def test_the_address_a_proxy_names_is_believed_only_if_we_have_one(site: Open) -> None:
    direct = await site(rate_per_minute=1)
    spoofed = [(await direct.ask(**{"X-Forwarded-For": f"192.0.2.{n}"})).status for n in range(2)]
    assert spoofed == [303, 429]
    behind = await site(rate_per_minute=1, proxy_hops=1)
    chains = ["198.51.100.1, 192.0.2.1", "198.51.100.1, 192.0.2.2", "10.0.0.9, 192.0.2.1"]
    statuses = [(await behind.ask(**{"X-Forwarded-For": chain})).status for chain in chains]
    assert statuses == [303, 303, 429]


async def test_an_ipv6_client_is_its_whole_network(site: Open) -> None:
    browser = await site(rate_per_minute=1, proxy_hops=1)
    clients = ["2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::1"]
    statuses = [(await browser.ask(**{"X-Forwarded-For": c})).status for c in clients]
    assert statuses == [303, 429, 303]


async def test_an_answer_is_streamed_with_its_drafts(browser: Browser) -> None:
    browser.parts.answers.drafts = ("每年最高", "每年最高20万元")
    events = await browser.events("/ask", {"question": QUESTION})
    assert events[0] == ("state", {"text": text("web.looking", "zh")})
    assert ("draft", {"text": "每年最高20万元"}) in events
    name, reply = events[-1]
    assert name == "reply"
    assert reply["html"].startswith("<article")
    assert QUESTION in reply["html"]
    assert f'id="a-{reply["key"]}"' in await browser.page()


async def test_a_streamed_answer_says_that_the_library_still_loads(browser: Browser) -> None:
    browser.parts.health["status"] = "starting"
    events = await browser.events("/ask", {"question": QUESTION})
    assert events[0] == ("state", {"text": text("web.loading", "zh")})


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KnowledgeUnavailable(msgid="error.loading", retryable=True), "unavailable"),
        (StorageFailed(retryable=True), "unavailable"),
        (RuntimeError("a bug"), "internal"),
    ],
)
async def test_a_streamed_answer_that_fails_ends_with_the_error(
    browser: Browser, error: Exception, code: str
) -> None:
    browser.parts.answers.by_phrase["坏"] = error
    events = await browser.events("/ask", {"question": "坏了吗"})
    name, body = events[-1]
    assert (name, body["error"]["code"]) == ("error", code)
    assert len(body["error"]["message"]) > 5


async def test_the_answer_of_a_reader_who_left_is_kept(browser: Browser) -> None:
    answers = browser.parts.answers
    response = await browser.post("/ask", {"question": "slow 问题"}, Accept="text/event-stream")
    await response.content.readline()
    response.close()
    answers.release.set()
    for _ in range(100):
        page = await browser.page()
        if "每年最高20万元" in page:
            break
        await asyncio.sleep(0.02)
    assert "每年最高20万元" in page


async def test_generated_answers_are_labelled(browser: Browser) -> None:
    assert text("web.generated", "zh") not in await browser.page()
    browser.parts.answers.by_phrase["模型"] = replace(sample_answer("zh"), ai_generated=True)
    await browser.ask("模型")
    assert text("web.generated", "zh") in await browser.page()


async def test_an_answer_off_the_records_is_marked(browser: Browser) -> None:
    browser.parts.answers.by_phrase["火星"] = replace(sample_answer("zh"), outcome="unknown")
    await browser.ask("火星")
    assert text("web.outcome.unknown", "zh") in await browser.page()


async def test_labels_are_in_the_language_of_the_answer(browser: Browser) -> None:
    await browser.ask("How much is the compute voucher?")
    page = await browser.page(**{"Accept-Language": "zh"})
    assert text("web.source.issuer", "en") in page
    assert text("web.new", "zh") in page


async def test_a_database_that_is_down_is_a_problem_not_a_crash(site: Open, tmp_path: Path) -> None:
    broken = Database.of(f"sqlite:///{tmp_path}/gone/nowhere.db", tmp_path)
    (tmp_path / "gone").rmdir()
    parts = make_site(broken)
    async with TestClient(TestServer(parts.app)) as client:
        client.session.cookie_jar.update_cookies({"opc_session": "a" * 32})
        response = await client.get("/")
        assert response.status == 503
        assert text("web.problem.unavailable", "zh") in await response.text()
    await broken.close()
