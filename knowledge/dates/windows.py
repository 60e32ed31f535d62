"""Two dates that bound a window: 4月1日—6月30日, from 1 March to 15 April."""

from __future__ import annotations

import re
from datetime import date

from knowledge.dates import roles
from knowledge.dates.sentence import Sentence
from knowledge.dates.values import DateSpan, Days, Point

_CONNECT = re.compile(
    r"(?: ?[日号]|st|nd|rd|th)?\s*(?:\([^)]*\))?\s*(?:起|开始|零时起?|0时起?)?\s*,?\s*"
    r"(?:-{1,2}|–|—+|~+|至|到|直到|截至|截止到?|to|until|till|til|through|thru|up to|→|"
    r"->)\s*(?:the )?(?:including )?"
)
_AND = re.compile(r"\s*(?:and|与|和|及)\s*(?:the )?")
_MOVED_FROM = re.compile(
    r"(?:moved|extended|postponed|pushed|changed|shifted|delayed|rescheduled|deferred|"
    r"brought forward)[a-z ]{0,12} from\s*$|(?:延期|改期|调整|延长)[^,。;]{0,6}[从由自]\s*$"
)
_OPENS_CLOSES = re.compile(
    r"[^.;。]{0,30}(?:开始|开放|受理|起|opens?|starts?)[^.;。\d]{0,24}(?:closes?|ends?|"
    r"until|截止|结束|关闭|止)[^.;。\d]{0,6}"
)


def windows(sentence: Sentence) -> tuple[list[DateSpan], list[Point]]:
    """The pairs of points that bound a window, and the points left over."""
    points, found, single = list(sentence.pieces.points), [], []
    while points:
        first = points.pop(0)
        if points and _is_schedule(sentence, first, points[0]):
            points.pop(0)
        elif points and _bounds(sentence, first, points[0]):
            found.append(_window(sentence, first, points.pop(0)))
        else:
            single.append(first)
    return found, single


def _is_schedule(sentence: Sentence, a: Point, b: Point) -> bool:
    """周一至周五 are opening hours, no window."""
    weekdays = all(not p.fixed and not p.iso for p in (a, b))
    return weekdays and bool(_CONNECT.fullmatch(sentence.gap(a, b)))


def _bounds(sentence: Sentence, a: Point, b: Point) -> bool:
    gap, left = sentence.gap(a, b), sentence.left(a.start)
    if _MOVED_FROM.search(left):
        return False
    if _CONNECT.fullmatch(gap):
        return True
    if re.search(r"between (?:the )?$|介于$|在$", left) and _AND.fullmatch(gap):
        return True
    return bool(re.search(r"opens?(?: on)?\s*(?:the )?$", left) and _OPENS_CLOSES.fullmatch(gap))


def _window(sentence: Sentence, a: Point, b: Point) -> DateSpan:
    pair = resolve_pair(a, b, sentence.today)
    fuzzy = b.fuzzy or roles.is_vague(sentence.left(a.start), sentence.right(b.end))
    fuzzy = fuzzy or roles.is_unsure(sentence.words)
    start_on, end_on = (pair[0], pair[1]) if pair else (None, None)
    return sentence.span(
        "window", a.start, b.end, start_on=start_on, end_on=None if fuzzy else end_on,
        role="end", iso=f"{a.iso}/{b.iso}", precision=b.precision, fuzzy=fuzzy,
    )  # fmt: skip


def resolve_pair(a: Point, b: Point, today: date) -> tuple[date | None, date | None] | None:
    """First and last day of a window; without years, the one that has not ended."""
    last: Days | None
    if b.fixed:
        last = b.upcoming(today)
        first = a.latest(last[1]) if last else a.upcoming(today)
    elif a.fixed:
        first = a.upcoming(today)
        start = first[0] if first else today
        last = next((o for o in b.options if o[1] >= start), None)
    else:
        last = _upcoming_after(a, b, today)
        first = _before(a, last, today) if last else None
    return first[0] if first else None, last[1] if last else None


def _before(a: Point, last: Days, today: date) -> Days | None:
    """The start nearest before an end; of a weekday or a day of the month, the next one."""
    following = a.upcoming(today)
    if following and a.iso[:3] in {"", "---"} and following[0] <= last[1]:
        return following
    return a.latest(last[1])


def _upcoming_after(a: Point, b: Point, today: date) -> Days | None:
    """The end of the first window that has not ended; 6月1日至15日 stays within June."""
    if b.iso.startswith("---") and not a.iso.startswith("---"):
        for start in a.options:
            end = next((o for o in b.options if o[1] >= start[0]), None)
            if end and end[1] >= today:
                return end
        return None
    return b.upcoming(today)
