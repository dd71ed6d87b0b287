"""A town of plots with backfalls: flow inferred and stored, then the outfall of each plot."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra
from support.quality_frames import CRS

from waternet_plugin.core import frames
from waternet_plugin.core.drainage.catchments import outfall_catchments
from waternet_plugin.core.drainage.inference.pipe_directions import pipe_directions
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.network.tracing.trace_graph import ready_to_trace
from waternet_plugin.core.schema.settings import Settings

SIDE, SPACING_M, OUTFALLS, BACKFALLS = 27, 50.0, 8, 20


def _town(rng: np.random.Generator) -> tuple[dict[str, pd.DataFrame], pd.Series]:
    """Return pipes and nodes, and the true outfall of each manhole by its id."""
    many = SIDE * SIDE
    number = np.arange(many).reshape(SIDE, SIDE)
    one = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    two = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    exits = np.sort(rng.choice(many, OUTFALLS, replace=False))
    ways = coo_matrix((rng.uniform(1, 3, len(one)), (one, two)), shape=(many, many)).tocsr()
    far, towards, outfall = dijkstra(
        ways, directed=False, indices=exits, min_only=True, return_predecessors=True
    )
    upper = np.flatnonzero(towards >= 0)
    lower = towards[upper]
    level = np.column_stack([far[upper], far[lower]]) * SPACING_M * 0.002
    back = rng.choice(len(upper), BACKFALLS, replace=False)
    level[back, 1] = level[back, 0] + 0.1
    level[rng.random(len(upper)) < 0.3] = np.nan
    turned = rng.random(len(upper)) < 0.5
    ends = np.where(turned[:, None], np.column_stack([lower, upper]), np.column_stack([upper, lower]))
    level[turned] = level[turned, ::-1]
    place = np.column_stack(
        [500_000 + number.ravel() % SIDE * SPACING_M, 2_500_000 + number.ravel() // SIDE * 50.0]
    )
    names = np.char.add("n", np.arange(many).astype(str)).astype(object)
    pipes = gpd.GeoDataFrame(
        {
            "pipe_id": np.char.add("p", np.arange(len(upper)).astype(str)).astype(object),
            "system": "storm", "function": "branch", "status": "in_use",
            "from_node": names[ends[:, 0]], "to_node": names[ends[:, 1]],
            "invert_start_m": level[:, 0], "invert_end_m": level[:, 1],
        },
        geometry=shapely.linestrings(place[ends]), crs=CRS,
    ).rename_geometry("geom")  # fmt: skip
    kind = np.where(np.isin(np.arange(many), exits), "outfall", "manhole").astype(object)
    nodes = gpd.GeoDataFrame(
        {"node_id": names, "kind": kind, "system": "storm", "status": "in_use"},
        geometry=shapely.points(place), crs=CRS,
    ).rename_geometry("geom")  # fmt: skip
    truth = pd.Series(names[outfall], index=names)
    return {"pipe": frames.conform(pipes, "pipe"), "node": frames.conform(nodes, "node")}, truth[
        kind == "manhole"
    ]


def _right(tables: dict[str, pd.DataFrame], truth: pd.Series) -> float:
    parts = outfall_catchments(NetworkFrame(tables, Settings())).parts
    told = parts.set_index("node_id")["outfalls_wet"].reindex(truth.index)
    return float((told == truth).mean())


@pytest.mark.slow
def test_inferred_flow_leads_each_plot_to_its_outfall_over_backfalls() -> None:
    plain, inferred = [], []
    for seed in range(3):
        tables, truth = _town(np.random.default_rng(seed))
        settings = Settings()
        connected = build_graph(tables["pipe"], tables["node"], settings=settings)
        ready = ready_to_trace(connected, tables["pipe"], tables["node"], settings=settings)
        told = pipe_directions(ready).frame.set_index("pipe_id").reindex(tables["pipe"]["pipe_id"])
        stored = tables["pipe"].assign(
            flow=told["flow"].to_numpy(),
            flow_source="inferred",
            flow_confidence=told["confidence"].to_numpy(),
        )
        plain.append(_right(tables, truth))
        inferred.append(_right({**tables, "pipe": stored}, truth))
    assert np.mean(inferred) >= 0.983
    # By inverts and drawing alone every backfall turns away what lies above it.
    assert np.mean(plain) < 0.6
