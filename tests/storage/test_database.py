from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.errors import DatabaseUnreachable, FolderNotWritable, StorageFailed
from bot.storage.database import Database, database_url
from bot.storage.tables import PersonRow, Table, UpdateRow
from tests.conftest import free_port


async def test_migrations_make_exactly_the_tables_of_the_code(database: Database) -> None:
    async with database.read() as session:
        connection = await session.connection()
        difference = await connection.run_sync(
            lambda c: compare_metadata(MigrationContext.configure(c), Table.metadata)
        )
    assert difference == []


async def test_migrating_again_changes_nothing(database: Database) -> None:
    assert await database.migrate() == await database.migrate()


async def test_two_processes_may_migrate_at_once(empty_database: Database) -> None:
    other = Database(empty_database.url)
    assert len(set(await asyncio.gather(empty_database.migrate(), other.migrate()))) == 1
    await other.close()


async def test_a_failed_transaction_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        async with database.write() as session:
            session.add(PersonRow(channel="web", user="u", seen_at=datetime.now(UTC)))
            await session.flush()
            raise ZeroDivisionError
    async with database.read() as session:
        assert await session.scalar(text("SELECT count(*) FROM people")) == 0


async def test_a_broken_rule_of_the_tables_is_a_bug_not_an_outage(database: Database) -> None:
    with pytest.raises(IntegrityError):
        async with database.write() as session:
            session.add(UpdateRow(channel="web", update_id="1", taken_at=None))


async def test_many_writers_all_get_their_turn(database: Database) -> None:
    async with database.write() as session:
        await session.execute(text("CREATE TABLE tally (n INTEGER)"))
        await session.execute(text("INSERT INTO tally VALUES (0)"))

    async def add() -> None:
        async with database.write() as session:
            await session.execute(text("UPDATE tally SET n = n + 1"))

    await asyncio.gather(*(add() for _ in range(40)))
    async with database.read() as session:
        assert await session.scalar(text("SELECT n FROM tally")) == 40


async def test_an_unreachable_server_is_told_without_the_password(tmp_path: Path) -> None:
    database = Database.of(f"postgresql://opc:s3cret@127.0.0.1:{free_port()}/opc", tmp_path)
    with pytest.raises(DatabaseUnreachable) as caught:
        await database.migrate()
    assert "s3cret" not in caught.value.told("en") and "127.0.0.1" in caught.value.told("en")
    with pytest.raises(StorageFailed) as failed:
        async with database.read() as session:
            await session.execute(text("SELECT 1"))
    assert failed.value.retryable


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderNotWritable, match="file"):
        Database.of("", tmp_path / "file" / "data")


async def test_a_read_only_database_is_told_as_a_folder(tmp_path: Path) -> None:
    database = Database.of("", Path("/proc"))
    with pytest.raises(FolderNotWritable) as caught:
        await database.migrate()
    assert "/proc" in caught.value.told("zh")


@pytest.mark.parametrize(
    ("given", "driver"),
    [
        ("", "sqlite+aiosqlite"),
        ("postgres://u:p@h/n", "postgresql+asyncpg"),
        ("postgresql://u:p@h/n?sslmode=require", "postgresql+asyncpg"),
    ],
)
def test_hosting_platforms_urls_are_understood(given: str, driver: str, tmp_path: Path) -> None:
    url = database_url(given, tmp_path)
    assert url.drivername == driver and "sslmode" not in url.query
