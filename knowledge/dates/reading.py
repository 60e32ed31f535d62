"""Dates of a text as deadlines, windows, durations and repetitions, resolved for a day.

Built on the pieces of `scan`, the roles of `roles` and the anchors of `durations`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from knowledge.dates import durations, roles
from knowledge.dates.calendar_rules import (
    DAY,
    add_period,
    month_days,
    next_occurrence,
    quarter_days,
    week_days,
    year_days,
)
from knowledge.dates.scan import Pieces, scan
from knowledge.dates.values import Clock, DateSpan, Days, Period, Point, Recurrence, Role
from knowledge.numerals import Aligned, align

_REACH = 30  # characters beside a date that can say what it does

_CONNECT = re.compile(
    r"(?: ?[日号]|st|nd|rd|th)?\s*(?:\([^)]*\))?\s*(?:起|开始|零时起?|0时起?)?\s*,?\s*"
    r"(?:-{1,2}|–|—+|~+|至|到|直到|截至|截止到?|to|until|till|til|through|thru|up to|→|"
    r"->)\s*(?:the )?(?:including )?"
)
_AND = re.compile(r"\s*(?:and|与|和|及)\s*(?:the )?")
_OPENS_CLOSES = re.compile(
    r"[^.;。]{0,30}(?:开始|开放|受理|起|opens?|starts?)[^.;。\d]{0,24}(?:closes?|ends?|"
    r"until|截止|结束|关闭|止)[^.;。\d]{0,6}"
)
_NO_END = re.compile(
    r"(?:用完|额满|领完|送完|发完|售完|抢完|派完|用尽|拨完|额度用尽|名额满|"
    r"满额)[^,。;]{0,4}(?:为止|即止|截止|止|结束)|"
    r"(?:额度|资金|预算|名额|额)(?:用完|用尽|发完|领完|耗尽)|"
    r"长期(?:有效|受理|开放|可用)|永久(?:有效)?|(?:无|没有?|不设|未设|"
    r"未设置)(?:固定)?(?:有效期|期限|截止|到期|使用期限|时间限制)|不限(?:期|时间|"
    r"使用时间)|"
    r"不过期|另行(?:通知|公告|发布|公布)|常年(?:受理|有效|开放|接受)|随时(?:都)?(?:可|"
    r"申请|申报)|不会过期|"
    r"(?<![a-z])(?:until (?:further notice|used up|the (?:pot|money|budget|fund|funds|"
    r"quota) (?:is|are|runs?)|"
    r"(?:the )?(?:funds?|budget|money|quota|balance|stocks?|places|credits?|pool|"
    r"allocation)[a-z ]{0,20}?"
    r"(?:run|used|gone|exhaust|spent|dr|zero|filled|taken|empty))|"
    r"(?:while|as long as) (?:stocks?|suppl(?:y|ies)|funds?|budget|money)[a-z ]{0,8}lasts?|"
    r"no (?:expiry|expiration|end|deadline|closing|time limit|fixed)(?: date)?|never expires?|"
    r"(?:does not|doesn't|don't|do not|won't) (?:expire|lapse)|open[- ]ended|"
    r"permanent(?:ly)?|indefinite(?:ly)?|"
    r"to be (?:announced|notified)|tba|without (?:an )?(?:expiry|end date|time limit)|"
    r"rolling (?:basis|application|intake|admission)s?|year[- ]round|"
    r"no longer has an expiry|when (?:they're|it's|it is) gone)"
)
_SEASON = re.compile(
    r"(?:立|入|开)[春夏秋冬]|[春夏秋冬](?:天|季|分|至)|(?:今|明)[春夏秋冬]|春节|端午|"
    r"中秋|重阳|除夕|元宵|清明|农历|过年|"
    r"(?<![半\d一二两三四五六七八九十几])年[前后](?!半|夕)|"
    r"开学|毕业季|(?<![a-z])(?:spring(?! festival)|spring festival|summer|autumn|(?:this|"
    r"next|in the|by) fall|winter|"
    r"lunar new year|chinese new year|mid-autumn|dragon boat)"
)
_DONE = re.compile(
    r"(?:本|这个?|当)(?P<zh>月|周|季度?|年)[^,。;]{0,8}(?:已|过了|完了|[交缴报开付]了|"
    r"[交缴报开付]过)|今(?P<zhy>年)[^,。;]{0,8}(?:已|[交缴报]了|[交缴报]过)|"
    r"this (?P<en>month|week|quarter|year)(?:'s)?[^,.;]{0,24}(?:done|paid|filed|already|"
    r"settled|finished|over|submitted)|"
    r"(?:already|have) (?:paid|filed|done|submitted)[^,.;]{0,12}this (?P<en2>month|week|"
    r"quarter|year)"
)
_JUST = re.compile(
    r"刚刚?(?:才)?(?:领|拿|激活|开通|收|买|签|到)|(?<![a-z])just (?:got|received|activated|"
    r"claimed|bought|signed|been)"
)


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A text being read: its pieces, and the words beside each of them."""

    aligned: Aligned
    today: date
    pieces: Pieces
    words: str  # the text with times of day blanked out
    edges: tuple[tuple[int, int], ...]

    def left(self, start: int) -> str:
        before = max((end for _, end in self.edges if end <= start), default=0)
        return self.words[max(before, start - _REACH) : start]

    def right(self, end: int) -> str:
        after = min((start for start, _ in self.edges if start >= end), default=len(self.words))
        return self.words[end : min(after, end + _REACH)]

    def gap(self, a: Point, b: Point) -> str:
        return self.words[a.end : b.start]

    def span(self, kind: str, start: int, end: int, **fields: object) -> DateSpan:
        first, last = self.aligned.span(start, end)
        return DateSpan(kind, first, last, self.aligned.raw[first:last], **fields)  # type: ignore[arg-type]


