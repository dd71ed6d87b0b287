"""The history of a network: who changed what on an asset, in an area, by a batch, in a month."""

from __future__ import annotations

import datetime
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.store_helpers import CRS, ORIGIN, foreign, pipe_frame

from waternet_plugin.store.changes.asset_changes import HISTORY_COLUMNS, HistoryQuery
from waternet_plugin.store.geopackage import connection
from waternet_plugin.store.geopackage.log import history


def told(network, **query) -> list[tuple[str, str, str, object, object]]:
    """Return asset, action, field, before and after of each line."""
    found = network.history(HistoryQuery(**query))
    assert list(found.columns) == list(HISTORY_COLUMNS)
    assert found["seq"].is_monotonic_decreasing
    return list(found[["asset", "action", "field", "before", "after"]].itertuples(index=False, name=None))


def set_street(network, asset: str, street: str) -> str:
    with network.write("edit", by="Wang") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": [asset], "street": [street]}))
    return str(batch.batch_id)


def test_each_field_of_a_change_is_a_row_with_who_and_when(town):
    with town.write("edit", by="Wang") as batch:
        batch.update(
            "pipe", pd.DataFrame({"pipe_id": ["P00001"], "material": ["pe"], "diameter_mm": [300.0]})
        )
    found = town.history(HistoryQuery(batch_id=batch.batch_id))
    assert found["field"].tolist() == ["material", "diameter_mm"]
    assert found["before"].tolist() == ["ductile_iron", "150.5"]
    assert found["after"].tolist() == ["pe", "300"]
    assert set(found["by"]) == {"Wang"}
    assert set(found["table"]) == {"pipe"}
    assert found["at"].str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z").all()
    assert found["seq"].nunique() == 1


def test_a_deleted_asset_is_found_with_all_it_had(town):
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    lines = {field: before for _asset, action, field, before, _after in told(town, batch_id=batch.batch_id)}
    assert lines["material"] == "ductile_iron"
    assert lines["geom"].startswith("LINESTRING")
    assert "row_version" not in lines
    assert ("P00001", "delete") in {line[:2] for line in told(town, asset="P00001")}


@pytest.mark.slow
def test_an_asset_made_in_bulk_is_told_in_full_when_it_is_asked_for(network):
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(600))
    set_street(network, "P00001", "East Road")
    assert told(network, batch_id=batch.batch_id)[0] == ("P00599", "insert", None, None, None)
    made = {line[2]: line[4] for line in told(network, asset="P00001") if line[1] == "insert"}
    assert made["street"] == "人民路"
    assert made["geom"].startswith("LINESTRING")


@pytest.mark.slow
def test_a_changed_id_is_followed(town):
    foreign(town, "UPDATE pipe SET pipe_id = 'NEW' WHERE pipe_id = 'P00001'")
    set_street(town, "NEW", "East Road")
    for asset in ("NEW", "P00001"):
        updates = [line for line in told(town, asset=asset) if line[1] == "update"]
        assert updates == [
            ("NEW", "update", "street", "人民路", "East Road"),
            ("P00001", "update", "pipe_id", "P00001", "NEW"),
        ]


def test_an_area_has_what_lies_there_and_what_lay_there(town):
    x, y = ORIGIN
    with town.write("edit") as batch:
        moved = gpd.GeoDataFrame(
            {"pipe_id": ["P00003"]},
            geometry=[shapely.LineString([(x + 5000, y), (x + 5000, y + 30)])],
            crs=CRS,
        ).rename_geometry("geom")
        batch.update("pipe", moved)
        batch.delete("pipe", ["P00004"])
    set_street(town, "P00009", "West Road")
    here = shapely.box(x + 25, y - 1, x + 45, y + 31)
    assert {line[0] for line in told(town, area=here)} == {"P00003", "P00004"}
    there = shapely.box(x + 4990, y, x + 5010, y + 1)
    assert {line[0] for line in told(town, area=there)} == {"P00003"}
    assert told(town, area=shapely.box(0, 0, 1, 1)) == []
    assert told(town, area=there, asset="P00009") == []
    # A triangle whose box holds the pipe, and which does not.
    beside = shapely.Polygon([(x + 4980, y - 50), (x + 5010, y - 50), (x + 4980, y + 20)])
    assert told(town, area=beside) == []


@pytest.mark.slow
def test_days_are_in_utc_and_both_are_included(town):
    foreign(town, "UPDATE pipe SET street = 'x' WHERE pipe_id = 'P00001'")
    set_street(town, "P00002", "East Road")
    foreign(
        town, "UPDATE change_log SET at = '2025-03-31T23:59:59.999Z' WHERE asset = 'P00001' AND batch IS NULL"
    )
    march = {"since": datetime.date(2025, 3, 1), "until": datetime.date(2025, 3, 31)}
    assert told(town, **march) == [("P00001", "update", "street", "人民路", "x")]
    assert told(town, since=datetime.date(2025, 4, 1), until=datetime.date(2025, 4, 30)) == []
    today = datetime.datetime.now(datetime.timezone.utc).date()
    assert {line[0] for line in told(town, since=today)} == {f"P{n:05d}" for n in range(20)}
    assert {line[0] for line in told(town, until=datetime.date(2025, 12, 31))} == {"P00001"}


@pytest.mark.slow
def test_a_batch_over_midnight_is_told_by_the_time_of_each_entry(town):
    batch = set_street(town, "P00001", "East Road")
    foreign(town, "UPDATE batch SET at = '2025-03-31T23:59:50.000Z' WHERE batch_id = ?", batch)
    foreign(town, "UPDATE change_log SET at = '2025-04-01T00:00:10.000Z' WHERE batch = ?", batch)
    april = {"since": datetime.date(2025, 4, 1), "until": datetime.date(2025, 4, 30)}
    assert told(town, **april) == [("P00001", "update", "street", "人民路", "East Road")]
    assert told(town, since=datetime.date(2025, 3, 31), until=datetime.date(2025, 3, 31)) == []


def test_an_id_may_stand_in_several_tables(town):
    with town.write("edit") as batch:
        batch.insert("customer", pd.DataFrame({"customer_id": ["P00001"], "pipe_id": ["P00002"]}))
    assert set(town.history(HistoryQuery(asset="P00001"))["table"]) == {"pipe", "customer"}
    assert set(town.history(HistoryQuery(table="customer", asset="P00001"))["table"]) == {"customer"}


def test_a_gap_in_the_log_is_told(town):
    with closing(sqlite3.connect(town.uri)) as database, database:
        database.execute(
            'INSERT INTO change_log ("table", action, "by", at)'
            " VALUES ('pipe', 'gap', 'x', '2025-01-01T00:00:00.000Z')"
        )
    assert ("", "gap", None, None, None) in told(town, table="pipe")


@pytest.mark.parametrize(
    "query",
    [
        {"batch_id": "B0002"},
        {"since": datetime.date(2025, 1, 1), "until": datetime.date(2025, 1, 31)},
        {"since": datetime.date(2025, 1, 1), "table": "pipe"},
    ],
)
def test_no_question_of_a_batch_or_days_reads_the_whole_log(town, query):
    with connection.reading(Path(town.uri)) as database:
        sql, values = history.log_query(HistoryQuery(**query))
        plan = [row[3] for row in database.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert [step for step in plan if step.startswith(("SCAN change_log", "SCAN TABLE change_log"))] == []
