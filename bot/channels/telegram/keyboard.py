"""Buttons under a message: which, and in which rows."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from bot.channels.telegram.api import Keyboard
from bot.channels.telegram.lines import width
from bot.channels.telegram.markup import is_web
from bot.messages import Button

_DATA_BYTES = 64
_ROW_WIDTH = 36  # narrow letters that fit on a phone, side by side
_ROW_BUTTONS = 4
_QUESTIONS = ("ask:", "say:")
_log = logging.getLogger(__name__)


def keyboard(buttons: Iterable[Button]) -> Keyboard:
    """Short buttons side by side, questions and long ones alone; none Telegram would refuse."""
    rows: Keyboard = []
    room = 0
    for button in filter(_is_sendable, buttons):
        asks = button.action.startswith(_QUESTIONS)
        needed = _ROW_WIDTH if asks else width(button.label) + 3  # the button's own edges
        if not rows or needed > room or len(rows[-1]) == _ROW_BUTTONS:
            rows.append([])
            room = _ROW_WIDTH
        rows[-1].append(_shown(button))
        room -= needed
    return rows


def _is_sendable(button: Button) -> bool:
    if button.label.strip() and (is_web(button.url) or 1 <= _size(button.action) <= _DATA_BYTES):
        return True
    _log.error("a button is left out: %r, %r", button.label, button.action or button.url)
    return False


def _shown(button: Button) -> dict[str, str]:
    if button.action:
        return {"text": button.label, "callback_data": button.action}
    return {"text": button.label, "url": button.url}


def _size(action: str) -> int:
    return len(action.encode("utf-8", "replace"))
