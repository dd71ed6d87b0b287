"""What is done, how old, in which order, stated and matched by name."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.programmes import items_of

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.programmes.age_classes import age_classes, reference_day
from waternet_plugin.core.programmes.compound_names import compounds_by_name, folded_name, matched_compounds
from waternet_plugin.core.programmes.programme_items import easy_and_urgent_first
from waternet_plugin.core.programmes.programme_states import checked_programme, stages_of
from waternet_plugin.core.programmes.stated_targets import stated_targets
from waternet_plugin.core.reports.programmes.ledger_page import ledger_page
from waternet_plugin.core.reports.programmes.month_page import target_sections
from waternet_plugin.core.reports.programmes.programme_subject import ProgrammeSubject
from waternet_plugin.core.reports.programmes.programme_words import programme_label
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.settings import Settings

DAY = datetime.date(2021, 1, 1)


def test_states_are_a_list_per_programme() -> None:
    assert list(stages_of("meter_to_household")) == [
        "open", "agreed", "under_way", "transition", "done", "refused"
    ]  # fmt: skip
    assert list(stages_of("one_household_one_meter")) == [
        "open", "inspected", "accepted", "verified", "rectifying", "metered", "done", "refused"
    ]  # fmt: skip
    for programme in domain("programme"):
        assert set(stages_of(programme)) <= set(domain("programme_state"))
    assert stages_of("drainage_takeover") == stages_of("meter_to_household")
    with pytest.raises(InputError, match="no programme “抄表”"):
        checked_programme("抄表")


@pytest.mark.parametrize(
    ("row", "done"),
    [
        ({"state": "metered", "households": 10}, 10),
        ({"state": "open", "households": 10, "opted_out": 10}, 10),
        ({"state": "open", "households": 10, "opted_out": 4}, 4),
        ({"state": "open", "households": 10, "opted_out": 14}, 10),
        ({"state": "refused", "households": 10}, 0),
        ({"state": "refused", "households": 10, "done_on": "2020-12-01"}, 10),
        ({"state": "under_way", "households": 10, "done_on": "2021-02-01"}, 0),
        ({"state": "done", "count_unit": "buildings", "households": 99, "buildings": 3}, 3),
        ({"state": "open", "count_unit": "buildings", "buildings": 3, "opted_out": 2}, 0),
        ({"state": "done"}, 0),
    ],
)
def test_done_is_metered_or_opted_out(row: dict[str, Any], done: int) -> None:
    assert items_of([row], DAY).done_counts.tolist() == [done]


@pytest.mark.parametrize(
    ("row", "situation"),
    [
        ({"state": "done", "planned_month": "2020-01"}, "done"),
        ({"state": "refused", "planned_month": "2020-01"}, "refused"),
        ({"state": "under_way", "planned_month": "2020-12"}, "late"),
        ({"state": "under_way", "planned_month": "2021-01"}, "due"),
        ({"state": "transition", "planned_month": "2021-02"}, "under_way"),
        ({"state": "open", "transition_until": "2021-12-01"}, "under_way"),
        ({"state": "agreed"}, "later"),
        ({"planned_month": "下月"}, "later"),
    ],
)
def test_an_item_stands_to_its_plan(row: dict[str, Any], situation: str) -> None:
    assert items_of([row], DAY).situations.tolist() == [situation]


@pytest.mark.parametrize(
    ("delivered", "age"),
    [
        ("2016-01-02", "under_5"), ("2016-01-01", "5_to_10"), ("2011-01-01", "5_to_10"),
        ("2010-12-31", "over_10"), ("2022-01-01", "under_5"), (None, "unknown"),
    ],
)  # fmt: skip
def test_classes_of_age_count_to_the_day(delivered: Any, age: str) -> None:
    days = pd.Series(pd.to_datetime(pd.Series([delivered])))
    assert age_classes(days, DAY, Settings()).tolist() == [age]


def test_the_reference_day_is_a_setting() -> None:
    assert reference_day(Settings(), DAY) == DAY
    assert reference_day(Settings({"programme.reference_day": "2020-02-29"}), DAY) == datetime.date(
        2020, 2, 29
    )
    days = pd.Series(pd.to_datetime(pd.Series(["2015-02-28", "2015-03-01"])))
    classes = age_classes(days, datetime.date(2020, 2, 29), Settings())
    assert classes.tolist() == ["5_to_10", "under_5"]
    with pytest.raises(InputError, match="not a day"):
        reference_day(Settings({"programme.reference_day": "2021年初"}), DAY)


def test_easy_ones_come_first_and_of_these_urgent_ones() -> None:
    rows = [
        {"item_id": "a", "ease": "hard", "urgency": 1},
        {"item_id": "b", "ease": "easy", "urgency": 3},
        {"item_id": "c", "ease": "easy", "urgency": 1, "planned_month": "2021-05"},
        {"item_id": "d", "ease": "easy", "urgency": 1, "planned_month": "2021-03"},
        {"item_id": "e"},
        {"item_id": "f", "ease": "easy"},
        {"item_id": "g", "ease": "medium", "urgency": 1},
    ]
    items = items_of(rows, DAY)
    assert [rows[row]["item_id"] for row in easy_and_urgent_first(items)] == list("dcbfgae")


def _phase_of_85() -> list[dict[str, Any]]:
    reasons = ["promise"] * 17 + ["under_5_years"] * 27 + ["old_compounds"] * 42
    return [{"phase": "1", "reason_code": reason, "households": 100} for reason in reasons]


def test_a_stated_total_of_85_stands_beside_17_27_and_42() -> None:
    items = items_of(_phase_of_85(), DAY)
    key = "programme.target.one_household_one_meter"
    settings = Settings({f"{key}.1": "85 compounds", key: "2.62万", "programme.target.other.1": "5"})
    first, whole = stated_targets(items, "one_household_one_meter", settings)
    assert (first.phase, first.count_unit, first.stated, first.sum, first.difference) == (
        "1",
        "compounds",
        85,
        86,
        1,
    )
    assert dict(first.parts) == {"promise": 17, "under_5_years": 27, "old_compounds": 42}
    assert (whole.phase, whole.stated, whole.sum, whole.difference) == ("", 26_200, 8_600, -17_600)


def test_among_all_programmes_a_stated_total_says_whose_it_is() -> None:
    code = "one_household_one_meter"
    items = items_of(_phase_of_85(), DAY)
    targets = stated_targets(items, code, Settings({f"programme.target.{code}.1": "85 compounds"}))
    (own,) = target_sections(ProgrammeSubject(code, items, targets))
    (among,) = target_sections(ProgrammeSubject("", items, targets))
    assert own.table is not None and among.table is not None
    name = programme_label(code)
    assert among.table.rows == ((name, *own.table.rows[0]),)
    assert among.paragraphs == (f"{name}, {own.paragraphs[0]}",)


def test_a_ledger_says_whose_an_item_is_and_what_its_costs_are_in() -> None:
    code = "one_household_one_meter"
    row = {"item_id": "a", "programme": code, "name": "N", "households": 10, "cost": 5.0, "state": "refused"}
    items = items_of([row | {"budget_year": DAY.year + 1}], DAY)
    for programme, before in ((code, ()), ("", (programme_label(code),))):
        subject = ProgrammeSubject(programme, items, currency="CNY")
        report = ledger_page(subject, ages=np.array(["unknown"]), reference=DAY)
        lists = [
            section
            for each in (report, *report.chapters)
            for section in each.sections
            if section.table is not None and section.table.rows[0][0] == "a"
        ]
        assert len(lists) == 3
        for section in lists:
            assert section.table is not None
            assert section.table.rows[0][: len(before) + 2] == ("a", *before, "N")
        notes = {
            section.title: section.note for each in (report, *report.chapters) for section in each.sections
        }
        with_costs = [title for title, note in notes.items() if note == "All amounts in CNY."]
        assert len(with_costs) == 3


@pytest.mark.parametrize("value", ["many", "85 dogs", "-3", "nan"])
def test_a_stated_total_that_is_none_is_refused(value: str) -> None:
    settings = Settings({"programme.target.meter_to_household.2": value})
    with pytest.raises(InputError, match="not a stated total"):
        stated_targets(items_of([], DAY), "meter_to_household", settings)


@pytest.mark.parametrize(
    "written", ["锦绣家园", " 锦绣 家园 ", "锦绣家园小区", "（锦绣）家园", "锦绣家园花园", "【锦绣家园】"]
)
def test_spaces_brackets_and_kinds_don_t_count_in_a_name(written: str) -> None:
    assert folded_name(written) == "锦绣家园"


def test_a_name_is_matched_where_one_compound_has_it() -> None:
    there = compounds_by_name(
        {
            "C1": "锦绣家园(一期)",
            "C2": "锦绣家园(二期)",
            "C3": "翠湖花园",
            "C4": "翠湖小区",
            "C5": None,
            "C6": "花园",
        }
    )
    names = ["锦绣家园一期", "翠湖", "锦绣家园", "", None, "花园小区"]
    assert matched_compounds(names, there) == [("C1",), ("C3", "C4"), (), (), (), ("C6",)]
