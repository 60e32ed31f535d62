"""Place names in Latin letters: pinyin and English, spelled apart or with one slip of the keyboard.

Chinese names and the choice among places of one name are in `place_mentions`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from knowledge.place_names import FOLDER, Named, Names, letters
from knowledge.text import is_stop_word

_WORD = re.compile(r"[a-zà-ɏ]+(?:'[a-zà-ɏ]+)*")
_GAP = re.compile(r"[ \-]{0,2}|'? ?& ?| ?' ?")
_CODE = frozenset("./_@\\#=+:$")
_PLACE_PREPOSITIONS = frozenset(("in", "at", "from", "for", "to", "near", "around", "of"))
_BEFORE_PLACES = _PLACE_PREPOSITIONS | {
    "does",
    "do",
    "is",
    "can",
    "will",
    "and",
    "or",
    "vs",
    "about",
}
_LEVELS = {
    "city": "市", "district": "区", "county": "县旗", "province": "省", "municipality": "市",
    "prefecture": "州区盟市", "banner": "旗", "shi": "市", "qu": "区", "xian": "县", "sheng": "省",
}  # fmt: skip
_RISKY = frozenset(
    ("sh", "cd", "wh", "tj", "xa", "xm", "qd", "hf", "zz", "nj", "tw", "sg", "uk", "us")
)
_LONGEST = 8  # words in a name
_CORRECTED = 40  # how well known a place must be for its name to be put right
_LESS_KNOWN = 25  # a slip means none of the places less known by so much

Hit = tuple[int, int, tuple[Named, ...]]


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int


class LatinNames:
    """Looks names up by their letters."""

    def __init__(self, names: Names) -> None:
        self._latin, self._phrases = names.latin, names.phrases
        self._ends: dict[str, list[str]] = defaultdict(list)
        for key, named in names.latin.items():
            if len(key) >= 6 and key not in names.phrases and _correctable(named.values()):
                self._ends[key[:3]].append(key)
                self._ends[key[-3:]].append(key)
        words = (FOLDER / "not_places.txt").read_text(encoding="utf-8").split()
        self._ordinary = frozenset(words)

    def find(self, plain: str, text: str, at: list[int]) -> Iterator[Hit]:
        words = list(_words(plain))
        i = 0
        while i < len(words):
            count, named = self._longest(words, i, plain)
            if not count and (near := self._misspelt(words[i].text)):
                count, named = 1, near
            if count and self._means_place(words, i, count, plain, text, at):
                start, end = words[i].start, words[i + count - 1].end
                end, fitting, used = _with_level(words, i + count, end, named, plain)
                if count == 1 and not used and not _stands_as_place(words, i, i + count, text, at):
                    fitting = tuple(_cautious(named))
                yield start, end, fitting
                i += used
            i += count or 1

    def _longest(self, words: list[_Word], i: int, plain: str) -> tuple[int, tuple[Named, ...]]:
        best: tuple[int, tuple[Named, ...]] = (0, ())
        key = ""
        for n, word in enumerate(words[i : i + _LONGEST], 1):
            if n > 1 and not _GAP.fullmatch(plain, words[i + n - 2].end, word.start):
                break
            key += letters(word.text)
            named = self._latin.get(key)
            if named and (n == 1 or key in self._phrases or _syllables(words[i : i + n])):
                best = (n, tuple(named.values()))
        return best

    def _misspelt(self, word: str) -> tuple[Named, ...]:
        """The places one slip away from a longer word that is none of the ordinary ones."""
        key = letters(word)
        if len(key) < 6 or key in self._ordinary:
            return ()
        near = {*self._ends.get(key[:3], ()), *self._ends.get(key[-3:], ())}
        near = {k for k in near if k[0] == key[0] and one_edit_apart(key, k)}
        named = [n for k in sorted(near) for n in self._latin[k].values() if n.use == "plain"]
        known = max((n.place.weight for n in named), default=0)
        kept = [n for n in named if n.place.weight > known - _LESS_KNOWN]
        return tuple(n if n.place.weight >= 50 else Named(n.place, "weak") for n in kept)

    def _means_place(
        self, words: list[_Word], i: int, count: int, plain: str, text: str, at: list[int]
    ) -> bool:
        word = words[i]
        if count > 1 or len(word.text) > 3:
            return True
        if _in_code(plain, word):
            return False
        if word.text == "cd" and text[at[word.start]] == "C":
            return False
        capitals = text[at[word.start]].isupper() and text[at[word.end - 1]].isupper()
        only_capitals = all(n.use == "capitals" for n in self._latin[letters(word.text)].values())
        if word.text not in _RISKY and not only_capitals:
            return True
        if only_capitals or capitals:
            return capitals or not plain.isascii()
        before = words[i - 1].text if i else ""
        return not plain.isascii() or before in _PLACE_PREPOSITIONS


def _stands_as_place(words: list[_Word], i: int, j: int, text: str, at: list[int]) -> bool:
    """Whether words i to j stand where a place would: "in Yiwu", not "Honghu Hui"."""
    before = words[i - 1].text if i else ""
    if before not in _BEFORE_PLACES:
        return False
    if j == len(words) or text[at[words[j - 1].end] : at[words[j].start]].strip():
        return True
    return not text[at[words[j].start]].isupper()


def _cautious(named: Iterable[Named]) -> Iterator[Named]:
    """Little-known places are meant only beside their city, for many words look like them."""
    for n in named:
        little = n.use == "plain" and n.place.weight < _CORRECTED
        yield Named(n.place, "weak") if little else n


def _words(plain: str) -> Iterator[_Word]:
    for match in _WORD.finditer(plain):
        word = match.group()
        if word.endswith("'s"):
            word = word[:-2]
        yield _Word(word, match.start(), match.start() + len(word))


def _correctable(named: Iterable[Named]) -> bool:
    return any(n.use == "plain" and n.place.weight >= _CORRECTED for n in named)


def _syllables(words: list[_Word]) -> bool:
    """Whether the words can be the syllables of one name: "su zhou", not "to ng"."""
    if any(len(w.text) < 2 for w in words):
        return False
    return not all(is_stop_word(w.text) for w in words)


def _in_code(plain: str, word: _Word) -> bool:
    """Whether a short word is part of an address, a file name, a unit or a number."""
    before, after = plain[: word.start].rstrip(" ")[-1:], plain[word.end : word.end + 2]
    touching = plain[word.start - 1 : word.start]
    if before.isdigit() or (touching and touching in _CODE) or after[:1].isdigit():
        return True
    return bool(after) and after[0] in _CODE and after[1:].strip() != ""


def _with_level(
    words: list[_Word], i: int, end: int, named: tuple[Named, ...], plain: str
) -> tuple[int, tuple[Named, ...], int]:
    """Takes in a following "District", "City" ..., which also narrows what is meant."""
    if i >= len(words) or not _GAP.fullmatch(plain, end, words[i].start):
        return end, named, 0
    signs = _LEVELS.get(words[i].text)
    if not signs:
        return end, named, 0
    fitting = tuple(Named(n.place) for n in named if _is_a(n, signs))
    return words[i].end, fitting or named, 1


def _is_a(named: Named, signs: str) -> bool:
    place = named.place
    if place.level == "province":
        return "省" in signs
    if place.level == "city":
        return "市" in signs
    return place.zh[-1] in signs


def one_edit_apart(a: str, b: str) -> bool:
    """Whether one letter added, lost, changed, or two neighbours swapped, makes them equal."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    i = 0
    while i < min(len(a), len(b)) and a[i] == b[i]:
        i += 1
    if len(a) == len(b):
        swapped = a[i : i + 2] == b[i : i + 2][::-1] and a[i + 2 :] == b[i + 2 :]
        return a[i + 1 :] == b[i + 1 :] or swapped
    short, long = sorted((a, b), key=len)
    return short[i:] == long[i + 1 :]
