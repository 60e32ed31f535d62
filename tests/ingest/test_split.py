from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.markdown import read_markdown
from ingest.split import LONGEST, split
from knowledge.passages import Entry


def entries(text: str, path: str = "/rule.md") -> tuple[Entry, ...]:
    return split(read_markdown(Path(path), text.encode()), path)


def texts(text: str) -> list[str]:
    return [entry.passage.text for entry in entries(text)]


def test_a_passage_stays_within_its_heading() -> None:
    found = entries("# 办法\n\n总则。\n\n## 补贴\n\n一半。\n")
    assert [(e.passage.heading, e.passage.text) for e in found] == [
        ("办法", "总则。"),
        ("办法 / 补贴", "一半。"),
    ]


def test_short_neighbours_share_a_passage() -> None:
    assert texts("一。\n\n二。\n\n三。\n") == ["一。\n\n二。\n\n三。"]


def test_a_long_text_is_cut_between_sentences() -> None:
    sentence = "本办法所称一人公司是指由一名自然人设立的有限责任公司。"
    found = texts(sentence * 60)
    assert len(found) > 1
    assert "".join(found) == sentence * 60
    assert all(text.endswith("。") for text in found)


def test_every_part_of_a_cut_table_has_the_header() -> None:
    header = "| 项目 | 金额 |\n|---|---|"
    rows = [f"| 第{n}项很长的补贴项目名称 | {n}万元 |" for n in range(80)]
    found = texts("\n".join([header, *rows]))
    assert len(found) > 1
    assert all(text.startswith(header + "\n") for text in found)
    assert [row for text in found for row in text.split("\n")[2:]] == rows


def test_ids_survive_changes_elsewhere_and_differ_between_documents() -> None:
    def ids(text: str, path: str = "/a.md") -> list[str]:
        return [entry.passage.id for entry in entries(text, path)]

    before = ids("# 甲\n\n一。\n\n# 乙\n\n二。\n")
    after = ids("# 甲\n\n一。\n\n# 丙\n\n三。\n\n# 乙\n\n二。\n")
    assert [after[0], after[2]] == before
    assert not set(ids("# 甲\n\n一。\n", "/b.md")) & set(before)


def test_the_same_words_twice_have_two_ids() -> None:
    found = [
        entry.passage.id for entry in entries("# 甲\n\n同。\n\n# 乙\n\n二。\n\n# 甲\n\n同。\n")
    ]
    assert len(set(found)) == 3


def test_what_it_is_found_by_includes_title_headings_and_place() -> None:
    entry = entries("---\ntitle: 算力办法\nplace: 武汉\n---\n## 申报\n\n网上办理。\n")[0]
    assert {"算力办法", "申报", "武汉", "Wuhan", "wuhan"} <= set(entry.names)
    assert entry.context == "算力办法 / 申报"


def test_the_language_is_that_of_the_passage() -> None:
    found = entries("# 甲\n\n这一段是中文。\n\n# B\n\nThis section is in English.\n")
    assert [entry.passage.lang for entry in found] == ["zh", "en"]


@given(st.text(min_size=1, max_size=3000))
def test_no_text_is_lost_and_no_passage_is_too_long(text: str) -> None:
    body = "x " + " ".join(text.replace("<!--", "").replace("\x00", "").split())
    plain = body.replace("#", "").replace("`", "").replace("~", "").replace("|", "")
    found = texts(plain)
    assert "".join("".join(found).split()) == "".join(plain.split())
    assert all(len(part) <= max(LONGEST.values()) for part in found)
