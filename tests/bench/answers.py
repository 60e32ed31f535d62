"""The whole assistant beside the stack one would pick instead, on the question cases.

The rival is langchain-chroma and BM25 with jieba words in an EnsembleRetriever, over the same
passages and embeddings, showing its best five. Each system runs in processes of its own, taking
turns, so that all of them meet the same load; figures are medians over the runs. Every question is
new to the process that is timed: earlier questions only warm it. Processor time is what to compare
on a busy machine.

Run: python -m tests.bench.answers            side by side
     python -m tests.bench.answers profile    where the assistant's time goes
"""

from __future__ import annotations

import cProfile
import json
import logging
import pstats
import re
import sys
import tempfile
import time
from pathlib import Path

from tests.bench._processes import ROOT, megabytes, run
from tests.bench._systems import SYSTEMS, Shown, System
from tests.bench._table import Figures, middle, percentile, show
from tests.bench.retrieval import TOP
from tests.cases.questions import Case, cases
from tests.cases.retrieval import questions

_RUNS = 3
_WARMING = 20
_PROFILED = 25


def figures(system: System) -> Figures:
    """In a process of its own: every case once, after other questions have warmed it."""
    for question in questions()[:_WARMING]:
        warming = Case("", "zh", "", (question.text,), frozenset(), (), 0)
        system.show(system.prepare(warming))
    wall, cpu, shown = [], [], []
    for case in cases():
        prepared = system.prepare(case)
        started, worked = time.perf_counter(), time.process_time()
        shown.append((case, system.show(prepared)))
        cpu.append(1000 * (time.process_time() - worked))
        wall.append(1000 * (time.perf_counter() - started))
    return {
        **quality(shown),
        "ms p50": percentile(wall, 0.5),
        "ms p95": percentile(wall, 0.95),
        "ms of processor p50": percentile(cpu, 0.5),
        "ms of processor p95": percentile(cpu, 0.95),
        "MB at the end": megabytes(what="VmRSS"),
    }


def quality(shown: list[tuple[Case, Shown]]) -> Figures:
    """Of answerable cases: the share with an expected programme among the first five, and with
    all the facts in what is shown. Of the others: the share told to be unanswerable."""
    asked = [(case, answer) for case, answer in shown if case.answerable]
    rest = [answer for case, answer in shown if not case.answerable]
    found = sum(bool(c.programmes & set(a.programme_ids[:TOP])) for c, a in asked)
    first = sum(bool(c.programmes & set(a.programme_ids[:1])) for c, a in asked)
    return {
        "recall@5": found / len(asked),
        "recall@1": first / len(asked),
        "facts in what is shown": sum(c.met_by(a.text) for c, a in asked) / len(asked),
        "characters shown p50": percentile([len(a.text) for _, a in shown], 0.5),
        "unanswerable ones held back": sum(not a.answers for a in rest) / len(rest),
    }


def prepare(folder: Path) -> None:
    """The index, and the rival's store filled: building is not what is compared here."""
    run("-m", "tests.bench.retrieval", "build", str(folder))
    run("-m", "tests.bench.retrieval", "rival", str(folder))


def profile() -> None:
    """Our own functions by the time spent in them and in what they call, evidence not yet read."""
    with tempfile.TemporaryDirectory() as folder:
        run("-m", "tests.bench.retrieval", "build", folder)
        assistant = SYSTEMS["assistant"](Path(folder))
        profiler = cProfile.Profile()
        for case in cases():
            prepared = assistant.prepare(case)
            profiler.enable()
            assistant.show(prepared)
            profiler.disable()
    shown = pstats.Stats(profiler).sort_stats("cumulative")
    shown.print_stats(rf"{re.escape(ROOT.name)}/(bot|knowledge)/.*(?<!comp>)\)$", _PROFILED)


def main() -> None:
    asked = cases()
    print(f"{len(asked)} cases, {sum(case.answerable for case in asked)} of them answerable")
    runs: dict[str, list[Figures]] = {name: [] for name in SYSTEMS}
    with tempfile.TemporaryDirectory() as folder:
        prepare(Path(folder))
        for _ in range(_RUNS):
            for name in SYSTEMS:
                out = run("-m", "tests.bench.answers", name, folder).out
                runs[name].append(json.loads(out.splitlines()[-1]))
    show({name: middle(found) for name, found in runs.items()})


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # what the verifier held back
    if sys.argv[1:] == ["profile"]:
        profile()
    elif len(sys.argv) == 3:
        print(json.dumps(figures(SYSTEMS[sys.argv[1]](Path(sys.argv[2])))))
    else:
        main()
