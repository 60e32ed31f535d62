"""Which places a text means: names found, everyday words set aside, shared names decided.

The names themselves live in `place_names`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from knowledge.place_latin import LatinNames
from knowledge.place_names import Named, Names, Place, load_pairs
from knowledge.text import normalize_aligned

_LINK = re.compile(
    r"(?:[\s,的()·/—-]|'s|\bin\b|\bof\b|\bwithin\b|\bat\b|\bunder\b|\bcity\b|\bthe\b)*"
)
_CONTRAST = re.compile(r"\b(?:vs|versus|or|and|than|compared?|both)\b|还是|和|与|跟|或|比|、|及|同")
_FAR_APART = 10**6


@dataclass(frozen=True, slots=True)
class PlaceSpan:
    """A place meant in a text, where its name stands there, and what else the name can mean.

    `certain` is False when the name is shared by places about as well known and nothing else in
    the text decides.
    """

    place: Place
    start: int
    end: int
    text: str
    others: tuple[Place, ...] = ()
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Mention:
    """A name at a position of the normal form, and the places it can mean.

    `regions`: all of `named` are meant together (江浙沪).
    """

    start: int
    end: int
    named: tuple[Named, ...]

    def under(self, place: Place) -> bool:
        """Whether one of its plain meanings contains a place."""
        return any(
            n.use != "generic" and n.place.id != "cn" and n.place is not place
            and n.place.covers(place)
            for n in self.named
        )  # fmt: skip


class Mentions:
    """Finds what a text means among the names of the gazetteer."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._latin = LatinNames(names)
        self._pairs = load_pairs()

    def find(self, text: str, near: frozenset[str] = frozenset()) -> list[PlaceSpan]:
        plain, at = normalize_aligned(text)
        found = [Mention(*hit) for hit in self._latin.find(plain, text, at)]
        found += self._chinese(plain)
        found.sort(key=lambda m: (m.start, -m.end))
        spans = _decide(found, plain, near)
        return [_placed(s, text, at) for s in _deepest(spans, plain)]

    def _chinese(self, plain: str) -> Iterator[Mention]:
        if plain.isascii():
            return
        i, size = 0, len(plain)
        while i < size - 1:
            hit = self._name_at(plain, i)
            if hit:
                yield hit
            i = hit.end if hit else i + 1

    def _name_at(self, plain: str, i: int) -> Mention | None:
        for length in self._names.lengths.get(plain[i : i + 2], ()):
            named = self._names.zh.get(plain[i : i + length])
            if named and not (length <= 3 and self._in_a_word(plain, i, i + length, named)):
                return Mention(i, i + length, tuple(named))
        return None

    def _in_a_word(self, plain: str, start: int, end: int, named: list[Named]) -> bool:
        """Whether the characters belong to other words: 大连 in 强大连接, 开平 in 公开平台."""
        words, common = self._pairs.words, self._pairs.common
        right, after = plain[end - 1 : end + 1], plain[end : end + 2]
        if right not in words:
            return False
        if plain[start - 1 : start + 1] in words and after not in words:
            return True
        known = max(n.place.weight for n in named)
        return right in common and after not in words and known < 8


def _decide(found: list[Mention], plain: str, near: frozenset[str]) -> list[PlaceSpan]:
    """One place for each mention that means one."""
    spans: list[PlaceSpan] = []
    for i, mention in enumerate(found):
        beside = [
            m
            for m in (*found[max(0, i - 1) : i], *found[i + 1 : i + 2])
            if _linked(m, mention, plain)
        ]
        if span := _choose(mention, beside, found, near):
            spans.append(span)
    return spans


def _linked(one: Mention, other: Mention, plain: str) -> bool:
    first, second = sorted((one, other), key=lambda m: m.start)
    return bool(_LINK.fullmatch(plain, first.end, max(first.end, second.start)))


def _choose(
    mention: Mention, beside: list[Mention], found: list[Mention], near: frozenset[str]
) -> PlaceSpan | None:
    scored: list[tuple[float, Place]] = []
    for named in mention.named:
        place = named.place
        fit = _fit(place, mention, beside, found, near)
        if named.use == "weak" and fit < 200:
            continue
        if named.use == "generic" and fit < 50:
            continue
        scored.append((fit + place.weight + _parent_weight(place), place))
    if not scored:
        return None
    scored.sort(key=lambda s: -s[0])
    best, rest = scored[0], scored[1:]
    certain = not rest or best[0] - rest[0][0] >= 2
    others = tuple(p for _, p in rest)
    return PlaceSpan(best[1], mention.start, mention.end, "", others, certain)


def _fit(
    place: Place,
    mention: Mention,
    beside: list[Mention],
    found: list[Mention],
    near: frozenset[str],
) -> float:
    """How far the rest of the text speaks for a place: its city beside it, elsewhere, or before."""
    if any(m.under(place) for m in beside):
        return 200
    if any(any(place.covers(n.place) and n.place is not place for n in m.named) for m in beside):
        return 150
    distances = [abs(m.start - mention.start) for m in found if m is not mention and m.under(place)]
    if distances:
        return 100 - min(distances) / _FAR_APART
    return (
        50 if any(place.id == n or place.id.startswith(n + "/") for n in near if n != "cn") else 0
    )


def _parent_weight(place: Place) -> float:
    """A nudge towards districts of municipalities and provincial capitals."""
    return 0.5 if place.id.count("/") == 2 and place.level == "district" else 0.0


def _deepest(spans: list[PlaceSpan], plain: str) -> list[PlaceSpan]:
    """Joins names that lead to one place (北京朝阳区) and drops what contains another one meant."""
    joined: list[PlaceSpan] = []
    for span in spans:
        last = joined[-1] if joined else None
        if (
            last
            and _LINK.fullmatch(plain, last.end, max(last.end, span.start))
            and _nested(last, span)
        ):
            joined[-1] = _join(last, span)
        else:
            joined.append(span)
    return [s for s in joined if not any(_subsumed(s, t, plain) for t in joined)]


def _nested(one: PlaceSpan, other: PlaceSpan) -> bool:
    return one.place.covers(other.place) or other.place.covers(one.place)


def _join(one: PlaceSpan, other: PlaceSpan) -> PlaceSpan:
    deep = other if one.place.covers(other.place) else one
    return replace(deep, start=min(one.start, other.start), end=max(one.end, other.end))


def _subsumed(span: PlaceSpan, other: PlaceSpan, plain: str) -> bool:
    """Whether `other` lies within `span` and the text does not set them against each other."""
    if span.place is other.place or not span.place.covers(other.place):
        return False
    between = plain[min(span.end, other.end) : max(span.start, other.start)]
    return not _CONTRAST.search(between)


def _placed(span: PlaceSpan, text: str, at: list[int]) -> PlaceSpan:
    """The span with positions of the original text."""
    start = at[span.start]
    end = at[span.end] if span.end < len(at) else len(text.rstrip())
    return replace(span, start=start, end=end, text=text[start:end])
