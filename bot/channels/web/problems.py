"""Problem: a request that cannot be served, with its HTTP status, code and message for a person.

How a problem is shown (JSON or a page) is `failures`.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.errors import AssistantError, InputRejected, KnowledgeUnavailable, StorageFailed
from bot.messages import Reply

RETRY_S = 3  # seconds after which it is worth asking a server again that starts or stumbles


class Problem(InputRejected):
    """`code` is for programs and also names the message, `web.problem.<code>`."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        headers: Mapping[str, str] | None = None,
        message: str | None = None,
        **values: object,
    ) -> None:
        super().__init__(code, msgid=f"web.problem.{code}", retryable=status >= 429, **values)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        self._message = message

    def told(self, lang: str) -> str:
        return self._message or super().told(lang)


_BY_MESSAGE = {
    "input.too_long": (400, "too_long"),
    "input.no_words": (400, "empty"),
    "command.unknown": (400, "unknown_command"),
    "error.pace": (429, "rate_limited"),
    "error.not_allowed": (403, "not_allowed"),
    "error.role": (403, "not_allowed"),
    "error.group": (403, "not_allowed"),
    "error.unexpected": (500, "internal"),
}


def problem_in(reply: Reply) -> Problem | None:
    """What went wrong, if a reply says so; it keeps the reply's own message."""
    msgid = reply.extra.get("error")
    if msgid is None:
        return None
    retryable = reply.extra.get("retryable") == "yes"
    status, code = _BY_MESSAGE.get(msgid) or _by_kind(msgid, retryable=retryable)
    headers = {"Retry-After": str(RETRY_S)} if status in {429, 503} else None
    return Problem(status, code, headers=headers, message=reply.text)


def _by_kind(msgid: str, *, retryable: bool) -> tuple[int, str]:
    if msgid.startswith("error."):
        return (503, "unavailable") if retryable or msgid != "error.input" else (400, "rejected")
    return 400, "rejected"


def problem_of(error: AssistantError) -> Problem:
    """One of our own errors, as the web shows it."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, (KnowledgeUnavailable, StorageFailed)):
        return Problem(503, "unavailable", headers={"Retry-After": str(RETRY_S)})
    return Problem(500, "internal")
