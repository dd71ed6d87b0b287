"""Where customers drain: at their outlet, else with all exits of their compound, else by place."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core import frames
from waternet_plugin.core.drainage.drained_customers import DrainedCustomers, drained_note
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.schema.settings import Settings

PLACES = {"a": (0, 0), "b": (50, 0), "c": (100, 0), "d": (50, 60), "e": (150, 0)}


def _frame(table: str, rows: list[dict[str, Any]], shapes: list[Any]) -> gpd.GeoDataFrame:
    frame = frames.conform(pd.DataFrame(rows), table)
    return gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(shapes)).rename_geometry("geom")


def subject(*customers: dict[str, Any]) -> NetworkFrame:
    """Sewers from a and d meet at b and go on by c to e; compound X lies round d and drains there alone."""
    nodes = [{"node_id": name, "kind": "manhole", "system": "sewage"} for name in PLACES]
    ends = {"ab": "ab", "db": "db", "bc": "bc", "ce": "ce"}
    pipes = [
        {"pipe_id": name, "from_node": one, "to_node": other, "system": "sewage", "status": "in_use",
         "compound_id": "X" if name == "db" else None}
        for name, (one, other) in ends.items()
    ]  # fmt: skip
    lines = [shapely.LineString([PLACES[one], PLACES[other]]) for one, other in ends.values()]
    places = [one.pop("xy", None) for one in customers]
    points = [None if place is None else shapely.Point(place) for place in places]
    area = shapely.box(40, 20, 60, 80)
    tables = {
        "node": _frame("node", nodes, [shapely.Point(place) for place in PLACES.values()]),
        "pipe": _frame("pipe", pipes, lines),
        "compound": _frame("compound", [{"compound_id": "X"}], [shapely.MultiPolygon([area])]),
        "customer": _frame("customer", list(customers), points),
    }
    return NetworkFrame(tables, Settings())


def test_outlet_goes_before_compound_and_compound_before_place() -> None:
    found = DrainedCustomers(
        subject(
            {"customer_id": "1", "outlet_node": "a", "compound_id": "X", "households": 5.0},
            {"customer_id": "2", "compound_id": "X", "households": 7.0, "xy": (10, 1)},
            {"customer_id": "3", "xy": (120, 20)},
            {"customer_id": "4", "xy": (120, 50)},
            {"customer_id": "5", "compound_id": "none of ours", "xy": (10, 1)},
            {"customer_id": "6", "pipe_id": "bc", "xy": (10, 1)},
        )
    )
    assert found.found_by.tolist() == ["outlet", "compound", "place", None, "place", "place"]
    assert drained_note(found.found_by) == {"outlet": 1, "compound": 1, "place": 3}
    assert found.households.tolist() == [5, 7, 1, 1, 1, 1]
    names = [None if row < 0 else str(found._subject.pipes.ids[row]) for row in found.drain]
    assert names == [None, None, "ce", None, "ab", "bc"]
    sums = dict(zip(PLACES, found.at_vertices().tolist()))
    # The compound drains at its only exit, who drains by place at the lower end of the drain.
    assert sums == {"a": 5.0, "b": 8.0, "c": 1.0, "d": 0.0, "e": 1.0}


def test_a_part_holds_compounds_with_all_their_exits_alone() -> None:
    found = DrainedCustomers(subject({"customer_id": "1", "compound_id": "X"}, {"customer_id": "2"}))
    rows = {name: number for number, name in enumerate(PLACES)}
    none = np.zeros(0, dtype=np.int64)
    assert found.inside(np.array([rows["b"]]), none).tolist() == [True, False]
    assert found.inside(np.array([rows["d"]]), none).tolist() == [False, False]
    assert found.inside(none, none, np.ones(len(found.exits.vertex), dtype=bool)).tolist() == [True, False]
