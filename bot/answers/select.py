"""Which statements of a programme answer the question, best first."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answers.dossier import Dossier, Dossiers, Line, grams
from bot.answers.understand import Understanding

FACETS: dict[str, tuple[tuple[str, float], ...]] = {
    # aspect asked -> facets that answer it, with how well
    "phone": (("phone", 3.0),),
    "documents": (("documents", 2.5),),
    "link": (("link", 2.6), ("how", 0.5)),
    "website": (("link", 1.6), ("channel", 1.2)),
    "free": (("free", 0.9),),
    "address": (("address", 1.5), ("how", 0.4)),
    "how": (("channel", 1.5), ("how", 0.9)),
    "open": (("window", 1.9), ("open", 1.2), ("deadline", 0.4)),
    "deadline": (("ends", 2.1), ("deadline", 1.6), ("window", 1.2), ("open", 0.4)),
    "interest_rate": (("interest_rate", 1.8),),
    "rate": (("rate", 1.0),),
    "cap": (("cap", 0.7),),
    "amount": (("amount", 0.6), ("rate", 0.3)),
    "count": (("count", 0.7),),
    "area": (("area", 1.5),),
    "term": (("term", 1.3),),
    "speed": (("speed", 1.5),),
    "eligibility": (("condition", 1.1), ("eligibility", 0.8)),
    "payee": (("payee", 2.0),),
    "status": (("status", 0.8), ("deadline", 0.4)),
    "source": (("source", 2.0),),
    "target": (("target", 0.9),),
}
_ADDRESSED = {
    "personal": ("个人", "personal", "individual", "person"),
    "company": ("企业", "公司", "小微", "compan", "firm", "enterprise"),
}
_PART = {
    "benefit": 0.35, "summary": 0.1, "condition": 0.0, "window": 0.1, "validity": 0.0,
    "channel": 0.0, "documents": 0.0, "status": -0.2, "payee": -0.6, "caveat": -0.35,
    "issuer": -0.8,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """A statement with how well it answers."""

    line: Line
    score: float
    covered: float  # share of the question's own words that it holds


def select(u: Understanding, dossier: Dossier, dossiers: Dossiers, lang: str) -> list[Chosen]:
    """The programme's statements in the reader's language, best answer first."""
    weights = residual(u, dossier, dossiers)
    chosen = [_chosen(u, line, weights) for line in dossier.lines if line.statement.in_(lang)]
    return sorted(chosen, key=lambda c: -c.score)


def residual(u: Understanding, dossier: Dossier, dossiers: Dossiers) -> dict[str, float]:
    """The question's words that do not merely name the programme, with their rarity."""
    own = {t for term in u.terms for t in grams(term) if t not in dossier.name_terms}
    return {t: dossiers.rarity(t) for t in own}


def _chosen(u: Understanding, line: Line, weights: dict[str, float]) -> Chosen:
    held = sum(w for t, w in weights.items() if t in line.terms)
    total = sum(weights.values())
    covered = held / total if total else 0.0
    score = 2.4 * covered + _topic(u, line) + _aspects(u, line) + _kind(u, line)
    return Chosen(line, score + 0.8 * named_figure(u, line), covered)


def _topic(u: Understanding, line: Line) -> float:
    if not u.topics:
        return 0.0
    shared = len(line.topics & u.topics) / len(u.topics)
    return 0.9 * shared + 0.5 * (line.statement.topic in u.topics)


def _aspects(u: Understanding, line: Line) -> float:
    best = [
        max((w for facet, w in FACETS.get(aspect, ()) if facet in line.facets), default=0.0)
        for aspect in u.aspects
    ]
    return sum(best)


def _kind(u: Understanding, line: Line) -> float:
    statement = line.statement
    score = _PART[statement.part]
    if u.aspects & {"deadline", "open"} and statement.part in {"window", "validity"}:
        score += 0.6
    if statement.role in {"target", "pool"}:
        score += 0.3 if "target" in u.aspects or "fund" in u.own_topics else -0.7
    if statement.payee in {"community_operator", "provider"} and "community" not in u.topics:
        score -= 0.5
    return score + addressed(u, statement.in_(u.lang))


def addressed(u: Understanding, text: str) -> float:
    """More for what is said of persons if the question is about a person; likewise companies."""
    asks = u.cues & {"personal", "company"}
    if len(asks) != 1:
        return 0.0
    return 0.35 * any(word in text for word in _ADDRESSED[next(iter(asks))])


def named_figure(u: Understanding, line: Line) -> float:
    """1 where the line states a figure that the question names."""
    return float(any(f.value in line.numbers for f in u.figures))
