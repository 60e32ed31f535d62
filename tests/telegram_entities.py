"""How Telegram reads HTML and MarkdownV2: the text, its entities, and the errors for broken ones.

Follows the Bot API server's own parser (TDLib), whose messages are quoted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre",
    "blockquote": "blockquote", "tg-emoji": "custom_emoji",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#(\d+)|#x([0-9a-fA-F]+)|(lt|gt|amp|quot));?")
_ATTRIBUTE = re.compile(r"""\s+([^\s=>"'/]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+))?""")
_RESERVED = set("_*[]()~`>#+-=|{}.!")


class BadEntities(ValueError):
    """Telegram's words for what is wrong."""


@dataclass
class _Open:
    tag: str
    kind: str
    start: int
    url: str = ""


def units(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse(text: str, mode: str | None) -> tuple[str, list[dict[str, Any]]]:
    """The text and entities that a parse mode makes of what was sent."""
    if not mode:
        return text, []
    if mode.lower() == "html":
        return _html(text)
    if mode.lower() == "markdownv2":
        return _markdown(text)
    raise BadEntities("unsupported parse_mode")


def trimmed(text: str, entities: list[dict[str, Any]]) -> tuple[str, list[dict[str, Any]]]:
    """As Telegram stores it: no white space around the text, entities cut to what is left."""
    ahead = units(text) - units(text.lstrip())
    kept = text.strip()
    shown = []
    for entity in entities:
        start = max(entity["offset"] - ahead, 0)
        end = min(entity["offset"] + entity["length"] - ahead, units(kept))
        if end > start:
            shown.append({**entity, "offset": start, "length": end - start})
    return kept, sorted(shown, key=lambda e: (e["offset"], -e["length"]))[:100]


def _html(source: str) -> tuple[str, list[dict[str, Any]]]:
    out, entities, stack, at = "", [], [], 0
    while at < len(source):
        if source[at] == "&" and (reference := _REFERENCE.match(source, at)):
            out += _character(reference)
            at = reference.end()
        elif source[at] != "<":
            out += source[at]
            at += 1
        elif source.startswith("</", at):
            at = _end_tag(source, at, stack, entities, out)
        else:
            opened, at = _start_tag(source, at, units(out))
            stack.append(opened)
    if stack:
        raise BadEntities(f'can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    return out, entities


def _character(reference: re.Match[str]) -> str:
    decimal, hexadecimal, name = reference.groups()
    if name:
        return _NAMED[name]
    code = int(decimal) if decimal else int(hexadecimal, 16)
    return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else reference[0]


def _start_tag(source: str, at: int, start: int) -> tuple[_Open, int]:
    name = re.compile(r"<([^\s>]*)").match(source, at)
    assert name
    if name.end() >= len(source):
        raise BadEntities(f"unclosed start tag at byte offset {_bytes(source, at)}")
    tag = name[1].lower()
    if tag not in _TAGS:
        raise BadEntities(f'unsupported start tag "{tag}" at byte offset {_bytes(source, at)}')
    end, attributes = name.end(), {}
    while found := _ATTRIBUTE.match(source, end):
        attributes[found[1].lower()] = (found[2] or "").strip("\"'")
        end = found.end()
    closing = re.compile(r"\s*>").match(source, end)
    if closing is None:
        raise BadEntities(f"unclosed start tag at byte offset {_bytes(source, at)}")
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise BadEntities(
            f'tag "span" must have class "tg-spoiler" at byte offset {_bytes(source, at)}'
        )
    url = _REFERENCE.sub(_character, attributes.get("href", ""))
    kind = "expandable_blockquote" if "expandable" in attributes else _TAGS[tag]
    return _Open(tag, kind, start, url), closing.end()


def _end_tag(
    source: str, at: int, stack: list[_Open], entities: list[dict[str, Any]], out: str
) -> int:
    if not stack:
        raise BadEntities(f"unexpected end tag at byte offset {_bytes(source, at)}")
    closing = re.compile(r"</([^\s>]*)\s*>").match(source, at)
    if closing is None:
        raise BadEntities(f"unclosed end tag at byte offset {_bytes(source, at)}")
    opened = stack.pop()
    if closing[1] and closing[1].lower() != opened.tag:
        raise BadEntities(
            f"unmatched end tag at byte offset {_bytes(source, at)}, "
            f'expected "</{opened.tag}>", found "{closing[0]}"'
        )
    _close(opened, entities, out)
    return closing.end()


def _close(opened: _Open, entities: list[dict[str, Any]], out: str) -> None:
    length = units(out) - opened.start
    if not length:
        return
    entity: dict[str, Any] = {"type": opened.kind, "offset": opened.start, "length": length}
    if opened.kind == "text_link":
        if not _is_link(opened.url):
            return  # Telegram shows such a link as mere text
        entity["url"] = opened.url
    entities.append(entity)


def _is_link(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https", "tg", "ton", "mailto", "tel"} and (
        parts.scheme not in {"http", "https"} or bool(parts.hostname)
    )


_MARKS = {
    "*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler",
    "`": "code", "```": "pre", "[": "text_link",
}  # fmt: skip


def _markdown(source: str) -> tuple[str, list[dict[str, Any]]]:
    out, entities, stack, at = "", [], [], 0
    while at < len(source):
        char, inside = source[at], stack[-1].kind if stack else ""
        if char == "\\" and at + 1 < len(source) and ord(source[at + 1]) < 127:
            out += source[at + 1]
            at += 2
            continue
        verbatim = inside in {"code", "pre"}
        if char not in _RESERVED or (verbatim and char != "`"):
            out += char
            at += 1
            continue
        at, out = _mark(source, at, stack, entities, out)
    if stack:
        kind = stack[-1].kind.title().replace("_", "")
        raise BadEntities(f"can't find end of {kind} entity at byte offset {stack[-1].tag}")
    return out, entities


def _mark(
    source: str, at: int, stack: list[_Open], entities: list[dict[str, Any]], out: str
) -> tuple[int, str]:
    inside = stack[-1].kind if stack else ""
    if source[at] == "]" and inside == "text_link":
        target = re.compile(r"\]\(((?:\\.|[^)\s\\])*)\)").match(source, at)
        if target is None:
            raise BadEntities(f"can't find end of a URL at byte offset {_bytes(source, at)}")
        opened = stack.pop()
        opened.url = re.sub(r"\\(.)", r"\1", target[1])
        _close(opened, entities, out)
        return target.end(), out
    mark = next((m for m in ("```", "__", "||") if source.startswith(m, at)), source[at])
    kind = _MARKS.get(mark)
    if kind is None:
        raise BadEntities(
            f"character '{source[at]}' is reserved and must be escaped with the preceding '\\'"
        )
    if inside == kind and kind != "text_link":
        _close(stack.pop(), entities, out)
    else:
        stack.append(_Open(str(_bytes(source, at)), kind, units(out)))
    return at + len(mark), out


def _bytes(source: str, at: int) -> int:
    return len(source[:at].encode())
