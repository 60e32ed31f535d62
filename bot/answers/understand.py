"""What a question asks: language, places, topics, the fact wanted, figures, and what it follows.

Only the words are read here; nothing is looked up in the records.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from bot.answers.concepts import Mention, vocabulary
from bot.answers.question import Question
from knowledge.figures import figures
from knowledge.money import find_amounts
from knowledge.places import GAZETTEER, PlaceSpan
from knowledge.text import detect_language, normalize, words

_FOLLOW = re.compile(
    r"^(那|那么|还有|另外|它|他们|这个|那个|同样|如果|要是|换成|"
    r"and\b|what about|how about|also\b|then\b|"
    r"but\b|or\b|so\b|ok\b|is it|does it|can i|do they|for it|same)|"
    r"(呢|那边|那里|这里)[?？。!！]?$|(那边|那里|该政策|这个|\bthere\b|\bit\b|\bthey\b|\btheir\b|\bthat\b|\bthose\b)"
)
_QUOTED = re.compile(r"[“\"「『《‘']([^”\"」』》’']{2,30})[”\"」』》’']")
_GIVES = re.compile(
    r"(发|给|补|奖|送|报销|拨|领|返|退|免|"
    r"\b(?:pays?|gives?|grants?|offers?|refunds?|covers?|hands? out|reimburses?|subsidi[sz]es?|"
    r"awards?|provides?|gets?|receives?|promises?|sends?)\b)[^，,。.；;?？!！]{0,24}$"
)
_WE_PAY = re.compile(
    r"\b(?:we|i|i'm|we're|my company)\b[^,.;?!]{0,30}\b(?:pay|paid|paying)\b[^,.;?!]{0,24}$|"
    r"我们?[^，,。;?!]{0,12}(?:付|交|给(?:平台|服务商))[^，,。;?!]{0,12}$"
)
_OWN = re.compile(
    r"(花|烧|租|投|支出|用了|用掉|消费|账单|采购|买了?|付|合同|利润|卖|营收|收入|销售|注册资本|认缴|"
    r"借|贷|想要|预算|才|只有|"
    r"\b(?:spen[dt]|cost|invest|pay for|bills?|buy|bought|rent|budget|profit|sales|sell|revenue|"
    r"earn|borrow|contract|capital|turnover|income|schedule|need|want|put)\w*)[^，,。.；;?？!！]{0,24}$"
)
_WHO = re.compile(r"\bwho (?:can|may|is allowed|qualifies)\b|谁能|谁可以|哪些人(?:能|可以)")
_OF_A_LOAN = re.compile(
    r"\brate (?:of|on|for) (?:the |a )?[a-z' -]{0,40}\bloans?\b|\bloan'?s? rate\b"
)
_LEFT_OUT = re.compile(
    r"(?:除了?|除去|不算|不要|离开|不在|(?<!自)从(?!事))\s*$|"
    r"\b(?:except(?: for)?|other than|besides|apart from|outside|moved from|came from|come from|"
    r"leaving|left|not|from)\s+$"
)
_LEFT_AFTER = re.compile(r"^\s*(?:以外|之外|来|搬|到.{1,8}(?:来|去))")
_HERE = re.compile(
    r"(?:我|人|公司|本人|户口|老家)[^，,。?！!]{0,12}(?:在|是)\s?$|"
    r"\b(?:i'm|i am|we're|we are|based|living|live|registered) (?:in|at|from)\s+$"
)
_JOINED = re.compile(
    r"\W{0,3}(?:和|同|跟|与|或|还是|对比|及|vs\.?|versus|and|or|versus|to)?\W{0,3}"
)
_SENTENCE = re.compile(r"(?:[^。!?;\n.]|\.(?=\w))+[。!?;\n.]*")
_WONDERS = re.compile(
    r"[吗呢么]|什么|啥|哪|怎|多少|几|\b(?:what|which|who|how|when|where|can|could|is there)\b"
)
_BEYOND = re.compile(
    r"(超过|高过|高于|大于|多于|more than|over|above|higher than|exceed\w*|greater than|beyond|>)"
    r"\s*(cny|rmb|¥|\$)?\s*$"
)
_OVER = re.compile(
    r"(不低于|至少|不少于|达到|at least|no less than|not less than|minimum of|>=)"
    r"\s*(cny|rmb|¥|\$)?\s*$"
)
_UNDER = re.compile(
    r"(低于|少于|不到|不超过|小于|至多|less than|under|below|at most|no more than|up to|<=?)"
    r"\s*(cny|rmb|¥|\$)?\s*$"
)
_OVER_AFTER = re.compile(
    r"^\s*(以上|及以上|起步|\+|or more|or higher|or above|and up|and above|plus\b)"
)
_UNDER_AFTER = re.compile(r"^\s*(以下|以内|之内|or less|or below|and below)")


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount in the question and what it is to the person.

    `use`: own (the founder's own spend, profit, headcount …), premise (what they think is given),
    beyond / over / under (a threshold for a list; beyond leaves it out), or open.
    """

    value: float
    unit: str
    use: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Understanding:
    """What was understood. `places` are ids, in the order named; `terms` the words that neither a
    place nor a concept explains, in the index's form."""

    text: str
    norm: str
    lang: str
    places: tuple[str, ...] = ()
    named_places: tuple[str, ...] = ()  # as typed, those the question itself names
    excluded: tuple[str, ...] = ()  # places named only to leave them out, or to come from
    parallel: bool = False  # several places are meant side by side
    others: tuple[str, ...] = ()  # other places an ambiguous name can mean
    topics: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    aspects: frozenset[str] = frozenset()
    cues: frozenset[str] = frozenset()
    figures: tuple[Figure, ...] = ()
    terms: tuple[str, ...] = ()
    quoted: tuple[str, ...] = ()
    programme_ids: tuple[str, ...] = ()  # of the turn it follows
    follows: bool = False
    own_topics: frozenset[str] = frozenset()  # topics the last message itself names
    domain: bool = False
    injected: bool = False
    search_text: str = ""  # what to search for; includes the context of a follow-up

    def figure(self, use: str) -> Figure | None:
        return next((f for f in self.figures if f.use == use), None)


