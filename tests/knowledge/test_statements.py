from __future__ import annotations

import pytest

from knowledge.programmes import Programme
from knowledge.records import load_programmes
from knowledge.statements import split_en, split_zh, statements
from tests.programme_samples import programme

PERSON = {"person": {"zh": "须审核", "en": "reviewed"}}


def told(one: Programme, part: str) -> list[tuple[str, str]]:
    return [(s.zh, s.en) for s in statements(one) if s.part == part]


def test_a_condition_on_one_benefit_names_it() -> None:
    text = {"zh": "成立不满1年", "en": "less than a year old"}
    limited = {"about": "entity", "text": text, "benefit": "share", **PERSON}
    one = programme("p", "wuhan", "办法", "Rule", conditions=[limited])
    assert told(one, "condition") == [
        ("条件（限费用补贴）：成立不满1年", "condition for share of cost: less than a year old")
    ]


def test_a_condition_that_names_its_benefit_does_so_once() -> None:
    text = {"zh": "费用补贴只给新公司", "en": "the share of cost is for new companies"}
    limited = {"about": "entity", "text": text, "benefit": "share", **PERSON}
    one = programme("p", "wuhan", "办法", "Rule", conditions=[limited])
    assert told(one, "condition") == [(f"条件：{text['zh']}", f"condition: {text['en']}")]


@pytest.mark.parametrize(
    ("application", "zh"),
    [
        ({"window_opens": "2026-03-01"}, ["2026年3月1日开始受理"]),
        ({"window_closes": "2026-04-30"}, ["2026年4月30日截止"]),
        (
            {"window_opens": "2026-03-01", "window_closes": "2026-04-30"},
            ["申报窗口：2026年3月1日至2026年4月30日"],
        ),
        (
            {"window_closes": "2026-04-30", "next_deadline": "2027-04-30"},
            ["2026年4月30日截止", "下一个截止日：2027年4月30日"],
        ),
        ({"rolling": True}, ["常年受理，没有固定窗口"]),
        ({"rolling": False}, []),
    ],
)
def test_windows_are_said_as_far_as_they_are_known(
    application: dict[str, object], zh: list[str]
) -> None:
    one = programme("p", "wuhan", "办法", "Rule", application=application)
    assert [said for said, _ in told(one, "window")] == zh


def test_who_is_paid_is_a_sentence_of_its_own() -> None:
    one = programme("p", "wuhan", "办法", "Rule", beneficiary="community_operator")
    assert told(one, "payee") == [
        (
            "给谁：社区运营方，不直接给创业者",
            "who gets it: the community operator, not the founder",
        )
    ]


@pytest.mark.parametrize("status", ["draft", "closed", "expired"])
def test_what_is_not_active_says_so(status: str) -> None:
    assert told(programme("p", "wuhan", "办法", "Rule", status=status), "status")
    assert not told(programme("p", "wuhan", "办法", "Rule"), "status")


def test_summaries_are_cut_at_the_ends_of_sentences() -> None:
    assert split_zh("补50%。最高2.5万元；一年一次") == ["补50%。", "最高2.5万元；", "一年一次"]
    assert split_en("Pays 2.5%. Up to CNY 1,000.5 a year") == [
        "Pays 2.5%.",
        "Up to CNY 1,000.5 a year",
    ]


def test_every_statement_of_the_shipped_records_is_said_in_both_languages() -> None:
    for one in load_programmes():
        for statement in statements(one):
            if statement.part != "summary":
                assert statement.zh.strip() and statement.en.strip(), one.id
