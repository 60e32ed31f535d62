"""Message catalogues: text(msgid, lang, **values). The sentences live in {zh,en}/*.po, not here.

Every feature may keep its own fragment (`zh/web.po`); the fragments of a language are merged when
it is first used. A msgid is a dotted key ("help.title"); values fill `{name}` placeholders.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Formatter
from typing import Literal, cast

Lang = Literal["zh", "en"]
LANGUAGES: tuple[Lang, ...] = ("zh", "en")
_FOLDER = Path(__file__).parent


class MessageMissing(LookupError):
    """A msgid that no catalogue of the language holds: a bug, found by tests/test_architecture."""


def text(msgid: str, lang: str, **values: object) -> str:
    """The message in a language ("zh", or English for anything else).

    A message with a plural chooses its form by `values["count"]`.
    """
    language: Lang = "zh" if lang == "zh" else "en"
    try:
        forms = catalogue(language)[msgid]
    except KeyError:
        raise MessageMissing(f"{msgid} ({language})") from None
    form = forms[0] if values.get("count", 1) == 1 else forms[-1]
    return form.format(**values) if values else form.format()


def has_message(msgid: str, lang: str = "en") -> bool:
    return msgid in catalogue("zh" if lang == "zh" else "en")


@cache
def catalogue(lang: Lang) -> dict[str, tuple[str, ...]]:
    """msgid -> its plural forms (one form where it has no plural), all fragments merged."""
    merged: dict[str, tuple[str, ...]] = {}
    for path in sorted((_FOLDER / lang).glob("*.po")):
        for msgid, forms in _read(path).items():
            if msgid in merged:
                raise ValueError(f"{path}: {msgid} is already in another fragment")
            merged[msgid] = forms
    return merged


def _read(path: Path) -> dict[str, tuple[str, ...]]:
    from babel.messages.pofile import read_po

    with path.open("rb") as file:
        messages = list(read_po(file))
    entries: dict[str, tuple[str, ...]] = {}
    for message in messages:
        if not message.id or message.fuzzy:
            continue
        msgid = message.id if isinstance(message.id, str) else message.id[0]
        found = message.string if isinstance(message.string, tuple) else (message.string,)
        if all(found):
            entries[msgid] = cast(tuple[str, ...], tuple(found))
    return entries


def placeholders(form: str) -> frozenset[str]:
    """The names in braces in one form of a message."""
    return frozenset(name for _, name, _, _ in Formatter().parse(form) if name)


def language_of(tag: str | None) -> Lang | None:
    """The catalogue for a BCP 47 or POSIX tag: "zh-Hans-CN", "zh_CN.UTF-8" -> zh; None for none."""
    if not tag:
        return None
    return "zh" if tag.replace("_", "-").lower().split("-")[0] in {"zh", "yue", "wuu"} else "en"
