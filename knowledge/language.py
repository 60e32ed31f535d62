"""Which language a person writes, Chinese or English, and the lists of small words that tell."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Literal

from knowledge.normal_form import HAN, normalize


def _word_lists() -> dict[str, list[str]]:
    path = Path(__file__).with_name("words.json")
    return {k: v.split() for k, v in json.loads(path.read_text(encoding="utf-8")).items()}


_LISTS = _word_lists()

_HAN_RUN = re.compile(f"[{HAN}]+")
_QUOTED = re.compile(r"《[^》]*》|「[^」]*」|“[^”]*”|\"[^\"]*\"|https?://\S+|\S+@\S+")
_LATIN_WORD = re.compile(r"[a-zà-ɏ]+(?:'[a-z]+)?")
_HAN_TALK = re.compile(
    "[吗呢吧么啥咋怎哪几谁您你我咱嘛啦呀俺]|多少|多大|多久|多长|请问|想问|可以|能不|有没|是不|"
    "是否|如何|这个|那个|现在|怎样|什么|为何|何时|听说"
)
_ENGLISH_GLUE = frozenset(_LISTS["english_glue"])
_PINYIN = re.compile(
    "(?:(?:[bpmfdtnlgkhjqxrzcsyw]|zh|ch|sh)?(?:iang|iong|uang|ueng|ang|eng|ing|ong|iao|ian|uai|uan|"
    "van|ai|ei|ao|ou|an|en|in|un|vn|ia|ie|iu|ua|uo|ui|ue|ve|a|o|e|i|u|v|er))+"
)
_PINYIN_TALK = frozenset(_LISTS["pinyin_talk"])


def detect_language(text: str) -> Literal["zh", "en"]:
    """The language a person mainly writes; product words and quoted names do not decide.

    A Chinese sentence with English terms is zh, an English one that names something in Chinese is
    en; pinyin sentences are zh; text without letters is zh.
    """
    plain = _QUOTED.sub(" ", normalize(text))
    latin = _LATIN_WORD.findall(plain)
    han = sum(len(run) for run in _HAN_RUN.findall(plain))
    if not han:
        return "en" if _is_english(latin, text) else "zh"
    glue = sum(word in _ENGLISH_GLUE for word in latin)
    if glue >= 3 and len(latin) > 2 * han:
        return "en"
    if not glue or _HAN_TALK.search(plain):
        return "zh"
    return "en" if glue >= 2 or len(latin) >= max(3, han) else "zh"


def _is_english(latin: list[str], text: str) -> bool:
    if not latin:  # only a quoted name, digits, signs or nothing: by the script of the whole
        return bool(re.search("[A-Za-z]", text)) and not _HAN_RUN.search(text)
    return not _is_pinyin(latin)


def _is_pinyin(latin: list[str]) -> bool:
    words = [w for w in latin if w not in {"opc", "ai", "gpu", "api", "token", "vs"}]
    if len(words) < 2 or not any(w in _PINYIN_TALK for w in words):
        return False
    own = sum(bool(_PINYIN.fullmatch(w)) for w in words)
    return own == len(words) and sum(w in _PINYIN_TALK for w in words) * 4 >= len(words)


_STOP_EN = _ENGLISH_GLUE | frozenset(_LISTS["english_stop"])
_STOP_ZH = frozenset(_LISTS["chinese_stop"])


def is_stop_word(word: str) -> bool:
    """Whether a lower-case English or a Chinese word says nothing about a subject."""
    return word in _STOP_EN or word in _STOP_ZH
