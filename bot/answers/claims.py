"""What a line claims that can be checked: every number with its unit, date, phone, code and link.

Only reads; what a line may claim is `verify`'s business. The grammars of `knowledge.money` and
`knowledge.dates` pick what they understand; this one leaves no number out, since a number that
nobody read is a number that nobody checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.answers.amounts import amount_claims, based, detailed
from bot.answers.calendar_claims import day_claims
from bot.answers.claim import Claim, Kind
from bot.answers.claim_words import words
from knowledge.numerals import HAN, han_value
from knowledge.text import normalize

_LINK = re.compile(
    r"https?://[^\s\])>,;]+|www\.[^\s\])>,;]+|[\w.+-]+@[\w-]+\.[\w.-]+|"
    r"(?<![\w.])(?:[a-z0-9-]+\.)+(?:com|cn|org|net|gov|io|ai|top|xyz|info|me)(?![\w])(?:/[^\s\])>]*)?"
)
_DOCUMENT = re.compile(
    r"[〔\[(【]\s?((?:19|20)\d{2})\s?[〕\])】]\s?(?:第|no\. ?)?\s?(\d+)\s?号?|"
    r"((?:19|20)\d{2}) ?年?第 ?(\d+) ?号|no\. ?(\d+) of ((?:19|20)\d{2})"
)
_PHONE = re.compile(
    r"(?<![\da-z])(?<!\d[.,])(?:\+?86[- ]?)?"
    r"(?:0\d{2,3}[- ]?\d{7,8}|1[3-9]\d{9}|[48]00[- ]?\d{3}[- ]?\d{4}|\d{7,8})"
    r"(?![\d%]|[.,]\d|\s?(?:元|万|亿|人|家|yuan|cny|rmb|people|tokens?))"
)
_CLOCK = re.compile(r"(?<!\d)(?:[01]?\d|2[0-4]):[0-5]\d(?!\d)")
_CODE = re.compile(
    r"(?<![a-z0-9])(?!(?:cny|rmb|usd|us|hkd|hk|eur|up|to|by|about|and|or)\d)"
    r"(?:[a-z][a-z+&]*-?\d[\da-z.+-]*[\da-z]|[a-z]+-?\d(?![\d.,])|\d[dgsc](?![a-z])|\d+[a-z]+\d+[a-z\d]*)"
)
_SHARE = re.compile(
    rf"百分之(?P<hundredths>{HAN}+|\d+(?:\.\d+)?)|(?P<of>{HAN}+)分之(?P<part>{HAN}+)|"
    r"(?P<tenths>[一二两三四五六七八九\d])成(?![立为功本果员长都交绩熟型群效品])(?P<half>半)?|"
    r"(?P<fifty>一半|减半|半数|半价|(?<![a-z])half(?! an?\b| a-)(?![a-z]))|"
    r"(?<![a-z])(?P<n>one|two|a|three)[- ](?P<nth>thirds?|quarters?(?= of)|fifths?)(?![a-z])"
)
_HALF_TIME = re.compile(r"半个?(?P<zh>年|月|天|小时)|half an? (?P<en>year|month|day|hour)")
_ZH_UNITS = {"年": "year", "月": "month", "天": "day", "小时": "hour"}
_PARTS = {"third": 3, "quarter": 4, "fifth": 5}
_FIRST = {"a": 1, "one": 1, "two": 2, "three": 3, "first": 1, "second": 2, "third": 3, "fourth": 4,
          "fifth": 5, "首": 1}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """A text in normal form with its claims in order."""

    s: str
    claims: tuple[Claim, ...]


@lru_cache(maxsize=16384)
def read(text: str) -> Reading:
    """Every claim of a line without citation marks."""
    s = normalize(text)
    taken = bytearray(len(s))
    found = _literals(s, taken)
    for match in words().idioms.finditer(s):
        _take(match, taken)
    found += day_claims(s, taken)
    found += [*_taken("clock", _CLOCK, s, taken), *_ordinals(s, taken), *_shares(s, taken)]
    found += amount_claims(s, taken)
    return Reading(s, tuple(sorted(found, key=lambda c: c.start)))


def _take(match: re.Match[str], taken: bytearray) -> bool:
    start, end = match.span()
    if any(taken[start:end]):
        return False
    taken[start:end] = b"\1" * (end - start)
    return True


def _taken(kind: Kind, pattern: re.Pattern[str], s: str, taken: bytearray) -> Iterator[Claim]:
    for match in pattern.finditer(s):
        if _take(match, taken):
            yield Claim(kind, match.start(), match.end(), match[0], value=match[0])


def _literals(s: str, taken: bytearray) -> list[Claim]:
    """What must stand in the source as it is: links, document numbers, telephone numbers, codes."""
    links = [replace(c, value=address(str(c.value))) for c in _taken("link", _LINK, s, taken)]
    documents = [
        Claim("document", m.start(), m.end(), m[0], _document(m))
        for m in _DOCUMENT.finditer(s)
        if _take(m, taken)
    ]
    phones = [replace(c, value=digits(str(c.value))) for c in _taken("phone", _PHONE, s, taken)]
    return [*links, *documents, *phones, *_taken("code", _CODE, s, taken)]


def address(link: str) -> str:
    """A link without what may be left out when it is quoted."""
    return re.sub(r"^(https?://)?(www\.)?", "", link).rstrip(".,;:!?)/")


def digits(phone: str) -> str:
    return re.sub(r"\D", "", phone.removeprefix("+86"))


def _document(match: re.Match[str]) -> str:
    year = match[1] or match[3] or match[6]
    return f"{year}-{int(match[2] or match[4] or match[5])}"


def _ordinals(s: str, taken: bytearray) -> Iterator[Claim]:
    for match in words().ordinals.finditer(s):
        written = next(group for group in match.groups() if group)
        value = _FIRST.get(written) or han_value(re.sub("(?:st|nd|rd|th)$", "", written))
        if value is not None and _take(match, taken):
            yield Claim("ordinal", match.start(), match.end(), match[0], float(value))


def _shares(s: str, taken: bytearray) -> Iterator[Claim]:
    """Shares in words (三成, 百分之五, half) and half units of time, as numbers."""
    for match in _SHARE.finditer(s):
        value = _share(match)
        if value is not None and _take(match, taken):
            claim = Claim("number", match.start(), match.end(), match[0], value, "percent")
            yield detailed(s, claim)
    for match in _HALF_TIME.finditer(s):
        value, unit = based(0.5, match["en"] or _ZH_UNITS[match["zh"]])
        if _take(match, taken):
            yield detailed(s, Claim("number", match.start(), match.end(), match[0], value, unit))


def _share(match: re.Match[str]) -> float | None:
    if match["hundredths"]:
        return han_value(match["hundredths"])
    if match["of"]:
        whole, part = han_value(match["of"]), han_value(match["part"])
        return 100 * part / whole if whole and part is not None else None
    if match["tenths"]:
        return (han_value(match["tenths"]) or 0) * 10 + (5 if match["half"] else 0)
    if match["fifty"]:
        return 50.0
    return 100 * _FIRST[match["n"]] / _PARTS[match["nth"].rstrip("s")]
