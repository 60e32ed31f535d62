"""Reading and checking records: shipped ones are sound; every fault is told with its place."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.errors import RecordsInvalid
from knowledge.programmes import PROFILE_FIELDS, Condition, Programme, Rule
from knowledge.records import RECORDS, Fault, check_records, load_programmes

GOOD: dict[str, Any] = {
    "id": "test-grant",
    "jurisdiction": {"province": "湖北", "city": "武汉"},
    "title": {"zh": "测试补贴", "en": "Test grant"},
    "kind": "grant",
    "status": "active",
    "beneficiary": "founder",
    "benefits": [
        {
            "key": "grant",
            "item": {"zh": "补贴", "en": "grant"},
            "topic": "startup",
            "role": "support",
            "amount": 8000,
        }
    ],
    "conditions": [
        {
            "about": "age",
            "text": {"zh": "不满35岁", "en": "Under 35"},
            "rule": {"field": "founder.age", "op": "lt", "value": 35},
        }
    ],
    "effective_from": "2026-05-01",
    "effective_until": "2027",
    "summary": {"zh": "补8000元。", "en": "CNY 8,000."},
    "source": {"kind": "official", "seen": "2026-11"},
    "confidence": "high",
}


def write(folder: Path, *records: Any, name: str = "here.yaml") -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump(list(records), allow_unicode=True), encoding="utf-8")
    return path


def altered(**changes: Any) -> dict[str, Any]:
    """The good record with values replaced; `a__0__b` names the place a[0].b."""
    record = copy.deepcopy(GOOD)
    for place, value in changes.items():
        *parents, last = [int(p) if p.isdigit() else p for p in place.split("__")]
        target: Any = record
        for part in parents:
            target = target[part]
        target[last] = value
    return record


def faults(folder: Path, *records: Any) -> list[Fault]:
    write(folder, *records)
    return check_records(folder)


@pytest.fixture(scope="module")
def programmes() -> tuple[Programme, ...]:
    return load_programmes()


def test_every_shipped_record_is_valid() -> None:
    assert check_records() == []


def test_shipped_records_cover_every_file_and_have_unique_ids(
    programmes: tuple[Programme, ...],
) -> None:
    assert len(programmes) >= 211
    assert len({p.id for p in programmes}) == len(programmes)
    assert len(list(RECORDS.glob("*.yaml"))) >= 31


def test_every_shipped_programme_states_who_may_apply(programmes: tuple[Programme, ...]) -> None:
    assert [p.id for p in programmes if not p.conditions] == []


def test_every_shipped_programme_has_names_people_type(programmes: tuple[Programme, ...]) -> None:
    short = [p.id for p in programmes if len(p.aliases) < 2]
    assert short == []


def test_no_shipped_text_speaks_of_the_data_set_itself(programmes: tuple[Programme, ...]) -> None:
    told = [p.id for p in programmes if "seed article" in p.model_dump_json()]
    assert told == []


def test_most_shipped_conditions_are_data(programmes: tuple[Programme, ...]) -> None:
    conditions: list[Condition] = [c for p in programmes for c in p.conditions]
    assert sum(c.rule is not None for c in conditions) > 0.85 * len(conditions)


def test_open_parts_of_shipped_conditions_are_program_markers(
    programmes: tuple[Programme, ...],
) -> None:
    markers = {marker for p in programmes for c in p.conditions for marker in c.open}
    assert markers <= {
        "program:eligibility",
        "program:item_rules",
        "program:review_result",
        "program:status",
        "program:supported_groups",
        "program:usual_limit",
    }


def test_a_single_file_can_be_loaded(tmp_path: Path) -> None:
    assert [p.id for p in load_programmes(write(tmp_path, GOOD))] == ["test-grant"]


def test_files_are_read_in_order_of_name_and_records_in_order_of_file(tmp_path: Path) -> None:
    write(tmp_path, altered(id="c"), name="z.yaml")
    write(tmp_path, altered(id="b"), altered(id="a"), name="a.yaml")
    assert [p.id for p in load_programmes(tmp_path)] == ["b", "a", "c"]


def test_all_faults_of_all_records_and_files_come_at_once(tmp_path: Path) -> None:
    write(tmp_path, altered(kind="gift", benefits__0__topic=None), altered(id=""), name="a.yaml")
    write(tmp_path, altered(id="other", title={"zh": "只有中文"}), name="b.yaml")
    found = {(f.file, f.record, f.place) for f in check_records(tmp_path)}
    assert found == {
        ("a.yaml", "test-grant", "kind"),
        ("a.yaml", "test-grant", "benefits[0].topic"),
        ("a.yaml", "#2", "id"),
        ("b.yaml", "other", "title.en"),
    }


def test_loading_bad_records_raises_with_every_fault(tmp_path: Path) -> None:
    write(tmp_path, altered(kind="gift"), altered(id="b", status="open"))
    with pytest.raises(RecordsInvalid) as raised:
        load_programmes(tmp_path)
    assert [f.place for f in raised.value.faults] == ["kind", "status"]
    assert "here.yaml: b: status" in str(raised.value)


def test_an_id_used_twice_is_told_with_the_first_file(tmp_path: Path) -> None:
    write(tmp_path, GOOD, name="a.yaml")
    write(tmp_path, GOOD, name="b.yaml")
    assert [str(f) for f in check_records(tmp_path)] == [
        "b.yaml: test-grant: id: already used in a.yaml"
    ]


@pytest.mark.parametrize(
    ("changes", "place", "said"),
    [
        ({"extra": 1}, "extra", "Extra inputs"),
        ({"effective_from": "2026-13"}, "effective_from", "YYYY-MM"),
        ({"effective_from": "2026-02-30"}, "effective_from", "day"),
        ({"effective_from": "2027-01-02", "effective_until": "2026"}, "", "after effective_until"),
        ({"conditions__0__rule__field": "founder.shoe"}, "conditions[0].rule", "founder.shoe"),
        ({"conditions__0__rule__op": "near"}, "conditions[0].rule", "unknown operator"),
        ({"conditions__0__rule__value": "35"}, "conditions[0].rule.value", "does not fit"),
        ({"conditions__0__rule": None}, "conditions[0]", "a person must judge"),
        ({"conditions__0__rule": {"all": []}}, "conditions[0].rule", "one of"),
        ({"conditions__0__benefit": "rent"}, "", "unknown benefits"),
        ({"benefits__0__key": "Big Grant"}, "benefits[0].key", "pattern"),
        ({"benefits__0__rate": -0.5}, "benefits[0].rate", "greater than"),
        ({"benefits__0__item__en": " "}, "benefits[0].item.en", "at least 1"),
        ({"source__kind": "rumour"}, "source.kind", "rumour"),
    ],
)
def test_a_fault_names_its_place(
    tmp_path: Path, changes: dict[str, Any], place: str, said: str
) -> None:
    (fault,) = faults(tmp_path, altered(**changes))
    assert (fault.record, fault.place) == ("test-grant", place)
    assert said in fault.message


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        ({"field": "city", "op": "in", "value": ["武汉", "上海"]}, True),
        ({"field": "city", "op": "in", "value": "武汉"}, False),
        ({"field": "founder.groups", "op": "overlaps", "value": ["veteran"]}, True),
        ({"field": "founded_on", "op": "within_months", "value": 18}, True),
        ({"field": "team_size", "op": "within_months", "value": 18}, False),
        ({"field": "founded_on", "op": "le", "value": "2024-06-30"}, True),
        ({"field": "founded_on", "op": "le", "value": 2024}, False),
        ({"field": "ai_core", "op": "eq", "value": True}, True),
        ({"field": "ai_core", "op": "eq", "value": "yes"}, False),
        ({"field": "team_size", "op": "le", "value": True}, False),
        ({"field": "incubator", "op": "ne", "value": "none"}, True),
        ({"field": "incubator.name", "op": "contains", "value": "华强北"}, True),
        ({"field": "incubator.name", "op": "gt", "value": "华强北"}, False),
        ({"any": [{"field": "ai_core", "op": "eq", "value": 1}]}, False),
    ],
)
def test_a_rule_must_compare_like_with_like(
    tmp_path: Path, rule: dict[str, Any], fits: bool
) -> None:
    assert (faults(tmp_path, altered(conditions__0__rule=rule)) == []) is fits


def test_an_unquoted_date_stays_text(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    path.write_text(path.read_text("utf-8").replace("'2026-05-01'", "2026-05-01"), "utf-8")
    assert load_programmes(path)[0].effective_from == "2026-05-01"


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("- id: a\n  id: b\n", "line 1", "'id' stands twice"),
        ("- id: [a\n", "line 2", "expected"),
        ("id: a\n", "", "list of records"),
        ("", "", "list of records"),
        ("- just words\n", "", "dict"),
    ],
)
def test_a_file_that_is_no_list_of_records_is_one_fault(
    tmp_path: Path, text: str, place: str, said: str
) -> None:
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    (fault,) = check_records(tmp_path)
    assert (fault.file, fault.place) == ("bad.yaml", place)
    assert said in fault.message


def test_a_file_in_another_encoding_is_a_fault_and_the_others_are_still_checked(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.yaml").write_bytes("- id: 武汉".encode("gb18030"))
    write(tmp_path, altered(kind="gift"), name="b.yaml")
    assert [f.file for f in check_records(tmp_path)] == ["a.yaml", "b.yaml"]


def test_a_folder_without_records_is_a_fault(tmp_path: Path) -> None:
    assert "no records" in check_records(tmp_path)[0].message


def leaves(rule: Rule) -> list[Rule]:
    parts = rule.all or rule.any
    return [leaf for part in parts for leaf in leaves(part)] if parts else [rule]


def test_benefits_that_conditions_limit_exist_and_rules_use_known_fields(
    programmes: tuple[Programme, ...],
) -> None:
    used = {
        leaf.field for p in programmes for c in p.conditions if c.rule for leaf in leaves(c.rule)
    }
    assert used <= set(PROFILE_FIELDS)
    assert {"city", "legal_form", "founder.groups", "annual_compute_spend"} <= used
