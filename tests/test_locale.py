from __future__ import annotations

import inspect
import re
from pathlib import Path

import polib
import pytest

import bot.locale
from bot.errors import AssistantError, translate
from bot.locale import LANGUAGES, MessageMissing, catalogue, language_of, placeholders, text
from ingest.errors import IngestError
from knowledge.errors import KnowledgeError

FOLDER = Path(bot.locale.__file__).parent
CJK = re.compile("[\u4e00-\u9fff]")


_SAMPLES: dict[str, object] = {
    "Path": Path("/data/index"),
    "str": "why",
    "Sequence[Any]": ["fault"],
    "tuple[str, ...]": (".md",),
}


def _tree(root: type[Exception]) -> list[type[Exception]]:
    return [root, *(below for child in root.__subclasses__() for below in _tree(child))]


def test_both_languages_say_the_same_things() -> None:
    assert set(catalogue("zh")) == set(catalogue("en"))


def test_both_languages_fill_in_the_same_values() -> None:
    for msgid, forms in catalogue("en").items():
        expected = {name for form in forms for name in placeholders(form)}
        found = {name for form in catalogue("zh")[msgid] for name in placeholders(form)}
        assert found == expected, msgid


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_entry_of_every_file_is_used(lang: str) -> None:
    """No entry is fuzzy, empty, or lost in merging."""
    for path in sorted((FOLDER / lang).glob("*.po")):
        for entry in polib.pofile(str(path)):
            assert entry.msgid in catalogue(lang), f"{path.name}: {entry.msgid}"


def test_plurals_follow_the_count() -> None:
    assert "1 second " in text("error.pace", "en", count=1)
    assert "2 seconds " in text("error.pace", "en", count=2)
    assert "2 秒" in text("error.pace", "zh", count=2)


def test_an_unknown_message_is_a_bug() -> None:
    with pytest.raises(MessageMissing, match=r"no\.such"):
        text("no.such", "en")


def test_braces_in_a_value_stay_as_they_are() -> None:
    assert "{x}" in text("asof.bad", "en", given="{x}")


@pytest.mark.parametrize(
    ("tag", "lang"),
    [("zh-Hans-CN", "zh"), ("zh_TW.UTF-8", "zh"), ("yue", "zh"), ("en-GB", "en"), ("fr", "en"),
     ("C.UTF-8", "en"), ("", None), (None, None)],
)  # fmt: skip
def test_a_locale_is_read_as_chinese_or_else_english(tag: str | None, lang: str | None) -> None:
    assert language_of(tag) == lang


@pytest.mark.parametrize("error", _tree(AssistantError), ids=lambda e: e.__name__)
def test_each_of_our_errors_has_its_message(error: type[AssistantError]) -> None:
    assert all(error.msgid in catalogue(lang) for lang in LANGUAGES)


@pytest.mark.parametrize(
    "error", _tree(KnowledgeError)[1:] + _tree(IngestError)[1:], ids=lambda e: e.__name__
)
def test_each_error_of_the_other_packages_has_its_message(error: type[Exception]) -> None:
    wanted = inspect.signature(error).parameters.values()
    raised = error(*(_SAMPLES[str(p.annotation)] for p in wanted if p.kind is not p.VAR_KEYWORD))
    ours = translate(raised)
    assert ours is not None and ours.__cause__ is raised
    assert all(ours.told(lang) for lang in LANGUAGES)


def test_a_bug_is_not_made_one_of_our_errors() -> None:
    assert translate(ZeroDivisionError()) is None


def test_only_chinese_messages_are_in_chinese() -> None:
    english = {m for m, forms in catalogue("en").items() if any(map(CJK.search, forms))}
    shown_in_both = {"language.unknown", "command.language"}  # they name 中文 as such
    assert {m for m in english if not m.startswith("answer")} <= shown_in_both
