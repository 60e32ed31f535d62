from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import (
    add_names,
    detect_language,
    is_stop_word,
    normalize,
    normalize_aligned,
    stem,
    terms,
    words,
)

MIXED = st.text(
    alphabet=st.one_of(
        st.characters(min_codepoint=0x20, max_codepoint=0x2FF),
        st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5),
        st.sampled_from(
            "　\t\n\u200b\u202e\ufeff\x00ＡＢ１２％，（）ｶﾞが각ﬁ½①臺灣區"
            "ⅣİßÅ\u0301👍🏽\U0001f468\u200d"
        ),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("ＯＰＣ　１００％", "opc 100%"),
        ("臺灣創業補貼", "台湾创业补贴"),
        ("宁波什么著名", "宁波什么著名"),
        ("（２０２６）", "(2026)"),
        ("a\u200bb\u202ec\ufeffd\x00e\x7f", "abcde"),
        ("  many \t\r\n spaces　here ", "many spaces here"),
        ("Xi’an", "xi'an"),
        ("STRASSE straße", "strasse strasse"),
        ("", ""),
        ("\u200b\u202a\u2069", ""),
        ("硚口区", "硚口区"),
        ("👍", "👍"),
    ],
)
def test_normal_form(text: str, normal: str) -> None:
    assert normalize(text) == normal


@given(MIXED)
def test_aligned_form_is_the_normal_form_with_rising_positions(text: str) -> None:
    plain, at = normalize_aligned(text)
    assert plain == normalize(text)
    assert len(at) == len(plain)
    assert at == sorted(at)
    assert all(0 <= i < len(text) for i in at)


@given(MIXED)
def test_normal_form_is_stable(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


def test_alignment_points_into_the_original() -> None:
    text = "\u202e ５０萬元 \u200b臺北"
    plain, at = normalize_aligned(text)
    assert plain == "50万元 台北"
    assert [text[i] for i in at] == list("５０萬元 臺北")


def test_ten_thousand_characters_are_read() -> None:
    text = "深圳算力券 voucher " * 700
    assert normalize_aligned(text)[0] == normalize(text)
    assert terms(text)


@pytest.mark.parametrize(
    "text",
    [
        "海珠OPC trial policy 到哪天 expire",
        "深圳训力券 vs 上海算力券 subsidy比例哪个高",
        "Hubei 的上云 voucher 最高多少",
        "ChatGPT API 费用 能用 token 券吗",
        "武汉",
        "臺北有補貼嗎",
        "gz招人那个补贴 下个窗口几号到几号",
        "personal 创业贷 高过30万的 city 有哪些",
        "shenzhen suanli quan zenme ling",
        "wo zai hangzhou keyi shenqing ma",
        "",
        "2027?",
        "👍👍",
        "那 private office 一个月大概几多钱",
        "保定 OPC measures 给多少 cash",
    ],
)
def test_text_is_chinese(text: str) -> None:
    assert detect_language(text) == "zh"


@pytest.mark.parametrize(
    "text",
    [
        "How much does Suzhou give?",
        "What does 海珠区支持人工智能OPC创新发展的若干措施 pay?",
        "Is 苏州工业园区 in Suzhou?",
        "Tell me about OPC贷",
        "suzhou",
        "compute voucher shenzhen",
        "can he get it",
        "What is 算力券",
        "Who issued 《武汉市若干措施》, and until when is it valid?",
        "Please explain what “有没有补贴” means in this form",
        "I live in Xi'an",
        "¿Cuánto?",
    ],
)
def test_text_is_english(text: str) -> None:
    assert detect_language(text) == "en"


def test_chinese_words_are_cut_and_stop_words_left_out() -> None:
    assert words("请问上海的企业怎么申请") == ["上海", "企业", "申请"]


def test_english_words_are_stems_without_stop_words() -> None:
    assert words("How are the subsidies paid?") == [stem("subsidies"), stem("paid")]
    assert words("Shenzhen's vouchers") == ["shenzhen", "voucher"]


def test_terms_hold_characters_pairs_and_longer_words() -> None:
    found = terms("人工智能")
    assert {"人", "工", "智", "能", "人工", "工智", "智能", "人工智能"} >= set(found)
    assert {"人工", "智能", "人工智能"} <= set(found)


@pytest.mark.parametrize(
    ("one", "other"), [("50万元", "500,000"), ("500k", "500,000"), ("1.5亿", "150 million")]
)
def test_numbers_written_differently_share_a_term(one: str, other: str) -> None:
    numbers = {t for t in terms(one) if t.isdigit()} & {t for t in terms(other) if t.isdigit()}
    assert any(len(n) >= 6 for n in numbers)


def test_numbers_lose_their_separators_and_units_stand_apart() -> None:
    assert terms("RMB 200,000") == ["rmb", "200000"]
    assert {"50", "万元"} <= set(terms("50万元"))


def test_names_stay_whole_beside_their_parts() -> None:
    add_names(["Moon Harbour Lab", "月亮湾青创港"])
    assert "moon_harbour_lab" in terms("the Moon Harbour Lab's desk")
    assert "harbour" in terms("the Moon Harbour Lab's desk")
    assert "月亮湾青创港" in words("月亮湾青创港有工位吗")
    assert "moon_harbour_lab" not in terms("Moon Harbour Laboratory")


@given(MIXED)
def test_terms_have_no_white_space(text: str) -> None:
    assert all(t and not any(c.isspace() for c in t) for t in (*terms(text), *words(text)))


def test_stop_words_of_both_languages() -> None:
    assert is_stop_word("the") and is_stop_word("什么")
    assert not is_stop_word("voucher") and not is_stop_word("补贴")
