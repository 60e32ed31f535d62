"""`opc run` as a real process: start, answers, stop, and starts that are impossible."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path
from typing import Any

import aiohttp

from bot.storage.database import Database
from tests.conftest import free_port
from tests.flows.processes import PATIENCE_S, opc, running, stop


async def ready(session: aiohttp.ClientSession, address: str) -> None:
    for _ in range(PATIENCE_S * 10):
        async with session.get(f"{address}healthz") as response:
            health = await response.json()
        assert health["status"] in {"starting", "ok"}
        if health["status"] == "ok":
            return
        await asyncio.sleep(0.1)
    raise AssertionError("never ready")


async def ask(session: aiohttp.ClientSession, address: str, question: str) -> dict[str, Any]:
    async with session.post(f"{address}api/ask", json={"question": question}) as response:
        assert response.status == 200, await response.text()
        found: dict[str, Any] = await response.json()
    return found


async def test_it_answers_stops_on_sigterm_and_has_kept_the_question(
    data_dir: Path, http: aiohttp.ClientSession
) -> None:
    async with running(data_dir) as (process, address):
        await ready(http, address)
        answer = await ask(http, address, "武汉的算力券能补多少？")
        assert answer["outcome"] == "answered" and answer["citations"]
        errors = await stop(process)
    assert process.returncode == 0 and "Traceback" not in errors
    database = Database.of("", data_dir)
    async with database.read() as session:
        connection = await session.connection()
        rows = await connection.exec_driver_sql("SELECT text, outcome FROM questions")
        assert rows.all() == [("武汉的算力券能补多少？", "answered")]
    await database.close()


async def test_a_first_start_serves_at_once_and_answers_what_came_early(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running(tmp_path) as (process, address):
        async with http.get(f"{address}healthz") as response:
            assert (await response.json())["status"] in {"starting", "ok"}
        answer = await ask(http, address, "武汉的算力券能补多少？")
        assert answer["outcome"] == "answered"
        assert "Traceback" not in await stop(process)


async def test_it_can_be_stopped_while_the_index_is_being_built(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    async with running(tmp_path) as (process, _):
        errors = await stop(process)
    assert process.returncode == 0 and "Traceback" not in errors


async def test_it_serves_under_a_prefix(data_dir: Path, http: aiohttp.ClientSession) -> None:
    async with running(data_dir, PATH_PREFIX="/opc") as (process, address):
        assert address.endswith("/opc/")
        async with http.get(address) as response:
            assert response.status == 200
        await stop(process)


async def test_a_taken_port_is_one_clear_line(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = await opc("run", data_dir=data_dir, PORT=port)
    assert refused.code == 3 and port in refused.err and refused.err.count("\n") == 1


async def test_bad_settings_are_listed(data_dir: Path) -> None:
    refused = await opc("run", data_dir=data_dir, PORT="x", TIMEZONE="y", TELEGRAM_TOKEN="s3cret")
    assert refused.code == 2 and refused.err.count("\n") == 4
    assert all(name in refused.err for name in ("PORT", "TIMEZONE", "TELEGRAM_TOKEN"))
    assert "s3cret" not in refused.err


async def test_a_folder_that_cannot_be_written_is_one_clear_line() -> None:
    refused = await opc("run", data_dir=Path("/proc/opc"))
    assert refused.code == 3 and "/proc/opc" in refused.err and refused.err.count("\n") == 1


async def test_an_unreachable_database_is_one_clear_line(data_dir: Path) -> None:
    url = f"postgresql://opc:s3cret@127.0.0.1:{free_port()}/opc"
    refused = await opc("run", data_dir=data_dir, DATABASE_URL=url)
    assert refused.code == 3 and refused.err.count("\n") == 1 and "s3cret" not in refused.err


async def test_a_missing_embedding_model_ends_the_start(data_dir: Path) -> None:
    refused = await opc("run", data_dir=data_dir, EMBEDDING_MODEL="./no-such-model")
    assert refused.code == 4 and "no-such-model" in refused.err and "Traceback" not in refused.err


async def test_it_runs_on_a_shared_database(
    data_dir: Path, postgres: str, http: aiohttp.ClientSession
) -> None:
    url = f"{postgres}/postgres"
    async with running(data_dir, DATABASE_URL=url) as (process, address):
        await ready(http, address)
        await ask(http, address, "武汉的算力券能补多少？")
        await stop(process)
    database = Database.of(url, data_dir)
    async with database.read() as session:
        connection = await session.connection()
        asked = await connection.exec_driver_sql("SELECT count(*) FROM questions")
        assert asked.scalar_one() == 1
    await database.close()
    assert not (data_dir / "assistant.db").exists()


async def test_an_unknown_language_model_ends_the_start(data_dir: Path) -> None:
    refused = await opc("run", data_dir=data_dir, LLM_MODEL="nonsense:x")
    assert refused.code == 3 and "LLM_MODEL" in refused.err and "Traceback" not in refused.err
