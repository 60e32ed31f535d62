"""The errors people meet, each with the message it is shown as; vendors' errors stop here.

AssistantError
├── SettingsInvalid        one or more settings are wrong; every fault listed
├── StartFailed            the process cannot start
│   ├── DatabaseUnreachable
│   ├── FolderNotWritable
│   ├── PortTaken
│   └── ChannelRejected      a chat platform refused our credentials
├── InputRejected          what the person sent cannot be used; they can change it
├── NotAllowed             unknown, forged or somebody else's button or command
├── KnowledgeUnavailable   no usable index, model or records
├── ChannelFailed          a chat platform did not take a message
├── StorageFailed          the database did not answer
└── ModelFailed            the optional language model gave nothing usable
    └── ModelOverBudget      its token or money cap is reached
"""

from __future__ import annotations

import re
from typing import ClassVar


class AssistantError(Exception):
    """Root: `msgid` with `values` is what a person is told, `retryable` whether later may help."""

    msgid: ClassVar[str] = "error.unexpected"
    exit_code: ClassVar[int] = 1

    def __init__(
        self,
        detail: str = "",
        *,
        msgid: str | None = None,
        retryable: bool = False,
        **values: object,
    ) -> None:
        super().__init__(detail or msgid or type(self).msgid)
        self.message_id = msgid or type(self).msgid
        self.retryable = retryable
        self.values: dict[str, object] = {"detail": detail, **values}

    def told(self, lang: str) -> str:
        """The message for a person."""
        from bot.locale import text

        return text(self.message_id, lang, **self.values)


class SettingsInvalid(AssistantError):
    msgid = "error.settings"
    exit_code = 2


class StartFailed(AssistantError):
    msgid = "error.start"
    exit_code = 3


class DatabaseUnreachable(StartFailed):
    msgid = "error.database"


class FolderNotWritable(StartFailed):
    msgid = "error.folder"


class PortTaken(StartFailed):
    msgid = "error.port"


class ChannelRejected(StartFailed):
    msgid = "error.channel_rejected"


class InputRejected(AssistantError):
    msgid = "error.input"
    exit_code = 2


class NotAllowed(AssistantError):
    msgid = "error.not_allowed"


class KnowledgeUnavailable(AssistantError):
    msgid = "error.knowledge"
    exit_code = 4


class ChannelFailed(AssistantError):
    msgid = "error.channel"


class StorageFailed(AssistantError):
    msgid = "error.storage"


class ModelFailed(AssistantError):
    msgid = "error.model"


class ModelOverBudget(ModelFailed):
    msgid = "error.budget"


def translate(error: Exception) -> AssistantError | None:
    """An error of the knowledge or ingest package as one of ours; None for anything else (a bug).

    Each has the message `error.<its class name in snake case>`, filled with its attributes.
    """
    if isinstance(error, AssistantError):
        return error
    if not any(c.__name__ in {"KnowledgeError", "IngestError"} for c in type(error).__mro__):
        return None
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__).lower()
    values = {k: v for k, v in vars(error).items() if k not in {"detail", "msgid", "retryable"}}
    retryable = bool(getattr(error, "retryable", False))
    ours = KnowledgeUnavailable(str(error), msgid=f"error.{name}", retryable=retryable, **values)
    ours.__cause__ = error
    return ours
