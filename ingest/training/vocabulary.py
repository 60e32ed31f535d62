"""Chooses the model's tokens and makes its tokenizer: words of both languages, pieces, characters.

A Unigram tokenizer cuts text into the likeliest known words, so Chinese needs no other segmenter.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from pathlib import Path

import knowledge.text
from ingest.training.charsmap import compile_charsmap
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

UNKNOWN = "[UNK]"
HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z]+")
# Han runs, runs of other letters, and numbers; signs and blanks carry no meaning here.
_PIECES = r"[\p{Han}]+|[\p{L}&&[^\p{Han}]]+|\p{Nd}+"
_RARE = 1e-9
_LONGEST_WORD = 6


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many tokens of each kind."""

    chinese_words: int = 44_500
    chinese_characters: int = 9_500
    english_words: int = 31_000
    english_pieces: int = 3_000


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Tokens with the share of running text that each makes up; index = id, [UNK] is 0."""

    tokens: tuple[str, ...]
    shares: tuple[float, ...]

    def save(self, file: Path) -> None:
        file.write_text(json.dumps([self.tokens, self.shares], ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, file: Path) -> Vocabulary:
        tokens, shares = json.loads(file.read_text(encoding="utf-8"))
        return cls(tuple(tokens), tuple(shares))


def choose_vocabulary(
    texts: Iterable[str],
    headwords: Iterable[str],
    glosses: Iterable[str],
    english_prior: list[str],
    english_pieces: list[str],
    sizes: Sizes | None = None,
) -> Vocabulary:
    """The commonest words of the texts and of general language.

    `headwords` are Chinese dictionary words, `english_prior` English words by falling frequency.
    """
    sizes = sizes or Sizes()
    texts = list(texts)
    shares = _chinese(texts, list(headwords), sizes)
    shares |= _english(texts, glosses, english_prior, sizes)
    for piece in islice((p for p in english_pieces if p not in shares), sizes.english_pieces):
        shares[piece] = _RARE
    for sign in "abcdefghijklmnopqrstuvwxyz0123456789":
        shares.setdefault(sign, _RARE)
    shares |= _numbers(texts)
    ordered = sorted(shares, key=lambda token: (-shares[token], token))
    return Vocabulary((UNKNOWN, *ordered), (1.0, *(shares[token] for token in ordered)))


def make_tokenizer(shares: Mapping[str, float]) -> Tokenizer:
    """A Unigram tokenizer with these tokens in order, after the unknown one."""
    entries = [(UNKNOWN, -40.0), *((t, math.log(s)) for t, s in shares.items() if t != UNKNOWN)]
    tokenizer = Tokenizer(models.Unigram(entries, unk_id=0, byte_fallback=False))
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(_PIECES), behavior="removed", invert=True)
    return tokenizer


def plain(text: str) -> str:
    """A text as the tokenizer's own normalizer leaves it."""
    normalized: str = _normalizer().normalize_str(text)
    return normalized


def _normalizer() -> normalizers.Normalizer:
    """NFKC, lower case, traditional to simplified: the model's own form, fixed when it is made."""
    data = json.loads(Path(knowledge.text.__file__).with_name("t2s.json").read_text("utf-8"))
    simplified = dict(zip(data["traditional"], data["simplified"], strict=True))
    return normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Precompiled(compile_charsmap(simplified)),
        ]
    )


def _chinese(texts: list[str], headwords: list[str], sizes: Sizes) -> dict[str, float]:
    """Words by the mean of their share in a general word list and in the texts; all characters."""
    prior = _word_list()
    fixed = {word for word in headwords if 2 <= len(word) <= _LONGEST_WORD}
    for word in fixed:
        prior.setdefault(word, 1)
    characters = {char for word in prior for char in word} | {c for w in headwords for c in w}
    for char in characters:
        prior.setdefault(char, 1)
    total = sum(prior.values())
    general = {word: count / total for word, count in prior.items() if HAN.fullmatch(word)}
    counts = _count(make_tokenizer(general), texts)
    seen = max(1, sum(counts[word] for word in general))
    mixed = {word: (general[word] + counts[word] / seen) / 2 for word in general}
    words = sorted((w for w in mixed if len(w) > 1), key=lambda w: (-mixed[w], w))
    # A word of the dictionary has a gloss to start from, so it goes before one that is as common.
    words.sort(key=lambda w: -mixed[w] * (3 if w in fixed else 1))
    singles = sorted((w for w in mixed if len(w) == 1), key=lambda w: (-mixed[w], w))
    chosen = words[: sizes.chinese_words] + singles[: sizes.chinese_characters]
    return {word: mixed[word] for word in chosen}


def _word_list() -> dict[str, int]:
    """jieba's word list with its counts."""
    lines = files("jieba").joinpath("dict.txt").read_text(encoding="utf-8").splitlines()
    cells = (line.split(" ") for line in lines)
    return {row[0]: int(row[1]) for row in cells if len(row[0]) <= _LONGEST_WORD}


def _english(
    texts: list[str], glosses: Iterable[str], prior: list[str], sizes: Sizes
) -> dict[str, float]:
    """Words by the mean of Zipf's share for their rank in `prior` and their share in the texts."""
    in_texts = Counter(_latin_words(texts))
    in_glosses = Counter(_latin_words(glosses))
    zipf = {word: 1 / (rank + 30) for rank, word in enumerate(prior)}
    shares: Counter[str] = Counter()
    for table in (zipf, in_texts, in_glosses):
        total = sum(table.values()) or 1
        for word, count in table.items():
            shares[word] += count / total / 3
    usual = (w for w, _ in shares.most_common() if len(w) > 1 and _is_usual(w, in_texts, zipf))
    return {word: shares[word] for word in islice(usual, sizes.english_words)}


def _is_usual(word: str, counts: Counter[str], prior: Mapping[str, float]) -> bool:
    return word in prior or len(word) <= 20 and (counts[word] != 1)


def _latin_words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from _LATIN.findall(text.lower())


def _numbers(texts: list[str], most: int = 600) -> dict[str, float]:
    counts = Counter(n for text in texts for n in re.findall(r"\d+", text) if 1 < len(n) < 5)
    total = sum(counts.values()) or 1
    return {number: count / total / 50 for number, count in counts.most_common(most)}


def _count(tokenizer: Tokenizer, texts: list[str], batch: int = 2000) -> Counter[str]:
    counts: Counter[str] = Counter()
    for start in range(0, len(texts), batch):
        for encoding in tokenizer.encode_batch_fast(texts[start : start + batch]):
            counts.update(encoding.tokens)
    return counts
