from __future__ import annotations

from pathlib import Path

import pytest

from ingest.errors import LibraryCorrupt, PathMissing
from ingest.library import LARGEST, Library


def write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_what_is_taken_is_still_on_record_later(tmp_path: Path) -> None:
    note = write(tmp_path / "docs" / "a.md", "甲")
    taken = Library(tmp_path / "library").take([note])
    assert taken.changed == (str(note),)
    assert list(Library(tmp_path / "library").documents) == [str(note)]


def test_the_original_outlives_the_file(tmp_path: Path) -> None:
    note = write(tmp_path / "a.md", "甲")
    library = Library(tmp_path / "library")
    library.take([note])
    note.unlink()
    path, document = next(library.read())
    assert path == str(note)
    assert not isinstance(document, Exception)
    assert document.blocks[0].text == "甲"


def test_the_same_content_changes_nothing(tmp_path: Path) -> None:
    note = write(tmp_path / "a.md", "甲")
    library = Library(tmp_path / "library")
    library.take([note])
    assert library.take([note]).changed == ()


def test_a_folder_is_mirrored(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    first, other = write(docs / "a.md", "甲"), write(tmp_path / "other.md", "丙")
    write(docs / "deep" / "b.markdown", "乙")
    write(docs / ".hidden" / "c.md", "丁")
    library = Library(tmp_path / "library")
    assert len(library.take([docs, other]).changed) == 3
    first.unlink()
    assert library.take([docs]).dropped == (str(first),)
    assert str(other) in library.documents


def test_a_file_that_is_gone_is_dropped_when_named(tmp_path: Path) -> None:
    note = write(tmp_path / "a.md", "甲")
    library = Library(tmp_path / "library")
    library.take([note])
    note.unlink()
    taken = library.take([note])
    assert (taken.dropped, taken.faults) == ((str(note),), ())
    assert isinstance(library.take([note]).faults[0], PathMissing)


def test_two_paths_may_share_one_original(tmp_path: Path) -> None:
    first, second = write(tmp_path / "a.md", "同"), write(tmp_path / "b.md", "同")
    library = Library(tmp_path / "library")
    library.take([first, second])
    first.unlink()
    library.take([first])
    assert [path for path, _ in library.read()] == [str(second)]


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    huge = tmp_path / "huge.md"
    with huge.open("wb") as file:
        file.truncate(LARGEST + 1)
    assert "bytes" in Library(tmp_path / "library").take([huge]).faults[0].why


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe.md")
    assert Library(tmp_path / "library").take([tmp_path / "pipe.md"]).faults


@pytest.mark.parametrize("content", ["{", "[]", '{"documents": 3}', "{}"])
def test_a_damaged_list_is_refused(tmp_path: Path, content: str) -> None:
    write(tmp_path / "library" / "documents.json", content)
    with pytest.raises(LibraryCorrupt):
        Library(tmp_path / "library")
