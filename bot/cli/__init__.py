"""`opc`: the command line. It mounts the commands; each lives in a module of this package.

A module here has an `app` (a Typer group, mounted under the module's name) or a function of the
module's name (a single command). Heavy imports belong inside the functions.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import NoReturn

import typer

from bot.errors import AssistantError, translate
from bot.locale import Lang, language_of, text

app = typer.Typer(
    name="opc",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Answers founders of one-person companies from cited city policy records.",
)


def _mount(name: str) -> None:
    try:
        module = importlib.import_module(f"bot.cli.{name}")
    except ModuleNotFoundError as error:
        if error.name != f"bot.cli.{name}":
            raise
        return
    group = getattr(module, "app", None)
    if group is None:
        app.command(name=name)(getattr(module, name))
    else:
        app.add_typer(group, name=None if name == "run" else name)


for _name in ("run", "ask", "records", "index", "voucher"):
    _mount(_name)


def terminal_language() -> Lang:
    """The language of the terminal's locale; English when it has none."""
    tag = next(
        (os.environ[k] for k in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(k)), "en"
    )
    return language_of(tag) or "en"


def main() -> None:
    """Run a command; an expected error is one line on standard error and its exit code."""
    try:
        app()
    except AssistantError as error:
        _fail(error)
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:
        ours = translate(error)
        if ours is None:
            raise
        _fail(ours)


def _fail(error: AssistantError) -> NoReturn:
    print(
        text("cli.error", terminal_language(), reason=error.told(terminal_language())),
        file=sys.stderr,
    )
    sys.exit(error.exit_code)
