"""Chooses the model's tokens and makes its tokenizer: words of both languages, pieces, characters.

A Unigram tokenizer cuts text into the likeliest known words, so Chinese needs no other segmenter.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from itertools import islice
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

import knowledge.text
from ingest.training.charsmap import compile_charsmap

UNKNOWN = "[UNK]"
HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[a-z]+")
# Han runs, runs of other letters, and numbers; signs and blanks carry no meaning here.
_PIECES = r"[\p{Han}]+|[\p{L}&&[^\p{Han}]]+|\p{Nd}+"
_RARE = 1e-9
_LEAST_SHARE = 5e-7  # below it the likeliest cut would be single characters
_LONGEST_WORD = 6
_DOMAIN_WEIGHT = 30


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
    domain: Iterable[str],
    headwords: Iterable[str],
    glosses: Iterable[str],
    english_prior: list[str],
    english_pieces: list[str],
    sizes: Sizes | None = None,
) -> Vocabulary:
    """The commonest words of the texts and of general language.

    `domain` texts count many times over. `headwords` are Chinese words to prefer, for they have a
    gloss to start from; `english_prior` English words by falling frequency.
    """
    sizes = sizes or Sizes()
    texts, domain = list(texts), list(domain)
    shares = _chinese(texts, domain, list(headwords), sizes)
    shares |= _english(texts + domain * _DOMAIN_WEIGHT, glosses, english_prior, sizes)
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


def _chinese(
    texts: list[str], domain: list[str], headwords: list[str], sizes: Sizes
) -> dict[str, float]:
    """Words by the mean of their share in a general word list and in the texts; characters."""
    prior = _word_list()
    fixed = {word for word in headwords if 2 <= len(word) <= _LONGEST_WORD}
    for word in (*fixed, *(char for w in (*prior, *headwords) for char in w)):
        prior.setdefault(word, 1)
    total = sum(prior.values())
    general = {word: n / total for word, n in prior.items() if HAN.fullmatch(word)}
    likely = {word: max(p, _LEAST_SHARE if len(word) > 1 else 0) for word, p in general.items()}
    tokenizer = make_tokenizer(likely)
    counts = _count(tokenizer, texts)
    for word, count in _count(tokenizer, domain).items():
        counts[word] += count * _DOMAIN_WEIGHT
    seen = max(1, sum(counts[word] for word in general))
    mixed = {word: (general[word] + counts[word] / seen) / 2 for word in general}
    ranked = sorted(mixed, key=lambda w: (-mixed[w] * (3 if w in fixed else 1), w))
    words = islice((w for w in ranked if len(w) > 1), sizes.chinese_words)
    characters = islice((w for w in ranked if len(w) == 1), sizes.chinese_characters)
    return {w: max(mixed[w], _LEAST_SHARE) for w in (*words, *characters)}


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
    zipf: dict[str, float] = {word: 1 / (rank + 30) for rank, word in enumerate(prior)}
    shares: dict[str, float] = defaultdict(float)
    tables: tuple[Mapping[str, float], ...] = (zipf, in_texts, in_glosses)
    for table in tables:
        total = sum(table.values()) or 1
        for word, count in table.items():
            shares[word] += count / total / 3
    ranked = sorted(shares, key=lambda word: -shares[word])
    usual = (word for word in ranked if len(word) > 1 and _is_usual(word, in_texts, zipf))
    return {word: shares[word] for word in islice(usual, sizes.english_words)}


def _is_usual(word: str, counts: Counter[str], prior: Mapping[str, float]) -> bool:
    return word in prior or (len(word) <= 20 and (counts[word] != 1))


def _latin_words(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from _LATIN.findall(text.lower())


def _numbers(texts: list[str], most: int = 600) -> dict[str, float]:
    counts = Counter(n for text in texts for n in re.findall(r"\d+", text) if 1 < len(n) < 5)
    total = sum(counts.values()) or 1
    return {number: count / total / 50 for number, count in counts.most_common(most)}


def _count(tokenizer: Tokenizer, texts: list[str], batch: int = 2000) -> Counter[str]:
    counts: Counter[int] = Counter()
    for start in range(0, len(texts), batch):
        for encoding in tokenizer.encode_batch_fast(texts[start : start + batch]):
            counts.update(encoding.ids)  # the fast call leaves `tokens` empty
    return Counter({str(tokenizer.id_to_token(i)): count for i, count in counts.items()})
