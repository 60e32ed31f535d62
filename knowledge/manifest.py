"""The files of a generation: names, manifest and the pointer to the current one.

Building and publishing a generation is `ingest.generations`; searching it is `knowledge.index`.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from knowledge.errors import IndexCorrupt, IndexMissing

FORMAT = 1
"""Raised when the files of a generation change meaning; another format is rebuilt, not read."""

CURRENT = "CURRENT"
GENERATIONS = "generations"
MANIFEST = "manifest.json"
PROGRAMMES = "programmes.json"
PASSAGES = "passages.jsonl"
COLUMNS = "columns.json"
VECTORS = "vectors.npy"
CHROMA = "chroma"
TANTIVY = "tantivy"

_HASHED = (PROGRAMMES, PASSAGES, COLUMNS, VECTORS)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds; when it was built is the date of its file.

    `files`: size in bytes of each file that must be whole; `hashes`: SHA-256 of the ones we wrote
    ourselves; `inputs`: hash of everything it was made of.
    """

    generation: str
    model_id: str
    dimensions: int
    passages: int
    programmes: int
    documents: int
    inputs: str
    files: dict[str, int] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT


def current_name(root: Path) -> str:
    """The name of the published generation. IndexMissing if none, IndexCorrupt if unreadable."""
    try:
        name = (root / CURRENT).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        raise IndexMissing(root) from None
    except (OSError, UnicodeDecodeError) as error:
        raise IndexCorrupt(root, f"{CURRENT} cannot be read: {error}") from error
    if not name or "/" in name or name.startswith("."):
        raise IndexCorrupt(root, f"{CURRENT} does not name a generation")
    return name


def generation_folder(root: Path, name: str) -> Path:
    return root / GENERATIONS / name


def read_manifest(folder: Path) -> Manifest:
    try:
        manifest = Manifest(**json.loads((folder / MANIFEST).read_bytes()))
    except FileNotFoundError as error:
        raise IndexCorrupt(folder, f"{MANIFEST} is missing") from error
    except (OSError, ValueError, TypeError) as error:
        raise IndexCorrupt(folder, f"{MANIFEST} is damaged: {error}") from error
    if manifest.format != FORMAT:
        raise IndexCorrupt(folder, f"format {manifest.format} is not this version's {FORMAT}")
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def measure(folder: Path) -> tuple[dict[str, int], dict[str, str]]:
    """Sizes and hashes for the manifest.

    Chroma's files are left out: its SQLite file may change when it is merely opened.
    """
    sizes = {name: (folder / name).stat().st_size for name in _HASHED}
    for file in sorted((folder / TANTIVY).iterdir()):
        if not file.name.endswith(".lock"):
            sizes[f"{TANTIVY}/{file.name}"] = file.stat().st_size
    return sizes, {name: digest(folder / name) for name in _HASHED}


def verify(folder: Path, manifest: Manifest, *, contents: bool = False) -> None:
    """IndexCorrupt unless every file has its size (and, with `contents`, its hash)."""
    for name, size in manifest.files.items():
        try:
            found = (folder / name).stat().st_size
        except OSError as error:
            raise IndexCorrupt(folder, f"{name} is missing") from error
        if found != size:
            raise IndexCorrupt(folder, f"{name} has {found} bytes instead of {size}")
    for name, expected in manifest.hashes.items() if contents else ():
        if digest(folder / name) != expected:
            raise IndexCorrupt(folder, f"{name} was changed after it was built")


def digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
