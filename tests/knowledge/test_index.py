from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ingest.generations import sync
from knowledge.errors import EmbedderMismatch, IndexCorrupt, IndexMissing
from knowledge.index import CurrentIndex, Index
from knowledge.manifest import CURRENT, current_name, generation_folder
from knowledge.passages import Filter
from tests.fakes import HashingEmbedder
from tests.programme_samples import programme, samples

EMBEDDER = HashingEmbedder()
NOTE = (
    "---\nplace: 武汉\nscope: members:wuhan-hub\n---\n# 入驻须知\n\n会员工位每月免费打印一百页。\n"
)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    note = folder / "note.md"
    note.write_text(NOTE, encoding="utf-8")
    sync(folder, [note], EMBEDDER, programmes=samples())
    return folder


@pytest.fixture(scope="module")
def index(data_dir: Path) -> Iterator[Index]:
    opened = Index.open(data_dir / "index", EMBEDDER)
    yield opened
    opened.close()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    sync(tmp_path, [], EMBEDDER, programmes=samples())
    return tmp_path / "index"


def found(index: Index, query: str, **wanted: object) -> set[str | None]:
    hits = index.search(query, 100, Filter(**wanted))  # type: ignore[arg-type]
    return {hit.passage.programme_id or hit.passage.source.path for hit in hits}


@pytest.mark.parametrize("mode", ["hybrid", "lexical", "dense"])
@pytest.mark.parametrize(
    "query", ["武汉算力券补多少", "Wuhan compute voucher", "武漢算力券", "武汉 compute"]
)
def test_every_mode_finds_the_programme_asked_for(index: Index, query: str, mode: str) -> None:
    best = index.search(query, 1, mode=mode)[0]  # type: ignore[arg-type]
    assert best.passage.programme_id == "wuhan-compute"


def test_a_hit_is_in_the_language_of_the_question(index: Index) -> None:
    for query, lang in (("创贷宝怎么申请", "zh"), ("how to get the 创贷宝 start-up loan", "en")):
        hits = index.search(query, 3)
        assert hits[0].passage.programme_id == "cn-loan"
        assert {hit.passage.lang for hit in hits} == {lang}


def test_what_two_languages_say_is_returned_once(index: Index) -> None:
    hits = index.search("武汉算力券 compute voucher", 100)
    statements = [hit.passage.statement or hit.passage.id for hit in hits]
    assert len(statements) == len(set(statements))


def test_hits_are_ordered_and_their_probability_is_one(index: Index) -> None:
    hits = index.search("武汉算力券", 20)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 <= hit.probability <= 1 for hit in hits)


def test_a_better_match_is_more_probable(index: Index) -> None:
    good, bad = index.search("武汉算力券", 1)[0], index.search("北京冰淇淋配方", 1)[0]
    assert good.probability > 0.5 > bad.probability


def test_a_place_filter_lets_only_that_place_through(index: Index) -> None:
    assert found(index, "补贴", places=frozenset({"cn/hubei/wuhan"})) == {
        "wuhan-compute",
        "wuhan-draft",
    }


def test_a_kind_filter_lets_only_that_kind_through(index: Index) -> None:
    assert found(index, "武汉算力券", kinds=frozenset({"loan"})) == {"cn-loan"}


def test_a_programme_filter_lets_only_that_programme_through(index: Index) -> None:
    assert found(index, "武汉", programme_ids=frozenset({"suzhou-rent"})) == {"suzhou-rent"}


@pytest.mark.parametrize(
    "day, expected",
    [
        (date(2024, 12, 31), set()),
        (date(2025, 12, 31), {"suzhou-rent"}),
        (date(2026, 1, 1), {"wuhan-compute", "cn-loan"}),
        (date(2027, 12, 31), {"wuhan-compute", "cn-loan"}),
        (date(2028, 1, 1), {"cn-loan"}),
    ],
)
def test_validity_includes_both_ends_and_a_draft_is_never_valid(
    index: Index, day: date, expected: set[str]
) -> None:
    assert found(index, "补贴 费用 贷款", on=day) == expected


def test_an_expired_rule_without_an_end_is_never_valid(tmp_path: Path) -> None:
    old = programme("old", "cn", "旧办法", "Old rule", status="expired", effective_until=None)
    sync(tmp_path, [], EMBEDDER, programmes=[old])
    index = Index.open(tmp_path / "index", EMBEDDER)
    assert found(index, "旧办法") == {"old"}
    assert found(index, "旧办法", on=date(2026, 6, 1)) == set()


@pytest.mark.parametrize("field", ["places", "kinds", "programme_ids", "scopes"])
@pytest.mark.parametrize("given", [frozenset[str](), frozenset({"nowhere"}), frozenset({""})])
def test_an_empty_or_unknown_filter_returns_nothing(
    index: Index, field: str, given: frozenset[str]
) -> None:
    assert found(index, "武汉算力券", **{field: given}) == set()


def test_members_text_is_found_only_with_its_scope(index: Index, data_dir: Path) -> None:
    note = str((data_dir / "note.md").resolve())
    members = frozenset({"members:wuhan-hub"})
    assert note not in found(index, "会员工位免费打印")
    assert found(index, "会员工位免费打印", scopes=members) == {note}
    assert note in found(index, "会员工位免费打印", scopes=members | {"public"})


@pytest.mark.parametrize("k", [0, -1])
def test_no_hits_wanted_returns_none(index: Index, k: int) -> None:
    assert index.search("武汉", k) == []


