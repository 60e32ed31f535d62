"""POST /api/ask and GET /healthz as a program meets them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import date
from typing import Any

import pytest
from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer

from bot.errors import KnowledgeUnavailable, StorageFailed
from bot.locale import catalogue, text
from bot.storage.database import Database
from tests.channels.test_web import read_events
from tests.channels.web_site import Parts, make_site

QUESTION = "示例市的算力券最高多少？"


class Api:
    def __init__(self, client: TestClient[Any, Any], parts: Parts) -> None:
        self.client = client
        self.parts = parts

    async def ask(self, body: object = None, **headers: str) -> tuple[int, Any]:
        response = await self.client.post(
            "/api/ask", json={"question": QUESTION} if body is None else body, headers=headers
        )
        return response.status, await response.json()

    async def raw(self, body: bytes, content_type: str = "application/json") -> ClientResponse:
        return await self.client.post("/api/ask", data=body, headers={"Content-Type": content_type})


@pytest.fixture
async def opened(sqlite: Database) -> AsyncIterator[Callable[..., Any]]:
    async with AsyncExitStack() as stack:

        async def open_api(**settings: object) -> Api:
            parts = make_site(sqlite, **settings)
            client = TestClient(TestServer(parts.app))
            await stack.enter_async_context(client)
            return Api(client, parts)

        yield open_api


@pytest.fixture
async def api(opened: Callable[..., Any]) -> Api:
    made: Api = await opened()
    return made


async def test_an_answer_has_all_that_was_promised(api: Api) -> None:
    status, body = await api.ask()
    assert status == 200
    assert body["outcome"] == "answered"
    assert body["answer"].startswith("每年最高20万元")
    assert body["programme_ids"] == ["sample-compute"]
    assert body["ms"] == 4.2
    assert body["lang"] == "zh"
    assert body["ai_generated"] is False
    assert body["answer_id"]
    assert [button["label"] for button in body["buttons"]] == [
        "需要哪些材料？",
        "还有哪些城市发算力券？",
    ]
    assert set(body["citations"][0]) == {
        "number", "title", "passage", "programme_id", "issuer", "doc_no", "url", "validity",
        "seen", "place",
    }  # fmt: skip


async def test_a_session_makes_follow_ups(api: Api) -> None:
    _, first = await api.ask()
    await api.ask({"question": "那怎么申请？", "session": first["session"]})
    assert [turn.question for turn in api.parts.answers.asked[-1].history] == [QUESTION]
    await api.ask({"question": "那怎么申请？"})
    assert api.parts.answers.asked[-1].history == ()


async def test_the_day_and_the_language_are_handed_on(api: Api) -> None:
    _, body = await api.ask({"question": QUESTION, "on": "2026-03-01", "lang": "en"})
    asked = api.parts.answers.asked[-1]
    assert (asked.on, asked.lang) == (date(2026, 3, 1), "en")
    assert body["answer"].startswith("Up to CNY 200,000")


async def test_null_is_the_same_as_absent(api: Api) -> None:
    status, _ = await api.ask({"question": QUESTION, "session": None, "on": None, "lang": None})
    assert status == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "not_object"),
        ("text", "not_object"),
        (5, "not_object"),
        ({}, "missing_question"),
        ({"question": None}, "missing_question"),
        ({"question": 5}, "wrong_type"),
        ({"question": ["a"]}, "wrong_type"),
        ({"question": "a", "session": 1}, "wrong_type"),
        ({"question": "a", "on": 20260301}, "wrong_type"),
        ({"question": "a", "lang": True}, "wrong_type"),
        ({"question": "a", "answer": "b"}, "unknown_field"),
        ({"question": "a", "on": "2026-02-30"}, "bad_date"),
        ({"question": "a", "on": "1 March"}, "bad_date"),
        ({"question": "a", "on": "20260301"}, "bad_date"),
        ({"question": "a", "on": ""}, "bad_date"),
        ({"question": "a", "on": "0001-01-01"}, "bad_date"),
        ({"question": "a", "lang": "fr"}, "bad_language"),
        ({"question": "a", "session": ""}, "bad_session"),
        ({"question": "a", "session": "x" * 129}, "bad_session"),
        ({"question": "a", "session": "a b"}, "bad_session"),
        ({"question": ""}, "empty"),
        ({"question": " \n "}, "empty"),
        ({"question": "😀"}, "empty"),
        ({"question": "\u202e\u200f\x00"}, "empty"),
        ({"question": "字" * 10_000}, "too_long"),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_bad_request_is_said_in_the_persons_language(
    api: Api, body: object, code: str, lang: str
) -> None:
    status, failed = await api.ask(body, **{"Accept-Language": lang})
    assert status == 400
    assert failed["error"]["code"] == code
    message = failed["error"]["message"]
    assert any("\u4e00" <= c <= "\u9fff" for c in message) == (lang == "zh")
    assert api.parts.answers.asked == []


async def test_the_language_asked_for_is_that_of_the_error(api: Api) -> None:
    _, failed = await api.ask({"question": "问题", "on": "x", "lang": "en"})
    assert failed["error"]["message"] == text(
        "web.problem.bad_date", "en", field="on", first=2000, last=2100
    )


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b'{"question": }', b"\xff\xfe", b'{"question": "\xff"}', b"[" * 60_000, b"NaN,"],
)
async def test_broken_json_is_refused(api: Api, body: bytes) -> None:
    response = await api.raw(body)
    assert response.status == 400
    assert (await response.json())["error"]["code"] == "bad_json"


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
async def test_only_json_is_taken(api: Api, content_type: str) -> None:
    response = await api.raw(b'{"question": "a"}', content_type)
    assert response.status == 415
    assert (await response.json())["error"]["code"] == "not_json"


async def test_a_body_over_64_kilobytes_is_refused(api: Api) -> None:
    response = await api.raw(json.dumps({"question": "a" * 70_000}).encode())
    assert response.status == 413
    assert (await response.json())["error"]["code"] == "too_large"


async def test_a_body_of_unknown_length_is_refused_when_it_grows_too_large(api: Api) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 4096

    response = await api.client.post(
        "/api/ask", data=endless(), headers={"Content-Type": "application/json"}
    )
    assert response.status == 413


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
async def test_other_methods_are_refused(api: Api, method: str) -> None:
    response = await api.client.request(method, "/api/ask")
    assert response.status == 405
    assert response.headers["Allow"] == "POST"
    assert (await response.json())["error"]["code"] == "method_not_allowed"


async def test_an_unknown_address_is_a_json_error(api: Api) -> None:
    response = await api.client.get("/api/nothing")
    assert response.status == 404
    assert (await response.json())["error"]["code"] == "not_found"


async def test_a_client_is_paced_whatever_session_it_names(opened: Callable[..., Any]) -> None:
    api: Api = await opened(rate_per_minute=2)
    for n in range(2):
        assert (await api.ask({"question": QUESTION, "session": f"s{n}"}))[0] == 200
    response = await api.raw(b'{"question": "a"}')
    assert response.status == 429
    assert int(response.headers["Retry-After"]) > 0
    assert (await response.json())["error"]["code"] == "rate_limited"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (KnowledgeUnavailable(msgid="error.loading", retryable=True), 503, "unavailable"),
        (KnowledgeUnavailable(), 503, "unavailable"),
        (StorageFailed(retryable=True), 503, "unavailable"),
        (RuntimeError("a bug"), 500, "internal"),
    ],
)
async def test_a_failure_on_our_side_has_a_code(
    api: Api, error: Exception, status: int, code: str
) -> None:
    api.parts.answers.by_phrase["a"] = error
    response = await api.raw(b'{"question": "a"}')
    assert response.status == status
    assert ("Retry-After" in response.headers) == (status == 503)
    body = await response.json()
    assert body["error"]["code"] == code
    assert "bug" not in body["error"]["message"]


@pytest.mark.parametrize(
    "question",
    [
        "a\ud800b",
        "' OR 1=1; DROP TABLE questions; --",
        "<script>alert(1)</script>",
        "**bold** [x](javascript:alert(1))",
        "\u202eabc\u200b",
        "שלום עולם",
        "x" * 2000,
    ],
)
async def test_odd_text_is_a_question_like_any_other(api: Api, question: str) -> None:
    status, body = await api.ask({"question": question})
    assert status == 200
    assert body["outcome"] == "answered"


async def test_events_are_sent_to_who_accepts_them(api: Api) -> None:
    api.parts.answers.drafts = ("每年最高",)
    response = await api.client.post(
        "/api/ask", json={"question": QUESTION}, headers={"Accept": "text/event-stream"}
    )
    assert response.content_type == "text/event-stream"
    events = read_events(await response.text())
    assert events[0] == ("draft", {"text": "每年最高"})
    assert events[-1][0] == "reply"
    assert events[-1][1]["answer"].startswith("每年最高20万元")


async def test_no_cookie_is_used_or_set(api: Api) -> None:
    response = await api.client.post(
        "/api/ask", json={"question": QUESTION}, headers={"Cookie": f"opc_session={'a' * 32}"}
    )
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(("state", "status"), [("ok", 200), ("starting", 503), ("failed", 503)])
async def test_health_tells_whether_questions_are_answered(
    api: Api, state: str, status: int
) -> None:
    api.parts.health["status"] = state
    response = await api.client.get("/healthz")
    assert response.status == status
    assert await response.json() == {"status": state, "generation": "g1"}


def test_every_message_is_there_in_both_languages() -> None:
    ours = {m for m in catalogue("zh") if m.startswith("web.")}
    assert ours == {m for m in catalogue("en") if m.startswith("web.")}
