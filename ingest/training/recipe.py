"""The recipe: which texts make which tasks, in which shares, and what is prepared before training.

How one step learns is `loop`'s business. Each stage leaves its result in the work folder, so an
interrupted run goes on where it stopped.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ingest.training.alignment import Table, learn_translations
from ingest.training.bags import Bags, tokenize
from ingest.training.contrast import Floats
from ingest.training.corpus import Corpus, Pair, senses
from ingest.training.start import Projection, start_vectors
from ingest.training.switching import Switch, make_switch
from ingest.training.tasks import Cloze, Imitation, Pairs, Task
from ingest.training.teacher import Progress, Teacher, common_pieces, common_words
from ingest.training.vocabulary import HAN, Sizes, Vocabulary, choose_vocabulary, make_tokenizer
from knowledge.text import words

T = TypeVar("T")

DIMENSIONS = 256

SHARES = {
    "tatoeba": 0.09,
    "pydocs": 0.08,
    "djangodocs": 0.05,
    "un": 0.03,
    "records": 0.05,
    "cedict": 0.15,
    "cmrc": 0.05,
    "drcd": 0.07,
    "covidqa": 0.03,
    "laws": 0.06,
}
"""How often a file's task is drawn, by the first word of its name; `_OTHER` for a new file."""

_OTHER = 0.05
_CLOZE = 0.17
_IMITATION = 0.2
_IMITATED_PAIRS = 30_000  # of each file: encoding them is what takes longest
_IMITATED_LENGTH = 200  # characters
_CLOZE_LENGTH = 60  # characters: shorter texts have nothing to leave out


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that training needs."""

    tokenizer: Tokenizer
    vectors: Floats
    translations: Table
    tasks: list[Task]


def prepare(
    corpus: Corpus,
    work: Path,
    teacher: Teacher | None,
    encoder: Path | None,
    *,
    seed: int = 0,
    sizes: Sizes | None = None,
    dimensions: int = DIMENSIONS,
    on_progress: Progress | None = None,
) -> Prepared:
    """Vocabulary, start vectors, translations and tasks, each made once per work folder."""
    vocabulary = _vocabulary(corpus, work, encoder, sizes)
    tokenizer = make_tokenizer(dict(zip(vocabulary.tokens, vocabulary.shares, strict=True)))
    vectors, projection = start_vectors(
        vocabulary, corpus.glosses(), teacher, dimensions, seed, on_progress
    )
    translations = _translations(corpus, vocabulary, work, on_progress)
    switch = make_switch(vocabulary, translations)
    tasks = pair_tasks(corpus, tokenizer, switch)
    if teacher is not None and projection is not None:
        tasks += imitation_tasks(corpus, tokenizer, teacher, projection, on_progress)
    return Prepared(tokenizer, vectors, translations, tasks)


def corpus_digest(folder: Path, seed: int) -> str:
    """Names the work of one set of data files and one seed."""
    digest = hashlib.sha256(f"1 {seed} {sorted(SHARES.items())}".encode())
    for file in sorted(folder.glob("*.tsv.gz")):
        digest.update(f"{file.name} {file.stat().st_size}".encode())
    return digest.hexdigest()[:12]


def pair_tasks(corpus: Corpus, tokenizer: Tokenizer, switch: Switch | None) -> list[Task]:
    """A task per file, and inverse cloze over the long texts of all of them."""
    tasks: list[Task] = [
        _pairs(name, pairs, tokenizer, None) for name, pairs in corpus.parallel.items()
    ]
    for name, pairs in corpus.dictionary.items():
        plain = ((head, "; ".join(senses(gloss))) for head, gloss in pairs)
        tasks.append(_pairs(name, [pair for pair in plain if pair[1]], tokenizer, None))
    for name, pairs in (corpus.questions | corpus.titles).items():
        tasks.append(_pairs(name, pairs, tokenizer, switch))
    return tasks + _cloze_tasks(corpus, tokenizer, switch)


def imitation_tasks(
    corpus: Corpus,
    tokenizer: Tokenizer,
    teacher: Teacher,
    projection: Projection,
    on_progress: Progress | None = None,
) -> list[Task]:
    """The encoder's vectors of English texts, for those texts and for their translations."""
    pairs = [p for group in corpus.parallel.values() for p in group[:_IMITATED_PAIRS]]
    pairs = [(en, zh) for en, zh in pairs if len(en) <= _IMITATED_LENGTH]
    found = dict(_encoded(corpus, teacher, on_progress))
    if not found:
        return []
    english = list(found)
    targets = projection.apply(np.stack([found[text] for text in english]))
    row = {text: i for i, text in enumerate(english)}
    chinese = [zh for _, zh in pairs]
    of_chinese = targets[[row[en] for en, _ in pairs]]
    return [
        _imitation("imitation_en", english, targets, tokenizer),
        _imitation("imitation_zh", chinese, of_chinese, tokenizer),
    ]


def _encoded(
    corpus: Corpus, teacher: Teacher, on_progress: Progress | None
) -> Iterable[tuple[str, NDArray[np.float32]]]:
    for pairs in corpus.parallel.values():
        sources = {en for en, _ in pairs[:_IMITATED_PAIRS] if len(en) <= _IMITATED_LENGTH}
        texts = sorted(sources)
        yield from zip(texts, teacher.encode(texts, on_progress), strict=True)
    for name, pairs in corpus.questions.items():
        if name.endswith("_en"):
            texts = sorted({text[:_IMITATED_LENGTH] for pair in pairs for text in pair})
            yield from zip(texts, teacher.encode(texts, on_progress), strict=True)


