"""The words and regular-expression pieces that dates are written with, in both languages.

Texts are in normal form here: lower case, simplified characters, half-width digits. `\\b` is no
use between Latin and Chinese letters, so pieces guard their own edges.
"""

from __future__ import annotations

import re
from datetime import date

from knowledge.numerals import han_value

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MONTHS = {name: i for i, name in enumerate(_MONTHS, start=1)}
MONTHS |= {name[:3]: i for name, i in MONTHS.items()} | {"sept": 9}

_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS_EN = {name: i for i, name in enumerate(_WEEKDAYS)}
WEEKDAYS_EN |= {name[:3]: i for name, i in WEEKDAYS_EN.items()}
WEEKDAYS_EN |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
WEEKDAYS_ZH = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6, "末": 6}
WEEKDAYS_ZH |= {str(i + 1): i for i in range(7)}

_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
    "twenty-first",
    "twenty-second",
    "twenty-third",
    "twenty-fourth",
    "twenty-fifth",
    "twenty-sixth",
    "twenty-seventh",
    "twenty-eighth",
    "twenty-ninth",
    "thirtieth",
    "thirty-first",
]
ORDINALS = {word: i for i, word in enumerate(_ORDINALS, start=1)}

MONTH_EN = (
    r"(?<![a-z])(?P<me>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|june?|july?|"
    r"may(?! (?:be|not|apply|only|also|have|get|use|ask|need|change|still|extend))|"
    r"aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)(?![a-z])\.?"
)
ORDINAL_EN = "|".join(sorted(ORDINALS, key=len, reverse=True))
DAY_EN = rf"(?<![\d.,])(?P<d>\d{{1,2}}(?:st|nd|rd|th)?(?!\d)|(?:{ORDINAL_EN}))(?![a-z])"
WEEKDAY_EN = (
    r"(?<![a-z])(?P<wd>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|"
    r"fri(?:day)?|sat(?:urday)?|sun(?:day)?)(?![a-z])\.?"
)
YEAR_EN = r"(?P<y>(?:19|20)\d{2}|'\d{2}|this year|next year)(?!\d)"

HAN_DAY = r"[一二三四五六七八九十廿卅]{1,4}"
MONTH_ZH = r"(?<![\d.])(?P<m>\d{1,2}|十[一二]|[一二三四五六七八九十]|(?<![\d万千百亿.])元) ?月份?"
DAY_ZH = rf"(?P<d>\d{{1,2}}|{HAN_DAY})"
YEAR_ZH = (
    r"(?P<y>(?:19|20)\d{2} ?年?|二[〇零一二三四五六七八九]{3} ?年|(?<!\d)\d{2} ?年|今年|"
    r"明年|后年|去年|"
    r"来年|次年|翌年|本年|当年|同年)(?:度)?的? ?"
)
WEEK_ZH = r"(?:周|星期|礼拜)"
OFFSET_ZH = {"": 0, "本": 0, "这": 0, "当": 0, "下": 1, "次": 1, "下下": 2, "上": -1, "上上": -2}
OFFSET_EN = {
    "this": 0,
    "the": 0,
    "current": 0,
    "next": 1,
    "last": -1,
    "coming": 0,
    "": 0,
    "after next": 2,
}


def year_of(text: str | None, today: date) -> int | None:
    """The year that 2027年, 二〇二七年, 27年, 明年, '27 or "next year" names."""
    text = (text or "").strip()
    if not text:
        return None
    offsets = {"明年": 1, "来年": 1, "次年": 1, "翌年": 1, "后年": 2, "去年": -1, "next year": 1}
    if text in offsets:
        return today.year + offsets[text]
    if text in {"今年", "本年", "当年", "同年", "this year"}:
        return today.year
    digits = text.strip("'年 ")
    value = int(digits) if digits.isascii() and digits.isdigit() else int(han_value(digits) or 0)
    return value + 2000 if value < 100 else value


def month_of(match: re.Match[str]) -> int:
    groups = match.groupdict()
    if groups.get("me"):
        return MONTHS[groups["me"]]
    text = groups["m"]
    return int(text) if text.isdigit() else int(han_value(text) or 1)


def day_number(text: str) -> int:
    if text in ORDINALS:
        return ORDINALS[text]
    digits = text.rstrip("stndrh号日 ")
    return int(digits) if digits.isascii() and digits.isdigit() else int(han_value(digits) or 0)
