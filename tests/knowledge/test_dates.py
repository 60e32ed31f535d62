"""Dates in text: kinds, anchors, windows, repetitions, and the arithmetic behind them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.dates import Period, add_period, find_dates, format_date, next_occurrence

ON = date(2026, 11, 18)  # a Wednesday


def _one(text: str, on: date = ON) -> tuple[str, date | None, date | None]:
    [span] = find_dates(text, on)
    return span.kind, span.start_on, span.end_on


def _day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    "text",
    ["2026年3月18日到2028年12月31日有效", "valid 18 March 2026 to 31 December 2028",
     "有效期2026.3.18-2028.12.31", "from March 18, 2026 until December 31, 2028"],
)  # fmt: skip
def test_validity_of_a_policy_is_a_window(text: str) -> None:
    assert _one(text) == ("window", _day("2026-03-18"), _day("2028-12-31"))


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("12月31日前", "2026-12-31"), ("by 31 Dec", "2026-12-31"), ("3月3日到期", "2027-03-03"),
        ("截止今天", "2026-11-18"), ("本周五前", "2026-11-20"), ("下周五截止", "2026-11-27"),
        ("周三截止", "2026-11-18"), ("by Wednesday", "2026-11-18"),
        ("by next Friday", "2026-11-27"),
        ("月底截止", "2026-11-30"), ("下个月底到期", "2026-12-31"), ("by end of Q1", "2027-03-31"),
        ("上半年截止", "2027-06-30"), ("年底前", "2026-12-31"), ("2027年2月底前", "2027-02-28"),
        ("by February 2028", "2028-02-29"), ("2月29日前", "2028-02-29"), ("15号前", "2026-12-15"),
        ("截止到25日", "2026-11-25"), ("by 15/04/2027", "2027-04-15"), ("到20270115", "2027-01-15"),
    ],
)  # fmt: skip
def test_deadline_without_a_year_is_the_next_such_day(text: str, end: str) -> None:
    assert _one(text) == ("deadline", None, _day(end))


@pytest.mark.parametrize(
    "text",
    ["2027年2月29日前", "6月31日前", "due 04/05/2027", "by Feb 30 2027", "due around 15 June",
     "by mid-August", "4月中旬截止", "大概6月30日到期"],
)  # fmt: skip
def test_day_that_cannot_be_known_is_left_open(text: str) -> None:
    [span] = find_dates(text, ON)
    assert span.end_on is None


@pytest.mark.parametrize(
    ("text", "anchor", "start", "end"),
    [
        ("自发布之日起30日内", "发布", "2026-11-18", "2026-12-18"),
        ("within 30 days of publication", "publication", "2026-11-18", "2026-12-18"),
        ("自收到通知书之日起60日内", "收到通知书", None, None),
        ("签约后十五日内", "签约", None, None),
        ("领取后10个工作日内", "领取", None, None),
    ],
)
def test_duration_names_what_it_counts_from(
    text: str, anchor: str, start: str | None, end: str | None
) -> None:
    [span] = find_dates(text, ON)
    assert (span.kind, span.anchor) == ("duration", anchor)
    assert (span.start_on, span.end_on) == tuple(d and _day(d) for d in (start, end))


@pytest.mark.parametrize(
    ("text", "rrule", "end"),
    [
        ("每月15号前", "FREQ=MONTHLY;BYMONTHDAY=15", "2026-12-15"),
        ("on the last day of every month", "FREQ=MONTHLY;BYMONTHDAY=-1", "2026-11-30"),
        ("every Friday", "FREQ=WEEKLY;BYDAY=FR", "2026-11-20"),
        ("隔周周一", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO", "2026-11-23"),
        ("每季度末", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1", "2026-12-31"),
        ("every year by 30 June", "FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=30", "2027-06-30"),
        ("每月第一个周一", "FREQ=MONTHLY;BYDAY=1MO", "2026-12-07"),
    ],
)
def test_repetition_has_a_rule_and_its_next_day(text: str, rrule: str, end: str) -> None:
    [span] = find_dates(text, ON)
    assert (span.kind, span.rrule, span.end_on) == ("recurrence", rrule, _day(end))


@pytest.mark.parametrize(
    "text", ["额满为止", "until further notice", "长期有效", "while funds last", "never expires"]
)
def test_no_end_is_said_as_such(text: str) -> None:
    assert [span.kind for span in find_dates(text, ON)] == ["none"]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("12月1日17:30前", "17:30"), ("12月1日下午三点半", "15:30"), ("12月1日24时", "24:00"),
        ("1 December at noon", "12:00"), ("1 December, 5 pm", "17:00"), ("今晚12点", "24:00"),
        ("12月1日上午九点", "09:00"), ("by midnight on 1 December", "24:00"),
    ],
)  # fmt: skip
def test_time_of_day_belongs_to_its_date(text: str, time: str) -> None:
    [span] = find_dates(text, ON)
    assert span.time == time


def test_moved_date_replaces_the_old_one() -> None:
    old, new = find_dates("原定11月20日截止,延期至11月27日", ON)
    assert (old.role, new.role, new.end_on) == ("replaced", "end", _day("2026-11-27"))


def test_window_without_years_is_the_one_that_has_not_ended() -> None:
    assert _one("12月25日至1月10日", _day("2027-01-03"))[1:] == (
        _day("2026-12-25"), _day("2027-01-10"),
    )  # fmt: skip
    assert _one("4月1日—6月30日", _day("2026-07-01"))[2] == _day("2027-06-30")


def test_place_is_that_of_the_original_text() -> None:
    text = "请在　２０２６年１２月１日 前交"
    [span] = find_dates(text, ON)
    assert text[span.start : span.end] == span.text == "２０２６年１２月１日"


@pytest.mark.parametrize(
    "text", ["", "一人公司", "I may apply", "Room 302", "第3批", "5 people", "3月薪"]
)
def test_words_are_no_dates(text: str) -> None:
    assert find_dates(text, ON) == []


@given(
    st.dates(min_value=date(2000, 1, 1), max_value=date(2090, 12, 31)),
    st.sampled_from(["zh", "en"]),
)
def test_formatted_date_reads_back(day: date, lang: str) -> None:
    [span] = find_dates(format_date(day, lang), ON)
    assert (span.end_on, span.iso) == (day, day.isoformat())


def test_partial_dates_are_formatted_as_far_as_known() -> None:
    assert format_date("2027-01-30", "zh") == "2027年1月30日"
    assert format_date("2027-01-30", "en") == "30 January 2027"
    assert format_date("2027-01", "zh") == "2027年1月"
    assert format_date("2027", "en") == "2027"


@pytest.mark.parametrize(
    ("start", "count", "unit", "end"),
    [
        ("2027-01-31", 1, "month", "2027-02-28"), ("2028-01-31", 1, "month", "2028-02-29"),
        ("2028-02-29", 1, "year", "2029-02-28"), ("2026-10-15", 30, "day", "2026-11-14"),
        ("2026-08-03", 6, "week", "2026-09-14"), ("2026-08-31", 6, "month", "2027-02-28"),
    ],
)  # fmt: skip
def test_period_follows_the_civil_code(start: str, count: int, unit: str, end: str) -> None:
    assert add_period(_day(start), Period(0, 0, count, unit)) == _day(end)  # type: ignore[arg-type]


def test_working_days_are_not_counted_without_a_table() -> None:
    assert add_period(ON, Period(0, 0, 10, "workday")) is None


@given(
    st.dates(min_value=date(2020, 1, 1), max_value=date(2060, 1, 1)),
    st.sampled_from(
        ["FREQ=MONTHLY;BYMONTHDAY=31", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY;BYDAY=-1TH",
         "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "FREQ=YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=15"]
    ),
)  # fmt: skip
def test_next_occurrence_is_the_first_on_or_after_the_day(on: date, rrule: str) -> None:
    found = next_occurrence(rrule, on)
    assert found is not None
    assert found >= on
    assert next_occurrence(rrule, found) == found
    if found > on:
        assert next_occurrence(rrule, found - timedelta(days=1)) == found
