"""Packs a character map into the form of tokenizers' `Precompiled` normalizer.

The form is sentencepiece's: length of a double-array trie, the trie's 32-bit units, then the
replacements, each ended by a zero byte (github.com/google/sentencepiece, src/normalizer.cc).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

_HAS_LEAF = 1 << 8
_VALUE = 1 << 31
_BLOCK = (
    256  # children of a node lie at (base XOR byte), so a base that ends a block keeps them apart
)


def compile_charsmap(replacements: Mapping[str, str]) -> bytes:
    """The map, key by key, as the bytes that `normalizers.Precompiled` takes."""
    texts, starts = _texts(sorted(set(replacements.values())))
    keys = {key.encode(): starts[value] for key, value in replacements.items()}
    units = _units(keys)
    return np.uint32(units.nbytes).tobytes() + units.tobytes() + texts


def _texts(values: list[str]) -> tuple[bytes, dict[str, int]]:
    starts, joined = {}, b""
    for value in values:
        starts[value] = len(joined)
        joined += value.encode() + b"\0"
    return joined, starts


def _units(keys: Mapping[bytes, int]) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    """One block of 256 units per inner node, then blocks that hold the leaves' values only.

    A value never answers for a byte (its top bit is set), so leaves may share blocks.
    """
    inner = sorted({key[:length] for key in keys for length in range(len(key))})
    if any(key in set(inner) for key in keys):
        raise ValueError("one key is the start of another")
    base = {node: number * _BLOCK + _BLOCK for number, node in enumerate(inner)}
    first_value = (len(inner) + 1) * _BLOCK
    units = np.zeros(-(-(first_value + len(keys)) // _BLOCK) * _BLOCK, dtype=np.uint32)
    units[0] = _offset(base[b""])
    for node in inner[1:]:
        place = base[node[:-1]] ^ node[-1]
        units[place] = node[-1] | _offset(place ^ base[node])
    for slot, (key, value) in enumerate(sorted(keys.items()), first_value):
        place = base[key[:-1]] ^ key[-1]
        units[place] = key[-1] | _HAS_LEAF | _offset(place ^ slot)
        units[slot] = value | _VALUE
    return units


def _offset(distance: int) -> int:
    """A distance to the children, as a unit holds it; far ones in steps of 256."""
    if distance < 1 << 21:
        return distance << 10
    if distance % _BLOCK or distance >= 1 << 29:
        raise ValueError("too many characters for one map")
    return distance >> 8 << 10 | 1 << 9
