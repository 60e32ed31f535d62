"""Questions over many programmes: which places or rules have, pay, end, allow something."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.answers import standing
from bot.answers.compose import Brief, brief
from bot.answers.dossier import Dossier, Dossiers, Line, figure_keys, grams
from bot.answers.draft import Draft
from bot.answers.select import FACETS, addressed, named_figure
from bot.answers.understand import Figure, Understanding
from bot.locale import text
from knowledge.dates import DateSpan, find_dates
from knowledge.dates.calendar_rules import add_months
from knowledge.places import GAZETTEER
from knowledge.programmes import Benefit, last_day

MOST = 10
_ROOM = {"zh": 650, "en": 850}
_STATES = {
    "draft": re.compile(r"草案|征求意见|没定稿|\bdrafts?\b"),
    "expired": re.compile(r"已经?(过期|到期|失效)|\bexpired\b"),
    "closed": re.compile(r"已经?(截止|关闭|关了|结束)|\bclosed\b"),
}
_LOOSE = frozenset({"community", "service", "workspace", "event", "talent", "model", "data"})
_LIMITS = frozenset({"beyond", "over", "under"})
_SUMS = frozenset({"yuan", "percent"})
_ENDS = frozenset({"window", "deadline", "point"})
_LAPSES = re.compile(
    r"到期|失效|过期|有效|管到|\b(?:expir|run out|runs out|lapse|valid|in force|end)\w*"
)
_LASTS = re.compile(
    r"管到|能到|一直到|至少到|还有效|"
    r"\b(?:still valid|at least until|beyond|last until|valid (?:in|into|until))\b"
)
_PARTS = frozenset({"benefit", "summary", "condition", "channel", "window", "validity"})


@dataclass(frozen=True, slots=True)
class Match:
    """A programme that belongs on the list, with the line that shows why."""

    dossier: Dossier
    line: Line
    score: float
    covered: float = 0.0  # share of the question's own words that the line holds


_PARTS_OF = re.compile(
    r"(?:哪些|哪个|哪几个|边几个|边个|边啲)(?:区|县|市(?!场))|各区|别的市|其他市|"
    r"(?:which|what) (?:districts?|zones?)"
)


def is_overview(u: Understanding) -> bool:
    """Whether the question asks what a place has, without naming a subject."""
    bare = "listing" in u.cues and not u.aspects - {"amount", "count"} and len(u.terms) <= 4
    asks = "overview" in u.cues or bare or _PARTS_OF.search(u.norm)
    return bool(u.places and asks) and not u.topics - {"community"}


def is_listing(u: Understanding) -> bool:
    """Whether the question is over many programmes rather than about one."""
    if "where" in u.cues and not u.places:
        return len(u.programme_ids) == 0
    return "listing" in u.cues and len(u.named_places) <= 1


def find(u: Understanding, dossiers: Dossiers, on: date, searched: dict[str, float]) -> list[Match]:
    """Every programme that fits, best first."""
    threshold = next((f for f in u.figures if f.use in _LIMITS and f.unit in _SUMS), None)
    ending = _ending(u, on)
    weights = {t: dossiers.rarity(t) for term in u.terms for t in grams(term)}
    matches = []
    for dossier in dossiers.values():
        if not (_eligible(u, dossier, on, ending) and _part_wanted(u, dossier)):
            continue
        found = [m for line in dossier.lines if (m := _match(u, dossier, line, weights, threshold))]
        if found:
            best = max(found, key=lambda m: m.score)
            boost = 0.6 * searched.get(dossier.programme.id, 0.0)
            matches.append(Match(best.dossier, best.line, best.score + boost, best.covered))
    counted = [m for m in matches if _states(u, m)]
    matches = counted if len(counted) > 2 else matches
    if ending is not None and not u.topics:
        return sorted(matches, key=lambda m: m.dossier.programme.effective_until or "")
    return _cut(matches, threshold is not None or ending is not None)


def _states(u: Understanding, match: Match) -> bool:
    """Whether the line states what the question counts: "a target of 1,000", "three years"."""
    asked = [f for f in u.figures if f.unit not in _SUMS]
    lengths = {k for k in figure_keys(u.norm) if k[0] == "duration"}
    if not asked and not lengths:
        return False
    return all(f.value in match.line.numbers for f in asked) and lengths <= match.line.figures


def _eligible(u: Understanding, dossier: Dossier, on: date, ending: DateSpan | None) -> bool:
    programme = dossier.programme
    found = standing.state(programme, on)
    if asked := _asked_states(u):
        return found in asked and (not u.places or any(p in dossier.places for p in u.places))
    if found in {"expired", "closed", "not_yet"}:
        return False
    if programme.beneficiary in {"community_operator", "provider"} and "community" not in u.topics:
        return False
    if u.places and not any(p in dossier.places for p in u.places):
        return False
    if any(p in dossier.places for p in u.excluded):
        return False
    if "tax" in u.topics and programme.kind != "tax":
        return False
    return ending is None or _ends_within(u, dossier, ending)


def _asked_states(u: Understanding) -> set[str]:
    """The states that the list is about: drafts, expired rules, closed calls."""
    return {s for s, pattern in _STATES.items() if pattern.search(u.norm)}


def _ending(u: Understanding, on: date) -> DateSpan | None:
    """The time by which, or within which, the rules asked for end."""
    if not u.aspects & {"deadline", "open", "status"}:
        return None
    spans = [s for s in find_dates(u.norm, on) if s.kind in _ENDS and s.end_on]
    return spans[0] if spans else None


def _ends_within(u: Understanding, dossier: Dossier, span: DateSpan) -> bool:
    application = dossier.programme.application
    ends = [dossier.programme.effective_until]
    if not _LAPSES.search(u.norm):
        ends += [application.window_closes, application.next_deadline]
    last = date.max if _LASTS.search(u.norm) else span.end_on
    first = span.start_on or _first_day(span)
    return any(first <= last_day(e) <= last for e in ends if e and last)


def _first_day(span: DateSpan) -> date:
    """The first day of the month, quarter, half or year whose end was named."""
    end = span.end_on
    assert end is not None
    if span.precision == "day" and not span.iso.endswith("-end"):
        return end
    months = {"year": 12, "half": 6, "quarter": 3}.get(span.precision, 1)
    return add_months(end.replace(day=1), 1 - months)


def _match(
    u: Understanding,
    dossier: Dossier,
    line: Line,
    weights: dict[str, float],
    threshold: Figure | None,
) -> Match | None:
    statement = line.statement
    if statement.part not in _PARTS or not statement.in_(u.lang):
        return None
    if statement.part == "condition" and not u.aspects & {"eligibility", "count"}:
        return None
    value = _value(statement.benefit, threshold) if threshold else _size(statement.benefit)
    if threshold and not _passes(value, threshold):
        return None
    covered = _covered(weights, line, dossier)
    if u.topics and not line.topics & u.topics and covered < 0.5:
        return None
    score = 2.0 * covered + _facets(u, line) + 1.2 * named_figure(u, line)
    if u.topics:
        worth = 0.5 if weights and u.topics <= _LOOSE else 1.0
        score += worth * len(line.topics & u.topics) / len(u.topics)
        score += 0.5 * worth * (statement.topic in u.topics)
    if statement.role in {"target", "pool"}:
        score += 0.8 if "target" in u.aspects else -0.8
    score += 2 * addressed(u, statement.in_(u.lang))
    return Match(dossier, line, score + 0.2 * (statement.part == "benefit"), covered)


def _covered(weights: dict[str, float], line: Line, dossier: Dossier) -> float:
    """The share of the question's words in the line; less for those only in the name."""
    held = sum(w for t, w in weights.items() if t in line.terms)
    named = sum(w for t, w in weights.items() if t in dossier.name_terms - line.terms)
    return (held + 0.6 * named) / (sum(weights.values()) or 1.0)


