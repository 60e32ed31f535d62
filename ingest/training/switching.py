"""Code switching: token ids replaced by translations, so that a text is half in each language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ingest.training.alignment import Table
from ingest.training.bags import Bags, Ints
from ingest.training.contrast import Floats
from ingest.training.vocabulary import HAN, Vocabulary
from knowledge.text import stem

_MOST = 5
_LEAST_CHANCE = 0.08
_COMMON = 0.004  # a token with a larger share is a function word: it is left as it is


@dataclass(frozen=True, slots=True)
class Switch:
    """Translations token by token: alternatives and their cumulative chances, a row per token."""

    ids: Ints
    chances: Floats

    def apply(self, bags: Bags, rng: np.random.Generator, share: float) -> Bags:
        """A random share of the ids that have translations, replaced by one of them."""
        known = self.chances[bags.ids, -1] > 0
        rows = np.flatnonzero(known & (rng.random(len(bags.ids)) < share))
        tokens = bags.ids[rows]
        choice = (rng.random(len(rows))[:, None] > self.chances[tokens]).sum(axis=1)
        ids = bags.ids.copy()
        ids[rows] = self.ids[tokens, np.minimum(choice, _MOST - 1)]
        return Bags(ids, bags.starts)


def make_switch(vocabulary: Vocabulary, translations: Table) -> Switch:
    """Single tokens for single tokens, where the translation lexicon has a likely one."""
    ids = {token: i for i, token in enumerate(vocabulary.tokens)}
    surfaces = _surfaces(vocabulary)
    alternatives = np.zeros((len(ids), _MOST), dtype=np.int32)
    chances = np.zeros((len(ids), _MOST), dtype=np.float32)
    for token, share in zip(vocabulary.tokens, vocabulary.shares, strict=True):
        found = list(_found(token, translations, ids, surfaces)) if share <= _COMMON else []
        if found:
            total = sum(chance for _, chance in found)
            chances[ids[token]] = 1
            running = np.cumsum([chance / total for _, chance in found])
            chances[ids[token], : len(found)] = running
            chances[ids[token], -1] = 1
            alternatives[ids[token]] = found[-1][0]
            alternatives[ids[token], : len(found)] = [other for other, _ in found]
    return Switch(alternatives, chances)


def _found(
    token: str, translations: Table, ids: dict[str, int], surfaces: dict[str, str]
) -> Iterator[tuple[int, float]]:
    han = bool(HAN.fullmatch(token))
    for other, chance in translations.get(token if han else stem(token), [])[:_MOST]:
        word = surfaces.get(other) if han else other
        if word in ids and chance >= _LEAST_CHANCE:
            yield ids[word], chance


def _surfaces(vocabulary: Vocabulary) -> dict[str, str]:
    """The commonest token of each English stem."""
    found: dict[str, str] = {}
    for token in vocabulary.tokens[1:]:  # commonest first
        if token.isascii() and token.isalpha() and len(token) > 1:
            found.setdefault(stem(token), token)
    return found
