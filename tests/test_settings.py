from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsInvalid
from bot.settings import Settings, load_settings, settings_table

README = Path(__file__).parents[1] / "README.md"


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_default_run_needs_no_setting() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, str(settings.data_dir)) == ("127.0.0.1", 8080, "data")
    assert not settings.telegram_token.get_secret_value() and not settings.llm_model


def test_flags_win_over_the_environment_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("PORT=1001\nHOST=0.0.0.0\nLOG_LEVEL=debug\nUNRELATED=1\n")
    monkeypatch.setenv("PORT", "1002")
    settings = load_settings(port=1003, host=None)
    assert (settings.port, settings.host, settings.log_level) == (1003, "0.0.0.0", "DEBUG")
    assert load_settings().port == 1002


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("LLM_DAILY_TOKENS", "")
    assert load_settings().port == 8080


BAD = {
    "PORT": "eighty",
    "PUBLIC_URL": "example.com",
    "TELEGRAM_TOKEN": "s3cret-t0ken",
    "DATABASE_URL": "mysql://root:s3cret@h/d",
    "TIMEZONE": "Mars/Olympus",
    "LOG_LEVEL": "LOUD",
    "PATH_PREFIX": "/a b",
    "LLM_TIMEOUT": "0",
    "LLM_DAILY_COST": "5",
    "LLM_DAILY_TOKENS": "-1",
    "RATE_PER_MINUTE": "0",
    "CONVERSATION_DAYS": "none",
    "TELEGRAM_SECRET": "s3cret with spaces",
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_bad_setting_is_told_at_once_and_no_secret(
    monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    for name, value in BAD.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    told = caught.value.told(lang)
    assert [name for name in BAD if name not in told] == []
    assert "s3cret" not in told


def test_a_secret_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TELEGRAM_TOKEN", "LLM_API_KEY", "TELEGRAM_SECRET"):
        monkeypatch.setenv(name, "1:s3cret" if name == "TELEGRAM_TOKEN" else "s3cret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://opc:s3cret@h/d")
    settings = load_settings()
    assert "s3cret" not in repr(settings) + str(settings) + settings.model_dump_json()


@pytest.mark.parametrize(("given", "kept"), [("opc", "/opc"), ("/a/b/", "/a/b"), ("/", "")])
def test_a_path_prefix_is_written_one_way(given: str, kept: str) -> None:
    assert load_settings(path_prefix=given).path_prefix == kept


def test_only_a_public_https_address_means_webhook() -> None:
    assert load_settings(public_url="https://opc.example/").webhook
    assert not load_settings(public_url="http://opc.example").webhook
    assert not load_settings().webhook


def test_the_webhook_secret_follows_from_the_token_unless_given() -> None:
    one, two = load_settings(telegram_token="1:a"), load_settings(telegram_token="2:b")
    assert one.webhook_secret != two.webhook_secret and len(one.webhook_secret) == 64
    assert "1:a" not in one.webhook_secret
    assert load_settings(telegram_token="1:a", telegram_secret="x_1").webhook_secret == "x_1"


def test_the_readme_shows_the_settings_as_they_are() -> None:
    assert settings_table() in README.read_text(encoding="utf-8")
