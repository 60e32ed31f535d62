"""A file of conversations in, a file of answers out; a bad line is told and the rest goes on."""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot.answers.question import Answer, Question, Turn
from bot.commands.asking import HISTORY_TURNS, Answers
from bot.conversation import readable
from bot.errors import InputRejected

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Item:
    """One conversation of the file: the messages in order, of which the last counts."""

    line: int
    id: str
    turns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that could not be answered, and the message that says why."""

    line: int
    msgid: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Done:
    answers: tuple[dict[str, Any], ...]
    faults: tuple[Fault, ...]


def read_items(file: Path) -> list[Item | Fault]:
    """Every line that is not empty, as an item or as what is wrong with it."""
    try:
        lines = file.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputRejected(msgid="batch.unreadable", file=file, reason=error) from error
    return [_item(number, line) for number, line in enumerate(lines, 1) if line.strip()]


def _item(number: int, line: str) -> Item | Fault:
    try:
        found = json.loads(line)
    except ValueError as error:
        return Fault(number, "batch.not_json", str(error))
    turns = found.get("turns") if isinstance(found, dict) else None
    if not isinstance(turns, list) or not turns or not all(isinstance(t, str) for t in turns):
        return Fault(number, "batch.no_turns")
    if not isinstance(found.get("id"), (str, int)):
        return Fault(number, "batch.no_id")
    return Item(number, str(found["id"]), tuple(turns))


async def answer_items(
    answers: Answers,
    items: Sequence[Item | Fault],
    on: date,
    lang: str | None,
    on_progress: Callable[[int, int], None],
) -> Done:
    """The answer to the last message of each item; those before it give the history."""
    done: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for number, item in enumerate(items, 1):
        if isinstance(item, Fault):
            faults.append(item)
        else:
            try:
                done.append(_row(item, await _last_answer(answers, item, on, lang)))
            except Exception as error:
                _log.debug("line %d failed", item.line, exc_info=error)
                faults.append(Fault(item.line, "batch.failed", f"{type(error).__name__}: {error}"))
        on_progress(number, len(items))
    return Done(tuple(done), tuple(faults))


async def _last_answer(answers: Answers, item: Item, on: date, lang: str | None) -> Answer:
    history: list[Turn] = []
    for turn in item.turns:
        kept = tuple(history[-HISTORY_TURNS:])
        answer = await answers.answer(
            Question(readable(turn), on, lang, kept, user=f"batch:{item.id}")
        )
        history.append(Turn(turn, answer.programme_ids))
    return answer


def _row(item: Item, answer: Answer) -> dict[str, Any]:
    return {
        "id": item.id,
        "outcome": answer.outcome,
        "answer": answer.text,
        "programme_ids": list(answer.programme_ids),
        "ms": round(answer.ms, 3),
    }


def check_target(file: Path) -> None:
    """Raise InputRejected if the file could not be written, before hours go into its content."""
    write_rows(file.with_name(f".{file.name}.try"), ())
    file.with_name(f".{file.name}.try").unlink(missing_ok=True)
    if file.is_dir():
        raise InputRejected(msgid="batch.unwritable", file=file, reason=os.strerror(errno.EISDIR))


def write_rows(file: Path, rows: Sequence[dict[str, Any]]) -> None:
    """Write JSON Lines; the file appears whole or not at all."""
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with aside.open("w", encoding="utf-8") as written:
            written.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            written.flush()
            os.fsync(written.fileno())
        aside.replace(file)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise InputRejected(msgid="batch.unwritable", file=file, reason=error.strerror) from error
