"""The same segments as WNTR finds on public networks with a generated layer of valves."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from waternet_plugin.core.network.analysis.segments import Segments, find_segments

wntr = pytest.importorskip("wntr", reason="needs the package wntr")

# Valves that WNTR generates with all but two links of each node valved, and the segments it finds.
NETWORKS = {"net3/Net3.inp": (60, 38), "ky4/ky4.inp": (646, 463), "ky10/ky10.inp": (509, 384)}


def valved(network: object, layer: pd.DataFrame) -> tuple[Segments, list[str], list[str]]:
    """Return our segments: each valve of the layer is a node between its link and a stub at its node."""
    nodes, links = list(network.node_name_list), list(network.link_name_list)
    number = {name: place for place, name in enumerate(nodes)}
    at = {name: place for place, name in enumerate(links)}
    start = [number[network.get_link(name).start_node_name] for name in links]
    end = [number[network.get_link(name).end_node_name] for name in links]
    size = len(nodes)
    for link, node in zip(layer["link"], layer["node"]):
        ends = start if start[at[link]] == number[node] else end
        ends[at[link]] = size
        start.append(number[node])
        end.append(size)
        size += 1
    separating = np.arange(size) >= len(nodes)
    used = np.ones(len(start), dtype=bool)
    return (
        find_segments(np.array(start), np.array(end), size, separating=separating, used=used),
        nodes,
        links,
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_segments_equal_those_of_wntr(data_dir: Path, name: str) -> None:
    path = data_dir / "networks_inp" / name
    if not path.exists():
        pytest.skip(f"needs the real data: no {path}")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = wntr.network.WaterNetworkModel(str(path))
        layer = wntr.network.generate_valve_layer(network, "strategic", 2, seed=1)
        of_nodes, of_links, _ = wntr.metrics.topographic.valve_segments(network.to_graph(), layer)
    segments, nodes, links = valved(network, layer)
    theirs = np.concatenate([of_nodes[nodes].to_numpy(), of_links[links].to_numpy()])
    ours = np.concatenate([segments.node[: len(nodes)], segments.pipe[: len(links)]])
    pairs = pd.DataFrame({"theirs": theirs, "ours": ours}).drop_duplicates()
    assert (len(layer), segments.count) == NETWORKS[name]
    # One to one: as many pairs as either has segments.
    assert len(pairs) == pairs["theirs"].nunique() == pairs["ours"].nunique() == segments.count
