"""Place names in Chinese characters, told from the everyday words that contain them.

Latin names are in `place_latin`; which of several places a name means is in `place_mentions`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from knowledge.place_names import Named, Names, Place, load_contexts, load_pairs

# A single character means a place only in these settings.
_GOING = "在来赴到驻离入回返去留"
_BELONGING = "企|籍|漂|户口|户籍|牌照|府|券|创业|注册|落户|就业|办公司|开公司"
_WELL_KNOWN = 40

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
        i, last, size = 0, -1, len(plain)
        while i < size:
            hit = self._name_at(plain, i, sure=i == last) or self._sign_at(plain, i)
            if hit:
                yield hit
                last = hit[1]
            i = hit[1] if hit else i + 1

    def _name_at(self, plain: str, i: int, sure: bool) -> Hit | None:
        """The longest name at a position; right after another place it is `sure` to be one."""
        for length in self._lengths.get(plain[i : i + 2], ()):
            name = plain[i : i + length]
            named = self._zh.get(name)
            if not named or self._out_of_place(plain, i, name):
                continue
            if sure or length > 3 or not self._in_words(plain, i, i + length, named):
                return i, i + length, tuple(named.values())
        return None

    def _out_of_place(self, plain: str, start: int, name: str) -> bool:
        if name not in self._contexts:
            return False
        after, before = self._contexts[name]
        preceding = plain[max(0, start - 4) : start]
        return bool(after.match(plain, start + len(name)) or before.search(preceding))

    def _in_words(self, plain: str, start: int, end: int, named: Mapping[str, Named]) -> bool:
        """Whether the characters belong to other words: 大连 in 强大连接, 开平 in 公开平台.

        Little-known places must stand clear of words on both sides.
        """
        weight = max(n.place.weight for n in named.values())
        cut_left = plain[start - 1 : start + 1] in self._words
        if end - start == 3:
            inner = plain[start + 1 : end] in self._words
            return cut_left and (inner or weight < _WELL_KNOWN)
        right = plain[end - 1 : end + 1]
        cut_right = right in self._words or self._better_known(right, 30 if cut_left else weight)
        if cut_left and cut_right:
            return True
        if weight < _WELL_KNOWN and (cut_left or cut_right):
            return True
        after = plain[end : end + 2]
        follows = after in self._words or after in self._lengths
        return right in self._common and not follows and weight < 80

    def _better_known(self, name: str, weight: int) -> bool:
        rivals = self._zh.get(name, {}).values()
        return any(n.use == "plain" and n.place.weight > weight + 10 for n in rivals)

    def _sign_at(self, plain: str, i: int) -> Hit | None:
        place = self._shorthand.get(plain[i])
        if not place or not self._short.match(plain, i) or self._out_of_place(plain, i, plain[i]):
            return None
        if plain[i : i + 2] in self._words or plain[i - 1 : i + 1] in self._words:
            return None
        return i, i + 1, (Named(place),)
