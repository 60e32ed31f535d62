"""What a Telegram server knows: people, chats, messages and updates; and acting as those people.

Reached through tests/fake_telegram.py, which serves it as the Bot API.
"""

from __future__ import annotations

import asyncio
import itertools
import re
import time
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from tests.telegram_entities import units

Json = dict[str, Any]
_NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
_PERSON_IDS, _GROUP_IDS = itertools.count(7_000_001), itertools.count(4_000_001)
_FOUND = re.compile(r"(?P<bot_command>(?<!\S)/\w{1,32}(?:@\w+)?)|(?P<mention>(?<![\w@])@\w{4,32})")


class Refusal(Exception):
    """An answer with ok=false. `parameters` such as retry_after and migrate_to_chat_id."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


async def until(
    condition: Callable[[], Any], seconds: float = 5.0, what: str = "it never happened"
) -> Any:
    """The condition's first true value."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, what
        await asyncio.sleep(0.005)
    return value


def entities_in(text: str) -> list[Json]:
    """The commands and mentions that Telegram finds in what a person writes."""
    return [
        {
            "type": str(found.lastgroup),
            "offset": units(text[: found.start()]),
            "length": units(found[0]),
        }
        for found in _FOUND.finditer(text)
    ]


def quoted(message: Json | None) -> Json | None:
    """A message as it stands in the reply to it."""
    return message and {k: v for k, v in message.items() if k != "reply_to_message"}


