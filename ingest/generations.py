"""Generations of the index: built aside, checked, published by one pointer, the last three kept.

The only writer of an index. Killed at any moment, it leaves the published generation untouched:
everything new is written in a folder that no pointer names, forced to disk, renamed, and only then
named by CURRENT, which is replaced at once. The next build clears what a dead one left.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import TypeAdapter

from ingest.durable import sole_writer, sync_folder, sync_tree, write_durably
from ingest.errors import DocumentFault, IndexNotWritable
from ingest.library import Library, Taken
from ingest.split import split
from knowledge import text
from knowledge.errors import IndexNotBuilt, IndexUnusable
from knowledge.index import Index
from knowledge.lexical import write_lexical
from knowledge.manifest import (
    CURRENT,
    FORMAT,
    GENERATIONS,
    PROGRAMMES,
    TANTIVY,
    Manifest,
    current_name,
    generation_folder,
    measure,
    read_manifest,
    verify,
    write_manifest,
)
from knowledge.passage_file import PassageFile, write_passages
from knowledge.passages import Entry, Filter
from knowledge.programme_passages import institution_names, programme_entries
from knowledge.programmes import Programme
from knowledge.query import place_terms
from knowledge.records import load_programmes
from knowledge.vectors import Matrix, Vectors, unit_rows, write_vectors

if TYPE_CHECKING:
    from knowledge.embeddings import Embedder

KEPT = 3
_BUILDING = ".building"
_BATCH = 256
_SAMPLE = 20
_PROGRAMMES = TypeAdapter(tuple[Programme, ...])

Progress = Callable[[str, int, int], None]
"""Called with a stage (read, embed, words, vectors, check, publish), how much is done, of what."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did. `published` is false when nothing had changed."""

    generation: str
    published: bool
    programmes: int
    documents: int
    passages: int
    embedded: int = 0  # the rest took their vectors from the generation before
    changed: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    faults: tuple[DocumentFault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Inputs:
    """Everything a generation is made of."""

    programmes: tuple[Programme, ...]
    entries: tuple[Entry, ...]
    names: tuple[str, ...]
    documents: int

    def digest(self, model_id: str) -> str:
        """Changes when the content, the model, the file format or the cutting of words does."""
        digest = hashlib.sha256(f"{FORMAT} {model_id} {len(self.entries)}".encode())
        for body, names in map(_terms, self.sample()):
            digest.update(" ".join((*body, *names)).encode())
        digest.update(_PROGRAMMES.dump_json(self.programmes))
        for entry in self.entries:
            digest.update(json.dumps(asdict(entry), default=str, ensure_ascii=False).encode())
        return digest.hexdigest()

    def sample(self) -> tuple[Entry, ...]:
        return self.entries[:: max(1, len(self.entries) // _SAMPLE)]


def sync(
    data_dir: Path,
    paths: Sequence[Path],
    embedder: Embedder,
    *,
    programmes: Sequence[Programme] | None = None,
    on_progress: Progress = lambda stage, done, total: None,
) -> SyncReport:
    """Take documents in and publish a generation of all records and documents, if any changed.

    Faults of single documents are in the report. RecordsInvalid, IndexLocked, IndexNotWritable and
    LibraryCorrupt stop it, and the generation before serves on.
    """
    root = data_dir / "index"
    with _writing(root):
        _clear_leftovers(root)
        library = Library(data_dir / "library")
        taken = library.take(paths)
        inputs, faults = _gather(library, programmes, on_progress)
        taken = replace(taken, faults=(*taken.faults, *faults))
        digest = inputs.digest(embedder.model_id)
        previous = _previous(root)
        if previous and previous.inputs == digest and _whole(root, previous):
            return _report(previous, taken, published=False)
        manifest, embedded = _build(root, inputs, digest, embedder, previous, on_progress)
        _publish(root, manifest.generation, on_progress)
        _prune(root, manifest.generation)
        return _report(manifest, taken, published=True, embedded=embedded)


@contextmanager
def _writing(root: Path) -> Iterator[None]:
    """The writer's lock; a disk that cannot be written is one clear error."""
    try:
        (root / GENERATIONS).mkdir(parents=True, exist_ok=True)
        with sole_writer(root):
            yield
    except OSError as error:
        raise IndexNotWritable(root, error.strerror or str(error)) from error


def _clear_leftovers(root: Path) -> None:
    """Remove what builds that died left behind; holding the lock, no other build is alive."""
    for folder in (root / GENERATIONS).glob(f"{_BUILDING}*"):
        shutil.rmtree(folder)


def _gather(
    library: Library, given: Sequence[Programme] | None, on_progress: Progress
) -> tuple[_Inputs, list[DocumentFault]]:
    programmes = tuple(load_programmes() if given is None else given)
    names = tuple(dict.fromkeys(n for p in programmes for n in institution_names(p)))
    text.add_names(names)  # before any text is cut: the digest must not depend on the process
    _name_terms.cache_clear()
    entries = [entry for programme in programmes for entry in programme_entries(programme)]
    faults, documents = list[DocumentFault](), 0
    for done, (path, document) in enumerate(library.read(), 1):
        if isinstance(document, DocumentFault):
            faults.append(document)
            continue
        documents += 1
        entries += split(document, path)
        on_progress("read", done, len(library.documents))
    on_progress("read", len(entries), len(entries))
    return _Inputs(programmes, tuple(entries), names, documents), faults


def _previous(root: Path) -> Manifest | None:
    """The manifest of the published generation; None when there is none to build upon."""
    try:
        return read_manifest(generation_folder(root, current_name(root)))
    except IndexUnusable as error:
        log.info("building from nothing: %s", error)
        return None


def _whole(root: Path, manifest: Manifest) -> bool:
    try:
        verify(generation_folder(root, manifest.generation), manifest, contents=True)
    except IndexUnusable as error:
        log.warning("building again: %s", error)
        return False
    return True


def _build(
    root: Path,
    inputs: _Inputs,
    digest: str,
    embedder: Embedder,
    previous: Manifest | None,
    on_progress: Progress,
) -> tuple[Manifest, int]:
    """A complete, checked generation that nothing points to yet."""
    name = f"{_last_number(root) + 1:06d}-{digest[:8]}"
    aside = root / GENERATIONS / f"{_BUILDING}-{name}"
    aside.mkdir()
    keys = [_key(entry) for entry in inputs.entries]
    known = _known_vectors(root, previous, embedder) if previous else {}
    matrix, embedded = _embed(inputs.entries, keys, known, embedder, on_progress)
    _write(aside, inputs, keys, matrix, on_progress)
    sizes, hashes = measure(aside)
    manifest = Manifest(
        generation=name,
        model_id=embedder.model_id,
        dimensions=embedder.dimensions,
        passages=len(inputs.entries),
        programmes=len(inputs.programmes),
        documents=inputs.documents,
        inputs=digest,
        files=sizes,
        hashes=hashes,
    )
    write_manifest(aside, manifest)
    _check(aside, inputs, embedder, on_progress)
    sync_tree(aside)
    aside.rename(generation_folder(root, name))
    sync_folder(root / GENERATIONS)
    return manifest, embedded


def _last_number(root: Path) -> int:
    names = (folder.name.partition("-")[0] for folder in (root / GENERATIONS).iterdir())
    return max((int(name) for name in names if name.isdecimal()), default=0)


def _key(entry: Entry) -> str:
    return hashlib.sha256(entry.embedded.encode()).hexdigest()[:32]


def _known_vectors(root: Path, previous: Manifest, embedder: Embedder) -> dict[str, Matrix]:
    """Vectors of the generation before by content key; none if another model made them."""
    if (previous.model_id, previous.dimensions) != (embedder.model_id, embedder.dimensions):
        return {}
    if not _whole(root, previous):
        return {}
    folder = generation_folder(root, previous.generation)
    matrix = Vectors(folder, previous.passages, previous.dimensions).matrix
    return {key: matrix[row] for row, key in enumerate(PassageFile(folder).keys)}


def _embed(
    entries: Sequence[Entry],
    keys: Sequence[str],
    known: dict[str, Matrix],
    embedder: Embedder,
    on_progress: Progress,
) -> tuple[Matrix, int]:
    """One unit vector per entry, and how many had to be computed."""
    contents = {key: entry.embedded for key, entry in zip(keys, entries, strict=True)}
    wanted = [key for key in contents if key not in known]
    for start in range(0, len(wanted), _BATCH):
        batch = wanted[start : start + _BATCH]
        vectors = embedder.embed_documents([contents[key] for key in batch])
        known.update(zip(batch, unit_rows(vectors, embedder.dimensions), strict=True))
        on_progress("embed", start + len(batch), len(wanted))
    matrix = np.zeros((len(keys), embedder.dimensions), dtype=np.float32)
    for row, key in enumerate(keys):
        matrix[row] = known[key]
    return matrix, len(wanted)


def _write(
    folder: Path, inputs: _Inputs, keys: list[str], matrix: Matrix, on_progress: Progress
) -> None:
    passages = [entry.passage for entry in inputs.entries]
    (folder / PROGRAMMES).write_bytes(_PROGRAMMES.dump_json(inputs.programmes, exclude_unset=True))
    write_passages(folder, passages, keys, inputs.names)
    total = len(inputs.entries)
    write_lexical(folder / TANTIVY, _cut(inputs.entries, lambda n: on_progress("words", n, total)))
    ids = [passage.id for passage in passages]
    write_vectors(folder, ids, matrix, lambda done, of: on_progress("vectors", done, of))


def _cut(
    entries: Sequence[Entry], tell: Callable[[int], None]
) -> Iterator[tuple[list[str], list[str]]]:
    for number, entry in enumerate(entries, 1):
        yield _terms(entry)
        if not number % _BATCH or number == len(entries):
            tell(number)


def _terms(entry: Entry) -> tuple[list[str], list[str]]:
    """The terms of a passage, and those of the names it is found by."""
    names = [*_name_terms(entry.names), *place_terms(entry.passage.places)]
    return text.terms(entry.passage.text), names


@lru_cache(maxsize=64)
def _name_terms(names: tuple[str, ...]) -> list[str]:
    """All passages of a record share its names, and stand next to each other."""
    return [term for name in names for term in text.terms(name)]


def _check(folder: Path, inputs: _Inputs, embedder: Embedder, on_progress: Progress) -> None:
    """Read everything back: each file whole, every programme there, samples found by their text."""
    index = Index.open_generation(folder, embedder)
    try:
        verify(folder, index.manifest, contents=True)
        if list(index.programmes) != [programme.id for programme in inputs.programmes]:
            raise IndexNotBuilt(folder, "programmes differ after reading back")
        sample = inputs.sample()
        for number, entry in enumerate(sample, 1):
            _check_found(index, folder, entry)
            on_progress("check", number, len(sample))
    finally:
        index.close()


def _check_found(index: Index, folder: Path, entry: Entry) -> None:
    passage = entry.passage
    ids = frozenset({passage.programme_id}) if passage.programme_id else None
    wanted = Filter(programme_ids=ids, scopes=frozenset({passage.scope}))
    found = index.search(passage.text, 50, wanted)
    statement = passage.statement or passage.id
    if statement not in {hit.passage.statement or hit.passage.id for hit in found}:
        raise IndexNotBuilt(folder, f"{passage.id} is not found by its own text")


def _publish(root: Path, name: str, on_progress: Progress) -> None:
    write_durably(root / CURRENT, f"{name}\n".encode())
    on_progress("publish", 1, 1)


def _prune(root: Path, current: str) -> None:
    """Keep the newest generations; readers of an older one have its files open."""
    names = sorted(f.name for f in (root / GENERATIONS).iterdir() if f.name[0] != ".")
    for name in names[:-KEPT]:
        if name != current:
            shutil.rmtree(generation_folder(root, name))


def _report(manifest: Manifest, taken: Taken, *, published: bool, embedded: int = 0) -> SyncReport:
    return SyncReport(
        generation=manifest.generation,
        published=published,
        programmes=manifest.programmes,
        documents=manifest.documents,
        passages=manifest.passages,
        embedded=embedded,
        changed=taken.changed,
        dropped=taken.dropped,
        faults=taken.faults,
    )
