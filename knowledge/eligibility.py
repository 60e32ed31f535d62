"""Rules of a programme against what is known of a founder: met, unmet, or unknown.

`Profile` maps the field names of `knowledge.programmes.PROFILE_FIELDS` to what is known; a field
that is absent or None is unknown, never "no".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from knowledge.dates.calendar_rules import add_months
from knowledge.programmes import Rule, first_day

Profile = Mapping[str, object]


def holds(rule: Rule, profile: Profile, on: date) -> bool | None:
    """Whether the rule is met on a day; None where the profile does not tell."""
    if rule.all:
        return _all([holds(part, profile, on) for part in rule.all])
    if rule.any:
        return _any([holds(part, profile, on) for part in rule.any])
    known = profile.get(rule.field or "")
    if known is None:
        return None
    return _TESTS[rule.op or ""](known, rule.value, on)


def fields(rule: Rule) -> frozenset[str]:
    """The profile fields a rule looks at."""
    if rule.field:
        return frozenset({rule.field})
    return frozenset().union(*(fields(part) for part in (*rule.all, *rule.any)))


def _all(parts: list[bool | None]) -> bool | None:
    if False in parts:
        return False
    return None if None in parts else True


def _any(parts: list[bool | None]) -> bool | None:
    if True in parts:
        return True
    return None if None in parts else False


def _number(value: object) -> float:
    return float(value)  # type: ignore[arg-type]


def _ordered(test: Callable[[object, object], bool]) -> Callable[[object, object, date], bool]:
    """A comparison of numbers, or of ISO dates, which order as text."""

    def compare(known: object, value: object, on: date) -> bool:
        if isinstance(value, str):
            return test(str(known), value)
        return test(_number(known), _number(value))

    return compare


def _day(known: object) -> date:
    return known if isinstance(known, date) else first_day(str(known))


def _members(value: object) -> set[object]:
    return set(value) if isinstance(value, list | tuple | set | frozenset) else {value}


_TESTS: dict[str, Callable[[object, object, date], bool]] = {
    "eq": lambda known, value, on: known == value,
    "ne": lambda known, value, on: known != value,
    "lt": _ordered(lambda a, b: a < b),  # type: ignore[operator]
    "le": _ordered(lambda a, b: a <= b),  # type: ignore[operator]
    "gt": _ordered(lambda a, b: a > b),  # type: ignore[operator]
    "ge": _ordered(lambda a, b: a >= b),  # type: ignore[operator]
    "in": lambda known, value, on: known in _members(value),
    "not_in": lambda known, value, on: known not in _members(value),
    "overlaps": lambda known, value, on: bool(_members(known) & _members(value)),
    "contains": lambda known, value, on: str(value) in str(known),
    "within_months": lambda known, value, on: on <= add_months(_day(known), int(_number(value))),
    "at_least_months": lambda known, value, on: on >= add_months(_day(known), int(_number(value))),
}
