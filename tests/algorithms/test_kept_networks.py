"""Each algorithm on a network that is kept in memory, as in a window that has traced: it reads less anew."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from qgis.core import QgsProcessingProvider
from support import sensible_runs

from waternet_plugin.operations.network.live_network import live_network
from waternet_plugin.store.foreign.foreign import read_foreign


@pytest.mark.parametrize(
    "name",
    [
        name if name == "inferdirection" else pytest.param(name, marks=pytest.mark.slow)
        for name in sensible_runs.RUNS
    ],
)
def test_each_algorithm_runs_on_a_kept_network(
    provider: QgsProcessingProvider, sensible_inputs: Path, tmp_path: Path, name: str
) -> None:
    folder, made = Path(shutil.copytree(sensible_inputs, tmp_path / "inputs")), tmp_path / "made"
    made.mkdir()
    algorithm = provider.algorithm(name)
    kept = live_network(str(folder / "town.gpkg"))
    with kept.answering():
        # What a trace and a burst leave ready.
        kept.trace_network()
        kept.works()
    succeeded, said = sensible_runs.run(algorithm, sensible_runs.parameters(algorithm, folder, made))
    assert succeeded, said
    if name == "inferdirection":
        drains = read_foreign(made / "output.gpkg")
        assert len(drains) > 100 and drains.geometry.notna().all()
