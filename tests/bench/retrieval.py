"""Our retrieval beside the stack one would pick instead: langchain-chroma and BM25 in an ensemble.

Both get the same passages and the same embeddings, and the rival gets jieba words, without which
its BM25 finds nothing in Chinese. Each starts in a process of its own: what it takes until the
first search, in seconds and memory, is part of the picture.

Run: python -m tests.bench.retrieval
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from statistics import median

from tests.bench._processes import megabytes, run
from tests.cases.retrieval import questions

TOP = 5
_ROUNDS = 3

Search = Callable[[str], Iterable[tuple[str, str]]]
"""Question -> programme id and text of the passages found, best first."""


def ours(folder: Path) -> Search:
    from knowledge.embeddings import load_embeddings
    from knowledge.index import Index

    index = Index.open(folder / "index", load_embeddings())
    return lambda query: (
        (str(hit.passage.programme_id), hit.passage.text) for hit in index.search(query, 4 * TOP)
    )


def rival(folder: Path) -> Search:
    import jieba
    from langchain_chroma import Chroma
    from langchain_classic.retrievers import EnsembleRetriever
    from langchain_community.retrievers import BM25Retriever
    from langchain_core.documents import Document

    from knowledge.embeddings import load_embeddings

    jieba.setLogLevel("ERROR")
    passages = json.loads((folder / "passages.json").read_bytes())
    documents = [Document(page_content=text, metadata={"id": id_}) for id_, text in passages]
    words = BM25Retriever.from_documents(documents, preprocess_func=jieba.lcut, k=4 * TOP)
    store = Chroma("passages", load_embeddings(), persist_directory=str(folder / "rival"))
    if not store.get(limit=1)["ids"]:
        for start in range(0, len(documents), 2000):
            store.add_documents(documents[start : start + 2000])
    vectors = store.as_retriever(search_kwargs={"k": 4 * TOP})
    ensemble = EnsembleRetriever(retrievers=[words, vectors], weights=[0.5, 0.5])
    return lambda query: (
        (str(found.metadata["id"]), found.page_content) for found in ensemble.invoke(query)
    )


def measure(system: str, folder: Path) -> None:
    """In a process of its own: print the figures of one system as JSON."""
    before, started = megabytes(), time.perf_counter()
    search = {"ours": ours, "rival": rival}[system](folder)
    asked = [question for question in questions() if question.programme_ids]
    list(search(asked[0].text))
    ready, memory = time.perf_counter() - started, megabytes() - before
    right, took = 0, []
    for _ in range(_ROUNDS):
        right = 0
        for question in asked:
            begun = time.perf_counter()
            found = list(dict(search(question.text)))[:TOP]
            took.append(1000 * (time.perf_counter() - begun))
            right += bool(question.programme_ids & set(found))
    took.sort()
    figures = {
        "recall@5": right / len(asked),
        "ms p50": median(took),
        "ms p95": took[int(len(took) * 0.95)],
        "start to first search, s": ready,
        "memory of that, MB": memory,
    }
    print(json.dumps(figures))


def build(folder: Path) -> None:
    """Our index, and the same passages for the rival, text with the title before it."""
    from ingest.generations import sync
    from knowledge.embeddings import load_embeddings
    from knowledge.programme_passages import programme_entries
    from knowledge.records import load_programmes

    started = time.perf_counter()
    report = sync(folder, [], load_embeddings())
    print(f"sync: {report.passages} passages in {time.perf_counter() - started:.1f} s")
    passages = [
        (programme.id, entry.embedded)
        for programme in load_programmes()
        for entry in programme_entries(programme)
    ]
    (folder / "passages.json").write_text(json.dumps(passages), encoding="utf-8")


def figures(system: str, folder: Path) -> dict[str, float]:
    done = run("-m", "tests.bench.retrieval", system, str(folder))
    measured: dict[str, float] = json.loads(done.out.splitlines()[-1])
    return measured


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(run("-m", "tests.bench.retrieval", "build", name).out, end="")
        figures("rival", folder)  # fills the rival's store; building is not what is compared
        us, them = figures("ours", folder), figures("rival", folder)
    print(f"{'':28}{'ours':>10}{'rival':>10}{'ours/rival':>12}")
    for label in us:
        print(f"{label:28}{us[label]:10.3f}{them[label]:10.3f}{us[label] / them[label]:12.3f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["build"]:
        build(Path(sys.argv[2]))
    elif len(sys.argv) == 3:
        measure(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
