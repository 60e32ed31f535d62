"""The index as a LangChain retriever, for chains and agents; searching itself is `Index.search`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from knowledge.index import Index, Mode
from knowledge.passages import Filter, Hit


class IndexRetriever(BaseRetriever):
    """Documents are the passages found, best first; where each comes from is in its metadata."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    k: int = 8
    filter: Filter | None = None
    mode: Mode = "hybrid"

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        hits = self.index.search(query, self.k, self.filter, self.mode)
        return [Document(id=h.passage.id, page_content=h.passage.text, metadata=_about(h))
                for h in hits]  # fmt: skip


def as_retriever(
    index: Index, k: int = 8, filter: Filter | None = None, mode: Mode = "hybrid"
) -> IndexRetriever:
    return IndexRetriever(index=index, k=k, filter=filter, mode=mode)


def _about(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    about = {name: getattr(passage, name) for name in passage.__slots__}
    del about["text"]
    return about | {
        "source": asdict(passage.source),
        "score": hit.score,
        "probability": hit.probability,
    }
