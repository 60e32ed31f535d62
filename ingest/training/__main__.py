"""`python -m ingest.training --data DIR`: trains the bundled model and its translation lexicon."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ingest.training.corpus import read_corpus
from ingest.training.loop import Plan, Record, train
from ingest.training.pack import pack
from ingest.training.recipe import corpus_digest, prepare
from ingest.training.teacher import Teacher, packaged_encoder
from knowledge.embeddings import BUNDLED, SentenceEmbedder
from knowledge.lexicon import write_lexicon
from knowledge.records import RECORDS


class Progress:
    """A line on stderr: overwritten on a terminal, now and then a new one in a log."""

    def __init__(self) -> None:
        self._live, self._last, self._start = sys.stderr.isatty(), 0.0, time.monotonic()

    def __call__(self, what: str, done: int, total: int) -> None:
        now = time.monotonic()
        if now - self._last < (0.2 if self._live else 20) and done < total:
            return
        self._last = now
        bar = "#" * (20 * done // max(1, total))
        line = f"{now - self._start:6.0f} s  [{bar:20}] {done}/{total}  {what}"
        print(line[:200], end="\r" if self._live else "\n", file=sys.stderr, flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    work = options.work / corpus_digest(options.data, options.seed)
    work.mkdir(parents=True, exist_ok=True)
    progress = Progress()
    encoder = None if options.no_encoder else options.encoder or packaged_encoder()
    teacher = _teacher(encoder, options.work / "encoded")
    corpus = read_corpus(options.data, RECORDS)
    prepared = prepare(corpus, work, teacher, encoder, seed=options.seed, on_progress=progress)
    plan = replace(Plan(), seed=options.seed, steps=options.steps)
    vectors, record = train(
        prepared.vectors, prepared.tasks, plan, work, lambda n, of, text: progress(text, n, of)
    )
    model_id = pack(vectors, prepared.tokenizer, options.out)
    write_lexicon(prepared.translations, options.out / "lexicon.tsv.gz")
    _report(record)
    print(model_id)
    return 0


def _teacher(encoder: Path | None, cache: Path) -> Teacher | None:
    if encoder is None:
        print("no English encoder (extra `training`): a random start", file=sys.stderr)
        return None
    name = "all-MiniLM-L6-v2" if encoder == packaged_encoder() else encoder.name
    return Teacher(SentenceEmbedder(str(encoder), batch_size=64), cache / name)


def _report(record: Record) -> None:
    print(f"{'task':24}{'draws':>8}{'first':>8}{'last':>8}")
    for name in sorted(record.draws):
        first, last = record.first[name], record.losses[name]
        print(f"{name:24}{record.draws[name]:8}{first:8.2f}{last:8.2f}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m ingest.training", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of gzip TSV pairs")
    parser.add_argument("--out", type=Path, default=BUNDLED, help="where the model's files go")
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="for resuming")
    parser.add_argument("--encoder", type=Path, help="folder of an English sentence encoder")
    parser.add_argument("--no-encoder", action="store_true", help="start at random")
    parser.add_argument("--steps", type=int, default=Plan().steps)
    parser.add_argument("--seed", type=int, default=0)
    return parser


if __name__ == "__main__":
    sys.exit(main())
