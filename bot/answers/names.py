"""Names of programmes in a question, and how much of a question the records know."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.answers.dossier import Dossier, Dossiers, grams
from bot.answers.rank import Ranked
from bot.answers.understand import Understanding
from knowledge.places import GAZETTEER

_NAMED_ZH = re.compile(r"([\u4e00-\u9fff]{2,8}(?:计划|行动|工程|基金|专项|金|通|宝|礼包))")
_NAMED_EN = re.compile(
    r"((?:[A-Z][\w-]+\s+){1,3})(?:[Ff]und|[Gg]rant|[Pp]lan|[Ss]cheme|[Pp]rogramme?|[Vv]oucher|[Ll]oan|"
    r"[Ii]nitiative|[Bb]onus|[Ss]tipend|[Aa]ward|[Aa]llowance|[Cc]redits?|[Pp]ackage|"
    r"[Ff]ellowship|[Pp]rize|[Ss]ubsidy|[Rr]ebate|[Cc]hallenge|[Aa]cademy)\b"
)
_CAPITALS = re.compile(
    r"(?<!^)\b([A-Z][a-z]{3,}(?:\s[A-Z][a-z]{2,})+)|"
    r"^([A-Z][a-z]{3,}\s[A-Z][a-z]{2,})(?=\s?[\u4e00-\u9fff])"
)
_COMMON = re.compile(
    r"(?:january|february|march|april|june|july|august|september|october|november|december|monday|"
    r"tuesday|wednesday|thursday|friday|saturday|sunday|china|chinese|city|district|province|"
    r"high-tech|zone|park|new|area|company|token|compute|start|startup|founder|street|the|and|\s)+"
)
_ASKING = re.compile(
    r"[几多少什怎哪吗呢啥谁免补领给我的]|租金|资金|现金|奖金|启动金|公积金|保证金|押金"
)
_KIND_WORDS = frozenset(
    ["计划", "行动", "工程", "基金", "专项", "fund", "plan", "grant", "programm", "scheme",
     "voucher", "loan", "support"]
)  # fmt: skip


def unknown_name(u: Understanding, ranked: Sequence[Ranked], dossiers: Dossiers) -> str:
    """A name in the question that no record which could be meant bears; "" if there is none."""
    for name in names(u):
        parts = [g for g in grams(name) if g not in _KIND_WORDS]
        held = max((_share(parts, r.dossier, dossiers) for r in ranked[:8]), default=0.0)
        if parts and held < 0.5:
            return name
    return ""


def names(u: Understanding) -> list[str]:
    """What looks like the proper name of a programme: quoted, before a word such as 基金, or
    capitalised within an English sentence; never a place."""
    found = list(u.quoted)
    text_, places = u.text, GAZETTEER.find(u.text)
    taken = {i for span in places for i in range(span.start, span.end)}
    for pattern in (_NAMED_ZH, _NAMED_EN) if u.places else (_NAMED_ZH, _NAMED_EN, _CAPITALS):
        for match in pattern.finditer(text_):
            start, end = match.span(1) if match.span(1)[0] >= 0 else match.span()
            own = [i for i in range(start, end) if i not in taken]
            name = "".join(text_[i] for i in own).strip()
            if len(name) >= 3 and not (_COMMON.fullmatch(name.lower()) or _ASKING.search(name)):
                found.append(name)
    return found


def _share(parts: Sequence[str], dossier: Dossier, dossiers: Dossiers) -> float:
    total = sum(dossiers.rarity(t) for t in parts)
    held = sum(dossiers.rarity(t) for t in parts if t in dossier.terms)
    return held / total if total else 1.0


def explained(u: Understanding, dossier: Dossier, dossiers: Dossiers) -> float:
    """How much of what the question names the record knows, rare words counting more."""
    parts = [g for term in u.terms for g in grams(term)]
    return _share(parts, dossier, dossiers) if parts else 1.0
