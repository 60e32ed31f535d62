"""`python -m ingest.training.measure FOLDER...`: nDCG@10 of the bundled model alone on BEIR sets.

Vectors only; the whole search is measured by `ingest.evaluate`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.embeddings import BUNDLED, StaticEmbedder

_DEPTH = 10


def ndcg(scores: NDArray[np.float32], relevant: NDArray[np.bool_]) -> float:
    """Mean nDCG@10 over the queries (rows) for passages (columns) that are relevant or not."""
    best = np.argsort(-scores, axis=1, kind="stable")[:, :_DEPTH]
    discount = 1 / np.log2(np.arange(best.shape[1]) + 2)
    gained = np.take_along_axis(relevant, best, axis=1) @ discount
    wanted = np.minimum(relevant.sum(axis=1), best.shape[1])
    ideal = np.concatenate([[0], np.cumsum(discount)])[wanted]
    return float(np.mean(gained[wanted > 0] / ideal[wanted > 0]))


def measure(model: StaticEmbedder, folder: Path) -> float:
    """nDCG@10 on one BEIR folder: corpus.jsonl, queries.jsonl, qrels.tsv."""
    passages, queries = _texts(folder / "corpus.jsonl"), _texts(folder / "queries.jsonl")
    columns = {name: i for i, name in enumerate(passages)}
    rows = {name: i for i, name in enumerate(queries)}
    relevant = np.zeros((len(queries), len(passages)), dtype=np.bool_)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines():
        query, passage, *_ = line.split("\t")
        if query in rows and passage in columns:
            relevant[rows[query], columns[passage]] = True
    found = model.embed_array(list(queries.values()))
    return ndcg(found @ model.embed_array(list(passages.values())).T, relevant)


def _texts(file: Path) -> dict[str, str]:
    lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return {line["_id"]: line["text"] for line in lines}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m ingest.training.measure", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="BEIR folders")
    parser.add_argument("--model", type=Path, default=BUNDLED)
    options = parser.parse_args(arguments)
    model = StaticEmbedder(options.model)
    for folder in options.folders:
        print(f"{folder.name:20}{measure(model, folder):8.4f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
