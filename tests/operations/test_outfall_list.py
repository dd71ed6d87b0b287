"""Outfalls by their risk, and the drains, compounds and users upstream of one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from support.compound_town import CRS, EAST, NORTH, layer, write

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.compounds.outfall_list import outfall_list, trace_outfall
from waternet_plugin.store.network import Network


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Network]:
    """A drains by M1 and M2 to O1, of high risk; B drains nowhere; O2 is of unknown risk."""
    path = tmp_path / "town.gpkg"
    store.create_network(path, CRS).close()
    with store.open_network(path) as network:
        areas = [shapely.MultiPolygon([shapely.box(x, -50, x + 100, 50)]) for x in (0, 200)]
        write(network, "compound", layer({"compound_id": ["A", "B"], "name": ["Garden", None]}, areas))
        nodes = {
            "node_id": ["M1", "M2", "O1", "O2"],
            "kind": ["manhole", "manhole", "outfall", "outfall"],
            "outfall_risk": [None, None, "high", None],
            "system": "sewage",
            "status": "in_use",
        }
        write(network, "node", layer(nodes, [shapely.Point(x, 0, 0) for x in (50, 120, 180, 400)]))
        drains = {
            "pipe_id": ["P1", "P2"],
            "from_node": ["M1", "M2"],
            "to_node": ["M2", "O1"],
            "flow": "forward",
            "system": "sewage",
            "status": "in_use",
        }
        lines = [shapely.LineString([(x, 0, 0), (y, 0, 0)]) for x, y in ((50, 120), (120, 180))]
        write(network, "pipe", layer(drains, lines))
        users = {"customer_id": ["U1", "U2"], "outlet_node": ["M1", None]}
        write(network, "customer", layer(users, [shapely.Point(40, 10), shapely.Point(250, 10)]))
        yield network


def test_the_riskiest_come_first_and_unknown_ones_are_not_followed(town: Network) -> None:
    first, second = outfall_list(town)
    assert (first["node_id"], first["is_high"], first["compounds"], first["users"]) == ("O1", True, 1, 1)
    assert (second["node_id"], second["risk"], second["compounds"], second["users"]) == (
        "O2", None, None, None,
    )  # fmt: skip


@pytest.mark.slow
def test_a_trace_has_drains_compounds_users_and_places(town: Network) -> None:
    trace = trace_outfall(town, "O1")
    assert len(trace.compounds) == 1 and "Garden" in trace.compounds[0]
    assert (trace.users, trace.length_m) == (1, pytest.approx(130.0))
    assert trace.places == ((EAST + 40, NORTH + 10),) and trace.at == (EAST + 180, NORTH)
    assert trace.bounds == (EAST, NORTH - 50, EAST + 180, NORTH + 50)
    assert trace.drains is not None and len(trace.grounds) == 1
    # Of an outfall that nothing reaches only the place is known.
    lonely = trace_outfall(town, "O2")
    assert (lonely.compounds, lonely.users, lonely.drains) == ((), 0, None)
    with pytest.raises(InputError, match="no outfall X"):
        trace_outfall(town, "X")
