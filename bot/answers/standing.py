"""Whether a programme counts on a day: in force, open, closed, a draft, expired, not yet begun."""

from __future__ import annotations

from datetime import date
from typing import Literal

from bot.locale import text
from knowledge.dates import format_date
from knowledge.programmes import Programme, first_day, last_day

State = Literal["in_force", "open", "upcoming", "closed", "draft", "expired", "not_yet"]
SOON_DAYS = 90  # an end nearer than this is said with the days left


def state(programme: Programme, on: date) -> State:
    """What a founder could do with it that day; a draft is never more than a draft."""
    if programme.status == "draft":
        return "draft"
    if programme.effective_until and on > last_day(programme.effective_until):
        return "expired"
    if programme.effective_from and on < first_day(programme.effective_from):
        return "not_yet"
    if programme.status == "expired" and not programme.effective_until:
        return "expired"
    return _by_window(programme, on)


def _by_window(programme: Programme, on: date) -> State:
    window = programme.application
    if window.window_opens and on < first_day(window.window_opens):
        return "upcoming"
    if window.window_closes:
        ends = last_day(window.window_closes)
        if on > ends:
            later = window.next_deadline and on <= last_day(window.next_deadline)
            return "upcoming" if later else "closed"
        if window.window_opens:
            return "open"
    return "closed" if programme.status == "closed" else "in_force"


def usable(programme: Programme, on: date) -> bool:
    """Whether it can be told as a present offer: in force, and its call not over."""
    return state(programme, on) in {"in_force", "open", "upcoming"}


def warning(programme: Programme, on: date, lang: str) -> str:
    """A few words to lead with where the programme cannot be used now; else nothing."""
    found = state(programme, on)
    if found == "expired" and programme.effective_until:
        return text("standing.expired_on", lang, date=format_date(programme.effective_until, lang))
    if found == "closed" and programme.application.window_closes:
        closed = format_date(programme.application.window_closes, lang)
        return text("standing.closed_on", lang, date=closed)
    if found == "not_yet" and programme.effective_from:
        return text("standing.not_yet", lang, date=format_date(programme.effective_from, lang))
    return text(f"standing.{found}", lang) if found in {"expired", "closed", "draft"} else ""


def validity(programme: Programme, on: date, lang: str) -> str:
    """From when until when, and what that means on the day; says so where no end is published."""
    start, end = programme.effective_from, programme.effective_until
    if not start and not end:
        return text("validity.none", lang)
    if not end:
        return text("validity.from", lang, start=format_date(str(start), lang))
    values = {"end": format_date(end, lang), "start": format_date(start, lang) if start else ""}
    said = text("validity.between" if start else "validity.until", lang, **values)
    left = (last_day(end) - on).days
    if 0 <= left <= SOON_DAYS:
        return said + text("validity.left", lang, count=left, days=left)
    return said


def window(programme: Programme, on: date, lang: str) -> str:
    """When applications are taken; says so where nothing is published."""
    a = programme.application
    opens, closes = a.next_window_opens or a.window_opens, a.next_deadline or a.window_closes
    if opens and closes and last_day(closes) >= on:
        return text(
            "window.between", lang, opens=format_date(opens, lang), closes=format_date(closes, lang)
        )
    if closes and last_day(closes) >= on:
        return text("window.closes", lang, closes=format_date(closes, lang))
    if opens and first_day(opens) > on:
        return text("window.opens", lang, opens=format_date(opens, lang))
    if a.recurring:
        return text("window.recurring", lang, recurring=a.recurring.in_(lang))
    if a.rolling:
        return text("window.rolling", lang)
    return text("window.none", lang)
