"""The table of commands: what a feature hands to the conversation. No feature lives here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from bot.messages import Incoming, Reply
from bot.storage.conversations import Talk

Draft = Callable[[str], Awaitable[None]]
"""Called with the answer so far while it is being written."""


class Role(IntEnum):
    """Who may do something; a higher role may do all that a lower one may."""

    FOUNDER = 1
    STAFF = 2
    ADMINISTRATOR = 3


@dataclass(frozen=True, slots=True)
class Visit:
    """One message being dealt with: `argument` is what follows the command or the button's name."""

    incoming: Incoming
    talk: Talk
    lang: str
    now: datetime
    today: date
    argument: str = ""
    on_draft: Draft | None = None


Handler = Callable[[Visit], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Command:
    """`/name`. A personal one is not carried out in a group."""

    name: str
    handler: Handler
    role: Role = Role.FOUNDER
    personal: bool = False

    @property
    def description(self) -> str:
        """The msgid of the line in /help and in the command list of a channel."""
        return f"command.{self.name}"


@dataclass(frozen=True, slots=True)
class Tap:
    """A button whose action is `name:argument`."""

    name: str
    handler: Handler
    role: Role = Role.FOUNDER
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Feature:
    """What one feature adds to the conversation."""

    commands: tuple[Command, ...] = ()
    taps: tuple[Tap, ...] = ()
