"""`opc`: the command line. It mounts the commands; each lives in a module of this package.

Heavy imports belong inside the functions, so that `opc --help` is there at once.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer

from bot.cli import ask, index, records, run, voucher
from bot.errors import AssistantError, translate
from bot.locale import Lang, language_of, text

app = typer.Typer(
    name="opc",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Answers founders of one-person companies from cited city policy records.",
)


app.add_typer(run.app)
app.command()(ask.ask)
app.add_typer(records.app, name="records")
app.add_typer(index.app, name="index")
app.command()(voucher.voucher)


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
