"""Tables of metered areas and leakage take foreign rows: codes in Chinese, ids made, faults as anywhere."""

from __future__ import annotations

import pandas as pd
import pytest
from support.adoption_frames import adopted
from support.slow_cases import a_few_quick

from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields, adoptable_tables
from waternet_plugin.core.schema.tables import table

# What each needs to be a row, beside its id.
NEEDED = {
    "zone_scenario": {"name": "Plan A"},
    "scenario_zone": {"scenario_id": "S1", "zone_id": "Z1"},
    "scenario_pipe": {"scenario_id": "S1", "pipe_id": "P1"},
    "scenario_device": {"scenario_id": "S1", "kind": "meter"},
    "zone_check": {"zone_id": "Z1", "verdict": "valid", "customers": "12"},
    "zone_test": {"zone_id": "Z1", "verdict": "pass", "started_on": "2026-03-01T01:00:00+08:00"},
    "zone_night": {"zone_id": "Z1", "night": "2026-03-01", "window_mean_m3h": "4.5"},
    "leak_alarm": {"zone_id": "Z1", "raised_on": "2026-03-01", "kind": "step"},
    "volume": {"from_date": "2026-01-01", "to_date": "2026-01-31", "component": "metered", "volume_m3": "7"},
}


@pytest.mark.parametrize("name", NEEDED)
def test_a_row_of_every_table_is_adopted_with_an_id_of_its_own(name: str) -> None:
    assert name in adoptable_tables()
    values = NEEDED[name]
    fields = {one: one for one in values}
    result = adopted(pd.DataFrame({one: [value] * 2 for one, value in values.items()}), fields, name)
    assert len(result.rows) == 2 and not len(result.rejected)
    ids = result.rows[table(name).id_field].tolist()
    assert len(set(ids)) == 2 and all(ids)


REQUIRED = [
    (name, one.name, value)
    for name, values in NEEDED.items()
    for one in adoptable_fields(table(name))
    if one.required and not one.domain and one.name in values
    for value in (None, "", *(("2026-13-45", "x", "0") if one.type == "date" else ()))
]


@pytest.mark.parametrize(("name", "field", "value"), a_few_quick(REQUIRED, 6, is_tuple_one_value=False))
def test_a_row_without_a_value_that_must_be_known_is_rejected_not_asked_about(
    name: str, field: str, value: object
) -> None:
    values = NEEDED[name]
    rows = pd.DataFrame({one: pd.Series([given] * 3, dtype=object) for one, given in values.items()})
    rows.loc[1, field] = value
    result = adopted(rows, {one: one for one in values}, name)
    assert (len(result.rows), result.rows_rejected, result.unmapped) == (2, 1, ())
    (rejected,) = result.rejected.to_dict("records")
    assert (rejected["source_row"], rejected["reason_code"]) == (2, "missing_value")
    assert table(name).field(field).label in rejected["reason"]
    assert field not in {one.field for one in result.nulled}


def test_a_default_fills_an_empty_day_that_must_be_known() -> None:
    values = NEEDED["volume"]
    rows = pd.DataFrame({one: pd.Series([given] * 2, dtype=object) for one, given in values.items()})
    rows.loc[1, "to_date"] = None
    fields = {one: one for one in values}
    result = adopted(rows, fields, "volume", defaults={"to_date": "2026-01-31"})
    assert len(result.rows) == 2 and not len(result.rejected)


@pytest.mark.parametrize("name", NEEDED)
def test_what_people_know_of_a_row_can_be_mapped(name: str) -> None:
    fields = {one.name for one in adoptable_fields(table(name))}
    assert set(NEEDED[name]) | {table(name).id_field} <= fields
    assert not fields & {"figures", "findings", "valves", "base_log", "inputs_hash"}


def test_components_are_read_in_the_words_of_the_standard() -> None:
    words = {"计费计量用水量": "billed_metered", "自产供水量": "own_supply", "明漏": "leak_reported"}
    rows = pd.DataFrame({"类": list(words), "起": "2026-01-01", "止": "2026-06-30", "量": ["1", "2.5", "x"]})
    fields = {"component": "类", "from_date": "起", "to_date": "止", "volume_m3": "量"}
    result = adopted(rows, fields, "volume", values={"component": words})
    assert result.rows["component"].tolist() == list(words.values())
    # A number that is none is unknown; the row stays.
    assert result.rows["volume_m3"].tolist()[:2] == [1.0, 2.5] and pd.isna(result.rows["volume_m3"].iloc[2])


def test_readings_take_counters_and_noise() -> None:
    rows = pd.DataFrame(
        {
            "n": ["M1", "M1"],
            "t": ["2026-01-01T02:00:00+08:00"] * 2,
            "q": ["counter_m3", "noise_db"],
            "v": ["12034.5", "38"],
        }
    )
    result = adopted(rows, {"node_id": "n", "time": "t", "quantity": "q", "value": "v"}, "reading",
                     values={"quantity": {"counter_m3": "counter_m3", "noise_db": "noise_db"}})  # fmt: skip
    assert result.rows[["quantity", "value"]].values.tolist() == [["counter_m3", 12034.5], ["noise_db", 38.0]]
