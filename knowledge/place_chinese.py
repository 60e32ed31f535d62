"""Place names in Chinese characters, told from the everyday words that contain them.

Latin names are in `place_latin`; which of several places a name means is in `place_mentions`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.place_names import Named, Names, Place, load_contexts, load_pairs

_HAN = re.compile("[\u4e00-\u9fff]")
_LEVEL = frozenset("区县市旗")
# A single character means a place only in these settings.
_GOING = "在来赴到驻离入回返去留"
_BELONGING = "企|籍|漂|户口|户籍|牌照|府|券|创业|注册|落户|就业|办公司|开公司"

Hit = tuple[int, int, tuple[Named, ...]]


class ChineseNames:
    """Looks names up from left to right, the longest first."""

    def __init__(self, names: Names, shorthand: dict[str, Place]) -> None:
        self._zh, self._lengths = names.zh, names.lengths
        self._contexts = load_contexts()
        pairs = load_pairs()
        self._words, self._common = pairs.words, pairs.common
        self._shorthand = shorthand
        signs = "".join(shorthand)
        self._short = re.compile(f"(?<=[{_GOING}])[{signs}]|[{signs}](?={_BELONGING})")

    def find(self, plain: str) -> Iterator[Hit]:
        if plain.isascii():
            return
        i, size = 0, len(plain)
        while i < size:
            hit = self._name_at(plain, i) or self._sign_at(plain, i)
            if hit:
                yield hit
            i = hit[1] if hit else i + 1

    def _name_at(self, plain: str, i: int) -> Hit | None:
        for length in self._lengths.get(plain[i : i + 2], ()):
            name = plain[i : i + length]
            named = self._zh.get(name)
            if named and not self._no_place(plain, i, name, named):
                return i, i + length, tuple(named)
        return None

    def _no_place(self, plain: str, start: int, name: str, named: list[Named]) -> bool:
        end = start + len(name)
        if context := self._contexts.get(name):
            after, before = context
            if after.match(plain, end) or before.search(plain[max(0, start - 4) : start]):
                return True
        if len(name) == 2:
            return self._in_words(plain, start, end, max(n.place.weight for n in named))
        return len(name) == 3 and self._cut_by_words(plain, start)

    def _in_words(self, plain: str, start: int, end: int, weight: int) -> bool:
        """Whether the two characters belong to two words: 大连 in 强大连接, 开平 in 公开平台."""
        right, after = plain[end - 1 : end + 1], plain[end : end + 2]
        if plain[start - 1 : start + 1] in self._words and (
            right in self._zh or right in self._words
        ):
            return after not in self._words
        return right in self._common and after not in self._words and weight < 80

    def _cut_by_words(self, plain: str, start: int) -> bool:
        """Whether 中山区 is the end of one word and another one, as in 其中山区."""
        outer = plain[start - 1 : start + 1]
        return outer in self._words and plain[start + 1 : start + 3] in self._words

    def _sign_at(self, plain: str, i: int) -> Hit | None:
        place = self._shorthand.get(plain[i])
        if not place or not self._short.match(plain, i):
            return None
        if plain[i : i + 2] in self._words or plain[i - 1 : i + 1] in self._words:
            return None
        return i, i + 1, (Named(place),)