def _facets(u: Understanding, line: Line) -> float:
    weight = 0.0
    for aspect in u.aspects:
        weight += max((w for f, w in FACETS.get(aspect, ()) if f in line.facets), default=0.0)
    return weight


def _value(benefit: Benefit | None, threshold: Figure) -> float | None:
    if benefit is None or benefit.role != "support":
        return None
    if threshold.unit == "percent":
        return benefit.rate * 100 if benefit.rate is not None else None
    if threshold.unit == "yuan" and benefit.unit in {"CNY", None}:
        return benefit.cap if benefit.cap is not None else benefit.amount
    return None


def _size(benefit: Benefit | None) -> float | None:
    if benefit is None or benefit.unit != "CNY":
        return None
    return benefit.cap if benefit.cap is not None else benefit.amount


def _passes(value: float | None, threshold: Figure) -> bool:
    if value is None:
        return False
    if threshold.use == "under":
        return value <= threshold.value
    return value > threshold.value if threshold.use == "beyond" else value >= threshold.value


def overview(u: Understanding, dossiers: Dossiers, on: date) -> list[Match]:
    """What the named place has for a founder: its own rules first, then those above and below."""
    found = []
    for dossier in dossiers.values():
        near = max((_nearness(p, dossier) for p in u.places), default=0.0)
        if near and _eligible(u, dossier, on, None) and _part_wanted(u, dossier):
            best = max(dossier.lines, key=lambda line: _weight(line, u.lang))
            found.append(Match(dossier, best, near + 0.02 * _weight(best, u.lang)))
    return sorted(found, key=lambda m: -m.score)


