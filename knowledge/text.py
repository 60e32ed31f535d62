"""The one normal form of text, its language, and its words and index terms.

Amounts, dates and places are read elsewhere (`money`, `dates`, `places`). The character map
`t2s.json` is derived from CC-CEDICT (CC BY-SA 4.0).
"""

from __future__ import annotations

import json
import logging
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from jieba import Tokenizer

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af〇"
_HAN_RUN = re.compile(f"[{HAN}]+")

# Controls other than white space, format marks (zero width, bidi, soft hyphen, tags), variation
# selectors, invisible fillers, surrogates and private use.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160"
    "\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\uf8ff"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000110bd\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)
_SPACE = re.compile(r"\s+")


@cache
def _characters() -> dict[int, str]:
    """Traditional to simplified, and the apostrophes and hyphens that keyboards vary."""
    path = Path(__file__).with_name("t2s.json")
    data = json.loads(path.read_text(encoding="utf-8"))
    pairs = dict(zip(data["traditional"], data["simplified"], strict=True))
    return str.maketrans(pairs | dict(zip("‘’ʼ‐−", "'''--", strict=True)))


def _fold(piece: str) -> str:
    composed = unicodedata.normalize("NFKC", piece).casefold().translate(_characters())
    # Casefolding can undo a composition; compatibility forms can reveal fillers.
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", composed))


def normalize(text: str) -> str:
    """The form in which texts are compared: NFKC, simplified characters, case folded.

    Invisible and control characters go, white space becomes single blanks, ends are trimmed.
    """
    if text.isascii():
        folded = text.casefold()
        if not text.isprintable():
            folded = _INVISIBLE.sub("", folded)
    else:
        folded = _fold(_INVISIBLE.sub("", text))
    return " ".join(folded.split())


def normalize_aligned(text: str) -> tuple[str, list[int]]:
    """`normalize(text)`, and for each of its characters the index in `text` where it began."""
    chars: list[str] = []
    at: list[int] = []
    for start, piece in _clusters(text):
        folded = piece.casefold() if piece.isascii() else _fold(piece)
        for char in folded:
            if char.isspace():
                if not chars or chars[-1] == " ":
                    continue
                char = " "
            chars.append(char)
            at.append(start)
    if chars and chars[-1] == " ":
        chars.pop()
        at.pop()
    return "".join(chars), at


def _clusters(text: str) -> Iterator[tuple[int, str]]:
    """Pieces that NFKC treats on their own, with where each begins; invisible ones are left out."""
    start, piece = 0, ""
    for i, char in enumerate(text):
        if _INVISIBLE.match(char):
            continue
        if piece and not char.isascii() and _composes(piece, char):
            piece += char
            continue
        if piece:
            yield start, piece
        start, piece = i, char
    if piece:
        yield start, piece


@lru_cache(maxsize=4096)
def _composes(piece: str, char: str) -> bool:
    if unicodedata.combining(char):
        return True
    apart = unicodedata.normalize("NFKC", piece) + unicodedata.normalize("NFKC", char)
    return unicodedata.normalize("NFKC", piece + char) != apart


def _word_lists() -> dict[str, list[str]]:
    path = Path(__file__).with_name("words.json")
    return {k: v.split() for k, v in json.loads(path.read_text(encoding="utf-8")).items()}


_LISTS = _word_lists()

# --- language -------------------------------------------------------------------------------

_QUOTED = re.compile(r"《[^》]*》|「[^」]*」|“[^”]*”|\"[^\"]*\"|https?://\S+|\S+@\S+")
_LATIN_WORD = re.compile(r"[a-zà-ɏ]+(?:'[a-z]+)?")
_HAN_TALK = re.compile(
    "[吗呢吧么啥咋怎哪几谁您你我咱嘛啦呀俺]|多少|多大|多久|多长|请问|想问|可以|能不|有没|是不|"
    "是否|如何|这个|那个|现在|怎样|什么|为何|何时|听说"
)
_ENGLISH_GLUE = frozenset(_LISTS["english_glue"])
_PINYIN = re.compile(
    "(?:(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:iang|iong|uang|ueng|ang|eng|ing|ong|iao|ian|uai|uan|"
    "van|ai|ei|ao|ou|an|en|in|un|vn|ia|ie|iu|ua|uo|ui|ue|ve|a|o|e|i|u|v|er))+"
)
_PINYIN_TALK = frozenset(_LISTS["pinyin_talk"])


def detect_language(text: str) -> Literal["zh", "en"]:
    """The language a person mainly writes; product words and quoted names do not decide.

    A Chinese sentence with English terms is zh, an English one that names something in Chinese is
    en; pinyin sentences are zh; text without letters is zh.
    """
    plain = _QUOTED.sub(" ", normalize(text))
    latin = _LATIN_WORD.findall(plain)
    han = sum(len(run) for run in _HAN_RUN.findall(plain))
    if not han:
        return "en" if _is_english(latin, text) else "zh"
    glue = sum(word in _ENGLISH_GLUE for word in latin)
    if glue >= 3 and len(latin) > 2 * han:
        return "en"
    if not glue or _HAN_TALK.search(plain):
        return "zh"
    return "en" if glue >= 2 or len(latin) >= max(3, han) else "zh"


def _is_english(latin: list[str], text: str) -> bool:
    if not latin:  # only a quoted name, digits, signs or nothing: by the script of the whole
        return bool(re.search("[A-Za-z]", text)) and not _HAN_RUN.search(text)
    return not _is_pinyin(latin)


def _is_pinyin(latin: list[str]) -> bool:
    words = [w for w in latin if w not in {"opc", "ai", "gpu", "api", "token", "vs"}]
    if len(words) < 2 or not any(w in _PINYIN_TALK for w in words):
        return False
    own = sum(bool(_PINYIN.fullmatch(w)) for w in words)
    return own == len(words) and sum(w in _PINYIN_TALK for w in words) * 4 >= len(words)


# --- words and terms ------------------------------------------------------------------------

_STOP_EN = _ENGLISH_GLUE | frozenset(_LISTS["english_stop"])
_STOP_ZH = frozenset(_LISTS["chinese_stop"])
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


def is_stop_word(word: str) -> bool:
    """Whether a lower-case English or a Chinese word says nothing about a subject."""
    return word in _STOP_EN or word in _STOP_ZH


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
        return [w for w in _cut(piece) if w not in _STOP_ZH]
    return _plain_of(kind, piece)


def _terms_of(kind: str, piece: str) -> Iterable[str]:
    if kind != "han":
        return _plain_of(kind, piece)
    pairs = [piece[i : i + 2] for i in range(len(piece) - 1)]
    long = [w for w in _cut(piece) if len(w) > 2] if len(piece) > 2 else []
    return [t for t in (*piece, *pairs, *long) if t not in _STOP_ZH]


def _plain_of(kind: str, piece: str) -> Iterable[str]:
    if kind == "word":
        return [] if piece in _STOP_EN else [stem(piece)]
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
