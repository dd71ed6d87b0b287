"""Losses of compounds, whether they must be renovated, what that costs, contracts: by hand."""

from __future__ import annotations

import datetime
import math
from itertools import product
from typing import Any, Optional

import numpy as np
import pandas as pd
import pytest

from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.users.compound_loss import compound_losses, in_place, is_bulk
from waternet_plugin.core.users.compound_screen import CompoundAssets, must_renovate, screen
from waternet_plugin.core.users.contract_results import PeriodFigures, contract_result
from waternet_plugin.core.users.customer_volumes import Consumption

YEAR = Period(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))


def taken(m3: list[float], coverage: list[float]) -> Consumption:
    return Consumption(np.array(m3), np.array(coverage), np.zeros(len(m3), dtype=bool))


def names(*values: Optional[str]) -> Any:
    return np.array(values, dtype=object)


def test_which_meters_are_bulk_meters() -> None:
    rows = {
        "total": ("meter", "A", None), "child": ("meter", "A", "total"), "own": ("meter", "A", None),
        "used": ("meter", "A", None), "flow": ("flow_meter", "B", None), "nowhere": ("meter", None, None),
        "blank": ("meter", "B", ""), "sensor": ("pressure_sensor", "B", None),
    }  # fmt: skip
    columns = ["kind", "compound_id", "meter_parent"]
    nodes = pd.DataFrame([{"node_id": name, **dict(zip(columns, row))} for name, row in rows.items()])
    # A total meter may be a customer's, too; a customer's meter without meters below it is none.
    found = nodes["node_id"][is_bulk(nodes, {"total", "used"})].tolist()
    assert found == ["total", "own", "flow", "blank"]
    placed = nodes.assign(status="in_use", meter_state=None)
    placed.loc[[0, 1], "meter_state"] = ["scrapped", "stock"]
    assert in_place(placed).tolist() == [False, False, *[True] * 6]


def test_losses_of_compounds() -> None:
    compounds = names("A", "B", "C", "D", "E")
    bulk_of = names("A", "A", "B", "C", "E", None)
    bulk = taken([600.0, 400.0, 1000.0, 500.0, math.nan, 9.0], [1.0, 1.0, 0.9, 1.0, 0.0, 1.0])
    customer_of = names("A", "A", "B", "D", "E", None)
    sold = taken([500.0, 450.0, 900.0, 7.0, 5.0, 3.0], [1.0, 0.97, 1.0, 1.0, 1.0, 1.0])
    placed = np.ones(6, dtype=bool)
    frame = compound_losses(compounds, bulk_of, bulk, placed, customer_of, sold, enough=0.98)
    found = frame.set_index("compound_id")
    assert found["why"].tolist() == [None, "low_coverage", "no_users", "no_bulk_meter", "no_supply"]
    assert found.loc["A", ["supply_m3", "sold_m3", "loss_m3"]].tolist() == [1000.0, 950.0, 50.0]
    assert found.loc["A", "loss_rate"] == 0.05 and found.loc["A", "coverage"] == pytest.approx(0.985)
    assert found.loc["B", "coverage"] == 0.9 and math.isnan(found.loc["B", "loss_m3"])
    assert found["coverage"].tolist()[2:] == [0.0, 0.0, 0.0]


def test_a_meter_exchanged_in_mid_period_hides_no_loss() -> None:
    # An old meter until June, its successor since; a second one, taken out in June without a successor.
    bulk_of = names("A", "A", "B", "B", "C")
    bulk = taken([480.0, 520.0, 1000.0, 300.0, 400.0], [0.5, 0.5, 1.0, 0.5, 0.4])
    placed = np.array([False, True, True, False, False])
    sold = taken([950.0, 1200.0, 300.0], [1.0, 1.0, 1.0])
    frame = compound_losses(
        names("A", "B", "C"), bulk_of, bulk, placed, names("A", "B", "C"), sold, enough=0.98
    )
    assert frame["supply_m3"].tolist() == [1000.0, 1300.0, 400.0]
    assert frame["coverage"].tolist() == [1.0, 1.0, 0.4]
    assert frame["loss_m3"].tolist()[:2] == [50.0, 100.0] and frame["why"].tolist()[2] == "low_coverage"


def test_one_reason_is_enough_and_no_needs_all_three() -> None:
    cases = list(product([0.04, 0.05, 0.06, math.nan], ["yes", "no", "unknown"], ["yes", "no", "unknown"]))
    rate, pressure, quality = (np.array(values, dtype=object) for values in zip(*cases))
    found = must_renovate(rate.astype(float), pressure, quality, 0.05)
    for (loss, one, other), answer in zip(cases, found):
        if loss > 0.05 or "yes" in (one, other):
            assert answer == "yes"
        elif loss <= 0.05 and one == other == "no":
            assert answer == "no"
        else:
            assert answer == "unknown"


def assets_of(pipes: list[dict[str, Any]], **more: Any) -> CompoundAssets:
    blank = {"function": "distribution", "material": "pe", "diameter_mm": 100.0, "road_class": "unknown"}
    frame = pd.DataFrame(
        [{"pipe_id": f"P{at}", "class": "good", **blank, **row} for at, row in enumerate(pipes)]
    )
    rooms = {"compound_id": pd.Series(dtype=object), "install_year": pd.Series(dtype=float)}
    nobody = pd.Series(dtype=object)
    none = {"pump_rooms": pd.DataFrame(rooms), "meters_due": nobody, "failures": nobody}
    return CompoundAssets(frame, **{**none, **more})


