"""Lengths of time in both languages: 三个月, 一年半, 10 working days, a fortnight.

What a length counts from is decided in `reading`.
"""

from __future__ import annotations

import re

from knowledge.dates.values import Period, Unit
from knowledge.numerals import HAN, han_value, word_value

_N = rf"(?P<n>\d+(?:\.\d+)?|半|{HAN}{{1,12}})"
_UNITS_ZH: dict[str, tuple[Unit, float]] = {
    "工作日": ("workday", 1), "交易日": ("workday", 1), "自然日": ("day", 1), "日历日": ("day", 1),
    "天": ("day", 1), "日": ("day", 1), "晚": ("day", 1), "周": ("week", 1), "星期": ("week", 1),
    "礼拜": ("week", 1), "月": ("month", 1), "季度": ("month", 3), "季": ("month", 3),
    "年": ("year", 1), "周年": ("year", 1), "小时": ("hour", 1), "钟头": ("hour", 1),
    "分钟": ("minute", 1),
}  # fmt: skip
_UNITS_EN: dict[str, tuple[Unit, float]] = {
    "day": ("day", 1), "night": ("day", 1), "week": ("week", 1), "wk": ("week", 1),
    "fortnight": ("week", 2), "month": ("month", 1), "mo": ("month", 1), "quarter": ("month", 3),
    "year": ("year", 1),
    "yr": ("year", 1), "hour": ("hour", 1), "hr": ("hour", 1), "h": ("hour", 1),
    "minute": ("minute", 1),
}  # fmt: skip

_DAY_CUE = (
    r"(?:有效期?为?|为期|期限为?|期|共|不少于|不超过|至少|超过|满|逾|延长|展期|宽限|剩|还有|"
    r"近)"
)
_ZH = re.compile(
    rf"(?<![\d.第]){_N} ?(?:"
    r"(?:个)?(?P<half>半)?个?(?P<u>工作日|交易日|自然日|日历日|周年|星期|礼拜|季度|小时|钟头|分钟)"
    r"|个(?P<half2>半)?(?P<u2>月|季)|(?P<u3>天|周(?![一二三四五六日末岁])|"
    r"年(?![级代度龄报初底末终会纪月]))"
    r"|(?P<u4>日)(?=之?内|以内|之?后|以后|期|的?有效|未|不使|没|自动))(?P<tail>半(?!年|价))?"
)
_ZH_CUED = re.compile(rf"{_DAY_CUE} ?(?P<n>\d+|{HAN}{{1,12}}) ?(?P<u>日)(?!前|止|起)")
_WORDS = (
    r"half a|half an|a half|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    r"fourteen|fifteen|eighteen|twenty(?:[- ](?:one|four|five|eight))?|thirty(?:[- ]six)?|"
    r"forty(?:[- ](?:five|eight))?|sixty|ninety|a hundred(?: and \w+)?|one hundred(?: and \w+)?"
)
_EN = re.compile(
    rf"(?<![a-z\d.,])(?P<n>\d+(?:\.\d+)?|{_WORDS}|half)[ -]?"
    r"(?P<more>and a half )?(?:(?P<work>working|business|trading|work|banking)|calendar|natural|"
    r"consecutive|full|more|whole|rent-free|free|paid)?[ -]?"
    r"(?P<u>day|week|wk|fortnight|month|mo|quarter|year|yr|night|hour|hr|h|minute)s?(?:')?(?![a-z])"
    r"(?P<tail> and a half)?"
)


def periods(s: str) -> list[Period]:
    """The lengths of time in a text in normal form, in order."""
    found = [_chinese(m) for m in _ZH.finditer(s)] + [_english(m) for m in _EN.finditer(s)]
    cued = [_cued(m) for m in _ZH_CUED.finditer(s)]
    return sorted((p for p in [*found, *cued] if p), key=lambda p: p.start)


def _cued(match: re.Match[str]) -> Period | None:
    count = han_value(match["n"])
    return Period(match.start("n"), match.end(), count, "day") if count else None


def _chinese(match: re.Match[str]) -> Period | None:
    name = match["u"] or match["u2"] or match["u3"] or match["u4"]
    if not name:
        return None
    unit, times = _UNITS_ZH[name]
    count = 0.5 if match["n"] == "半" else han_value(match["n"])
    if count is None or (unit == "year" and count > 100):  # 2026年 is a year, not a length
        return None
    if count == 1 and match.string.endswith("最后", 0, match.start()):  # 最后一天
        return None
    half = bool(match["half"] or match["half2"] or match["tail"])
    return _period(match, (count + 0.5 * half) * times, unit)


def _english(match: re.Match[str]) -> Period | None:
    text = match["n"]
    unit, times = _UNITS_EN[match["u"]]
    if text in {"half a", "half an", "half", "a half"}:
        count: float | None = 0.5
    elif text in {"a", "an"}:
        count = 1
    else:
        count = float(text) if text[0].isdigit() else word_value(text.replace("-", " "))
    if count is None or (unit == "year" and count > 100):
        return None
    half = 0.5 if match["more"] or match["tail"] else 0
    return _period(match, (count + half) * times, "workday" if match["work"] else unit)


def _period(match: re.Match[str], count: float, unit: Unit) -> Period:
    """With half a month as 15 days and half a year as 6 months."""
    extra = 0
    if unit == "month" and count % 1 == 0.5:
        count, extra = count - 0.5, 15
    if unit == "year" and count % 1:
        count, unit = count * 12, "month"
    if unit == "month" and not count:
        count, unit, extra = 15, "day", 0
    if unit == "week" and count % 1:
        count, unit = count * 7, "day"
    return Period(match.start(), match.end(), count, unit, extra)
