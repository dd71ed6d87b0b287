"""When meters are due: beside a plain second reckoning."""

from __future__ import annotations

import datetime
import math
import random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.users.meter_schedule import METER_COLUMNS, replacement_cost, schedule_meters

AS_OF = datetime.date(2026, 3, 1)
NOBODY = pd.DataFrame({"customer_id": [], "meter_id": []}, dtype=object)


def nodes_of(rows: list[dict[str, Any]]) -> pd.DataFrame:
    blank: dict[str, Any] = dict.fromkeys(METER_COLUMNS)
    frame = pd.DataFrame([{**blank, "kind": "meter", "status": "in_use", **row} for row in rows])
    frame["verified_meter_on"] = pd.to_datetime(frame["verified_meter_on"])
    for name in ("diameter_mm", "install_year"):
        frame[name] = frame[name].astype(float)
    return frame


def plain(row: dict[str, Any]) -> tuple[str, str, datetime.date | None]:
    """Return basis, state and day of a meter, step by step."""
    dn = row.get("diameter_mm")
    start, basis = None, "unknown"
    if dn is not None and row.get("verified_meter_on"):
        start, basis = datetime.date.fromisoformat(row["verified_meter_on"]), "verified"
    elif dn is not None and row.get("install_year"):
        start, basis = datetime.date(row["install_year"], 7, 1), "installed"
    if start is None:
        return basis, "unknown", None
    due = start + datetime.timedelta(days=2192 if dn <= 25 else 1461 if dn <= 50 else 730)
    if due < AS_OF:
        return basis, "overdue", due
    return basis, "due" if (due - AS_OF).days <= 365 else "later", due


def test_meters_are_due_their_life_after_verification_or_installation() -> None:
    chance = random.Random(5)
    rows = []
    for number in range(300):
        day = datetime.date(2019, 1, 1) + datetime.timedelta(days=chance.randrange(2600))
        rows.append(
            {
                "node_id": f"M{number:03d}",
                "diameter_mm": chance.choice([None, 15, 20, 25, 32, 40, 50, 80, 100]),
                "verified_meter_on": chance.choice([None, day.isoformat()]),
                "install_year": chance.choice([None, chance.randrange(2015, 2026)]),
            }
        )
    found = schedule_meters(nodes_of(rows), NOBODY, Settings(), AS_OF).frame
    told = {
        row["node_id"]: (row["basis"], row["state"], None if pd.isna(row["due_on"]) else row["due_on"].date())
        for row in found.to_dict("records")
    }
    assert told == {row["node_id"]: plain(row) for row in rows}
    days = found["due_on"].dropna()
    assert days.is_monotonic_increasing and found["due_on"].isna().to_numpy()[len(days) :].all()


def test_the_edges_of_states() -> None:
    life = datetime.timedelta(days=2192)
    days = {-1: "overdue", 0: "due", 365: "due", 366: "later"}
    rows = [
        {
            "node_id": f"M{ahead}",
            "diameter_mm": 15,
            "verified_meter_on": str(AS_OF + datetime.timedelta(days=ahead) - life),
        }
        for ahead in days
    ]  # fmt: skip
    found = schedule_meters(nodes_of(rows), NOBODY, Settings(), AS_OF).frame.set_index("node_id")["state"]
    assert found.to_dict() == {f"M{ahead}": state for ahead, state in days.items()}


def test_which_meters_count_and_whose_they_are() -> None:
    rows = [
        {"node_id": "used", "meter_type": "remote", "compound_id": "K"},
        {"node_id": "installed", "meter_state": "installed", "meter_type": "unknown", "compound_id": "K"},
        {"node_id": "blank", "meter_type": "ultrasonic"},
        {"node_id": "old", "meter_type": "mechanical", "compound_id": "L"},
        {"node_id": "gone", "status": "removed"},
        {"node_id": "plan", "status": "planned"},
        *({"node_id": state, "meter_state": state} for state in ("stock", "stopped", "scrapped")),
        {"node_id": "flow", "kind": "flow_meter"},
    ]
    customers = pd.DataFrame(
        {"customer_id": ["U2", "U1", "U3", "U4"], "meter_id": ["used", "used", "old", None]}
    )
    found = schedule_meters(nodes_of(rows), customers, Settings(), AS_OF)
    assert found.frame.set_index("node_id")["customer_id"].to_dict() == {
        "used": "U1;U2", "installed": None, "blank": None, "old": "U3",
    }  # fmt: skip
    assert found.left_out == 6 and found.smart_share == 0.5
    assert found.smart_by(found.frame["compound_id"]) == [
        {"id": "K", "meters": 2, "smart": 1, "share": 0.5},
        {"id": "L", "meters": 1, "smart": 0, "share": 0.0},
    ]


def test_cost_by_the_next_listed_diameter() -> None:
    money = replacement_cost(np.array([10.0, 15.0, 18.0, 20.0, 100.0, 500.0, math.nan]), Settings())
    assert money[:6].tolist() == [150.0, 150.0, 180.0, 180.0, 4200.0, 18000.0] and math.isnan(money[6])


@pytest.mark.parametrize(("years", "days"), [("6", 2192), ("2", 730), ("4", 1461), ("10", 3652)])
def test_a_half_day_goes_to_the_even_day(years: str, days: int) -> None:
    settings = Settings({"users.verification_years.25": years})
    rows = [{"node_id": "M", "diameter_mm": 15, "verified_meter_on": "2020-01-01"}]
    due = schedule_meters(nodes_of(rows), NOBODY, settings, AS_OF).frame["due_on"][0]
    assert (due - pd.Timestamp("2020-01-01")).days == days


def test_a_network_without_meters() -> None:
    nodes = nodes_of([{"node_id": "M", "status": "removed"}])
    found = schedule_meters(nodes, NOBODY, Settings(), AS_OF)
    assert not len(found.frame) and math.isnan(found.smart_share) and found.cost_due == 0.0
