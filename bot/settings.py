"""What the environment or a .env file may set: read once at start, all faults reported at once."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsInvalid

Cap = Annotated[int | None, Field(ge=0)]
MoneyCap = Annotated[Decimal | None, Field(ge=0)]


class Settings(BaseSettings):
    """All settings; none is needed for the default run."""

    model_config = SettingsConfigDict(
        env_file=".env",
        extra="ignore",
        env_ignore_empty=True,
        frozen=True,
        hide_input_in_errors=True,
    )

    data_dir: Path = Field(Path("data"), description="Folder for the database and the index.")
    host: str = Field("127.0.0.1", description="Address the web server listens on.")
    port: int = Field(
        8080, ge=0, le=65535, description="Port of the web server; 0 takes a free one."
    )
    path_prefix: str = Field("", description="Path the site lives under, such as `/opc`.")
    public_url: str = Field(
        "",
        description="Public https address of the site; Telegram then uses a webhook, not polling.",
    )
    proxy_hops: int = Field(
        0, ge=0, le=5, description="Reverse proxies in front whose X-Forwarded-For is believed."
    )
    database_url: SecretStr = Field(
        SecretStr(""),
        description="`postgresql://…` for a shared database; default SQLite in DATA_DIR.",
    )
    telegram_token: SecretStr = Field(
        SecretStr(""), description="Bot token from @BotFather; Telegram is off without one."
    )
    telegram_api_url: str = Field(
        "https://api.telegram.org", description="Bot API server, for a self-hosted one."
    )
    telegram_secret: SecretStr = Field(
        SecretStr(""), description="Webhook secret; derived from the token if unset."
    )
    embedding_model: str = Field(
        "", description="A sentence-transformers id or folder instead of the bundled model."
    )
    llm_model: str = Field(
        "", description="Chat model such as `openai:deepseek-chat`; no language model without one."
    )
    llm_base_url: str = Field("", description="Address of an OpenAI-compatible server.")
    llm_api_key: SecretStr = Field(SecretStr(""), description="Key for the chat model.")
    llm_timeout: float = Field(
        20.0, gt=0, le=300, description="Seconds a model may take per answer."
    )
    llm_daily_tokens: Cap = Field(
        1_000_000, description="Tokens per day for everybody together; 0 means none."
    )
    llm_daily_tokens_per_user: Cap = Field(
        50_000, description="Tokens per day and person; 0 means none."
    )
    llm_price_in: MoneyCap = Field(None, description="Price of a million tokens read.")
    llm_price_out: MoneyCap = Field(None, description="Price of a million tokens written.")
    llm_daily_cost: MoneyCap = Field(
        None, description="Money per day for everybody together, in the prices' currency."
    )
    llm_daily_cost_per_user: MoneyCap = Field(None, description="Money per day and person.")
    conversation_days: int = Field(
        30, ge=1, le=3650, description="Days that conversations and questions are kept."
    )
    rate_per_minute: int = Field(
        20, ge=1, le=10_000, description="Questions per minute and person before asked to wait."
    )
    timezone: str = Field("Asia/Shanghai", description="Time zone that decides what day it is.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="How much is logged to standard error."
    )

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("path_prefix")
    @classmethod
    def _prefix(cls, value: str) -> str:
        prefix = "/" + value.strip("/") if value.strip("/") else ""
        if any(
            not part.replace("-", "").replace("_", "").isalnum() for part in prefix.split("/")[1:]
        ):
            raise ValueError("use letters, digits, - and _ between slashes, such as /opc")
        return prefix

    @field_validator("public_url", "telegram_api_url", "llm_base_url")
    @classmethod
    def _url(cls, value: str) -> str:
        if not value:
            return value
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("use a full address such as https://example.com")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: SecretStr) -> SecretStr:
        scheme = value.get_secret_value().partition("://")[0].partition("+")[0]
        if scheme not in {"", "sqlite", "postgresql", "postgres"} or not _has_valid_port(value):
            raise ValueError("use postgresql://user:password@host/name or sqlite:///file.db")
        return value

    @field_validator("telegram_token")
    @classmethod
    def _token(cls, value: SecretStr) -> SecretStr:
        number, colon, rest = value.get_secret_value().partition(":")
        if (colon and number.isdigit() and rest) or not (number or colon):
            return value
        raise ValueError("a token looks like 123456:ABC-DEF…; ask @BotFather for one")

    @field_validator("telegram_secret")
    @classmethod
    def _secret(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value()
        if secret and not (
            len(secret) <= 256 and secret.replace("-", "").replace("_", "").isalnum()
        ):
            raise ValueError("use up to 256 letters, digits, - and _")
        return value

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("use a name such as Asia/Shanghai") from None
        return value

    @field_validator("llm_daily_cost", "llm_daily_cost_per_user")
    @classmethod
    def _priced(cls, value: Decimal | None, info: ValidationInfo) -> Decimal | None:
        if value and None in (info.data.get("llm_price_in"), info.data.get("llm_price_out")):
            raise ValueError("needs LLM_PRICE_IN and LLM_PRICE_OUT to count the money")
        return value

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def webhook(self) -> bool:
        """Whether Telegram pushes to us (a public https address is set) instead of polling."""
        return self.public_url.startswith("https://")

    @property
    def webhook_secret(self) -> str:
        """The configured secret, else one that only a holder of the token can compute."""
        given = self.telegram_secret.get_secret_value()
        token = self.telegram_token.get_secret_value()
        return given or hashlib.sha256(f"webhook:{token}".encode()).hexdigest()


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment and .env; `overrides` (command line flags) win.

    Raises SettingsInvalid naming every bad setting, without showing secret values.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        faults = [_fault(e["loc"], e["msg"]) for e in error.errors(include_input=False)]
        raise SettingsInvalid(
            "; ".join(faults), faults="\n".join(f"  {f}" for f in faults)
        ) from None


def _has_valid_port(url: SecretStr) -> bool:
    try:
        _ = urlsplit(url.get_secret_value()).port
    except ValueError:
        return False
    return True


def _fault(loc: tuple[int | str, ...], message: str) -> str:
    name = str(loc[0]).upper() if loc else ""
    reason = message.removeprefix("Value error, ")
    return f"{name}: {reason}" if name else reason


def settings_table() -> str:
    """The README's table of settings, in Markdown."""
    rows = [
        f"| `{name.upper()}` | {_default(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| Setting | Default | What it does |", "| --- | --- | --- |", *rows])


def _default(value: Any) -> str:
    shown = value.get_secret_value() if isinstance(value, SecretStr) else value
    return f"`{shown}`" if shown not in (None, "") else "–"
