"""What a cited source states, ready to hold a line against: its claims and where each stands."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from bot.answers.amounts import clause
from bot.answers.claim import Claim
from bot.answers.claim_words import words
from bot.answers.claims import Reading, address, read
from bot.answers.dossier import Dossier
from bot.locale import LANGUAGES, catalogue, text
from knowledge.dates import format_date
from knowledge.passages import Passage
from knowledge.places import GAZETTEER
from knowledge.text import normalize

_SEGMENT_END = re.compile(r"[;。!?\n]|\.(?!\d)(?=\s|$)")
_SENTENCE = re.compile(r"[^。；！？!?;\n]+?(?:[。；！？!?;\n]|\.(?=\s)|$)")
_HAN = re.compile(r"[㐀-鿿]+")
_LATIN = re.compile(r"[a-z]{2,}")
_COMMON = frozenset(
    re.findall(
        r"[a-z]+",
        "the an of to in on at for and or is are was be by with from as it its that this who you "
        "your can may will per up not no if has have get gets than cny rmb most least",
    )
)
_DEGREES = frozenset(["最高", "最多", "不超", "超过", "至少", "不少", "少于", "不低", "低于"])
_HOUSE = ("body.", "lead.", "standing.", "validity.", "window.", "source.", "list.", "compare.",
          "denied.", "lacking.", "verdict.", "sum.", "unknown.")  # fmt: skip
_LABELS = 6  # of the names: two titles and up to four place names
_KEPT = 512  # sources whose evidence is remembered
Source = Dossier | Passage


@dataclass(frozen=True, slots=True)
class Fact:
    """A claim of a source with the words of its clause and of its whole statement."""

    claim: Claim
    clause: frozenset[str]
    segment: frozenset[str]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A source as facts by family; `plain` is all its text in normal form, `grams` its words.

    `statements` are its sentences in both languages, for quoting instead.
    """

    facts: Mapping[str, tuple[Fact, ...]]
    plain: str
    grams: frozenset[str]
    payees: frozenset[str]  # of any of its benefits, or named in its text
    beneficiaries: frozenset[str]  # of the whole
    times: frozenset[str]  # "year" for 每年 or annually, "month" ...
    statements: tuple[str, ...]
    labels: tuple[str, ...]  # titles and place names, as lines are headed with them
    links: frozenset[str]


def evidence(source: Source) -> Evidence:
    """The evidence of a source, worked out once."""
    known = _REMEMBERED.get(id(source))
    if known and known[0] is source:
        return known[1]
    made = _of_programme(source) if isinstance(source, Dossier) else _of_passage(source)
    _REMEMBERED[id(source)] = (source, made)
    if len(_REMEMBERED) > _KEPT:
        _REMEMBERED.popitem(last=False)
    return made


_REMEMBERED: OrderedDict[int, tuple[Source, Evidence]] = OrderedDict()


def _of_programme(dossier: Dossier) -> Evidence:
    programme, source = dossier.programme, dossier.programme.source
    said = [s for line in dossier.lines for s in (line.statement.zh, line.statement.en) if s]
    place = GAZETTEER.get(dossier.place)
    named = [programme.title.zh, programme.title.en, place.zh, place.en]
    named += [place.name(lang) for lang in LANGUAGES]
    if programme.issuing_body:
        named += [programme.issuing_body.zh, programme.issuing_body.en]
    more = [programme.summary.zh, programme.summary.en, *_details(dossier), *_dated(dossier)]
    links = {u for u in (source.url, source.official_url, *source.also_seen) if u}
    payees = {programme.beneficiary, *(programme.payee(b) for b in programme.benefits)}
    made = _evidence([*said, *more], named, links, said)
    whole = frozenset[str]({programme.beneficiary})
    called = grams(normalize("\n".join(programme.aliases)))  # other names, but no facts
    return replace(
        made, grams=made.grams | called, payees=made.payees | payees, beneficiaries=whole
    )


def _details(dossier: Dossier) -> list[str]:
    """What stands in the record beside its statements."""
    programme = dossier.programme
    written = [programme.doc_no, programme.source.publisher]
    texts = [c.text for c in programme.conditions]
    texts += [c.person for c in programme.conditions if c.person]
    texts += [t for b in programme.benefits for t in (b.item, b.note) if t]
    return [w for w in written if w] + [s for t in texts for s in (t.zh, t.en)]


