"""The kept network follows edits of zones, memberships and meters."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support.water_frames import CRS, Drawing

from waternet_plugin import store
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.zone_tree import NO_ZONE
from waternet_plugin.operations.dma.area_network import prepared_for_dma
from waternet_plugin.operations.network.live_network import LiveNetwork, live_network


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A source, a meter and a dead end behind it."""
    drawing = Drawing()
    for number, kind in enumerate(("source", "flow_meter", "junction")):
        drawing.node(f"N{number}", 500_000.0 + 100 * number, 3_000_000.0, kind=kind)
    drawing.pipe("P0", "N0", "N1")
    drawing.pipe("P1", "N1", "N2")
    drawing.customer("C1", "P1", households=40)
    path = tmp_path / "town.gpkg"
    with store.create_network(path, CRS) as network, network.write("adopt") as batch:
        for table, frame in (
            ("pipe", drawing.pipes),
            ("node", drawing.nodes),
            ("customer", drawing.customers),
        ):
            batch.insert(table, frame.dropna(axis="columns", how="all"))
    return path


def described(model: DmaModel) -> tuple[object, ...]:
    dma = model.dma
    pipes = {
        str(name): dma.zones.zone_id[zone] if zone >= 0 else int(zone)
        for name, zone in zip(dma.graph.pipe_id, dma.zone)
    }
    meters = {
        str(dma.graph.node_id[node]): (int(dma.meter_in[node]), int(dma.meter_out[node]))
        for node in range(dma.graph.node_count)
        if dma.meter[node]
    }
    return pipes, meters, float(dma.households.sum()), list(dma.zones.zone_id)


@pytest.mark.slow
def test_the_kept_network_follows_zones_memberships_and_meters(town: Path) -> None:
    kept: LiveNetwork = live_network(str(town))
    with prepared_for_dma(kept) as model:
        assert described(model) == ({"P0": NO_ZONE, "P1": NO_ZONE}, {}, 40.0, [])
    with store.open_network(town) as network, network.write("edit") as batch:
        batch.insert("zone", pd.DataFrame({"zone_id": ["Z"], "kind": ["dma"], "name": ["North"]}))
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P1"], "dma_id": ["Z"]}))
        batch.update("node", pd.DataFrame({"node_id": ["N1"], "meter_in": ["Z"]}))
    with prepared_for_dma(kept) as model:
        assert described(model) == ({"P0": NO_ZONE, "P1": "Z"}, {"N1": (0, NO_ZONE)}, 40.0, ["Z"])
    with store.open_network(town) as network, prepared_for_dma(network) as again:
        assert again is model


def test_a_network_that_is_not_kept_is_read(town: Path) -> None:
    with store.open_network(town) as network, prepared_for_dma(network) as model:
        assert model.graph.pipe_count == 2
        assert "geom" in model.pipes.columns
