"""Database: the engine, its migrations and its errors; the only maker of sessions."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, event, make_url, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from bot.errors import DatabaseUnreachable, FolderNotWritable, StorageFailed

_MIGRATIONS = Path(__file__).parent / "migrations"
_MIGRATION_LOCK = 7_205_711  # PostgreSQL advisory lock: two processes may start at once


def database_url(given: str, data_dir: Path) -> URL:
    """SQLAlchemy's async URL for DATABASE_URL; SQLite in the data folder when it is empty."""
    url = (
        make_url(given) if given else URL.create("sqlite", database=str(data_dir / "assistant.db"))
    )
    if url.get_backend_name() == "sqlite":
        return url.set(drivername="sqlite+aiosqlite")
    query = dict(url.query)
    if "sslmode" in query:  # what hosting platforms write; asyncpg calls it ssl
        query["ssl"] = query.pop("sslmode")
    return url.set(drivername="postgresql+asyncpg", query=query)


class Database:
    """One database; `read()` and `write()` are short transactions."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._sqlite = url.get_backend_name() == "sqlite"
        self._engine = _engine(url, sqlite=self._sqlite)
        writing = self._engine.execution_options(writes=True)
        self._reads = async_sessionmaker(self._engine, expire_on_commit=False)
        self._writes = async_sessionmaker(writing, expire_on_commit=False)

    @classmethod
    def of(cls, given: str, data_dir: Path) -> Database:
        url = database_url(given, data_dir)
        if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
            _make_folder(Path(str(url.database)).parent)
        return cls(url)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with _mapped(), self._reads() as session, session.begin():
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """A transaction that commits at the end, or rolls back on an error."""
        async with _mapped(), self._writes() as session, session.begin():
            yield session

    async def migrate(self) -> str:
        """Bring the tables to the newest version and return it.

        Raises DatabaseUnreachable or FolderNotWritable.
        """
        try:
            if self._sqlite:
                _try_writing(str(self.url.database))
            async with self._engine.execution_options(writes=True).begin() as connection:
                if not self._sqlite:
                    await connection.execute(
                        text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK}
                    )
                await connection.run_sync(_upgrade)
                found = await connection.execute(text("SELECT version_num FROM alembic_version"))
                return str(found.scalar_one())
        except (SQLAlchemyError, sqlite3.Error, OSError, TimeoutError) as error:
            raise self._start_error(error) from error

    async def close(self) -> None:
        await self._engine.dispose()

    def _start_error(self, error: Exception) -> Exception:
        reason = str(getattr(error, "orig", None) or error) or type(error).__name__
        if self._sqlite and ("readonly" in reason or "unable to open" in reason):
            return FolderNotWritable(reason, folder=str(Path(str(self.url.database)).parent))
        shown = self.url.render_as_string(hide_password=True)
        return DatabaseUnreachable(f"{shown}: {reason.splitlines()[0]}")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderNotWritable(str(error), folder=str(folder)) from error


def _try_writing(file: str) -> None:
    """Raise sqlite3.Error if the file is no database of ours to write.

    Asked here because aiosqlite, when it cannot open a file, leaves a thread that complains later.
    """
    with closing(sqlite3.connect(file, timeout=10, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("ROLLBACK")


def _engine(url: URL, *, sqlite: bool) -> AsyncEngine:
    if not sqlite:
        limits = {"timeout": 10, "command_timeout": 30}
        return create_async_engine(url, pool_pre_ping=True, pool_recycle=1800, connect_args=limits)
    engine = create_async_engine(url)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # we write BEGIN ourselves, see _begin_sqlite
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=10000",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: a read lock that is raised later fails instead of waiting."""
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


@asynccontextmanager
async def _mapped() -> AsyncIterator[None]:
    """A database that does not answer is ours to report; a wrong statement is a bug and stays."""
    try:
        yield
    except DBAPIError as error:
        name = type(error).__name__
        if name not in {"OperationalError", "InterfaceError"} and not error.connection_invalidated:
            raise
        raise StorageFailed(str(error.orig), retryable=True) from error
    except (PoolTimeout, ConnectionError) as error:
        raise StorageFailed(str(error), retryable=True) from error
