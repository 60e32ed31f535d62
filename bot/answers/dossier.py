"""The records prepared for answering: every statement with the facts it can give and its terms.

Made once per generation of the index; `rank`, `select` and `compose` read it.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

from bot.answers.concepts import vocabulary
from knowledge.figures import Figure, figures
from knowledge.places import GAZETTEER
from knowledge.programmes import Programme
from knowledge.statements import Statement, statements
from knowledge.text import normalize, terms

_PHONE = re.compile(r"(?<!\d)(?:0\d{2,3}-?\d{7,8}|1[3-9]\d{9}|400-?\d{3}-?\d{4}|12\d{3})(?!\d)")
_RATE_OF_INTEREST = re.compile(
    r"lpr|利率|年化|基准利率|interest rate|\bapr\b|net rate|per cent a year"
)
_INTEREST_SHARE = re.compile(
    r"贴息|贴.{0,4}利息|利息.{0,4}贴|interest (subsid|support|relief|discount)|"
    r"of the (actual )?interest"
)
_SPEED = re.compile(
    r"最快|当天|一日|当日|办结|小时|分钟|工作日|"
    r"fastest|same day|within (a|one) day|minutes?|hours?|working day|half a day|one day"
)
_HOW = re.compile(
    r"申请|申报|申领|领取|受理|办理|入口|预约|通过.{0,10}(平台|系统|窗口|社区)|走.{0,8}(平台|专区|人社)|"
    r"(?:找|问|咨询|联系).{0,10}(?:社区|窗口|部门|局|中心|银行|人社|街道|运营方)|代申请|在“|报名|"
    r"\b(?:apply|applies|application|claim|through|via|ask|contact|register on|portal|filed?|"
    r"handled|book)"
)
_ADDRESS = re.compile(r"\d+号|路|街道|楼|大厦|\b(?:road|street|building|room|floor|address)\b")
_RULE = re.compile(
    r"要求|必须|须|需要|门槛|不算|限|以内|以上|不少于|至少|面向|仅|只有|符合|条件|不超过|满|对.{2,30}(办|给)|"
    r"\b(?:must|only|requir|needs?|at least|no more than|within|under|limited|for those|eligible|"
    r"qualif|not count|minimum|aged)\w*"
)
_LINK = re.compile(r"https?://|www\.|[a-z0-9-]+\.(?:gov\.cn|com|cn|org|net)\b")
_FREE = re.compile(
    r"免费|免租|零租金|零成本|免\d*年|年免|\b(?:free|rent-free|no rent|no cost|no charge)\b"
)
_APPLYING = re.compile(
    r"截止|受理|报名|申报|申请|窗口|提交|征求|征集|批次|内申|前改|前报|"
    r"\b(?:deadline|clos\w+|window|appl\w+|submit\w*|enter|filed?|filing|opens?|batch|comment\w*|amend)\b"
)
_DATE_LIKE = re.compile(r"\d|[一二三四五六七八九十]月|年底|月底")
_END = re.compile(r"截止|到期|结束|为止|有效|至|到|\b(?:until|till|ends?|clos\w+|expir\w+|by|to)\b")
_POINTS = re.compile(r"bp|基点|basis", re.IGNORECASE)
_AREA = re.compile(r"平方米|平米|㎡|square met|sq ?m")
_ABSENT = re.compile(
    r"没写|没有写|没查到|没有查到|没公布|没有公布|没给出|没有给出|没看到|没有看到|不清楚|未公布|未见|待定|几十万|"
    r"看通知|以通知为准|另行通知|没找到|"
    r"\b(?:not (?:stated|described|given|seen|found|published|known|named|clear|shown)|"
    r"unknown|unstated|no (?:entry |exact |application |closing )?"
    r"(?:amount|figure|rate|date|deadline|window|term|cap|share|sum|detail|limit)s?)\b"
)
_CLAUSE = re.compile(r"[，,。；;（）()]|(?<!\d)\.(?!\d)|\bbut\b|\band\b(?= [a-z ]*not )")
_GOAL = re.compile(
    r"目标|到20\d\d年|计划|培育|建成|聚集|"
    r"\b(?:by (the end of )?20\d\d|aims?|goals?|targets?|plans?)\b"
)


@dataclass(frozen=True)
class Line:
    """A statement with what it can answer. `terms` are index terms of both its languages."""

    statement: Statement
    terms: frozenset[str]
    facets: frozenset[str]
    topics: frozenset[str]
    figures: frozenset[tuple[str, str]]  # canonical, from both languages
    numbers: frozenset[float]  # the plain numbers of its amounts, rates and counts

    @property
    def programme_id(self) -> str:
        return self.statement.programme_id


@dataclass(frozen=True)
class Dossier:
    """One programme with its lines and the words that name it."""

    programme: Programme
    place: str
    places: frozenset[str]  # the place and all that contain it
    lines: tuple[Line, ...]
    names: tuple[str, ...]  # normalised titles and aliases
    name_terms: frozenset[str]
    terms: frozenset[str]
    topics: frozenset[str]

    @cached_property
    def figures(self) -> frozenset[tuple[str, str]]:
        """Every figure the record states, in canonical form; caveats tell of other sources."""
        told = (line.figures for line in self.lines if line.statement.part != "caveat")
        return frozenset().union(*told)

    @cached_property
    def facets(self) -> frozenset[str]:
        return frozenset().union(*(line.facets for line in self.lines))


class Dossiers(Mapping[str, Dossier]):
    """All programmes of a generation, with how rare each term is among them."""

    def __init__(self, programmes: Iterable[Programme]) -> None:
        self._all = {p.id: _dossier(p) for p in programmes}
        counts = Counter(t for d in self._all.values() for t in d.terms)
        total = len(self._all) or 1
        self._rarity = {t: math.log(1 + total / n) for t, n in counts.items()}
        self._unseen = math.log(1 + total)
        self.places = frozenset(p for d in self._all.values() for p in d.places)

    def __getitem__(self, programme_id: str) -> Dossier:
        return self._all[programme_id]

    def __iter__(self):  # type: ignore[no-untyped-def]
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)

    def rarity(self, term: str) -> float:
        """Inverse document frequency of a term over the records; the highest for an unknown one."""
        return self._rarity.get(term, self._unseen)


@lru_cache(maxsize=4096)
def grams(text: str) -> tuple[str, ...]:
    """Index terms without single Chinese characters, which say too little on their own.

    Latin words are cut to six letters: the stems of "register" and "registration" differ.
    """
    return tuple(
        t[:6] if t.isascii() and t.isalpha() else t
        for t in terms(text)
        if len(t) > 1 or t.isascii()
    )


@lru_cache(maxsize=1024)
def figure_keys(text: str) -> frozenset[tuple[str, str]]:
    """The figures of a text in canonical form."""
    return frozenset(f.key for f in figures(text))


def _dossier(programme: Programme) -> Dossier:
    place = GAZETTEER.of(programme.jurisdiction).id
    lines = tuple(_line(s) for s in statements(programme))
    titles = (programme.title.zh, programme.title.en, *programme.aliases)
    named = frozenset(t for title in titles for t in grams(title))
    found = frozenset().union(named, *(line.terms for line in lines))
    return Dossier(
        programme,
        place,
        frozenset({place, *GAZETTEER.ancestors(place)}),
        lines,
        tuple(normalize(title) for title in titles),
        named,
        found,
        frozenset().union(*(line.topics for line in lines)),
    )


def _line(statement: Statement) -> Line:
    both = f"{statement.zh} {statement.en}"
    norm = normalize(both)
    stated = [f for said in (statement.zh, statement.en) for f in figures(said)]
    known = _known(norm)
    # Reading figures costs most here: once per language, and again only where clauses fall away.
    sure = stated if known == norm else figures(known)
    return Line(
        statement,
        frozenset(grams(both)),
        _facets(statement, known, sure),
        _topics(statement, norm),
        frozenset(f.key for f in stated),
        frozenset(f.number for f in stated if f.number),
    )


def _known(norm: str) -> str:
    """The text without the clauses that only say what is not known."""
    return "".join(clause for clause in clauses_of(norm) if not _ABSENT.search(clause))


def clauses_of(norm: str) -> list[str]:
    """The text cut after commas, stops and brackets; nothing is lost."""
    ends = [mark.end() for mark in _CLAUSE.finditer(norm)]
    return [norm[a:b] for a, b in pairwise([0, *ends, len(norm)]) if b > a]


def _topics(statement: Statement, norm: str) -> frozenset[str]:
    if statement.part == "benefit":
        named = vocabulary("topics").names(norm)
        return named | {statement.topic} if statement.topic else named
    if statement.part in {"summary", "condition", "caveat"}:
        return vocabulary("topics").names(norm)
    return frozenset()


def _facets(statement: Statement, norm: str, stated: Sequence[Figure]) -> frozenset[str]:
    """Which kinds of fact the statement holds; the names are those of concepts.yaml's aspects."""
    found = set(_by_part(statement))
    names = {f.kind for f in stated if not _POINTS.search(f.text)}
    if "money" in names:
        found |= {"amount", "cap"}
    if "percent" in names:
        found.add("rate")
    if statement.part != "caveat" and _dated(stated, norm):
        found.add("deadline")
        found |= {"window"} if _APPLYING.search(norm) else set()
        found |= {"ends"} if any(map(_ends, clauses_of(norm))) else set()
    if any(_POINTS.search(f.text) for f in stated):
        found.add("points")
    if "count" in names:
        found.add("count")
    if any(f.value.startswith("card_hours") for f in stated):
        found.add("quantity")
    if "duration" in names:
        found.add("term")
    for facet, pattern in _PATTERNS:
        if pattern.search(norm):
            found.add(facet)
    if "interest_rate" in found and not any(f.kind == "percent" for f in stated):
        found.discard("interest_rate")
    if "speed" in found and "duration" not in names and "当天" not in norm:
        found.discard("speed")
    return frozenset(found)


