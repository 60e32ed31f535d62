"""`opc run`, `opc migrate` and `opc version`: the process and its database."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from bot.locale import text

if TYPE_CHECKING:
    from bot.settings import Settings

app = typer.Typer()


@app.command()
def run(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
) -> None:
    """Serve the web chat, Telegram (if TELEGRAM_TOKEN is set) and the periodic jobs."""
    from bot.app import serve
    from bot.cli import terminal_language
    from bot.settings import load_settings

    settings = load_settings(host=host, port=port)
    set_up_logging(settings)
    lang = terminal_language()

    def listening(address: str) -> None:
        print(text("cli.listening", lang, address=address), flush=True)

    _run_on_fast_loop(serve(settings, listening))


@app.command()
def migrate() -> None:
    """Bring the database's tables to this version; `opc run` does so by itself."""
    from bot.cli import terminal_language
    from bot.settings import load_settings
    from bot.storage.database import Database

    settings = load_settings()

    async def migrated() -> str:
        database = Database.of(settings.database_url.get_secret_value(), settings.data_dir)
        try:
            return await database.migrate()
        finally:
            await database.close()

    print(text("cli.migrated", terminal_language(), version=asyncio.run(migrated())))


@app.command()
def version() -> None:
    """Show the version."""
    from importlib.metadata import version as installed

    print(installed("opc-assistant"))


def set_up_logging(settings: Settings) -> None:
    """Log to standard error; libraries speak up only from WARNING."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    for ours in ("bot", "ingest", "knowledge"):
        logging.getLogger(ours).setLevel(settings.log_level)


def _run_on_fast_loop(main: Coroutine[None, None, None]) -> None:
    """Run on uvloop where there is one (not on Windows)."""
    loop: Callable[[], asyncio.AbstractEventLoop] | None = None
    with suppress(ImportError):
        from uvloop import new_event_loop as loop
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(main)
