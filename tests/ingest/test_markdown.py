from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ingest.errors import DocumentEmpty, DocumentFault, DocumentUnreadable, FrontMatterInvalid
from ingest.readers.markdown import read_markdown

PATH = Path("rule.md")


def read(text: str) -> list[tuple[tuple[str, ...], str, str]]:
    blocks = read_markdown(PATH, text.encode()).blocks
    return [(block.headings, block.kind, block.text) for block in blocks]


def test_headings_stand_above_their_blocks() -> None:
    text = "# 办法\n\n总则。\n\n## 补贴\n\n一半。\n\n### 上限\n\n二十万。\n\n## 申报\n\n网上。\n"
    assert read(text) == [
        (("办法",), "paragraph", "总则。"),
        (("办法", "补贴"), "paragraph", "一半。"),
        (("办法", "补贴", "上限"), "paragraph", "二十万。"),
        (("办法", "申报"), "paragraph", "网上。"),
    ]


def test_underlined_headings_count() -> None:
    assert read("办法\n====\n\n第一节\n---\n\n正文。\n") == [
        (("办法", "第一节"), "paragraph", "正文。")
    ]


def test_a_hash_in_a_fence_is_no_heading() -> None:
    assert read("```\n# not a heading\n\nx\n```\n\nafter\n") == [
        ((), "code", "```\n# not a heading\n\nx\n```"),
        ((), "paragraph", "after"),
    ]


def test_tables_and_lists_are_told_apart() -> None:
    text = "| 项目 | 金额 |\n|---|---:|\n| 算力 | 20万 |\n\n- 一\n- 二\n\n1. first\n"
    assert [kind for _, kind, _ in read(text)] == ["table", "list", "list"]
    assert read_markdown(PATH, text.encode()).blocks[0].caption == "| 项目 | 金额 |\n|---|---:|"


def test_comments_rules_and_blank_lines_are_no_text() -> None:
    assert read("<!-- secret\nnote -->\n\na\n\n---\n\nb\n") == [
        ((), "paragraph", "a"),
        ((), "paragraph", "b"),
    ]


def test_front_matter_says_where_and_when_it_applies() -> None:
    front = (
        "---\ntitle: 武汉办法\nplace: 武汉\nkind: grant\nvalid_from: 2026-03\n"
        "valid_until: 2026-06\nscope: members:hub\nissuer: 市科技局\ndoc_no: 武科〔2026〕1号\nurl: https://example.org\n"
        "aliases: [汉办法]\n---\n正文\n"
    )
    document = read_markdown(PATH, front.encode())
    assert (document.title, document.places) == ("武汉办法", ("cn/hubei/wuhan",))
    assert (document.valid_from, document.valid_until) == (date(2026, 3, 1), date(2026, 6, 30))
    assert (document.kind, document.scope, document.names) == ("grant", "members:hub", ("汉办法",))
    assert (document.issuer, document.doc_no) == ("市科技局", "武科〔2026〕1号")


def test_without_front_matter_the_first_heading_is_the_title_and_tells_the_place() -> None:
    document = read_markdown(PATH, "# 苏州算力办法\n\n正文\n".encode())
    assert (document.title, document.places) == ("苏州算力办法", ("cn/jiangsu/suzhou",))
    assert read_markdown(PATH, b"text").title == "rule"
    assert read_markdown(PATH, b"text").places == ()


@pytest.mark.parametrize(
    "front",
    ["place: 火星城", "kind: nonsense", "valid_from: soon", "valid_until: 2026-02-30", "a: [1"],
)
def test_bad_front_matter_is_named(front: str) -> None:
    with pytest.raises(FrontMatterInvalid, match=r"rule\.md"):
        read_markdown(PATH, f"---\n{front}\n---\ntext\n".encode())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_encodings_of_old_files_are_read(encoding: str) -> None:
    text = "# 武汉算力券\n\n补贴百分之五十，最高二十万元。\n"
    document = read_markdown(PATH, text.encode(encoding))
    assert (document.title, document.blocks[0].text) == (
        "武汉算力券",
        "补贴百分之五十，最高二十万元。",
    )


@pytest.mark.parametrize(
    "data", [b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xfe\xd8", b"caf\xe9 au lait", b"\x81\xff"]
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentUnreadable, match=r"rule\.md"):
        read_markdown(PATH, data)


@pytest.mark.parametrize("data", [b"", b" \n\n", b"---\ntitle: x\n---\n", b"<!-- only this -->"])
def test_a_file_without_text_is_refused(data: bytes) -> None:
    with pytest.raises(DocumentEmpty):
        read_markdown(PATH, data)


def test_windows_line_ends_change_nothing() -> None:
    assert read("# a\r\n\r\nb\r\nc\r\n") == read("# a\n\nb\nc\n")


def test_every_fault_is_a_document_fault() -> None:
    assert issubclass(FrontMatterInvalid, DocumentFault)
