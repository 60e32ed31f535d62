"""`opc records` as people run it: check, list and show, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.records import app
from bot.errors import InputRejected
from knowledge.records import load_programmes


def opc_records(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def listed(*arguments: str) -> list[dict[str, object]]:
    result = opc_records("list", "--json", *arguments)
    assert result.exit_code == 0
    rows: list[dict[str, object]] = json.loads(result.stdout)
    return rows


def test_checking_the_shipped_records_finds_no_fault() -> None:
    result = opc_records("check", "--lang", "en")
    assert result.exit_code == 0
    assert result.stdout.strip().endswith("records, no fault")


def test_a_faulty_file_fails_the_check_with_every_fault(tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("- {id: a, kind: gift}\n- {id: a}\n", encoding="utf-8")
    result = opc_records("check", str(tmp_path), "--json")
    faults = json.loads(result.stdout)
    assert result.exit_code == 1
    assert {"kind", "status", "id"} <= {fault["place"] for fault in faults}
    assert {fault["file"] for fault in faults} == {"bad.yaml"}


def test_a_path_that_does_not_exist_is_told(tmp_path: Path) -> None:
    result = opc_records("check", str(tmp_path / "gone"))
    assert isinstance(result.exception, InputRejected)
    assert "gone" in result.exception.told("zh")


def test_list_narrows_by_kind_and_status() -> None:
    rows = listed("--kind", "compute_voucher", "--status", "closed")
    assert rows
    assert {(row["kind"], row["status"]) for row in rows} == {("compute_voucher", "closed")}


@pytest.mark.parametrize("name", ["深圳", "Shenzhen"])
def test_list_by_place_has_the_place_and_what_lies_within(name: str) -> None:
    ids = {row["id"] for row in listed("--place", name)}
    expected = {p.id for p in load_programmes() if p.jurisdiction.city == "深圳"}
    assert ids == expected


def test_list_of_the_whole_country_has_only_national_rules() -> None:
    ids = {row["id"] for row in listed("--place", "全国")}
    assert ids == {p.id for p in load_programmes() if p.jurisdiction.province is None}


@pytest.mark.parametrize(
    "arguments", [("--kind", "gift"), ("--status", "open"), ("--place", "亚特兰蒂斯")]
)
def test_a_word_that_is_not_known_is_refused_instead_of_listing_nothing(
    arguments: tuple[str, str],
) -> None:
    result = opc_records("list", *arguments)
    assert isinstance(result.exception, InputRejected)
    assert arguments[1] in result.exception.told("en")


def test_every_record_can_be_shown_in_both_languages() -> None:
    for programme in load_programmes()[::20]:
        for lang in ("zh", "en"):
            result = opc_records("show", programme.id, "--lang", lang)
            assert result.exit_code == 0
            assert programme.summary.in_(lang) in result.stdout
            assert all(c.text.in_(lang) in result.stdout for c in programme.conditions)


def test_show_as_json_is_the_whole_record() -> None:
    programme = load_programmes()[0]
    result = opc_records("show", programme.id, "--json")
    assert json.loads(result.stdout) == programme.model_dump(mode="json")


def test_an_unknown_id_names_close_ones() -> None:
    known = load_programmes()[0].id
    result = opc_records("show", known[:-2])
    assert isinstance(result.exception, InputRejected)
    assert known in result.exception.told("en")
