"""Failures on their way out: the middleware that shows every error as JSON or as a page."""

from __future__ import annotations

import json
import logging
from functools import partial

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.channels.web.problems import Problem, problem_of
from bot.channels.web.sessions import language
from bot.channels.web.site import site_of
from bot.errors import translate

ANSWER_LANGUAGE = web.RequestKey("answer_language", str)  # what an API request asked for
to_json = partial(json.dumps, ensure_ascii=False)
_CODES = {400: "bad_request", 404: "not_found", 405: "method_not_allowed"}
_log = logging.getLogger(__name__)


@web.middleware
async def show_failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except web.HTTPException as error:
        if error.status not in _CODES:
            raise
        problem = _from_http(error)
    except ConnectionResetError:
        raise  # nobody is there to be told
    except Exception as error:
        problem = _from_error(error)
    return failure(request, problem)


def _from_http(error: web.HTTPException) -> Problem:
    allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
    return Problem(error.status, _CODES[error.status], headers=allowed)


def _from_error(error: Exception) -> Problem:
    ours = translate(error)
    if ours is None:
        _log.exception("a request could not be served", exc_info=error)
        return Problem(500, "internal")
    problem = problem_of(ours)
    if problem.status >= 500:
        _log.warning("%s: %s", type(error).__name__, error)
    return problem


def failure(request: web.Request, problem: Problem) -> web.Response:
    """The answer to a request that failed."""
    lang = request.get(ANSWER_LANGUAGE) or language(request)
    if wants_json(request):
        return json_failure(problem, lang)
    shown = site_of(request).pages.page("problem", lang, problem=problem, told=problem.told(lang))
    return web.Response(
        text=shown, status=problem.status, headers=problem.headers, content_type="text/html"
    )


def json_failure(problem: Problem, lang: str) -> web.Response:
    return web.json_response(
        failure_body(problem, lang), status=problem.status, headers=problem.headers, dumps=to_json
    )


def failure_body(problem: Problem, lang: str) -> dict[str, dict[str, str]]:
    return {"error": {"code": problem.code, "message": problem.told(lang)}}


def wants_json(request: web.Request) -> bool:
    """Whether a program asks: the API, or our own script."""
    api = f"{site_of(request).settings.path_prefix}/api/"
    if request.path.startswith((api, "/api/")):
        return True
    accepted = request.headers.get("Accept", "")
    return "text/event-stream" in accepted or "application/json" in accepted
