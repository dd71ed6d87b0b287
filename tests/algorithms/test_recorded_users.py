"""Every list of users and meters of the sample town equals the one of a second reckoning on its files."""

from __future__ import annotations

import math
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support import recorded_users
from support.headless import must

from waternet_plugin.core import frames
from waternet_plugin.store import open_network

AS_OF, FIRST, LAST = date(2025, 12, 31), date(2025, 1, 1), date(2025, 12, 31)
YEAR = {"FROM": FIRST.isoformat(), "TO": LAST.isoformat()}


@pytest.fixture
def town(sample_town: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sample_town / "en" / "sample_town.gpkg", tmp_path / "town.gpkg"))


def rows(name: str, town: Path, tmp_path: Path, **given: Any) -> tuple[pd.DataFrame, dict[str, Any]]:
    out = tmp_path / f"{name}.gpkg"
    results = must(name, NETWORK=town, OUTPUT=out, **given)
    return gpd.read_file(out), results


def test_the_town_has_trees_dates_quotas_points_and_twelve_months() -> None:
    meters, users = recorded_users.meters(), recorded_users.features("customers")
    ids = {meter["node_id"] for meter in meters}
    below = [meter for meter in meters if meter.get("meter_parent")]
    assert len(below) == 132 and all(meter["meter_parent"] in ids for meter in below)
    assert {user["meter_id"] for user in users if "meter_id" in user} == {one["node_id"] for one in below}
    assert sum("quota_m3_y" in user for user in users) == sum(user["kind"] != "domestic" for user in users)
    days = timedelta(days=1) + LAST - FIRST
    assert set(recorded_users.sums("customer_id", recorded_users.SOLD, FIRST, LAST)) == {
        user["customer_id"] for user in users
    }
    uses = [node["water_use"] for node in recorded_users.features("nodes") if "water_use" in node]
    assert set(uses) == {"fire", "greening", "sanitation", "river", "works"} and days.days == 365


@pytest.mark.slow
def test_meters_due_ranks_and_the_tree(town: Path, tmp_path: Path) -> None:
    frame, results = rows("schedulemeters", town, tmp_path, AS_OF=AS_OF.isoformat())
    reckoned = {meter["node_id"]: recorded_users.due(meter) for meter in recorded_users.meters()}
    dates = {
        row["node_id"]: (row["basis"], pd.Timestamp(row["due_on"]).date()) for row in frame.to_dict("records")
    }
    assert dates == reckoned
    states = [recorded_users.state(day, AS_OF) for _basis, day in reckoned.values() if day]
    assert (results["OVERDUE"], results["DUE"]) == (states.count("overdue"), states.count("due"))
    smart = [
        meter.get("meter_type") in ("remote", "ultrasonic", "electromagnetic")
        for meter in recorded_users.meters()
    ]
    assert results["SMART_SHARE"] == pytest.approx(sum(smart) / len(smart))
    ranks, results = rows("rankusers", town, tmp_path, **YEAR)
    sold = recorded_users.sums("customer_id", recorded_users.SOLD, FIRST, LAST)
    assert ranks.set_index("customer_id")["m3"].to_dict() == pytest.approx(sold)
    assert ranks["m3"].is_monotonic_decreasing and ranks["share"].sum() == pytest.approx(1.0)
    users = {user["customer_id"]: user for user in recorded_users.features("customers")}
    for row in ranks.to_dict("records"):
        user = users[row["customer_id"]]
        quota, plan = user.get("quota_m3_y"), user.get("plan_m3_y")
        assert row["quota_use"] == pytest.approx(row["m3"] / quota if quota else math.nan, nan_ok=True)
        assert row["over_plan_m3"] == pytest.approx(
            max(0, row["m3"] - plan) if plan else math.nan, nan_ok=True
        )
    # The pipes tell the tree that is written down.
    tree, results = rows("metertree", town, tmp_path)
    written = tree[tree["meter_parent"].notna()]
    assert len(written) == 132 and results["PROPOSED"] == 0, tree["state"].value_counts().to_dict()
    # Two planted ends are loose: what lies behind them has no water.
    assert set(written.loc[written["state"] != "same", "compound_id"]) == {"XQ-01", "XQ-19"}
    assert (written["state"] == "same").sum() == 111 and set(written["state"]) == {"same", "unfed"}


