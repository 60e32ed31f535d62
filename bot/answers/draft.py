"""An answer while it is made: lines that know their sources, and the sources they cite.

Rendering to text and citations happens once, at the end, so that numbers can never drift.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from bot.answers.dossier import Dossier
from bot.answers.standing import validity
from bot.locale import text
from bot.messages import Citation, Outcome
from knowledge.dates import format_date
from knowledge.passages import Passage
from knowledge.places import GAZETTEER
from knowledge.programmes import Benefit


@dataclass(frozen=True, slots=True)
class Computed:
    """A worked-out value: `text` shows the sum, `result` is it as shown, `inputs` the founder's
    own figures as shown."""

    text: str
    result: str
    inputs: tuple[str, ...]
    benefit: Benefit | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One line of an answer. `sources` are programme or passage ids; `own` lines state no facts
    of a source (headings, advice, what is not known)."""

    text: str
    sources: tuple[str, ...] = ()
    own: bool = False
    computed: Computed | None = None


@dataclass
class Draft:
    """The lines of an answer in order, and what stands behind them."""

    outcome: Outcome
    lang: str
    on: date
    lines: list[Said] = field(default_factory=list)
    more: list[Said] = field(default_factory=list)
    evidence: dict[str, Dossier | Passage] = field(default_factory=dict)
    suggestions: list[str] = field(default_factory=list)

    def say(self, line: str, *sources: Dossier | Passage, own: bool = False) -> None:
        if line:
            self.lines.append(Said(line, self._ids(sources), own))

    def say_first(self, line: str, *sources: Dossier | Passage) -> None:
        self.lines.insert(0, Said(line, self._ids(sources)))

    def computed(self, worked_out: Computed, source: Dossier) -> Said:
        """A line that shows a sum worked out from the record and the founder's own figures."""
        return Said(worked_out.text, self._ids([source]), computed=worked_out)

    def add_more(self, line: str, *sources: Dossier | Passage) -> None:
        if line:
            self.more.append(Said(line, self._ids(sources)))

    def _ids(self, sources: Iterable[Dossier | Passage]) -> tuple[str, ...]:
        ids = []
        for source in sources:
            id_ = source.programme.id if isinstance(source, Dossier) else source.id
            self.evidence[id_] = source
            ids.append(id_)
        return tuple(ids)

    def numbers(self) -> dict[str, int]:
        """Source id -> citation number, in the order of first use."""
        used = dict.fromkeys(id_ for said in (*self.lines, *self.more) for id_ in said.sources)
        return {id_: n for n, id_ in enumerate(used, 1)}

    def rendered(self) -> str:
        return self._render(self.lines)

    def rendered_more(self) -> str:
        return self._render(self.more)

    def _render(self, lines: list[Said]) -> str:
        numbers = self.numbers()
        return "\n".join(
            said.text + "".join(f"[{numbers[id_]}]" for id_ in said.sources) for said in lines
        )

    def citations(self) -> tuple[Citation, ...]:
        return tuple(self._citation(number, id_) for id_, number in self.numbers().items())

    def _citation(self, number: int, id_: str) -> Citation:
        source = self.evidence[id_]
        if isinstance(source, Dossier):
            return programme_citation(number, source, self._used(id_, source), self.on, self.lang)
        return passage_citation(number, source, self.lang)

    def _used(self, id_: str, dossier: Dossier) -> str:
        """The record's own words behind the lines that cite it."""
        said = "\n".join(line.text for line in (*self.lines, *self.more) if id_ in line.sources)
        own = [line.statement.in_(self.lang) for line in dossier.lines]
        quoted = [dossier.programme.summary.in_(self.lang)]
        quoted += [s for s in own if s and s in said and s not in quoted[0]]
        return "\n".join(dict.fromkeys(quoted))


def programme_citation(
    number: int, dossier: Dossier, passage: str, on: date, lang: str
) -> Citation:
    programme, source = dossier.programme, dossier.programme.source
    return Citation(
        number=number,
        title=programme.title.in_(lang),
        passage=passage,
        programme_id=programme.id,
        issuer=programme.issuing_body.in_(lang) if programme.issuing_body else source.publisher,
        doc_no=programme.doc_no,
        url=source.official_url or source.url,
        validity=validity(programme, on, lang),
        seen=text("source.seen", lang, date=format_date(source.seen, lang)),
        place=GAZETTEER.get(dossier.place).name(lang),
    )


def passage_citation(number: int, passage: Passage, lang: str) -> Citation:
    source = passage.source
    valid = [
        format_date(d.isoformat(), lang) for d in (passage.valid_from, passage.valid_until) if d
    ]
    return Citation(
        number=number,
        title=source.title_zh if lang == "zh" else source.title_en,
        passage=passage.text,
        issuer=source.issuer_zh if lang == "zh" else source.issuer_en,
        doc_no=source.doc_no,
        url=source.official_url or source.url,
        validity=" – ".join(valid),
        seen=text("source.seen", lang, date=format_date(source.seen, lang)) if source.seen else "",
        place="",
    )
