"""What an installation costs: disk by package, the index, heavy imports, and where a start goes.

Run: python -m tests.bench.footprint
"""

from __future__ import annotations

import importlib
import json
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable, Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution, distributions
from pathlib import Path
from typing import Any

from tests.bench._processes import ROOT, Run, disk_megabytes, megabytes, run

_LARGEST = 10
_IMPORTS = {
    "bare Python": "pass",
    "opc's own command line": "import bot.cli",
    "numpy": "import numpy",
    "tokenizers": "import tokenizers",
    "langchain_core.embeddings": "import langchain_core.embeddings",
    "tantivy": "import tantivy",
    "jieba with its dictionary": "import jieba; jieba.setLogLevel('ERROR'); jieba.initialize()",
    "sqlalchemy and alembic": "import sqlalchemy.ext.asyncio, alembic.command",
    "aiohttp": "import aiohttp.web",
    "telegram": "import telegram",
    "chromadb (builds only)": "import chromadb",
    "langchain_openai (LLM_MODEL only)": "import langchain_openai",
    "sentence_transformers (EMBEDDING_MODEL only)": "import sentence_transformers",
}


def installed() -> None:
    """Disk of the packages that running needs, and of those that only tests need."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    needed = closure(project["dependencies"])
    tested = closure(project["optional-dependencies"]["dev"]) - needed
    sizes = {_key(found): _megabytes(found) for found in distributions()}
    largest = sorted(needed | tested, key=lambda name: -sizes.get(name, 0))
    print(f"packages, MB ({len(needed)} to run, {len(tested)} more to test)")
    _row("to run", sum(sizes.get(name, 0) for name in needed))
    _row("more to test", sum(sizes.get(name, 0) for name in tested))
    for name in largest[:_LARGEST]:
        _row(f"  {name}" + (" (tests)" if name in tested else ""), sizes[name])
    _row("on disk, with bytecode", disk_megabytes(Path(sys.prefix)))


def closure(requirements: Iterable[str]) -> set[str]:
    """The distributions required, and those that they require."""
    found: set[str] = set()
    waiting = _applying(requirements, ())
    while waiting:
        requirement = waiting.pop()
        key = _canonical(requirement.name)
        if key not in found:
            found.add(key)
            waiting += _required(key, requirement.extras)
    return found


def _required(name: str, extras: Iterable[str]) -> list[Any]:
    try:
        return _applying(distribution(name).requires or (), extras)
    except PackageNotFoundError:
        return []  # for another platform


def _applying(lines: Iterable[str], extras: Iterable[str]) -> list[Any]:
    """The requirements among the lines that this platform and the extras have."""
    from packaging.requirements import Requirement

    wanted = map(Requirement, lines)
    names = ("", *extras)
    return [
        r for r in wanted if not r.marker or any(r.marker.evaluate({"extra": n}) for n in names)
    ]


def _megabytes(found: Distribution) -> float:
    """Bytes of the files the package was installed with; bytecode made later is not among them."""
    files = [Path(str(file.locate())) for file in found.files or ()]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1_000_000


def _key(found: Distribution) -> str:
    return _canonical(found.metadata["Name"])


def _canonical(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def indexed(folder: Path) -> None:
    """What `opc index sync` takes, and its disk by part."""
    _took("\nopc index sync", run("-m", "tests.bench.footprint", "sync", str(folder)))
    _row("disk", disk_megabytes(folder))
    name = (folder / "index" / "CURRENT").read_text("utf-8").strip()
    for part in sorted((folder / "index" / "generations" / name).iterdir()):
        size = disk_megabytes(part) if part.is_dir() else part.stat().st_size / 1_000_000
        _row(f"  {part.name}", size)


def imported() -> None:
    print("\nimports, each in a process of its own")
    for label, code in _IMPORTS.items():
        _took(label, min((run("-c", code) for _ in range(3)), key=lambda done: done.cpu_seconds))


def started(folder: Path) -> None:
    """Processor time of each step from an empty process to the second answer."""
    out = run("-m", "tests.bench.footprint", "steps", str(folder)).out
    steps: dict[str, tuple[float, float]] = json.loads(out.splitlines()[-1])
    print("\nfrom process start to an answer, by step: seconds of processor, MB added")
    for label, (seconds, added) in steps.items():
        print(f"  {label:44}{seconds:8.2f} {added:8.0f}")


def steps(folder: Path) -> dict[str, tuple[float, float]]:
    """What the steps take, in this process; each builds on those before."""
    took = {"starting Python, and this file": (time.process_time(), megabytes(what="VmRSS"))}

    def timed(label: str, step: Callable[[], Any]) -> Any:
        before, held = time.process_time(), megabytes(what="VmRSS")
        made = step()
        took[label] = time.process_time() - before, megabytes(what="VmRSS") - held
        return made

    timed("importing storage and commands", lambda: _import("bot.app"))
    timed(
        "importing answers and knowledge",
        lambda: _import("bot.answers.answerer", "knowledge.index"),
    )
    from bot.answers.answerer import Answerer
    from bot.answers.question import Question
    from knowledge.embeddings import load_embeddings
    from knowledge.index import CurrentIndex
    from tests.cases.questions import ASKED_ON

    embedder = timed("loading the embeddings", load_embeddings)
    current = CurrentIndex(folder / "index", embedder)
    index = timed("opening the index", current.get)
    timed("reading the records in it", lambda: index.programmes)
    timed("reading jieba's dictionary", lambda: _terms("算力券"))
    answerer = Answerer(current)
    timed("preparing the records for answers", answerer.warm)
    for label, text in (("first answer", "武汉算力券补多少"), ("next", "深圳的训练券最多多少")):
        question = Question(text, ASKED_ON)
        timed(label, lambda question=question: answerer.answer_now(question))
    return took


def _terms(text: str) -> list[str]:
    from knowledge.text import terms

    return terms(text)


def _import(*modules: str) -> None:
    for module in modules:
        importlib.import_module(module)


def _sync(folder: Path) -> None:
    from ingest.generations import sync
    from knowledge.embeddings import load_embeddings

    sync(folder, (), load_embeddings())


def _took(label: str, done: Run) -> None:
    took = f"{done.seconds:8.2f} s {done.cpu_seconds:8.2f} s of processor"
    print(f"{label:46}{took} {done.megabytes:8.0f} MB")


def _row(label: str, value: float) -> None:
    print(f"{label:46}{value:8.2f}")


def main() -> None:
    print(run("-m", "tests.bench.footprint", "packages").out, end="", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        indexed(Path(folder))
        imported()
        started(Path(folder))


if __name__ == "__main__":
    if sys.argv[1:2] == ["packages"]:
        installed()
    elif sys.argv[1:2] == ["sync"]:
        _sync(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["steps"]:
        print(json.dumps(steps(Path(sys.argv[2]))))
    else:
        main()
