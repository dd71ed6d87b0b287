"""What panes of users list: twelve months of one, public points, the rows behind a figure of a compound."""

from __future__ import annotations

import datetime
import math
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.made_users import CRS, Tables, changed, meter, more, points, tables, volume, written

from waternet_plugin.core import frames
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.users.user_ranking import COMPOUND
from waternet_plugin.operations.users import rows_behind
from waternet_plugin.operations.users.public_ledger import PublicLedger, public_ledger
from waternet_plugin.operations.users.user_months import UserMonths, user_months
from waternet_plugin.store import open_network

pytestmark = pytest.mark.slow
LAST = datetime.date(2025, 12, 31)


def months(path: Path, *asked: Any) -> UserMonths:
    with open_network(path) as network:
        return user_months(network, *asked)


def test_twelve_months_of_a_user(tmp_path: Path) -> None:
    path = written(tmp_path / "town.gpkg", tables())
    found = months(path, "U3")
    assert [month.text for month in found.months] == [f"2025-{month:02d}" for month in range(1, 13)]
    # 200 m3 of the year by the days of each month, quota 400 and plan 100 alike.
    days = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    assert found.m3 == pytest.approx([200.0 * one / 365 for one in days])
    assert found.quota_m3 == pytest.approx([400.0 * one / 365 for one in days])
    assert found.plan_m3 == pytest.approx([100.0 * one / 365 for one in days])
    assert found.total_m3 == pytest.approx(200.0)
    assert (found.meters, found.sub_meters, found.trade) == (("M3",), ("M3-1",), "car_wash")


def test_months_up_to_a_day_go_over_a_leap_year(tmp_path: Path) -> None:
    found = months(written(tmp_path / "town.gpkg", tables()), "U1", "customer", datetime.date(2024, 3, 5))
    assert [found.months[0].text, found.months[-1].text] == ["2023-04", "2024-03"]
    # 366 m3 of 2024 are one a day; of 2023 nobody knows anything.
    assert all(math.isnan(value) for value in found.m3[:9])
    assert found.m3[9:] == pytest.approx([31.0, 29.0, 31.0])
    assert found.total_m3 == pytest.approx(91.0)
    assert (found.quota_m3, found.plan_m3, found.sub_meters, found.trade) == ((), (), (), "")


def test_months_of_a_compound_are_those_of_its_users(tmp_path: Path) -> None:
    rows = changed(tables(), "customer", "customer_id", "U3", compound_id="B")
    found = months(written(tmp_path / "town.gpkg", rows), "B", COMPOUND)
    assert found.total_m3 == pytest.approx(490.0 + 200.0)
    # Both have a quota, one of them of nothing; a plan has only one.
    assert sum(found.quota_m3) == pytest.approx(400.0) and found.plan_m3 == ()
    assert (found.meters, found.trade, found.kind) == (("M3",), "", "")


def test_a_user_without_volumes_and_one_that_is_not_there(tmp_path: Path) -> None:
    path = written(tmp_path / "town.gpkg", tables())
    silent = months(path, "U5")
    assert len(silent.m3) == 12 and math.isnan(silent.total_m3)
    with pytest.raises(InputError) as refused:
        months(path, "U9")
    assert "No user of this network belongs to U9" in str(refused.value)


def ledger(path: Path) -> PublicLedger:
    with open_network(path) as network:
        return public_ledger(network)


def test_public_points_with_their_volumes_of_a_year(tmp_path: Path) -> None:
    of = {"system": "potable", "status": "in_use"}
    rows = more(
        tables(), "node",
        {**of, "node_id": "H1", "kind": "hydrant", "anti_theft": "yes"},
        {**of, "node_id": "H2", "kind": "hydrant", "water_use": "fire", "anti_theft": "no"},
        meter("G1", water_use="greening", dma_id="D1"),
        {**of, "node_id": "S1", "kind": "junction", "water_use": "sanitation"},
        meter("MS", meter_parent="S1"),
        {**of, "node_id": "H3", "kind": "hydrant", "status": "removed"},
        {**of, "node_id": "J1", "kind": "junction"},
    )  # fmt: skip
    path = written(tmp_path / "bare.gpkg", rows)
    assert ledger(path).period is None and {row["m3"] for row in ledger(path).rows} == {None}
    counted = more(
        rows, "volume",
        volume("G", "unbilled_metered", 240.0, node_id="G1"),
        volume("GL", "leak_hidden", 99.0, node_id="G1"),
        {**volume("H", "billed_metered", 365.0, node_id="H2"), "from_date": "2024-07-01",
         "to_date": "2025-06-30"},
    )  # fmt: skip
    found = ledger(written(tmp_path / "town.gpkg", counted))
    assert found.period is not None
    assert (found.period.first, found.period.last) == (datetime.date(2025, 1, 1), LAST)
    listed = [
        (row["node_id"], row["water_use"], row["metered"], row["anti_theft"], row["m3"]) for row in found.rows
    ]
    # Of the volume over two years the 181 days of this one count.
    assert listed == [
        ("H2", "fire", "no", "no", pytest.approx(181.0)), ("G1", "greening", "yes", "", 240.0),
        ("S1", "sanitation", "yes", "", None), ("H1", "", "no", "yes", None),
    ]  # fmt: skip
    assert [row["dma_id"] for row in found.rows] == ["", "D1", "", ""]