def find_dates(text: str, today: date) -> list[DateSpan]:
    """Every date, window, duration and repetition in a text, in order, as of `today`."""
    return list(_read(text, today))


@lru_cache(maxsize=256)
def _read(text: str, today: date) -> tuple[DateSpan, ...]:
    aligned = align(text)
    pieces = scan(aligned.s, today)
    sentence = _sentence(aligned, pieces, today)
    spans = [*_repetitions(sentence), *_dates(sentence), *_open_ends(sentence)]
    return tuple(sorted(_timed(sentence, spans), key=lambda span: span.start))


def _sentence(aligned: Aligned, pieces: Pieces, today: date) -> _Sentence:
    words = aligned.s
    for clock in pieces.clocks:
        words = words[: clock.start] + " " * (clock.end - clock.start) + words[clock.end :]
    stretches = [(p.start, p.end) for p in (*pieces.points, *pieces.periods, *pieces.recurrences)]
    return _Sentence(aligned, today, pieces, words, tuple(sorted(stretches)))


# --- repetitions and open ends ---------------------------------------------------------------


def _repetitions(sentence: _Sentence) -> list[DateSpan]:
    on = _after_done(sentence.words, sentence.today)
    return [_repetition(sentence, r, on) for r in sentence.pieces.recurrences]


def _repetition(sentence: _Sentence, found: Recurrence, on: date) -> DateSpan:
    return sentence.span(
        "recurrence", found.start, found.end, rrule=found.rrule,
        end_on=next_occurrence(found.rrule, on), role="end", iso=found.rrule,
    )  # fmt: skip