@pytest.mark.parametrize(
    "query",
    ["", "   ", "😀😀", "\u202e\u200b", "'; DROP TABLE--", 'body:"x" AND (', "武汉" * 5000, "\x00"],
)
def test_strange_questions_do_no_harm(index: Index, query: str) -> None:
    assert len(index.search(query, 5)) <= 5


def test_the_programmes_come_back_as_they_went_in(index: Index) -> None:
    assert tuple(index.programmes.values()) == samples()


def test_the_passages_of_a_programme_are_in_both_languages(index: Index) -> None:
    passages = index.passages("wuhan-compute")
    assert {passage.lang for passage in passages} == {"zh", "en"}
    assert {"summary", "benefits", "conditions", "validity"} <= {p.part for p in passages}
    assert index.passages("unknown") == index.passages("") == ()


def test_the_figures_of_a_benefit_stand_in_its_passage(index: Index) -> None:
    texts = {p.lang: p.text for p in index.passages("wuhan-compute") if p.part == "benefits"}
    assert "50%" in texts["zh"] and "20万元" in texts["zh"]
    assert "50%" in texts["en"] and "200,000" in texts["en"]


def test_searches_in_several_threads_agree(index: Index) -> None:
    expected = [hit.passage.id for hit in index.search("武汉算力券", 5)]
    results: list[list[str]] = []

    def search() -> None:
        for _ in range(20):
            results.append([hit.passage.id for hit in index.search("武汉算力券", 5)])

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 80


def test_a_missing_index_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="opc index sync"):
        Index.open(tmp_path / "index", EMBEDDER)


def test_an_index_of_another_model_says_how_to_rebuild(root: Path) -> None:
    with pytest.raises(EmbedderMismatch, match="opc index sync") as caught:
        Index.open(root, HashingEmbedder(model_id="other"))
    assert caught.value.built_with == EMBEDDER.model_id


def test_an_index_of_the_same_model_with_other_dimensions_is_refused(root: Path) -> None:
    other = HashingEmbedder(32)
    other.model_id = EMBEDDER.model_id
    with pytest.raises(EmbedderMismatch):
        Index.open(root, other)


@pytest.mark.parametrize(
    "name",
    ["manifest.json", "vectors.npy", "columns.json", "passages.jsonl", "programmes.json",
     "tantivy/meta.json"],
)  # fmt: skip
@pytest.mark.parametrize("damage", ["missing", "truncated", "empty"])
def test_a_damaged_index_says_how_to_rebuild(root: Path, name: str, damage: str) -> None:
    file = generation_folder(root, current_name(root)) / name
    content = file.read_bytes()
    file.unlink()
    if damage != "missing":
        file.write_bytes(content[: len(content) // 2] if damage == "truncated" else b"")
    with pytest.raises(IndexCorrupt, match="opc index sync"):
        Index.open(root, EMBEDDER)


@pytest.mark.parametrize("pointer", [b"", b"\xff\xfe", b"../../etc", b"000009-deadbeef\n"])
def test_a_damaged_pointer_is_refused(root: Path, pointer: bytes) -> None:
    (root / CURRENT).write_bytes(pointer)
    with pytest.raises(IndexCorrupt):
        Index.open(root, EMBEDDER)


def test_an_index_of_another_format_is_refused(root: Path) -> None:
    file = generation_folder(root, current_name(root)) / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 99}))
    with pytest.raises(IndexCorrupt, match="format"):
        Index.open(root, EMBEDDER)


def test_a_reader_notices_a_new_generation_and_keeps_the_old_until_then(tmp_path: Path) -> None:
    sync(tmp_path, [], EMBEDDER, programmes=samples()[:1])
    current = CurrentIndex(tmp_path / "index", EMBEDDER)
    before = current.get()
    assert current.get() is before
    sync(tmp_path, [], EMBEDDER, programmes=samples())
    after = current.get()
    assert after.generation != before.generation
    assert len(after.programmes) == 4
    assert before.search("武汉算力券", 1)[0].passage.programme_id == "wuhan-compute"


def test_a_reader_waits_for_the_first_generation(tmp_path: Path) -> None:
    current = CurrentIndex(tmp_path / "index", EMBEDDER)
    with pytest.raises(IndexMissing):
        current.get()
    sync(tmp_path, [], EMBEDDER, programmes=samples())
    assert len(current.get().programmes) == 4


def test_a_reader_keeps_serving_when_the_new_generation_is_damaged(root: Path) -> None:
    current = CurrentIndex(root, EMBEDDER)
    before = current.get()
    (root / CURRENT).write_text("000099-00000000\n")
    assert current.get() is before
    (root / CURRENT).unlink()
    assert current.get() is before


def test_a_langchain_retriever_returns_documents_with_their_source(index: Index) -> None:
    from knowledge.retriever import as_retriever

    documents = as_retriever(index, k=2).invoke("武汉算力券补多少")
    assert len(documents) == 2
    assert documents[0].metadata["programme_id"] == "wuhan-compute"
    assert documents[0].page_content
    assert 0 < documents[0].metadata["probability"] <= 1


async def test_the_retriever_works_in_an_event_loop(index: Index) -> None:
    from knowledge.retriever import as_retriever

    wanted = Filter(kinds=frozenset({"loan"}))
    documents = await as_retriever(index, filter=wanted).ainvoke("贷款")
    assert {document.metadata["programme_id"] for document in documents} == {"cn-loan"}
