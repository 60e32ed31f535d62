"""`opc voucher`: one sentence, a file of sentences, and input that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.errors import InputRejected

RUN = CliRunner()


def test_sentence_is_told_in_its_own_language() -> None:
    zh = RUN.invoke(app, ["voucher", "算力券3万元,12月31日到期", "--on", "2026-11-02"])
    assert "3万元" in zh.output
    assert "2026年12月31日" in zh.output
    en = RUN.invoke(app, ["voucher", "RMB 30,000 voucher, expires Dec 31", "--on", "2026-11-02"])
    assert "CNY 30,000" in en.output
    assert "31 December 2026" in en.output


def test_json_holds_every_field() -> None:
    result = RUN.invoke(app, ["voucher", "两万元,月底过期", "--on", "2026-11-02", "--json"])
    fields = json.loads(result.output)
    assert (fields["amount"], fields["expires_on"]) == (20000, "2026-11-30")
    assert set(fields) == {
        "title", "amount", "currency", "unit", "expires_on", "starts_on", "time", "city",
        "recurrence",
    }  # fmt: skip


def test_batch_answers_every_line_in_order(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [
        {"id": "a", "today": "2026-11-02", "text": "券500元,明天到期"},
        {"id": "b", "today": "2026-12-31", "text": "Trial ends in one month"},
    ]
    source.write_text("\n".join(json.dumps(line) for line in lines) + "\n\n", encoding="utf-8")
    result = RUN.invoke(app, ["voucher", "--batch", str(source), "--out", str(target)])
    assert result.exit_code == 0
    rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [(r["id"], r["expires_on"]) for r in rows] == [("a", "2026-11-03"), ("b", "2027-01-31")]


@pytest.mark.parametrize(
    "line", ["{", '{"id": 1}', '{"id": 1, "today": "soon", "text": "x"}', "[]", '"x"']
)
def test_bad_line_is_named_and_nothing_is_written(tmp_path: Path, line: str) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(line, encoding="utf-8")
    result = RUN.invoke(app, ["voucher", "--batch", str(source), "--out", str(target)])
    assert isinstance(result.exception, InputRejected)
    assert result.exception.values["line"] == 1
    assert not target.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [" "],
        ["--batch", "x"],
        ["券", "--on", "tomorrow"],
        ["--batch", "/nowhere", "--out", "x"],
    ],
)
def test_unusable_arguments_are_rejected(arguments: list[str]) -> None:
    assert isinstance(RUN.invoke(app, ["voucher", *arguments]).exception, InputRejected)
