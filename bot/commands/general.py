"""/start, /language and /privacy: the commands that need no answer."""

from __future__ import annotations

from bot.commands import Command, Feature, Tap, Visit
from bot.errors import InputRejected, NotAllowed
from bot.locale import LANGUAGES, text
from bot.messages import Button, Reply
from bot.storage.conversations import Conversations

EXAMPLES = ("compute", "startup", "loan")
_AUTOMATIC = "auto"


def examples(lang: str) -> tuple[Button, ...]:
    """Questions to begin with, as buttons; a channel's empty page shows the same."""
    return tuple(Button(text(f"example.{key}", lang), f"say:{key}") for key in EXAMPLES)


class General:
    def __init__(self, store: Conversations, kept_days: int) -> None:
        self._store = store
        self._kept_days = kept_days

    def feature(self) -> Feature:
        return Feature(
            commands=(
                Command("start", self.start),
                Command("language", self.language),
                Command("privacy", self.privacy, personal=True),
            ),
            taps=(Tap("lang", self.language), Tap("forget", self.forget, personal=True)),
        )

    async def start(self, visit: Visit) -> Reply:
        """Greet, and begin a new conversation: what follows is no follow-up."""
        await self._store.begin_again(visit.talk, visit.now)
        return Reply(text("start.text", visit.lang), visit.lang, buttons=examples(visit.lang))

    async def language(self, visit: Visit) -> Reply:
        wanted = visit.argument.strip().lower()
        if not wanted:
            return Reply(text("language.ask", visit.lang), visit.lang, buttons=_languages())
        if wanted not in {*LANGUAGES, _AUTOMATIC}:
            raise InputRejected(msgid="language.unknown")
        fixed = None if wanted == _AUTOMATIC else wanted
        await self._store.set_language(visit.talk, fixed)
        lang = fixed or visit.incoming.lang or visit.lang
        return Reply(text(f"language.set_{wanted}", lang), lang)

    async def privacy(self, visit: Visit) -> Reply:
        told = text("privacy.text", visit.lang, count=self._kept_days)
        erase = Button(text("privacy.erase", visit.lang), "forget:ask")
        return Reply(told, visit.lang, buttons=(erase,))

    async def forget(self, visit: Visit) -> Reply:
        if visit.argument == "ask":
            sure = Button(text("privacy.sure", visit.lang), "forget:yes")
            return Reply(text("privacy.confirm", visit.lang), visit.lang, buttons=(sure,))
        if visit.argument != "yes":
            raise NotAllowed
        await self._store.forget(visit.talk.address)
        return Reply(text("privacy.erased", visit.lang), visit.lang)


def _languages() -> tuple[Button, ...]:
    """Each language under its own name, whatever language is spoken now."""
    named = [Button(text("language.name", lang), f"lang:{lang}") for lang in LANGUAGES]
    both = " / ".join(text("language.automatic", lang) for lang in LANGUAGES)
    return (*named, Button(both, f"lang:{_AUTOMATIC}"))
