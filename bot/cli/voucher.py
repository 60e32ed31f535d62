"""`opc voucher`: read a sentence, or a file of sentences, into vouchers (see `bot.desk`)."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.errors import InputRejected
from bot.locale import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.desk.voucher_text import Voucher


def voucher(
    sentence: Annotated[str | None, typer.Argument(help="What the voucher or note says.")] = None,
    on: Annotated[str, typer.Option(help="The day it was written, such as 2026-05-01.")] = "",
    lang: Annotated[str, typer.Option(help="zh or en; the sentence's language if absent.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    batch: Annotated[Path | None, typer.Option(help="JSON Lines with id, today and text.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where --batch writes its vouchers.")] = None,
) -> None:
    """Read a voucher or deadline out of a sentence, or a file of them (--batch)."""
    if (batch is None) != (out is None):
        raise InputRejected(msgid="voucher.batch_and_out")
    if batch is not None and out is not None:
        _read_file(batch, out)
    elif sentence and sentence.strip():
        _read_one(sentence, _day(on), lang, as_json)
    else:
        raise InputRejected(msgid="voucher.nothing")


def _day(written: str) -> date:
    if not written:
        return datetime.now(ZoneInfo("Asia/Shanghai")).date()
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise InputRejected(msgid="voucher.bad_day", day=written) from error


def _read_one(sentence: str, on: date, lang: str, as_json: bool) -> None:
    from bot.desk.voucher_text import read_voucher
    from knowledge.text import detect_language

    found = read_voucher(sentence, on)
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))
        return
    for line in _lines(found, lang or detect_language(sentence)):
        typer.echo(line)


def _lines(found: Voucher, lang: str) -> Iterator[str]:
    """The fields that the sentence gave, each with its name."""
    from knowledge.dates import format_date
    from knowledge.money import format_amount

    yield found.title
    amount = found.amount
    shown: dict[str, Any] = {
        "amount": amount is not None and format_amount(amount, found.unit or found.currency, lang),
        "starts_on": found.starts_on and format_date(found.starts_on, lang),
        "expires_on": found.expires_on and format_date(found.expires_on, lang),
        "time": found.time,
        "city": found.city,
        "recurrence": found.recurrence,
    }
    for name, value in shown.items():
        if value:
            yield text(f"voucher.{name}", lang, value=value)
    if not found.expires_on:
        yield text("voucher.no_end", lang)


def _read_file(batch: Path, out: Path) -> None:
    from bot.desk.voucher_text import read_voucher

    items = list(_items(batch))
    with out.open("w", encoding="utf-8") as target:
        for item in items:
            found = read_voucher(item["text"], date.fromisoformat(item["today"]))
            row = {"id": item["id"], **found.as_dict()}
            target.write(json.dumps(row, ensure_ascii=False) + "\n")
    typer.echo(text("voucher.written", _terminal(), count=len(items), path=out), err=True)


def _items(batch: Path) -> Iterator[dict[str, str]]:
    """The lines of a batch; a line that cannot be used is named."""
    try:
        lines = batch.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputRejected(msgid="voucher.unreadable", path=batch, reason=error) from error
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _item(line, number)


def _item(line: str, number: int) -> dict[str, str]:
    try:
        item = json.loads(line)
        date.fromisoformat(item["today"])
        return {"id": str(item["id"]), "today": item["today"], "text": str(item["text"])}
    except (ValueError, KeyError, TypeError) as error:
        raise InputRejected(msgid="voucher.bad_line", line=number, reason=error) from error


def _terminal() -> str:
    from bot.cli import terminal_language

    return terminal_language()