def understand(question: Question) -> Understanding:
    """The last message in the light of the earlier ones."""
    context: Understanding | None = None
    for turn in question.history[-4:]:
        read = _in_context(_read(turn.question), context)
        context = replace(read, programme_ids=turn.programme_ids or read.programme_ids)
    return _in_context(_read(question.text), context)


@lru_cache(maxsize=512)
def _read(text: str) -> Understanding:
    norm = normalize(text)
    found = GAZETTEER.find(norm)
    left_out = [s for s in found if _left_out(norm, s)]
    spans = GAZETTEER.find(_blanked(norm, left_out)) if left_out else found
    topics = vocabulary("topics").find(_asking(norm))
    aspects = vocabulary("aspects").find(norm)
    cues = vocabulary("cues").find(norm)
    spans, parallel = _asked_about(norm, spans)
    places = [s.place.id for s in spans] or _containing(norm, left_out)
    return Understanding(
        text=text,
        norm=norm,
        lang=detect_language(text),
        places=tuple(dict.fromkeys(places)),
        named_places=tuple(dict.fromkeys(places)),
        others=tuple(p.id for s in spans for p in s.others),
        topics=frozenset(m.concept for m in topics),
        own_topics=frozenset(m.concept for m in topics),
        kinds=vocabulary("kinds").names(norm),
        aspects=_sharpened(norm, frozenset(m.concept for m in aspects)),
        cues=frozenset(m.concept for m in cues),
        figures=_figures(norm),
        parallel=parallel,
        excluded=tuple(s.place.id for s in left_out),
        terms=_unexplained(norm, found, [*aspects, *cues]),
        quoted=tuple(_QUOTED.findall(text)),
        domain=vocabulary("domain").has("domain", norm),
        injected=vocabulary("injection").has("injection", norm),
        search_text=text,
    )


def _containing(norm: str, left_out: list[PlaceSpan]) -> list[str]:
    """The named province of a place left out: "other cities of Jiangsu than Suzhou"."""
    above = [GAZETTEER.get(a) for s in left_out for a in GAZETTEER.ancestors(s.place.id)]
    return [p.id for p in above if p.zh in norm or p.en.lower() in norm]


def _asked_about(norm: str, spans: list[PlaceSpan]) -> tuple[list[PlaceSpan], bool]:
    """Of several places, those compared (and that they are), or those in the sentence that asks."""
    if len({s.place.id for s in spans}) < 2:
        return spans, False
    if vocabulary("cues").has("comparison", norm):
        return spans, True
    elsewhere = [s for s in spans if not _HERE.search(norm[: s.start])]
    if 0 < len(elsewhere) < len(spans):
        return _asked_about(norm, elsewhere)  # "I am in Changsha; may I join in Wuhan?"
    if len(norm) < 40 and len(_SENTENCE.findall(norm)) == 1:
        return spans, True
    if any(_JOINED.fullmatch(norm[a.end : b.start]) for a, b in pairwise(spans)):
        return spans, True
    asking = _asking(norm)
    return [s for s in spans if norm[s.start : s.end] in asking] or spans, False