def _part_wanted(u: Understanding, dossier: Dossier) -> bool:
    """Where the question asks which districts, only what lies below the place named."""
    return not _PARTS_OF.search(u.norm) or dossier.place not in u.places


def _nearness(place: str, dossier: Dossier) -> float:
    if place == dossier.place:
        return 3.0
    if place in dossier.places:
        return 2.0
    return 1.0 if place.startswith(dossier.place + "/") and dossier.place != "cn" else 0.0


def _weight(line: Line, lang: str) -> float:
    """How much a line says about what a founder gets."""
    statement = line.statement
    if not statement.in_(lang) or statement.part not in {"benefit", "summary"}:
        return -1.0
    gives = statement.part == "benefit" and statement.role == "support"
    return 2.0 * gives + len(line.facets & {"amount", "rate", "quantity", "term"}) + 0.1


def _cut(matches: list[Match], filtered: bool) -> list[Match]:
    ordered = sorted(matches, key=lambda m: -m.score)
    if not ordered:
        return []
    least = 0.35 if filtered else 0.62
    top = ordered[0].score
    return [
        m for m in ordered if m.score >= least * top or (m.score >= 0.55 * top and m.covered >= 0.4)
    ]


def write(u: Understanding, matches: Sequence[Match], dossiers: Dossiers, on: date) -> Draft:
    """The list: places first, then a line for each programme; the rest behind "more"."""
    lang = u.lang
    draft = Draft("answered", lang, on)
    lines = [_line(m, brief(u, m.dossier, dossiers, lang), on, lang) for m in matches]
    shown = _that_fit(lines, lang)
    names = dict.fromkeys(_where(m.dossier, lang) for m in matches[:shown])
    joined = ("、" if lang == "zh" else ", ").join(names)
    form = "list.lead" if len(matches) <= shown else "list.lead_more"
    draft.say(text(form, lang, count=len(matches), shown=shown, places=joined), own=True)
    for number, (match, line) in enumerate(zip(matches, lines, strict=True)):
        (draft.say if number < shown else draft.add_more)(line, match.dossier)
    draft.say(text("list.note", lang), own=True)
    return draft


def _that_fit(lines: Sequence[str], lang: str) -> int:
    """How many lines fit a phone's screen or two; the others wait behind "more"."""
    room, count = _ROOM[lang], 0
    for line in lines[:MOST]:
        room -= len(line)
        if room < 0:
            break
        count += 1
    return max(1, count)


def _where(dossier: Dossier, lang: str) -> str:
    place = GAZETTEER.get(dossier.place)
    parent = (
        GAZETTEER.get(place.parent)
        if place.parent and place.level in {"district", "zone"}
        else None
    )
    if lang == "zh":
        return (parent.zh if parent else "") + place.zh
    return f"{place.en} ({parent.en})" if parent else place.en


def _line(match: Match, said_as: Brief, on: date, lang: str) -> str:
    programme = match.dossier.programme
    said = said_as(match.line.statement).rstrip("。.;；")
    warning = standing.warning(programme, on, lang)
    ends = (
        text("list.ends", lang, end=standing.validity(programme, on, lang))
        if programme.effective_until
        else ""
    )
    place = _where(match.dossier, lang)
    title = programme.title.in_(lang)
    named = GAZETTEER.get(match.dossier.place).name(lang).split()[0] in title
    return text(
        "list.line" if named else "list.line_placed", lang, place=place, title=title,
        said=said, ends=f" ({warning})" if warning else ends,
    )  # fmt: skip
