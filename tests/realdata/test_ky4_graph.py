"""ky4, whose pipe ends were all moved off their nodes: joined by id, and by place alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from waternet_plugin.core.network.model import findings as codes
from waternet_plugin.core.network.model.graph import build_graph

# Real networks are large.
pytestmark = pytest.mark.slow

FOOT = 1200 / 3937
ENDS = ("start_node_name", "end_node_name")


@pytest.fixture(scope="module")
def ky4(data_dir: Path) -> tuple[Any, Any]:
    folder = data_dir / "networks_inp" / "ky4"
    if not folder.is_dir():
        pytest.skip(f"needs {folder}")

    def frame(rows: Any, **columns: Any) -> Any:
        lines = shapely.transform(rows.geometry.to_numpy(), lambda place: place * FOOT)
        return gpd.GeoDataFrame({**columns, "system": "potable"}, geometry=lines).rename_geometry("geom")

    drawn = gpd.read_file(folder / "ky4_disconnected_pipes.geojson")
    kinds = {"junctions": "junction", "tanks": "tank", "reservoirs": "source"}
    parts = [gpd.read_file(folder / f"ky4_{name}.geojson").assign(kind=kind) for name, kind in kinds.items()]
    points = pd.concat(parts)
    pipes = frame(
        drawn,
        pipe_id=drawn["name"].to_numpy(object),
        from_node=drawn[ENDS[0]].to_numpy(object),
        to_node=drawn[ENDS[1]].to_numpy(object),
    )
    return pipes, frame(points, node_id=points["name"].to_numpy(object), kind=points["kind"].to_numpy(object))


def joined(pipes: Any, nodes: Any, **options: Any) -> tuple[Any, np.ndarray]:
    """Return the connected network and the id of the node of each end."""
    connected = build_graph(pipes, nodes, **options)
    graph = connected.graph
    return connected, np.stack([graph.node_id[graph.start], graph.node_id[graph.end]], axis=1)


def test_with_ids_every_end_is_joined_right_and_the_far_ones_are_told(ky4: tuple[Any, Any]) -> None:
    pipes, nodes = ky4
    connected, names = joined(pipes, nodes)
    assert (names == pipes[["from_node", "to_node"]].to_numpy()).sum() == 2312
    assert connected.graph.node_count == 964
    assert connected.findings.counts() == {codes.FAR_FROM_NODE: 2012}


def test_without_ids_nearly_all_are_and_the_wrong_ones_are_listed(ky4: tuple[Any, Any]) -> None:
    pipes, nodes = ky4
    connected, names = joined(pipes.assign(from_node=None, to_node=None), nodes, tolerance_m=13)
    right = names == pipes[["from_node", "to_node"]].to_numpy()
    assert right.sum() == 2299
    doubt = connected.findings.of(codes.AMBIGUOUS_NODE)
    listed = set(zip(doubt.pipe.tolist(), doubt.end.tolist()))
    assert {(int(pipe), int(end)) for pipe, end in np.argwhere(~right)} <= listed
