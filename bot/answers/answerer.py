"""Answerer: understand, find, compose, verify. The one door to answers.

It decides which kind of answer a question gets; each kind is made in a module of its own.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Protocol

from bot.answers import abstain, compare, compose, denial, lacking, listing, quote
from bot.answers.calculate import calculate
from bot.answers.dossier import Dossiers
from bot.answers.draft import Draft
from bot.answers.evidence import evidence
from bot.answers.premise import check
from bot.answers.question import Answer, Question
from bot.answers.rank import Ranked, rank
from bot.answers.select import select
from bot.answers.stated import profile
from bot.answers.suggest import suggestions
from bot.answers.understand import Understanding, understand
from bot.answers.verify import enforce
from bot.locale import text
from knowledge.eligibility import holds
from knowledge.index import Index
from knowledge.passages import Filter, Hit

OnDraft = Callable[[str], Awaitable[None]]
_HITS = 40


class Indexes(Protocol):
    """Where the current index comes from; `knowledge.index.CurrentIndex` is one."""

    def get(self) -> Index: ...


class Phrasing(Protocol):
    """An optional language model's part; `bot.answers.generate` makes one."""

    async def rewrite(self, question: Question) -> Question: ...

    async def phrase(
        self, question: Question, draft: Draft, fallback: Answer, on_draft: OnDraft | None
    ) -> Answer: ...


class Answerer:
    """Answers from the current generation of the index; safe to share between tasks."""

    def __init__(self, indexes: Indexes, phrasing: Phrasing | None = None) -> None:
        self._indexes, self._phrasing = indexes, phrasing
        self._prepared: tuple[str, Dossiers] | None = None

    async def answer(self, question: Question, on_draft: OnDraft | None = None) -> Answer:
        """With the language model where one is set; the model-free answer wherever it fails."""
        started = time.perf_counter()
        if self._phrasing is not None and question.history:
            question = await self._phrasing.rewrite(question)
        draft, answer = self._answered(question)
        if self._phrasing is not None and answer.outcome == "answered":
            answer = await self._phrasing.phrase(question, draft, answer, on_draft)
        return replace(answer, ms=_since(started))

    def answer_now(self, question: Question) -> Answer:
        """Without a model, from records and passages alone."""
        started = time.perf_counter()
        _, answer = self._answered(question)
        return replace(answer, ms=_since(started))

    def warm(self) -> None:
        """Load what the first answer needs, so that nobody waits for it."""
        self._dossiers(self._indexes.get())

    def read_ahead(self) -> None:
        """Read the evidence of every record, which each otherwise costs its first answer."""
        for dossier in self._dossiers(self._indexes.get()).values():
            evidence(dossier)

    def _answered(self, question: Question) -> tuple[Draft, Answer]:
        index = self._indexes.get()
        dossiers = self._dossiers(index)
        u = understand(question)
        u = abstain.served_places(u, dossiers)
        if question.lang:
            u = replace(u, lang=question.lang)
        draft = enforce(_Case(index, dossiers, u, question).draft(), question)
        return draft, finished(draft, u, question, index.generation)

    def _dossiers(self, index: Index) -> Dossiers:
        prepared = self._prepared
        if prepared is None or prepared[0] != index.generation:
            prepared = index.generation, Dossiers(index.programmes.values())
            self._prepared = prepared
        return prepared[1]


def finished(draft: Draft, u: Understanding, question: Question, generation: str) -> Answer:
    """The draft as the person reads it, with its citations and what they may ask next."""
    citations = draft.citations()
    said = draft.rendered()
    if not question.on_is_today:
        said = f"{text('asof.note', draft.lang, date=_day(question, draft.lang))}\n{said}"
    return Answer(
        text=said,
        more=draft.rendered_more(),
        lang=draft.lang,
        outcome=draft.outcome,
        citations=citations,
        suggestions=tuple(draft.suggestions[:3]),
        programme_ids=tuple(dict.fromkeys(c.programme_id for c in citations if c.programme_id)),
        generation=generation,
        understanding={
            "places": list(u.places), "topics": sorted(u.topics), "aspects": sorted(u.aspects),
            "cues": sorted(u.cues), "follows": u.follows,
        },
    )  # fmt: skip


