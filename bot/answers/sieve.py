"""Lets through of a model's reply only what is checked, sentence by sentence, while it streams.

A sentence that cites what it was not given is left out; anything else that is wrong (a figure that
is not in the cited source, no citation, other words than the source's, markup, another language,
instructions given away) makes the whole reply useless: `Useless` is raised.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from bot.answers.brief import CHARACTERS, SENTENCES, Brief, gives_orders
from bot.answers.draft import Draft
from bot.answers.evidence import Source
from bot.answers.verify import MARK, verify_text
from knowledge.text import detect_language

_CITED = re.compile(r"((?:\s*[\[［【]\d{1,3}[\]］】])+)([。.!！?？;；,，]?)")
_GROWING = re.compile(r"[\[［【]\d{0,3}$")  # a citation mark that is not yet complete
_END_ZH = re.compile(r"(?<=[。！？；])")
_END_EN = re.compile(r"(?<=[.!?;])\s+(?=[A-Z\"'(])")
_MARKUP = re.compile(r"<[a-zA-Z/!]|\*\*|__|`|^\s*(?:#|[-*•·>]\s|\d+[.)]\s)|\]\(|\|\s*-|&\w+;|\\u")
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SHORT = 12  # letters; fewer say little about the language


class Useless(Exception):
    """The reply must not be shown; says why."""


class Sieve:
    """Takes the reply in pieces; `said` are the checked sentences so far, with their marks."""

    def __init__(self, brief: Brief, draft: Draft, sources: Mapping[int, Source]) -> None:
        self._brief, self._draft, self._sources = brief, draft, sources
        self._waiting = ""
        self._heard = ""
        self.said: list[str] = []

    def take(self, piece: str) -> bool:
        """Hears a piece; True if there is more to show. Raises Useless."""
        self._heard += piece
        self._waiting += piece
        if len(self._heard) > 2 * CHARACTERS[self._draft.lang] or self._brief.leaks(self._heard):
            raise Useless("too long" if not self._brief.leaks(self._heard) else "leak")
        before = len(self.said)
        while (found := self._complete()) is not None:
            self._check(*found)
        return len(self.said) > before

    def end(self) -> str:
        """The whole checked text. Raises Useless if nothing is left, or words without a source."""
        while (found := self._complete(at_end=True)) is not None:
            self._check(*found)
        if any(c.isalnum() for c in self._waiting):
            raise Useless("uncited")
        if not self.said:
            raise Useless("empty")
        return self.text()

    def text(self) -> str:
        """The first sentence on its own line: it is the answer."""
        joint = "" if self._draft.lang == "zh" else " "
        return "\n".join(s for s in (self.said[0], joint.join(self.said[1:])) if s)

    def _complete(self, at_end: bool = False) -> tuple[str, str] | None:
        """The next words and the marks that close them, once no further mark can follow."""
        match = _CITED.search(self._waiting)
        if match is None:
            return None
        rest = self._waiting[match.end() :]
        if not at_end and (not rest.strip() or _GROWING.match(rest.strip())):
            return None
        words, marks, stop = self._waiting[: match.start()], match[1], match[2]
        self._waiting = rest
        return words.strip() + (stop if words.strip()[-1:] not in "。.!?！？；;" else ""), marks

    def _check(self, words: str, marks: str) -> None:
        numbers = [int(n) for n in MARK.findall(marks)]
        if any(n not in self._sources for n in numbers):
            return  # it may be anything; nobody can check it
        for sentence in _sentences(words, self._draft.lang):
            self._check_sentence(sentence, "".join(f"[{n}]" for n in dict.fromkeys(numbers)))

    def _check_sentence(self, sentence: str, marks: str) -> None:
        if fault := _form_fault(sentence, self._draft.lang):
            raise Useless(fault)
        faults = verify_text(sentence + marks, self._sources, on=self._draft.on, given=())
        if faults:
            raise Useless(f"{faults[0].reason}: {faults[0].figure}")
        if sentence + marks not in self.said:
            self.said.append(sentence + marks)
        if len(self.said) > 2 * SENTENCES:
            raise Useless("too long")


def _sentences(words: str, lang: str) -> list[str]:
    found = _END_ZH.split(words) if lang == "zh" else _END_EN.split(words)
    return [s.strip() for s in found if s.strip()]


def _form_fault(sentence: str, lang: str) -> str | None:
    if "\n" in sentence or _MARKUP.search(sentence):
        return "markup"
    if any(unicodedata.category(c) in _HIDDEN for c in sentence):
        return "hidden characters"
    if gives_orders(sentence):
        return "orders"
    letters = sum(c.isalpha() for c in sentence)
    if letters >= _SHORT and detect_language(sentence) != lang:
        return "language"
    return None
