"""The errors of `knowledge`, as one tree; sentences for people are made from them in `bot`.

KnowledgeError            root; `retryable` says whether the same call may work later
├─ RecordsInvalid         records that do not validate: `faults` lists every one
├─ ModelMissing           no embedding model at that path or by that name
├─ PlaceUnknown           a place id that the gazetteer does not hold
└─ IndexUnusable          the index cannot serve a search; each has its own remedy
   ├─ IndexMissing        none was built at that folder
   ├─ IndexCorrupt        files are missing, truncated or do not belong together
   ├─ IndexNotBuilt       a new generation could not be made; the one before still serves
   ├─ IndexLocked         another process is writing (retryable)
   └─ EmbedderMismatch    built with another embedding model than the one in use
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

REBUILD = "opc index sync"
"""The command that builds an index, named in the errors that it cures."""


class KnowledgeError(Exception):
    retryable: bool = False


class RecordsInvalid(KnowledgeError):
    """Records that do not validate; `faults` holds one value per fault."""

    def __init__(self, faults: Sequence[Any]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults) or "invalid records")


class ModelMissing(KnowledgeError):
    """An embedding model that cannot be loaded."""

    def __init__(self, model: str, why: str = "not found") -> None:
        self.model, self.why = model, why
        super().__init__(f"embedding model {model!r}: {why}")


class PlaceUnknown(KnowledgeError):
    """A place id that the gazetteer does not hold."""

    def __init__(self, place: str) -> None:
        self.place = place
        super().__init__(f"unknown place {place!r}")


class IndexUnusable(KnowledgeError):
    """The index in `folder` cannot serve a search."""

    def __init__(self, folder: Path, why: str) -> None:
        self.folder, self.why = folder, why
        super().__init__(f"index {folder}: {why}; build it with `{REBUILD}`")


class IndexMissing(IndexUnusable):
    """No index was built in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "none was built")


class IndexCorrupt(IndexUnusable):
    """Files of the index are missing, truncated or do not belong together."""


class IndexNotBuilt(IndexUnusable):
    """A new generation could not be made; the one before still serves."""


class IndexLocked(IndexUnusable):
    """Another process is writing the index."""

    retryable = True

    def __init__(self, folder: Path, owner: str) -> None:
        self.owner = owner
        super().__init__(folder, f"being written by {owner}")


class EmbedderMismatch(IndexUnusable):
    """The index was built with another embedding model than the one in use."""

    def __init__(self, folder: Path, built_with: str, in_use: str) -> None:
        self.built_with, self.in_use = built_with, in_use
        super().__init__(folder, f"built with {built_with!r}, but {in_use!r} is in use")
