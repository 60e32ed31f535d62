"""One programme as an answer: the fact asked first, then who, if, until when, how and where."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

from bot.answers import standing
from bot.answers.concepts import vocabulary
from bot.answers.dossier import Dossier, Dossiers, grams
from bot.answers.draft import Draft
from bot.answers.rank import Ranked
from bot.answers.select import FACETS, Chosen, residual, select
from bot.answers.understand import Understanding
from bot.locale import text
from knowledge.dates import format_date
from knowledge.statements import Statement, split_en, split_zh
from knowledge.text import normalize

_LEAD_PARTS = frozenset({"benefit", "summary", "condition", "window", "validity", "channel",
                         "documents", "payee", "issuer", "caveat"})  # fmt: skip
_LONGEST_LEAD = {"zh": 60, "en": 130}
_CLAUSE_ZH = re.compile(r"(?:（[^）]*）|“[^”]*”|[^，；（“])+[，；]?")
_CLAUSE_EN = re.compile(r"(?:\([^)]*\)|\d,\d|[^,;(])+[,;]?")
_DIGIT = re.compile(r"\d|半|免")
_OTHERS = 2
_CONDITIONS = {"zh": 150, "en": 320}  # characters
_TELLS = {  # what a clause must hold to tell the fact asked
    "interest_rate": re.compile(r"lpr|利率|\brate\b"),
    "deadline": re.compile(r"\d月|20\d\d|\b(?:until|by) "),
    "area": re.compile(r"平方米|square"),
    "speed": re.compile(r"分钟|小时|天|日办|minute|hour|\bday"),
    "phone": re.compile(r"\d{7,}"),
}
_ABOUT_TIME = frozenset({"deadline", "open", "status"})


def compose(
    u: Understanding, ranked: Sequence[Ranked], dossiers: Dossiers, on: date, lang: str
) -> Draft:
    """The best programme in full, and close runners-up in a line each."""
    best = ranked[0].dossier
    draft = Draft("answered", lang, on)
    chosen = select(u, best, dossiers, lang)
    lead = leading(u, chosen)
    write_lead(draft, best, lead, brief(u, best, dossiers, lang))
    write_body(draft, best, lead, [c.line.statement for c in chosen])
    if standing.warning(best.programme, on, lang) and not u.aspects & _ABOUT_TIME:
        draft.outcome = "corrected"  # the question took the offer for open
    for other in _close(ranked):
        _write_other(draft, u, other, dossiers)
    return draft


def leading(u: Understanding, chosen: Sequence[Chosen]) -> list[Statement]:
    """The statement that answers best, and one more for each fact or topic it leaves open."""
    usable = [c for c in chosen if c.line.statement.part in _LEAD_PARTS]
    if not usable:
        return []
    lead = [usable[0]]
    for want in _wants(u):
        if len(lead) < 3 and not any(_gives(c, want) for c in lead):
            lead += [c for c in usable if _gives(c, want) and c.score > 0.45 * lead[0].score][:1]
    return [c.line.statement for c in lead]


def _wants(u: Understanding) -> list[tuple[str, str]]:
    asked = [("topic", t) for t in sorted(u.own_topics)] if len(u.own_topics) > 1 else []
    return asked + [("aspect", a) for a in sorted(u.aspects) if a in FACETS]


def _gives(chosen: Chosen, want: tuple[str, str]) -> bool:
    kind, name = want
    if kind == "topic":
        return chosen.line.statement.topic == name or name in chosen.line.topics
    return any(facet in chosen.line.facets for facet, weight in FACETS[name] if weight >= 0.5)


Brief = Callable[[Statement], str]


def brief(u: Understanding, dossier: Dossier, dossiers: Dossiers, lang: str) -> Brief:
    """How to say a statement in a lead: whole if short, else its clauses that answer best."""
    weights = residual(u, dossier, dossiers)

    def said(statement: Statement) -> str:
        whole = statement.in_(lang)
        if statement.part != "summary" or len(whole) <= _LONGEST_LEAD[lang]:
            return whole
        return _best_clauses(clauses(whole, lang), u, weights, _LONGEST_LEAD[lang])

    return said


def clauses(text_: str, lang: str) -> list[str]:
    """A sentence cut at its commas and semicolons, outside brackets; marks kept."""
    pattern = _CLAUSE_ZH if lang == "zh" else _CLAUSE_EN
    return [c for c in pattern.findall(text_) if c.strip()]


def _best_clauses(
    parts: Sequence[str], u: Understanding, weights: dict[str, float], longest: int
) -> str:
    """The clause that holds most of what is asked, with those after it as long as there is room."""
    score = [
        sum(w for t, w in weights.items() if t in set(grams(part)))
        + 2.0 * len(u.topics & vocabulary("topics").names(normalize(part)))
        + 2.0 * bool(_DIGIT.search(part))
        + 6.0 * any(_TELLS[a].search(normalize(part)) for a in u.aspects & _TELLS.keys())
        for part in parts
    ]
    at = max(range(len(parts)), key=lambda i: score[i])
    said = parts[at]
    for part in parts[at + 1 :]:
        if len(said) + len(part) > longest:
            break
        said += part
    return said.strip(" ，,；;、")


def write_lead(draft: Draft, dossier: Dossier, lead: Sequence[Statement], said_as: Brief) -> None:
    """The answer itself in one line, with the programme's name; a warning first if it is over."""
    lang = draft.lang
    programme = dossier.programme
    said = _joined([said_as(s) for s in lead], lang)
    warning = standing.warning(programme, draft.on, lang)
    if warning:
        said = text("lead.warned", lang, warning=warning, said=said)
    title = programme.title.in_(lang)
    draft.say(text("lead.line", lang, said=said, title=title), dossier)


