"""A programme as passages in both languages: what is indexed, shown and cited of a record.

The sentences are those of `knowledge.statements`; documents are split by `ingest.split`.
"""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.passages import Entry, Passage, Source
from knowledge.places import GAZETTEER
from knowledge.programmes import Programme, first_day, last_day
from knowledge.statements import Statement, statements
from knowledge.wording import label

LANGUAGES = ("zh", "en")

_PART_OF = {
    "condition": "conditions",
    "window": "application",
    "channel": "application",
    "documents": "application",
    "validity": "validity",
    "status": "validity",
    "issuer": "validity",
    "payee": "validity",
    "caveat": "caveats",
}
"""Which passage a statement goes into; the summary is one, and each benefit its own."""

_ENDS = "。.；; "
_END = {"zh": "。", "en": "."}
_BETWEEN = {"zh": "；", "en": "; "}
_JOINED = {"zh": "", "en": " "}


def programme_entries(programme: Programme) -> tuple[Entry, ...]:
    """Every passage of a record, with the names it is found by."""
    names = tuple(dict.fromkeys(programme_names(programme)))
    return tuple(
        Entry(passage, names, _context(programme, passage.lang))
        for passage in programme_passages(programme)
    )


def programme_names(programme: Programme) -> Iterator[str]:
    """Titles, aliases, issuer, document number; the place and its parents in every spelling."""
    yield from institution_names(programme)
    place = GAZETTEER.of(programme.jurisdiction)
    for place_id in dict.fromkeys((place.id, *GAZETTEER.ancestors(place.id))):
        if place_id != "cn" or place.id == "cn":
            named = GAZETTEER.get(place_id)
            yield from (named.zh, named.en, place_id.rpartition("/")[2])


def institution_names(programme: Programme) -> Iterator[str]:
    """The names that the word index keeps whole."""
    yield from (programme.title.zh, programme.title.en, *programme.aliases)
    if programme.issuing_body:
        yield from (programme.issuing_body.zh, programme.issuing_body.en)
    if programme.doc_no:
        yield programme.doc_no


def programme_passages(programme: Programme) -> tuple[Passage, ...]:
    """Summary, each benefit, conditions, application, validity and caveats, in both languages."""
    place, source = GAZETTEER.of(programme.jurisdiction), _source(programme)
    start, end = programme.effective_from, programme.effective_until
    return tuple(
        Passage(
            id=f"{programme.id}/{name}/{lang}",
            text=text,
            lang=lang,
            source=source,
            heading=programme.title.in_(lang),
            programme_id=programme.id,
            part=name.partition("/")[0],
            kind=programme.kind,
            places=(place.id,),
            valid_from=first_day(start) if start else None,
            valid_until=last_day(end) if end else None,
            status=programme.status,
            statement=f"{programme.id}/{name}",
        )
        for lang in LANGUAGES
        for name, text in _parts(programme, lang).items()
    )


def _parts(programme: Programme, lang: str) -> dict[str, str]:
    """The text of each passage by its name, in the order of the statements."""
    parts: dict[str, list[Statement]] = {}
    for statement in statements(programme):
        if statement.part != "summary":
            parts.setdefault(_part(statement), []).append(statement)
    texts = {name: _passage(said, lang) for name, said in parts.items()}
    return {"summary": programme.summary.in_(lang), **texts}


def _part(statement: Statement) -> str:
    if statement.benefit is not None:
        return f"benefits/{statement.benefit.key}"
    return _PART_OF[statement.part]


def _passage(said: list[Statement], lang: str) -> str:
    """Statements as sentences; those that begin with the same label share one."""
    sentences: list[str] = []
    for statement in said:
        text, before = statement.in_(lang).rstrip(_ENDS), label(statement.part, lang)
        if before and text.startswith(before) and sentences and sentences[-1].startswith(before):
            sentences[-1] += _BETWEEN[lang] + text.removeprefix(before)
        else:
            sentences.append(text)
    return _JOINED[lang].join(_sentence(text, lang) for text in sentences)


def _sentence(text: str, lang: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{_END[lang]}"


def _context(programme: Programme, lang: str) -> str:
    place = GAZETTEER.of(programme.jurisdiction)
    named = place.zh if lang == "zh" else place.en
    return f"{named} {programme.title.in_(lang)}"


def _source(programme: Programme) -> Source:
    read, issuer = programme.source, programme.issuing_body
    return Source(
        title_zh=programme.title.zh,
        title_en=programme.title.en,
        publisher=read.publisher,
        issuer_zh=issuer.zh if issuer else None,
        issuer_en=issuer.en if issuer else None,
        doc_no=programme.doc_no,
        url=read.url,
        official_url=read.official_url,
        published=read.published,
        seen=read.seen,
        kind=read.kind,
    )
