"""Claim: one checkable thing that a line says. Reading them is `claims`, judging them `verify`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "date", "clock", "phone", "document", "link", "code", "ordinal"]
Day = tuple[int | None, int | None, int | None]
"""Year, month and day; None where the text does not name it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim at `s[start:end]` of a text in normal form.

    `value` is a number (in the base unit: months for years), or the text that must stand in the
    source. `qualifier` is exact, up_to, at_least or about. `per` are the times and things that the
    figure is given for; `scaled` says that it was written with 万, k or million.
    """

    kind: Kind
    start: int
    end: int
    text: str
    value: float | str = ""
    unit: str = ""
    qualifier: str = "exact"
    per: frozenset[str] = frozenset()
    day: Day = (None, None, None)
    scaled: bool = False

    @property
    def family(self) -> str:
        """Claims of one family can be mistaken for each other."""
        if self.kind != "number":
            return self.kind
        return FAMILY.get(self.unit, "money" if self.scaled and not self.unit else "count")


FAMILY = {
    **dict.fromkeys(("yuan", "usd", "hkd", "eur"), "money"),
    **dict.fromkeys(("percent", "pp", "bp", "discount"), "share"),
    **dict.fromkeys(("month", "day", "workday", "hour", "minute"), "time"),
    **dict.fromkeys(("sqm", "card_hour", "pflops", "gpu", "token"), "size"),
}
