"""The gazetteer: provinces, cities, districts, zones and some foreign places, and finding them.

Names are read in `place_names`, mentions in a text are told apart in `place_mentions`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property

from knowledge.errors import PlaceUnknown
from knowledge.place_mentions import Mentions, PlaceSpan
from knowledge.place_names import Level, Names, Place, load_names, load_places, load_shorthand
from knowledge.programmes import Jurisdiction
from knowledge.text import normalize

__all__ = ["GAZETTEER", "Gazetteer", "Level", "Place", "PlaceSpan"]

_BRACKETS = re.compile(r"[()]")


class Gazetteer:
    """All places by id; read on first use."""

    @cached_property
    def places(self) -> dict[str, Place]:
        return load_places()

    @cached_property
    def _names(self) -> Names:
        return load_names(self.places)

    @cached_property
    def _mentions(self) -> Mentions:
        return Mentions(self._names, load_shorthand(self.places))

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self.places)

    def find(self, text: str, near: Iterable[str] = ()) -> list[PlaceSpan]:
        """The places meant in a text, in order, each at its deepest level.

        `near` are ids of places known from the conversation: they settle names that several
        places share, and what only a city in the text would otherwise make sense of (高新区).
        """
        return self._mentions.find(text, frozenset(near))

    def get(self, id_: str) -> Place:
        """The place of an id; raises PlaceUnknown."""
        try:
            return self.places[id_]
        except KeyError:
            raise PlaceUnknown(id_) from None

    def ancestors(self, id_: str) -> tuple[str, ...]:
        """Ids of what contains a place, nearest first, ending with "cn"; none for foreign ones."""
        above: list[str] = []
        parent = self.get(id_).parent
        while parent:
            above.append(parent)
            parent = self.places[parent].parent
        return tuple(above)

    def within(self, id_: str) -> tuple[str, ...]:
        """Ids of everything below a place, sorted; the place itself is left out."""
        start = bisect_left(self._sorted, self.get(id_).id + "/")
        end = bisect_left(self._sorted, id_ + "0")  # "0" follows "/"
        return tuple(self._sorted[start:end])

    def relation(self, one: str, other: str) -> str:
        """How one place stands to another: "same", "covers", "within" or "apart"."""
        a, b = self.get(one), self.get(other)
        if a.id == b.id:
            return "same"
        return "covers" if a.covers(b) else "within" if b.covers(a) else "apart"

    def of(self, jurisdiction: Jurisdiction) -> Place:
        """The deepest place a jurisdiction names; raises PlaceUnknown when one is not known."""
        if jurisdiction.country.upper() not in {"CN", "CHN", "CHINA", "中国"}:
            return self._named(jurisdiction.country, None)
        place = self.get("cn")
        for name in (jurisdiction.province, jurisdiction.city):
            if name:
                place = self._named(name, place)
        return self._district(jurisdiction.district, place) if jurisdiction.district else place

    def _district(self, name: str, city: Place) -> Place:
        """A district as records write it: "浦东新区（临港新片区）" is the part in brackets."""
        try:
            return self._named(name, city)
        except PlaceUnknown:
            outer, *inner = [p for p in _BRACKETS.split(normalize(name)) if p.strip()]
            if not inner:
                raise
            self._named(outer, city)
            return self._named(inner[0], city)

    def _named(self, name: str, within: Place | None) -> Place:
        """The best-known place of that name below `within`, or `within` itself by another name."""
        named = [n.place for n in self._names.lookup(name)]
        if within is None:
            fitting = [p for p in named if p.level == "foreign"]
        else:
            fitting = [p for p in named if within.covers(p)]
            fitting = [p for p in fitting if p is not within] or fitting
        if not fitting:
            raise PlaceUnknown(name)
        return max(fitting, key=lambda p: p.weight)


GAZETTEER = Gazetteer()
