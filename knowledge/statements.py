"""A programme as single statements in both languages: what an answer can say about it, one by one.

Passages (what the index holds) and answers (what a founder reads) are both made of these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from knowledge.benefit_wording import benefit_sentence
from knowledge.programmes import (
    Application,
    Beneficiary,
    Benefit,
    Condition,
    Programme,
    Role,
    Text,
    Topic,
)
from knowledge.wording import beneficiary, day, say

Part = Literal[
    "summary", "benefit", "condition", "window", "validity", "channel", "documents", "status",
    "payee", "caveat", "issuer",
]  # fmt: skip

_SENTENCE_ZH = re.compile(r"[^。；！？]+[。；！？]?")
_SENTENCE_EN = re.compile(r".+?(?:[.;!?](?=\s+[A-Z\"'(0-9])|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of a programme. `text` holds both languages; a summary sentence only one."""

    programme_id: str
    part: Part
    zh: str = ""
    en: str = ""
    topic: Topic | None = None
    role: Role | None = None
    payee: Beneficiary | None = None
    benefit: Benefit | None = None

    def in_(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


def statements(programme: Programme) -> tuple[Statement, ...]:
    """Every statement of the record, in the order a reader would want them."""
    return (
        *_benefits(programme),
        *_summary(programme),
        *(
            _both(programme, "condition", _condition(programme, condition))
            for condition in programme.conditions
        ),
        *(_both(programme, "window", text) for text in _windows(programme.application)),
        *_validity(programme),
        *_channels(programme),
        *_standing(programme),
        *(_both(programme, "caveat", say("caveat", caveat)) for caveat in programme.caveats),
    )


def _both(programme: Programme, part: Part, text: Text) -> Statement:
    return Statement(programme.id, part, text.zh, text.en)


def _condition(programme: Programme, condition: Condition) -> Text:
    """The condition, with the only benefit it limits unless its own words name that."""
    item = next((b.item for b in programme.benefits if b.key == condition.benefit), None)
    if item is None or item.zh in condition.text.zh or item.en in condition.text.en:
        return say("condition", condition.text)
    return say("condition_of", item, condition.text)


def _benefits(programme: Programme) -> list[Statement]:
    return [_benefit(programme, benefit) for benefit in programme.benefits]


def _benefit(programme: Programme, benefit: Benefit) -> Statement:
    said = benefit_sentence(benefit)
    return Statement(
        programme.id,
        "benefit",
        said.zh,
        said.en,
        benefit.topic,
        benefit.role,
        programme.payee(benefit),
        benefit,
    )


def _summary(programme: Programme) -> list[Statement]:
    zh = [Statement(programme.id, "summary", zh=s) for s in split_zh(programme.summary.zh)]
    en = [Statement(programme.id, "summary", en=s) for s in split_en(programme.summary.en)]
    return zh + en


def split_zh(text: str) -> list[str]:
    """Sentences of a Chinese text, their end mark kept."""
    return [s.strip() for s in _SENTENCE_ZH.findall(text) if s.strip()]


def split_en(text: str) -> list[str]:
    """Sentences of an English text, their end mark kept."""
    return [s.strip() for s in _SENTENCE_EN.findall(text) if s.strip()]


def _windows(application: Application) -> list[Text]:
    a, said = application, []
    if a.window_opens and a.window_closes:
        said.append(say("window", day(a.window_opens), day(a.window_closes)))
    elif a.window_opens:
        said.append(say("opens", day(a.window_opens)))
    elif a.window_closes:
        said.append(say("closes", day(a.window_closes)))
    if a.next_window_opens and a.next_deadline and a.next_window_opens != a.window_opens:
        said.append(say("next_window", day(a.next_window_opens), day(a.next_deadline)))
    elif a.next_deadline and a.next_deadline != a.window_closes:
        said.append(say("next_deadline", day(a.next_deadline)))
    elif a.next_window_opens and a.next_window_opens != a.window_opens:
        said.append(say("next_opens", day(a.next_window_opens)))
    if a.recurring:
        said.append(say("recurring", a.recurring))
    if a.rolling:
        said.append(say("rolling"))
    return said


def _validity(programme: Programme) -> list[Statement]:
    start, end = programme.effective_from, programme.effective_until
    if start and end:
        return [_both(programme, "validity", say("valid_between", day(start), day(end)))]
    if end:
        return [_both(programme, "validity", say("valid_until", day(end)))]
    if start:
        return [_both(programme, "validity", say("valid_from", day(start)))]
    return []


def _channels(programme: Programme) -> list[Statement]:
    application = programme.application
    said = []
    if application.channel:
        said.append(_both(programme, "channel", say("channel", application.channel)))
    if application.documents:
        listed = Text(
            zh="、".join(d.zh for d in application.documents),
            en=", ".join(d.en for d in application.documents),
        )
        said.append(_both(programme, "documents", say("documents", listed)))
    return said


def _standing(programme: Programme) -> list[Statement]:
    """Status unless active, who is paid, and who issued it."""
    said = [_both(programme, "payee", say("payee", beneficiary(programme.beneficiary)))]
    if programme.status != "active":
        said.insert(0, _both(programme, "status", say(programme.status)))
    if programme.issuing_body and programme.doc_no:
        number = Text(zh=programme.doc_no, en=programme.doc_no)
        said.append(
            _both(programme, "issuer", say("issuer_numbered", programme.issuing_body, number))
        )
    elif programme.issuing_body:
        said.append(_both(programme, "issuer", say("issuer", programme.issuing_body)))
    return said
