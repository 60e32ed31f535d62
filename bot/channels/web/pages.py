"""The chat page and its forms. With our script they answer in events or JSON; without it, in pages.

What a person types is never lost: a page that reports a problem has it in its field again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from aiohttp import web

from bot.channels.web.failures import failure, failure_body, to_json, wants_json
from bot.channels.web.problems import Problem, problem_in, problem_of
from bot.channels.web.security import read_form, require_own_form, slow_down
from bot.channels.web.sessions import address_of, begin_session, choose_language, language
from bot.channels.web.site import site_of
from bot.channels.web.streams import Events, follow
from bot.channels.web.views import Shown, from_exchange, from_reply
from bot.commands.general import examples
from bot.conversation import MAX_CHARACTERS, readable
from bot.errors import InputRejected
from bot.locale import text
from bot.messages import Incoming, Reply
from bot.storage.transcripts import Transcript
from knowledge.dates import format_date

_LONGEST_DAY = 40
_ANSWERED_TAPS = frozenset({"ask", "say"})
_RATING_TAPS = frozenset({"fb", "why"})


@dataclass(frozen=True, slots=True)
class Note:
    """What a page adds to the conversation: a command's reply, or a problem and the typed text."""

    shown: Shown | None = None
    problem: Problem | None = None
    typed: str = ""


async def home(request: web.Request) -> web.Response:
    """The conversation so far; `?lang=` first keeps a choice of language."""
    if "lang" in request.query:
        choose_language(request, request.query["lang"])
        raise web.HTTPSeeOther(site_of(request).home)
    return await _page(request, Note())


async def back_home(request: web.Request) -> web.Response:
    """A form's address opened or reloaded as a page."""
    raise web.HTTPSeeOther(site_of(request).home)


async def ask(request: web.Request) -> web.StreamResponse:
    """What was typed."""
    typed = await _field(request, "question")
    return await _answer(request, "text", typed)


async def tap(request: web.Request) -> web.StreamResponse:
    """A button. A suggestion is answered like a question; a rating changes its answer's thumbs."""
    action = await _field(request, "action")
    name = action.partition(":")[0]
    if name in _ANSWERED_TAPS:
        return await _answer(request, "button", action)
    if name in _RATING_TAPS:
        return await _rate(request, action)
    slow_down(request, site_of(request).taps)
    reply = await site_of(request).conversation.receive(_incoming(request, "button", action))
    return await _said(request, reply)


async def as_of(request: web.Request) -> web.Response:
    """The day to answer for; an empty one is today."""
    chosen = await _field(request, "on")
    return await _command(request, "asof", chosen[:_LONGEST_DAY] or "off")


async def new(request: web.Request) -> web.Response:
    """Begin a new conversation, about today."""
    await _form(request)
    conversation = site_of(request).conversation
    slow_down(request, site_of(request).taps)
    await conversation.receive(_incoming(request, "command", "asof", "off"))
    return await _command(request, "start")


async def _command(request: web.Request, name: str, argument: str = "") -> web.Response:
    site = site_of(request)
    slow_down(request, site.taps)
    reply = await site.conversation.receive(_incoming(request, "command", name, argument))
    if problem := problem_in(reply):
        return await _page(request, Note(problem=problem))
    raise web.HTTPSeeOther(site.home)


async def _answer(
    request: web.Request, kind: Literal["text", "button"], said: str
) -> web.StreamResponse:
    """Have a question answered, the one way or the other."""
    site = site_of(request)
    typed = said if kind == "text" else ""
    try:
        slow_down(request, site.questions)
        if kind == "text":
            readable(said)  # before anything slow is done with a long text
    except InputRejected as error:
        if wants_json(request):
            raise
        return await _page(request, Note(problem=problem_of(error), typed=typed))
    incoming = _incoming(request, kind, said)
    if wants_json(request):
        return await _streamed(request, incoming, typed)
    return await _said(request, await site.conversation.receive(incoming), typed)


async def _streamed(request: web.Request, incoming: Incoming, typed: str) -> web.StreamResponse:
    site, events, lang = site_of(request), Events(), language(request)
    await events.open(request)
    ready = site.health()["status"] == "ok"
    await events.send("state", {"text": text("web.looking" if ready else "web.loading", lang)})
    reply = await follow(events, lambda put: site.conversation.receive(incoming, put))
    if problem := problem_in(reply):
        await events.send("error", failure_body(problem, lang))
        return events.response
    shown = from_reply(reply, _question(reply, typed))
    html = site.pages.part("exchange", x=shown, newest=True)
    await events.send("reply", {"key": shown.key, "html": html})
    return events.response


async def _said(request: web.Request, reply: Reply, typed: str = "") -> web.Response:
    """A reply as a page. One that is kept is shown by the conversation itself."""
    if problem := problem_in(reply):
        return await _page(request, Note(problem=problem, typed=typed))
    if reply.answer_id:
        raise web.HTTPSeeOther(f"{site_of(request).home}#a-{reply.answer_id}")
    return await _page(request, Note(shown=from_reply(reply, _question(reply, typed))))


def _question(reply: Reply, typed: str) -> str:
    """What the person said, in words: for a button, those that it stands for."""
    return reply.extra.get("question", typed.strip())


async def _rate(request: web.Request, action: str) -> web.Response:
    site = site_of(request)
    slow_down(request, site.taps)
    reply = await site.conversation.receive(_incoming(request, "button", action))
    if problem := problem_in(reply):
        return failure(request, problem)
    name, _, rest = action.partition(":")
    answer_id, _, given = rest.partition(":")
    if not wants_json(request):
        raise web.HTTPSeeOther(f"{site.home}#a-{answer_id}")
    feedback, reason = ("down", given) if name == "why" else (given, None)
    shown = Shown(answer_id, "", reply.lang, rated=True, feedback=feedback, reason=reason)
    html = site.pages.part("rating", x=shown)
    return web.json_response({"key": answer_id, "html": html}, dumps=to_json)


def _incoming(
    request: web.Request, kind: Literal["text", "command", "button"], said: str, args: str = ""
) -> Incoming:
    return Incoming(begin_session(request), kind, said, args, language(request))


async def _field(request: web.Request, name: str) -> str:
    return (await _form(request)).get(name, "")


async def _form(request: web.Request) -> dict[str, str]:
    """The fields of a form that came from our own page."""
    require_own_form(request)
    return await read_form(request)


async def _page(request: web.Request, note: Note) -> web.Response:
    site, lang, address = site_of(request), language(request), address_of(request)
    transcript = await site.transcripts.read(address) if address else Transcript()
    now = site.now()
    exchanges = [from_exchange(exchange, now) for exchange in transcript.exchanges]
    shown = site.pages.page(
        "chat",
        lang,
        exchanges=[*exchanges, *([note.shown] if note.shown else [])],
        problem=note.problem.told(lang) if note.problem else "",
        typed=note.typed,
        limit=MAX_CHARACTERS,
        examples=examples(lang),
        kept_days=site.settings.conversation_days,
        status=site.health()["status"],
        **_day(transcript.as_of, now.astimezone(site.settings.zone).date(), lang),
    )
    status, headers = 200, {"Vary": "Accept-Language, Cookie"}
    if note.problem:
        status, headers = note.problem.status, headers | note.problem.headers
    response = web.Response(text=shown, status=status, headers=headers, content_type="text/html")
    response.enable_compression()
    return response


def _day(chosen: date | None, today: date, lang: str) -> dict[str, str]:
    """The day answers are for, as the page shows and edits it."""
    return {
        "day": format_date(chosen, lang) if chosen else "",
        "day_iso": (chosen or today).isoformat(),
    }
