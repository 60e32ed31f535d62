"""Which programmes a question is about: search hits, names, place, topic and facts, weighed.

Only ranks; what is said of the winner is `select`'s business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.answers.dossier import Dossier, Dossiers, grams
from bot.answers.understand import Understanding
from knowledge.passages import Hit

WEIGHTS = {
    "search": 1.6,
    "name": 2.2,
    "terms": 1.6,
    "place": 3.4,
    "topic": 1.4,
    "kind": 0.9,
    "facet": 0.5,
    "before": 1.2,
    "standing": 0.5,
    "person": 0.5,
}
_GENERIC = frozenset({"opc", "ai", "人工智能", "一人公司", "政策", "措施", "补贴", "支持", "创业"})


@dataclass(frozen=True, slots=True)
class Ranked:
    """A programme with its score and the features it is made of."""

    dossier: Dossier
    score: float
    features: dict[str, float]

    @property
    def id(self) -> str:
        return self.dossier.programme.id


def rank(u: Understanding, dossiers: Dossiers, hits: Sequence[Hit]) -> list[Ranked]:
    """Every programme that the named places allow, best first."""
    found = _by_programme(hits)
    asked = [t for t in grams(u.norm) if t not in _GENERIC]
    weights = {t: dossiers.rarity(t) for t in asked}
    ranked = [
        _ranked(u, dossier, found.get(id_, 0.0), weights)
        for id_, dossier in dossiers.items()
        if not u.places or _place_fit(u, dossier) > 0
    ]
    return sorted(ranked, key=lambda r: -r.score)


def _by_programme(hits: Sequence[Hit]) -> dict[str, float]:
    best: dict[str, float] = {}
    top = max((hit.score for hit in hits), default=0.0) or 1.0
    for hit in hits:
        id_ = hit.passage.programme_id
        if id_:
            best[id_] = max(best.get(id_, 0.0), hit.score / top)
    return best


def _ranked(u: Understanding, dossier: Dossier, search: float, weights: dict[str, float]) -> Ranked:
    features = {
        "search": search,
        "name": _name_fit(u, dossier, weights),
        "terms": _coverage(weights, dossier.terms),
        "place": _place_fit(u, dossier),
        "topic": _topic_fit(u, dossier),
        "kind": float(dossier.programme.kind in u.kinds),
        "facet": _facet_fit(u, dossier),
        "before": float(dossier.programme.id in u.programme_ids[:3]),
        "standing": _standing(dossier),
        "person": _person_fit(u, dossier),
    }
    return Ranked(dossier, sum(WEIGHTS[n] * v for n, v in features.items()), features)


def _coverage(weights: dict[str, float], terms: frozenset[str]) -> float:
    total = sum(weights.values())
    return sum(w for t, w in weights.items() if t in terms) / total if total else 0.0


def _name_fit(u: Understanding, dossier: Dossier, weights: dict[str, float]) -> float:
    """1 where the question holds a whole title or alias; else the share of name words in it."""
    whole = max(
        (len(n) for n in dossier.names if len(n) >= 3 and n in u.norm and n not in _GENERIC),
        default=0,
    )
    share = _coverage(weights, dossier.name_terms)
    return max(share, min(1.0, 0.6 + whole / 20) if whole else 0.0)


def _place_fit(u: Understanding, dossier: Dossier) -> float:
    """1 for the place named, less for a place above or below it, 0 elsewhere."""
    if not u.places:
        return 0.5 if dossier.place == "cn" else 0.4
    return max(_relation(place, dossier) for place in u.places)


def _relation(place: str, dossier: Dossier) -> float:
    if place == dossier.place:
        return 1.0
    if place in dossier.places:  # the record is for a part of the place named
        return 0.75 if place.count("/") >= 2 else 0.6
    if place.startswith(dossier.place + "/"):  # for a place that contains it
        return (0.1, 0.35, 0.7, 0.8)[min(3, dossier.place.count("/"))]
    return 0.0


def _topic_fit(u: Understanding, dossier: Dossier) -> float:
    if not u.topics:
        return 0.0
    given = {
        b.topic for b in dossier.programme.benefits if b.role != "target"
    } | dossier.topics & u.topics
    return len(u.topics & given) / len(u.topics)


def _facet_fit(u: Understanding, dossier: Dossier) -> float:
    asked = u.aspects - {"how", "source", "status"}
    return len(asked & dossier.facets) / len(asked) if asked else 0.0


def _standing(dossier: Dossier) -> float:
    programme = dossier.programme
    score = {"active": 1.0, "closed": 0.8, "draft": 0.5, "expired": 0.3}[programme.status]
    return score - 0.4 * (programme.beneficiary in {"community_operator", "provider"})


def _person_fit(u: Understanding, dossier: Dossier) -> float:
    title = " ".join(dossier.names)
    if "personal" in u.cues and "company" not in u.cues:
        return float("个人" in title or "individual" in title or "personal" in title)
    if "company" in u.cues and "personal" not in u.cues:
        return float("企业" in title or "公司" in title or "compan" in title or "组织" in title)
    return 0.0
