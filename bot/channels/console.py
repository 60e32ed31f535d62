"""The terminal as a channel: a line is a message, a number taps a button."""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.markup import escape
from rich.text import Text

from bot.conversation import Conversation
from bot.locale import text
from bot.messages import Address, Button, Incoming, Reply

_QUIT = frozenset({"/quit", "/exit", "/q"})


class ConsoleChannel:
    """One person at a terminal; `on` is the day every question is for (None: theirs to choose)."""

    def __init__(
        self,
        conversation: Conversation,
        lang: str,
        on: date | None = None,
        console: Console | None = None,
    ) -> None:
        self._conversation = conversation
        self._lang = lang
        self._on = on
        self._console = console or Console(highlight=False)
        self._address = Address("console", "terminal", getpass.getuser())
        self._buttons: tuple[Button, ...] = ()

    def wait_for(self, runner: asyncio.Runner, work: Coroutine[Any, Any, None]) -> None:
        """Show that something takes a moment."""
        with self._console.status(text("console.loading", self._lang)):
            runner.run(work)

    def chat(self, runner: asyncio.Runner, lang: str = "") -> None:
        """Talk until /quit or the end of input; `lang` fixes the language of the answers."""
        with suppress(ImportError):
            import readline  # noqa: F401 (importing it gives input() its line editing and history)
        if lang:
            runner.run(self._receive(self._incoming(f"/language {lang}")))
        self._show(runner.run(self._receive(self._incoming("/start"))))
        self._console.print(text("console.welcome", self._lang), style="dim")
        while (line := self._read()) is not None:
            if line.strip():
                self._show(runner.run(self._receive(self._incoming(line))))
        self._console.print(text("console.bye", self._lang), style="dim")

    def _read(self) -> str | None:
        """The next line; None when the person wants to leave."""
        try:
            line = self._console.input("[bold]> [/bold]")
        except (EOFError, KeyboardInterrupt):
            return None
        return None if line.strip().lower() in _QUIT else line

    def _incoming(self, line: str) -> Incoming:
        message = Incoming(self._address, "text", line, lang=self._lang, on=self._on)
        number = line.strip()
        if number.isascii() and number.isdigit() and 1 <= int(number) <= len(self._buttons):
            return replace(message, kind="button", text=self._buttons[int(number) - 1].action)
        return message

    async def _receive(self, incoming: Incoming) -> Reply:
        waiting = Text(text("console.thinking", self._lang), style="dim")
        with Live(waiting, console=self._console, transient=True) as live:

            async def show(draft: str) -> None:
                live.update(Text(draft))

            return await self._conversation.receive(incoming, show)

    def _show(self, reply: Reply) -> None:
        self._buttons = tuple(button for button in reply.buttons if button.action)
        if asked := reply.extra.get("question"):
            self._console.print(f"» {asked}", style="dim", markup=False)
        self._console.print(reply.text, markup=False)
        if reply.ai_generated:
            self._console.print(text("console.ai", reply.lang), style="dim")
        for number, button in enumerate(self._buttons, 1):
            self._console.print(f"  [cyan]{number}[/cyan] {escape(button.label)}")
        self._console.print()
