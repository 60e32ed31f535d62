from __future__ import annotations

from datetime import date

import pytest

from knowledge.passages import Passage
from knowledge.programme_passages import programme_entries, programme_passages
from knowledge.programmes import Programme
from knowledge.records import load_programmes
from tests.programme_samples import programme, samples


@pytest.fixture(scope="module")
def shipped() -> tuple[Programme, ...]:
    return load_programmes()


def by_part(passages: tuple[Passage, ...], lang: str) -> dict[str, str]:
    return {p.statement.partition("/")[2]: p.text for p in passages if p.lang == lang}


def test_both_languages_have_the_same_parts() -> None:
    for one in samples():
        passages = programme_passages(one)
        assert by_part(passages, "zh").keys() == by_part(passages, "en").keys()


def test_every_benefit_is_a_passage_of_its_own() -> None:
    assert {"summary", "benefits/share", "conditions", "validity"} <= by_part(
        programme_passages(samples()[0]), "en"
    ).keys()


def test_how_to_apply_has_window_channel_and_documents() -> None:
    how = {
        "window_opens": "2026-03-01",
        "window_closes": "2026-04-30",
        "channel": {"zh": "市政务网", "en": "the city portal"},
        "documents": [{"zh": "营业执照", "en": "business licence"}],
    }
    passages = programme_passages(programme("p", "wuhan", "办法", "Rule", application=how))
    zh, en = by_part(passages, "zh")["application"], by_part(passages, "en")["application"]
    assert all(word in zh for word in ("3月1日", "4月30日", "市政务网", "营业执照"))
    assert all(word in en for word in ("1 March", "30 April", "the city portal", "licence"))


def test_a_partial_end_lasts_to_its_last_day() -> None:
    passage = programme_passages(samples()[1])[0]
    assert (passage.valid_from, passage.valid_until) == (date(2025, 1, 1), date(2025, 12, 31))


def test_a_record_is_found_by_its_place_in_every_spelling() -> None:
    names = programme_entries(samples()[0])[0].names
    assert {"武汉", "Wuhan", "wuhan", "湖北", "Hubei"} <= set(names)
    assert "创贷宝" in programme_entries(samples()[2])[0].names


def test_every_shipped_record_has_passages_that_can_be_told_apart(
    shipped: tuple[Programme, ...],
) -> None:
    passages = [passage for one in shipped for passage in programme_passages(one)]
    assert len({passage.id for passage in passages}) == len(passages)
    assert all(passage.text.strip() and passage.places for passage in passages)


def test_validity_of_a_passage_is_that_of_its_record(shipped: tuple[Programme, ...]) -> None:
    days = [date(2024, 6, 1), date(2026, 1, 1), date(2026, 11, 21), date(2030, 1, 1)]
    for one in shipped:
        passage = programme_passages(one)[0]
        assert [passage.in_force(day) for day in days] == [one.in_force(day) for day in days], (
            one.id
        )


def test_sentences_of_the_same_kind_share_their_label() -> None:
    person = {"person": {"zh": "须审核", "en": "reviewed"}}
    texts = [{"zh": "在武汉", "en": "in Wuhan"}, {"zh": "一人公司。", "en": "one person."}]
    conditions = [{"about": "entity", "text": text, **person} for text in texts]
    passages = programme_passages(programme("p", "wuhan", "办法", "Rule", conditions=conditions))
    assert by_part(passages, "zh")["conditions"] == "条件：在武汉；一人公司。"
    assert by_part(passages, "en")["conditions"] == "Condition: in Wuhan; one person."


def test_every_shipped_passage_is_made_of_whole_sentences(shipped: tuple[Programme, ...]) -> None:
    for passage in (p for one in shipped for p in programme_passages(one)):
        assert passage.text.endswith(("。", "！", "？", "；", ".", "!", "?", ")")), passage.id
        assert not any(two in passage.text for two in ("。。", "..", "；。", ";.")), passage.id
        if passage.lang == "en":
            assert not passage.text[0].islower(), passage.id
