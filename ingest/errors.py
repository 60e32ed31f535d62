"""The errors of `ingest`, as one tree; sentences for people are made from them in `bot`.

IngestError               root; `retryable` says whether the same call may work later
├─ DocumentFault          one document cannot be used; the rest of the batch goes on
│  ├─ PathMissing         nothing is there, and nothing from there is on record
│  ├─ FormatUnknown       no reader for this kind of file
│  ├─ DocumentUnreadable  the file cannot be read or decoded
│  ├─ DocumentEmpty       no text in it
│  └─ FrontMatterInvalid  its front matter names an unknown place, kind or date
├─ LibraryCorrupt         the list of documents on record is damaged
└─ IndexNotWritable       the index folder cannot be written
"""

from __future__ import annotations

from pathlib import Path


class IngestError(Exception):
    retryable: bool = False


class DocumentFault(IngestError):
    """One document cannot be used; `path` names it."""

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{path}: {why}")


class PathMissing(DocumentFault):
    """Nothing is there, and nothing from there is on record."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "no such file or folder")


class FormatUnknown(DocumentFault):
    """No reader for this kind of file."""

    def __init__(self, path: Path, readable: tuple[str, ...]) -> None:
        self.readable = readable
        super().__init__(path, f"cannot read this kind of file (only {', '.join(readable)})")


class DocumentUnreadable(DocumentFault):
    """The file cannot be read or decoded."""


class DocumentEmpty(DocumentFault):
    """No text in the file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, "holds no text")


class FrontMatterInvalid(DocumentFault):
    """The front matter names an unknown place, kind or date."""


class LibraryCorrupt(IngestError):
    """The list of documents on record is damaged."""

    def __init__(self, file: Path, why: str) -> None:
        self.file, self.why = file, why
        super().__init__(f"{file}: {why}")


class IndexNotWritable(IngestError):
    """The index folder cannot be written."""

    def __init__(self, folder: Path, why: str) -> None:
        self.folder, self.why = folder, why
        super().__init__(f"cannot write {folder}: {why}")
