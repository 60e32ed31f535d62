"""Files that survive a crash (written aside, forced to disk, renamed), and the writer's lock."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.errors import IndexLocked


def write_durably(file: Path, data: bytes) -> None:
    """Replace `file` at once: a reader sees the old content or the new, also after a power cut."""
    aside = file.with_name(f".{file.name}.new")
    with aside.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    aside.replace(file)
    sync_folder(file.parent)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to disk: a rename is only safe once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_tree(folder: Path) -> None:
    """Force every file and folder below to disk."""
    for parent, _, files in os.walk(folder, topdown=False):
        for name in files:
            with Path(parent, name).open("rb") as stream:
                os.fsync(stream.fileno())
        sync_folder(Path(parent))


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Hold the folder's lock; IndexLocked if another process has it.

    The kernel drops the lock when its holder dies in whatever way, so none is ever stale.
    """
    file = folder / "lock"
    with file.open("a+", encoding="ascii") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            owner = file.read_text(encoding="ascii").strip()
            raise IndexLocked(folder, f"process {owner or 'unknown'}") from error
        stream.truncate(0)
        stream.write(str(os.getpid()))
        stream.flush()
        yield
