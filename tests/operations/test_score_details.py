"""The score of one compound: what each indicator counts, what raises it, and the orders for that."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from support.compound_town import CRS, layer, write

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.months import Month
from waternet_plugin.operations.compounds.compound_score import stored_grades, stored_score
from waternet_plugin.operations.compounds.score_compounds import ScoreRequest, score_network_compounds
from waternet_plugin.operations.compounds.score_details import IndicatorDetail, ScoreDetails, score_details
from waternet_plugin.operations.work.write_orders import OrderGroups, write_order_groups
from waternet_plugin.store.network import Network

TODAY = datetime.date(2026, 9, 20)
MONTH = "2026-09"


def _day(text: str | None) -> pd.Timestamp:
    return pd.NaT if text is None else pd.Timestamp(text)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Network]:
    """A with a round, drains of 100, 40 and 60 m, no case; B with nothing on the map."""
    path = tmp_path / "town.gpkg"
    store.create_network(path, CRS).close()
    with store.open_network(path) as network:
        areas = [shapely.MultiPolygon([shapely.box(x, 0, x + 300, 100)]) for x in (0, 300)]
        write(network, "compound", layer({"compound_id": ["A", "B"], "name": ["Garden", None]}, areas))
        drains = {"pipe_id": ["P1", "P2", "P3"], "system": "sewage", "status": "in_use"}
        lines = [shapely.LineString([(10, y, 0), (10 + m, y, 0)]) for y, m in ((10, 100), (20, 40), (30, 60))]
        write(network, "pipe", layer({**drains, "length_m": [100.0, 40.0, 60.0]}, lines))
        covers = {"node_id": [f"M{n}" for n in range(4)], "kind": "manhole", "system": "sewage"}
        points = [shapely.Point(20 + 10 * n, 60, 0) for n in range(4)]
        write(network, "node", layer({**covers, "status": "in_use"}, points))
        rows = [
            ("W1", "patrol", "done", None, "A", "2026-09-02", "2026-09-02"),
            ("W2", "clean", "done", "M0", None, "2026-06-02", "2026-06-02"),
            ("W3", "clean", "done", "P2", None, "2026-06-02", "2026-06-02"),
        ]
        names = ("item_id", "type", "state", "asset", "compound_id", "opened_on", "closed_on")
        items: dict[str, Any] = {name: [row[k] for row in rows] for k, name in enumerate(names)}
        for name in ("opened_on", "closed_on"):
            items[name] = [_day(each) for each in items[name]]
        items["gis_checked_on"] = items["closed_on"]
        write(network, "work_item", layer(items, [None] * len(rows)))
        entered = {"indicator_id": ["K1"], "compound_id": ["A"], "month": [MONTH], "value": [0.95]}
        write(network, "indicator", pd.DataFrame({**entered, "indicator": "collection", "source": "entered"}))
        yield network


def _of(details: ScoreDetails, indicator: str) -> IndicatorDetail:
    return next(each for each in details.indicators if each.indicator == indicator)


def _ids(network: Network, table: str, fids: tuple[int, ...]) -> set[str]:
    key = network.table(table).id_field
    rows = network.read(table, ["fid", key], geometry=False)
    return set(rows.loc[rows["fid"].isin(fids), key])


@pytest.mark.slow
def test_numerators_and_denominators_name_their_rows_and_unknown_says_what_is_missing(town: Network) -> None:
    details = score_details(town, "A", MONTH, today=TODAY)
    assert [each.indicator for each in details.indicators][:2] == ["rounds", "pipe_cleaning"]
    rounds = _of(details, "rounds")
    assert rounds.met is not None and rounds.all is None and rounds.met.text == "1"
    assert _ids(town, "work_item", rounds.met.fids) == {"W1"}
    cleaned = _of(details, "pipe_cleaning")
    assert cleaned.met is not None and cleaned.all is not None
    assert (cleaned.met.text, cleaned.met.fids, cleaned.all.text) == ("0.0 m", (), "200.0 m")
    assert _ids(town, "pipe", cleaned.all.fids) == {"P1", "P2", "P3"}
    covers = _of(details, "appurtenance_cleaning").all
    assert covers is not None and _ids(town, "node", covers.fids) == {"M0", "M1", "M2", "M3"}
    # What was entered counts no rows, and is known.
    entered = _of(details, "collection")
    assert (entered.met, entered.all, entered.points, entered.missing) == (None, None, 1.0, "")
    assert "2026-09" in _of(details, "satisfaction").missing
    assert "checklist" in _of(details, "zero_discharge").missing
    bare = score_details(town, "B", MONTH, today=TODAY)
    assert "drains" in _of(bare, "pipe_cleaning").missing
    assert "manholes" in _of(bare, "appurtenance_cleaning").missing
    with pytest.raises(InputError, match="no compound C"):
        score_details(town, "C", MONTH, today=TODAY)


@pytest.mark.slow
def test_the_score_is_that_which_the_month_keeps(town: Network) -> None:
    details = score_details(town, "A", MONTH, today=TODAY)
    assert stored_grades(town) == ()
    request = ScoreRequest(Month(2026, 9), as_of=TODAY, store=True, name="Score")
    score_network_compounds(town, request)
    assert stored_score(town, "A") == details.score
    grades = {one.compound_id: one for one in stored_grades(town)}
    assert grades["A"].grade == details.score.grade and grades["A"].low == details.score.low
    assert [one.low for one in stored_grades(town)] == sorted(one.low for one in grades.values())
    other = score_details(town, "B", MONTH, today=TODAY).score
    assert (grades["B"].grade, grades["B"].low) == (other.grade, other.low)


@pytest.mark.slow
def test_what_raises_a_score_becomes_orders_of_one_batch(town: Network) -> None:
    details = score_details(town, "A", MONTH, today=TODAY)
    assert details.note == "" and len(details.lines) <= 3
    assert details.orders
    wanted = {order.type: order for order in details.orders}
    # A drain is cleaned whole: the shortest that is enough; of manholes the one never cleaned.
    if "clean" in wanted:
        assert {order.table for order in details.orders if order.type == "clean"} <= {"pipe", "node"}
    before = town.count("work_item")
    made = write_order_groups(town, OrderGroups(details.orders))
    assert town.count("work_item") - before == len(made.item_ids) > 0
    items = town.read("work_item", ["item_id", "compound_id", "due_on", "visit"], geometry=False)
    items = items[items["item_id"].isin(made.item_ids)]
    assert set(items["compound_id"]) == {"A"}
    assert set(items["due_on"]) == {pd.Timestamp("2026-09-30")}
    if len(items) > 1:
        assert items["visit"].notna().any()
    # They are ordered now: nothing more is, and it is said.
    again = score_details(town, "A", MONTH, today=TODAY)
    assert again.orders == () and any("ordered" in line for line in again.lines)
    town.undo()
    assert town.count("work_item") == before


@pytest.mark.slow
def test_of_a_month_that_is_over_it_is_said_when_the_work_counts(town: Network) -> None:
    details = score_details(town, "A", "2026-08", today=TODAY)
    assert "2026-08" in details.note and "2026-09" in details.note
    assert {order.due_on for order in details.orders} == {datetime.date(2026, 9, 30)}
