"""Replies as Telegram messages, read back by Telegram's own rules."""

from __future__ import annotations

import logging
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.telegram.keyboard import keyboard
from bot.channels.telegram.lines import width
from bot.channels.telegram.markup import Sheet, plain_parts, sheets, sheets_in_brief
from bot.messages import Button, Citation, Reply
from tests.telegram_entities import parse, trimmed, units

CITATION = Citation(
    number=1,
    title="算力券 <细则> & 说明",
    passage="每家企业每年最高20万元。",
    issuer="武汉市经信局",
    doc_no="武经信〔2026〕1号",
    url='https://example.com/a?b=1&c="2"',
    validity="2026年1月1日起施行",
    seen="2026年11月核对",
)
ANSWER = Reply(
    "最高20万元/年[1]\n条件：在武汉注册[1][2]",
    outcome="answered",
    citations=(CITATION, replace(CITATION, number=2, url="javascript:alert(1)")),
    answer_id="id",
)
NASTY = st.text(
    st.one_of(st.sampled_from("<>&\"'[]()*_`~|\\{}#+-.!\n\t\r 😀字。；[1]"), st.characters()),
    max_size=300,
)


def shown(sheet: Sheet) -> tuple[str, list[tuple[str, str]]]:
    """The text that Telegram shows and its entities as (kind, text)."""
    text, entities = trimmed(*parse(sheet.html, "HTML"))
    wide = text.encode("utf-16-le")
    return text, [
        (e["type"], wide[2 * e["offset"] : 2 * (e["offset"] + e["length"])].decode("utf-16-le"))
        for e in entities
    ]


def test_an_answer_leads_in_bold_links_its_marks_and_lists_its_sources() -> None:
    (sheet,) = sheets(ANSWER)
    text, entities = shown(sheet)
    facts = "武汉市经信局，武经信〔2026〕1号，2026年1月1日起施行，2026年11月核对"
    assert text.splitlines() == [
        "最高20万元/年[1]",
        "条件：在武汉注册[1][2]",
        "",
        "出处",
        f"1. 算力券 <细则> & 说明 — {facts}",
        f"2. 算力券 <细则> & 说明 — {facts}",
    ]
    assert entities == [
        ("bold", "最高20万元/年[1]"),
        ("text_link", "[1]"),
        ("bold", "条件："),
        ("text_link", "[1]"),
        ("italic", "出处"),
        ("text_link", "算力券 <细则> & 说明"),
    ]
    assert 'href="https://example.com/a?b=1&amp;c=&quot;2&quot;"' in sheet.html
    assert "https://example.com/a" in sheet.plain and "<b>" not in sheet.plain


def test_a_preface_is_bold_with_the_line_it_introduces() -> None:
    (sheet,) = sheets(Reply("As of 1 May 2026:\nUp to 5[1]\nMore", "en", outcome="answered"))
    assert shown(sheet)[1] == [("bold", "As of 1 May 2026:\nUp to 5[1]")]


def test_many_sources_are_folded() -> None:
    many = tuple(replace(CITATION, number=n) for n in range(1, 5))
    (sheet,) = sheets(Reply("Much[1][2][3][4]", "en", "answered", many))
    folded = [text for kind, text in shown(sheet)[1] if kind == "expandable_blockquote"]
    assert [line[:2] for text in folded for line in text.splitlines()] == ["1.", "2.", "3.", "4."]


def test_an_address_in_the_text_is_linked_without_what_follows_it() -> None:
    (sheet,) = sheets(Reply("How: https://e.cn/a?b=1&c=2[1]，or https://e.cn/.", "en", "answered"))
    links = [text for kind, text in shown(sheet)[1] if kind == "text_link"]
    assert links == ["https://e.cn/a?b=1&c=2", "https://e.cn/"]
    assert sheet.plain == "How: https://e.cn/a?b=1&c=2[1]，or https://e.cn/."


def test_a_command_reply_has_no_bold_and_no_list_of_sources() -> None:
    (sheet,) = sheets(replace(ANSWER, outcome=None))
    assert shown(sheet)[1] == [("text_link", "[1]"), ("text_link", "[1]")]


def test_generated_text_and_the_question_tapped_are_marked_as_such() -> None:
    reply = Reply("Yes", "en", "answered", ai_generated=True, extra={"question": "May <I>?"})
    text, entities = shown(sheets(reply)[0])
    assert text == "May <I>?\nYes\nAI-generated"
    assert entities == [("blockquote", "May <I>?"), ("bold", "Yes"), ("italic", "AI-generated")]


