"""The re-index job: brings the index up to the packaged records and the documents on record.

With the command line, the only place in `bot` that touches `ingest`. Blocking: run it in a thread.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from knowledge.embeddings import Embedder

_log = logging.getLogger(__name__)


def reindex(data_dir: Path, embedder: Embedder) -> str:
    """Publish a new generation if records or documents changed; returns the current one's name."""
    from ingest.generations import sync

    report = sync(data_dir, (), embedder)
    for fault in report.faults:
        _log.warning("left out of the index: %s", fault)
    if report.published:
        _log.info("published generation %s, %d passages", report.generation, report.passages)
    return report.generation