def _renovation_town() -> Tables:
    """Return the town with pipes, a run, pump rooms and failures in and beside the compound A."""
    pipes = [
        {"pipe_id": "P1", "compound_id": "A", "function": "riser"},
        {"pipe_id": "P2", "compound_id": "A"},
        {"pipe_id": "P3", "compound_id": "B"},
        {"pipe_id": "P4", "compound_id": "A", "status": "abandoned"},
        {"pipe_id": "P5", "compound_id": "A", "system": "sewage"},
    ]
    lines = [
        {"system": "potable", "status": "in_use", "diameter_mm": 100.0, **row,
         "geom": shapely.LineString([(5.0 * at, 110), (5.0 * at, 150)])}
        for at, row in enumerate(pipes)
    ]  # fmt: skip
    inside, outside = shapely.Point(50, 150), shapely.Point(500, 150)
    failures = [
        {"failure_id": "F1", "pipe_id": "P2", "date": "2024-05-01", "geom": outside},
        {"failure_id": "F2", "date": "2023-05-01", "geom": inside},
        {"failure_id": "F3", "pipe_id": "P2", "date": "2020-12-31", "geom": inside},
        {"failure_id": "F4", "pipe_id": "P3", "date": "2024-05-01", "geom": inside},
        {"failure_id": "F5", "pipe_id": "P2", "date": "2026-02-01", "geom": inside},
        {"failure_id": "F6", "date": "2023-05-01", "geom": outside},
    ]
    rooms = [
        {"node_id": name, "kind": "secondary_supply", "system": "potable", "status": "in_use",
         "compound_id": "A", "install_year": year}
        for name, year in (("SS1", 2005.0), ("SS2", 2006.0), ("SS3", None))
    ]  # fmt: skip
    rated = [
        {"run_id": "R1", "pipe_id": name, "class": code}
        for name, code in (("P1", "renew_now"), ("P2", "monitor"), ("P3", "renew_now"))
    ]
    return {
        **more(tables(), "node", *rooms),
        "pipe": frames.conform(gpd.GeoDataFrame(lines, geometry="geom", crs=CRS), "pipe"),
        "failure": points("failure", failures),
        "assessment_run": frames.conform(pd.DataFrame([{"run_id": "R1", "name": "first"}]), "assessment_run"),
        "assessment": frames.conform(pd.DataFrame(rated), "assessment"),
    }


def test_the_rows_behind_each_figure_of_a_compound(tmp_path: Path) -> None:
    path = written(tmp_path / "town.gpkg", _renovation_town())

    def behind(
        figure: str, must_renovate: str = "no", compound: str = "A"
    ) -> tuple[str, str, tuple[str, ...]]:
        request = rows_behind.FigureRequest(compound, figure, LAST, must_renovate)
        with open_network(path) as network:
            found = rows_behind.rows_behind(network, request)
        return found.table, found.field, found.ids

    assert behind(rows_behind.USERS) == ("customer", "customer_id", ("U1",))
    assert behind(rows_behind.BULK_METERS) == ("node", "node_id", ("BULK-A",))
    # The one of 2019 is due its six years later, the total meter in 2027.
    assert behind(rows_behind.METERS_DUE) == ("node", "node_id", ("M1",))
    # Built twenty years before 2025; a room of an unknown year is in no list.
    assert behind(rows_behind.PUMP_ROOMS) == ("node", "node_id", ("SS1",))
    # Of five years: by their pipe, else by their place.
    assert behind(rows_behind.FAILURES) == ("failure", "failure_id", ("F1", "F2"))
    assert behind(rows_behind.FAILURES, compound="B")[2] == ("F4",)
    assert behind(rows_behind.ALL_PIPES) == ("pipe", "pipe_id", ("P1", "P2"))
    assert (behind(rows_behind.PIPES)[2], behind(rows_behind.RISERS)[2]) == ((), ("P1",))
    # What must be renovated is renewed whole.
    assert behind(rows_behind.PIPES, "yes")[2] == ("P2",)
    assert behind(rows_behind.RISERS, "yes")[2] == ("P1",)
    assert behind(rows_behind.USERS, compound="none")[2] == ()
