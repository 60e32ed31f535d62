"""The one normal form in which texts are compared, and where each of its characters came from.

The map of traditional characters, `t2s.json`, is derived from CC-CEDICT (CC BY-SA 4.0).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af〇"

# Controls other than white space, format marks (zero width, bidi, soft hyphen, tags), variation
# selectors, invisible fillers, surrogates and private use.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u115f\u1160"
    "\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ud800-\uf8ff"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000110bd\U0001bca0-\U0001bca3"
    "\U0001d173-\U0001d17a\U000e0000-\U0010ffff]"
)


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


_fold_piece = lru_cache(maxsize=8192)(_fold)


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
    if text.isascii() and text.isprintable() and text == " ".join(text.split()):
        return text.casefold(), list(range(len(text)))
    chars: list[str] = []
    at: list[int] = []
    for start, piece in _clusters(text):
        for char in _fold_piece(piece):
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
    hidden = _INVISIBLE.search(text) is not None
    for i, char in enumerate(text):
        if hidden and _INVISIBLE.match(char):
            continue
        if char > "\u02ff" and not "\u3100" <= char <= "\u9fff" and _composes(piece, char):
            piece += char
            continue
        if piece:
            yield start, piece
        start, piece = i, char
    if piece:
        yield start, piece


@lru_cache(maxsize=4096)
def _composes(piece: str, char: str) -> bool:
    if not piece:
        return False
    if unicodedata.combining(char):
        return True
    apart = unicodedata.normalize("NFKC", piece) + unicodedata.normalize("NFKC", char)
    return unicodedata.normalize("NFKC", piece + char) != apart
