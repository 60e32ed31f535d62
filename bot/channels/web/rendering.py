"""Pages: the Jinja templates with a language and the site's paths. Everything is escaped.

What is shown is made in `views`; nothing here knows a request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.channels.web.views import Block
from bot.locale import LANGUAGES, text

_TEMPLATES = Path(__file__).with_name("templates")
_TAGS = {"zh": "zh-Hans", "en": "en"}  # BCP 47, for <html lang>


class Pages:
    """`prefix` is the path the site lives under, `version` that of its style sheet and scripts."""

    def __init__(self, prefix: str, version: str) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals |= {
            "home": f"{prefix}/",
            "static": f"{prefix}/static/{version}",
            "speak": _speak,
            "tag": _tag,
            "languages": LANGUAGES,
        }
        self._environment.filters["runs"] = _runs

    def page(self, name: str, lang: str, **values: object) -> str:
        """A whole page."""
        template = self._environment.get_template(f"{name}.html")
        return template.render(lang=lang, t=_speak(lang), **values)

    def part(self, name: str, **values: object) -> str:
        """One macro of exchange.html, for a page that is already there."""
        module = self._environment.get_template("exchange.html").module
        return str(getattr(module, name)(**values)).strip()


def _runs(blocks: Iterable[Block]) -> list[tuple[str, list[Block]]]:
    """Neighbouring blocks of one kind together: points of one list."""
    return [(kind, list(run)) for kind, run in groupby(blocks, key=lambda block: block.kind)]


def _speak(lang: str) -> Callable[..., str]:
    """The messages of one language, for templates: `t('web.name')`."""
    return partial(_text, lang)


def _text(lang: str, msgid: str, **values: object) -> str:
    return text(msgid, lang, **values)


def _tag(lang: str) -> str:
    return _TAGS.get(lang, lang)
