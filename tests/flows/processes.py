"""`opc` as a real process, in a clean environment."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120
_KEPT = ("PATH", "HOME", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Result:
    code: int | None
    out: str
    err: str


def environment(data_dir: Path, **settings: str) -> dict[str, str]:
    """A clean one: no setting of the machine that runs the tests leaks in."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    shown = {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
    return {**kept, **shown, "DATA_DIR": str(data_dir), "PORT": "0", **settings}


async def start(*arguments: str, env: Mapping[str, str], cwd: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        env=dict(env),
        cwd=cwd,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def opc(*arguments: str, data_dir: Path, typed: str = "", **settings: str) -> Result:
    """Run a command to its end, with `typed` as its input."""
    env = environment(data_dir, **settings)
    process = await start(*arguments, env=env, cwd=Path("/"))
    out, err = await asyncio.wait_for(process.communicate(typed.encode()), PATIENCE_S)
    return Result(process.returncode, out.decode(), err.decode())


@asynccontextmanager
async def running(data_dir: Path, **settings: str) -> AsyncIterator[tuple[Any, str]]:
    """The process, and the address that it says it listens on."""
    process = await start("run", env=environment(data_dir, **settings), cwd=data_dir)
    assert process.stdout
    line = (await asyncio.wait_for(process.stdout.readline(), PATIENCE_S)).decode()
    if "http://" not in line:
        process.kill()
        raise AssertionError((await process.communicate())[1].decode())
    try:
        yield process, line[line.index("http://") :].split()[0]
    finally:
        if process.returncode is None:
            process.kill()
        await asyncio.wait_for(process.communicate(), PATIENCE_S)


async def stop(process: Any) -> str:
    process.send_signal(signal.SIGTERM)
    _, errors = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    return str(errors.decode())
