"""Amounts in text: values, units, qualifiers, places."""

from __future__ import annotations

import cn2an
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.money import find_amounts, format_amount
from knowledge.numerals import han_value, word_value


def _only(text: str) -> tuple[float, str | None, str | None]:
    [amount] = find_amounts(text)
    return amount.value, amount.currency, amount.unit


@pytest.mark.parametrize(
    "text",
    [
        "20万", "20万元", "二十万元", "贰拾万圆整", "20w", "200k yuan", "200,000元", "￥200,000.00",
        "RMB 200,000", "CNY200,000", "200 thousand yuan", "0.2 million RMB", "人民币二十万元",
        "two hundred thousand yuan", "２０萬元",
    ],
)  # fmt: skip
def test_ways_to_write_two_hundred_thousand_yuan_are_equal(text: str) -> None:
    assert _only(text) == (200_000, "CNY", "yuan")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50%", 50), ("百分之三十", 30), ("3成", 30), ("五成五", 55), ("half of the rent", 50),
        ("一半", 50), ("15 per cent", 15), ("2个百分点", 2), ("八折", 80), ("三分之一", 33.3333),
    ],
)  # fmt: skip
def test_rates_are_percent(text: str, value: float) -> None:
    assert _only(text) == (value, None, "percent")


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("2000卡时", 2000, "card_hours"), ("20 card-hours a month", 20, "card_hours"),
        ("LPR+50BP", 50, "bp"), ("50个基点", 50, "bp"), ("10人", 10, "people"),
        ("30 sq m", 30, "sqm"), ("3000平方米", 3000, "sqm"), ("20家企业", 20, "companies"),
        ("1,000 firms", 1000, "companies"), ("1.1倍", 1.1, "times"), ("16项任务", 16, "items"),
    ],
)  # fmt: skip
def test_counts_keep_their_unit(text: str, value: float, unit: str) -> None:
    assert _only(text) == (value, None, unit)


@pytest.mark.parametrize(
    ("text", "currency"),
    [("US$300", "USD"), ("300美元", "USD"), ("$300", "USD"), ("HK$300", "HKD"), ("€300", "EUR")],
)
def test_other_currencies_have_no_unit(text: str, currency: str) -> None:
    assert _only(text) == (300, currency, None)


@pytest.mark.parametrize(
    ("text", "qualifier"),
    [
        ("最高20万元", "up_to"), ("不超过20万元", "up_to"), ("up to CNY 200,000", "up_to"),
        ("20万元封顶", "up_to"), ("at least 200,000 yuan", "at_least"), ("20万元以上", "at_least"),
        ("约20万元", "about"), ("around 200,000 yuan", "about"), ("20万元", "exact"),
    ],
)  # fmt: skip
def test_qualifier_is_read_from_the_words_beside(text: str, qualifier: str) -> None:
    [amount] = find_amounts(text)
    assert (amount.value, amount.qualifier) == (200_000, qualifier)


@pytest.mark.parametrize(
    "text",
    ["5万-20万元", "5-20万元", "5万元至20万元", "CNY 50,000-200,000", "50k to 200k yuan",
     "between 50,000 and 200,000 yuan"],
)  # fmt: skip
def test_range_is_one_amount_with_both_ends(text: str) -> None:
    [amount] = find_amounts(text)
    assert (amount.qualifier, amount.low, amount.high) == ("range", 50_000, 200_000)


def test_rate_and_cap_are_two_amounts() -> None:
    rate, cap = find_amounts("按当年算力费用补50%、一年最高20万元")
    assert (rate.value, rate.unit) == (50, "percent")
    assert (cap.value, cap.unit, cap.qualifier) == (200_000, "yuan", "up_to")


@pytest.mark.parametrize(
    "text",
    ["一人公司", "统一办理", "第三方", "2026年12月31日", "12:30", "三个月", "武政规〔2026〕4号",
     "券码QX-0031", "电话020-89557116", "GPT-4", "几十万元", "the one person company", "两三家"],
)  # fmt: skip
def test_words_dates_and_codes_are_no_amounts(text: str) -> None:
    assert find_amounts(text) == []


def test_place_is_that_of_the_original_text() -> None:
    text = "补贴　２０萬元，最高"
    [amount] = find_amounts(text)
    assert text[amount.start : amount.end] == amount.text == "２０萬元"


@given(st.integers(min_value=1, max_value=10**9))
def test_chinese_numerals_read_as_cn2an_writes_them(value: int) -> None:
    assert han_value(cn2an.an2cn(str(value), "low")) == value
    assert han_value(cn2an.an2cn(str(value), "up")) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("一万二", 12_000), ("两千三", 2_300), ("一百二", 120), ("三万五千", 35_000),
     ("一千零五", 1_005),
     ("二〇二七", 2027), ("三点五万", 35_000), ("1亿2000万", 120_000_000), ("廿八", 28)],
)  # fmt: skip
def test_spoken_numerals_have_their_spoken_value(text: str, value: float) -> None:
    assert han_value(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("half a million", 500_000), ("one and a half million", 1_500_000), ("twenty-five", 25),
     ("three hundred and twenty", 320), ("a hundred thousand", 100_000)],
)  # fmt: skip
def test_english_number_words_have_their_value(text: str, value: float) -> None:
    assert word_value(text) == value


@given(st.integers(min_value=50, max_value=10**10), st.sampled_from(["zh", "en"]))
def test_formatted_amount_reads_back(value: int, lang: str) -> None:
    assert _only(format_amount(value, "yuan", lang)) == (value, "CNY", "yuan")


def test_amounts_are_written_as_each_language_writes_them() -> None:
    assert format_amount(200_000, "yuan", "zh") == "20万元"
    assert format_amount(200_000, "yuan", "en") == "CNY 200,000"
    assert format_amount(1_500, "yuan", "zh") == "1500元"
    assert format_amount(100_000_000, "yuan", "zh") == "1亿元"
    assert format_amount(300, "USD", "en") == "USD 300"
    assert format_amount(2000, "card_hours", "en") == "2,000 card-hours"
    assert format_amount(50, "percent", "zh") == "50%"
