"""Runs what is measured in a process of its own and tells what that took. No figures of ours."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_KEPT = ("PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR")


@dataclass(frozen=True, slots=True)
class Run:
    """A finished process: wall and processor time, the most memory it held, what it printed."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    out: str


def run(*arguments: str, environment: Mapping[str, str] | None = None) -> Run:
    """Run this Python with arguments. The caller must be small: a child's peak memory is at
    least its parent's."""
    started = time.perf_counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out:
        command = [sys.executable, *arguments]
        process = subprocess.Popen(command, cwd=ROOT, stdout=out, env=clean(environment or {}))
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - started
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, command)
        out.seek(0)
        cpu = used.ru_utime + used.ru_stime
        return Run(seconds, cpu, used.ru_maxrss / 1024, out.read())


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment in which no setting of the machine's own tells in the figures."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", **environment}


def megabytes(pid: int | str = "self", what: str = "VmHWM") -> float:
    """The most memory a process has held (VmHWM), or holds (VmRSS)."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition(f"{what}:")[2].split()[0]) / 1024


def cpu_seconds(pid: int) -> float:
    """Processor time of a running process so far, all threads."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def forget(folders: Iterable[Path]) -> None:
    """Ask the kernel to drop what it has in memory of the files there: the next read is cold.

    Pages that another process maps stay.
    """
    for folder in folders:
        for file in folder.rglob("*"):
            if file.is_file() and not file.is_symlink():
                _forget(file)


def _forget(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def disk_megabytes(folder: Path) -> float:
    """Disk taken by what is under a folder, hard links counted once."""
    taken = {(s.st_dev, s.st_ino): s.st_blocks for s in map(os.lstat, folder.rglob("*"))}
    return sum(taken.values()) * 512 / 1_000_000