def _ends(clause: str) -> bool:
    """Whether a clause says on which day something ends."""
    if not (_END.search(clause) and _DATE_LIKE.search(clause)):
        return False
    return any(f.kind == "date" for f in figures(clause))


def _dated(stated: Sequence[Figure], norm: str) -> bool:
    """Whether a day or month stands here, or a year as an end ("by 2028"), not "2026 contest"."""
    dates = [f.value for f in stated if f.kind == "date"]
    return any(len(d) > 4 for d in dates) or bool(dates and _BY_YEAR.search(norm))


_BY_YEAR = re.compile(
    r"[到至]20\d\d|20\d\d年?(?:底|末|前|为止)|\b(?:by|until|till|to|end of|end-) ?20\d\d"
)
_PATTERNS = (
    ("phone", _PHONE), ("interest_rate", _RATE_OF_INTEREST), ("interest_share", _INTEREST_SHARE),
    ("speed", _SPEED), ("address", _ADDRESS), ("area", _AREA), ("eligibility", _RULE),
    ("how", _HOW), ("target", _GOAL), ("link", _LINK), ("free", _FREE),
)  # fmt: skip


def _by_part(statement: Statement) -> tuple[str, ...]:
    return {
        "window": ("open", "deadline", "window"),
        "validity": ("deadline", "status"),
        "channel": ("how", "channel"),
        "documents": ("documents",),
        "condition": ("eligibility", "condition"),
        "payee": ("payee",),
        "status": ("status", "open"),
        "issuer": ("source",),
    }.get(statement.part, ())
