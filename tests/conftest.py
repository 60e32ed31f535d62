"""Real parts for tests: databases of both kinds. Nothing here stands in for our own code."""

from __future__ import annotations

import asyncio
import os
import pwd
import secrets
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.storage.database import Database


def _postgres_bin() -> Path | None:
    """The folder of Debian's newest PostgreSQL server, or of one on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


def _as_postgres(*command: str) -> None:
    """Run a command as the user postgres: initdb refuses root."""
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    subprocess.run(command, check=True, user=user, cwd="/", stdout=subprocess.DEVNULL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server of our own, without the database's name."""
    binaries = _postgres_bin()
    if binaries is None:
        pytest.skip("PostgreSQL is not installed; `make test` installs it")
    home = Path("/tmp") / f"opc-postgres-{secrets.token_hex(4)}"  # pytest's folders are root's
    home.mkdir(mode=0o777)
    if os.geteuid() == 0:
        shutil.chown(home, "postgres")
    data, port = str(home / "data"), free_port()
    options = f"-p {port} -k {home} -c fsync=off -c listen_addresses=127.0.0.1"
    try:
        _as_postgres(str(binaries / "initdb"), "-D", data, "-U", "opc", "-A", "trust", "-N")
        start = ("-w", "-o", options, "-l", str(home / "log"), "start")
        _as_postgres(str(binaries / "pg_ctl"), "-D", data, *start)
        yield f"postgresql://opc@127.0.0.1:{port}"
        _as_postgres(str(binaries / "pg_ctl"), "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


async def _new_database(server: str) -> str:
    import asyncpg

    name = f"opc_{secrets.token_hex(4)}"
    connection = await asyncpg.connect(f"{server}/postgres")
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    return f"{server}/{name}"


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database of each kind, without tables."""
    url = ""
    if request.param == "postgresql":
        url = await _new_database(request.getfixturevalue("postgres"))
    database = Database.of(url, tmp_path)
    yield database
    await database.close()


@pytest.fixture
async def database(empty_database: Database) -> Database:
    """A database of each kind, with the newest tables."""
    await empty_database.migrate()
    return empty_database


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest tables, to copy."""
    folder = tmp_path_factory.mktemp("migrated")

    async def migrate() -> None:
        database = Database.of("", folder)
        await database.migrate()
        await database.close()

    asyncio.run(migrate())
    return folder / "assistant.db"


@pytest.fixture
async def sqlite(migrated: Path, tmp_path: Path) -> AsyncIterator[Database]:
    """A SQLite database with tables, for tests that are not about the database."""
    shutil.copy(migrated, tmp_path / "assistant.db")
    database = Database.of("", tmp_path)
    yield database
    await database.close()


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the index of the packaged records. Shared: only read it."""
    from ingest.generations import sync
    from knowledge.embeddings import load_embeddings

    folder = tmp_path_factory.mktemp("indexed")
    sync(folder, (), load_embeddings())
    return folder