class Queue:
    """Updates for the bot, kept until they are acknowledged."""

    def __init__(self) -> None:
        self.pending: list[Json] = []
        self.lanes: dict[int, int] = {}  # update id -> chat, whose updates are pushed in order
        self.allowed: list[str] | None = None
        self.news = asyncio.Event()
        self._ids = itertools.count(500_000_001)

    def add(self, kind: str, value: Json, chat: int) -> Json:
        update = {"update_id": next(self._ids), kind: deepcopy(value)}
        wanted = kind in self.allowed if self.allowed else kind not in _NOT_BY_DEFAULT
        if wanted:
            self.pending.append(update)
            self.lanes[update["update_id"]] = chat
            self.news.set()
        return update

    def acknowledge(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.pending = [u for u in self.pending if u["update_id"] >= offset]


@dataclass
class Chat:
    """A chat as its members see it. `sent` are the bot's messages, as they are now."""

    world: World
    id: int
    type: str
    title: str = ""
    messages: dict[int, Json] = field(default_factory=dict)
    deleted: list[Json] = field(default_factory=list)
    drafts: list[Json] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    has_bot: bool = True
    moved_to: int | None = None
    people: list[Person] = field(default_factory=list)
    _seen: int = 0
    _next: int = 0

    @property
    def json(self) -> Json:
        if self.type == "private":
            person = self.people[0]
            return {"id": self.id, "type": "private", "first_name": person.name}
        return {"id": self.id, "type": self.type, "title": self.title}

    @property
    def sent(self) -> list[Json]:
        me = self.world.me["id"]
        return [m for m in self.messages.values() if m["from"]["id"] == me]

    async def reply(self, seconds: float = 5.0) -> Json:
        """The bot's next message that was not looked at yet."""
        what = f"no reply in chat {self.id} after {seconds} s; so far: {self.texts}"
        message = await until(self._unseen, seconds, what)
        self._seen = message["message_id"]
        return dict(message)

    @property
    def texts(self) -> list[str]:
        return [m.get("text", m.get("caption", "")) for m in self.sent]

    def _unseen(self) -> Json | None:
        return next((m for m in self.sent if m["message_id"] > self._seen), None)

    def add(self, sender: Json, **content: Any) -> Json:
        self._next += 1
        message = {
            "message_id": self._next,
            "from": sender,
            "chat": self.json,
            "date": int(time.time()),
            **{name: value for name, value in content.items() if value is not None},
        }
        self.messages[self._next] = message
        return message

    def upgrade(self) -> Chat:
        """Make the group a supergroup, with a new id."""
        grown = self.world.group(self.title, *self.people, type="supergroup")
        self.moved_to = grown.id
        return grown

    def add_bot(self, by: Person) -> None:
        self._membership(by, "left", "member", has_bot=True)

    def remove_bot(self, by: Person) -> None:
        self._membership(by, "member", "kicked", has_bot=False)

    def _membership(self, by: Person, before: str, after: str, *, has_bot: bool) -> None:
        self.has_bot = has_bot
        change = {
            "chat": self.json,
            "from": by.json,
            "date": int(time.time()),
            "old_chat_member": {"user": self.world.me, "status": before, "until_date": 0},
            "new_chat_member": {"user": self.world.me, "status": after, "until_date": 0},
        }
        self.world.queue.add("my_chat_member", change, self.id)


@dataclass
class Tap:
    """A tapped button; `answer` is what the bot let pop up, None as long as the clock shows."""

    id: str
    answer: Json | None = None
    answers: int = 0

    async def answered(self, seconds: float = 5.0) -> Json:
        await until(lambda: self.answer is not None, seconds, "the button was never answered")
        assert self.answer is not None
        return self.answer


@dataclass
class Person:
    """Somebody with a phone. Without `chat` they act in their private chat with the bot."""

    world: World
    id: int
    name: str
    lang: str | None
    private: Chat
    blocked: bool = False

    @property
    def json(self) -> Json:
        tag = {"language_code": self.lang} if self.lang else {}
        return {"id": self.id, "is_bot": False, "first_name": self.name, **tag}

    def say(
        self,
        text: str,
        chat: Chat | None = None,
        *,
        reply_to: Json | None = None,
        entities: list[Json] | None = None,
        thread: int | None = None,
    ) -> Json:
        found = entities_in(text) if entities is None else entities
        return self.send(chat, reply_to=reply_to, thread=thread, text=text, entities=found or None)

    def send(
        self,
        chat: Chat | None = None,
        *,
        reply_to: Json | None = None,
        thread: int | None = None,
        **content: Any,
    ) -> Json:
        """Any message, such as send(voice={...}) or send(photo=[...], caption="…")."""
        chat = chat or self.private
        if content.get("caption"):
            content.setdefault("caption_entities", entities_in(content["caption"]))
        topic = {"message_thread_id": thread, "is_topic_message": True} if thread else {}
        message = chat.add(self.json, reply_to_message=quoted(reply_to), **topic, **content)
        if self.world.is_shown_to_bot(message, chat):
            self.world.queue.add("message", message, chat.id)
        return message

    def edit(self, message: Json, text: str) -> Json:
        chat = self.world.chats[message["chat"]["id"]]
        kept = chat.messages[message["message_id"]]
        kept.update(text=text, entities=entities_in(text), edit_date=int(time.time()))
        self.world.queue.add("edited_message", dict(kept), chat.id)
        return kept

    def send_photo(self, chat: Chat | None = None, caption: str | None = None, **more: Any) -> Json:
        file = self.world.keep_file(b"\x89PNG", "photos/file_0.png")
        size = {**file, "width": 90, "height": 90}
        return self.send(chat, photo=[size], caption=caption, **more)

    def send_document(self, content: bytes, name: str, **more: Any) -> Json:
        file = self.world.keep_file(content, f"documents/{name}")
        return self.send(document={**file, "file_name": name}, **more)

    def send_voice(self, chat: Chat | None = None) -> Json:
        file = self.world.keep_file(b"OggS", "voice/file_0.oga")
        return self.send(chat, voice={**file, "duration": 2, "mime_type": "audio/ogg"})

    def tap(self, message: Json, button: str) -> Tap:
        """Tap the button with this label, or this callback data."""
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        found = [b for row in rows for b in row if button in (b["text"], b.get("callback_data"))]
        assert found, f"no button {button!r} in {[b['text'] for row in rows for b in row]}"
        assert "callback_data" in found[0], f"{button!r} opens {found[0].get('url')}"
        return self.press(message, found[0]["callback_data"])

    def press(self, message: Json, data: str) -> Tap:
        """Send callback data, as a forged client could."""
        tap = Tap(f"tap-{next(self.world.ids)}")
        self.world.taps[tap.id] = tap
        query = {
            "id": tap.id,
            "from": self.json,
            "message": message,
            "chat_instance": str(message["chat"]["id"]),
            "data": data,
        }
        self.world.queue.add("callback_query", query, message["chat"]["id"])
        return tap

    def block(self) -> None:
        self.blocked = True
        self.private._membership(self, "member", "kicked", has_bot=False)

    def unblock(self) -> None:
        self.blocked = False
        self.private._membership(self, "kicked", "member", has_bot=True)


@dataclass
class Business:
    """A person's account that the bot answers for; `said` are messages of their customers."""

    world: World
    owner: Person
    id: str
    can_reply: bool = True
    enabled: bool = True

    @property
    def json(self) -> Json:
        return {
            "id": self.id,
            "user": self.owner.json,
            "user_chat_id": self.owner.private.id,
            "date": int(time.time()),
            "is_enabled": self.enabled,
            "rights": {"can_reply": self.can_reply},
        }

    def connect(self) -> Business:
        self.world.queue.add("business_connection", self.json, self.owner.id)
        return self

    def disconnect(self) -> None:
        self.enabled = False
        self.connect()

    def said(self, customer: Person, text: str) -> Json:
        """A customer writes to the owner."""
        content = {"text": text, "business_connection_id": self.id}
        message = customer.private.add(customer.json, **content)
        self.world.queue.add("business_message", message, customer.id)
        return message

    def edited(self, message: Json, text: str) -> None:
        changed = {**message, "text": text, "edit_date": int(time.time())}
        self.world.queue.add("edited_business_message", changed, message["chat"]["id"])

    def deleted(self, *messages: Json) -> None:
        value = {
            "business_connection_id": self.id,
            "chat": messages[0]["chat"],
            "message_ids": [message["message_id"] for message in messages],
        }
        self.world.queue.add("deleted_business_messages", value, messages[0]["chat"]["id"])


class World:
    """`privacy`: in groups the bot is shown only what is meant for bots, as by default."""

    def __init__(self, username: str, token: str, *, privacy: bool) -> None:
        self.me: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Assistant",
            "username": username,
            "can_join_groups": True,
            "can_read_all_group_messages": not privacy,
            "supports_inline_queries": False,
            "can_connect_to_business": True,
            "has_main_web_app": False,
        }
        self.privacy = privacy
        self.queue = Queue()
        self.chats: dict[int, Chat] = {}
        self.people: dict[int, Person] = {}
        self.taps: dict[str, Tap] = {}
        self.businesses: dict[str, Business] = {}
        self.files: dict[str, tuple[str, bytes]] = {}
        self.ids = itertools.count(1)

    def person(self, name: str, lang: str | None = "zh-hans") -> Person:
        id_ = next(_PERSON_IDS)
        chat = Chat(self, id_, "private")
        person = Person(self, id_, name, lang, chat)
        chat.people.append(person)
        self.chats[id_], self.people[id_] = chat, person
        return person

    def group(self, title: str, *people: Person, type: str = "group") -> Chat:
        number = next(_GROUP_IDS)
        id_ = -number if type == "group" else -1_000_000_000_000 - number
        self.chats[id_] = Chat(self, id_, type, title, people=list(people))
        return self.chats[id_]

    def business(self, owner: Person) -> Business:
        connection = Business(self, owner, f"business-{next(self.ids)}")
        self.businesses[connection.id] = connection
        return connection.connect()

    def keep_file(self, content: bytes, path: str) -> Json:
        file_id = f"file-{next(self.ids)}"
        self.files[file_id] = (path, content)
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(content)}

    def is_shown_to_bot(self, message: Json, chat: Chat) -> bool:
        if chat.type == "private" or not self.privacy:
            return chat.has_bot
        words = message.get("text", message.get("caption", ""))
        answered = message.get("reply_to_message", {}).get("from", {}).get("id")
        named = f"@{self.me['username']}".lower() in words.lower()
        return chat.has_bot and (named or words.startswith("/") or answered == self.me["id"])
