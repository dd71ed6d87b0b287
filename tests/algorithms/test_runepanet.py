"""EPANET as scripts run it: a town with a plant, and one whose model cannot run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pytest
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider
from support.logger_town import write_town

from waternet_plugin.core.units import MPA_METRES
from waternet_plugin.operations.hydraulics.engines.epanet_engine import found_engine
from waternet_plugin.store import open_network

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(found_engine() is None, reason="wntr is not installed"),
]


def run(provider: QgsProcessingProvider, **given: Any) -> tuple[dict[str, Any], str]:
    """Return the results and what was said; no result when it is refused."""
    feedback, context = QgsProcessingFeedback(), QgsProcessingContext()
    parameters = {key: str(value) if isinstance(value, Path) else value for key, value in given.items()}
    results, ok = provider.algorithm("runepanet").create().run(parameters, context, feedback)
    return (results if ok else {}), feedback.textLog()


def test_heads_of_a_street_without_use_are_those_of_its_source(
    tmp_path: Path, provider: QgsProcessingProvider
) -> None:
    grounds = {"B": 20.0, "C": 38.0, "D": 10.0, "E": 5.0}
    path = write_town(
        tmp_path / "town.gpkg",
        A={"kind": "source", "ground_m": 60.0},
        **{name: {"kind": "junction", "ground_m": ground} for name, ground in grounds.items()},
    )
    out, pipes = tmp_path / "nodes.gpkg", tmp_path / "pipes.gpkg"
    results, said = run(provider, NETWORK=path, STORE=True, OUTPUT_NODES=out, OUTPUT_PIPES=pipes)
    assert results, said
    nodes = gpd.read_file(out).set_index("node_id")
    heads = nodes["head_m"]
    # No customer takes water: nothing flows.
    assert heads.max() - heads.min() < 1e-4
    expected = {name: (heads["A"] - ground) / MPA_METRES for name, ground in grounds.items()}
    assert nodes.loc[list(grounds), "pressure_mpa"].to_dict() == pytest.approx(expected, abs=1e-4)
    assert results["LOWEST_MPA"] == pytest.approx(expected["C"], abs=1e-4)
    assert gpd.read_file(pipes)["flow_m3h"].abs().max() == pytest.approx(0.0, abs=1e-3)
    with open_network(path) as network:
        (kept,) = network.read("model_run", ["run_id"])["run_id"]
    assert results["RUN_ID"] == kept and results["LACKS"]


def test_a_network_that_does_not_run_says_what_is_missing(
    tmp_path: Path, provider: QgsProcessingProvider
) -> None:
    path = write_town(tmp_path / "town.gpkg")
    results, said = run(provider, NETWORK=path, STORE=True)
    assert not results and "Traceback" not in said
    assert "EPANET needs a source" in said
    with open_network(path) as network:
        assert network.count("model_run") == 0
