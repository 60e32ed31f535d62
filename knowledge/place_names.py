"""Places and the names by which people call them, read from `gazetteer/`.

Which of these names a text means is decided in `place_mentions`.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

from knowledge.text import normalize

FOLDER = Path(__file__).with_name("gazetteer")

Level = Literal["country", "province", "city", "district", "zone", "foreign"]
"""Municipalities, Hong Kong and Macau are cities right below the country. A zone is a development
zone, new area or quarter that policies name; counties and county-level cities are districts."""

Use = Literal["plain", "weak", "generic", "capitals", "all"]
"""plain: the name alone is enough; weak: also an everyday word, so it needs its city or province
beside it; generic: what many cities have (高新区), so it needs a city somewhere in the text;
capitals: only in upper case or next to Chinese (SIP); all: every place of the name is meant."""

_MARKS: dict[str, Use] = {"~": "weak", "?": "generic", "^": "capitals"}


@dataclass(frozen=True, slots=True)
class Place:
    """A place; `aliases` are its further names, `weight` how well known it is (10-99)."""

    id: str
    zh: str
    en: str
    level: Level
    parent: str | None
    aliases: tuple[str, ...] = ()
    weight: int = 10

    def name(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en

    def covers(self, other: Place) -> bool:
        """Whether what holds here holds there: the same place or one within it."""
        return other.id == self.id or other.id.startswith(self.id + "/")


_PLAIN_HAN = re.compile("[\u4e00-\u9fff]+").fullmatch  # needs no folding
_NO_LETTER = re.compile("[^a-z]+")


@dataclass(frozen=True, slots=True)
class Named:
    """A place under one of its names."""

    place: Place
    use: Use = "plain"


@dataclass(frozen=True, slots=True)
class Kind:
    """The names of a kind of zone; `short` ones need the city before them (Dalian High-tech)."""

    zh: tuple[str, ...]
    latin: tuple[str, ...]
    short: tuple[str, ...]


@dataclass(slots=True)
class Names:
    """Every name, as it is looked up: Chinese by text, Latin by its letters alone.

    The places of a name are kept by id; the first use given stays.
    """

    zh: dict[str, dict[str, Named]] = field(default_factory=lambda: defaultdict(dict))
    latin: dict[str, dict[str, Named]] = field(default_factory=lambda: defaultdict(dict))
    lengths: dict[str, list[int]] = field(default_factory=dict)  # of zh names by two characters
    phrases: set[str] = field(default_factory=set)  # latin keys of several words

    def add(self, name: str, place: Place, use: Use) -> None:
        if name[0] > "\u3000" or name[-1] > "\u3000":
            _put(self.zh[name if _PLAIN_HAN(name) else normalize(name)], Named(place, use))
        elif key := letters(name):
            _put(self.latin[key], Named(place, use))
            if " " in name or "-" in name:
                self.phrases.add(key)

    def add_kind(self, kind: Kind, place: Place, city: Place) -> None:
        """A zone as many cities have: by its city and kind together, or by the kind alone."""
        alone, joined = Named(place, "generic"), Named(place)
        short = _ZH_LEVEL.sub(r"\1", city.zh) if city.level == "district" else city.zh
        for zh in kind.zh:
            _put(self.zh[zh], alone)
            _put(self.zh[short + zh], joined)
        _put(self.zh[short + kind.zh[0][:-1]], joined)  # 合肥高新 for 合肥高新区
        english = letters(_EN_LEVEL.sub("", city.en))
        for en in kind.latin:
            _put(self.latin[en], alone)
            _put(self.latin[english + en], joined)
            self.phrases |= {en, english + en}
        for en in kind.short:
            _put(self.latin[english + en], joined)
            self.phrases.add(english + en)

    def lookup(self, name: str) -> tuple[Named, ...]:
        """Every place of that name in any use."""
        named = self.zh.get(normalize(name)) or self.latin.get(letters(name), {})
        return tuple(named.values())

    def finish(self) -> Names:
        starts: dict[str, set[int]] = defaultdict(set)
        for key in self.zh:
            starts[key[:2]].add(len(key))
        self.lengths = {start: sorted(sizes, reverse=True) for start, sizes in starts.items()}
        self.zh, self.latin = dict(self.zh), dict(self.latin)
        return self


def _put(named: dict[str, Named], new: Named) -> None:
    named.setdefault(new.place.id, new)


def letters(name: str) -> str:
    """The letters of a Latin name, without accents: "Xi'an" and "Xi an" are the same."""
    plain = name.casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFD", plain)
    return _NO_LETTER.sub("", plain)


_ZH_LEVEL = re.compile(r"^(.{2,})(?:新区|区|县|市|旗)$")
_EN_LEVEL = re.compile(r" (?:District|County|Banner|New Area|Town|Subdistrict)$")


def _own_names(place: Place) -> Iterator[str]:
    """The official names and the short ones that follow from them."""
    yield place.zh
    yield place.en
    if place.level == "city":
        yield place.zh + "市"
    elif place.level == "province":
        yield place.zh + "省"
    elif place.level == "district":
        if match := _ZH_LEVEL.match(place.zh):
            yield match.group(1)
        yield _EN_LEVEL.sub("", place.en)


def _rows(file: str) -> Iterator[list[str]]:
    lines = (FOLDER / file).read_text(encoding="utf-8").splitlines()
    for line in lines[1:]:
        yield line.split("\t")


def load_shorthand(places: dict[str, Place]) -> dict[str, Place]:
    """What one character stands for in 沪籍 or 来杭."""
    return {sign: places[id_] for sign, id_ in _rows("shorthand.tsv")}


def load_contexts() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """By name: what follows, and what precedes, where it is no place (中国银行, 孙中山)."""
    return {
        name: (re.compile(after or "(?!)"), re.compile(f"(?:{before})$" if before else "(?!)"))
        for name, after, before in _rows("contexts.tsv")
    }


def load_places() -> dict[str, Place]:
    """All places by id, parents before their parts."""
    places: dict[str, Place] = {}
    for id_, zh, en, level, weight, aliases in _rows("places.tsv"):
        parent = None if level in {"country", "foreign"} else id_.rpartition("/")[0]
        names = tuple(aliases.split(";")) if aliases else ()
        places[id_] = Place(id_, zh, en, level, parent, names, int(weight))  # type: ignore[arg-type]
    return places


def load_names(places: dict[str, Place]) -> Names:
    """The names of all places; an alias marked ~ ? ^ overrides the plain use of the same name."""
    names = Names()
    for ids, regions in _rows("regions.tsv"):
        for region in regions.split(";"):
            for id_ in ids.split(";"):
                names.add(region, places[id_], "all")
    kinds = _load_kinds()
    for place in places.values():
        for alias in sorted(place.aliases, key=lambda a: a[0] not in _MARKS):
            if alias[0] == "@":
                names.add_kind(kinds[alias[1:]], place, places[str(place.parent)])
            else:
                names.add(alias.lstrip("~?^"), place, _MARKS.get(alias[0], "plain"))
        for name in _own_names(place):
            names.add(name, place, "plain")
    return names.finish()


def _load_kinds() -> dict[str, Kind]:
    return {
        kind: Kind(
            tuple(zh.split(";")),
            tuple(letters(name) for name in en.split(";")),
            tuple(letters(name) for name in short.split(";")),
        )
        for kind, zh, en, short in _rows("generic.tsv")
    }


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two-character words that are no places; `common` are the frequent among them."""

    common: frozenset[str]
    words: frozenset[str]


@cache
def load_pairs() -> Pairs:
    common: set[str] = set()
    words: set[str] = set()
    for line in (FOLDER / "pairs.txt").read_text(encoding="utf-8").splitlines():
        first, frequent, rest = line.split("\t")
        common.update(first + second for second in frequent)
        words.update(first + second for second in frequent + rest)
    return Pairs(frozenset(common), frozenset(words))
