from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from ingest.durable import sole_writer, write_durably
from ingest.errors import IndexNotWritable, LibraryCorrupt
from ingest.generations import sync
from knowledge.errors import IndexLocked, RecordsInvalid
from knowledge.index import Index
from knowledge.manifest import GENERATIONS, current_name, generation_folder
from tests.fakes import HashingEmbedder
from tests.programme_samples import programme, samples

ROOT = Path(__file__).parents[2]


def generations(data_dir: Path) -> list[str]:
    return sorted(folder.name for folder in (data_dir / "index" / GENERATIONS).iterdir())


def paths(data_dir: Path, query: str) -> set[str | None]:
    index = Index.open(data_dir / "index", HashingEmbedder())
    hits = index.search(query, 50)
    index.close()
    return {hit.passage.source.path for hit in hits}


def test_a_sync_publishes_every_programme_and_document(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# 苏州园区\n\n苏州工业园区算力券说明。\n", encoding="utf-8")
    report = sync(tmp_path, [note], HashingEmbedder(), programmes=samples())
    assert (report.published, report.programmes, report.documents) == (True, 4, 1)
    assert report.changed == (str(note),)
    assert current_name(tmp_path / "index") == report.generation
    assert str(note) in paths(tmp_path, "苏州工业园区算力券说明")


def test_nothing_changed_publishes_nothing(tmp_path: Path) -> None:
    first = sync(tmp_path, [], HashingEmbedder(), programmes=samples())
    second = sync(tmp_path, [], HashingEmbedder(), programmes=samples())
    assert (second.published, second.generation) == (False, first.generation)
    assert generations(tmp_path) == [first.generation]


def test_only_new_passages_are_embedded(tmp_path: Path) -> None:
    sync(tmp_path, [], HashingEmbedder(), programmes=samples())
    embedder, extra = HashingEmbedder(), programme("new", "cn", "新办法", "New rule")
    report = sync(tmp_path, [], embedder, programmes=[extra, *samples()])
    assert report.embedded == len(embedder.embedded) > 0
    assert all("新办法" in text or "New rule" in text for text in embedder.embedded)
    index = Index.open(tmp_path / "index", HashingEmbedder())
    assert index.search("武汉算力券", 1, mode="dense")[0].passage.programme_id == "wuhan-compute"


def test_another_model_embeds_everything_again(tmp_path: Path) -> None:
    sync(tmp_path, [], HashingEmbedder(), programmes=samples())
    other = HashingEmbedder(model_id="other")
    report = sync(tmp_path, [], other, programmes=samples())
    assert report.published
    assert len(other.embedded) == report.passages


def test_the_last_three_generations_are_kept(tmp_path: Path) -> None:
    names = [
        sync(
            tmp_path, [], HashingEmbedder(), programmes=[programme(f"p{n}", "cn", f"第{n}号", "No")]
        ).generation
        for n in range(5)
    ]
    assert generations(tmp_path) == names[-3:]


def test_text_that_was_deleted_is_not_found_any_more(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for name in ("a", "b"):
        (docs / f"{name}.md").write_text(f"秘密代号{name}鹈鹕\n", encoding="utf-8")
    sync(tmp_path, [docs], HashingEmbedder(), programmes=samples())
    (docs / "a.md").unlink()
    report = sync(tmp_path, [docs], HashingEmbedder(), programmes=samples())
    assert report.dropped == (str(docs / "a.md"),)
    assert paths(tmp_path, "鹈鹕") - {None} == {str(docs / "b.md")}
    originals = list((tmp_path / "library" / "originals").iterdir())
    assert len(originals) == 1


def test_documents_stay_on_record_without_being_named_again(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("鹈鹕计划\n", encoding="utf-8")
    sync(tmp_path, [note], HashingEmbedder(), programmes=samples())
    note.unlink()
    report = sync(tmp_path, [], HashingEmbedder(), programmes=samples()[:2])
    assert (report.documents, report.published) == (1, True)


def test_a_bad_document_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "good.md").write_text("鹈鹕计划\n", encoding="utf-8")
    (docs / "bad.md").write_bytes(b"\x81\xff\xfe broken")
    (docs / "empty.md").write_text("\n")
    (docs / "ignored.png").write_bytes(b"x")
    report = sync(
        tmp_path,
        [docs, docs / "ignored.png", tmp_path / "nowhere"],
        HashingEmbedder(),
        programmes=samples(),
    )
    assert report.documents == 1
    faults = {(type(fault).__name__, fault.path.name) for fault in report.faults}
    assert faults == {
        ("DocumentUnreadable", "bad.md"),
        ("DocumentEmpty", "empty.md"),
        ("FormatUnknown", "ignored.png"),
        ("PathMissing", "nowhere"),
    }


def test_a_document_that_became_unreadable_keeps_its_version_on_record(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("鹈鹕计划\n", encoding="utf-8")
    sync(tmp_path, [note], HashingEmbedder(), programmes=samples())
    note.write_bytes(b"\xff\x00\x81")
    report = sync(tmp_path, [note], HashingEmbedder(), programmes=samples())
    assert len(report.faults) == 1
    assert str(note) in paths(tmp_path, "鹈鹕计划")


def test_records_that_do_not_validate_leave_the_index_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sync(tmp_path, [], HashingEmbedder(), programmes=samples())
    (tmp_path / "records").mkdir()

    from ingest import generations
    from knowledge.records import load_programmes

    monkeypatch.setattr(
        generations, "load_programmes", lambda: load_programmes(tmp_path / "records")
    )
    with pytest.raises(RecordsInvalid):
        sync(tmp_path, [], HashingEmbedder())
    assert current_name(tmp_path / "index") == first.generation


def test_two_syncs_never_write_at_once(tmp_path: Path) -> None:
    sync(tmp_path, [], HashingEmbedder(), programmes=samples())
    with sole_writer(tmp_path / "index"), pytest.raises(IndexLocked, match=str(os.getpid())):
        sync(tmp_path, [], HashingEmbedder(), programmes=samples())


def test_a_damaged_generation_is_built_again(tmp_path: Path) -> None:
    first = sync(tmp_path, [], HashingEmbedder(), programmes=samples())
    file = generation_folder(tmp_path / "index", first.generation) / "vectors.npy"
    file.write_bytes(file.read_bytes()[:-8] + b"\0" * 8)
    embedder = HashingEmbedder()
    second = sync(tmp_path, [], embedder, programmes=samples())
    assert second.published
    assert len(embedder.embedded) == second.passages


def test_a_damaged_list_of_documents_is_an_error_not_a_loss(tmp_path: Path) -> None:
    sync(tmp_path, [], HashingEmbedder(), programmes=samples())
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "documents.json").write_text("{")
    with pytest.raises(LibraryCorrupt, match=r"documents\.json"):
        sync(tmp_path, [], HashingEmbedder(), programmes=samples())


def test_a_folder_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file where the folder should be")
    with pytest.raises(IndexNotWritable, match="index"):
        sync(tmp_path, [], HashingEmbedder(), programmes=samples())


def test_an_interrupted_write_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "CURRENT"
    write_durably(file, b"old")
    (tmp_path / ".CURRENT.new").write_bytes(b"half")
    assert file.read_bytes() == b"old"
    write_durably(file, b"new")
    assert [f.name for f in tmp_path.iterdir()] == ["CURRENT"]


CHILD = """
    import sys
    from pathlib import Path
    from ingest.generations import sync
    from tests.fakes import HashingEmbedder
    from tests.programme_samples import programme
    data_dir, count = Path(sys.argv[1]), int(sys.argv[2])
    many = [programme(f"p{n}", "cn", f"第{n}号办法", f"Rule {n}") for n in range(count)]
    print("go", flush=True)
    sync(data_dir, [], HashingEmbedder(), programmes=many,
         on_progress=lambda stage, done, total: print(stage, flush=True))
"""


@pytest.mark.parametrize("stage", ["go", "embed", "words", "vectors", "check", "publish"])
def test_a_killed_sync_leaves_a_whole_index_and_the_next_one_cleans_up(
    tmp_path: Path, stage: str
) -> None:
    first = sync(tmp_path, [], HashingEmbedder(), programmes=samples())
    command = [sys.executable, "-c", textwrap.dedent(CHILD), str(tmp_path), "40"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) as child:
        assert child.stdout
        while child.stdout.readline().strip() != stage:
            assert child.poll() is None
        time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
    index = Index.open(tmp_path / "index", HashingEmbedder())
    assert len(index.programmes) == (40 if index.generation != first.generation else 4)
    assert index.search("办法 武汉", 1)
    report = sync(tmp_path, [], HashingEmbedder(), programmes=samples()[:3])
    assert report.published
    assert not [name for name in generations(tmp_path) if name.startswith(".")]
    assert len(Index.open(tmp_path / "index", HashingEmbedder()).programmes) == 3
