"""The documents on record: their originals by content hash, and which path each came from.

Records are not kept here; they ship with `knowledge`. Every index can be rebuilt from both.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ingest.documents import Document
from ingest.durable import write_durably
from ingest.errors import (
    DocumentFault,
    DocumentUnreadable,
    FormatUnknown,
    LibraryCorrupt,
    PathMissing,
)
from ingest.readers import READERS, reader_for

LARGEST = 20_000_000
"""Bytes; a larger file is no policy text."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What `Library.take` did: paths added or changed, paths dropped, and what went wrong."""

    changed: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    faults: tuple[DocumentFault, ...] = ()


class Library:
    """`documents` maps each path on record to the hash of its original."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._originals = folder, folder / "originals"
        self._list = folder / "documents.json"
        self.documents: dict[str, str] = self._listed()

    def _listed(self) -> dict[str, str]:
        if not self._list.exists():
            return {}
        try:
            listed = json.loads(self._list.read_bytes())
            return {str(path): str(name) for path, name in listed["documents"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LibraryCorrupt(self._list, str(error)) from error

    def take(self, paths: Iterable[Path]) -> Taken:
        """Bring the record in step with these files and folders.

        A folder is mirrored: what was on record from it and is no longer there is dropped. A file
        that cannot be read leaves its version on record as it was.
        """
        before, faults = dict(self.documents), list[DocumentFault]()
        for path in (path.resolve() for path in paths):
            faults += self._take_path(path)
        changed = [p for p, name in self.documents.items() if before.get(p) != name]
        dropped = [p for p in before if p not in self.documents]
        if changed or dropped:
            self._save()
        return Taken(tuple(changed), tuple(dropped), tuple(faults))

    def _take_path(self, path: Path) -> Iterator[DocumentFault]:
        below = [p for p in self.documents if Path(p) == path or path in Path(p).parents]
        files = _files(path)
        present = {str(file) for file in files}
        if not path.exists() and not below:
            yield PathMissing(path)
        for gone in below:
            if gone not in present:
                del self.documents[gone]
        for file in files:
            try:
                self.documents[str(file)] = self._keep(file)
            except DocumentFault as fault:
                yield fault

    def _keep(self, file: Path) -> str:
        data = _read(file)
        _parse(file, data)
        name = hashlib.sha256(data).hexdigest() + file.suffix.lower()
        original = self._originals / name
        if not original.exists():
            self._originals.mkdir(parents=True, exist_ok=True)
            write_durably(original, data)
        return name

    def _save(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"documents": self.documents}, ensure_ascii=False, indent=1)
        write_durably(self._list, text.encode())
        self._discard_unlisted()

    def _discard_unlisted(self) -> None:
        """What was deleted must not be found again: its original goes too."""
        kept = set(self.documents.values())
        for original in self._originals.glob("*"):
            if original.name not in kept:
                original.unlink()

    def read(self) -> Iterator[tuple[str, Document | DocumentFault]]:
        """Every document on record with its path, or why its original cannot be read."""
        for path, name in sorted(self.documents.items()):
            try:
                yield path, _parse(Path(path), _read(self._originals / name))
            except DocumentFault as fault:
                yield path, fault


def _files(path: Path) -> list[Path]:
    """The file itself, or the readable files below a folder; hidden ones are left alone."""
    if not path.is_dir():
        return [path] if path.exists() else []
    found = (p for p in path.rglob("*") if p.suffix.lower() in READERS and p.is_file())
    return sorted(p for p in found if not any(s[0] == "." for s in p.relative_to(path).parts))


def _read(file: Path) -> bytes:
    try:
        if not file.is_file():
            raise DocumentUnreadable(file, "is not a regular file")
        if (size := file.stat().st_size) > LARGEST:
            raise DocumentUnreadable(file, f"has {size:,} bytes, more than {LARGEST:,}")
        return file.read_bytes()
    except OSError as error:
        raise DocumentUnreadable(file, error.strerror or str(error)) from error


def _parse(file: Path, data: bytes) -> Document:
    reader = reader_for(file)
    if reader is None:
        raise FormatUnknown(file, tuple(READERS))
    return reader(file, data)
