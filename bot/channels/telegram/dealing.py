"""One event dealt with: asked of the conversation, and the reply shown the way Telegram has for it.

Which events reach us, in which order and how often is `intake`; whether the answer is right is not
a channel's business.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from typing import Protocol

from bot.channels.telegram.api import Api, Me
from bot.channels.telegram.keyboard import keyboard
from bot.channels.telegram.markup import Sheet, sheets, sheets_in_brief
from bot.channels.telegram.presence import Presence, Rhythm
from bot.channels.telegram.sending import Sender
from bot.channels.telegram.updates import CHANNEL, Event
from bot.commands import Command, Draft
from bot.errors import ChannelFailed, ChannelRejected
from bot.locale import text
from bot.messages import Address, Button, Incoming, Reply

_BRIEF = 600  # columns of an answer in a group; the rest is read in private
_TOAST = 200  # characters a tap may be answered with
_TOASTED = frozenset({"fb", "why"})  # taps whose short reply needs no message
_REPLACING = frozenset({"lang", "why", "forget"})  # taps whose reply takes the menu's place
_REMEMBERED = 5000
_LINKED = re.compile(r"full_([\w-]{4,40})_(-?\d{1,20})")
_log = logging.getLogger(__name__)


class Receiver(Protocol):
    """The conversation, as this channel sees it. Never raises: failures are replies."""

    async def receive(self, incoming: Incoming, on_draft: Draft | None = None) -> Reply: ...

    def commands(self, *, group: bool = False) -> tuple[Command, ...]: ...


class Dealer:
    """Deals with events; `me` is the bot's account, known once Telegram has told it."""

    def __init__(
        self,
        conversation: Receiver,
        api: Api,
        sender: Sender,
        rhythm: Rhythm,
        slot: asyncio.Semaphore,
    ) -> None:
        self.me: Me | None = None
        self._conversation = conversation
        self._api = api
        self._sender = sender
        self._rhythm = rhythm
        self._slot = slot
        self._heard = _Heard()

    async def deal(self, event: Event) -> None:
        """Raises ChannelFailed where the reply cannot be brought to the person."""
        if event.kind == "blocked":
            _log.info("chat %s does not want our messages any more", event.chat)
        elif event.kind == "joined":
            await self._say(event, "telegram.joined", bot=self._username)
        elif self._heard.before(event):
            _log.debug("nothing new in update %s", event.update_id)
        elif event.kind == "unreadable":
            await self._say(event, "telegram.unreadable")
        elif event.kind == "button":
            await self._tap(event)
        elif event.kind == "command" and event.text.lower() == "start" and event.args:
            await self._follow_link(event)
        else:
            reply, presence = await self._receive(event)
            await self._reply(event, reply, presence)

    @property
    def _username(self) -> str:
        return self.me.username if self.me else ""

    async def _say(self, event: Event, msgid: str, **values: object) -> None:
        lang = event.lang or "zh"
        reply = Reply(text(msgid, lang, **values), lang)
        await self._sender.send(event.place, sheets(reply))

    async def _receive(self, event: Event) -> tuple[Reply, Presence]:
        async with self._presence(event) as presence, self._slot:
            reply = await self._conversation.receive(event.incoming(), presence.show)
        return reply, presence

    def _presence(self, event: Event) -> Presence:
        draft = int(event.update_id) % 2**31 or 1
        private = not event.group
        return Presence(self._api, event.place, draft, self._rhythm, drafts=private)

    async def _reply(self, event: Event, reply: Reply, presence: Presence | None = None) -> None:
        shown, buttons = self._shown(event, reply)
        below = keyboard(buttons)
        begun = presence.message if presence else None
        if begun is None:
            await self._sender.send(event.place, shown, below)
        else:
            await self._finish(event, begun, shown, below)

    def _shown(self, event: Event, reply: Reply) -> tuple[Sequence[Sheet], Sequence[Button]]:
        """The messages of a reply and the buttons under the last of them."""
        if event.group and reply.answer_id:
            return self._in_brief(event, reply)
        note = text("telegram.words_only", reply.lang) if event.unread else ""
        return sheets(reply, note), reply.buttons

    def _in_brief(self, event: Event, reply: Reply) -> tuple[Sequence[Sheet], Sequence[Button]]:
        """An answer for a group: short, and who asked can read on in private."""
        brief, cut = sheets_in_brief(reply, _BRIEF)
        if not cut:
            return brief, ()
        link = f"https://t.me/{self._username}?start=full_{reply.answer_id}_{event.chat}"
        return brief, (Button(text("telegram.read_on", reply.lang), url=link),)

    async def _finish(
        self, event: Event, begun: int, shown: Sequence[Sheet], below: list[list[dict[str, str]]]
    ) -> None:
        """Put the answer in the place of the message that showed it in the making."""
        first, *others = shown
        if await self._sender.edit(event.chat, begun, first, None if others else below):
            if others:
                await self._sender.send(event.place, others, below)
            return
        await self._sender.send(event.place, shown, below)
        await self._try(self._api.delete(event.chat, begun))

    async def _tap(self, event: Event) -> None:
        """A tap is always answered: the button shows a clock until then."""
        receiving = asyncio.create_task(self._receive(event))
        try:
            done, _ = await asyncio.wait({receiving}, timeout=self._rhythm.tap)
            if not done:
                await self._try(self._api.answer_tap(event.tap))
            reply, presence = await receiving
        finally:
            receiving.cancel()
        toast = _toast(event, reply) if done else ""
        if done:
            alert = "error" in reply.extra
            await self._try(self._api.answer_tap(event.tap, toast, alert=alert and bool(toast)))
        if await self._replaced(event, reply) or toast:
            return
        await self._reply(event, reply, presence)

    async def _replaced(self, event: Event, reply: Reply) -> bool:
        """Whether the menu that was tapped now shows the reply."""
        name = event.text.partition(":")[0]
        if name not in _REPLACING or "error" in reply.extra or event.message is None:
            return False
        (sheet, *_) = sheets(reply)
        return await self._sender.edit(event.chat, event.message, sheet, keyboard(reply.buttons))

    async def _follow_link(self, event: Event) -> None:
        """/start with something attached: the whole of an answer that was cut short in a group.

        It is looked up as an answer to this person, so a link is of no use to anybody else.
        """
        linked = _LINKED.fullmatch(event.args)
        if linked and not event.group:
            asked = Address(CHANNEL, linked[2], str(event.user))
            tap = Incoming(asked, "button", f"full:{linked[1]}", lang=event.lang)
            reply = await self._conversation.receive(tap)
            if "error" not in reply.extra:
                return await self._reply(event, reply)
        reply, presence = await self._receive(replace(event, args=""))
        return await self._reply(event, reply, presence)

    async def _try(self, call: Awaitable[None]) -> None:
        try:
            await call
        except (ChannelFailed, ChannelRejected) as error:
            _log.info("not done: %s", error)


def _toast(event: Event, reply: Reply) -> str:
    """What pops up over the chat instead of a message; "" if it has to be a message."""
    brief = len(reply.text) <= _TOAST and not reply.buttons
    quiet = event.text.partition(":")[0] in _TOASTED or "error" in reply.extra
    return reply.text if brief and quiet else ""


class _Heard:
    """What was said lately, to know an edit that changes nothing, and albums answered already."""

    def __init__(self) -> None:
        self._said: OrderedDict[tuple[int, object], str] = OrderedDict()

    def before(self, event: Event) -> bool:
        if event.kind == "button":
            return False
        if event.album and not event.text:
            return self._keep((event.chat, event.album), "") is not None
        said = f"/{event.text} {event.args}" if event.kind == "command" else event.text
        if event.album:
            self._keep((event.chat, event.album), "")
        return self._keep((event.chat, event.message), said) == said and event.edited

    def _keep(self, key: tuple[int, object], said: str) -> str | None:
        known = self._said.pop(key, None)
        self._said[key] = said
        if len(self._said) > _REMEMBERED:
            self._said.popitem(last=False)
        return known