def _dated(dossier: Dossier) -> list[str]:
    """Every date of the record in the sentences that answers say it with, in both languages."""
    p, a = dossier.programme, dossier.programme.application
    dates = {
        "source.seen": p.source.seen,
        "standing.expired_on": p.effective_until,
        "validity.until": p.effective_until,
        "standing.not_yet": p.effective_from,
        "validity.from": p.effective_from,
        "standing.closed_on": a.window_closes,
        "window.closes": a.window_closes,
        "window.opens": a.window_opens,
    }
    said = [_saying(msgid, lang, day) for msgid, day in dates.items() if day for lang in LANGUAGES]
    later = [a.next_window_opens, a.next_deadline, p.source.published]
    return said + [format_date(d, lang) for d in later if d for lang in LANGUAGES]


def _saying(msgid: str, lang: str, day: str) -> str:
    shown = format_date(day, lang)
    return text(msgid, lang, date=shown, start=shown, end=shown, opens=shown, closes=shown)


def _of_passage(passage: Passage) -> Evidence:
    source = passage.source
    dates = [d.isoformat() for d in (passage.valid_from, passage.valid_until) if d]
    dates += [d for d in (source.seen, source.published) if d]
    said = [passage.text, passage.heading, source.publisher, source.doc_no]
    said += [source.issuer_zh, source.issuer_en]
    said += [format_date(d, lang) for d in dates for lang in LANGUAGES]
    named = [source.title_zh, source.title_en]
    links = {u for u in (source.url, source.official_url) if u}
    return _evidence(
        [s for s in said if s], [n for n in named if n], links, _SENTENCE.findall(passage.text)
    )


def _evidence(
    said: Iterable[str], named: Sequence[str], links: Iterable[str], statements: Iterable[str]
) -> Evidence:
    readings = [read(text) for text in dict.fromkeys((*said, *named))]
    names = tuple(normalize(n) for n in named)
    plain = "\n".join(r.s for r in readings)
    received = payees_named(plain)
    return Evidence(
        facts=_by_family(f for r in readings for f in located(r, grams("\n".join(names)))),
        plain=plain,
        grams=grams(plain),
        payees=received,
        beneficiaries=received,
        times=times_named(plain),
        statements=tuple(statements),
        labels=names[:_LABELS],
        links=frozenset(address(normalize(link)) for link in links),
    )


def _by_family(facts: Iterable[Fact]) -> dict[str, tuple[Fact, ...]]:
    found: dict[str, list[Fact]] = {}
    for fact in dict.fromkeys(facts):
        found.setdefault(fact.claim.family, []).append(fact)
    return {family: tuple(facts) for family, facts in found.items()}


def located(reading: Reading, names: frozenset[str] = frozenset()) -> list[Fact]:
    """The claims of a text with the words around them; `names` belong to every one."""
    s = masked(reading)
    return [Fact(c, grams(_part(s, c)), grams(_segment(s, c)) | names) for c in reading.claims]


def masked(reading: Reading) -> str:
    """The text without its claims, whose figures are not words."""
    return blanked(reading.s, [(c.start, c.end) for c in reading.claims])


def blanked(s: str, spans: Iterable[tuple[int, int]]) -> str:
    chars = list(s)
    for start, end in spans:
        chars[start:end] = " " * (end - start)
    return "".join(chars)


def _part(s: str, claim: Claim) -> str:
    start, end = clause(s, claim.start, claim.end)
    return s[start:end]


def _segment(s: str, claim: Claim) -> str:
    before = [m.end() for m in _SEGMENT_END.finditer(s, 0, claim.start)]
    after = _SEGMENT_END.search(s, claim.end)
    return s[before[-1] if before else 0 : after.start() if after else len(s)]


@lru_cache(maxsize=32768)
def grams(s: str) -> frozenset[str]:
    """Pairs of Chinese characters and stems of English words."""
    pairs = {run[i : i + 2] for run in _HAN.findall(s) for i in range(max(1, len(run) - 1))}
    return frozenset(
        (pairs - _DEGREES) | {w[:6].rstrip("s") for w in _LATIN.findall(s) if w not in _COMMON}
    )


@cache
def house_words() -> frozenset[str]:
    """The words of our own sentences around a source's, which no source needs to hold."""
    said = [form for lang in LANGUAGES for msgid, forms in catalogue(lang).items()
            if msgid.startswith(_HOUSE) for form in forms]  # fmt: skip
    return frozenset().union(*(grams(normalize(form)) for form in said))


def times_named(s: str) -> frozenset[str]:
    """Per what time a text in normal form gives something."""
    return frozenset(name for name, pattern in words().per if pattern.search(s))


def payees_named(s: str) -> frozenset[str]:
    """Who a text in normal form names as receiving; not those it denies."""
    return frozenset(
        name
        for name, pattern in words().payees
        for match in pattern.finditer(s)
        if not words().denials.search(s[max(0, match.start() - 14) : match.start()])
    )
