"""`opc ask`: one question, a file, and the chat in a terminal; and the small commands beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.flows.processes import opc

QUESTION = "武汉的算力券能补多少？"


async def test_one_question_is_answered_with_its_sources(data_dir: Path) -> None:
    done = await opc("ask", QUESTION, data_dir=data_dir)
    assert done.code == 0 and "[1]" in done.out and "万元" in done.out


async def test_an_answer_as_json_says_all_about_it(data_dir: Path) -> None:
    asked = ("ask", QUESTION, "--json", "--on", "2026-11-21", "--lang", "en")
    done = await opc(*asked, data_dir=data_dir)
    answer = json.loads(done.out)
    assert answer["outcome"] == "answered" and answer["on"] == "2026-11-21"
    assert answer["citations"][0]["number"] == 1 and answer["programme_ids"]
    assert answer["lang"] == "en" and answer["generation"]


async def test_it_builds_the_index_if_there_is_none(tmp_path: Path) -> None:
    done = await opc("ask", QUESTION, data_dir=tmp_path / "new")
    assert done.code == 0 and "[1]" in done.out


@pytest.mark.parametrize(
    "arguments",
    [["🎉"], [""], ["x" * 3000], [QUESTION, "--on", "2026-02-30"], [QUESTION, "--lang", "fr"],
     ["--batch", "/no/such/file", "--out", "/tmp/x"], ["--batch", "/no/such/file"]],
)  # fmt: skip
async def test_a_wrong_use_is_one_clear_line(data_dir: Path, arguments: list[str]) -> None:
    done = await opc("ask", *arguments, data_dir=data_dir)
    assert done.code == 2 and done.out == "" and done.err.count("\n") == 1


def lines(*items: object) -> str:
    return "".join(f"{item if isinstance(item, str) else json.dumps(item)}\n" for item in items)


async def test_a_file_is_answered_in_order(data_dir: Path, tmp_path: Path) -> None:
    asked = lines(
        {"id": "a", "turns": [QUESTION], "ignored": 1},
        "",
        {"id": "b", "turns": [QUESTION, "怎么申请？"]},
    )
    (tmp_path / "in.jsonl").write_text("\ufeff" + asked, encoding="utf-8")
    out = tmp_path / "out.jsonl"
    done = await opc(
        "ask", "--batch", str(tmp_path / "in.jsonl"), "--out", str(out), "--on", "2026-11-21",
        data_dir=data_dir,
    )  # fmt: skip
    assert done.code == 0, done.err
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == ["a", "b"]
    assert set(rows[0]) == {"id", "outcome", "answer", "programme_ids", "ms"}
    shared = set(rows[0]["programme_ids"]) & set(rows[1]["programme_ids"])
    assert shared, "a follow-up is about what was asked before"


async def test_bad_lines_are_told_by_number_and_the_rest_is_answered(
    data_dir: Path, tmp_path: Path
) -> None:
    asked = lines(
        {"id": 1, "turns": [QUESTION]}, "{broken", {"id": "c"}, {"turns": ["x"]}, [],
        {"id": "e", "turns": []}, {"id": "f", "turns": [7]}, {"id": "g", "turns": ["🎉"]},
        {"id": "h", "turns": [QUESTION]},
    )  # fmt: skip
    (tmp_path / "in.jsonl").write_text(asked, encoding="utf-8")
    out = tmp_path / "out.jsonl"
    done = await opc(
        "ask", "--batch", str(tmp_path / "in.jsonl"), "--out", str(out), data_dir=data_dir
    )
    assert done.code == 1
    assert [json.loads(line)["id"] for line in out.read_text("utf-8").splitlines()] == ["1", "h"]
    for number in range(2, 9):
        assert f"line {number}: " in done.err


@pytest.mark.parametrize("out", ["folder", "missing/out.jsonl"])
async def test_an_output_that_cannot_be_written_is_told_at_once(tmp_path: Path, out: str) -> None:
    (tmp_path / "in.jsonl").write_text(lines({"id": "a", "turns": [QUESTION]}))
    (tmp_path / "folder").mkdir()
    files = ("--batch", str(tmp_path / "in.jsonl"), "--out", str(tmp_path / out))
    done = await opc("ask", *files, data_dir=tmp_path)
    assert done.code == 2 and done.err.count("\n") == 1
    assert sorted(p.name for p in tmp_path.iterdir()) == ["folder", "in.jsonl"]


async def test_a_chat_keeps_the_thread_and_takes_numbers_for_buttons(data_dir: Path) -> None:
    typed = f"{QUESTION}\n1\n/asof 2026-05-01\n/sources\n/nonsense\n🎉\n/quit\nnever read\n"
    done = await opc("ask", data_dir=data_dir, typed=typed, LANG="zh_CN.UTF-8")
    assert done.code == 0, done.err
    for shown in ("您好", "» ", "2026年5月1日", "发布单位", "/help", "再见"):
        assert shown in done.out, shown
    assert "never read" not in done.out


async def test_a_chat_ends_with_its_input(data_dir: Path) -> None:
    done = await opc("ask", "--lang", "en", data_dir=data_dir, typed=f"{QUESTION}\n")
    assert done.code == 0 and "Goodbye" in done.out


async def test_migrate_tells_the_version_of_the_tables(tmp_path: Path) -> None:
    done = await opc("migrate", data_dir=tmp_path)
    assert done.code == 0 and "0001" in done.out
    assert (tmp_path / "assistant.db").exists()


async def test_help_lists_every_command(tmp_path: Path) -> None:
    done = await opc("--help", data_dir=tmp_path)
    for command in ("run", "ask", "records", "index", "voucher", "migrate", "version"):
        assert command in done.out
