"""`opc ask`: one question, a file of questions, or a chat in the terminal."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.errors import InputRejected
from bot.locale import text

if TYPE_CHECKING:
    from datetime import date

    from bot.answers.question import Answer
    from bot.app import Parts
    from bot.settings import Settings


def ask(
    question: Annotated[str | None, typer.Argument(help="Left out: a chat begins.")] = None,
    on: Annotated[str, typer.Option(help="The day to answer for, such as 2026-05-01.")] = "",
    lang: Annotated[str, typer.Option(help="zh or en; the question's language if absent.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    batch: Annotated[Path | None, typer.Option(help="JSON Lines with id and turns.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where --batch writes its answers.")] = None,
) -> None:
    """Answer a question, a file of questions (--batch), or chat."""
    from bot.cli.run import set_up_logging
    from bot.settings import load_settings

    settings = load_settings()
    set_up_logging(settings)
    chosen = _day(on, settings)
    if lang not in {"", "zh", "en"}:
        raise InputRejected(msgid="language.unknown")
    if (batch is None) != (out is None):
        raise InputRejected(msgid="ask.batch_and_out")
    if batch is not None and out is not None:
        asyncio.run(_answer_file(settings, batch, out, chosen, lang))
    elif question is not None:
        asyncio.run(_answer_one(settings, question, chosen, lang, as_json))
    else:
        _chat(settings, chosen, lang)


def _day(on: str, settings: Settings) -> date | None:
    from bot.app import today
    from bot.commands.days import parse_day

    return parse_day(on, today(settings)) if on else None


async def _answer_one(
    settings: Settings, written: str, chosen: date | None, lang: str, as_json: bool
) -> None:
    from bot.app import opened, today
    from bot.conversation import readable

    asked = readable(written)
    async with opened(settings) as parts:
        question = _question(asked, chosen or today(settings), chosen is None, lang)
        answer = await parts.answers.answer(question)
    print(_json(asked, question.on, answer) if as_json else _plain(answer))


def _question(asked: str, on: date, on_is_today: bool, lang: str) -> Any:
    from bot.answers.question import Question

    return Question(asked, on, lang or None, on_is_today=on_is_today, user="console:terminal")


def _plain(answer: Answer) -> str:
    sources = [
        f"[{c.number}] " + " · ".join(part for part in (c.title, c.issuer, c.url) if part)
        for c in answer.citations
    ]
    parts = (answer.text, answer.more, "\n".join(sources))
    return "\n\n".join(part for part in parts if part)


def _json(asked: str, on: date, answer: Answer) -> str:
    shown = {
        "question": asked,
        "on": on.isoformat(),
        "lang": answer.lang,
        "outcome": answer.outcome,
        "answer": answer.text,
        "more": answer.more,
        "citations": [asdict(citation) for citation in answer.citations],
        "programme_ids": list(answer.programme_ids),
        "suggestions": list(answer.suggestions),
        "ai_generated": answer.ai_generated,
        "generation": answer.generation,
        "ms": round(answer.ms, 2),
    }
    return json.dumps(shown, ensure_ascii=False, indent=2)


async def _answer_file(
    settings: Settings, batch: Path, out: Path, chosen: date | None, lang: str
) -> None:
    from bot.app import opened, today
    from bot.batch import answer_items, check_target, read_items, write_rows
    from bot.cli import terminal_language

    items = read_items(batch)
    check_target(out)
    async with opened(settings) as parts:
        on = chosen or today(settings)
        await parts.answers.read_ahead()
        done = await answer_items(parts.answers, items, on, lang or None, _progress)
    write_rows(out, done.answers)
    for fault in done.faults:
        why = text(fault.msgid, terminal_language(), detail=fault.detail)
        shown = text("batch.fault", terminal_language(), file=batch, line=fault.line, why=why)
        print(shown, file=sys.stderr)
    if done.faults:
        raise typer.Exit(1)


def _progress(done: int, total: int) -> None:
    end = "\n" if done == total else ""
    if sys.stderr.isatty() or done == total:
        print(f"\r{done}/{total}", end=end, file=sys.stderr, flush=True)


def _chat(settings: Settings, chosen: date | None, lang: str) -> None:
    from bot.app import build
    from bot.channels.console import ConsoleChannel
    from bot.cli import terminal_language

    with asyncio.Runner() as runner:
        parts: Parts = runner.run(build(settings))
        try:
            channel = ConsoleChannel(parts.conversation, terminal_language(), on=chosen)
            channel.wait_for(runner, parts.answers.open())
            channel.chat(runner, lang)
        finally:
            runner.run(parts.close())
