"""Odd users and meters: exchanged meters, leap years, split and overlapping volumes, rings, zeros."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.made_users import Tables, changed, meter, more, tables, volume, without, written

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.users.user_ranking import COMPOUND, RankChoice
from waternet_plugin.operations.checks.check_network import check_network
from waternet_plugin.operations.users.compare_contracts import ContractRequest, compare_contracts
from waternet_plugin.operations.users.rank_users import RankRequest, RankResult, rank_users
from waternet_plugin.operations.users.schedule_meters import MeterRequest, schedule_network_meters
from waternet_plugin.operations.users.screen_compounds import ScreenRequest, screen_compounds
from waternet_plugin.store import open_network

pytestmark = pytest.mark.slow
FIRST, LAST = datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)


def ranks(path: Path, first: datetime.date = FIRST, last: datetime.date = LAST, **more: Any) -> RankResult:
    with open_network(path) as network:
        return rank_users(network, RankRequest(first, last, **more))


def m3(result: RankResult) -> dict[str, float]:
    return dict(zip(result.users["customer_id"], result.users["m3"]))


def screened(path: Path) -> tuple[pd.DataFrame, str]:
    with open_network(path) as network:
        result = screen_compounds(network, ScreenRequest(FIRST, LAST))
    return result.compounds.set_index("compound_id"), " ".join(result.notes)


def dated(name: str, first: str, last: str, of: float, **owner: str) -> dict[str, Any]:
    return {**volume(name, "billed_metered", of, **owner), "from_date": first, "to_date": last}


def test_a_bulk_meter_exchanged_in_june_hides_no_loss(tmp_path: Path) -> None:
    rows = changed(tables(), "node", "node_id", "BULK-A", meter_state="scrapped")
    rows = more(rows, "node", meter("BULK-N", compound_id="A", diameter_mm=100.0))
    rows = more(
        without(rows, "V1"), "volume",
        {**dated("N1", "2025-01-01", "2025-06-30", 480.0, node_id="BULK-A"), "component": "metered"},
        {**dated("N2", "2025-07-01", "2025-12-31", 520.0, node_id="BULK-N"), "component": "metered"},
    )  # fmt: skip
    result, _notes = screened(written(tmp_path / "town.gpkg", rows))
    assert result.loc["A", ["supply_m3", "sold_m3", "loss_m3"]].tolist() == [1000.0, 900.0, 100.0]
    assert result.loc["A", "coverage"] == 1.0 and result.loc["A", "must_renovate"] == "yes"


def test_a_leap_year_and_a_volume_in_two_periods(tmp_path: Path) -> None:
    leap = {"from_date": "2024-01-01", "to_date": "2024-12-31"}
    whole = more(tables(), "volume", {**volume("L", "billed_metered", 732.0, customer_id="U3"), **leap})
    halves = more(
        tables(), "volume",
        dated("L1", "2024-01-01", "2024-02-29", 120.0, customer_id="U3"),
        dated("L2", "2024-03-01", "2024-12-31", 612.0, customer_id="U3"),
    )  # fmt: skip
    year = datetime.date(2024, 1, 1), datetime.date(2024, 12, 31)
    result = [ranks(written(tmp_path / f"{at}.gpkg", rows), *year) for at, rows in enumerate((whole, halves))]
    for one in result:
        row = one.users.set_index("customer_id").loc["U3"]
        assert (row["m3"], row["coverage"]) == (732.0, 1.0)
        assert row["quota_use"] == pytest.approx(732.0 / (400.0 * 366 / 365))
        assert row["over_plan_m3"] == pytest.approx(732.0 - 100.0 * 366 / 365)
    # 29 February alone.
    day = datetime.date(2024, 2, 29)
    assert m3(ranks(tmp_path / "0.gpkg", day, day))["U3"] == pytest.approx(2.0)
    assert m3(ranks(tmp_path / "1.gpkg", day, day))["U3"] == pytest.approx(2.0)


def test_volumes_that_overlap_or_are_negative_count_and_are_named(tmp_path: Path) -> None:
    rows = more(
        tables(), "volume",
        dated("O", "2025-06-01", "2025-06-30", 30.0, customer_id="U1"),
        dated("N", "2025-12-01", "2025-12-31", -40.0, customer_id="U4"),
    )  # fmt: skip
    result = ranks(written(tmp_path / "town.gpkg", rows))
    assert (m3(result)["U1"], m3(result)["U4"]) == (930.0, 260.0)
    notes = " ".join(result.notes)
    assert (
        "overlap, so days count twice: U1" in notes
        and "negative volumes, which are counted as they are: U4" in notes
    )
    with open_network(tmp_path / "town.gpkg") as network:
        rules = set(check_network(network).findings.frame["rule_id"])
    assert {"volume_overlap", "volume_negative"} <= rules


def test_sub_meters_that_measure_more_than_their_total_meter(tmp_path: Path) -> None:
    rows = more(tables(), "volume", dated("X", "2025-12-01", "2025-12-31", 350.0, customer_id="U1"))
    result, _notes = screened(written(tmp_path / "town.gpkg", rows))
    # A loss below nothing is told as it is: the meters are wrong, not the compound tight.
    assert result.loc["A", "loss_m3"] == -250.0 and result.loc["A", "loss_rate"] == -0.25
    assert result.loc["A", "must_renovate"] == "no" and result.loc["A", "cost_leakage"] == -750.0


def test_a_ring_of_meters_is_a_finding_and_stops_no_list(tmp_path: Path) -> None:
    rows = changed(tables(), "node", "node_id", "BULK-A", meter_parent="M1")
    path = written(tmp_path / "town.gpkg", rows)
    with open_network(path) as network:
        assert "meter_ring" in set(check_network(network).findings.frame["rule_id"])
        assert len(schedule_network_meters(network, MeterRequest(LAST)).meters) == 5
    result, _notes = screened(path)
    assert math.isnan(result.loc["A", "loss_m3"]) and "no bulk meter" in result.loc["A", "reasons"]
    assert ranks(path).users.set_index("customer_id").loc["U1", "sub_metered"] == "yes"


def test_a_compound_without_users_and_a_quota_of_nothing(tmp_path: Path) -> None:
    rows = changed(tables(), "customer", "customer_id", "U2", compound_id=None)
    path = written(tmp_path / "town.gpkg", rows)
    result, _notes = screened(path)
    assert result.loc["B", "reasons"] == "leakage unknown: no users"
    assert math.isnan(result.loc["B", "loss_rate"]) and result.loc["B", "must_renovate"] == "unknown"
    zero = ranks(path)
    assert math.isnan(zero.users.set_index("customer_id").loc["U2", "quota_use"])
    assert any("quota of these users is 0" in note and "U2" in note for note in zero.notes)
    by = ranks(path, by=COMPOUND)
    assert by.users["compound_id"].tolist() == ["A"] and any("name no compound" in note for note in by.notes)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda: RankRequest(LAST, FIRST), "FROM (2025-12-31) is after TO"),
        (lambda: ScreenRequest(LAST, FIRST), "FROM (2025-12-31) is after TO"),
        (lambda: ScreenRequest(limit=5.0), "LIMIT: 5 is not a leakage rate"),
        (lambda: ScreenRequest(limit=-0.1), "LIMIT: -0.1 is not a leakage rate"),
        (lambda: RankRequest(level=3), "LEVEL: 3 is neither"),
        (lambda: RankRequest(choice=RankChoice(sample_share=10.0)), "SAMPLE_SHARE: 10 is not a share"),
        (lambda: RankRequest(choice=RankChoice(sample=-1)), "SAMPLE: -1 is not a number"),
        (lambda: RankRequest(choice=RankChoice(from_m3=2.0, to_m3=1.0)), "FROM_M3 (2) is above TO_M3"),
    ],
)
def test_requests_that_make_no_sense_are_refused(asked: Callable[[], Any], said: str) -> None:
    with pytest.raises(InputError) as refused:
        asked()
    assert said in str(refused.value)


def test_an_unknown_trade_contract_and_compound_are_refused(tmp_path: Path) -> None:
    with open_network(written(tmp_path / "town.gpkg", tables())) as network:
        for ask, said in (
            (lambda: rank_users(network, RankRequest(trades=("school", "wizard"))), "wizard"),
            (lambda: compare_contracts(network, ContractRequest(("CT-9",))), "CT-9"),
            (lambda: screen_compounds(network, ScreenRequest(subjects=("Z",))), "no compound Z"),
        ):
            with pytest.raises(InputError) as refused:
                ask()
            assert said in str(refused.value)


def test_a_network_without_users_says_so(tmp_path: Path) -> None:
    empty: Tables = {name: frame[:0] for name, frame in tables().items()}
    path = written(tmp_path / "town.gpkg", empty)
    assert not len(ranks(path).users)
    with open_network(path) as network, pytest.raises(InputError) as refused:
        rank_users(network, RankRequest())
    assert "No customer has a volume" in str(refused.value)