def _left_out(norm: str, span: PlaceSpan) -> bool:
    """Whether a place is named as one left or excluded: "除了苏州", "from Changsha to Shenzhen"."""
    before, after = norm[: span.start], norm[span.end :]
    excluded = _LEFT_OUT.search(before)
    if excluded and excluded.group().strip() in {"从", "from"}:
        return bool(_LEFT_AFTER.match(after) or re.match(r"\s+to\b", after))
    return bool(excluded)


def _sharpened(norm: str, aspects: frozenset[str]) -> frozenset[str]:
    """The facts asked, where one word alone would name another: who can apply, a loan's rate."""
    if _WHO.search(norm):
        aspects = (aspects - {"how"}) | {"eligibility"}
    if "rate" in aspects and _OF_A_LOAN.search(norm):
        aspects = (aspects - {"rate"}) | {"interest_rate"}
    return aspects


def _figures(norm: str) -> tuple[Figure, ...]:
    """Amounts, and after them the bare numbers, which have the unit "number"."""
    found = [
        _figure(norm, a.value, a.unit or "", a.text, a.start, a.end) for a in find_amounts(norm)
    ]
    taken = {i for f in found for i in range(f.start, f.end)}
    found += [
        _figure(norm, f.number, "number", f.text, f.start, f.end)
        for f in figures(norm)
        if f.kind == "number" and f.number is not None and f.start not in taken
    ]
    return tuple(found)


def _figure(norm: str, value: float, unit: str, text: str, start: int, end: int) -> Figure:
    use = _use(norm[max(0, start - 40) : start], norm[end:])
    return Figure(value, unit, use, text, start, end)


def _use(before: str, after: str) -> str:
    if _BEYOND.search(before):
        return "beyond"
    if _OVER.search(before) or _OVER_AFTER.match(after):
        return "over"
    if _UNDER.search(before) or _UNDER_AFTER.match(after):
        return "under"
    if _WE_PAY.search(before):
        return "own"
    gives, own = _GIVES.search(before), _OWN.search(before)
    if gives and own:
        return "premise" if gives.start() > own.start() else "own"
    if gives:
        return "premise"
    return "own" if own else "open"


def _unexplained(norm: str, spans: list[PlaceSpan], mentions: list[Mention]) -> tuple[str, ...]:
    """Index terms of the text without places, question words and cues: what names the thing."""
    return tuple(dict.fromkeys(words(_blanked(norm, [*spans, *mentions]))))


def _blanked(norm: str, spans: Sequence[PlaceSpan | Mention]) -> str:
    """The text with blanks where the spans stood, so that offsets stay."""
    chars = list(norm)
    for span in spans:
        chars[span.start : span.end] = " " * (span.end - span.start)
    return "".join(chars)


def _asking(norm: str) -> str:
    """The sentences that ask; the others are the person's story. All of it if none does."""
    parts = _SENTENCE.findall(norm)
    asks = [p for p in parts if "?" in p or vocabulary("aspects").names(p) or _WONDERS.search(p)]
    kept = "".join(asks)
    general = vocabulary("cues").names(kept) & {"listing", "overview", "where"}
    return kept if general or vocabulary("topics").names(kept) else norm


def _in_context(read: Understanding, context: Understanding | None) -> Understanding:
    """A follow-up takes from the turn before what it leaves out; a new topic takes nothing."""
    if context is None or (
        "listing" in read.cues and not read.places and not _FOLLOW.search(read.norm)
    ):
        return read
    asks = read.aspects or "listing" in read.cues
    stands_alone = bool(read.places and read.own_topics and asks)
    if stands_alone and not _FOLLOW.search(read.norm):
        return read
    if not (read.places or read.domain or read.topics or read.aspects or _FOLLOW.search(read.norm)):
        return read
    same_place = not read.places
    topics = read.topics or context.topics
    aspects = read.aspects or context.aspects
    return replace(
        read,
        places=read.places or context.places,
        topics=topics,
        kinds=read.kinds or (context.kinds if not read.own_topics else frozenset()),
        aspects=aspects,
        cues=read.cues | (context.cues & {"personal", "company"} if not read.own_topics else set()),
        programme_ids=context.programme_ids if same_place else (),
        follows=True,
        domain=True,
        search_text=_joined(read, context),
    )


def _joined(read: Understanding, context: Understanding) -> str:
    """The words to search for: the follow-up, with what it leaves out taken from before."""
    if read.places and not read.own_topics:
        return f"{read.text} {_without_places(context.norm)}"
    if not read.own_topics:
        return f"{read.text} {context.search_text}"
    return f"{read.text} {' '.join(_place_names(context.places))}"


def _without_places(norm: str) -> str:
    return _blanked(norm, GAZETTEER.find(norm))


def _place_names(places: tuple[str, ...]) -> list[str]:
    return [GAZETTEER.get(place).zh for place in places]
