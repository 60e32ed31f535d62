"""What the founder says of themselves in a question, as fields of a profile."""

from __future__ import annotations

import re
from datetime import date

from bot.answers.understand import Figure, Understanding
from knowledge.dates import find_dates

_MONTHLY = re.compile(
    r"每月|每个月|一个月|月均|按月|/月|a month|per month|monthly|each month|every month"
)
_EARNED = re.compile(
    r"所得|利润|营收|收入|销售|卖|注册资本|认缴|\b(?:profit|sales|revenue|turnover|earn\w*|income|capital)\b"
)
_AGE = re.compile(r"(\d{2})\s*(?:周?岁|years? old|year-old)|(?:aged?|i am|i'm)\s+(\d{2})\b")
_TEAM = re.compile(
    r"(?:我们|团队|公司|一共|总共|有|共)\D{0,4}?(\d{1,3})\s*个?(?:人|员工)|"
    r"(\d{1,3})[- ](?:person|people|staff|employees|strong)|(?:team of|we are|we're)\s+(\d{1,3})\b"
)
_HIRES = re.compile(
    r"(?:招|雇|聘|请)了?\D{0,3}?(\d{1,3})\s*个?(?:人|员工|名)?|"
    r"(?:hir\w*|employ\w*|recruit\w*)\s+(\d{1,3})\b"
)
_FOUNDED = re.compile(r"注册|成立|开业|设立|registered|founded|incorporated|set up|opened")
_HEADS = re.compile(
    r"([俩仨两二三四五六七八九十]|\d{1,3})\s*(?:个|名|位)?\s*"
    r"(?:人|员工|研究生|实习生|学生|伙计|同事|postgraduates?|interns?|students?|hires?)|"
    r"\b(?P<en>two|three|four|five|six|seven|eight|nine|ten|\d{1,3})\s+(?:new\s+)?"
    r"(?:people|interns|postgraduates|students|staff|employees|hires|workers|persons)|"
    r"(?:hir\w*|employ\w*|recruit\w*|招|雇|聘)\s*(?P<after>\d{1,3})\b"
)
_NUMBERS = {
    "俩": 2, "两": 2, "二": 2, "仨": 3, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8,
    "九": 9, "十": 10, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_YEARS = re.compile(
    r"(?:连着|连续|这|头|前)([两三四五\d])年|([两三四五])年(?:加|一共|总|合计)|"
    r"\b(two|three|four|five|\d) years"
)
_BASES = {
    "profit": re.compile(r"利润|所得额?|盈利|赚|\b(?:profit|taxable income|income)\b"),
    "sales": re.compile(r"销售额?|卖|营收|营业额|收入|开票|\b(?:sales|turnover|revenue|sell)\b"),
}
_TOGETHER = re.compile(
    r"([俩两仨三四五六七八九十\d])个?(?:人|位)?.{0,3}(?:一起|合伙|共同)|(?:合伙|一起).{0,6}?([两三四五六七八九十\d])个?人|"
    r"\b(two|three|four|five|six|\d)(?: of us| partners| founders| friends)"
)
_SPENDS = {
    "compute": "annual_compute_spend", "token": "annual_model_spend",
    "model": "annual_model_spend", "data": "annual_data_spend",
}  # fmt: skip


def spend(u: Understanding) -> Figure | None:
    """The sum of money the founder says they spend, invest or borrow."""
    money = [f for f in u.figures if _is_sum(f) and f.use in {"own", "open"}]
    spent = [f for f in money if not _EARNED.search(u.norm[max(0, f.start - 10) : f.start])]
    own = [f for f in spent if f.use == "own"]
    if own:
        return own[0]
    costs = u.cues & {"spend", "calculation"} or u.topics & set(_SPENDS)
    return spent[0] if spent and costs and not u.cues & {"premise", "listing"} else None


def _is_sum(figure: Figure) -> bool:
    """Yuan, or a large bare number that is no year ("taxable income 1.2 million")."""
    bare = figure.unit == "number" and figure.value >= 1000 and not 1900 <= figure.value <= 2100
    return figure.unit == "yuan" or bare


def earned(u: Understanding, what: str) -> float | None:
    """The profit or the sales the founder names, in yuan."""
    for figure in u.figures:
        if _is_sum(figure) and _BASES[what].search(
            u.norm[max(0, figure.start - 16) : figure.start]
        ):
            return figure.value
    return None


def monthly_sales(u: Understanding) -> bool:
    """Whether the sales named are those of a month; else of a quarter."""
    return bool(_MONTHLY.search(u.norm)) and "季" not in u.norm and "quarter" not in u.norm


def partners(u: Understanding) -> int:
    """How many borrow together; 0 if the question is not about partners."""
    match = _TOGETHER.search(u.norm)
    word = next((g for g in match.groups() if g), "") if match else ""
    if not word:
        return 0
    return _NUMBERS.get(word) or (int(word) if word.isdigit() else 0)


def monthly(u: Understanding, figure: Figure) -> bool:
    """Whether a sum is meant per month."""
    around = u.norm[max(0, figure.start - 12) : figure.end + 12]
    return bool(_MONTHLY.search(around))


def profile(u: Understanding, on: date) -> dict[str, object]:
    """Every profile field that the question states."""
    found: dict[str, object] = {}
    if sum_ := spend(u):
        yearly = sum_.value * 12 if monthly(u, sum_) else sum_.value
        found.update({_SPENDS[t]: yearly for t in u.topics if t in _SPENDS})
    for field, pattern in (("founder.age", _AGE), ("team_size", _TEAM), ("hired.count", _HIRES)):
        if match := pattern.search(u.norm):
            found[field] = int(next(g for g in match.groups() if g))
    if founded := founded_on(u, on):
        found["founded_on"] = founded.isoformat()
    return found


def founded_on(u: Understanding, on: date) -> date | None:
    """The day the founder says the company was registered."""
    if not _FOUNDED.search(u.norm):
        return None
    days = [d.end_on for d in find_dates(u.norm, on) if d.kind in {"point", "deadline"}]
    past = [d for d in days if d and d <= on]
    return past[0] if past else None


def stated_months(u: Understanding, on: date) -> int:
    """The length of time the founder names, in whole months; 0 if none."""
    for span in find_dates(u.norm, on):
        count, _, unit = span.iso.partition(" ")
        if span.kind == "duration" and unit == "month" and float(count) >= 1:
            return int(float(count))
    years = _YEARS.search(u.norm)
    word = next((g for g in years.groups() if g), "0") if years else "0"
    return 12 * (_NUMBERS.get(word) or int(word))


def headcount(u: Understanding) -> int:
    """The people the founder names: 2 for 俩研究生, "three interns"; 0 if none."""
    counted = next((f.value for f in u.figures if f.unit == "people"), None)
    if counted:
        return int(counted)
    match = _HEADS.search(u.norm)
    word = next((g for g in match.groups() if g), "0") if match else "0"
    return _NUMBERS[word] if word in _NUMBERS else int(word)
