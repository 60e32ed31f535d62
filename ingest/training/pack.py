"""Writes the trained vectors as the files that ship: int8 rows, one weight per row.

The layout is model2vec's (`embeddings`, `weights`), which sentence-transformers reads as it is.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ingest.training.contrast import Floats

_TYPES = "sentence_transformers.models"
_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": f"{_TYPES}.StaticEmbedding"},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": f"{_TYPES}.Normalize"},
]


def pack(vectors: Floats, tokenizer: Tokenizer, folder: Path) -> str:
    """Writes the model's files and returns its id, a digest of what decides its vectors."""
    folder.mkdir(parents=True, exist_ok=True)
    rows, weights = _quantize(vectors)
    _write_tensors(folder / "model.safetensors", {"embeddings": rows, "weights": weights})
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "1_Normalize").mkdir(exist_ok=True)
    _write_json(folder / "1_Normalize" / "config.json", {})
    _write_json(folder / "modules.json", _MODULES)
    model_id = f"static-zh-en@{content_digest(folder)}"
    _write_json(
        folder / "config.json",
        {"model_id": model_id, "dimensions": rows.shape[1], "tokens": rows.shape[0]},
    )
    return model_id


def content_digest(folder: Path) -> str:
    """A digest of the tokenizer and the tensors."""
    digest = hashlib.sha256()
    for name in ("tokenizer.json", "model.safetensors"):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:12]


def _quantize(vectors: Floats) -> tuple[NDArray[np.int8], Floats]:
    peak = np.abs(vectors).max(axis=1)
    weights = np.where(peak > 0, peak / 127, 0).astype(np.float32)
    rows = np.rint(vectors / np.maximum(weights, 1e-12)[:, None]).astype(np.int8)
    return rows, weights


def _write_tensors(file: Path, tensors: dict[str, NDArray[np.generic]]) -> None:
    """A safetensors file: header length, JSON header padded to 8 bytes, the tensors."""
    names = {np.dtype(np.int8): "I8", np.dtype(np.float32): "F32"}
    header, place = {}, 0
    for name, array in tensors.items():
        end = place + array.nbytes
        entry = {"dtype": names[array.dtype], "shape": array.shape, "data_offsets": [place, end]}
        header[name], place = entry, end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    body = b"".join(array.tobytes() for array in tensors.values())
    file.write_bytes(len(text).to_bytes(8, "little") + text + body)


def _write_json(file: Path, value: object) -> None:
    file.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")
