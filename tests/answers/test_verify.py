from __future__ import annotations

from dataclasses import replace

import pytest

from bot.answers.claims import read
from bot.answers.draft import Computed, Draft, Said
from bot.answers.question import Question
from bot.answers.verify import enforce, verify, verify_text
from bot.locale import text
from knowledge.dates import format_date
from knowledge.programmes import last_day
from tests.answers.mutations import MUTATIONS, Mutant, mutants, passes
from tests.answers.true_answers import ON, answer_about, dossiers, true_answers


@pytest.fixture(scope="module")
def changed() -> list[Mutant]:
    return mutants(per_kind=30)


def test_more_than_three_hundred_answers_with_one_thing_changed_are_all_caught(
    changed: list[Mutant],
) -> None:
    assert len(changed) >= 300
    assert [(m.kind, m.before, m.after) for m in changed if passes(m)] == []


def test_every_way_of_changing_an_answer_is_tried(changed: list[Mutant]) -> None:
    assert {m.kind for m in changed} == set(MUTATIONS)


def test_no_true_answer_about_any_record_is_blocked() -> None:
    answers = true_answers()
    assert len(answers) >= 400
    assert [fault for a in answers for fault in verify(a.draft)] == []


def _claims(line: str) -> list[tuple[object, str, str]]:
    return [(c.value, c.unit, c.qualifier) for c in read(line).claims if c.kind == "number"]


@pytest.mark.parametrize(
    "written",
    ["20万元", "二十万元", "200,000元", "CNY 200,000", "RMB 200k", "¥200000", "0.2 million yuan"],
)
def test_one_sum_of_money_is_the_same_however_it_is_written(written: str) -> None:
    assert _claims(written) == [(200_000.0, "yuan", "exact")]


@pytest.mark.parametrize(
    "written", ["50%", "五成", "百分之五十", "一半", "half of the cost", "50 per cent"]
)
def test_one_share_is_the_same_however_it_is_written(written: str) -> None:
    assert _claims(written) == [(50.0, "percent", "exact")]


def test_a_ceiling_a_floor_and_a_sum_differ() -> None:
    assert [q for _, _, q in _claims("最高20万元；20万元；不少于20万元；约20万元；20万元以内")] == [
        "up_to", "exact", "at_least", "about", "up_to",
    ]  # fmt: skip


def test_two_years_are_twenty_four_months_but_not_two_months() -> None:
    assert _claims("2年") == _claims("24个月") == _claims("two years") != _claims("2个月")


def test_a_window_lends_its_year_to_both_days() -> None:
    days = [c.day for c in read("1 March to 15 April 2027").claims]
    assert days == [(2027, 3, 1), (2027, 4, 15)]
    assert [c.day for c in read("2026年6月1日至15日").claims] == [(2026, 6, 1), (2026, 6, 15)]


def test_a_date_after_a_comma_keeps_its_year() -> None:
    assert [c.day for c in read("总计划，2026年1月起到2027年底").claims] == [
        (2026, 1, None),
        (2027, None, None),
    ]


def test_a_span_of_numbers_shares_unit_and_scale() -> None:
    assert [(v, u) for v, u, _ in _claims("10—20万元")] == [(1e5, "yuan"), (2e5, "yuan")]
    assert [(v, u) for v, u, _ in _claims("CNY 1 to 2 million")] == [(1e6, "yuan"), (2e6, "yuan")]
    assert [(v, u) for v, u, _ in _claims("5-10%")] == [(5, "percent"), (10, "percent")]


def test_phones_document_numbers_links_and_names_with_digits_are_claims() -> None:
    line = "咨询 0532-85913081，青人社〔2026〕3号，见 https://rsj.example.gov.cn/a/1.html，A100"
    kinds = {(c.kind, c.value) for c in read(line).claims}
    assert kinds == {
        ("phone", "053285913081"),
        ("document", "2026-3"),
        ("link", "rsj.example.gov.cn/a/1.html"),
        ("code", "a100"),
    }


def test_number_words_that_count_nothing_are_no_claims() -> None:
    assert not read("一人公司可以一次性在一站式窗口办理，进一步了解").claims
    assert not read("a one-off grant for one-person companies").claims


TRUE = "算力费用：最多抵60%，最高500万元/年"


def _draft(*said: Said, lang: str = "zh") -> Draft:
    id_ = "chengdu-compute-voucher"
    draft = Draft("answered", lang, ON, evidence={id_: dossiers()[id_]})
    draft.lines = [replace(line, sources=(id_,) if not line.own else ()) for line in said]
    return draft


def test_a_false_line_is_replaced_by_the_words_of_its_source() -> None:
    draft = _draft(Said("算力费用：最多抵60%，最高900万元/年"))
    assert [f.reason for f in verify(draft)] == ["number"]
    enforced = enforce(draft)
    assert [line.text for line in enforced.lines] == [TRUE]
    assert verify(enforced) == []


def test_a_false_line_that_no_statement_comes_near_is_dropped() -> None:
    draft = _draft(Said("另有购房补贴900万元"), Said(TRUE))
    assert [line.text for line in enforce(draft).lines] == [TRUE]


def test_a_sum_is_worked_out_again() -> None:
    question = Question("成都算力券，我一年花100万算力，能拿回多少", ON)
    right = "约60万元：60% × 100万元 = 60万元，没有超过上限500万元（算力费用）"
    wrong = right.replace("60万元", "66万元")
    for said, faults in ((right, 0), (wrong, 2)):
        shown = Computed(said, "60万元", ("60%", "100万元"))
        assert len(verify(_draft(Said(said, computed=shown)), question)) == faults


def test_a_sum_needs_the_founders_own_figures() -> None:
    said = "约60万元：60% × 100万元 = 60万元，没有超过上限500万元（算力费用）"
    shown = Computed(said, "60万元", ("60%", "100万元"))
    assert verify(_draft(Said(said, computed=shown)), Question("成都算力券补多少", ON))


def test_days_left_must_be_those_to_a_date_of_the_line() -> None:
    dossier = next(
        d
        for d in dossiers().values()
        if (end := d.programme.effective_until) and end > "2026-11-25"
    )
    end = last_day(str(dossier.programme.effective_until))
    line = text("validity.until", "zh", end=format_date(end.isoformat(), "zh"))
    for days, faults in (((end - ON).days, 0), ((end - ON).days + 10, 1)):
        left = line + text("validity.left", "zh", count=days, days=days)
        assert len(verify_text(f"{left}[1]", {1: dossier}, on=ON)) == faults


def test_a_line_without_a_source_may_only_count_the_sources() -> None:
    answer = answer_about("chengdu-compute-voucher", "zh", "{}给多少钱")
    for line, faults in (("找到2项", 0), ("最高可以领900万元", 1)):
        found = verify_text(line, answer.sources, on=ON, own=[line])
        assert len(found) == faults


def test_an_empty_text_has_no_faults_and_an_unknown_source_is_one() -> None:
    assert verify_text("", {}, on=ON) == []
    assert [f.reason for f in verify_text("最高20万元[1]", {}, on=ON)] == ["citation"]