def screened(assets: CompoundAssets, period: Period = YEAR) -> pd.DataFrame:
    compounds = pd.DataFrame(
        {
            "compound_id": ["A", "B"],
            "households": [100.0, math.nan],
            "pressure_flag": [None, "no"],
            "quality_flag": ["no", "no"],
        }
    )
    losses = compound_losses(
        names("A", "B"), names("A", "B"), taken([1000.0, 1000.0], [1.0, 1.0]), np.ones(2, dtype=bool),
        names("A", "B"),
        taken([900.0, 960.0], [1.0, 1.0]), enough=0.98,
    )  # fmt: skip
    return screen(compounds, losses, assets, period, Settings(), limit=0.05).set_index("compound_id")


def test_works_and_cost_of_compounds() -> None:
    pipes = [
        {"compound_id": "A", "length_m": 100.0},
        {"compound_id": "A", "length_m": 40.0, "function": "riser", "class": None},
        {"compound_id": "B", "length_m": 300.0, "class": "renew_now"},
        {"compound_id": "B", "length_m": 500.0},
        {"compound_id": None, "length_m": 900.0},
    ]
    rooms = pd.DataFrame({"compound_id": ["A", "A", "B"], "install_year": [2005.0, 2006.0, 2005.0]})
    assets = assets_of(
        pipes, pump_rooms=rooms, meters_due=pd.Series(["A", "A", None, "Z"], dtype=object),
        failures=pd.Series(["A", "A", "A", "B", None], dtype=object),
    )  # fmt: skip
    found = screened(assets)
    assert found["must_renovate"].tolist() == ["yes", "no"]
    # All pipes of the one, of the other those that are to be renewed.
    assert found[["pipes_m", "risers_m"]].to_numpy().tolist() == [[100.0, 40.0], [300.0, 0.0]]
    assert found["pump_rooms_due"].tolist() == [1.0, 1.0] and found["meters_due"].tolist() == [2.0, 0.0]
    assert found["cost_leakage"].tolist() == [300.0, 120.0]
    assert found["cost_works"].tolist() == [140 * 900.0 + 500_000.0, 300 * 900.0 + 500_000.0]
    assert found["cost_meters"].tolist() == pytest.approx([60_000.0, math.nan], nan_ok=True)
    assert found["cost_repairs"].tolist() == pytest.approx([3 / 5 * 3000.0, 1 / 5 * 3000.0])
    assert found.loc["A", "cost_operation"] == pytest.approx(0.14 * 20_000 + 100 * 60)
    columns = ["cost_leakage", "cost_works", "cost_meters", "cost_repairs", "cost_operation"]
    assert found.loc["A", "cost"] == pytest.approx(found.loc["A", columns].sum())
    # The households of the other are not known, so its sum is not either.
    assert math.isnan(found.loc["B", "cost"])


def test_what_is_not_known_of_works_stays_unknown() -> None:
    pipes = [{"compound_id": "B", "length_m": 10.0, "class": None}, {"compound_id": "A", "length_m": 5.0}]
    rooms = pd.DataFrame({"compound_id": ["A"], "install_year": [math.nan]})
    found = screened(assets_of(pipes, pump_rooms=rooms, failures=None))
    assert found["pipes_m"].tolist() == pytest.approx([5.0, math.nan], nan_ok=True)
    assert found["pump_rooms_due"].tolist() == pytest.approx([math.nan, 0.0], nan_ok=True)
    assert found["cost_works"].isna().all() and found["cost_repairs"].isna().all()
    half = Period(datetime.date(2025, 1, 1), datetime.date(2025, 3, 14))
    assert screened(assets_of(pipes), half)["cost_leakage"].tolist() == pytest.approx([1500.0, 600.0])


BASE, RESULT = Period(datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)), YEAR


@pytest.mark.parametrize(
    ("targets", "coverage", "reached"),
    [
        ((90.0, 0.10), 1.0, "yes"), ((100.0, 0.10), 1.0, "no"), ((90.0, 0.05), 1.0, "no"),
        ((90.0, None), 1.0, "yes"), ((None, 0.08), 1.0, "yes"), ((None, None), 1.0, "unknown"),
        ((90.0, 0.10), 0.97, "unknown"), ((math.nan, math.nan), 1.0, "unknown"),
    ],
)  # fmt: skip
def test_contracts(targets: tuple[Optional[float], Optional[float]], coverage: float, reached: str) -> None:
    found = contract_result(
        PeriodFigures(366.0 * 3, 0.2, 1.0),
        PeriodFigures(1000.0, 0.08, coverage),
        (BASE, RESULT),
        targets,
        enough=0.98,
    )
    # The baseline had a leap day: 3 m3 a day before, 95 m3 saved in 365 days.
    assert found.saved_m3 == pytest.approx(95.0)
    assert (found.reached, found.coverage) == (reached, coverage)


def test_a_contract_whose_figures_are_not_known_is_open() -> None:
    unknown = PeriodFigures(math.nan, math.nan, 0.0)
    found = contract_result(unknown, unknown, (BASE, RESULT), (10.0, 0.1), enough=0.0)
    assert found.reached == "unknown" and math.isnan(found.saved_m3)
