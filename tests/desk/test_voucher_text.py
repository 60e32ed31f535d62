"""What a voucher text says: the cases that policy staff read, and what they do not cover."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.desk.voucher_text import Voucher, read_voucher
from knowledge.text import normalize

CASES = yaml.safe_load(
    (Path(__file__).parent.parent / "cases" / "vouchers.yaml").read_text(encoding="utf-8")
)
UNITS = {
    "yuan": ("CNY", "yuan"), "USD": ("USD", None), "percent": (None, "percent"),
    "card_hours": (None, "card_hours"),
}  # fmt: skip
ON = date(2026, 11, 21)  # a Saturday


def _wanted(case: dict[str, Any]) -> dict[str, Any]:
    amount: tuple[Any, ...] = (None, None, None)
    if "amount" in case:
        value, unit = case["amount"].split()
        amount = (float(value), *UNITS[unit])
    names = ("expires", "starts", "time", "city", "repeat")
    return {"amount": amount} | {name: case.get(name) for name in names}


def _read(voucher: Voucher) -> dict[str, Any]:
    return {
        "amount": (voucher.amount, voucher.currency, voucher.unit),
        "expires": voucher.expires_on, "starts": voucher.starts_on, "time": voucher.time,
        "city": voucher.city, "repeat": voucher.recurrence,
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[f"{c['today']} {c['text'][:40]}" for c in CASES])
def test_case_is_read_as_labelled(case: dict[str, Any]) -> None:
    voucher = read_voucher(case["text"], case["today"])
    assert _read(voucher) == _wanted(case)
    assert normalize(case.get("title", "")) in normalize(voucher.title)


def test_there_are_enough_cases_in_both_languages() -> None:
    chinese = [c for c in CASES if any("\u4e00" <= ch <= "\u9fff" for ch in c["text"])]
    assert len(CASES) >= 300
    assert len(chinese) >= 150
    assert len(CASES) - len(chinese) >= 100


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "🙂🙂",
        "\u200f\u202e",
        "a" * 10_000,
        "券" * 10_000,
        "1" * 500,
        "<b>' OR 1=1 --",
        "年月日",
        "\x00",
    ],
    ids=["empty", "blank", "emoji", "marks", "long", "han", "digits", "markup", "units", "nul"],
)
def test_text_without_a_voucher_has_no_amount_and_no_end(text: str) -> None:
    voucher = read_voucher(text, ON)
    assert (voucher.amount, voucher.expires_on, voucher.recurrence) == (None, None, None)


def test_full_width_and_traditional_text_reads_like_plain_text() -> None:
    plain = read_voucher("算力券人民币12000元,2026年12月31日前有效", ON)
    wide = read_voucher("算力券人民幣１２０００圓，２０２６年１２月３１日前有效", ON)
    assert _read(wide) == _read(plain)


def test_dates_leave_as_json_values() -> None:
    fields = read_voucher("AI voucher, RMB 3,000, 1 to 15 March 2027", ON).as_dict()
    assert fields["starts_on"] == "2027-03-01"
    assert fields["expires_on"] == "2027-03-15"
    assert fields["amount"] == 3000


def test_recurrence_moves_on_once_the_occurrence_has_passed() -> None:
    text = "每月20号交房租"
    assert read_voucher(text, date(2026, 11, 20)).expires_on == date(2026, 11, 20)
    assert read_voucher(text, date(2026, 11, 21)).expires_on == date(2026, 12, 20)
