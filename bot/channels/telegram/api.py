"""The Bot API's methods that we use, each a single attempt; whether to try again is `sending`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from telegram import Bot

from bot.channels.telegram.failures import Refused, mapped
from bot.channels.telegram.requests import READ_S, AiohttpRequest
from bot.errors import ChannelRejected

UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
_CONNECTIONS = 64
Keyboard = list[list[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a chat, perhaps a topic of it, perhaps as a reply to a message."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None


class _Bot(Bot):
    """The library's bot, with plain values in and out: one odd update must not lose a batch."""

    async def call(self, method: str, read_timeout: float | None = None, **values: Any) -> Any:
        with mapped():
            return await self._post(method, values, read_timeout=read_timeout or READ_S)


class Api:
    """`url` is the Bot API server: Telegram's or a self-hosted one."""

    def __init__(self, token: str, url: str) -> None:
        self._requests = AiohttpRequest(_CONNECTIONS), AiohttpRequest(2)
        asking, polling = self._requests
        addresses = f"{url}/bot", f"{url}/file/bot"
        self._bot = _Bot(token, *addresses, request=asking, get_updates_request=polling)

    async def open(self) -> None:
        for request in self._requests:
            await request.initialize()

    async def close(self) -> None:
        for request in self._requests:
            await request.shutdown()

    async def me(self) -> Me:
        try:
            user = await self._bot.call("getMe")
        except Refused as error:  # "not found" is what a token gets that cannot be one
            raise ChannelRejected(str(error), channel="Telegram") from error
        return Me(user["id"], user["username"])

    async def updates(self, offset: int | None, timeout: int) -> list[dict[str, Any]]:
        """What is new from `offset` on; everything before it is acknowledged by asking."""
        found: list[dict[str, Any]] = await self._bot.call(
            "getUpdates",
            read_timeout=timeout + 10,
            offset=offset,
            timeout=timeout,
            allowed_updates=UPDATES,
        )
        return found

    async def set_webhook(self, url: str, secret: str) -> None:
        await self._bot.call(
            "setWebhook", url=url, secret_token=secret, allowed_updates=UPDATES, max_connections=40
        )

    async def delete_webhook(self) -> None:
        await self._bot.call("deleteWebhook")

    async def webhook(self) -> tuple[str, str]:
        """The webhook's address ("" if none is set) and Telegram's last complaint about it."""
        info = await self._bot.call("getWebhookInfo")
        return info.get("url", ""), info.get("last_error_message", "")

    async def set_commands(
        self, commands: Sequence[tuple[str, str]], lang: str | None, scope: str
    ) -> None:
        listed = [{"command": name, "description": told} for name, told in commands]
        await self._bot.call(
            "setMyCommands", commands=listed, scope={"type": scope}, language_code=lang
        )

    async def send(
        self, to: Place, text: str, *, html: bool = True, keyboard: Keyboard | None = None
    ) -> int:
        """Send a message and return its id."""
        answered = to.reply_to and {
            "message_id": to.reply_to,
            "allow_sending_without_reply": True,
        }
        sent = await self._bot.call(
            "sendMessage",
            chat_id=to.chat,
            message_thread_id=to.thread,
            reply_parameters=answered or None,
            **_content(text, html, keyboard),
        )
        return int(sent["message_id"])

    async def edit(
        self,
        chat: int,
        message: int,
        text: str,
        *,
        html: bool = True,
        keyboard: Keyboard | None = None,
    ) -> None:
        content = _content(text, html, keyboard)
        await self._bot.call("editMessageText", chat_id=chat, message_id=message, **content)

    async def delete(self, chat: int, message: int) -> None:
        await self._bot.call("deleteMessage", chat_id=chat, message_id=message)

    async def draft(self, to: Place, draft: int, text: str) -> None:
        """Show an answer in the making, in a private chat."""
        await self._bot.call(
            "sendMessageDraft",
            chat_id=to.chat,
            message_thread_id=to.thread,
            draft_id=draft,
            text=text,
        )

    async def typing(self, to: Place) -> None:
        await self._bot.call(
            "sendChatAction", chat_id=to.chat, message_thread_id=to.thread, action="typing"
        )

    async def answer_tap(self, tap: str, text: str = "", *, alert: bool = False) -> None:
        await self._bot.call(
            "answerCallbackQuery",
            callback_query_id=tap,
            text=text or None,
            show_alert=alert or None,
        )


def _content(text: str, html: bool, keyboard: Keyboard | None) -> dict[str, Any]:
    return {
        "text": text,
        "parse_mode": "HTML" if html else None,
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": keyboard} if keyboard else None,
    }


def payload_of(body: bytes) -> dict[str, Any]:
    """A webhook's body; raises ValueError if it is no update."""
    raw = json.loads(body)
    if not isinstance(raw, dict) or not isinstance(raw.get("update_id"), int):
        raise ValueError("not an update")
    return raw