def _day(question: Question, lang: str) -> str:
    from knowledge.dates import format_date

    return format_date(question.on.isoformat(), lang)


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 2)


class _Case:
    """One question on its way to a draft."""

    def __init__(self, index: Index, dossiers: Dossiers, u: Understanding, q: Question) -> None:
        self.index, self.dossiers, self.u = index, dossiers, u
        self.on, self.lang = q.on, u.lang
        self.hits: Sequence[Hit] = ()
        self.ranked: list[Ranked] = []

    def draft(self) -> Draft:
        early = abstain.before_search(self.u, self.dossiers, self.on)
        if early is not None:
            return early
        self.hits = self._hits(self.u)
        if documents := quote.documents(self.u, self.hits, self.on):
            return quote.write(self.u, documents, self.dossiers, self.on)
        self.ranked = rank(self.u, self.dossiers, self.hits)
        outside = abstain.outside(self.u, self.ranked, self.dossiers, self.on)
        if outside is not None:
            return outside
        if listing.is_overview(self.u) and (draft := self._overview()):
            return draft
        if listing.is_listing(self.u) and (draft := self._listed()):
            return draft
        if compare.is_comparison(self.u) and (draft := self._compared()):
            return draft
        return self._single()

    def rank(self, u: Understanding) -> list[Ranked]:
        return rank(u, self.dossiers, self._hits(u))

    def _hits(self, u: Understanding) -> Sequence[Hit]:
        return self.index.search(u.search_text, k=_HITS, filter=Filter())

    def _compared(self) -> Draft | None:
        found = compare.sides(self.u, self.rank, self.dossiers, self.lang)
        return compare.write(found, self.on, self.lang) if len(found) >= 2 else None

    def _listed(self) -> Draft | None:
        searched: dict[str, float] = {}
        for hit in self.hits:
            id_ = hit.passage.programme_id
            if id_:
                searched[id_] = max(searched.get(id_, 0.0), hit.score)
        found = listing.find(self.u, self.dossiers, self.on, searched)
        if len(found) < 2 and self.u.places:
            return None  # about one programme after all
        if not found:
            return abstain.none_match(self.u, self.on)
        return listing.write(self.u, found, self.dossiers, self.on)

    def _overview(self) -> Draft | None:
        found = listing.overview(self.u, self.dossiers, self.on)
        return listing.write(self.u, found, self.dossiers, self.on) if len(found) > 1 else None

    def _single(self) -> Draft:
        ranked = abstain.with_subject(self.u, self.ranked)
        missing = abstain.after_ranking(self.u, ranked, self.dossiers, self.on)
        if missing is not None:
            return missing
        best = ranked[0].dossier
        denied = check(self.u, best, self.on)
        if denied is not None:
            return denial.corrected(self.u, best, self.dossiers, denied, self.on)
        chosen = select(self.u, best, self.dossiers, self.lang)
        computed = calculate(self.u, best, chosen, self.on)
        if computed is None:
            without = lacking.fact_lacking(self.u, best, self.on)
            if without is not None:
                return without
        draft = compose.compose(self.u, ranked, self.dossiers, self.on, self.lang)
        self._add_verdict(draft, ranked[0])
        if computed is not None:
            draft.lines.insert(0, draft.computed(computed, best))
        draft.suggestions = suggestions(self.u, best, self.lang)
        return draft

    def _add_verdict(self, draft: Draft, best: Ranked) -> None:
        """Conditions that what the founder said already fails."""
        if "eligibility" not in self.u.aspects:
            return
        known = profile(self.u, self.on)
        for condition in best.dossier.programme.conditions:
            if condition.rule and holds(condition.rule, known, self.on) is False:
                failed = condition.text.in_(self.lang).rstrip("。.")
                draft.say_first(text("verdict.fails", self.lang, condition=failed), best.dossier)
                return
