"""Water balance of a network: levels, bills cut to the period, compounds, and what bad input gets."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from support.slow_cases import a_few_quick

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.leakage.water_balance import (
    WaterBalanceRequest,
    WaterBalanceResult,
    water_balance,
)
from waternet_plugin.store.network import Network

CRS = "EPSG:4547"
FIRST, LAST = datetime.date(2026, 1, 1), datetime.date(2026, 1, 31)
# Parent P with children A and B; the meter of A lies inside P.
METERS = {"MP": ("P", None), "MA": ("A", "P"), "MB": ("B", None), "MO": (None, "B")}
CUSTOMERS = {"CP": "PP", "CA": "PA", "CB": "PB", "CX": "PX"}


def layer(rows: dict[str, Any], shapes: list[Any]) -> Any:
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS).rename_geometry("geom")


def write(network: Network, table: str, rows: Any) -> None:
    with network.write("edit") as batch:
        batch.insert(table, rows)


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    """A parent with two children, a main in each and one outside, a customer on each, a compound."""
    store.create_network(tmp_path / "town.gpkg", CRS).close()
    with store.open_network(tmp_path / "town.gpkg") as made:
        square = shapely.MultiPolygon([shapely.box(0, 0, 10, 10)])
        zones = {
            "zone_id": ["P", "A", "B"], "kind": "dma", "parent_id": [None, "P", "P"],
            "level": [1.0, 2.0, 2.0],
        }  # fmt: skip
        write(made, "zone", layer(zones, [square] * 3))
        write(made, "compound", layer({"compound_id": ["Q1"], "name": ["Garden"]}, [square]))
        names = [*METERS, "BULK", "HYDRANT"]
        nodes = {
            "node_id": names, "kind": "flow_meter", "system": "potable", "status": "in_use",
            "meter_in": [METERS.get(one, (None,))[0] for one in names],
            "meter_out": [METERS.get(one, (None, None))[1] for one in names],
            "compound_id": [None] * len(METERS) + ["Q1", None],
        }  # fmt: skip
        write(made, "node", layer(nodes, [shapely.Point(one, 0, 0) for one in range(len(names))]))
        pipes = {
            "pipe_id": ["PP", "PA", "PB", "PX"], "system": "potable", "status": "in_use",
            "function": "distribution", "dma_id": ["P", "A", "B", None], "length_m": 1000.0,
            "diameter_mm": [100.0, 75.0, 50.0, np.nan], "to_node": [None, "HYDRANT", None, None],
        }  # fmt: skip
        write(
            made, "pipe", layer(pipes, [shapely.LineString([(0, one, 0), (9, one, 0)]) for one in range(4)])
        )
        customers = {
            "customer_id": list(CUSTOMERS), "pipe_id": list(CUSTOMERS.values()),
            "compound_id": [None, "Q1", None, None],
        }  # fmt: skip
        write(made, "customer", layer(customers, [shapely.Point(0, one) for one in range(4)]))
        yield made


def volumes(*rows: tuple[Any, ...]) -> pd.DataFrame:
    """Return volumes: what is named (None for the whole network), component, volume and maybe days."""
    made = []
    for number, (named, component, volume, *days) in enumerate(rows):
        kind = (
            None if named is None
            else "customer_id" if named in CUSTOMERS or named.startswith("U")
            else "zone_id" if len(named) == 1
            else "node_id"
        )  # fmt: skip
        first, last = days or (FIRST, LAST)
        made.append(
            {
                "volume_id": f"V{number}", "zone_id": None, "node_id": None, "customer_id": None,
                "from_date": pd.Timestamp(first), "to_date": pd.Timestamp(last), "component": component,
                "volume_m3": float(volume), **({kind: named} if kind else {}),
            }
        )  # fmt: skip
    return pd.DataFrame(made)


def ask(network: Network, *rows: tuple[Any, ...], **further: Any) -> WaterBalanceResult:
    if rows:
        write(network, "volume", volumes(*rows))
    return water_balance(network, WaterBalanceRequest(**{"first": FIRST, "last": LAST, **further}))


def zone(found: WaterBalanceResult, name: str) -> Any:
    return found.rows.set_index("zone_id").loc[name]


@pytest.mark.slow
def test_loss_of_a_zone_is_inlet_less_outlet_less_its_customers(network: Network) -> None:
    found = ask(
        network,
        ("MB", "metered", 62_000), ("MO", "metered", 2_000), ("CB", "billed_metered", 51_600),
    )  # fmt: skip
    row = zone(found, "B")
    assert (row.inflow_m3, row.outflow_m3, row.supply_m3) == (62_000, 2_000, 60_000)
    assert row.loss_m3 == pytest.approx(8_400)
    assert row.loss_rate == pytest.approx(0.14)
    assert (row.parent_id, row.level, row.coverage, row.source) == ("P", 2, 1.0, "volumes")


@pytest.mark.slow
def test_loss_between_levels_is_told_of_the_parent(network: Network) -> None:
    found = ask(
        network,
        ("MP", "metered", 150_000), ("MB", "metered", 62_000), ("MO", "metered", 2_000),
        ("MA", "metered", 112_000), ("CP", "billed_metered", 22_000),
        ("CA", "billed_metered", 100_000), ("CB", "billed_metered", 55_000),
    )  # fmt: skip
    parent = zone(found, "P")
    # Of the parent's meters MP and MB measure in, MO out: 150,000 + 62,000 - 2,000.
    assert parent.supply_m3 == 210_000
    assert parent.between_levels_m3 == pytest.approx(210_000 - 112_000 - 60_000 - 22_000)
    losses = [zone(found, name).loss_m3 for name in ("A", "B")]
    assert parent.loss_m3 == pytest.approx(sum(losses) + parent.between_levels_m3)
    assert np.isnan(zone(found, "A").between_levels_m3)


@pytest.mark.slow
def test_the_worked_tree_has_6000_between_levels(network: Network) -> None:
    found = ask(
        network,
        ("MP", "metered", 140_000), ("MB", "metered", 60_000), ("MO", "metered", 0),
        ("MA", "metered", 112_000), ("CP", "billed_metered", 22_000),
    )  # fmt: skip
    assert zone(found, "P").supply_m3 == 200_000
    assert zone(found, "P").between_levels_m3 == pytest.approx(6_000)
    assert zone(found, "P").own_m3 == 22_000


@pytest.mark.slow
def test_bills_count_by_their_share_of_days(network: Network) -> None:
    found = ask(
        network,
        ("MA", "metered", 1000),
        ("CA", "billed_metered", 620, datetime.date(2025, 12, 1), datetime.date(2026, 1, 31)),
        ("CA", "billed_metered", 280, datetime.date(2026, 2, 1), datetime.date(2026, 2, 28)),
    )
    assert zone(found, "A").billed_m3 == pytest.approx(310)


@pytest.mark.slow
def test_the_whole_network_is_its_own_rows_else_the_sum_of_customers(network: Network) -> None:
    found = ask(
        network,
        (None, "own_supply", 900_000), (None, "bulk_import", 120_000), (None, "bulk_export", 20_000),
        ("CA", "billed_metered", 500_000), ("CX", "billed_metered", 300_000),
        ("CA", "unbilled_metered", 7), (None, "unbilled_metered", 50_000),
        (None, "unauthorised", 10_000), (None, "leak_reported", 30_000),
        ("B", "unbilled_unmetered", 400),
        household_share=0.5, mean_pressure_mpa=0.4, frost_depth_m=1.5,
    )  # fmt: skip
    whole = zone(found, "")
    assert (whole.inflow_m3, whole.outflow_m3, whole.supply_m3) == (1_020_000, 20_000, 1_000_000)
    assert (whole.billed_m3, whole.authorised_m3) == (800_000, 850_000)
    assert (whole.loss_m3, whole.apparent_m3, whole.real_m3) == (150_000, 10_000, 140_000)
    assert whole.nrw_m3 == 200_000
    assert whole.level == 0 and whole.parent_id is None
    rates = found.rates
    assert (rates.r_wl, rates.r1, rates.r3, rates.r4) == pytest.approx((15.0, 4.0, 0.5, 1.0))
    # 2 km from DN 75 on; 100 万m³ a month are 1,177.4 a year.
    assert rates.density == pytest.approx(2.0 / (100 * 365 / 31))
    assert rates.r_bl == pytest.approx(rates.r_wl - rates.r1 - rates.r2 - rates.r3 - rates.r4)
    assert found.index.outside == ("connections", "density")
    assert "outside the range" in found.report.to_html()
    assert any("1.0 km of mains have no diameter" in one for one in found.notes)


@pytest.mark.slow
def test_readings_stand_in_where_a_meter_has_no_volumes(network: Network) -> None:
    start = pd.Timestamp("2026-01-01", tz="Asia/Shanghai").tz_convert("UTC")
    hours = np.arange(31 * 24)
    readings = pd.DataFrame(
        {
            "node_id": "MA",
            "time": start + pd.to_timedelta(hours, unit="h"),
            "quantity": "flow_m3h",
            "value": 2.0,
        }
    )
    # A gap of a day is filled by the mean; it is seen in the coverage.
    write(network, "reading", readings[~((hours >= 240) & (hours < 264))])
    found = ask(network, ("CA", "billed_metered", 1000), now_s=start.timestamp() + 1e8)
    row = zone(found, "A")
    assert row.supply_m3 == pytest.approx(2.0 * 31 * 24)
    assert row.coverage == pytest.approx(30 / 31)
    assert row.source == "readings"
    assert row.loss_m3 == pytest.approx(1488 - 1000)


@pytest.mark.slow
def test_supply_of_too_few_days_tells_no_loss(network: Network) -> None:
    found = ask(
        network,
        ("MA", "metered", 500, FIRST, datetime.date(2026, 1, 15)), ("CA", "billed_metered", 900),
    )  # fmt: skip
    row = zone(found, "A")
    assert row.coverage == pytest.approx(15 / 31)
    assert np.isnan(row.loss_m3) and np.isnan(row.loss_rate) and np.isnan(row.nrw_m3)
    assert any("less than 90 %" in one and "A" in one for one in found.notes)


@pytest.mark.slow
def test_a_zone_with_one_silent_meter_has_no_supply(network: Network) -> None:
    found = ask(network, ("MA", "metered", 500), ("MB", "metered", 500), ("CB", "billed_metered", 400))
    assert np.isnan(zone(found, "B").supply_m3)
    assert zone(found, "A").supply_m3 == 500 and np.isnan(zone(found, "A").loss_m3)
    assert any("No consumption is known" in one for one in found.notes)


@pytest.mark.slow
def test_a_volume_that_names_the_zone_alone_stands_for_its_meters(network: Network) -> None:
    found = ask(network, ("B", "metered", 700), ("CB", "billed_metered", 400))
    assert zone(found, "B").supply_m3 == 700
    assert zone(found, "B").loss_m3 == 300


@pytest.mark.slow
def test_public_points_count_in_the_zone_of_their_pipe(network: Network) -> None:
    found = ask(
        network,
        (None, "own_supply", 1000), ("MA", "metered", 500), ("CA", "billed_metered", 400),
        ("HYDRANT", "unbilled_metered", 30),
    )  # fmt: skip
    assert zone(found, "A").authorised_m3 == 430
    assert zone(found, "").authorised_m3 == 430


@pytest.mark.slow
@pytest.mark.parametrize(("bill", "over"), [(960, "no"), (950, "no"), (940, "yes")])
def test_a_compound_above_5_percent_is_named(network: Network, bill: float, over: str) -> None:
    found = ask(
        network, (None, "own_supply", 5000), ("BULK", "metered", 1000), ("CA", "billed_metered", bill)
    )
    (row,) = found.compounds.itertuples()
    assert (row.compound_id, row.name, row.over_limit) == ("Q1", "Garden", over)
    assert row.loss_rate == pytest.approx((1000 - bill) / 1000)
    assert ("Q1" in " ".join(found.summary)) == (over == "yes")


@pytest.mark.slow
def test_months_add_up_to_the_period(network: Network) -> None:
    last = datetime.date(2026, 3, 31)
    found = ask(
        network,
        ("MA", "metered", 9000, FIRST, last), ("CA", "billed_metered", 8100, FIRST, last),
        (None, "own_supply", 20_000, FIRST, last), ("CX", "billed_metered", 90, FIRST, last), last=last,
    )  # fmt: skip
    months = found.periods[found.periods["zone_id"] == "A"]
    assert months["from_date"].dt.strftime("%Y-%m-%d").tolist() == ["2026-01-01", "2026-02-01", "2026-03-01"]
    assert months["supply_m3"].sum() == pytest.approx(zone(found, "A").supply_m3)
    assert months["loss_m3"].sum() == pytest.approx(900)
    (quarter,) = ask(network, last=last, step="quarter").periods.query("zone_id == 'A'").itertuples()
    assert quarter.loss_m3 == pytest.approx(900)
    assert "2026-Q1" in [row[0] for row in ask(network, last=last, step="quarter").sheets[1][2]]


@pytest.mark.slow
def test_without_days_the_period_is_that_of_the_supply(network: Network) -> None:
    found = ask(
        network,
        ("MA", "metered", 500), ("CA", "billed_metered", 400, datetime.date(2020, 1, 1), LAST),
        first=None, last=None,
    )  # fmt: skip
    assert (found.period.first, found.period.last) == (FIRST, LAST)


@pytest.mark.slow
def test_rows_come_below_their_parents_and_zones_may_be_chosen(network: Network) -> None:
    found = ask(network, ("MA", "metered", 500), ("CA", "billed_metered", 400))
    assert found.rows["zone_id"].tolist() == ["", "P", "A", "B"]
    assert found.rows["depth"].tolist() == [0, 1, 2, 2]
    only = ask(network, zones=("A",))
    assert only.rows["zone_id"].tolist() == ["A"]
    assert set(only.periods["zone_id"]) == {"A"}


@pytest.mark.slow
def test_a_network_without_metered_areas_has_a_balance(tmp_path: Path) -> None:
    store.create_network(tmp_path / "bare.gpkg", CRS).close()
    with store.open_network(tmp_path / "bare.gpkg") as bare:
        found = ask(bare, (None, "own_supply", 1000), (None, "billed_metered", 900))
        assert found.rows["zone_id"].tolist() == [""]
        assert found.rates.r_wl == pytest.approx(10.0)


@pytest.mark.slow
def test_what_is_left_out_is_counted(network: Network) -> None:
    rows = volumes(
        ("MA", "metered", 500), ("CA", "billed_metered", 400), ("CA", "billed_metered", 1),
        ("U9", "billed_metered", 5), ("Z", "billed_metered", 5), ("CA", "billed_metered", np.nan),
    )  # fmt: skip
    write(network, "volume", rows)
    notes = " ".join(ask(network).notes)
    for words in (
        "1 volume is of customers that are not in this network", "not a metered area", "not a number",
        "1 volume has a first day before",
    ):  # fmt: skip
        assert words in notes


@pytest.mark.parametrize(
    ("given", "words"),
    a_few_quick(
        [
            ({"first": LAST, "last": FIRST}, "the other way round"),
            ({"household_share": 45.0}, "0.45"),
            ({"household_share": -0.1}, "HOUSEHOLD_SHARE"),
            ({"mean_pressure_mpa": 40.0}, "0.39"),
            ({"mean_pressure_mpa": 0.0}, "MEAN_PRESSURE"),
            ({"frost_depth_m": 140.0}, "140 cm are 1.4"),
            ({"step": "week"}, "week"),
            ({"zones": ("A", "Z9")}, "Z9"),
            ({"first": datetime.date(2031, 1, 1), "last": datetime.date(2031, 1, 31)}, "2026-01-31"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_bad_input_gets_one_sentence(network: Network, given: dict[str, Any], words: str) -> None:
    write(network, "volume", volumes(("MA", "metered", 500), ("CA", "billed_metered", 400)))
    with pytest.raises(InputError) as refused:
        ask(network, **given)
    assert words in refused.value.message


@pytest.mark.slow
def test_no_volume_and_no_supply_are_refused(network: Network) -> None:
    with pytest.raises(InputError, match="There is no volume"):
        ask(network)
    with pytest.raises(InputError, match="Nothing tells the supply"):
        ask(network, ("CA", "billed_metered", 400))


@pytest.mark.slow
def test_leakage_rates_of_months_are_stored_once_and_changed_where_they_differ(network: Network) -> None:
    rows = [("MB", "metered", 62_000), ("CB", "billed_metered", 51_600), ("MO", "metered", 2_000)]
    listed = ask(network, *rows)
    assert listed.batch_id == "" and not network.count("zone_balance")
    found = ask(network, store=True, name="Balance")
    kept = network.read("zone_balance")
    # Of the other areas nobody knows the supply.
    assert kept["balance_id"].tolist() == ["B 2026-01-01 2026-01-31"]
    assert kept["loss_rate"].tolist() == pytest.approx([0.14])
    assert kept["state"].tolist() == ["over"] and found.batch_id
    again = ask(network, store=True, name="Balance")
    assert again.batch_id == "" and again.summary[-1].startswith("All of it is stored already")
    with network.write("edit") as batch:
        batch.update("volume", pd.DataFrame({"volume_id": ["V1"], "volume_m3": [58_000.0]}))
    changed = ask(network, store=True, name="Balance")
    kept = network.read("zone_balance").set_index("zone_id")
    assert kept.loc["B", "loss_rate"] == pytest.approx(2_000 / 60_000) and kept.loc["B", "state"] == "within"
    network.undo(changed.batch_id)
    assert network.read("zone_balance").set_index("zone_id").loc["B", "state"] == "over"


@pytest.mark.slow
def test_a_failing_output_stores_no_leakage_rate(network: Network) -> None:
    def fails(_found: WaterBalanceResult) -> None:
        raise InputError("no place")

    rows = [("MB", "metered", 62_000), ("CB", "billed_metered", 51_600), ("MO", "metered", 2_000)]
    write(network, "volume", volumes(*rows))
    request = WaterBalanceRequest(first=FIRST, last=LAST, store=True, name="Balance")
    with pytest.raises(InputError, match="no place"):
        water_balance(network, request, before_commit=fails)
    assert not network.count("zone_balance")


@pytest.mark.slow
@pytest.mark.parametrize(("given", "is_told"), [(None, True), (0.3, False), (0.8, True)])
def test_the_share_of_household_metering_is_told_where_bills_know_it(
    network: Network, given: Any, is_told: bool
) -> None:
    names = list(CUSTOMERS)
    with network.write("edit") as batch:
        batch.update("customer", pd.DataFrame({"customer_id": names[:2], "kind": ["domestic", "public"]}))
    found = ask(
        network,
        (None, "own_supply", 1000.0),
        (names[0], "billed_metered", 300.0),
        (names[1], "billed_metered", 400.0),
        household_share=given,
    )
    told = [one for one in found.notes if "HOUSEHOLD_SHARE would be 0.300" in one]
    assert bool(told) == is_told
