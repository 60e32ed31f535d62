"""A Telegram Bot API server on loopback, as faithful as our use of it needs.

Offsets and acknowledgements, 409 for two pollers or polling beside a webhook, webhook calls with
the secret token and retries, entities, limits, taps, drafts, files, business messages; failures by
script. `FakeTelegram` also lets a test act as people: see tests/telegram_world.py.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.telegram_entities import BadEntities, parse, trimmed, units
from tests.telegram_world import Chat, Json, Refusal, World, quoted, until

__all__ = ["TOKEN", "FakeTelegram", "Refusal", "until"]

TOKEN = "123456:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr"
_ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location",
}  # fmt: skip
_NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are "
    "exactly the same as a current content and reply markup of the message"
)
_TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
_CONTENT = ("text", "entities", "reply_markup")


@dataclass
class Call:
    """One request to the Bot API."""

    method: str
    values: Json
    at: float


@dataclass
class Script:
    """A failure to come. `cut` closes the connection: before acting, or after (`acted`)."""

    method: str
    refusal: Refusal | None = None
    chat: int | None = None
    times: int = 1
    acted: bool = False

    def meets(self, method: str, values: Json) -> bool:
        chat = self.chat is None or int(values.get("chat_id", 0)) == self.chat
        return self.times > 0 and chat and self.method in (method, "*")


@dataclass
class Webhook:
    url: str = ""
    secret: str = ""
    max_connections: int = 40
    last_error: str = ""
    last_error_at: int = 0
    in_flight: set[int] = field(default_factory=set)
    calls: list[Json] = field(default_factory=list)


class FakeTelegram(World):
    """`latency` in seconds before each answer; `routes` stand in for DNS and TLS of webhooks."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "opc_test_bot",
        latency: float = 0.0,
        privacy: bool = False,
    ) -> None:
        super().__init__(username, token, privacy=privacy)
        self.token = token
        self.latency = latency
        self.calls: list[Call] = []
        self.webhook = Webhook()
        self.routes: dict[str, str] = {}
        self.webhook_retry = 0.05
        self.early: list[Call] = []  # requests within a retry_after
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.missing: set[str] = set()  # methods that an older server does not have
        self._scripts: list[Script] = []
        self._patience: dict[int, float] = {}
        self._poller: asyncio.Future[None] | None = None
        self._stopping = asyncio.Event()

    # -- the server ------------------------------------------------------------------------------

    async def __aenter__(self) -> FakeTelegram:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        site = web.Application(client_max_size=60 * 2**20)
        site.router.add_route("*", "/bot{token}/{method}", self._serve)
        site.router.add_get("/file/bot{token}/{path:.+}", self._download)
        self._runner = web.AppRunner(site, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.port = self._runner.addresses[0][1]
        self._stopping = asyncio.Event()
        self._delivering = asyncio.create_task(self._deliver())

    async def stop(self) -> None:
        """Out of reach until start(port): connections are refused."""
        self._stopping.set()
        self.queue.news.set()
        self._delivering.cancel()
        with suppress(asyncio.CancelledError):
            await self._delivering
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def fail(
        self,
        method: str,
        code: int,
        description: str = "",
        *,
        retry_after: int | None = None,
        chat: Chat | None = None,
        times: int = 1,
    ) -> Script:
        """Refuse the next calls of a method ("*": any), perhaps only those to a chat."""
        parameters = {"retry_after": retry_after} if retry_after else {}
        words = description or f"Too Many Requests: retry after {retry_after}"
        return self._add(
            Script(method, Refusal(code, words, **parameters), chat and chat.id, times)
        )

    def cut(self, method: str, *, acted: bool = False, times: int = 1) -> Script:
        """Close the connection without an answer, before or after carrying out the call."""
        return self._add(Script(method, None, None, times, acted))

    def _add(self, script: Script) -> Script:
        self._scripts.append(script)
        return script

    def made(self, method: str) -> list[Json]:
        """The values of every call of a method so far."""
        return [call.values for call in self.calls if call.method == method]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        values = await _values(request)
        if request.match_info["token"] != self.token:
            known = re.fullmatch(r"\d+:[\w-]{30,}", request.match_info["token"])
            return _refused(Refusal(401, "Unauthorized") if known else Refusal(404, "Not Found"))
        call = Call(method, values, time.monotonic())
        self.calls.append(call)
        if self.latency and method != "getUpdates":
            await asyncio.sleep(self.latency)
        script = next((s for s in self._scripts if s.meets(method, values)), None)
        if script:
            script.times -= 1
        try:
            return await self._answer(call, script, request)
        except Refusal as refusal:
            return _refused(refusal)

    async def _answer(
        self, call: Call, script: Script | None, request: web.Request
    ) -> web.StreamResponse:
        self._check_patience(call)
        if script and script.refusal:
            self._note_patience(call, script.refusal)
            raise script.refusal
        if script and not script.acted:
            return _cut(request)
        handler: Callable[[Json], Awaitable[Any]] | None
        handler = getattr(self, f"_do_{call.method.lower()}", None)
        if handler is None or call.method in self.missing:
            raise Refusal(404, "Not Found")
        result = await handler(call.values)
        return _cut(request) if script else _ok(result)

    def _check_patience(self, call: Call) -> None:
        """A chat that was told to wait is refused until it has waited."""
        left = self._patience.get(int(call.values.get("chat_id") or 0), 0.0) - time.monotonic()
        if left > 0:
            self.early.append(call)
            raise Refusal(429, "Too Many Requests: retry later", retry_after=int(left) + 1)

    def _note_patience(self, call: Call, refusal: Refusal) -> None:
        if "retry_after" in refusal.parameters and "chat_id" in call.values:
            wait = refusal.parameters["retry_after"]
            self._patience[int(call.values["chat_id"])] = time.monotonic() + wait

    # -- receiving -------------------------------------------------------------------------------

    async def _do_getme(self, _: Json) -> Json:
        return self.me

    async def _do_getupdates(self, values: Json) -> list[Json]:
        if self.webhook.url:
            raise Refusal(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook "
                "to delete the webhook first",
            )
        mine = self._take_over()
        if "allowed_updates" in values:
            self.queue.allowed = values["allowed_updates"] or None
        self.queue.acknowledge(int(values.get("offset") or 0))
        limit = min(max(int(values.get("limit") or 100), 1), 100)
        await self._wait_for_updates(mine, float(values.get("timeout") or 0))
        return self.queue.pending[:limit]

    def _take_over(self) -> asyncio.Future[None]:
        """The newest poller wins; the one before is told so."""
        if self._poller and not self._poller.done():
            self._poller.set_exception(
                Refusal(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one "
                    "bot instance is running",
                )
            )
        self._poller = asyncio.get_running_loop().create_future()
        return self._poller

    async def _wait_for_updates(self, mine: asyncio.Future[None], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        try:
            while not self.queue.pending and not self._stopping.is_set():
                self.queue.news.clear()
                news = asyncio.ensure_future(self.queue.news.wait())
                left = max(deadline - time.monotonic(), 0)
                await asyncio.wait({news, mine}, timeout=left, return_when="FIRST_COMPLETED")
                news.cancel()
                if mine.done():
                    mine.result()
                if time.monotonic() >= deadline:
                    return
        finally:
            if not mine.done():
                mine.set_result(None)

    async def _do_setwebhook(self, values: Json) -> bool:
        url, secret = values.get("url") or "", values.get("secret_token") or ""
        if url and not url.startswith("https://"):
            raise Refusal(
                400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
            )
        if not re.fullmatch(r"[\w-]{0,256}", secret, re.ASCII):
            raise Refusal(400, "Bad Request: secret token contains unallowed characters")
        if "allowed_updates" in values:
            self.queue.allowed = values["allowed_updates"] or None
        if values.get("drop_pending_updates") in (True, "true"):
            self.queue.pending.clear()
        connections = int(values.get("max_connections") or 40)
        self.webhook = Webhook(url, secret, connections, calls=self.webhook.calls)
        if self._poller and not self._poller.done():
            self._poller.set_exception(Refusal(409, "Conflict: terminated by setWebhook request"))
        self.queue.news.set()
        return True

    async def _do_deletewebhook(self, values: Json) -> bool:
        return await self._do_setwebhook({**values, "url": "", "secret_token": ""})

    async def _do_getwebhookinfo(self, _: Json) -> Json:
        hook = self.webhook
        info: Json = {
            "url": hook.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.queue.pending),
            "max_connections": hook.max_connections,
        }
        if hook.last_error:
            info |= {"last_error_message": hook.last_error, "last_error_date": hook.last_error_at}
        return info

    async def _deliver(self) -> None:
        """Call the webhook: chats side by side, one chat's updates in order, until it says 200."""
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session, asyncio.TaskGroup() as tasks:
            while True:
                for update in self._deliverable():
                    self.webhook.in_flight.add(update["update_id"])
                    tasks.create_task(self._push(session, update, self.webhook))
                self.queue.news.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.05):
                        await self.queue.news.wait()

    def _deliverable(self) -> list[Json]:
        hook, lanes = self.webhook, self.queue.lanes
        busy = {lanes[id_] for id_ in hook.in_flight}
        found = []
        for update in self.queue.pending if hook.url else ():
            chat = lanes[update["update_id"]]
            if chat not in busy and len(hook.in_flight) + len(found) < hook.max_connections:
                found.append(update)
            busy.add(chat)
        return found

    async def _push(self, session: aiohttp.ClientSession, update: Json, hook: Webhook) -> None:
        retry = self.webhook_retry
        while hook is self.webhook:
            hook.calls.append(update)
            if await self._call(session, update, hook):
                self.queue.pending.remove(update)
                break
            await asyncio.sleep(retry)
            retry = min(retry * 2, 1.0)
        hook.in_flight.discard(update["update_id"])
        self.queue.news.set()

    async def _call(self, session: aiohttp.ClientSession, update: Json, hook: Webhook) -> bool:
        public = next((p for p in self.routes if hook.url.startswith(p)), "")
        url = self.routes.get(public, "") + hook.url.removeprefix(public)
        headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
        try:
            async with session.post(
                url, json=update, headers=headers, timeout=_TIMEOUT
            ) as response:
                if response.status < 300:
                    return True
                said = f"{response.status} {response.reason}"
                hook.last_error = f"Wrong response from the webhook: {said}"
        except (aiohttp.ClientError, TimeoutError):
            hook.last_error = "Connection refused"
        hook.last_error_at = int(time.time())
        return False

    # -- sending ---------------------------------------------------------------------------------

    async def _do_sendmessage(self, values: Json) -> Json:
        chat = self._open(values)
        text, entities = _formatted(values, "text", 4096, "message is too long")
        if not text:
            raise Refusal(400, "Bad Request: message text is empty")
        return self._post(chat, values, text=text, entities=entities or None)

    async def _do_sendphoto(self, values: Json) -> Json:
        size = {**self._file(values, "photo"), "width": 90, "height": 90}
        return self._post_captioned(values, photo=[size])

    async def _do_senddocument(self, values: Json) -> Json:
        return self._post_captioned(values, document=self._file(values, "document"))

    def _post_captioned(self, values: Json, **content: Any) -> Json:
        caption, entities = _formatted(values, "caption", 1024, "message caption is too long")
        words = {"caption": caption or None, "caption_entities": entities or None}
        return self._post(self._open(values), values, **content, **words)

    def _post(self, chat: Chat, values: Json, **content: Any) -> Json:
        thread = values.get("message_thread_id")
        topic = {"message_thread_id": thread, "is_topic_message": True} if thread else {}
        chat.drafts.clear()
        return chat.add(
            self.me,
            reply_to_message=_quoted(chat, values),
            reply_markup=_markup(values),
            business_connection_id=self._connection(values),
            **topic,
            **content,
        )

    def _connection(self, values: Json) -> str | None:
        id_ = values.get("business_connection_id")
        if id_ is None:
            return None
        connection = self.businesses.get(id_)
        if connection is None or not connection.enabled:
            raise Refusal(400, "Bad Request: business connection not found")
        if not connection.can_reply:
            raise Refusal(400, "Bad Request: BUSINESS_PEER_INVALID")
        return str(id_)

    def _open(self, values: Json) -> Chat:
        """The chat, if the bot may write there."""
        chat = self._chat(values)
        if chat.moved_to:
            raise Refusal(
                400,
                "Bad Request: group chat was upgraded to a supergroup chat",
                migrate_to_chat_id=chat.moved_to,
            )
        if chat.type == "private":
            if chat.people[0].blocked:
                raise Refusal(403, "Forbidden: bot was blocked by the user")
            if not chat.messages and "business_connection_id" not in values:
                raise Refusal(403, "Forbidden: bot can't initiate conversation with a user")
        elif not chat.has_bot:
            raise Refusal(403, f"Forbidden: bot was kicked from the {chat.type} chat")
        return chat

    def _chat(self, values: Json) -> Chat:
        try:
            return self.chats[int(values["chat_id"])]
        except (KeyError, ValueError):
            raise Refusal(400, "Bad Request: chat not found") from None

    async def _do_sendmessagedraft(self, values: Json) -> bool:
        chat = self._open(values)
        if chat.type != "private":
            raise Refusal(400, "Bad Request: method is available only for private chats")
        if not int(values.get("draft_id") or 0):
            raise Refusal(400, "Bad Request: draft_id must be non-zero")
        text, _ = _formatted(values, "text", 4096, "message is too long")
        chat.drafts.append({"draft_id": int(values["draft_id"]), "text": text})
        return True

    async def _do_sendchataction(self, values: Json) -> bool:
        if values.get("action") not in _ACTIONS:
            raise Refusal(400, "Bad Request: wrong parameter action in request")
        self._open(values).actions.append(values["action"])
        return True

    # -- changing --------------------------------------------------------------------------------

    async def _do_editmessagetext(self, values: Json) -> Json:
        text, entities = _formatted(values, "text", 4096, "message is too long")
        message = self._own(values)
        changed = {"text": text, "entities": entities or None, "reply_markup": _markup(values)}
        return _change(message, changed)

    async def _do_editmessagereplymarkup(self, values: Json) -> Json:
        return _change(self._own(values), {"reply_markup": _markup(values)})

    def _own(self, values: Json) -> Json:
        message = self._open(values).messages.get(int(values.get("message_id") or 0))
        if message is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        if message["from"]["id"] != self.me["id"]:
            raise Refusal(400, "Bad Request: message can't be edited")
        return message

    async def _do_deletemessage(self, values: Json) -> bool:
        chat = self._chat(values)
        message = chat.messages.pop(int(values.get("message_id") or 0), None)
        if message is None:
            raise Refusal(400, "Bad Request: message to delete not found")
        chat.deleted.append(message)
        return True

    async def _do_answercallbackquery(self, values: Json) -> bool:
        tap = self.taps.get(values.get("callback_query_id", ""))
        if tap is None or tap.answers:
            raise Refusal(400, _TOO_OLD)
        text = values.get("text") or ""
        if units(text) > 200:
            raise Refusal(400, "Bad Request: MESSAGE_TOO_LONG")
        tap.answers += 1
        tap.answer = {"text": text, "show_alert": values.get("show_alert") in (True, "true")}
        return True

    # -- commands and files ----------------------------------------------------------------------

    async def _do_setmycommands(self, values: Json) -> bool:
        for command in values.get("commands", ()):
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise Refusal(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise Refusal(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        tag = values.get("language_code") or ""
        if not re.fullmatch(r"([a-z]{2})?", tag):
            raise Refusal(400, "Bad Request: invalid language code specified")
        self.commands[_scope(values), tag] = list(values["commands"])
        return True

    async def _do_getmycommands(self, values: Json) -> list[Json]:
        return self.commands.get((_scope(values), values.get("language_code") or ""), [])

    async def _do_deletemycommands(self, values: Json) -> bool:
        self.commands.pop((_scope(values), values.get("language_code") or ""), None)
        return True

    async def _do_getfile(self, values: Json) -> Json:
        if values.get("file_id") not in self.files:
            raise Refusal(400, "Bad Request: invalid file_id")
        path, content = self.files[values["file_id"]]
        if len(content) > 20 * 2**20:
            raise Refusal(400, "Bad Request: file is too big")
        return {"file_id": values["file_id"], "file_unique_id": path, "file_path": path}

    def _file(self, values: Json, name: str) -> Json:
        given = values.get(name)
        if isinstance(given, str) and given.startswith("attach://"):
            given = values.get(given.removeprefix("attach://"))
        if isinstance(given, web.FileField):
            kept = self.keep_file(given.file.read(), f"{name}s/{given.filename}")
            return {**kept, "file_name": given.filename}
        if given in self.files:
            return {"file_id": given, "file_unique_id": f"u{given}"}
        raise Refusal(400, f"Bad Request: there is no {name} in the request")

    async def _download(self, request: web.Request) -> web.Response:
        if request.match_info["token"] == self.token:
            for path, content in self.files.values():
                if path == request.match_info["path"]:
                    return web.Response(body=content)
        return _refused(Refusal(404, "Not Found"))


_TIMEOUT = aiohttp.ClientTimeout(total=10)
_STRUCTURED = {
    "reply_markup", "allowed_updates", "commands", "scope", "link_preview_options", "entities",
    "reply_parameters", "caption_entities",
}  # fmt: skip


async def _values(request: web.Request) -> Json:
    """A call's values: from the query, a form, multipart or JSON."""
    values: Json = dict(request.query)
    if request.content_type == "application/json":
        values |= json.loads(await request.read() or b"{}")
    else:
        values |= dict(await request.post())
    for name in _STRUCTURED & values.keys():
        if isinstance(values[name], str):
            values[name] = json.loads(values[name])
    return values


def _ok(result: Any) -> web.Response:
    return web.json_response({"ok": True, "result": result})


def _refused(refusal: Refusal) -> web.Response:
    body: Json = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return web.json_response(body, status=refusal.code)


def _cut(request: web.Request) -> web.StreamResponse:
    assert request.transport
    request.transport.abort()
    return web.Response()


def _scope(values: Json) -> str:
    return json.dumps(values.get("scope") or {"type": "default"}, sort_keys=True)


def _formatted(values: Json, name: str, limit: int, words: str) -> tuple[str, list[Json]]:
    """The text as it will be shown, within its limit."""
    try:
        text, entities = parse(str(values.get(name) or ""), values.get("parse_mode"))
    except BadEntities as error:
        raise Refusal(400, f"Bad Request: can't parse entities: {error}") from None
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise Refusal(400, "Bad Request: strings must be encoded in UTF-8")
    text, entities = trimmed(text, entities or values.get("entities") or [])
    if units(text) > limit:
        raise Refusal(400, f"Bad Request: {words}")
    return text, entities


def _markup(values: Json) -> Json | None:
    markup: Json | None = values.get("reply_markup")
    for row in (markup or {}).get("inline_keyboard", ()):
        for button in row:
            _check_button(button)
    return markup


def _check_button(button: Json) -> None:
    if not button.get("text"):
        raise Refusal(
            400,
            "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the "
            "inline keyboard",
        )
    if "callback_data" in button:
        if not 1 <= len(button["callback_data"].encode()) <= 64:
            raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
    elif not re.match(r"(https?|tg)://[^\s/]+", button.get("url", "")):
        given = button.get("url", "")
        raise Refusal(400, f"Bad Request: inline keyboard button URL '{given}' is invalid")


def _quoted(chat: Chat, values: Json) -> Json | None:
    wanted = values.get("reply_parameters") or {}
    if not wanted:
        return None
    message = chat.messages.get(int(wanted["message_id"]))
    if message is None and not wanted.get("allow_sending_without_reply"):
        raise Refusal(400, "Bad Request: message to be replied not found")
    return quoted(message)


def _change(message: Json, changed: Json) -> Json:
    if all(message.get(name) == value for name, value in changed.items()):
        raise Refusal(400, _NOT_MODIFIED)
    message.update(changed, edit_date=int(time.time()))
    for name in _CONTENT:
        if message.get(name, "") is None:
            del message[name]
    return message
