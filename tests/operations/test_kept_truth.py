"""What a failure costs and what projects cut off: the same of the kept network as of rows that are read."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from waternet_plugin import store
from waternet_plugin.core.health.risk.impact import SEGMENTS
from waternet_plugin.core.network.isolation import isolation_model
from waternet_plugin.core.renewal import project_conflicts
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.operations.network import burst_impact, live_network
from waternet_plugin.operations.network.supply_graph import supply_graph
from waternet_plugin.sample_data import making
from waternet_plugin.store.network import Network


@pytest.fixture(scope="module")
def _town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("truth") / "town.gpkg"
    with store.create_network(path, making.CRS) as network:
        making.adopt_town(network)
        columns = ["pipe_id", "system", "status"]
        potable = network.read("pipe", columns, where={"system": "potable"}, geometry=False)
        names = sorted(potable.loc[potable["status"] == "in_use", "pipe_id"])[::7]
        customers = pd.DataFrame(
            {
                "customer_id": [f"T{number}" for number in range(len(names))],
                "pipe_id": names,
                "critical": np.where(np.arange(len(names)) % 3 == 0, "yes", "no"),
                "households": np.where(np.arange(len(names)) % 2 == 0, 12.0, np.nan),
            }
        )
        with network.write("edit") as batch:
            batch.insert("customer", customers)
    return path


@pytest.fixture
def town(_town: Path, tmp_path: Path) -> Path:
    """The sample town with customers on every seventh water pipe, some pipe out of use."""
    path = Path(shutil.copy(_town, tmp_path / "town.gpkg"))
    with store.open_network(path) as network, network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["JS-0100"], "status": ["abandoned"]}))
    return path


def impact(network: Network) -> Any:
    pipes = network.read("pipe", ["fid", *isolation_model.PIPE_COLUMNS])
    found = burst_impact.read_impact(network, pipes, settings=network.settings())
    assert found is not None
    return found


def cut_off(network: Network) -> Any:
    """Return whom each street cuts off while it is dug, and pairs of streets that do so together."""
    customers = network.read("customer", ["customer_id", "pipe_id"], geometry=False)
    pipes = network.read("pipe", ["pipe_id", "street", "system", "status"])
    streets = sorted(pipes["street"].dropna().unique())
    number = pipes.set_index("pipe_id")["street"].map({name: place for place, name in enumerate(streets)})
    settings = network.settings()
    with supply_graph(network, settings, lambda: (network.read("pipe"), network.read("node"))) as (
        graph,
        supplies,
    ):
        edge = pd.Index(graph.pipe_id).get_indexer(pd.Index(customers["pipe_id"]))
        there = np.append(supplies, False)[edge]
        package = pd.Series(graph.pipe_id).map(number).fillna(-1).to_numpy(dtype=np.int64)
        source = project_conflicts.sources_of(graph, settings)
        targets = graph.start[edge[there]]
        found = project_conflicts.cut_off(
            graph, package, source=source, targets=targets, usable=supplies, count=len(streets)
        )
        both = project_conflicts.find_conflicts(
            graph, package, source=source, critical=targets, usable=supplies
        )
    names = customers["customer_id"].to_numpy()[there]
    return [sorted(names[one]) for one in found], both.pairs.tolist(), both.alone.tolist(), both.unsupplied


@pytest.mark.slow
def test_failures_cost_the_same(town: Path) -> None:
    with store.open_network(town) as network:
        read = impact(network)
        ready = live_network.live_network(network.uri)
        with ready.answering():
            pass
        with network.write("edit") as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": ["JS-0200"], "status": ["abandoned"]}))
        answered = impact(network)
        del ready
        assert live_network.loaded_network(network.address) is None
        anew = impact(network)
    assert (answered.how, answered.connected, answered.lost) == (anew.how, anew.connected, anew.lost)
    assert answered.how == SEGMENTS
    for name in ("customers", "households", "critical"):
        np.testing.assert_allclose(getattr(answered, name), getattr(anew, name))
    # The edit counts: one more pipe supplies nobody.
    assert np.isnan(answered.customers).sum() == np.isnan(read.customers).sum() + 1


@pytest.mark.slow
def test_projects_cut_off_the_same(town: Path) -> None:
    with store.open_network(town) as network:
        read = cut_off(network)
        ready = live_network.live_network(network.uri)
        with ready.answering():
            pass
        assert cut_off(network) == read
        del ready
    assert any(read[0])


@pytest.mark.slow
def test_a_network_kept_by_other_settings_does_not_answer(town: Path) -> None:
    ready = live_network.live_network(str(town))
    with ready.answering():
        assert ready.fits(Settings())
        assert not ready.fits(Settings({"network.tolerance_m": "0.5"}))
