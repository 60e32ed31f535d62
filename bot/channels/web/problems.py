"""Problem: a request that cannot be served, with its HTTP status, code and message for a person.

How a problem is shown (JSON or a page) is `failures`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.errors import AssistantError, InputRejected, KnowledgeUnavailable, StorageFailed
from bot.messages import Reply

RETRY_S = 3  # seconds after which it is worth asking a server again that starts or stumbles


class Problem(InputRejected):
    """`code` is for programs; the message is `says(lang)`, else `web.problem.<code>`."""

    def __init__(
        self,
        status: int,
        code: str,
        *,
        headers: Mapping[str, str] | None = None,
        says: Callable[[str], str] | None = None,
        **values: object,
    ) -> None:
        super().__init__(code, msgid=f"web.problem.{code}", retryable=status >= 429, **values)
        self.status = status
        self.code = code
        self.headers = dict(headers or {})
        self._says = says

    def told(self, lang: str) -> str:
        return self._says(lang) if self._says else super().told(lang)


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
    return _problem(msgid, lambda _: reply.text, retryable=retryable)


def problem_of(error: AssistantError) -> Problem:
    """One of our own errors, as the web shows it."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, InputRejected):
        return _problem(error.message_id, error.told, retryable=error.retryable)
    if isinstance(error, (KnowledgeUnavailable, StorageFailed)):
        return _problem(error.message_id, None, retryable=True)
    return Problem(500, "internal")


def _problem(msgid: str, says: Callable[[str], str] | None, *, retryable: bool) -> Problem:
    status, code = _BY_MESSAGE.get(msgid) or _by_kind(msgid, retryable=retryable)
    headers = {"Retry-After": str(RETRY_S)} if status in {429, 503} else None
    return Problem(status, code, headers=headers, says=says)


def _by_kind(msgid: str, *, retryable: bool) -> tuple[int, str]:
    if msgid.startswith("error.") and (retryable or msgid != "error.input"):
        return 503, "unavailable"
    return 400, "rejected"
