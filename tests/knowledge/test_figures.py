"""Figures: equal across wordings and languages, and told apart where they differ."""

from __future__ import annotations

import pytest

from knowledge.figures import figures, stands_in


def _keys(text: str) -> list[tuple[str, str]]:
    return [figure.key for figure in figures(text)]


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("最高20万元", "up to CNY 200,000"),
        ("按算力费用补50%", "half of the compute costs"),
        ("2026年3月18日到2028年12月31日有效", "valid 18 March 2026 to 31 December 2028"),
        ("自发布之日起30日内", "within 30 days of publication"),
        ("最长补3年", "for at most three years"),
        ("不超过LPR+50BP", "no more than LPR plus 50 basis points"),
        ("不少于2000卡时", "at least 2,000 card-hours"),
        ("每年6月30日前", "every year by 30 June"),
        ("一般不超过10人", "usually no more than ten people"),
        ("10%—20%", "10-20%"),
        ("10个工作日", "10 working days"),
        ("2026年3月", "March 2026"),
        ("5万、10万和20万元", "CNY 50,000, CNY 100,000 and CNY 200,000"),
    ],
)
def test_same_statement_has_the_same_figures_in_both_languages(zh: str, en: str) -> None:
    assert _keys(zh) == _keys(en) != []


@pytest.mark.parametrize(
    ("text", "changed"),
    [
        ("最高20万元", "最高30万元"), ("最高20万元", "最高20万美元"), ("补50%", "补60%"),
        ("50%", "50个基点"), ("2000卡时", "2000元"), ("6月30日", "6月20日"), ("2026年", "2027年"),
        ("10 working days", "10 days"), ("3个月", "3年"), ("10人", "10家"),
        ("up to 5 million yuan", "up to 5 billion yuan"),
        ("CNY 100,000-200,000", "CNY 100,000-300,000"),
    ],
)  # fmt: skip
def test_changed_figure_does_not_stand(text: str, changed: str) -> None:
    held = figures(text)
    assert all(stands_in(figure, held) for figure in figures(text))
    assert not all(stands_in(figure, held) for figure in figures(changed))


@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("2026年", "2026年3月18日"), ("March 2026", "2026-03-18"), ("6月30日", "2027年6月30日"),
        ("5 June 2026", "2026年窗口是5月6日到6月5日"), ("20 firms", "20"),
        ("CNY 100,000", "up to CNY 50,000, or 100,000 for teams"),
    ],
)  # fmt: skip
def test_less_detail_than_the_source_stands(claim: str, source: str) -> None:
    held = figures(source)
    assert all(stands_in(figure, held) for figure in figures(claim))


def test_more_detail_than_the_source_does_not_stand() -> None:
    [claim] = figures("2026年3月18日")
    assert not stands_in(claim, figures("2026年3月"))


def test_every_figure_is_reported_once_with_its_place() -> None:
    text = (
        "武汉算力服务券：补50%、一年最高20万元，最长补3年，2026年3月18日到2028年12月31日有效。[1]"
    )
    found = figures(text)
    assert [(f.kind, f.text) for f in found] == [
        ("percent", "50%"), ("money", "20万元"), ("duration", "3年"),
        ("date", "2026年3月18日"), ("date", "2028年12月31日"),
    ]  # fmt: skip
    assert all(text[f.start : f.end] == f.text for f in found)


@pytest.mark.parametrize(
    "text", ["见[1][2]", "一人公司", "A100和GPT-4", "one person", "tomorrow", ""]
)
def test_marks_names_and_articles_are_no_figures(text: str) -> None:
    assert figures(text) == []


def test_document_number_is_one_code() -> None:
    assert _keys("武政规〔2026〕4号") == [("code", "20264号")]
