"""What a language model is told: the files in prompts/ filled in, question and evidence as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.answers import standing
from bot.answers.concepts import vocabulary
from bot.answers.dossier import Dossier
from bot.answers.draft import Draft
from bot.answers.evidence import Source
from bot.answers.question import Question
from knowledge.text import normalize

SENTENCES = 6
CHARACTERS = {"zh": 320, "en": 800}
_LANGUAGES = {"zh": "Chinese (simplified)", "en": "English"}
_EXAMPLES = {"zh": "最高补贴20万元。[1]", "en": "It pays up to CNY 200,000. [1]"}
_MOST_OF_A_SOURCE = 4000  # characters
_WORD = re.compile(r"[a-z']+|[一-鿿]")
_SHINGLE = 7


@dataclass(frozen=True, slots=True)
class Brief:
    """A prompt, and how to see that a reply gives it away."""

    system: str
    user: str
    canary: str

    def leaks(self, reply: str) -> bool:
        """Whether a reply holds the canary or seven words in a row of the instructions."""
        return self.canary in reply or bool(_shingles(reply) & _shingles(self.system))


def phrasing(question: Question, draft: Draft, sources: dict[int, Source], canary: str) -> Brief:
    """To put a draft into words. Sources are known to the model by their numbers alone."""
    lang = draft.lang
    system = _file("phrase").format(
        canary=canary,
        language=_LANGUAGES[lang],
        sentences=SENTENCES,
        characters=CHARACTERS[lang],
        example=_EXAMPLES[lang],
    )
    told = {
        "question": question.text,
        "today": draft.on.isoformat(),
        "sources": [_told(number, source, draft) for number, source in sources.items()],
        "draft": draft.rendered(),
    }
    return Brief(system, json.dumps(told, ensure_ascii=False), canary)


def rewriting(question: Question, lang: str, canary: str) -> Brief:
    """To make a follow-up stand on its own."""
    system = _file("rewrite").format(canary=canary, language=_LANGUAGES[lang])
    told = {"earlier": [t.question for t in question.history[-4:]], "question": question.text}
    return Brief(system, json.dumps(told, ensure_ascii=False), canary)


def _told(number: int, source: Source, draft: Draft) -> dict[str, object]:
    lang = draft.lang
    if isinstance(source, Dossier):
        title, warning = (
            source.programme.title.in_(lang),
            standing.warning(source.programme, draft.on, lang),
        )
        said = [line.statement.in_(lang) for line in source.lines]
    else:
        title, warning = (source.source.title_zh if lang == "zh" else source.source.title_en), ""
        said = source.text.splitlines()
    return {"n": number, "title": title, "warning": warning, "statements": _harmless(said)}


def _harmless(said: list[str]) -> list[str]:
    """The statements without those that give orders to the assistant, up to a length."""
    kept, length = [], 0
    for statement in dict.fromkeys(s for s in said if s.strip()):
        length += len(statement)
        if length > _MOST_OF_A_SOURCE:
            break
        if not gives_orders(statement):
            kept.append(statement)
    return kept


def gives_orders(written: str) -> bool:
    """Whether a text tries to instruct the assistant."""
    return vocabulary("injection").has("injection", normalize(written))


def _shingles(written: str) -> frozenset[tuple[str, ...]]:
    found = _WORD.findall(written.casefold())
    return frozenset(tuple(found[i : i + _SHINGLE]) for i in range(len(found) - _SHINGLE + 1))


@cache
def _file(name: str) -> str:
    return Path(__file__).with_name("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
