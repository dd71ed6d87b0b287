"""What became of a shut-off is recorded as one batch; what is in no order is refused, and nothing written."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.shut_streets import write_shut_streets
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.network.isolate_burst import IsolateRequest
from waternet_plugin.operations.network.keep_shutoff import ShutoffRequest, keep_shutoff
from waternet_plugin.operations.shutoffs.record_shutoff import ShutoffRecord, record_shutoff, stored_record
from waternet_plugin.store import open_network
from waternet_plugin.store.network import Network

DAY = "2099-05-04"


@pytest.fixture(scope="module")
def _streets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Streets with two planned shut-offs of one day, one after the other."""
    path = write_shut_streets(tmp_path_factory.mktemp("shut") / "streets.gpkg")
    with open_network(path, by="li") as network:
        for pipe, start, end in (("P4", "10:00", "12:00"), ("P5", "13:00", "15:00")):
            burst = IsolateRequest(pipe_id=pipe, papers=())
            keep_shutoff(network, ShutoffRequest(burst, f"{DAY} {start}", f"{DAY} {end}"))
    return path


@pytest.fixture
def network(_streets: Path, tmp_path: Path) -> Network:
    """A copy of the streets, open."""
    with open_network(shutil.copy(_streets, tmp_path / "streets.gpkg"), by="li") as opened:
        yield opened


def row_of(network: Network, name: str) -> pd.Series:
    return network.read("shutoff", geometry=False).set_index("shutoff_id").loc[name]


@pytest.mark.slow
def test_state_and_times_are_one_batch_and_an_overlap_is_told(network: Network) -> None:
    first, second = network.read("shutoff", ["shutoff_id"], geometry=False)["shutoff_id"]
    before = row_of(network, second)
    made = record_shutoff(
        network, ShutoffRecord(second, "planned", starts_at=f"{DAY} 11:00", ends_at=f"{DAY} 15:00")
    )
    assert len(made.overlaps) == 1 and first in made.overlaps[0] and second in made.overlaps[0]
    # Clocks of the network run eight hours ahead.
    assert row_of(network, second)["starts_at"] == pd.Timestamp(f"{DAY} 03:00", tz="UTC")
    network.undo(made.batch_id)
    assert row_of(network, second)["starts_at"] == before["starts_at"]
    done = record_shutoff(
        network,
        ShutoffRecord(first, "ended", f"{DAY} 10:00", "", "2025-05-04 10:10", "2025-05-04 11:40"),
    )
    assert done.overlaps == ()
    assert stored_record(network, first).closed_at == "2025-05-04 10:10"
    kept = row_of(network, first)
    assert kept["state"] == "ended" and pd.isna(kept["ends_at"])
    assert kept["reopened_at"] == pd.Timestamp("2025-05-04 03:40", tz="UTC")
    assert kept["valves"] == "V2;V3"


@pytest.mark.parametrize(
    ("given", "said"),
    a_few_quick([
        ({"starts_at": "2099-05-04 12:00", "ends_at": "2099-05-04 11:00"}, "ends before it begins"),
        ({"starts_at": ""}, "when the shut-off begins"),
        ({"closed_at": "2025-05-04 12:00", "reopened_at": "2025-05-04 11:00", "state": "ended"},
         "before they were closed"),
        ({"closed_at": "2099-05-04 12:00", "state": "running"}, "future"),
        ({"closed_at": "2025-05-04 12:00"}, "running or ended"),
        ({"closed_at": "2025-05-04 12:00", "reopened_at": "2025-05-04 13:00", "state": "running"},
         "has ended"),
        ({"closed_at": "noon", "state": "running"}, "Closed by the crew at: “noon” is not a valid time"),
        ({"shutoff_id": "SO-9"}, "no shut-off “SO-9”"),
        ({"state": "lost"}, "no state “lost”"),
    ], 3, is_tuple_one_value=False),
)  # fmt: skip
def test_what_is_in_no_order_is_refused(network: Network, given: dict[str, Any], said: str) -> None:
    name = str(network.read("shutoff", ["shutoff_id"], geometry=False)["shutoff_id"].iloc[0])
    position = network.position()
    whole = {"shutoff_id": name, "state": "planned", "starts_at": f"{DAY} 10:00", **given}
    with pytest.raises(InputError, match=said):
        record_shutoff(network, ShutoffRecord(**whole))
    assert network.position() == position
