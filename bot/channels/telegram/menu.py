"""The command list that Telegram shows, made from the conversation's table, in each language."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from bot.channels.telegram.api import Api
from bot.channels.telegram.dealing import Receiver
from bot.commands import Command
from bot.errors import AssistantError
from bot.locale import LANGUAGES, text

_OTHERS = "en"  # what people read whose language has no catalogue
_SCOPES = {"default": False, "all_group_chats": True}
_LONGEST = 256
_log = logging.getLogger(__name__)


async def register(api: Api, conversation: Receiver) -> None:
    """Tell Telegram our commands, for private chats and groups; failing only costs the menu."""
    try:
        for scope, group in _SCOPES.items():
            commands = conversation.commands(group=group)
            for tag in (None, *LANGUAGES):
                await api.set_commands(_listed(commands, tag or _OTHERS), tag, scope)
    except AssistantError as error:
        _log.warning("the command list could not be registered: %s", error)
    except Exception:
        _log.exception("the command list could not be registered")


def _listed(commands: Iterable[Command], lang: str) -> list[tuple[str, str]]:
    return [(command.name, text(command.description, lang)[:_LONGEST]) for command in commands]
