"""Words and index terms of a text in Chinese, English or both; names are kept whole.

The normal form is in `normal_form`, the language in `language`; amounts, dates and places are read
by modules of their own.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from knowledge.language import detect_language, is_stop_word
from knowledge.normal_form import HAN, normalize, normalize_aligned

if TYPE_CHECKING:
    from jieba import Tokenizer

__all__ = [
    "HAN", "add_names", "detect_language", "is_stop_word", "normalize", "normalize_aligned",
    "stem", "terms", "words",
]  # fmt: skip

_TOKEN = re.compile(f"(?P<han>[{HAN}]+)|(?P<num>\\d[\\d,]*(?:\\.\\d+)?)|(?P<word>[^\\W\\d_{HAN}]+)")
_SCALE = re.compile(
    r"(\d[\d,]*(?:\.\d+)?)\s*(?:(千万|百万|万|亿|千|百)|"
    r"(k|w|m|bn|thousand|million|billion|mn)(?![a-z]))"
)
_FACTOR = {
    "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "k": 1000,
    "w": 10**4, "m": 10**6, "mn": 10**6, "bn": 10**9, "thousand": 1000, "million": 10**6,
    "billion": 10**9,
}  # fmt: skip
_names: dict[str, list[str]] = {}  # first two characters -> names, longest first


def add_names(names: Iterable[str]) -> None:
    """Keep these institution, place and programme names whole, beside their parts."""
    for name in names:
        key = normalize(name)
        if len(key) < 3:  # shorter ones are whole terms already
            continue
        known = _names.setdefault(key[:2], [])
        if key not in known:
            known.append(key)
            known.sort(key=len, reverse=True)


def words(text: str) -> list[str]:
    """jieba words and English stems in order, without stop words; names whole, then their parts."""
    return [w for piece in _pieces(text) for w in _words_of(*piece)]


def terms(text: str) -> list[str]:
    """What the lexical index holds: Han characters, pairs and longer words, stems, numbers.

    Characters and pairs find more than words alone in Chinese; words of three characters and
    more, and names, are added for precision. No term contains white space.
    """
    return [t for piece in _pieces(text) for t in _terms_of(*piece)]


def _words_of(kind: str, piece: str) -> Iterable[str]:
    if kind == "han":
        return [w for w in _cut(piece) if not is_stop_word(w)]
    return _plain_of(kind, piece)


def _terms_of(kind: str, piece: str) -> Iterable[str]:
    if kind != "han":
        return _plain_of(kind, piece)
    pairs = [piece[i : i + 2] for i in range(len(piece) - 1)]
    long = [w for w in _cut(piece) if len(w) > 2] if len(piece) > 2 else []
    return [t for t in (*piece, *pairs, *long) if not is_stop_word(t)]


def _plain_of(kind: str, piece: str) -> Iterable[str]:
    if kind == "word":
        return [] if is_stop_word(piece) else [stem(piece)]
    return [piece.replace(",", "")] if kind == "num" else [piece.replace(" ", "_")]


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Runs of one kind (han, num, word), and on top of them names and scaled numbers."""
    plain = normalize(text)
    yield from (("name", name) for name in _names_in(plain))
    yield from (("num", _scaled(*m.groups())) for m in _SCALE.finditer(plain))
    for match in _TOKEN.finditer(plain.replace("'s", "")):
        yield str(match.lastgroup), match.group()


def _scaled(number: str, zh: str | None, en: str | None) -> str:
    """The number written out, so that 50万 and 500k share a term with 500,000."""
    value = float(number.replace(",", "")) * _FACTOR[str(zh or en)]
    return str(int(value)) if value == int(value) else f"{value:g}"


def _names_in(plain: str) -> Iterator[str]:
    if not _names:
        return
    i = 0
    while i < len(plain):
        name = _name_at(plain, i)
        if name:
            yield name
        i += len(name) or 1


def _name_at(plain: str, i: int) -> str:
    for name in _names.get(plain[i : i + 2], ()):
        if plain.startswith(name, i) and _stands_alone(plain, i, i + len(name)):
            return name
    return ""


def _stands_alone(plain: str, start: int, end: int) -> bool:
    """Whether a span does not cut through a Latin word."""
    cut = _joins(plain[start - 1 : start], plain[start])
    return not (cut or _joins(plain[end - 1], plain[end : end + 1]))


def _joins(left: str, right: str) -> bool:
    return left.isascii() and left.isalnum() and right.isascii() and right.isalnum()


@cache
def _tokenizer() -> Tokenizer:
    import jieba  # loads its dictionary for most of a second: only when first needed

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    return tokenizer


@lru_cache(maxsize=8192)
def _cut(run: str) -> tuple[str, ...]:
    return tuple(_tokenizer().cut(run))


@cache
def _stemmer() -> object:
    import snowballstemmer

    return snowballstemmer.stemmer("english")


@lru_cache(maxsize=32768)
def stem(word: str) -> str:
    """The English stem of a lower-case word (Snowball); accents are dropped."""
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return str(_stemmer().stemWord(bare))  # type: ignore[attr-defined]
