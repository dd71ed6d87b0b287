"""Ends of drains: what each is, and the length that drains there, as a plain walk counts it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from support.drain_towns import ROW, drains_town
from support.quality_frames import CRS, TODAY
from support.slow_cases import a_few_quick

from waternet_plugin.core import frames
from waternet_plugin.core.drainage.drain_ends import drain_ends
from waternet_plugin.core.drainage.slope_table import slope_table
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.schema.settings import Settings

EAST, NORTH = 500_000.0, 2_500_000.0


def _subject(tables: dict[str, pd.DataFrame]) -> CheckContext:
    return CheckContext(tables, Settings(), today=TODAY)


def _ends(tables: dict[str, pd.DataFrame], clip: shapely.Geometry | None = None) -> pd.DataFrame:
    return drain_ends(_subject(tables), clip).frame.set_index("node_id")


def _storm(*names: str) -> list[tuple[str, str, str]]:
    return [(name, "storm", "branch") for name in names]


def test_kinds_tell_first() -> None:
    found = _ends(
        drains_town(
            ROW,
            _storm("ab", "bc", "de", "fg", "gh"),
            kinds={
                "b": {"kind": "pump_pit"}, "c": {"kind": "outfall"}, "e": {"kind": "plant"},
                "f": {"kind": "outfall"},
            },
        )
    )  # fmt: skip
    assert found["end"].to_dict() == {
        "a": "head", "b": "pump", "c": "outfall", "d": "head", "e": "plant", "f": "outfall", "h": "dead_end"
    }  # fmt: skip
    assert found["upstream_m"].to_dict() == pytest.approx(
        {"a": 0, "b": 40, "c": 80, "d": 0, "e": 40, "f": 0, "h": 80}
    )
    assert found.loc["b", "pipe_id"] == "ab"


def test_ends_whose_flow_is_undetermined_are_unknown() -> None:
    fields = {"bc": {"flow": "undetermined"}, "de": {"flow": "undetermined"}}
    found = _ends(drains_town(ROW, _storm("ab", "bc", "de"), fields=fields))
    assert found["end"].to_dict() == {"a": "head", "c": "unknown", "d": "unknown", "e": "unknown"}
    assert found["upstream_m"].to_dict() == pytest.approx({"a": 0, "c": 80, "d": 40, "e": 40})


def test_the_edge_of_a_cut_out() -> None:
    kinds = {"a": {"kind": "manhole"}, "c": {"kind": "inlet"}}
    tables = drains_town(ROW, _storm("ab", "cd", "ef", "gh"), kinds=kinds)
    assert set(_ends(tables)["end"]) == {"head", "dead_end"}
    # From 5 m west of a to 5 m east of d: e to h lie outside.
    clip = shapely.box(EAST - 5, NORTH - 500, EAST + 125, NORTH + 500)
    found = _ends(tables, clip)["end"].to_dict()
    assert found == {
        "a": "clip_edge", "b": "dead_end", "c": "head", "d": "clip_edge",
        "e": "clip_edge", "f": "clip_edge", "g": "clip_edge", "h": "clip_edge",
    }  # fmt: skip


def test_drains_out_of_a_compound_and_to_foreign_nodes_are_exits() -> None:
    compounds = gpd.GeoDataFrame(
        [{"compound_id": "X", "geom": shapely.box(EAST - 20, NORTH - 90, EAST + 130, NORTH + 50)}],
        geometry="geom", crs=CRS,
    )  # fmt: skip
    places = {**ROW, "x": (EAST + 60, NORTH - 50), "y": (EAST + 60, NORTH - 95)}
    tables = drains_town(
        places,
        _storm("ab", "de", "fg", "xy"),
        fields={"fg": {"to_node": "municipal"}, "de": {"compound_id": "X"}},
        compound=frames.conform(compounds, "compound"),
    )
    ends = drain_ends(_subject(tables)).frame.set_index("pipe_id")
    last = ends[ends["end"] != "head"]["end"].to_dict()
    # ab ends 90 m inside the compound; de and xy lead out of it; fg to a node that is not there.
    assert last == {"ab": "dead_end", "de": "exit", "xy": "exit", "fg": "exit"}


def test_drains_out_of_use_have_no_ends() -> None:
    fields = {"bc": {"status": "abandoned"}}
    found = _ends(drains_town(ROW, _storm("ab", "bc", "cd"), fields=fields))
    assert found["end"].to_dict() == {"a": "head", "b": "dead_end", "c": "head", "d": "dead_end"}


@pytest.mark.parametrize("case", a_few_quick(["no drains", "a circle", "no exit"], 1))
def test_odd_towns_are_answered(case: str) -> None:
    names = {"no drains": (), "a circle": ("ab", "bc", "ca"), "no exit": ("ab", "cb")}[case]
    found = _ends(drains_town({**ROW, "c": (EAST + 20, NORTH + 30)}, _storm(*names)))
    ends = {"a": "head", "b": "dead_end", "c": "head"}
    assert found["end"].to_dict() == (ends if case == "no exit" else {})


@pytest.mark.parametrize("seed", a_few_quick(range(20), 1))
def test_length_above_as_networkx(seed: int) -> None:
    chance = np.random.default_rng(seed)
    names = "abcdefghijklmnop"
    places = {name: (EAST + 900 * chance.random(), NORTH + 900 * chance.random()) for name in names}
    kinds = {name: {"kind": "outfall" if chance.random() < 0.2 else "manhole"} for name in names}
    fields: dict[str, dict[str, Any]] = {}
    for _number in range(18):
        one, two = chance.choice(list(names), 2, replace=False)
        fields[one + two] = {"flow": "undetermined"} if chance.random() < 0.2 else {}
    turned = [name for name in fields if not fields[name] and chance.random() < 0.5]
    tables = drains_town(places, _storm(*fields), kinds=kinds, fields=fields, turned=turned)
    found = _ends(tables)
    length = tables["pipe"].set_index("pipe_id")["length_m"]
    graph = nx.DiGraph([(name[0], name[1]) for name in fields])
    graph.add_edges_from((name[1], name[0]) for name, row in fields.items() if row)
    ends = {
        node
        for node in graph
        if not graph.in_degree(node)
        or not graph.out_degree(node)
        or kinds[node]["kind"] == "outfall"
        or (sum(node in name for name in fields) == 1)
    }
    assert set(found.index) == ends
    for node, row in found.iterrows():
        above = nx.ancestors(graph, node) | {node}
        into = [name for name in fields if name[1] in above or (fields[name] and name[0] in above)]
        assert row["upstream_m"] == pytest.approx(length[into].sum())
        kind = "outfall" if kinds[str(node)]["kind"] == "outfall" else None
        lone = sum(str(node) in name for name in fields) == 1
        if kind is None and lone and any(fields[name] for name in fields if str(node) in name):
            kind = "unknown"
        assert row["end"] == (kind or ("dead_end" if graph.in_degree(node) else "head"))


def _sudbury(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the storm drains of Sudbury as their README counts them: all in use, drawn down."""
    source = folder / "drainage" / "canada-sudbury"
    read = {
        name: gpd.read_file(source / f"{name}.geojson").to_crs(32617)
        for name in ("mains", "manholes", "catchbasins", "outfalls")
    }
    mains = read["mains"]
    pipes = gpd.GeoDataFrame(
        {
            "pipe_id": mains["ASSETID"].astype(str),
            "system": "storm",
            "invert_start_m": mains["INVERTUS"].where(mains["INVERTUS"].between(200, 420)),
            "invert_end_m": mains["INVERTDS"].where(mains["INVERTDS"].between(200, 420)),
            "length_m": mains.geometry.length,
        },
        geometry=shapely.force_3d(mains.geometry.to_numpy()),
        crs=32617,
    )
    kinds = {"manholes": "manhole", "catchbasins": "inlet", "outfalls": "outfall"}
    nodes = pd.concat([read[name][["ASSETID", "geometry"]].assign(kind=kind) for name, kind in kinds.items()])
    nodes = nodes.rename(columns={"ASSETID": "node_id"}).reset_index(drop=True)
    return {
        "pipe": frames.conform(pipes.rename_geometry("geom"), "pipe"),
        "node": frames.conform(nodes.rename_geometry("geom"), "node"),
    }


@pytest.mark.slow
def test_sudbury_as_its_readme_counts(data_dir: Path) -> None:
    settings = Settings().replaced({"network.tolerance_m": "0.1", "quality.adverse_rise_m": "0.005"})
    tables = _sudbury(data_dir)
    slopes = slope_table(CheckContext(tables, settings, today=TODAY)).frame
    states = slopes["state"].value_counts()
    assert (slopes["drop_m"] > 0.005).sum() == 885
    assert (states["flat"], states["adverse"], states["unknown"]) == (13, 57, 1584 - 955)
    # The README counts ends as drawn: so with the drawn order recorded. Of its 223 places that no drain
    # leaves, 32 are outfalls within 0.1 m. It joins chains of ends wider than that, which stay apart here
    # (1767 places for 1764): 20 m of 12 174 do not reach the first outfall.
    tables["pipe"]["flow"] = "forward"
    ends = drain_ends(CheckContext(tables, settings, today=TODAY)).frame
    outfalls = ends[ends["end"] == "outfall"]
    assert outfalls["upstream_m"].nlargest(5).round().tolist() == [12154, 1682, 1585, 1310, 962]
    assert len(outfalls) == 35
    assert (ends["end"] == "dead_end").sum() == 223 - 32
