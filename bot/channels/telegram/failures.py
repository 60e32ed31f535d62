"""What can go wrong with the Bot API, as errors of ours; the library's errors stop here.

ChannelFailed
├── Unreachable     no network, or the server stumbled; `arrived` if it may have acted all the same
├── Throttled       too many requests: this chat again after `wait` seconds
├── Blocked         they do not want our messages, or are gone; never try again
├── Moved           the group became a supergroup, `chat`
├── Contested       somebody else polls with our token, or a webhook is set
└── Refused         the request itself is wrong
    └── BadMarkup     its entities cannot be parsed
ChannelRejected     the token is not valid
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.telegram.requests import Silent
from bot.errors import AssistantError, ChannelFailed, ChannelRejected

_log = logging.getLogger(__name__)


class Unreachable(ChannelFailed):
    def __init__(self, detail: str, *, arrived: bool) -> None:
        super().__init__(detail, retryable=True)
        self.arrived = arrived


class Throttled(ChannelFailed):
    def __init__(self, wait: float) -> None:
        super().__init__(f"too many requests, again in {wait:g} s", retryable=True)
        self.wait = wait


class Blocked(ChannelFailed):
    pass


class Moved(ChannelFailed):
    def __init__(self, chat: int) -> None:
        super().__init__(f"the group is now {chat}", retryable=True)
        self.chat = chat


class Contested(ChannelFailed):
    pass


class Refused(ChannelFailed):
    pass


class BadMarkup(Refused):
    pass


_GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "not enough rights to send")


def translate(error: TelegramError) -> AssistantError:
    """Ours for any of the library's errors."""
    if isinstance(error, RetryAfter):
        return Throttled(error._retry_after.total_seconds())  # its public twin warns, see PTB 22.2
    if isinstance(error, ChatMigrated):
        return Moved(error.new_chat_id)
    if isinstance(error, Forbidden):
        return Blocked(error.message)
    if isinstance(error, Conflict):
        return Contested(error.message, retryable=True)
    if isinstance(error, InvalidToken) and "unauthorized" in error.message.lower():
        return ChannelRejected(error.message, channel="Telegram")
    if isinstance(error, BadRequest):
        return _refused(error.message)
    if isinstance(error, NetworkError):
        return Unreachable(error.message, arrived=isinstance(error, (Silent, TimedOut)))
    return Refused(error.message)


def _refused(message: str) -> ChannelFailed:
    said = message.lower()
    if "can't parse entities" in said:
        return BadMarkup(message)
    return Blocked(message) if any(words in said for words in _GONE) else Refused(message)


@contextmanager
def mapped() -> Iterator[None]:
    """Raise our error for the library's."""
    try:
        yield
    except TelegramError as error:
        raise translate(error) from error


def explain(error: Exception, wait: float) -> None:
    """Say in the log, in words, why receiving has stopped and when it is tried again."""
    if isinstance(error, ChannelRejected):
        _log.error("%s; again in %g s", error.told("en"), wait)
    elif isinstance(error, Contested):
        _log.error("another program takes this bot's messages (%s); again in %g s", error, wait)
    elif isinstance(error, Unreachable):
        _log.warning("Telegram cannot be reached (%s); again in %g s", error, wait)
    elif isinstance(error, AssistantError):
        _log.warning("receiving has stopped: %s; again in %g s", error, wait)
    else:
        _log.exception("receiving has stopped; again in %g s", wait, exc_info=error)
