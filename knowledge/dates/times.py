"""Times of day in both languages: 下午三点半, 24:00, noon, 5 pm. Dates are elsewhere."""

from __future__ import annotations

import re

from knowledge.dates.values import Clock
from knowledge.numerals import han_value

_ONES_EN = (
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_PART = (
    r"(?<![今明昨])(?P<part>凌晨|清晨|早上|早晨|早|上午|中午|正午|下午|午后|傍晚|晚上|晚间|"
    r"夜里|半夜|深夜|午夜|晚)"
)
_HAN_HOUR = r"二十[一二三四]?|十[一二三四五六七八九]?|[零〇一二两三四五六七八九]"
_HAN_MINUTE = r"[一二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九]"

_SPOKEN = re.compile(
    rf"(?:{_PART} ?的?)?(?<![\d.第])(?P<h>\d{{1,2}}|{_HAN_HOUR}) ?(?:点钟?|"
    r"时(?![间候代长段光机事刻常]))"
    rf"(?:(?P<m>\d{{1,2}}|{_HAN_MINUTE}) ?分?|(?P<q>半|[一三]刻)|整)?(?![万亿元折%个])"
)
_VAGUE_HOUR = re.compile(
    r"[一两二三四五六七八九]点(?! ?(?:[钟半整前截开到之以]|[一三]刻|\d|[一二三四五]?十))"
)
_DIGITAL = re.compile(
    rf"(?:{_PART} ?)?(?<![\d:.])(?P<h>[01]?\d|2[0-4])(?P<s>:)(?P<m>[0-5]\d)(?::[0-5]\d)?(?!:?\d)"
    r"(?: ?(?P<ap>[ap]\.?m\.?))?(?:\+\d\d:?\d\d|z)?"
)
_ENGLISH = re.compile(
    r"(?<![\d:.])(?P<h>1[0-2]|0?\d)(?:[:.](?P<m>[0-5]\d))? ?(?:(?P<ap>[ap]\.?m\.?)"
    r"(?![a-z])|in the (?P<ap2>[mae])\w+)"
)
_MILITARY = re.compile(r"(?<!\d)(?P<h>[01]\d|2[0-4]):?(?P<m>[0-5]\d) ?(?:hrs|hours|h)(?![a-z])")
_OCLOCK = re.compile(r"(?<![\d:])(?P<h>1[0-2]|0?\d) ?o'?clock(?: in the (?P<ap>[ae])\w+)?")
_HOURS_EN = {word: n for n, word in enumerate(_ONES_EN, start=1)}
_PAST = re.compile(
    r"(?<![a-z])(?P<part>half|a? ?quarter) (?P<side>past|to) (?P<h>1[0-2]|0?[1-9]|"
    rf"{'|'.join(_ONES_EN)})"
    r"(?![a-z\d])(?: ?(?P<ap>[ap]\.?m\.?)|(?P<late> in the (?:afternoon|evening)))?"
)
_WORDS = re.compile(
    r"(?<![a-z])(?P<noon>12 noon|noon|midday)(?![a-z])|(?<![a-z])(?P<midnight>midnight)(?![a-z])|"
    r"(?P<zhnoon>正午|中午)(?! ?[\d一二三十])|(?P<zhmidnight>午夜|子夜)(?! ?[\d一二三十])"
)
_EVENING = re.compile(r"[今明昨]晚 ?的?$|[今明昨后][天日] ?晚上?$")
_LATE = {"下午", "午后", "傍晚", "晚上", "晚间", "夜里", "晚"}
_AP = {"m": "am", "a": "pm", "e": "pm"}
_NIGHT = {"晚上", "晚间", "夜里", "半夜", "深夜", "午夜", "晚"}


def clocks(s: str) -> list[Clock]:
    """The times of day in a text in normal form, in order, none overlapping."""
    found: list[Clock] = []
    for match in _PAST.finditer(s):
        found.append(Clock(match.start(), match.end(), _past(match)))
    for pattern in (_DIGITAL, _ENGLISH, _MILITARY, _OCLOCK, _SPOKEN, _WORDS):
        for match in pattern.finditer(s):
            time = _time(match, s)
            if time and not any(c.start < match.end() and match.start() < c.end for c in found):
                found.append(Clock(match.start(), match.end(), time))
    return sorted(found, key=lambda c: c.start)


def _time(match: re.Match[str], s: str) -> str | None:
    groups = match.groupdict()
    if "h" not in groups:
        return "12:00" if groups["noon"] or groups["zhnoon"] else "24:00"
    if not groups.get("part") and _VAGUE_HOUR.match(s, match.start("h")):
        return None  # 一点, 两点建议
    hour, minute = _number(groups["h"]), _minute(groups)
    part = groups.get("part") or ("晚" if _EVENING.search(s[: match.start()]) else "")
    hour = _in_part(hour, part, groups.get("ap") or _AP.get(groups.get("ap2") or "", ""))
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        return None
    return f"{hour:02}:{minute:02}"


def _past(match: re.Match[str]) -> str:
    """Half past nine, a quarter to five pm."""
    hour = int(match["h"]) if match["h"].isdigit() else _HOURS_EN[match["h"]]
    hour = _in_part(hour, "", match["ap"] or ("pm" if match["late"] else ""))
    minutes = 30 if match["part"] == "half" else 15
    total = 60 * hour + (minutes if match["side"] == "past" else -minutes)
    return f"{total // 60 % 24:02}:{total % 60:02}"


def _number(text: str) -> int:
    return int(text) if text.isdigit() and text.isascii() else int(han_value(text) or 0)


def _minute(groups: dict[str, str | None]) -> int:
    quarters = {"半": 30, "一刻": 15, "三刻": 45}
    if groups.get("q"):
        return quarters[groups["q"] or ""]
    return _number(groups.get("m") or "0")


def _in_part(hour: int, part: str, ap: str) -> int:
    """The hour on a 24-hour clock, by the part of the day or am/pm."""
    if ap:
        return hour % 12 + (0 if ap[0] == "a" else 12)
    if hour == 12 and part in _NIGHT:
        return 24
    if hour == 12 and part == "凌晨":
        return 0
    if part in {"中午", "正午"}:
        return hour + 12 if hour < 10 else hour
    return hour + 12 if part in _LATE and 0 < hour < 12 else hour
