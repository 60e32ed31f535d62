"""An update of Telegram's, read: who says what to us, where, and whether it is for us at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Literal

from telegram import CallbackQuery, Chat, ChatMemberUpdated, Message, MessageEntity, Update, User

from bot.channels.telegram.api import Me, Place
from bot.locale import language_of
from bot.messages import Address, Incoming

CHANNEL = "telegram"
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:@(\w+))?(?:\s+(.*))?", re.DOTALL)
_ANONYMOUS_ADMIN = 1087968824  # the account that Telegram names for them
_ADDRESSING: list[str | None] = [MessageEntity.MENTION, MessageEntity.TEXT_MENTION]
_PRESENT = frozenset({"member", "administrator", "creator", "restricted"})
_CONTENT = (
    "photo", "document", "voice", "audio", "video", "video_note", "animation", "sticker", "poll",
    "location", "venue", "contact", "dice", "story", "paid_media", "checklist", "game",
)  # fmt: skip
Kind = Literal["text", "command", "button", "unreadable", "joined", "blocked"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened and concerns us.

    `text` and `args` are as in Incoming. `message` is the message written, or the one whose button
    was tapped. `unread` means that there was more than words (a photo); `album` groups several.
    """

    update_id: str
    kind: Kind
    chat: int
    user: int
    lang: str | None = None
    group: bool = False
    thread: int | None = None
    text: str = ""
    args: str = ""
    message: int | None = None
    tap: str = ""
    edited: bool = False
    unread: bool = False
    album: str = ""

    @property
    def place(self) -> Place:
        """Where the reply goes; what stands among others' messages is quoted."""
        quoted = self.message if (self.group or self.edited) and not self.tap else None
        return Place(self.chat, self.thread, quoted)

    def incoming(self) -> Incoming:
        """The event as the conversation reads it; only words, commands and buttons are any."""
        if self.kind not in ("text", "command", "button"):
            raise ValueError(f"{self.kind} is no message")
        address = Address(CHANNEL, str(self.chat), str(self.user))
        return Incoming(
            address,
            self.kind,
            self.text,
            self.args,
            self.lang,
            self.group,
            update_id=self.update_id,
        )


def read(raw: dict[str, Any], me: Me) -> Event | None:
    """The event in an update; None if it is not for us. Raises what a malformed one raises."""
    update = Update.de_json(raw, None)
    if update.callback_query:
        return _tapped(update, update.callback_query)
    if update.my_chat_member:
        return _membership(update, update.my_chat_member)
    message = update.message or update.edited_message
    if message is None or not _is_person(message.from_user):
        return None
    return _written(_begun(update, message), message, me)


def _is_person(user: User | None) -> bool:
    """No bots: two of them could talk to each other for ever."""
    return user is not None and (not user.is_bot or user.id == _ANONYMOUS_ADMIN)


def _is_group(chat: Chat) -> bool:
    return chat.type in (Chat.GROUP, Chat.SUPERGROUP)


def _begun(update: Update, message: Message) -> Event:
    user = message.from_user
    return Event(
        update_id=str(update.update_id),
        kind="text",
        chat=message.chat.id,
        user=user.id if user else 0,
        lang=language_of(user.language_code) if user else None,
        group=_is_group(message.chat),
        thread=message.message_thread_id if message.is_topic_message else None,
        message=message.message_id,
        edited=update.edited_message is not None,
    )


def _written(event: Event, message: Message, me: Me) -> Event | None:
    """The words of a message that is meant for us, as a command if they are one."""
    words = message.text or message.caption or ""
    command = _COMMAND.fullmatch(words.strip())
    if command and command[2] and command[2].lower() != me.username.lower():
        return None
    if event.group and not (_is_addressed(message, me) or (command and command[2])):
        return None
    if command:
        return replace(event, kind="command", text=command[1], args=(command[3] or "").strip())
    return _said(event, message, _without_mention(words, message, me))


def _said(event: Event, message: Message, words: str) -> Event | None:
    if message.text is not None:
        return replace(event, text=words)
    if not any(getattr(message, name) for name in _CONTENT):
        return None  # "pinned a message" and the like
    unread = replace(event, unread=True, album=message.media_group_id or "", text=words)
    return unread if words else replace(unread, kind="unreadable")


def _is_addressed(message: Message, me: Me) -> bool:
    """Whether somebody in a group speaks to us: by a mention or in reply to us."""
    answered = message.reply_to_message
    if answered and answered.from_user and answered.from_user.id == me.id:
        return True
    return any(_names(entity, text, me) for entity, text in _mentions(message).items())


def _mentions(message: Message) -> dict[MessageEntity, str]:
    if message.text is not None:
        return message.parse_entities(_ADDRESSING)
    return message.parse_caption_entities(_ADDRESSING)


def _names(entity: MessageEntity, text: str, me: Me) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    return text.lower() == f"@{me.username}".lower()


def _without_mention(words: str, message: Message, me: Me) -> str:
    """The words without our name, which is no part of the question."""
    ours = [text for entity, text in _mentions(message).items() if _names(entity, text, me)]
    for text in ours:
        words = words.replace(text, " ", 1)
    return words.strip(" \t\n,，:：、") if ours else words.strip()


def _tapped(update: Update, query: CallbackQuery) -> Event | None:
    message = query.message
    if message is None:
        return None
    return Event(
        update_id=str(update.update_id),
        kind="button",
        chat=message.chat.id,
        user=query.from_user.id,
        lang=language_of(query.from_user.language_code),
        group=_is_group(message.chat),
        thread=_topic(message),
        text=query.data or "",
        message=message.message_id,
        tap=query.id,
    )


def _topic(message: Any) -> int | None:
    """The topic of a message that may be too old to be shown to us."""
    in_topic = isinstance(message, Message) and message.is_topic_message
    return message.message_thread_id if in_topic else None


def _membership(update: Update, change: ChatMemberUpdated) -> Event | None:
    """We were let into a group, or a person stopped or resumed our private chat."""
    before, after = (m.status in _PRESENT for m in (change.old_chat_member, change.new_chat_member))
    group = _is_group(change.chat)
    if before == after or after != group:
        return None
    return Event(
        update_id=str(update.update_id),
        kind="joined" if group else "blocked",
        chat=change.chat.id,
        user=change.from_user.id,
        lang=language_of(change.from_user.language_code),
        group=group,
    )
