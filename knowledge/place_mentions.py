"""Which places a text means: names found, everyday words set aside, shared names decided.

The names themselves live in `place_names`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from dataclasses import dataclass, replace

from knowledge.place_chinese import ChineseNames
from knowledge.place_latin import LatinNames
from knowledge.place_names import Named, Names, Place
from knowledge.text import normalize_aligned

_LINK = re.compile(
    r"(?:[\s,的()·/—-]|'s|\bin\b|\bof\b|\bwithin\b|\bat\b|\bunder\b|\bcity\b|\bthe\b)*"
)
_CONTRAST = re.compile(r"\b(?:vs|versus|or|and|than|compared?|both)\b|还是|和|与|跟|或|比|、|及")
_TITLE_AFTER = re.compile(
    "(?:[\u4e00-\u9fff]{0,4}大学(?!生|毕业|城|校|科技园)|银行|理工|师范|交大|财大|医科大)"
    "| (?:[a-z]+ )?(?:university|polytechnic|bank)\\b"
)
_TITLE_BEFORE = re.compile(r"\b(?:bank|university) of (?:the )?$")
_CLEARLY = 15  # by how much better known a place must be for its name alone to mean it


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
    """A name at a position of the normal form, and the places it can mean."""

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

    def __init__(self, names: Names, shorthand: dict[str, Place]) -> None:
        self._latin = LatinNames(names)
        self._chinese = ChineseNames(names, shorthand)

    def find(self, text: str, near: frozenset[str] = frozenset()) -> list[PlaceSpan]:
        plain, at = normalize_aligned(text)
        found = [Mention(*hit) for hit in self._latin.find(plain, text, at)]
        found += [Mention(*hit) for hit in self._chinese.find(plain)]
        found.sort(key=lambda m: (m.start, -m.end))
        meant = [m for m in found if not _in_a_title(m, plain)]
        spans = _decide(meant, plain, near) or _decide(found, plain, near)
        return [_placed(s, text, at) for s in _deepest(spans, plain)]


def _in_a_title(mention: Mention, plain: str) -> bool:
    """Whether a name is part of a university's or bank's, which counts only for want of others."""
    return bool(
        _TITLE_AFTER.match(plain, mention.end)
        or _TITLE_BEFORE.search(plain[max(0, mention.start - 15) : mention.start])
    )


def _decide(found: list[Mention], plain: str, near: frozenset[str]) -> list[PlaceSpan]:
    """One place for each mention that means one; every place of a region."""
    spans: list[PlaceSpan] = []
    for i, mention in enumerate(found):
        if mention.named[0].use == "all":
            spans += [PlaceSpan(n.place, mention.start, mention.end, "") for n in mention.named]
            continue
        around = found[max(0, i - 1) : i] + found[i + 1 : i + 2]
        beside = [m for m in around if _linked(m, mention, plain)]
        named = _plausible(mention, found, near)
        fits = [(_fit(n.place, mention, beside, found, near), n) for n in named]
        if span := _choose(mention, fits):
            spans.append(span)
    return spans


def _plausible(mention: Mention, found: list[Mention], near: Set[str]) -> Iterable[Named]:
    """The places a name can mean; of a kind that many cities have, those of the cities named."""
    if mention.named[0].use != "generic":
        return mention.named
    cities = {n.place.id for m in found if m is not mention for n in m.named}.union(near)
    return [n for n in mention.named if not cities.isdisjoint(_above(n.place.id))]


def _above(id_: str) -> list[str]:
    """The id itself, and the ids of what contains it below the country."""
    parts = id_.split("/")
    return ["/".join(parts[:n]) for n in range(2, len(parts) + 1)]


def _linked(one: Mention, other: Mention, plain: str) -> bool:
    first, second = sorted((one, other), key=lambda m: m.start)
    return bool(_LINK.fullmatch(plain, first.end, max(first.end, second.start)))


_BESIDE, _CONTAINS, _ELSEWHERE, _NEAR = 3000, 2000, 1000, 500
_NEEDED = {"weak": _CONTAINS, "generic": _NEAR}


def _choose(mention: Mention, fits: list[tuple[int, Named]]) -> PlaceSpan | None:
    """The place that fits best and is best known, if the use of its name allows one."""
    allowed = [(fit, n.place) for fit, n in fits if fit >= _NEEDED.get(n.use, 0)]
    if not allowed:
        return None
    allowed.sort(key=lambda a: -a[0] - a[1].weight)
    best, *rest = allowed
    certain = not rest or best[0] + best[1].weight - rest[0][0] - rest[0][1].weight >= _CLEARLY
    others = tuple(place for _, place in rest)
    return PlaceSpan(best[1], mention.start, mention.end, "", others, certain)


def _fit(
    place: Place, mention: Mention, beside: list[Mention], found: list[Mention], near: Set[str]
) -> int:
    """How far the text speaks for a place: its city beside it, elsewhere, or known before."""
    if any(m.under(place) for m in beside):
        return _BESIDE + _parent_named(place, beside)
    if any(place.covers(n.place) and n.place is not place for m in beside for n in m.named):
        return _CONTAINS
    elsewhere = [m for m in found if m is not mention and m.under(place)]
    if elsewhere:
        distance = min(abs(m.start - mention.start) for m in elsewhere)
        return _ELSEWHERE - min(distance, 300) + _parent_named(place, elsewhere)
    return _NEAR if any(f"{place.id}/".startswith(n + "/") for n in near if n != "cn") else 0


def _parent_named(place: Place, mentions: list[Mention]) -> int:
    """A preference for what lies directly in the place named, such as Wuxi's own 高新区."""
    return 100 * any(n.place.id == place.parent for m in mentions for n in m.named)


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
