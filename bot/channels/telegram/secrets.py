"""Keeping the token out of every log line: it stands in the address of each request."""

from __future__ import annotations

import hmac
import logging
import re

_formatter = logging.Formatter()


class Redacting(logging.Filter):
    """Blacks a token out in a log handler's records, libraries' and tracebacks included."""

    def __init__(self, token: str) -> None:
        super().__init__()
        # Any case: the library changes that of what a server says.
        self._token = re.compile(re.escape(token), re.IGNORECASE)

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if self._token.search(message):
            record.msg, record.args = self._without(message), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = _formatter.formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._without(record.exc_text)
        return True

    def _without(self, written: str) -> str:
        return self._token.sub("<token>", written)

    def install(self) -> None:
        """On every handler of the process that is there now."""
        for handler in logging.getLogger().handlers:
            handler.addFilter(self)

    def remove(self) -> None:
        for handler in logging.getLogger().handlers:
            handler.removeFilter(self)


def same_secret(given: str, expected: str) -> bool:
    """Compared in a time that says nothing about how much of it is right."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())
