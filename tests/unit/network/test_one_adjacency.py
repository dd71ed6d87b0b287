"""Packages of a plan, isolation, conflicts of projects and checks agree on which pipes meet."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from waternet_plugin.core.frames import conform
from waternet_plugin.core.network.analysis.flow_elements import find_elements
from waternet_plugin.core.network.live.editable_rows import NodeRows, PipeRows
from waternet_plugin.core.network.live.live_graph import LiveGraph
from waternet_plugin.core.network.model.row_groups import labels
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.renewal.packages.packages import build_packages
from waternet_plugin.core.renewal.packages.plan_graph import plan_graph
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import OUT_OF_USE, systems
from waternet_plugin.operations.network.supply_graph import supply_graph
from waternet_plugin.store.addresses import NetworkAddress

EXACT = {"renewal.join_tolerance_m": "0.05", "renewal.max_length_m": "1e9", "renewal.rest_m": "0"}
NETWORKS = ("sample_town", "kitchener_subnet", "ky10", "ky10_by_place")


def _town(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    from waternet_plugin import store

    path = folder / "sample_town.gpkg"
    with store.open_network(path) as network:
        return network.read("pipe"), network.read("node")


def _kitchener(source: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    pipes, *others = (gpd.read_file(source, layer=layer) for layer in ("pipes", "nodes", "hydrants"))
    nodes = pd.concat(others, ignore_index=True)
    kinds = ["junction"] * len(others[0]) + ["hydrant"] * len(others[1])
    named = {"pipe_id": pipes["id"], "from_node": pipes["us_node_id"], "to_node": pipes["ds_node_id"]}
    # Half of the pipes name no node and meet by place.
    blank = np.arange(len(pipes)) % 2 == 0
    for end in ("from_node", "to_node"):
        named[end] = named[end].astype(object).where(~blank, None)
    return _frame("pipe", pipes.geometry, **named), _frame(
        "node", nodes.geometry, node_id=nodes["node_id"], kind=kinds
    )


def _ky10(*, by_place: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    wntr = pytest.importorskip("wntr", reason="needs the package wntr")
    path = Path(wntr.__file__).parent / "library" / "networks" / "ky10.inp"
    if not path.is_file():
        pytest.skip("needs the network ky10 of the package wntr")
    network = wntr.network.WaterNetworkModel(str(path))
    at = {name: network.get_node(name).coordinates for name in network.node_name_list}
    links = [network.get_link(name) for name in network.link_name_list]
    ends = [(link.start_node_name, link.end_node_name) for link in links]
    lines = [shapely.LineString([at[first], at[last]]) for first, last in ends]
    named = {} if by_place else {"from_node": [one for one, _ in ends], "to_node": [two for _, two in ends]}
    pipes = _frame("pipe", lines, pipe_id=[link.name for link in links], **named)
    nodes = _frame("node", [shapely.Point(xy) for xy in at.values()], node_id=list(at), kind="junction")
    return pipes, nodes


def _frame(table: str, lines: Any, **columns: Any) -> pd.DataFrame:
    given = {**columns, "system": "potable", "status": "in_use"}
    frame = gpd.GeoDataFrame(given, geometry=np.asarray(lines, dtype=object), index=range(len(lines)))
    return conform(frame.rename_geometry("geom"), table)


@pytest.fixture(params=NETWORKS)
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    if request.param == "sample_town":
        made = next(request.getfixturevalue("sample_town").glob("en/*.gpkg"))
        shutil.copy(made, tmp_path / "sample_town.gpkg")
        return _town(tmp_path)
    if request.param == "kitchener_subnet":
        source = request.getfixturevalue("data_dir") / "kitchener_subnet" / "subnet.gpkg"
        if not source.exists():
            pytest.skip("needs the real data: no kitchener_subnet folder")
        return _kitchener(source)
    return _ky10(by_place=request.param == "ky10_by_place")


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two numberings make the same groups."""
    pairs = pd.DataFrame({"one": one.ravel(), "other": other.ravel()}).drop_duplicates()
    return len(pairs) == pairs["one"].nunique() == pairs["other"].nunique()


def _ends(graph: Any, ids: pd.Series) -> np.ndarray:
    edge = pd.Index(graph.pipe_id).get_indexer(pd.Index(ids))
    assert (edge >= 0).all()
    return np.stack([graph.start[edge], graph.end[edge]], axis=1)


@pytest.mark.slow
def test_all_agree_on_which_pipes_meet(tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    pipes, nodes = tables
    settings, ids = Settings(EXACT), pipes["pipe_id"]
    subject = CheckContext({"pipe": pipes, "node": nodes}, settings, today=datetime.date(2026, 1, 1))
    checked = _ends(subject.connected.graph, ids)

    live = LiveGraph(PipeRows(pipes.copy()), NodeRows(nodes.copy()), settings=settings)
    elements = find_elements(live.graph, nodes, pipes, settings=settings)
    assert _same(checked, np.stack([elements.start, elements.end], axis=1)[: len(ids)])

    nowhere: Any = SimpleNamespace(address=NetworkAddress(file=""))
    with supply_graph(nowhere, settings, lambda: (pipes, nodes)) as (graph, supplies):
        assert _same(checked, _ends(graph, ids))
        planned = plan_graph(pipes, nodes, settings=settings, graph=graph)
        assert planned.slack is graph

    live_pipes = ~pipes["status"].isin(OUT_OF_USE) & pipes["system"].isin(systems("supply"))
    bad = pipes[live_pipes].assign(street="S", length_m=1.0)
    judged = pd.DataFrame(
        {"pipe_id": bad["pipe_id"], "rate_per_100km_y": 1.0, "consequence": 1.0, "class": "renew_now"}
    )
    packages = build_packages(bad, judged, graph=planned, settings=settings)
    assert packages.joined == ()
    members = packages.members.set_index("pipe_id")["project_id"]
    assert sorted(members.index) == sorted(bad["pipe_id"])
    at = _ends(subject.connected.graph, members.index.to_series())
    part = labels(subject.connected.graph.node_count, at[:, 0], at[:, 1])[1][at[:, 0]]
    assert _same(part, pd.factorize(members)[0])
    assert supplies.sum() == len(bad)


def test_slack_joins_more_pipes_but_parts_none(tables: tuple[pd.DataFrame, pd.DataFrame]) -> None:
    pipes, nodes = tables
    planned = plan_graph(pipes, nodes, settings=Settings({"renewal.join_tolerance_m": "0.5"}))
    exact, wide = _ends(planned.graph, pipes["pipe_id"]), planned.ends(pipes["pipe_id"])
    pairs = pd.DataFrame({"exact": exact.ravel(), "wide": wide.ravel()}).drop_duplicates()
    # What meets within the tolerance of the network meets within the slack as well.
    assert pairs["exact"].is_unique
