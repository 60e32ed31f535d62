"""POST /api/ask and GET /healthz: for programs. No cookies; a session is what the caller names."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import asdict
from datetime import date
from typing import Any

from aiohttp import web

from bot.channels.web.failures import ANSWER_LANGUAGE, failure_body, json_failure, to_json
from bot.channels.web.problems import Problem, problem_in
from bot.channels.web.security import read_body, slow_down
from bot.channels.web.sessions import accepted_language, private_address
from bot.channels.web.site import site_of
from bot.channels.web.streams import Events, follow
from bot.conversation import readable
from bot.locale import LANGUAGES
from bot.messages import Incoming, Reply
from knowledge.text import detect_language

_FIELDS = ("question", "session", "on", "lang")
_SESSION = re.compile(r"[\w.:-]{1,128}", re.ASCII)
_ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_YEARS = range(2000, 2101)


async def ask(request: web.Request) -> web.StreamResponse:
    """Answer one question; as events if the caller accepts text/event-stream."""
    site = site_of(request)
    body = await _body(request)
    lang = request[ANSWER_LANGUAGE] = _language(request, body)
    incoming, session = _incoming(body)
    slow_down(request, site.questions)
    if "text/event-stream" in request.headers.get("Accept", ""):
        return await _streamed(request, incoming, session)
    reply = await site.conversation.receive(incoming)
    if problem := problem_in(reply):
        return json_failure(problem, lang)
    return web.json_response(reply_body(reply, session), dumps=to_json)


async def _streamed(request: web.Request, incoming: Incoming, session: str) -> web.StreamResponse:
    events = Events()
    await events.open(request)
    conversation = site_of(request).conversation
    reply = await follow(events, lambda put: conversation.receive(incoming, put))
    if problem := problem_in(reply):
        await events.send("error", failure_body(problem, reply.lang))
    else:
        await events.send("reply", reply_body(reply, session))
    return events.response


def reply_body(reply: Reply, session: str) -> dict[str, object]:
    """A reply as JSON. The label of a button is a question that may be sent next."""
    suggested = (button for button in reply.buttons if button.action.startswith("ask:"))
    return {
        "outcome": reply.outcome,
        "answer": reply.text,
        "more": reply.more,
        "citations": [asdict(citation) for citation in reply.citations],
        "programme_ids": list(reply.programme_ids),
        "buttons": [{"label": b.label, "action": b.action} for b in suggested],
        "ms": round(reply.ms, 2),
        "session": session,
        "answer_id": reply.answer_id,
        "lang": reply.lang,
        "ai_generated": reply.ai_generated,
    }


async def _body(request: web.Request) -> dict[str, Any]:
    if request.content_type != "application/json":
        raise Problem(415, "not_json")
    read = await read_body(request)
    try:
        body = json.loads(read)
    except (ValueError, RecursionError):
        raise Problem(400, "bad_json") from None
    if not isinstance(body, dict):
        raise Problem(400, "not_object")
    return body


def _language(request: web.Request, body: dict[str, Any]) -> str:
    """The language of an error message: the one asked for, else the browser's, else the text's."""
    if body.get("lang") in LANGUAGES:
        return str(body["lang"])
    question = body.get("question")
    start = question[:200] if isinstance(question, str) else ""
    spoken = detect_language(start) if start.strip() else "zh"
    return accepted_language(request) or spoken


def _incoming(body: dict[str, Any]) -> tuple[Incoming, str]:
    """The message of a valid body, and its session."""
    unknown = sorted(set(body) - set(_FIELDS))
    if unknown:
        raise Problem(400, "unknown_field", field=unknown[0][:40], known=", ".join(_FIELDS))
    for field in _FIELDS:
        if not isinstance(body.get(field), (str, type(None))):
            raise Problem(400, "wrong_type", field=field)
    question = body.get("question")
    if question is None:
        raise Problem(400, "missing_question")
    session = _session(body.get("session"))
    incoming = Incoming(
        private_address("api", session),
        "text",
        readable(question),
        lang=_known_language(body.get("lang")),
        on=_day(body.get("on")),
    )
    return incoming, session


def _session(given: str | None) -> str:
    if given is None:
        return secrets.token_urlsafe(18)
    if not _SESSION.fullmatch(given):
        raise Problem(400, "bad_session")
    return given


def _known_language(given: str | None) -> str | None:
    if given is not None and given not in LANGUAGES:
        raise Problem(400, "bad_language", known=", ".join(LANGUAGES))
    return given


def _day(given: str | None) -> date | None:
    if given is None:
        return None
    try:
        on = date.fromisoformat(given) if _ISO_DAY.fullmatch(given) else None
    except ValueError:
        on = None
    if on is None or on.year not in _YEARS:
        raise Problem(400, "bad_date", field="on", first=_YEARS[0], last=_YEARS[-1])
    return on


async def healthz(request: web.Request) -> web.Response:
    """200 when questions are answered at once, 503 while the index is loading or has failed."""
    health = site_of(request).health()
    status = 200 if health["status"] == "ok" else 503
    return web.json_response(dict(health), status=status, dumps=to_json)
