"""Programmes as values: when a rule is in force, what a partial date can mean, who is paid."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from knowledge.programmes import Programme, first_day, last_day


def programme(**changes: Any) -> Programme:
    values: dict[str, Any] = {
        "id": "test",
        "jurisdiction": {},
        "title": {"zh": "测试", "en": "Test"},
        "kind": "grant",
        "status": "active",
        "beneficiary": "community_operator",
        "summary": {"zh": "测试。", "en": "Test."},
        "source": {"kind": "press", "seen": "2026-11"},
        "confidence": "low",
    }
    return Programme.model_validate(values | changes)


@pytest.mark.parametrize(
    ("partial", "first", "last"),
    [
        ("2026-05-14", date(2026, 5, 14), date(2026, 5, 14)),
        ("2026-05", date(2026, 5, 1), date(2026, 5, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2028", date(2028, 1, 1), date(2028, 12, 31)),
    ],
)
def test_a_partial_date_spans_all_days_it_can_mean(partial: str, first: date, last: date) -> None:
    assert (first_day(partial), last_day(partial)) == (first, last)


@pytest.mark.parametrize("text", ["2026-00", "2026-13", "2026-02-29", "26-05", "2026/05/01", ""])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        programme(effective_from=text)


@pytest.mark.parametrize(
    ("start", "end", "day", "expected"),
    [
        ("2026-05-14", "2029-05-14", "2026-05-13", False),
        ("2026-05-14", "2029-05-14", "2026-05-14", True),
        ("2026-05-14", "2029-05-14", "2029-05-14", True),
        ("2026-05-14", "2029-05-14", "2029-05-15", False),
        ("2026-05", None, "2026-05-01", True),
        (None, "2028-05", "2028-05-31", True),
        (None, "2028", "2028-12-31", True),
        (None, "2028", "2029-01-01", False),
        (None, None, "1999-01-01", True),
    ],
)
def test_a_rule_is_in_force_from_its_first_to_its_last_day(
    start: str | None, end: str | None, day: str, expected: bool
) -> None:
    rule = programme(effective_from=start, effective_until=end)
    assert rule.in_force(date.fromisoformat(day)) is expected


def test_a_draft_is_never_in_force() -> None:
    draft = programme(status="draft", effective_from="2020", effective_until="2030")
    assert not draft.in_force(date(2026, 1, 1))


def test_a_closed_call_stays_in_force_as_a_rule() -> None:
    assert programme(status="closed").in_force(date(2026, 11, 21))


def test_an_expired_rule_was_in_force_before_it_ended() -> None:
    rule = programme(status="expired", effective_from="2026-01-01", effective_until="2026-09-30")
    assert rule.in_force(date(2026, 9, 30))
    assert not rule.in_force(date(2026, 10, 1))
    assert not rule.in_force(date(2025, 12, 31))


def test_an_expired_rule_without_an_end_is_not_in_force() -> None:
    assert not programme(status="expired").in_force(date(2020, 1, 1))


def test_money_goes_to_the_beneficiary_unless_a_benefit_names_another() -> None:
    item = {"item": {"zh": "钱", "en": "money"}, "topic": "community"}
    rule = programme(benefits=[{"key": "a", **item}, {"key": "b", "payee": "founder", **item}])
    assert [rule.payee(b) for b in rule.benefits] == ["community_operator", "founder"]


def test_benefit_keys_are_unique_within_a_programme() -> None:
    item = {"key": "a", "item": {"zh": "钱", "en": "money"}, "topic": "community"}
    with pytest.raises(ValidationError, match="repeat"):
        programme(benefits=[item, item])


def test_a_programme_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        programme().status = "closed"


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError):
        programme(prize=1)
