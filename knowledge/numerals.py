"""Numbers written in Chinese, English or digits as values with their place in a text.

What a number counts (money, people, days) is read by `money` and `dates`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from knowledge.text import normalize_aligned


@dataclass(frozen=True, slots=True)
class Aligned:
    """A text in normal form that still knows where each character stood."""

    raw: str
    s: str
    at: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `s[start:end]` stands in the raw text."""
        if start >= end:
            return (
                (self.at[start], self.at[start]) if start < len(self.at) else (len(self.raw),) * 2
            )
        return self.at[start], self.at[end - 1] + 1


@lru_cache(maxsize=256)
def align(text: str) -> Aligned:
    s, at = normalize_aligned(text)
    return Aligned(text, s, tuple(at))


@dataclass(frozen=True, slots=True)
class Number:
    """A number at `s[start:end]`; `form` says how it is written.

    "digits" (1,200), "scaled" (1.2万, 20k, 3 million), "han" (三十) or "words" (thirty).
    """

    value: float
    form: str
    start: int
    end: int


HAN_DIGITS = {
    **{c: i for i, c in enumerate("〇一二三四五六七八九")},
    **{c: i for i, c in enumerate("零壹贰叁肆伍陆柒捌玖")},
    "两": 2, "俩": 2, "叄": 3, "弍": 2, "弌": 1, "幺": 1,
}  # fmt: skip
_TENS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
HAN = "[〇零一二两俩三四五六七八九十百千万亿壹贰叁叄弍肆伍陆柒捌玖拾佰仟廿卅]"
_PIECE = re.compile(r"\d[\d,]*(?:\.\d+)?|.")


def han_value(text: str) -> float | None:
    """The value of 一万二, 二〇二七, 三点五万, 5千万 or 1亿2000万; None if it is no number."""
    text = text.replace("廿", "二十").replace("卅", "三十").replace(" ", "")
    if "点" in text:
        return _with_point(text)
    if len(text) > 1 and all(c in HAN_DIGITS for c in text):
        if len(text) == 2:  # 两三个, 七八家: no number
            return None
        return float("".join(str(HAN_DIGITS[c]) for c in text))
    return _place_value(_PIECE.findall(text))


def _with_point(text: str) -> float | None:
    match = re.fullmatch(r"(.+)点(.+?)([十百千万亿]*)", text)
    if not match or not all(c in HAN_DIGITS for c in match[2]):
        return None
    whole = han_value(match[1])
    scale = han_value("一" + match[3]) if match[3] else 1.0
    if whole is None or scale is None:
        return None
    return (whole + float("0." + "".join(str(HAN_DIGITS[c]) for c in match[2]))) * scale


def _place_value(pieces: list[str]) -> float | None:
    total = section = 0.0
    digit: float | None = None
    tail = False  # the digit may be short for the next lower unit: 一万二 is 12,000
    last = 1
    for piece in pieces:
        if piece in HAN_DIGITS or piece[0].isdigit():
            if digit:  # 一两万: about, no number
                return None
            value = float(HAN_DIGITS.get(piece, -1))
            digit = value if value >= 0 else float(piece.replace(",", ""))
            tail = len(piece) == 1 and value != 0 and last >= 100
            last = 1 if value == 0 else last
        elif piece in _TENS:
            section += (1 if digit is None else digit) * _TENS[piece]
            digit, last = None, _TENS[piece]
        elif piece in _LARGE:
            amount, size = section + (digit or 0), _LARGE[piece]
            total = (
                (total + (amount or (0 if total else 1))) * size
                if total < size
                else (total + amount * size)
            )
            section, digit, last = 0.0, None, size
        else:
            return None
    return _clean(total + section + (digit or 0) * (last / 10 if tail else 1))


def _clean(value: float) -> float:
    """Without the dust of binary fractions: 1.15 × 10,000 is 11,500."""
    return round(value, 6 if value < 10**6 else 2)


_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENTHS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
WORD_VALUES = {w: i for i, w in enumerate(_ONES)} | {
    w: 10 * i for i, w in enumerate(_TENTHS, start=2)
}
_SCALES = {
    "hundred": 100, "thousand": 1000, "k": 1000, "w": 10**4, "million": 10**6, "mn": 10**6,
    "mio": 10**6, "mil": 10**6, "m": 10**6, "billion": 10**9, "bn": 10**9, "b": 10**9,
    "trillion": 10**12, "dozen": 12,
}  # fmt: skip

DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_WORD = "|".join(sorted(WORD_VALUES, key=len, reverse=True))
_WORDS = (
    rf"(?:half a|a|one|{_WORD})(?:[ -](?:and a half|and |hundred|thousand|million|billion|dozen|"
    rf"{_WORD}))*"
)
_NUMBER = re.compile(
    rf"(?P<mixed>{DIGITS} ?(?:百万|千万|万亿|[十百千万亿])(?:亿|万|\d+[百千万]?|{HAN})*)"
    r"|(?P<short>\d+[kw]\d(?!\d))"
    rf"|(?P<scaled>{DIGITS}(?: ?(?:hundred|thousand|million|billion|trillion|mn|mio|bn|mil)|[kwmb])"
    r"(?![a-z]))"
    rf"|(?P<digits>{DIGITS})"
    rf"|(?P<han>{HAN}+(?:点[〇零一二三四五六七八九]+[十百千万亿]*)?)"
    rf"|(?<![a-z])(?P<words>{_WORDS})(?![a-z])"
)


_LARGEST = 1e15  # what is longer names a thing, such as an account


def numbers(s: str) -> list[Number]:
    """Every number of a text in normal form. A lone "a" is none."""
    found = []
    for match in _NUMBER.finditer(s):
        form = str(match.lastgroup)
        value = _VALUE[form](match[0])
        if value is not None and value < _LARGEST:
            form = "scaled" if form in {"mixed", "short"} else form
            found.append(Number(value, form, match.start(), match.end()))
    return found


def _digits(text: str) -> float:
    return float(text.replace(",", ""))


def _scaled(text: str) -> float | None:
    match = re.fullmatch(rf"({DIGITS}) ?([a-z]+)", text)
    return _clean(_digits(match[1]) * _SCALES[match[2]]) if match else None


def word_value(text: str) -> float | None:
    """The value of "two hundred thousand" or "half a million"; None if there is no number in it."""
    if text in {"a", "half a"}:
        return None
    text = text.replace("half a ", "half ").replace("and a half", "plus-half")
    total = section = 0.0
    for word in re.split(r"[ -](?!half)", text):
        if word in {"and", ""}:
            continue
        if word == "plus-half":
            section += 0.5
        elif word in {"half", "a"}:
            section += 0.5 if word == "half" else 1
        elif word in WORD_VALUES:
            section += WORD_VALUES[word]
        elif _SCALES[word] in {100, 12}:
            section *= _SCALES[word]
        else:
            total, section = total + section * _SCALES[word], 0.0
    return _clean(total + section)


def _short(text: str) -> float | None:
    """2w5 is 25,000 and 3k5 is 3,500."""
    return han_value(text.replace("w", "万").replace("k", "千"))


_VALUE = {
    "mixed": han_value, "short": _short, "scaled": _scaled, "digits": _digits, "han": han_value,
    "words": word_value,
}  # fmt: skip
