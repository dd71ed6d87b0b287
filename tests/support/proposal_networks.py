"""Networks for tests of proposals: random small ones, and lattices of streets of any size."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import strategies as st

from waternet_plugin.core.dma.dma_model import DmaModel, build_dma_model
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.schema.settings import Settings


@dataclass(frozen=True)
class Streets:
    """Pipes between numbered nodes, and what is known of them."""

    xy: np.ndarray
    ends: list[tuple[int, int]]
    kind: dict[int, str] = field(default_factory=dict)
    state: dict[int, str] = field(default_factory=dict)
    meter_in: dict[int, str] = field(default_factory=dict)
    diameter_mm: list[float] | None = None
    length_m: list[float] | None = None
    closed: frozenset[int] = frozenset()
    compound: dict[int, str] = field(default_factory=dict)
    zone: dict[int, str] = field(default_factory=dict)
    zones: tuple[str, ...] = ()


def street_frames(streets: Streets) -> tuple[Any, Any, Any]:
    """Return pipes, nodes and customers of streets as a network takes them."""
    count, nodes = len(streets.ends), len(streets.xy)
    pipe = np.arange(count)
    ends = np.array(streets.ends, dtype=np.int64).reshape(-1, 2)
    length = np.hypot(*(streets.xy[ends[:, 0]] - streets.xy[ends[:, 1]]).T)
    names = np.array([f"N{number:05d}" for number in range(nodes)], dtype=object)
    pipes = gpd.GeoDataFrame(
        {
            "pipe_id": [f"P{number:05d}" for number in pipe],
            "system": "potable",
            "status": "in_use",
            "initial_status": [("closed" if number in streets.closed else "open") for number in pipe],
            "from_node": names[ends[:, 0]],
            "to_node": names[ends[:, 1]],
            "length_m": length if streets.length_m is None else streets.length_m,
            "diameter_mm": 100.0 if streets.diameter_mm is None else streets.diameter_mm,
            "compound_id": [streets.compound.get(number) for number in pipe.tolist()],
            "dma_id": [streets.zone.get(number) for number in pipe.tolist()],
        },
        geometry=shapely.linestrings(np.stack([streets.xy[ends[:, 0]], streets.xy[ends[:, 1]]], axis=1)),
        crs="EPSG:4547",
    ).rename_geometry("geom")
    points = gpd.GeoDataFrame(
        {
            "node_id": names,
            "kind": [streets.kind.get(number, "junction") for number in range(nodes)],
            "system": "potable",
            "status": "in_use",
            "valve_state": [streets.state.get(number) for number in range(nodes)],
            "meter_in": [streets.meter_in.get(number) for number in range(nodes)],
        },
        geometry=shapely.points(streets.xy),
        crs="EPSG:4547",
    ).rename_geometry("geom")
    customers = gpd.GeoDataFrame(
        {
            "customer_id": [f"C{number:05d}" for number in pipe],
            "pipe_id": pipes["pipe_id"],
            "households": 3.0,
            "demand_m3d": 1.5,
        },
        geometry=shapely.centroid(pipes.geometry.to_numpy()),
        crs="EPSG:4547",
    ).rename_geometry("geom")
    return pipes, points, customers


def model_of_streets(streets: Streets, order: Any = None) -> DmaModel:
    """Return streets as metered areas see them, the pipes in some order of rows."""
    pipes, points, customers = street_frames(streets)
    zones = pd.DataFrame(
        {
            "zone_id": pd.Series(list(streets.zones), dtype=object),
            "kind": pd.Series(["dma"] * len(streets.zones), dtype=object),
            "parent_id": pd.Series([None] * len(streets.zones), dtype=object),
            "level": np.ones(len(streets.zones)),
        }
    )
    if order is not None:
        pipes = pipes.iloc[order].reset_index(drop=True)
        customers = customers.iloc[order].reset_index(drop=True)
    settings = Settings()
    connected = build_graph(pipes, points, settings=settings)
    return build_dma_model(connected, pipes, points, customers, zones, settings=settings)


def lattice_streets(side: int, *, seed: int = 1, stubs: float = 0.3, valves: float = 0.2) -> Streets:
    """Return a lattice of streets with gaps, stubs, valves and two sources."""
    random = np.random.default_rng(seed)
    number = np.arange(side * side).reshape(side, side)
    across = np.stack([number[:, :-1].ravel(), number[:, 1:].ravel()], axis=1)
    along = np.stack([number[:-1].ravel(), number[1:].ravel()], axis=1)
    ends = np.concatenate([across, along])
    ends = ends[random.random(len(ends)) < 0.85]
    xy = np.stack([number.ravel() % side, number.ravel() // side], axis=1) * 100.0
    count = int(stubs * len(ends))
    at = random.integers(0, len(xy), count)
    tips = xy[at] + random.uniform(5, 30, (count, 2))
    ends = np.concatenate([ends, np.stack([at, len(xy) + np.arange(count)], axis=1)])
    kind = {int(node): "valve" for node in np.flatnonzero(random.random(len(xy)) < valves)}
    state = dict.fromkeys(kind, "open")
    kind.update({0: "source", side * side - 1: "source"})
    return Streets(
        np.concatenate([xy, tips]),
        [(int(one), int(other)) for one, other in ends],
        kind,
        state,
        diameter_mm=random.choice([100.0, 150.0, 200.0, 300.0], len(ends)).tolist(),
    )


@st.composite
def random_streets(draw: st.DrawFn) -> Streets:
    """Draw a small multigraph with sources, closed valves and pipes, meters, compounds and a zone."""
    nodes = draw(st.integers(2, 14))
    node = st.integers(0, nodes - 1)
    ends = draw(st.lists(st.tuples(node, node), min_size=1, max_size=24))
    few = st.sets(node, max_size=3)
    sources, closed, meters = draw(few), draw(few), draw(few)
    kind: dict[int, str] = dict.fromkeys(meters, "flow_meter")
    kind.update(dict.fromkeys(closed, "valve"))
    kind.update(dict.fromkeys(sources, draw(st.sampled_from(["source", "tank"]))))
    pipe = st.integers(0, len(ends) - 1)
    sizes = st.lists(st.integers(1, 9), min_size=len(ends), max_size=len(ends))
    widths = st.lists(st.sampled_from([100.0, 200.0, 600.0]), min_size=len(ends), max_size=len(ends))
    angle = 2 * np.pi * np.arange(nodes) / nodes
    return Streets(
        np.stack([np.cos(angle), np.sin(angle)], axis=1) * 500.0,
        ends,
        kind,
        dict.fromkeys(closed - sources, "closed"),
        dict.fromkeys(meters, "OLD"),
        diameter_mm=draw(widths),
        length_m=[float(one) for one in draw(sizes)],
        closed=frozenset(draw(st.sets(pipe, max_size=3))),
        compound=dict.fromkeys(draw(st.sets(pipe, max_size=4)), "C1"),
        zone=dict.fromkeys(draw(st.sets(pipe, max_size=4)), "OLD"),
        zones=("OLD",),
    )
