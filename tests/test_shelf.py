from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from bot.errors import KnowledgeUnavailable
from bot.shelf import Shelf
from knowledge.embeddings import load_embeddings
from knowledge.errors import EmbedderMismatch, ModelMissing
from knowledge.manifest import CURRENT, MANIFEST, current_name, generation_folder


async def test_until_it_is_open_it_says_that_it_is_loading(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    assert shelf.health() == {"status": "starting", "generation": ""}
    with pytest.raises(KnowledgeUnavailable) as caught:
        shelf.get()
    assert caught.value.retryable and caught.value.message_id == "error.loading"


async def test_an_existing_index_is_opened_and_warmed(indexed: Path) -> None:
    shelf, warmed = Shelf(indexed), list[str]()
    waiting = asyncio.create_task(shelf.ready(60))
    await shelf.load(lambda: warmed.append(shelf.get().generation))
    await waiting
    assert shelf.health() == {"status": "ok", "generation": warmed[0]}


async def test_a_damaged_index_is_built_again(indexed: Path, tmp_path: Path) -> None:
    shutil.copytree(indexed / "index", tmp_path / "index")
    (tmp_path / "index" / CURRENT).write_bytes(b"../../etc\n")
    shelf = Shelf(tmp_path)
    await shelf.load()
    assert shelf.state == "ok" and len(shelf.get()) > 0


def built_with(model_id: str, indexed: Path, folder: Path) -> Path:
    """A copy of the index that says another model made it."""
    shutil.copytree(indexed, folder)
    manifest = generation_folder(folder / "index", current_name(folder / "index")) / MANIFEST
    made = {"model_id": model_id, "inputs": model_id}
    written = json.loads(manifest.read_text("utf-8")) | made
    manifest.write_text(json.dumps(written), "utf-8")
    return folder


async def test_a_new_version_of_the_same_model_builds_again(indexed: Path, tmp_path: Path) -> None:
    family = load_embeddings().model_id.partition("@")[0]
    shelf = Shelf(built_with(f"{family}@older", indexed, tmp_path / "data"))
    await shelf.load()
    assert shelf.state == "ok"


async def test_an_index_of_another_model_is_refused(indexed: Path, tmp_path: Path) -> None:
    shelf = Shelf(built_with("other@1", indexed, tmp_path / "data"))
    with pytest.raises(EmbedderMismatch, match="other@1"):
        await shelf.load()


async def test_a_missing_model_is_a_failed_start(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, str(tmp_path / "no-such-model"))
    with pytest.raises(ModelMissing):
        await shelf.load()
    assert shelf.state == "failed"


async def test_waiting_ends_when_the_process_stops(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    waiting = asyncio.create_task(shelf.ready(600))
    await asyncio.sleep(0)
    shelf.give_up()
    await asyncio.wait_for(waiting, 10)


async def test_refreshing_an_index_that_is_up_to_date_keeps_it(indexed: Path) -> None:
    shelf = Shelf(indexed)
    await shelf.load()
    generation = shelf.get().generation
    await shelf.refresh()
    assert shelf.get().generation == generation
