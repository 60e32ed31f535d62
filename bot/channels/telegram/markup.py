"""A Reply as Telegram messages: HTML that cannot break, within the limits; nothing is sent here.

A reply becomes lines of runs; lines are packed into sheets, each rendered by itself, so a tag can
never be cut in two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import groupby
from urllib.parse import urlsplit

from bot.channels.telegram.lines import LINKED, MARK, Line, Run, Style, opening, packed, width
from bot.locale import text
from bot.messages import Citation, Reply

_LABEL = re.compile(r"[^\s：:\d\[·•-][^：:\d\[]{0,19}(?:：|: )(?=.)")
_UNSENDABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_LONGEST_LINK = 1000
_UNFOLDED = 3  # sources that are shown without a tap
_TAGS: dict[Style, tuple[str, str]] = {
    "plain": ("", ""),
    "bold": ("<b>", "</b>"),
    "italic": ("<i>", "</i>"),
    "quote": ("<blockquote>", "</blockquote>"),
    "fold": ("<blockquote expandable>", "</blockquote>"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One message: its HTML, and the same as plain text for when that is not taken."""

    html: str
    plain: str


def sheets(reply: Reply, note: str = "") -> list[Sheet]:
    """The messages of a reply, at least one; `note` is a last word of the channel's own."""
    made = [_sheet(lines) for lines in packed(_lines(reply, note))]
    return [sheet for sheet in made if sheet.plain.strip()]


def sheets_in_brief(reply: Reply, limit: int) -> tuple[list[Sheet], bool]:
    """One message with what fits into `limit` columns, and whether that is not everything."""
    body = [line for line in _body(reply.text) if line.strip()]
    kept = [opening(body[0], limit)]
    for line in body[1:]:
        if width("".join([*kept, line])) > limit:
            break
        kept.append(line)
    whole = kept == body
    brief = replace(reply, text="\n".join(kept) + ("" if whole else " …"), more="")
    return sheets(brief), not whole or bool(reply.more)


def is_web(url: str | None) -> bool:
    """Whether a link may be shown: http and https only, and nothing Telegram would refuse."""
    if not url or len(url) > _LONGEST_LINK or any(c.isspace() for c in url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _lines(reply: Reply, note: str) -> list[Line]:
    links = {c.number: c.url for c in reply.citations if c.url and is_web(c.url)}
    found = []
    if asked := reply.extra.get("question"):
        found.append(Line((Run(_clean(asked)),), "quote"))
    answers = leads = reply.outcome is not None
    for written in _body(reply.text):
        label = _LABEL.match(written) if answers and not leads else None
        start = label.end() if label else 0
        runs = (*([Run(written[:start], bold=True)] if start else []),
                *_linked(written[start:], links))  # fmt: skip
        found.append(Line(runs, "bold" if leads else "plain"))
        leads = leads and written.rstrip().endswith((":", "："))  # a preface is not the answer
    if reply.ai_generated:
        found.append(Line((Run(text("telegram.ai", reply.lang)),), "italic"))
    if reply.outcome is not None:
        found += _sources(reply)
    if note:
        found.append(Line((Run(note),), "italic"))
    return found


def _body(written: str) -> list[str]:
    """The lines, cleaned, with at most one blank line between two."""
    folded = re.sub(r"\n\s*\n+", "\n\n", _clean(written).replace("\r", ""))
    return folded.strip().split("\n") if folded.strip() else ["…"]


def _clean(written: str) -> str:
    return _UNSENDABLE.sub("", written)


def _linked(written: str, links: Mapping[int, str]) -> tuple[Run, ...]:
    """The text with addresses linked, and citation marks to what they cite if it is on the web."""
    runs, start = [], 0
    for found in LINKED.finditer(written):
        link = links.get(int(found[1]), "") if found[1] else found[0]
        runs += [Run(written[start : found.start()]), Run(found[0], link if is_web(link) else "")]
        start = found.end()
    return tuple(run for run in (*runs, Run(written[start:])) if run.text)


def _sources(reply: Reply) -> Iterator[Line]:
    """The short list of sources below an answer: those that it marks."""
    marks = {int(n) for n in MARK.findall(reply.text)}
    listed = [c for c in reply.citations if c.number in marks] or list(reply.citations)
    if listed:
        yield Line(())
        yield Line((Run(text("telegram.sources", reply.lang)),), "italic")
    style: Style = "fold" if len(listed) > _UNFOLDED else "plain"
    for citation in listed:
        yield Line(_source(citation, reply.lang), style)


def _source(citation: Citation, lang: str) -> tuple[Run, ...]:
    link = citation.url if citation.url and is_web(citation.url) else ""
    told = [citation.issuer, citation.doc_no, citation.validity, citation.seen]
    told = [_clean(part).strip() for part in told if part]
    facts = text("telegram.comma", lang).join(part for part in told if part)
    title = Run(_clean(citation.title).strip() or text("telegram.untitled", lang), link)
    return (Run(f"{citation.number}. "), title, Run(f" — {facts}" if facts else ""))


def _sheet(lines: Sequence[Line]) -> Sheet:
    blocks = (_block(style, list(same)) for style, same in groupby(lines, lambda li: li.style))
    return Sheet("\n".join(blocks), "\n".join(map(_plain, lines)))


def _block(style: Style, lines: Sequence[Line]) -> str:
    """Neighbouring lines of one style, in its tags together."""
    inside = "\n".join("".join(map(_html, line.runs)) for line in lines)
    start, end = _TAGS[style]
    return f"{start}{inside}{end}" if inside.strip() else inside


def _html(run: Run) -> str:
    shown = escape(run.text)
    if run.link:
        return f'<a href="{escape(run.link)}">{shown}</a>'
    return f"<b>{shown}</b>" if run.bold else shown


def _plain(line: Line) -> str:
    """A linked title is followed by its address; not so a mark, for its source is listed."""
    return "".join(
        run.text if not run.link or LINKED.fullmatch(run.text) else f"{run.text} {run.link}"
        for run in line.runs
    )


def plain_parts(sheet: Sheet) -> list[str]:
    """A sheet's plain text, which addresses may have made too long for one message."""
    lines = [Line((Run(line),)) for line in sheet.plain.split("\n")]
    return ["\n".join(line.text for line in part) for part in packed(lines)]