def _joined(parts: Sequence[str], lang: str) -> str:
    """Statements as one line without doubled end marks."""
    plain = [p.rstrip("。.;；") for p in dict.fromkeys(parts) if p]
    return ("；" if lang == "zh" else "; ").join(plain)


def write_body(
    draft: Draft, dossier: Dossier, lead: Sequence[Statement], ranked: Sequence[Statement] = ()
) -> None:
    """What else a founder must know, each line short: rest of the summary, who, if, when, how.

    `ranked`: the record's statements, those nearest to the question first.
    """
    lang, programme = draft.lang, dossier.programme
    short = _LONGEST_LEAD[lang]
    said = {
        normalize(s.in_(lang)) for s in lead if s.part != "summary" or len(s.in_(lang)) <= short
    }
    told = normalize(draft.lines[0].text) if draft.lines else ""
    rest = [
        s
        for s in sentences(programme.summary.in_(lang), lang)
        if normalize(s) not in said and normalize(s).rstrip(".;。；") not in told
    ]
    if rest:
        draft.say(("" if lang == "zh" else " ").join(rest), dossier)
    draft.say(_payee(dossier, lang), dossier)
    draft.say(_conditions(dossier, lang, said, ranked), dossier)
    valid = standing.validity(programme, draft.on, lang)
    window = standing.window(programme, draft.on, lang)
    draft.say(text("body.valid", lang, validity=valid, window=window), dossier)
    draft.say(_how(dossier, lang), dossier)
    draft.say(_checked(dossier, lang), dossier)


def sentences(summary: str, lang: str) -> list[str]:
    return split_zh(summary) if lang == "zh" else split_en(summary)


def _payee(dossier: Dossier, lang: str) -> str:
    return text(f"body.payee.{dossier.programme.beneficiary}", lang)


def _conditions(dossier: Dossier, lang: str, said: set[str], ranked: Sequence[Statement]) -> str:
    """The conditions, those nearest to the question first, as many as there is room for."""
    nearest = [s.in_(lang) for s in ranked if s.part == "condition"]
    texts = [c.text.in_(lang).rstrip("。.") for c in dossier.programme.conditions]
    texts.sort(key=lambda t: next((i for i, s in enumerate(nearest) if t in s), len(nearest)))
    shown: list[str] = []
    for one in dict.fromkeys(texts):
        told = any(normalize(one) in lead for lead in said)
        if not told and sum(map(len, shown)) + len(one) <= _CONDITIONS[lang]:
            shown.append(one)
    if not shown:
        return ""
    joined = ("；" if lang == "zh" else "; ").join(shown)
    return text("body.conditions", lang, conditions=joined)


def _how(dossier: Dossier, lang: str) -> str:
    application = dossier.programme.application
    if not application.channel:
        issuer = dossier.programme.issuing_body
        return text("body.ask", lang, issuer=issuer.in_(lang)) if issuer else ""
    said = text("body.how", lang, channel=application.channel.in_(lang).rstrip("。."))
    if application.documents:
        listed = ("、" if lang == "zh" else ", ").join(d.in_(lang) for d in application.documents)
        said += text("body.documents", lang, documents=listed)
    return said


def _checked(dossier: Dossier, lang: str) -> str:
    programme = dossier.programme
    return text(
        f"body.checked.{programme.confidence}",
        lang,
        date=format_date(programme.source.seen, lang),
        kind=text(f"source.kind.{programme.source.kind}", lang),
    )


def _close(ranked: Sequence[Ranked]) -> list[Ranked]:
    """Runners-up that the question may have meant as well."""
    if len(ranked) < 2 or ranked[0].score <= 0:
        return []
    return [r for r in ranked[1:] if r.score >= 0.86 * ranked[0].score][:_OTHERS]


def _write_other(draft: Draft, u: Understanding, other: Ranked, dossiers: Dossiers) -> None:
    said = short(u, other.dossier, dossiers, draft.lang)
    title = other.dossier.programme.title.in_(draft.lang)
    warning = standing.warning(other.dossier.programme, draft.on, draft.lang)
    if warning:
        said = text("lead.warned", draft.lang, warning=warning, said=said)
    draft.say(text("body.also", draft.lang, title=title, said=said), other.dossier)


def short(u: Understanding, dossier: Dossier, dossiers: Dossiers, lang: str) -> str:
    """The one statement of a programme that answers best."""
    lead = leading(u, select(u, dossier, dossiers, lang))[:1]
    if not lead:
        return dossier.programme.summary.in_(lang)
    return brief(u, dossier, dossiers, lang)(lead[0]).rstrip("。.")
