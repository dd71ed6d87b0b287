"""The drained volume of a shut-off is computed again when its valves change; one that was entered stays."""

from __future__ import annotations

import math
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.shut_streets import write_shut_streets

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.operations.editing.save_edits import SaveRequest, save_edits
from waternet_plugin.operations.network.isolate_burst import IsolateRequest
from waternet_plugin.operations.network.keep_shutoff import ShutoffRequest, keep_shutoff
from waternet_plugin.operations.shutoffs.record_shutoff import ShutoffRecord, record_shutoff
from waternet_plugin.store import open_network
from waternet_plugin.store.network import Network

NAME, DAY = "SO-0001", "2099-05-04"
# Of one metre of DN 200.
M3 = math.pi * 0.01
ENTERED_M3 = 45.5


@pytest.fixture(scope="module")
def _streets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Streets with a shut-off of P4, by the valves V2 and V3: 200 m."""
    path = write_shut_streets(tmp_path_factory.mktemp("shut") / "streets.gpkg")
    with open_network(path, by="li") as network:
        burst = IsolateRequest(pipe_id="P4", papers=())
        keep_shutoff(network, ShutoffRequest(burst, f"{DAY} 10:00", f"{DAY} 12:00"))
    return path


@pytest.fixture
def network(_streets: Path, tmp_path: Path) -> Network:
    """A copy of the streets, open."""
    with open_network(shutil.copy(_streets, tmp_path / "streets.gpkg"), by="li") as opened:
        yield opened


def edit(network: Network, **values: Any) -> None:
    """Change the shut-off as the form does."""
    ((fid, row),) = network.rows_where("shutoff", "shutoff_id", [NAME]).items()
    save_edits(network, SaveRequest((RowEdit("shutoff", fid, row, {**row, **values}),), network.position()))


def drained(network: Network) -> list[float]:
    """Return the volume that counts, and the computed one, in metres of DN 200."""
    row = network.read("shutoff", geometry=False).iloc[0]
    return [round(float(row[name]) / M3, 3) for name in ("drained_m3", "drained_computed_m3")]


def widen(network: Network) -> None:
    """Make P5 twice as wide: it holds four times as much."""
    with network.write("edit", name="wider") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P5"], "diameter_mm": [400.0]}))


@pytest.mark.slow
def test_other_valves_drain_another_volume(network: Network) -> None:
    assert drained(network) == [200.0, 200.0]
    edit(network, valves="V1;V3")
    assert drained(network) == [400.0, 400.0]
    # What says nothing about the water changes no volume, whatever became of the pipes.
    widen(network)
    edit(network, note="by night")
    assert drained(network) == [400.0, 400.0]
    # A valve that is not there: the volume stays.
    edit(network, valves="V1;V9")
    assert drained(network) == [400.0, 400.0]


@pytest.mark.slow
def test_an_entered_volume_stays_until_it_is_cleared(network: Network) -> None:
    edit(network, drained_m3=ENTERED_M3)
    edit(network, valves="V1;V3")
    widen(network)
    record_shutoff(network, ShutoffRecord(NAME, "planned", f"{DAY} 11:00", f"{DAY} 12:00"))
    assert drained(network) == [round(ENTERED_M3 / M3, 3), 200.0]
    edit(network, drained_m3=None)
    assert drained(network) == [700.0, 700.0]


@pytest.mark.slow
def test_other_times_drain_what_the_pipes_hold_by_then(network: Network) -> None:
    widen(network)
    record_shutoff(network, ShutoffRecord(NAME, "called_off", f"{DAY} 10:00", f"{DAY} 12:00"))
    assert drained(network) == [200.0, 200.0]
    record_shutoff(network, ShutoffRecord(NAME, "planned", f"{DAY} 11:00", f"{DAY} 12:00"))
    assert drained(network) == [500.0, 500.0]


def test_a_volume_of_an_older_network_stays(network: Network) -> None:
    with network.write("edit", name="older") as batch:
        batch.update("shutoff", pd.DataFrame({"shutoff_id": [NAME], "drained_computed_m3": [float("nan")]}))
    edit(network, valves="V1;V3")
    row = network.read("shutoff", geometry=False).iloc[0]
    assert row["drained_m3"] == pytest.approx(200 * M3) and pd.isna(row["drained_computed_m3"])
