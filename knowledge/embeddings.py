"""Text to unit vectors: the bundled static zh/en model, or any sentence-transformers model.

The bundled model needs NumPy and tokenizers only; training it is `ingest.training`'s business.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray
from tokenizers import Tokenizer

from knowledge.errors import ModelMissing

BUNDLED = Path(__file__).parent / "model"
"""The shipped model: tokenizer.json, model.safetensors, and sentence-transformers' own files."""

SETTING = "EMBEDDING_MODEL"
"""The setting that names another model; named in every error."""

_BATCH = 256
_DTYPES = {"I8": np.int8, "F32": np.float32}
_E5_PROMPTS = ("query: ", "passage: ")  # E5 models were trained with these but do not declare them


class Embedder(Embeddings):
    """A LangChain `Embeddings` that says which model it is and how long its vectors are.

    `model_id` changes when the model's content does, so an index can tell what made it.
    """

    model_id: str
    dimensions: int


class StaticEmbedder(Embedder):
    """A vector per token, weighted, summed and scaled to length 1; no text has the zero vector."""

    def __init__(self, folder: Path = BUNDLED) -> None:
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
            tensors = _read_tensors(folder / "model.safetensors")
            self._rows, self._weights = tensors["embeddings"], np.array(tensors["weights"])
            self.model_id = str(json.loads((folder / "config.json").read_bytes())["model_id"])
        except Exception as error:  # tokenizers raises bare Exception for a missing file
            raise _missing(str(folder), error) from error
        self.dimensions = int(self._rows.shape[1])

    def embed_query(self, text: str) -> list[float]:
        """The vector of a question; questions and documents are embedded alike."""
        ids = self._tokenizer.encode(text, add_special_tokens=False).ids
        vector: list[float] = self._vector(ids).tolist()
        return vector

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self.embed_array(texts).tolist()
        return vectors

    def embed_array(self, texts: list[str]) -> NDArray[np.float32]:
        """The same vectors as one array, a row per text; saves the lists when there are many."""
        array = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for start in range(0, len(texts), _BATCH):
            batch = self._tokenizer.encode_batch_fast(
                texts[start : start + _BATCH], add_special_tokens=False
            )
            for row, encoding in enumerate(batch, start):
                array[row] = self._vector(encoding.ids)
        return array

    def _vector(self, ids: list[int]) -> NDArray[np.float32]:
        total = self._weights[ids] @ self._rows[ids].astype(np.float32)
        length = np.float32(np.sqrt(total @ total))
        return np.asarray(total / length if length > 0 else total, dtype=np.float32)


class SentenceEmbedder(Embedder):
    """Any sentence-transformers model, by hub id or folder; imports it only when made.

    Query and passage prompts are the model's own. Vectors have length 1.
    """

    def __init__(self, model: str, *, device: str | None = None, batch_size: int = 32) -> None:
        self._name, self._batch_size = model, batch_size
        try:
            _check_folder(model)
            self._model = _sentence_transformer(model, device)
        except Exception as error:  # hub, device, file and import errors share no root
            raise _missing(model, error) from error
        self.dimensions = int(self._model.get_embedding_dimension())
        self.model_id = f"{model}@{_revision(model, self._model)}"

    def embed_query(self, text: str) -> list[float]:
        return self._encode(self._model.encode_query, [text])[0]

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._encode(self._model.encode_document, texts)

    def _encode(self, encode: Callable[..., Any], texts: list[str]) -> list[list[float]]:
        if not texts:
            return []
        try:
            array = encode(
                texts,
                batch_size=self._batch_size,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        except RuntimeError as error:  # torch: out of memory, lost device
            raise _missing(self._name, error) from error
        vectors: list[list[float]] = array.tolist()
        return vectors


def load_embeddings(model: str | None = None) -> Embedder:
    """The bundled model, or the sentence-transformers model of that id or folder.

    ModelMissing says what was wrong and which setting to change.
    """
    return SentenceEmbedder(model) if model else StaticEmbedder()


def _sentence_transformer(model: str, device: str | None) -> Any:
    from sentence_transformers import SentenceTransformer

    loaded: Any = SentenceTransformer(model, device=device)
    prompts = {name: text for name, text in loaded.prompts.items() if text}
    if not prompts and "e5" in Path(model).name.lower().split("-"):
        loaded.prompts = dict(zip(("query", "document"), _E5_PROMPTS, strict=True))
    return loaded


def _check_folder(model: str) -> None:
    """FileNotFoundError when `model` is written as a path and nothing is there."""
    written_as_path = Path(model).is_absolute() or model.startswith(".") or model.count("/") > 1
    if written_as_path and not Path(model).is_dir():
        raise FileNotFoundError(f"no such folder: {model}")


def _revision(model: str, loaded: Any) -> str:
    """What tells one content of a model from another: the hub's commit, or a folder's digest."""
    if Path(model).is_dir():
        return _digest(Path(model))
    config = getattr(getattr(loaded[0], "auto_model", None), "config", None)
    return str(getattr(config, "_commit_hash", None) or "unknown")[:12]


def _digest(folder: Path, edge: int = 1 << 20) -> str:
    """A digest of a folder's files: names, sizes, and the first and last MiB of each."""
    digest = hashlib.sha256()
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        size = file.stat().st_size
        digest.update(f"{file.relative_to(folder)}:{size}\n".encode())
        with file.open("rb") as content:
            digest.update(content.read(edge))
            content.seek(max(0, size - edge), os.SEEK_SET)
            digest.update(content.read(edge))
    return digest.hexdigest()[:12]


def _read_tensors(file: Path) -> dict[str, NDArray[Any]]:
    """The tensors of a safetensors file, memory-mapped.

    The format: header length (8 bytes, little-endian), JSON header, tensors one after another.
    """
    with file.open("rb") as content:
        size = int.from_bytes(content.read(8), "little")
        header: dict[str, Any] = json.loads(content.read(size))
    header.pop("__metadata__", None)
    return {name: _map_tensor(file, 8 + size, entry) for name, entry in header.items()}


def _map_tensor(file: Path, data: int, entry: dict[str, Any]) -> NDArray[Any]:
    start, end = entry["data_offsets"]
    dtype, shape = np.dtype(_DTYPES[entry["dtype"]]), tuple(entry["shape"])
    if data + end > file.stat().st_size:
        raise ValueError(f"{file} is truncated")
    return np.memmap(file, dtype=dtype, mode="r", offset=data + start, shape=shape)


def _missing(model: str, error: Exception) -> ModelMissing:
    why = str(error).strip().split("\n")[0] or type(error).__name__
    advice = f"set {SETTING} to a sentence-transformers id or folder, or leave it empty"
    return ModelMissing(model, f"{why} ({advice} for the bundled model)")
