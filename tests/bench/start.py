"""From the start of a process to its first answer, beside the stack one would pick instead.

"First ever" has an empty DATA_DIR (the index is built on the way), no bytecode, and nothing of the
installation in the page cache, as after `make run` in a fresh clone without the installing;
"again" is every start after that. The rival builds and fills its store where we build the index,
and shows passages; it has no server, so `opc run` stands beside its bare first result.

Run: python -m tests.bench.start
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.bench._processes import (
    ROOT,
    clean,
    cpu_seconds,
    disk_megabytes,
    forget,
    megabytes,
    run,
)
from tests.bench._table import Figures, middle, show

QUESTION = "武汉的算力券能补多少？"
_RUNS = 3

Start = Callable[[Path, Mapping[str, str]], Figures]


def opc_ask(folder: Path, environment: Mapping[str, str]) -> Figures:
    done = run("-m", "bot", "ask", QUESTION, environment=_settings(folder, environment))
    return _figures(done.seconds, done.cpu_seconds, done.megabytes, folder / "data")


def opc_run(folder: Path, environment: Mapping[str, str]) -> Figures:
    """The server: until it listens, and until the answer to a question posted at once is there."""
    started = time.perf_counter()
    with _served(_settings(folder, environment)) as (process, address):
        listening = time.perf_counter() - started
        while _outcome(address) != "answered":  # "still loading" comes back after a while
            pass
        seconds = time.perf_counter() - started
        worked, memory = cpu_seconds(process.pid), megabytes(process.pid)
        holds = megabytes(process.pid, "VmRSS")
    found = _figures(seconds, worked, memory, folder / "data")
    return {**found, "MB held afterwards": holds, "seconds until it listens": listening}


def rival(folder: Path, environment: Mapping[str, str]) -> Figures:
    done = run("-m", "tests.bench.start", "rival", str(folder), environment=environment)
    return _figures(done.seconds, done.cpu_seconds, done.megabytes, folder / "rival")


def first_result(folder: Path) -> None:
    """What the rival does in a process of its own."""
    from tests.bench.retrieval import rival

    search = rival(folder)
    print("\n".join(text for _, text in list(search(QUESTION))[:5]))


def _figures(seconds: float, cpu: float, memory: float, disk: Path) -> Figures:
    return {
        "seconds": seconds,
        "seconds of processor": cpu,
        "peak MB": memory,
        "MB of disk": disk_megabytes(disk),
    }


def _settings(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    return {"DATA_DIR": str(folder / "data"), "PORT": "0", "LOG_LEVEL": "ERROR", **environment}


@contextmanager
def _served(environment: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`opc run` and the address that it says it listens on."""
    command = [sys.executable, "-u", "-m", "bot", "run"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=clean(environment), stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        line = process.stdout.readline()
        yield process, line[line.index("http://") :].split()[0]
    finally:
        process.terminate()
        process.communicate()


def _outcome(address: str) -> str:
    body = json.dumps({"question": QUESTION}).encode()
    asked = urllib.request.Request(f"{address}api/ask", body, {"content-type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=120) as response:
            return str(json.load(response)["outcome"])
    except urllib.error.HTTPError as error:
        if error.code != 503:
            raise
        return "loading"


STARTS: dict[str, Start] = {"opc ask": opc_ask, "opc run": opc_run, "rival": rival}


def first_ever(name: str, passages: Path) -> tuple[Figures, Path]:
    """The figures, and the folder as that start left it."""
    folder = Path(tempfile.mkdtemp())
    shutil.copy(passages, folder)
    forget([Path(sys.prefix), *(ROOT / package for package in ("knowledge", "ingest", "bot"))])
    return started(name, folder), folder


def started(name: str, folder: Path) -> Figures:
    return STARTS[name](folder, {"PYTHONPYCACHEPREFIX": str(folder / "bytecode")})


def main() -> None:
    with tempfile.TemporaryDirectory() as build:
        run("-m", "tests.bench.retrieval", "build", build)
        first = {name: first_ever(name, Path(build) / "passages.json") for name in STARTS}
    print("first ever")
    show({name: figures for name, (figures, _) in first.items()})
    again: dict[str, list[Figures]] = {name: [] for name in STARTS}
    for _ in range(_RUNS):
        for name, (_, folder) in first.items():
            again[name].append(started(name, folder))
    print(f"again, medians of {_RUNS}")
    show({name: middle(found) for name, found in again.items()})
    for _, folder in first.values():
        shutil.rmtree(folder)


if __name__ == "__main__":
    if sys.argv[1:2] == ["rival"]:
        first_result(Path(sys.argv[2]))
    else:
        main()
