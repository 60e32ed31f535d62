"""One reader per format, chosen by the file name's ending: bytes -> Document."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.documents import Document
from ingest.readers.markdown import read_markdown

Reader = Callable[[Path, bytes], Document]

READERS: dict[str, Reader] = {".md": read_markdown, ".markdown": read_markdown}


def reader_for(path: Path) -> Reader | None:
    return READERS.get(path.suffix.lower())
