from __future__ import annotations

import re
from typing import Any

import pytest

from knowledge.benefit_wording import benefit_sentence
from knowledge.numerals import align, numbers
from knowledge.programmes import Benefit
from knowledge.records import load_programmes
from knowledge.wording import table

SHIPPED = [(f"{p.id}/{b.key}", b) for p in load_programmes() for b in p.benefits]
LANGUAGES = ("zh", "en")
Note = tuple[str, str]


def benefit(
    zh: str = "算力", en: str = "compute", note: Note | None = None, **facts: Any
) -> Benefit:
    said = {"zh": note[0], "en": note[1]} if note else None
    record = {"key": "one", "topic": "compute", "unit": "CNY", "note": said}
    return Benefit.model_validate(record | {"item": {"zh": zh, "en": en}} | facts)


def said(*args: str, note: Note | None = None, **facts: Any) -> tuple[str, str]:
    text = benefit_sentence(benefit(*args, note=note, **facts))
    return text.zh, text.en


@pytest.mark.parametrize(
    ("facts", "zh", "en"),
    [
        ({"amount": 5000}, "5000元", "CNY 5,000"),
        ({"cap": 200_000, "per": "year"}, "最高20万元/年", "up to CNY 200,000 a year"),
        ({"rate": 0.5, "cap": 1e6}, "50%，最高100万元", "50%, up to CNY 1,000,000"),
        ({"amount": 2000, "cap": 9000}, "2000元，最高9000元", "CNY 2,000, up to CNY 9,000"),
        ({"cap": 8000, "per": "one-off"}, "一次性最高8000元", "up to CNY 8,000, one-off"),
        ({"amount": 30_000, "unit": "people"}, "3万人", "30,000 people"),
        ({"amount": 1, "unit": "months"}, "1个月", "1 month"),
        ({"rate": 0.01, "unit": "share", "per": "sales"}, "销售额的1%", "1% of sales"),
        ({"unit": "free"}, "免费", "free of charge"),
    ],
)
def test_a_figure_reads_the_same_in_both_languages(facts: dict[str, Any], zh: str, en: str) -> None:
    assert said(**facts) == (f"算力：{zh}", f"compute: {en}")


def test_a_benefit_without_a_figure_is_its_item() -> None:
    assert said(unit="service") == ("算力", "compute")


@pytest.mark.parametrize(
    ("note", "zh", "en"),
    [
        (("不少于", "at least"), "不少于2000卡时/年", "at least 2,000 card-hours a year"),
        (("大约", "about"), "约2000卡时/年", "about 2,000 card-hours a year"),
        (("各", "each"), "各2000卡时/年", "2,000 card-hours a year each"),
        (
            ("2000卡时以上", "more than 2,000"),
            "不少于2000卡时/年",
            "more than 2,000 card-hours a year",
        ),
        (
            ("免费，最多", "free, up to"),
            "最多2000卡时/年（免费）",
            "up to 2,000 card-hours a year (free)",
        ),
        (
            ("约2000卡时，含存储", "about 2,000 including storage"),
            "约2000卡时/年（含存储）",
            "about 2,000 card-hours a year (including storage)",
        ),
        (
            ("最长3年", "no more than 3 years"),
            "2000卡时/年（最长3年）",
            "2,000 card-hours a year (no more than 3 years)",
        ),
    ],
)
def test_a_note_that_bounds_the_amount_is_said_with_it(note: Note, zh: str, en: str) -> None:
    facts = {"amount": 2000, "unit": "card-hours", "per": "year"}
    assert said(note=note, **facts) == (f"算力：{zh}", f"compute: {en}")


@pytest.mark.parametrize(
    ("note", "zh", "en"),
    [
        (("补助比例最高60%", "up to 60% of the cost"), "补助比例最高60%", "up to 60% of the cost"),
        (("60%以内", "no more than 60%"), "60%以内", "no more than 60%"),
        (("30%—60%", "30-60%"), "30%—60%", "30-60%"),
    ],
)
def test_a_note_on_the_rate_takes_its_place(note: Note, zh: str, en: str) -> None:
    facts = {"rate": 0.6, "cap": 500_000, "per": "year"}
    assert said(note=note, **facts) == (
        f"算力：{zh}，最高50万元/年",
        f"compute: {en}, up to CNY 500,000 a year",
    )


