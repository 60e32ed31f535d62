"""`opc` as a real process, in a clean environment."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