def _imitation(name: str, texts: list[str], targets: Floats, tokenizer: Tokenizer) -> Task:
    bags = tokenize(tokenizer, texts)
    full = np.flatnonzero(bags.lengths > 0)
    return Imitation(name, _IMITATION / 2, bags.take(full), targets[full])


def _pairs(name: str, pairs: list[Pair], tokenizer: Tokenizer, switch: Switch | None) -> Task:
    left = tokenize(tokenizer, [a for a, _ in pairs], 160)
    right = tokenize(tokenizer, [b for _, b in pairs], 160)
    full = np.flatnonzero((left.lengths > 0) & (right.lengths > 0))
    groups = _groups([pairs[i][0] for i in full]), _groups([pairs[i][1] for i in full])
    share = SHARES.get(name.split("_")[0], _OTHER)
    short = float(left.lengths[full].mean()) < 3 if len(full) else False
    drop = 0.1 if short else 0.2
    return Pairs(name, share, left.take(full), right.take(full), groups, drop, switch)


def _groups(texts: Sequence[str]) -> NDArray[np.int64]:
    """A number per text, the same for equal texts."""
    numbers: dict[str, int] = {}
    return np.asarray([numbers.setdefault(text, len(numbers)) for text in texts], dtype=np.int64)


def _cloze_tasks(corpus: Corpus, tokenizer: Tokenizer, switch: Switch | None) -> list[Task]:
    parallel = (text for pairs in corpus.parallel.values() for pair in pairs for text in pair)
    prose = [text for text in parallel if len(text) > _CLOZE_LENGTH]
    articles = [text for pairs in corpus.titles.values() for _, text in pairs]
    bags = [("cloze_prose", tokenize(tokenizer, prose, 160))]
    bags.append(("cloze_articles", tokenize(tokenizer, articles, 160)))
    return [Cloze(name, _CLOZE / 2, full, switch) for name, bag in bags if len(full := _full(bag))]


def _full(bags: Bags) -> Bags:
    return bags.take(np.flatnonzero(bags.lengths > 0))


def _vocabulary(
    corpus: Corpus, work: Path, encoder: Path | None, sizes: Sizes | None
) -> Vocabulary:
    def choose() -> Vocabulary:
        domain = [text for pair in corpus.parallel.get("records_en_zh", []) for text in pair]
        heads = [head for pairs in corpus.dictionary.values() for head, _ in pairs]
        return choose_vocabulary(
            corpus.texts(),
            domain,
            [*heads, *_domain_words(domain)],
            [sense for _, sense in corpus.glosses()],
            common_words(encoder) if encoder else [],
            common_pieces(encoder) if encoder else [],
            sizes,
        )

    return _once(work / "vocabulary.json", choose, Vocabulary.save, Vocabulary.load)


def _domain_words(texts: list[str]) -> list[str]:
    """Chinese words that the records use more than once."""
    counts = Counter(word for text in texts for word in words(text) if HAN.fullmatch(word))
    return [word for word, count in counts.items() if count > 1 and 2 <= len(word) <= 6]


def _translations(
    corpus: Corpus, vocabulary: Vocabulary, work: Path, on_progress: Progress | None
) -> Table:
    def learn() -> Table:
        pairs, weights = _aligned(corpus, vocabulary, on_progress)
        chinese, english = learn_translations(pairs, weights)
        return _across(chinese, english)

    def save(table: Table, file: Path) -> None:
        file.write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")

    def load(file: Path) -> Table:
        table = json.loads(file.read_text(encoding="utf-8"))
        return {word: [(other, weight) for other, weight in found] for word, found in table.items()}

    return _once(work / "translations.json", learn, save, load)


def _aligned(
    corpus: Corpus, vocabulary: Vocabulary, on_progress: Progress | None
) -> tuple[list[tuple[list[str], list[str]]], list[float]]:
    """The words of each pair; a headword stays whole and counts by its frequency."""
    share = dict(zip(vocabulary.tokens, vocabulary.shares, strict=True))
    pairs, weights = [], []
    for head, sense in corpus.glosses():
        pairs.append(([head], words(sense)))
        weights.append(min(5.0, max(0.15, (share.get(head, 0) / 2e-6) ** 0.5)))
    for done, (name, parallel) in enumerate(corpus.parallel.items(), 1):
        pairs += [(words(zh), words(en)) for en, zh in parallel]
        if on_progress is not None:
            on_progress(f"cut {name}", done, len(corpus.parallel))
    return pairs, weights + [1.0] * (len(pairs) - len(weights))


def _across(chinese: Table, english: Table) -> Table:
    """One table of both directions, without stop words, numbers and names left as they are."""
    table: Table = {}
    stopped = {word for word in (*chinese, *english) if not words(word)}
    for source, han in ((chinese, True), (english, False)):
        for word in source.keys() - stopped:
            if bool(HAN.search(word)) == han and not word.isdigit():
                found = [(o, p) for o, p in source[word] if o not in stopped]
                table[word] = [(o, p) for o, p in found if bool(HAN.search(o)) != han]
    return {word: found for word, found in sorted(table.items()) if found}


def _once(
    file: Path, make: Callable[[], T], save: Callable[[T, Path], None], load: Callable[[Path], T]
) -> T:
    """What `file` holds, made and saved first when it is not there."""
    if not file.exists():
        partial = file.with_name("partial.json")
        save(make(), partial)
        partial.replace(file)
    return load(file)