@given(NASTY, NASTY, NASTY, st.sampled_from(["answered", "unknown", None]))
def test_no_text_breaks_the_markup(body: str, title: str, url: str, outcome: str | None) -> None:
    source = replace(CITATION, title=title, issuer=body[:50], url=f"https://e.cn/{url}")
    reply = Reply(body, "en", outcome, (source,), extra={"question": title})  # type: ignore[arg-type]
    for sheet in sheets(reply):
        text, _ = shown(sheet)
        assert 0 < units(text) <= 4096
        assert trimmed(sheet.plain, [])[0]


@given(
    st.lists(NASTY.map(lambda t: t.replace("\n", " ")), min_size=1, max_size=40),
    st.integers(1, 60),
)
def test_a_long_answer_loses_nothing(lines: list[str], times: int) -> None:
    body = "\n".join(f"{line * times}[1]" for line in lines)
    parts = [shown(sheet) for sheet in sheets(Reply(body, "en", "answered", (CITATION,)))]
    assert all(units(text) <= 4096 and len(entities) <= 100 for text, entities in parts)
    together = "".join(text for text, _ in parts)
    assert together.count("[1]") == body.count("[1]")
    for wanted in "字😀&":
        source = "".join(sheet.plain for sheet in sheets(Reply(CITATION.title, "en")))
        assert together.count(wanted) == body.count(wanted) + source.count(wanted)


def test_a_long_paragraph_is_cut_at_sentences() -> None:
    body = "补贴按年度发放，最高20万元。" * 800
    parts = [shown(sheet)[0] for sheet in sheets(Reply(body, "zh"))]
    assert len(parts) == 4
    assert all(part.endswith("。") for part in parts)
    assert "".join(parts) == body


def test_a_message_of_nothing_but_spaces_is_not_sent() -> None:
    parts = [shown(sheet)[0] for sheet in sheets(Reply("a" + " " * 20_000 + "b", "en"))]
    assert parts == ["a", "b"]


def test_text_without_any_sentence_is_cut_all_the_same() -> None:
    parts = [shown(sheet)[0] for sheet in sheets(Reply("😀" * 5000, "zh"))]
    assert "".join(parts) == "😀" * 5000


def test_plain_text_with_its_addresses_fits_too() -> None:
    long = tuple(replace(CITATION, number=n, url=f"https://e.cn/{'x' * 900}") for n in range(1, 9))
    (sheet, *_) = sheets(
        replace(ANSWER, text="".join(f"[{n}]" for n in range(1, 9)), citations=long)
    )
    parts = plain_parts(sheet)
    assert len(parts) > 1 and all(units(part) <= 4096 for part in parts)
    assert "".join(parts).count("https://e.cn/") == sheet.plain.count("https://e.cn/")


def test_in_brief_whole_lines_stay_while_they_fit() -> None:
    reply = Reply("\n".join(f"第{n}条：{'补' * 40}[1]" for n in range(9)), "zh", "answered")
    (sheet,), cut = sheets_in_brief(reply, 300)
    text, _ = shown(sheet)
    assert cut and text.endswith(" …")
    assert text.count("\n") == 2 and width(text) <= 310
    (sheet,), cut = sheets_in_brief(Reply("短[1]", "zh", "answered"), 300)
    assert not cut and shown(sheet)[0] == "短[1]"


def test_in_brief_one_long_line_is_cut_at_a_sentence() -> None:
    (sheet,), cut = sheets_in_brief(Reply("补贴按年度发放。" * 50, "zh", "answered"), 100)
    assert cut and shown(sheet)[0] == "补贴按年度发放。" * 6 + " …"
    assert sheets_in_brief(Reply("短", "zh", "answered", more="还有"), 100)[1]


def test_short_buttons_share_a_row_and_long_ones_do_not() -> None:
    labels = ["武汉OPC算力服务券怎么申请？", "更多", "出处", "👍", "👎", "A wrong figure"]
    rows = keyboard(Button(label, f"x:{n}") for n, label in enumerate(labels))
    assert [[b["text"] for b in row] for row in rows] == [labels[:1], labels[1:5], labels[5:]]
    assert rows[0] == [{"text": labels[0], "callback_data": "x:0"}]


def test_a_question_has_a_row_of_its_own() -> None:
    buttons = [Button("More", "more:1"), Button("Who?", "ask:1:0"), Button("👍", "fb:1:up")]
    assert [len(row) for row in keyboard(buttons)] == [1, 1, 1]


def test_a_button_telegram_would_refuse_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    bad = [Button("x", "字" * 22), Button(" ", "x"), Button("x", url="ftp://e.cn"), Button("x")]
    with caplog.at_level(logging.ERROR):
        assert keyboard([*bad, Button("Read", url="https://e.cn")]) == [
            [{"text": "Read", "url": "https://e.cn"}]
        ]
    assert len(caplog.records) == len(bad)