def _after_done(words: str, today: date) -> date:
    """The first day that still counts: 本月已缴 moves on to next month."""
    match = _DONE.search(words)
    name = next((g for g in match.groups() if g), "") if match else ""
    quarter = quarter_days(today.year, (today.month + 2) // 3)
    stretches: dict[str, Days] = {
        "月": month_days(today.year, today.month), "month": month_days(today.year, today.month),
        "周": week_days(today), "week": week_days(today), "季": quarter, "季度": quarter,
        "quarter": quarter, "年": year_days(today.year), "year": year_days(today.year),
    }  # fmt: skip
    return stretches[name][1] + DAY if name else today


def _open_ends(sentence: _Sentence) -> list[DateSpan]:
    found = [*_NO_END.finditer(sentence.words), *_SEASON.finditer(sentence.words)]
    return [sentence.span("none", m.start(), m.end(), role="end") for m in found]


# --- points and windows ----------------------------------------------------------------------


def _dates(sentence: _Sentence) -> list[DateSpan]:
    windows, single = _windows(sentence)
    placed = [(point, _role(sentence, point)) for point in single]
    points = [_point(sentence, point, role, placed, windows) for point, role in placed]
    lengths = [_duration(sentence, p, placed, windows) for p in sentence.pieces.periods]
    return [*windows, *points, *(span for span in lengths if span)]


def _role(sentence: _Sentence, point: Point) -> Role:
    right = sentence.right(point.end)
    after = point.end + len(right)  # nothing but `right` stands before what begins here
    follows = any(p.start == after for p in sentence.pieces.points)
    counted = re.fullmatch(
        r"\s*(?:of|after|from|following|since)\s*(?:the )?", sentence.left(point.start)
    )
    before = point.start - len(sentence.left(point.start))
    if counted and any(p.end == before for p in sentence.pieces.periods):
        return "start"  # within two months of 28 August
    if any(p.start == after and _use(sentence, p) == "extension" for p in sentence.pieces.periods):
        return "replaced"
    return roles.role_of(sentence.left(point.start), right, follows)


def _windows(sentence: _Sentence) -> tuple[list[DateSpan], list[Point]]:
    """The pairs of points that bound a window, and the points left over."""
    points, windows, single = list(sentence.pieces.points), [], []
    while points:
        first = points.pop(0)
        if points and _is_schedule(sentence, first, points[0]):
            points.pop(0)
        elif points and _bounds(sentence, first, points[0]):
            windows.append(_window(sentence, first, points.pop(0)))
        else:
            single.append(first)
    return windows, single


def _is_schedule(sentence: _Sentence, a: Point, b: Point) -> bool:
    """周一至周五 are opening hours, no window."""
    weekdays = all(not p.fixed and not p.iso for p in (a, b))
    return weekdays and bool(_CONNECT.fullmatch(sentence.gap(a, b)))


def _bounds(sentence: _Sentence, a: Point, b: Point) -> bool:
    gap, left = sentence.gap(a, b), sentence.left(a.start)
    if re.search(
        r"(?:moved|extended|postponed|pushed|changed|shifted|delayed|rescheduled|deferred|"
        r"brought forward)"
                 r"[a-z ]{0,12} from\s*$|(?:延期|改期|调整|延长)[^,。;]{0,6}[从由自]\s*$", left):  # fmt: skip
        return False
    if _CONNECT.fullmatch(gap):
        return True
    if re.search(r"between (?:the )?$|介于$|在$", left) and _AND.fullmatch(gap):
        return True
    return bool(re.search(r"opens?(?: on)?\s*(?:the )?$", left) and _OPENS_CLOSES.fullmatch(gap))


def _window(sentence: _Sentence, a: Point, b: Point) -> DateSpan:
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
        first = a.latest(last[1]) if last else None
    return first[0] if first else None, last[1] if last else None


def _upcoming_after(a: Point, b: Point, today: date) -> Days | None:
    """The end of the first window that has not ended; 6月1日至15日 stays within June."""
    if b.iso.startswith("---") and not a.iso.startswith("---"):
        for start in a.options:
            end = next((o for o in b.options if o[1] >= start[0]), None)
            if end and end[1] >= today:
                return end
        return None
    return b.upcoming(today)


def _vague(sentence: _Sentence, point: Point) -> bool:
    return (
        point.fuzzy
        or _beside_vague(sentence, point)
        or roles.is_vague(sentence.left(point.start), sentence.right(point.end))
        or roles.is_unsure(sentence.words)
    )


def _beside_vague(sentence: _Sentence, point: Point) -> bool:
    """6月底7月初 is one vague date."""
    after = next((p for p in sentence.pieces.points if p.start >= point.end), None)
    return bool(after and after.fuzzy and not sentence.gap(point, after).strip(" 、或or"))


def _point(
    sentence: _Sentence, point: Point, role: Role,
    placed: list[tuple[Point, Role]], windows: list[DateSpan],
) -> DateSpan:  # fmt: skip
    start_on, end_on = _resolve(sentence, point, role, placed, windows)
    fuzzy = _vague(sentence, point)
    if fuzzy:
        start_on = end_on = None
    return sentence.span(
        "deadline" if role in {"end", "past"} else "point", point.start, point.end,
        start_on=start_on, end_on=end_on, role=role, precision=point.precision,
        iso=point.iso, fuzzy=fuzzy,
    )  # fmt: skip


def _resolve(
    sentence: _Sentence, point: Point, role: Role,
    placed: list[tuple[Point, Role]], windows: list[DateSpan],
) -> tuple[date | None, date | None]:  # fmt: skip
    """First and last day of a single point, in the light of its partner."""
    today = sentence.today
    if role == "start":
        return _start_of(sentence, point, placed), None
    if role == "issued":
        days = point.latest(today) or point.upcoming(today)
        return (days[0], days[1]) if days else (None, None)
    if role == "end" and roles.is_over(sentence.words):
        days = point.latest(today)
        return None, days[1] if days else None
    start = next((p for p, r in placed if r == "start" and p.fixed and p.options), None)
    if role == "end" and start and not point.fixed:
        return None, (resolve_pair(start, point, today) or (None, None))[1]
    days = point.upcoming(today)
    if role == "end":
        return None, days[1] if days else None
    return (days[0], days[1]) if days else (None, None)


def _start_of(sentence: _Sentence, point: Point, placed: list[tuple[Point, Role]]) -> date | None:
    """The first day: before the end it belongs to, or so that the period has not ended."""
    today = sentence.today
    end = next((p for p, r in placed if r == "end" and p.options), None)
    if end:
        return (resolve_pair(point, end, today) or (None, None))[0]
    lengths = [p for p in sentence.pieces.periods if _use(sentence, p) in {"deadline", "weak"}]
    if lengths and not point.fixed:
        for days in point.options:
            last = add_period(days[0], lengths[0])
            if last and last >= today:
                return days[0]
    days_ = point.upcoming(today)
    return days_[0] if days_ else None


# --- durations -------------------------------------------------------------------------------


def _near(sentence: _Sentence, period: Period) -> tuple[str, str]:
    """The words beside a period, dates in them included: anchors often hold one."""
    words = sentence.words
    return words[max(0, period.start - 44) : period.start], words[period.end : period.end + 60]


def _use(sentence: _Sentence, period: Period) -> durations.Use:
    return durations.use_of(*_near(sentence, period))


def _duration(
    sentence: _Sentence, period: Period,
    placed: list[tuple[Point, Role]], windows: list[DateSpan],
) -> DateSpan | None:  # fmt: skip
    use = _use(sentence, period)
    left, right = _near(sentence, period)
    anchor = durations.anchor_of(left, right)
    start_on, end_on = _period_days(sentence, period, use, anchor, placed)
    vague = roles.is_vague(left[-12:], right[:8]) or roles.is_unsure(sentence.words)
    role: Role = "end" if use in {"deadline", "weak", "extension", "ago"} else "event"
    if use in {"weak", "length"} and not (use == "weak" and start_on):
        role, end_on = "event", None
    return sentence.span(
        "duration", period.start, period.end, start_on=start_on,
        end_on=None if vague else end_on, anchor=anchor.text if anchor else None, role=role,
        iso=period.iso, fuzzy=vague,
    )  # fmt: skip


def _period_days(
    sentence: _Sentence, period: Period, use: durations.Use, anchor: durations.Anchor | None,
    placed: list[tuple[Point, Role]],
) -> tuple[date | None, date | None]:  # fmt: skip
    today = sentence.today
    if use == "length":
        return None, None
    if use == "ago":
        return None, _back(today, period)
    if use == "extension":
        return None, _extended(sentence, period, placed)
    start = _anchor_day(sentence, period, placed)
    if start:
        return start, add_period(start, period)
    if anchor and (anchor.today or _JUST.search(sentence.words)):
        return today, add_period(today, period)
    if anchor:
        return None, None
    return None, add_period(today, period)


def _anchor_day(
    sentence: _Sentence, period: Period, placed: list[tuple[Point, Role]]
) -> date | None:
    """The start or issue date nearest to a period."""
    starts = [(p, r) for p, r in placed if r in {"start", "issued"}]
    if not starts:
        return None
    point, role = min(starts, key=lambda pr: abs(pr[0].start - period.start))
    if role == "start":
        return _start_of(sentence, point, placed)
    days = point.latest(sentence.today) or point.upcoming(sentence.today)
    return days[0] if days else None


def _extended(sentence: _Sentence, period: Period, placed: list[tuple[Point, Role]]) -> date | None:
    """The date that is put off, plus the period."""
    before = [p for p, r in placed if r in {"end", "replaced", "event"} and p.start < period.start]
    days = before[-1].upcoming(sentence.today) if before else None
    return add_period(days[1], period) if days else None


def _back(today: date, period: Period) -> date | None:
    return add_period(today, replace(period, count=-period.count, extra_days=-period.extra_days))


# --- times of day ----------------------------------------------------------------------------


def _timed(sentence: _Sentence, spans: list[DateSpan]) -> list[DateSpan]:
    """The spans with the times of day that belong to them."""
    dated = [s for s in spans if s.kind != "none" and (s.kind, s.role) != ("duration", "event")]
    times: dict[int, list[Clock]] = {}
    for clock in sentence.pieces.clocks:
        owner = _owner(sentence, clock, dated)
        if owner:
            times.setdefault(id(owner), []).append(clock)
    return [replace(s, time=_time_of(s, times[id(s)])) if id(s) in times else s for s in spans]


def _owner(sentence: _Sentence, clock: Clock, spans: list[DateSpan]) -> DateSpan | None:
    """The date that a time belongs to: the one before it, or the one right after."""
    start, end = sentence.aligned.span(clock.start, clock.end)
    before = max((s for s in spans if s.start <= start), key=lambda s: s.end, default=None)
    after = min((s for s in spans if s.start >= end), key=lambda s: s.start, default=None)
    if before and after:
        raw = sentence.aligned.raw
        broken = re.search(r"[。;；,，]", raw[before.end : start]) if before.end < start else None
        close = not re.search(r"[。;；,，\d]", raw[end : after.start])
        return after if broken and close else before
    return before or after


def _time_of(span: DateSpan, times: list[Clock]) -> str:
    """The last time for a deadline or window, the first for an event or repetition."""
    late = span.kind in {"deadline", "window"}
    return times[-1].time if late else times[0].time
