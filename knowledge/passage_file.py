"""Passages on disk: one JSON line each, read only when found, and the columns that filters test.

Which passages exist is decided by `ingest`; what a filter means is decided here and nowhere else.
"""

from __future__ import annotations

import json
import mmap
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.manifest import COLUMNS, PASSAGES
from knowledge.passages import Filter, Passage, Source

Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

_ALWAYS = date.min.toordinal()
_NEVER = date.max.toordinal()


def write_passages(
    folder: Path, passages: Sequence[Passage], keys: Sequence[str], names: Sequence[str]
) -> None:
    """`keys`: the content key of each passage's vector, by which a later build finds it again.

    `names`: those kept whole when the words were indexed; questions must be cut the same way.
    """
    offsets = [0]
    with (folder / PASSAGES).open("wb") as file:
        for passage in passages:
            line = json.dumps(_plain(passage), ensure_ascii=False).encode() + b"\n"
            offsets.append(offsets[-1] + file.write(line))
    columns = {
        "offsets": offsets,
        "keys": list(keys),
        "names": list(names),
        "lang": _coded(p.lang for p in passages),
        "kind": _coded(p.kind or "" for p in passages),
        "scope": _coded(p.scope for p in passages),
        "programme": _coded(p.programme_id or "" for p in passages),
        "statement": _coded(p.statement or p.id for p in passages),
        "places": _places(passages),
        "from": [_first(p) for p in passages],
        "until": [p.valid_until.toordinal() if p.valid_until else _NEVER for p in passages],
    }
    (folder / COLUMNS).write_text(json.dumps(columns, ensure_ascii=False), encoding="utf-8")


def _first(passage: Passage) -> int:
    """The first valid day; one after every last day for what is never in force."""
    if passage.status == "draft" or (passage.status == "expired" and not passage.valid_until):
        return _NEVER + 1
    return passage.valid_from.toordinal() if passage.valid_from else _ALWAYS


def _coded(values: Iterable[str]) -> dict[str, list[Any]]:
    numbers: dict[str, int] = {}
    codes = [numbers.setdefault(value, len(numbers)) for value in values]
    return {"values": list(numbers), "codes": codes}


def _places(passages: Sequence[Passage]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = {}
    for row, passage in enumerate(passages):
        for place in passage.places:
            rows.setdefault(place, []).append(row)
    return rows


def _plain(passage: Passage) -> dict[str, Any]:
    fields = {name: value for name, value in asdict(passage).items() if value not in (None, "", ())}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in fields.items()
    }


def _passage(line: bytes) -> Passage:
    fields: dict[str, Any] = json.loads(line)
    fields["source"] = Source(**fields["source"])
    fields["places"] = tuple(fields.get("places", ()))
    for name in ("valid_from", "valid_until"):
        if name in fields:
            fields[name] = date.fromisoformat(fields[name])
    return Passage(**fields)


class _Column:
    """One value per row out of few: the values and their code per row."""

    def __init__(self, stored: Mapping[str, Any]) -> None:
        self.values: list[str] = stored["values"]
        self.codes: NDArray[np.int32] = np.asarray(stored["codes"], dtype=np.int32)
        self._code = {value: number for number, value in enumerate(self.values)}

    def among(self, wanted: Collection[str]) -> Mask:
        among = np.zeros(len(self.values), dtype=np.bool_)
        among[[self._code[value] for value in wanted if value in self._code]] = True
        return np.asarray(among[self.codes])

    def of(self, row: int) -> str:
        return self.values[int(self.codes[row])]

    def rows(self, value: str) -> Rows:
        code = self._code.get(value)
        return np.empty(0, np.intp) if code is None else np.flatnonzero(self.codes == code)


class PassageFile:
    """The passages of one generation by row number."""

    def __init__(self, folder: Path) -> None:
        columns = json.loads((folder / COLUMNS).read_bytes())
        self._offsets: list[int] = columns["offsets"]
        self._data = _map(folder / PASSAGES)
        self.keys: list[str] = columns["keys"]
        self.names: list[str] = columns["names"]
        self.lang, self._kind = _Column(columns["lang"]), _Column(columns["kind"])
        self._scope, self._programme = _Column(columns["scope"]), _Column(columns["programme"])
        self.statement = _Column(columns["statement"])
        self._places = {k: np.asarray(v, np.intp) for k, v in columns["places"].items()}
        self._from, self._until = np.asarray(columns["from"]), np.asarray(columns["until"])
        self.passage = lru_cache(maxsize=4096)(self._read)
        self._by_statement = np.argsort(self.statement.codes, kind="stable")
        self._statements = self.statement.codes[self._by_statement]

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def _read(self, row: int) -> Passage:
        return _passage(self._data[self._offsets[row] : self._offsets[row + 1]])

    def of_programme(self, programme_id: str) -> tuple[Passage, ...]:
        return tuple(self.passage(int(row)) for row in self._programme.rows(programme_id))

    def same_statement(self, row: int) -> list[int]:
        """The rows that say what this one says, in whichever language; itself among them."""
        code = self.statement.codes[row]
        start, end = np.searchsorted(self._statements, [code, code + 1])
        return [int(each) for each in self._by_statement[start:end]]

    def mask(self, wanted: Filter) -> Mask:
        """Which rows pass. An unknown place, kind, programme or scope lets nothing through."""
        passing = self._scope.among(wanted.scopes)
        if wanted.kinds is not None:
            passing &= self._kind.among(wanted.kinds - {""})
        if wanted.programme_ids is not None:
            passing &= self._programme.among(wanted.programme_ids - {""})
        if wanted.places is not None:
            passing &= self._in_places(wanted.places)
        if wanted.on is not None:
            day = wanted.on.toordinal()
            passing &= (self._from <= day) & (day <= self._until)
        return passing

    def _in_places(self, places: Collection[str]) -> Mask:
        passing = np.zeros(len(self), dtype=np.bool_)
        for place in places:
            passing[self._places.get(place, [])] = True
        return passing

    def close(self) -> None:
        if isinstance(self._data, mmap.mmap):
            self._data.close()


def _map(file: Path) -> mmap.mmap | bytes:
    """The file in memory on demand; an empty file cannot be mapped."""
    with file.open("rb") as stream:
        if not file.stat().st_size:
            return b""
        return mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
