from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main

Command = Callable[..., tuple[int, str, str]]
"""`opc` with these arguments -> exit code, standard output, standard error."""


@pytest.fixture
def opc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["opc", *arguments])
        code: object = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code
        out, err = capsys.readouterr()
        return int(str(code or 0)), out, err

    return run


def test_an_index_is_built_looked_at_and_searched(opc: Command, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text(
        "---\nplace: 武汉\nvalid_until: 2027-06\n---\n# 鹈鹕券\n\n鹈鹕券最高一百元。\n",
        encoding="utf-8",
    )
    code, out, err = opc("index", "sync", str(note), str(tmp_path / "nowhere"))
    assert (code, "Published" in out, "nowhere" in err) == (1, True, True)
    code, out, err = opc("index", "sync")
    assert (code, "Nothing changed" in out) == (0, True)

    code, out, _ = opc("index", "status", "--json")
    assert (code, json.loads(out)["documents"]) == (0, [str(note)])

    code, out, _ = opc("index", "search", "鹈鹕券 最高", "-k", "1", "--json")
    (hit,) = json.loads(out)
    assert (hit["path"], hit["programme_id"]) == (str(note), None)
    assert (hit["place"], hit["valid_until"]) == (["cn/hubei/wuhan"], "2027-06-30")
    assert "一百元" in hit["text"] and 0 < hit["probability"] <= 1 and hit["score"] > 0

    code, out, _ = opc("index", "search", "鹈鹕券", "--on", "2028-01-01", "--json")
    assert str(note) not in {hit["path"] for hit in json.loads(out)}
    code, out, _ = opc("index", "search", "Wuhan compute voucher", "--place", "wuhan", "--json")
    assert json.loads(out)[0]["programme_id"]
    assert {h["place"][0] for h in json.loads(out)} <= {"cn/hubei/wuhan", "cn/hubei", "cn"}
    code, out, err = opc("index", "search", "鹈鹕券", "--scope", "members:nobody")
    assert (code, out, "Nothing found" in err) == (0, "", True)
    code, out, _ = opc("index", "search", "鹈鹕券", "-k", "1", "--lang", "zh")
    assert "有效期" in out and "武汉" in out


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["search", "x"], "opc index sync"),
        (["status"], "opc index sync"),
        (["search", "x", "--place", "Atlantis"], "Atlantis"),
        (["search", "x", "--on", "soon"], "soon"),
        (["search", "x", "--lang", "fr"], "fr"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(opc: Command, arguments: list[str], said: str) -> None:
    code, out, err = opc("index", *arguments)
    assert code != 0
    assert out == ""
    assert said in err and len(err.splitlines()) == 1
