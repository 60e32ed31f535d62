"""receive(Incoming) -> Reply: the one way in. It routes, checks the role and catches errors."""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import TypeVar

from bot.commands import Command, Draft, Feature, Handler, Role, Tap, Visit
from bot.errors import AssistantError, InputRejected, KnowledgeUnavailable, NotAllowed, translate
from bot.locale import text
from bot.messages import Address, Incoming, Reply
from bot.storage.conversations import Conversations, Talk
from knowledge.text import detect_language

MAX_CHARACTERS = 2000
_COMMAND = re.compile(r"[/／]([A-Za-z_]+)(?:@\w+)?(?:\s+(.*))?", re.DOTALL)
Entry = TypeVar("Entry", Command, Tap)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time and the zone that decides what day it is."""

    now: Callable[[], datetime]
    zone: tzinfo = UTC


class Conversation:
    """`question` answers free text; `role_of` says who somebody is (everybody a founder)."""

    def __init__(
        self,
        features: Iterable[Feature],
        question: Handler,
        store: Conversations,
        clock: Clock,
        role_of: Callable[[Address], Role] = lambda _: Role.FOUNDER,
    ) -> None:
        table = [Feature(commands=(Command("help", self._help),)), *features]
        self._commands = _by_name(command for feature in table for command in feature.commands)
        self._taps = _by_name(tap for feature in table for tap in feature.taps)
        self._question = question
        self._store = store
        self._clock = clock
        self._role_of = role_of

    def commands(self, role: Role = Role.FOUNDER, *, group: bool = False) -> tuple[Command, ...]:
        """What somebody may use, in the order of the table."""
        return tuple(
            command
            for command in self._commands.values()
            if command.role <= role and not (group and command.personal)
        )

    async def receive(self, incoming: Incoming, on_draft: Draft | None = None) -> Reply:
        """Deal with one message. Never raises: what goes wrong is a reply that says what to do."""
        message = _read(incoming)
        lang = _guess_language(message)
        try:
            now = self._clock.now()
            talk = await self._store.open(message.address, now)
            lang = _language(message, talk)
            today = now.astimezone(self._clock.zone).date()
            return await self._deal(Visit(message, talk, lang, now, today, on_draft=on_draft))
        except Exception as error:
            return _failure(error, lang)

    async def _deal(self, visit: Visit) -> Reply:
        message = visit.incoming
        if message.kind == "button":
            return await self._tap(visit)
        if message.kind == "command":
            _check_length(message.args)
            return await self._command(visit)
        return await self._question(replace(visit, argument=readable(message.text)))

    async def _command(self, visit: Visit) -> Reply:
        command = self._commands.get(visit.incoming.text.lower())
        if command is None:
            raise InputRejected(msgid="command.unknown", name=visit.incoming.text[:30])
        self._check(command, visit.incoming)
        return await command.handler(replace(visit, argument=visit.incoming.args))

    async def _tap(self, visit: Visit) -> Reply:
        name, _, argument = visit.incoming.text.partition(":")
        tap = self._taps.get(name)
        if tap is None:
            raise NotAllowed
        self._check(tap, visit.incoming)
        return await tap.handler(replace(visit, argument=argument))

    def _check(self, entry: Command | Tap, message: Incoming) -> None:
        if self._role_of(message.address) < entry.role:
            raise NotAllowed(msgid="error.role")
        if entry.personal and message.group:
            raise NotAllowed(msgid="error.group")

    async def _help(self, visit: Visit) -> Reply:
        role = self._role_of(visit.incoming.address)
        listed = [
            f"/{command.name} – {text(command.description, visit.lang)}"
            for command in self.commands(role, group=visit.incoming.group)
        ]
        shown = text("help.text", visit.lang, commands="\n".join(listed))
        return Reply(shown, visit.lang)


def _by_name(entries: Iterable[Entry]) -> dict[str, Entry]:
    table: dict[str, Entry] = {}
    for entry in entries:
        if entry.name in table:
            raise ValueError(f"two features have {entry.name!r}")
        table[entry.name] = entry
    return table


def _read(incoming: Incoming) -> Incoming:
    """The message without characters that cannot be stored or shown; a typed "/x" is a command."""
    message = replace(incoming, text=clean(incoming.text), args=clean(incoming.args))
    typed = _COMMAND.fullmatch(message.text) if message.kind == "text" else None
    if typed is None:
        return message
    return replace(message, kind="command", text=typed[1], args=typed[2] or "")


def clean(written: str) -> str:
    """Without control, direction and surrogate characters; line breaks stay."""
    kept = (c for c in written if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return "".join(kept).strip()


def readable(written: str) -> str:
    """A question's text, cleaned; raises InputRejected if it is too long or has no words."""
    cleaned = clean(written)
    _check_length(cleaned)
    if not any(unicodedata.category(c)[0] in "LN" for c in cleaned):
        raise InputRejected(msgid="input.no_words")
    return cleaned


def _check_length(written: str) -> None:
    if len(written) > MAX_CHARACTERS:
        raise InputRejected(msgid="input.too_long", limit=MAX_CHARACTERS, length=len(written))


def _guess_language(message: Incoming) -> str:
    """The language to speak when all we have is the message."""
    if message.kind == "text" and any(c.isalpha() for c in message.text):
        return detect_language(message.text)
    return message.lang or "zh"


def _language(message: Incoming, talk: Talk) -> str:
    return talk.lang or _guess_language(message)


def _failure(error: Exception, lang: str) -> Reply:
    """What the person is told; `extra` names the error for channels that have codes."""
    ours = translate(error)
    if ours is None:
        _log.exception("a message could not be dealt with", exc_info=error)
        ours = AssistantError(retryable=True)
    elif not isinstance(ours, (InputRejected, NotAllowed)):
        _log.warning("%s: %s", type(error).__name__, error)
    if ours.message_id != "error.loading" and isinstance(ours, KnowledgeUnavailable):
        ours = KnowledgeUnavailable(retryable=ours.retryable)  # without folders and model names
    extra = {"error": ours.message_id, "retryable": "yes" if ours.retryable else "no"}
    return Reply(ours.told(lang), lang, extra=extra)
