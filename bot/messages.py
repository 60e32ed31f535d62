"""Address, Incoming, Reply, Button and Citation: what channels and the conversation exchange."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Outcome = Literal["answered", "corrected", "unknown", "off_topic", "refused"]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message came from and a reply goes to. `user` is who wrote, `chat` where."""

    channel: str  # telegram, web, console, api
    chat: str
    user: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message from a person.

    `kind`: "text" (free text), "command" (`text` is its name without the slash, `args` the rest) or
    "button" (`text` is the button's action). `lang` is what the channel knows of the person's
    language ("zh", "en" or None). `update_id` makes a redelivered message recognisable.
    """

    address: Address
    kind: Literal["text", "command", "button"]
    text: str
    args: str = ""
    lang: str | None = None
    group: bool = False
    on: date | None = None
    update_id: str | None = None


@dataclass(frozen=True, slots=True)
class Button:
    """Something to tap: `action` goes back as Incoming(kind="button"), or `url` is opened.

    An action has at most 64 bytes (Telegram's limit).
    """

    label: str
    action: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """A numbered source under an answer, resolved to what a reader needs to check it."""

    number: int
    title: str
    passage: str  # the verbatim text that supports the answer
    programme_id: str | None = None
    issuer: str | None = None
    doc_no: str | None = None
    url: str | None = None
    validity: str = ""  # in the reader's language
    seen: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as a value: plain text (no markup; `[1]` marks a citation), citations, buttons.

    The first line is the answer itself; channels may set it in bold. `answer_id` names the logged
    answer for feedback ("" if none was logged).
    """

    text: str
    lang: str = "zh"
    outcome: Outcome | None = None  # None for command replies
    citations: tuple[Citation, ...] = ()
    buttons: tuple[Button, ...] = ()
    programme_ids: tuple[str, ...] = ()
    answer_id: str = ""
    ai_generated: bool = False
    ms: float = 0.0
    more: str = ""  # the rest of the answer, shown on demand
    extra: dict[str, str] = field(default_factory=dict)
