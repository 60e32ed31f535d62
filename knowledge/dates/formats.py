"""Dates as people read them, in Chinese or English; whole or partial."""

from __future__ import annotations

from datetime import date

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def format_date(day: date | str, lang: str) -> str:
    """2027年1月30日 or 30 January 2027; a partial `2027-01` or `2027` keeps what is known."""
    parts = [int(p) for p in (day.isoformat() if isinstance(day, date) else day).split("-")]
    if lang == "zh":
        return "".join(f"{p}{unit}" for p, unit in zip(parts, "年月日", strict=False))
    words = [str(parts[0])]
    if len(parts) > 1:
        words.append(_MONTHS[parts[1] - 1])
    return " ".join([*map(str, parts[2:]), *reversed(words)])