@pytest.mark.parametrize(
    "note",
    [
        ("见于二手清单", "from a secondary list"),
        ("贴息50%", "with 50% interest paid"),
        ("3%减按1%", "3% reduced to 1%"),
        ("最高", "up to"),  # of the rate or of the cap?
        ("租金减半", "half rent"),
    ],
)
def test_any_other_note_on_a_capped_rate_stays_behind_it(note: Note) -> None:
    zh, en = said(note=note, rate=0.6, cap=500_000)
    assert zh == f"算力：60%，最高50万元（{note[0]}）"
    assert en == f"compute: 60%, up to CNY 500,000 ({note[1]})"


def test_a_cap_is_called_a_ceiling_once() -> None:
    note = ("最高，给运营方", "up to, for the operator")
    assert said(note=note, cap=5e6) == (
        "算力：最高500万元（给运营方）",
        "compute: up to CNY 5,000,000 (for the operator)",
    )
    assert said("最高", "no guarantee needed up to", cap=5e4) == (
        "最高：5万元",
        "no guarantee needed up to: CNY 50,000",
    )


def test_a_cap_with_its_lowest_is_a_range() -> None:
    note = ("20万到100万元", "CNY 200,000 to 1 million")
    assert said(note=note, cap=1e6) == (f"算力：{note[0]}", f"compute: {note[1]}")


def test_a_number_of_another_unit_does_not_bound_the_figure() -> None:
    note = ("最长3年", "up to 3 years")
    assert said(note=note, amount=3, unit="months") == (
        "算力：3个月（最长3年）",
        "compute: 3 months (up to 3 years)",
    )


def test_goals_and_pools_are_said_to_be_such() -> None:
    goal = {"amount": 30, "unit": "communities", "role": "target", "note": ("以上", "or more")}
    assert said("社区", "communities", **goal) == (
        "社区：目标不少于30个社区",
        "communities: a goal of at least 30 communities",
    )
    assert said("基金", "fund", amount=5e7, role="pool") == (
        "基金：总额5000万元",
        "fund: CNY 50,000,000 in all",
    )
    assert said("年度盘子", "yearly pool", amount=5e7, role="pool") == (
        "年度盘子：5000万元",
        "yearly pool: CNY 50,000,000",
    )


def test_another_payee_than_the_founder_is_named_unless_the_record_does() -> None:
    assert said(rate=0.1, unit="share", payee="provider") == (
        "算力：10%（给服务商）",
        "compute: 10% (for the service provider)",
    )
    note = ("归运营方", "goes to the operator")
    assert said(note=note, cap=2e5, payee="community_operator") == (
        "算力：最高20万元（归运营方）",
        "compute: up to CNY 200,000 (goes to the operator)",
    )


def test_a_period_without_words_is_still_said() -> None:
    assert said(amount=3, unit="people", per="2029") == (
        "算力：3人（2029）",
        "compute: 3 people (2029)",
    )


def values(text: str) -> set[float]:
    return {number.value for number in numbers(align(text).s)}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_number_of_a_shipped_benefit_is_lost(lang: str) -> None:
    for name, shipped in SHIPPED:
        rate = round(shipped.rate * 100, 4) if shipped.rate is not None else None
        facts = {v for v in (rate, shipped.amount, shipped.cap) if v is not None}
        note = shipped.note.in_(lang) if shipped.note else ""
        sentence = benefit_sentence(shipped).in_(lang)
        assert facts | values(note) <= values(sentence), (name, sentence)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shipped_benefits_hold_no_leftovers(lang: str) -> None:
    bounds = [*table("bounds")[lang]["before"], *table("bounds")[lang]["after"]]
    bare = re.compile(rf"[（(](?:{'|'.join(bounds)})[）)]")
    for name, shipped in SHIPPED:
        sentence = benefit_sentence(shipped).in_(lang)
        assert not bare.search(sentence), name
        assert "{" not in sentence and "()" not in sentence and "（）" not in sentence, name
        if lang == "zh":
            assert not re.search(r"\d,\d{3}", sentence), name


def test_every_unit_and_period_of_the_shipped_records_has_words() -> None:
    counted = {b.unit for _, b in SHIPPED if b.amount is not None and b.unit}
    money = {unit for unit in counted if re.fullmatch("[A-Z]{3}", unit)}
    assert counted - money <= set(table("units"))
    periods = {b.per for _, b in SHIPPED if b.per and not b.per.isdigit()}
    assert periods <= set(table("periods"))
