"""What single dates and durations come to: roles, first and last days, anchors.

The words that decide are in `roles` and `durations`; windows are put together in `windows`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from knowledge.dates import durations, roles
from knowledge.dates.calendar_rules import add_period
from knowledge.dates.sentence import Sentence
from knowledge.dates.values import DateSpan, Days, Period, Point, Role
from knowledge.dates.windows import resolve_pair, windows

_JUST = re.compile(
    r"刚刚?(?:才)?(?:领|拿|激活|开通|收|买|签|到)|(?<![a-z])just (?:got|received|activated|"
    r"claimed|bought|signed|been)"
)


def dates(sentence: Sentence) -> list[DateSpan]:
    found, single = windows(sentence)
    placed = [(point, _role(sentence, point)) for point in single]
    points = [_point(sentence, point, role, placed) for point, role in placed]
    lengths = [_duration(sentence, p, placed) for p in sentence.pieces.periods]
    return [*found, *points, *(span for span in lengths if span)]


def _role(sentence: Sentence, point: Point) -> Role:
    if sentence.words[point.start : point.end].endswith("起"):  # 今起
        return "start"
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
    role = roles.role_of(sentence.left(point.start), right, follows)
    return "event" if role == "start" and _is_event(sentence, point, right) else role


_BEGINS = re.compile(r"\s*(?:开始|开场|开讲)?(?=[,，。;；!！)]|$)")
_OPENING = re.compile(
    r"报名|申报|申请|受理|领取|发放|开放|生效|有效|登记|预约|征集|服务|租|截|"
    r"appl|open|valid|regist|window|effective|lease|subsid|trial|sale|from|between"
)


def _is_event(sentence: Sentence, point: Point, right: str) -> bool:
    """周四 7pm 开始: with an hour, and nothing that it opens, a first day is that of an event."""
    begins = _BEGINS.match(right)
    after = range(point.end, point.end + (begins.end() if begins else 0) + 1)
    timed = any(clock.start in after for clock in sentence.pieces.clocks)
    alone = len(sentence.pieces.points) == 1 and not sentence.pieces.periods
    return bool(begins and timed and alone and not _OPENING.search(sentence.words))


def _vague(sentence: Sentence, point: Point) -> bool:
    return (
        point.fuzzy
        or _beside_vague(sentence, point)
        or roles.is_vague(sentence.left(point.start), sentence.right(point.end))
        or roles.is_unsure(sentence.words)
    )


def _beside_vague(sentence: Sentence, point: Point) -> bool:
    """6月底7月初 is one vague date."""
    after = next((p for p in sentence.pieces.points if p.start >= point.end), None)
    return bool(after and after.fuzzy and not sentence.gap(point, after).strip(" 、或or"))


def _point(
    sentence: Sentence, point: Point, role: Role,
    placed: list[tuple[Point, Role]]
) -> DateSpan:  # fmt: skip
    start_on, end_on = _resolve(sentence, point, role, placed)
    fuzzy = _vague(sentence, point)
    if fuzzy:
        start_on = end_on = None
    return sentence.span(
        "deadline" if role in {"end", "past"} else "point", point.start, point.end,
        start_on=start_on, end_on=end_on, role=role, precision=point.precision,
        iso=point.iso, fuzzy=fuzzy,
    )  # fmt: skip


def _resolve(
    sentence: Sentence, point: Point, role: Role,
    placed: list[tuple[Point, Role]]
) -> tuple[date | None, date | None]:  # fmt: skip
    """First and last day of a single point, in the light of its partner."""
    today = sentence.today
    if role == "start":
        return _start_of(sentence, point, placed), None
    if role == "issued":
        days = _issued(sentence, point)
        return (days[0], days[1]) if days else (None, None)
    ends = any(r == "end" for _, r in placed)
    if (role == "end" or (role == "event" and not ends)) and roles.is_over(sentence.words):
        days = point.latest(today)
        return None, days[1] if days else None
    start = next((p for p, r in placed if r == "start" and p.fixed and p.options), None)
    if role == "end" and start and not point.fixed:
        return None, (resolve_pair(start, point, today) or (None, None))[1]
    days = point.upcoming(today)
    if role == "end":
        return None, days[1] if days else None
    return (days[0], days[1]) if days else (None, None)


_RECENT = 300  # days within which something done on a day without a year was done


def _issued(sentence: Sentence, point: Point) -> Days | None:
    """The day of a deed: the last one if told as done, or so that its period has not ended."""
    today, latest = sentence.today, point.latest(sentence.today)
    done = roles.is_past_deed(sentence.left(point.start), sentence.right(point.end))
    if point.fixed or (done and latest and (today - latest[1]).days < _RECENT):
        return latest
    if lengths := _lengths(sentence):
        return _running(point, lengths[0], today) or latest
    return latest if done else point.upcoming(today)


def _running(point: Point, period: Period, today: date) -> Days | None:
    """The start nearest to today of those whose period has not ended."""
    lasts = ((days, add_period(days[0], period)) for days in point.options)
    left = [days for days, last in lasts if last and last >= today]
    return min(left, key=lambda days: abs((days[0] - today).days), default=None)


def _lengths(sentence: Sentence) -> list[Period]:
    return [p for p in sentence.pieces.periods if _use(sentence, p) in {"deadline", "weak"}]


def _start_of(sentence: Sentence, point: Point, placed: list[tuple[Point, Role]]) -> date | None:
    """The first day: before the end it belongs to, or so that the period has not ended."""
    today = sentence.today
    end = next((p for p, r in placed if r == "end" and p.options), None)
    if end:
        return (resolve_pair(point, end, today) or (None, None))[0]
    lengths = _lengths(sentence)
    if lengths and not point.fixed:
        days = _running(point, lengths[0], today)
        if days:
            return days[0]
    days = point.upcoming(today)
    return days[0] if days else None


# --- durations -------------------------------------------------------------------------------


def _near(sentence: Sentence, period: Period) -> tuple[str, str]:
    """The words beside a period, dates in them included: anchors often hold one."""
    words = sentence.words
    return words[max(0, period.start - 44) : period.start], words[period.end : period.end + 60]


def _use(sentence: Sentence, period: Period) -> durations.Use:
    return durations.use_of(*_near(sentence, period))


def _duration(
    sentence: Sentence, period: Period,
    placed: list[tuple[Point, Role]]
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
    sentence: Sentence, period: Period, use: durations.Use, anchor: durations.Anchor | None,
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
    sentence: Sentence, period: Period, placed: list[tuple[Point, Role]]
) -> date | None:
    """The start or issue date nearest to a period."""
    starts = [(p, r) for p, r in placed if r in {"start", "issued"}]
    if not starts:
        return None
    point, role = min(starts, key=lambda pr: abs(pr[0].start - period.start))
    if role == "start":
        return _start_of(sentence, point, placed)
    days = _issued(sentence, point)
    return days[0] if days else None


def _extended(sentence: Sentence, period: Period, placed: list[tuple[Point, Role]]) -> date | None:
    """The date that is put off, plus the period."""
    before = [p for p, r in placed if r in {"end", "replaced", "event"} and p.start < period.start]
    days = before[-1].upcoming(sentence.today) if before else None
    return add_period(days[1], period) if days else None


def _back(today: date, period: Period) -> date | None:
    return add_period(today, replace(period, count=-period.count, extra_days=-period.extra_days))