@pytest.mark.slow
def test_six_hundred_meters_get_their_tree_and_dates(town: Path, tmp_path: Path) -> None:
    added = recorded_users.household_meters(600 - len(recorded_users.meters()))
    plant(town, added)
    tree, results = rows("metertree", town, tmp_path, STORE=True)
    assert results["METERS"] == 600 and len(added) == 432
    proposed = tree.set_index("node_id")
    # No water reaches one compound, nor one building of another.
    unfed = {row["node_id"] for row in added if proposed.loc[row["building"], "state"] == "unfed"}
    assert 50 < len(unfed) < 100 and results["WRITTEN"] == results["PROPOSED"] == len(added) - len(unfed)
    with open_network(town) as network:
        written = network.read("node", ["node_id", "meter_parent"], where={"kind": "meter"}, geometry=False)
    parents = dict(zip(written["node_id"], written["meter_parent"]))
    for row in added:
        assert parents[row["node_id"]] == (None if row["node_id"] in unfed else row["building"])
    frame, results = rows("schedulemeters", town, tmp_path, AS_OF=AS_OF.isoformat())
    every = [*recorded_users.meters(), *added]
    reckoned = {meter["node_id"]: recorded_users.due(meter)[1] for meter in every}
    assert {
        name: pd.Timestamp(day).date() for name, day in zip(frame["node_id"], frame["due_on"])
    } == reckoned
    states = [recorded_users.state(day, AS_OF) for day in reckoned.values() if day]
    assert (results["OVERDUE"], results["DUE"]) == (states.count("overdue"), states.count("due"))
    with open_network(town) as network:
        network.undo()
        undone = network.read("node", ["meter_parent"], where={"kind": "meter"}, geometry=False)
    assert undone["meter_parent"].notna().sum() == 132


def plant(town: Path, meters: list[dict[str, Any]]) -> None:
    """Put meters of households with their service pipes behind the meters of buildings."""
    with open_network(town) as network, network.write("edit", name="households") as batch:
        nodes = network.read("node", ["node_id"], where={"kind": "meter"})
        place = {name: (shape.x, shape.y) for name, shape in zip(nodes["node_id"], nodes["geom"])}
        points, lines = [], []
        for row in meters:
            x, y = place[row["building"]]
            end = (x + 1.0 + row["turn"], y + 1.5)
            points.append({**row, "geom": shapely.Point(end)})
            lines.append(
                {"pipe_id": f"P-{row['node_id']}", "from_node": row["building"], "to_node": row["node_id"],
                 "function": "service", "diameter_mm": 20.0, "geom": shapely.LineString([(x, y), end])}
            )  # fmt: skip
        for name, made in (("node", points), ("pipe", lines)):
            frame = gpd.GeoDataFrame(made, geometry="geom", crs=network.crs)
            frame = frame.drop(columns=["building", "turn"], errors="ignore")
            kind = {"kind": "meter"} if name == "node" else {}
            batch.insert(name, frames.conform(frame.assign(system="potable", status="in_use", **kind), name))


@pytest.mark.slow
def test_compounds_and_contracts(town: Path, tmp_path: Path) -> None:
    frame, _results = rows("screencompounds", town, tmp_path, **YEAR)
    reckoned = recorded_users.compounds(FIRST, LAST, AS_OF)
    assert set(frame["compound_id"]) == set(reckoned)
    for row in frame.to_dict("records"):
        for name, value in reckoned[row["compound_id"]].items():
            same = value if isinstance(value, str) else pytest.approx(value)
            assert row[name] == same, (row["compound_id"], name)
    assert set(frame["must_renovate"]) == {"yes", "no", "unknown"}
    contracts, _results = rows("comparecontract", town, tmp_path)
    one = contracts.set_index("contract_id").loc["HT-2025-01"]
    periods = (date(2025, 1, 1), date(2025, 6, 30)), (date(2025, 7, 1), LAST)
    first, second = (recorded_users.compounds(*period, AS_OF)["XQ-08"] for period in periods)
    assert one["baseline_m3"] == pytest.approx(first["supply_m3"])
    assert one["saved_m3"] == pytest.approx(first["supply_m3"] * 184 / 181 - second["supply_m3"])
    assert (one["baseline_rate"], one["result_rate"]) == pytest.approx(
        (first["loss_rate"], second["loss_rate"])
    )
    assert one["reached"] == ("yes" if second["loss_rate"] <= 0.05 else "no")


@pytest.mark.slow
def test_users_public_points_and_losses_close_with_the_balance(town: Path, tmp_path: Path) -> None:
    for number, (first, last) in enumerate([(FIRST, date(2025, 10, 31)), (FIRST, LAST)]):
        out = tmp_path / f"b{number}.csv"
        must("waterbalance", NETWORK=town, FROM=first.isoformat(), TO=last.isoformat(), OUTPUT=out)
        whole = pd.read_csv(out).iloc[0]
        users = sum(recorded_users.sums("customer_id", recorded_users.SOLD, first, last).values())
        public = recorded_users.sums("node_id", ("unbilled_metered",), first, last)
        flushed = recorded_users.sums("", ("unbilled_unmetered",), first, last)[""]
        points = sum(public.values())
        assert len(public) == 6 and points > 10_000
        assert whole["billed_m3"] == pytest.approx(users, abs=0.1)
        assert whole["public_m3"] == pytest.approx(points, abs=0.1)
        assert users + points + flushed + whole["loss_m3"] == pytest.approx(whole["supply_m3"], abs=0.1)
        supply = recorded_users.sums("", ("own_supply",), first, last)[""]
        assert whole["supply_m3"] == pytest.approx(supply, abs=0.1)
