"""A question as weighted terms for the word index: its own, its places and their translations.

How text is cut is `knowledge.text`; how terms are searched is `knowledge.lexical`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from knowledge import lexicon
from knowledge.places import GAZETTEER
from knowledge.text import terms, words

PLACE_WEIGHT = 1.5
"""Of the place a question names: "suzhou", "姑苏" and "苏州" are one term, and it decides a lot."""

_ABOVE_WEIGHT = 0.4
_TRANSLATION_WEIGHT = 0.5
_TRANSLATIONS = 2
_LIKELY = 0.15
_LONGEST = 600
"""Characters of a question that are searched; a longer one has said by then what it is about."""

_MOST_WORDS = 40


def place_terms(places: Iterable[str]) -> Iterator[str]:
    """The terms under which a passage of these places is found: they and all above them."""
    for place in places:
        yield from (_term(each) for each in (place, *GAZETTEER.ancestors(place)) if each != "cn")


def query_terms(query: str) -> dict[str, float]:
    """Each term of a question with its weight; 1 for what stands in it."""
    query = query[:_LONGEST]
    own = dict.fromkeys(terms(query), 1.0)
    return _translations(query) | own | _places(query)


def _places(query: str) -> dict[str, float]:
    named = [span.place.id for span in GAZETTEER.find(query) if span.place.id != "cn"]
    above = {term: _ABOVE_WEIGHT for place in named for term in place_terms([place])}
    return above | {_term(place): PLACE_WEIGHT for place in named}


def _translations(query: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for word in dict.fromkeys(words(query)[:_MOST_WORDS]):
        found |= dict(_translated(word))
    return found


@lru_cache(maxsize=8192)
def _translated(word: str) -> tuple[tuple[str, float], ...]:
    """The terms of a word's likely translations, with their weights."""
    if not lexicon.LEXICON.exists():  # a checkout whose model is yet to be trained
        return ()
    found = lexicon.translate(word)
    whole = max(1.0, sum(weight for _, weight in found))
    return tuple(
        (term, _TRANSLATION_WEIGHT * weight / whole)
        for other, weight in found[:_TRANSLATIONS]
        if weight / whole >= _LIKELY
        for term in _whole_words(other)
    )


def _whole_words(other: str) -> list[str]:
    """A translation's terms without single Chinese characters: a guess should not match much."""
    found = terms(other)
    return [term for term in found if len(term) > 1] or found


def _term(place: str) -> str:
    return f"@{place}"
