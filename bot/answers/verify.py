"""Whether every claim of an answer stands in what its line cites. Needs no model; always on.

How one line is judged is in `judge`; here are whole answers: drafts by their own evidence, and
texts whose lines cite sources as [n].
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from bot.answers.agreement import share
from bot.answers.claim import Claim
from bot.answers.claims import read
from bot.answers.draft import Draft, Said
from bot.answers.evidence import Source, evidence, grams
from bot.answers.judge import Allowed, Unsupported, cited_faults, own_faults, sum_faults
from bot.answers.question import Question
from knowledge.text import detect_language

MARK = re.compile(r"[\[［【](\d{1,3})[\]］】]")
_WORTH_QUOTING = 0.25  # share of a line's words that a statement said in its place must have
_log = logging.getLogger(__name__)


def verify(draft: Draft, question: Question | None = None) -> list[Unsupported]:
    """Every fault of a draft, line by line."""
    said = [*draft.lines, *draft.more]
    allowed = allowed_beside(draft.on, question, len(draft.evidence))
    return [fault for line in said for fault in line_faults(line, draft, allowed)]


def line_faults(said: Said, draft: Draft, allowed: Allowed) -> list[Unsupported]:
    missing = [s for s in said.sources if s not in draft.evidence]
    if missing:
        return [Unsupported(said.text, s, "citation") for s in missing]
    cited = {s: evidence(draft.evidence[s]) for s in said.sources}
    if said.own or not cited:
        everything = tuple(evidence(s) for s in draft.evidence.values())
        return own_faults(said.text, everything, allowed)
    if said.computed:
        return sum_faults(said.text, said.computed.inputs, tuple(cited.values()), allowed)
    others = [evidence(s) for i, s in draft.evidence.items() if i not in cited]
    return cited_faults(said.text, tuple(cited.values()), others, allowed)


def enforce(draft: Draft, question: Question | None = None) -> Draft:
    """The draft without what its sources do not say; the source's own words where they fit."""
    allowed = allowed_beside(draft.on, question, len(draft.evidence))
    said: set[str] = set()
    lines = [kept for line in draft.lines if (kept := _kept(line, draft, allowed, said))]
    more = [line for line in draft.more if not line_faults(line, draft, allowed)]
    return replace(draft, lines=lines, more=more)


def _kept(line: Said, draft: Draft, allowed: Allowed, said: set[str]) -> Said | None:
    """The line; else the statement of its source that comes nearest, if not yet said; else None."""
    if line_faults(line, draft, allowed):
        _log.warning("not in its source, so not said: %s %s", line.sources, line.text)
        quoted = _quoted(line, draft) if len(line.sources) == 1 else ""
        line = Said(quoted, line.sources)
    if not line.text or line.text in said:
        return None
    said.add(line.text)
    return line


def _quoted(line: Said, draft: Draft) -> str:
    """The source's statement, in the draft's language, with most of the line's words."""
    source = draft.evidence.get(line.sources[0])
    if source is None:
        return ""
    mine = grams(read(line.text).s)
    stated = [s for s in evidence(source).statements if detect_language(s) == draft.lang]
    best = max(stated, key=lambda s: share(mine, grams(read(s).s)), default="")
    return best if share(mine, grams(read(best).s)) >= _WORTH_QUOTING else ""


def verify_text(
    text: str,
    sources: Mapping[int, Source],
    *,
    on: date,
    question: Question | None = None,
    own: Iterable[str] = (),
    given: Sequence[Claim] | None = None,
) -> list[Unsupported]:
    """Faults of a text whose lines cite sources as [n]. Lines in `own` may go without.

    `given` are the founder's figures that may be repeated; None: all those of the question.
    """
    allowed = allowed_beside(on, question, len(sources))
    if given is not None:
        allowed = replace(allowed, claims=tuple(given))
    mine = set(own)
    return [
        fault
        for line in text.splitlines()
        if line.strip()
        for fault in text_line_faults(line, sources, allowed, own=line in mine)
    ]


def text_line_faults(
    line: str, sources: Mapping[int, Source], allowed: Allowed, *, own: bool = False
) -> list[Unsupported]:
    numbers = list(dict.fromkeys(int(n) for n in MARK.findall(line)))
    plain = MARK.sub("", line)
    if unknown := [n for n in numbers if n not in sources]:
        return [Unsupported(line, f"[{n}]", "citation") for n in unknown]
    if not numbers:
        everything = tuple(evidence(s) for s in sources.values())
        return own_faults(plain, everything, allowed) if own else [Unsupported(line, "", "uncited")]
    cited = tuple(evidence(sources[n]) for n in numbers)
    others = [evidence(s) for n, s in sources.items() if n not in numbers]
    return cited_faults(plain, cited, others, allowed)


def allowed_beside(on: date, question: Question | None, listed: int) -> Allowed:
    return Allowed(on, read(question.text).claims if question else (), listed)
