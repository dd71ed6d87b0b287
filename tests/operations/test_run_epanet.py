"""EPANET on the map: pressures are those of wntr's own simulator, and what the model lacks is said."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.epanet_files import TOWN

from waternet_plugin import store
from waternet_plugin.core.dma.hydraulics import EngineError
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.units import HOUR_S, MPA_METRES
from waternet_plugin.operations.hydraulics.engines.epanet_engine import found_engine
from waternet_plugin.operations.hydraulics.import_epanet import import_epanet
from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest
from waternet_plugin.operations.hydraulics.run_epanet import RunEpanetRequest, run_epanet

needs_engine = pytest.mark.skipif(found_engine() is None, reason="wntr is not installed")


def imported(folder: Path, text: str) -> Path:
    """Return a network made of an EPANET file."""
    source = folder / "town.inp"
    source.write_text(text, encoding="utf-8")
    path = folder / "town 网.gpkg"
    import_epanet(ModelImportRequest(str(source), str(path)))
    return path


@needs_engine
@pytest.mark.slow
@pytest.mark.usefixtures("qgis_app")
def test_a_run_is_that_of_the_engine_itself(tmp_path: Path) -> None:
    wntr: Any = pytest.importorskip("wntr")
    path = imported(tmp_path, TOWN)
    with store.open_network(path) as network:
        found = run_epanet(network, RunEpanetRequest("run", store=True))
        results = network.read("model_result", ["run_id", "asset", "quantity", "lowest", "mean", "highest"])
        (run,) = network.read("model_run", ["run_id", "engine"]).to_dict("records")
    model = wntr.network.WaterNetworkModel(str(tmp_path / "town.inp"))
    own = wntr.sim.EpanetSimulator(model).run_sim(file_prefix=str(tmp_path / "own"))
    pressure, flow = own.node["pressure"], own.link["flowrate"]
    nodes, pipes = found.nodes.set_index("node_id"), found.pipes.set_index("pipe_id")
    junctions = [name for name in model.junction_name_list if name in nodes.index]
    assert len(junctions) >= 5
    assert nodes.loc[junctions, "pressure_mpa"].to_numpy() * MPA_METRES == pytest.approx(
        pressure.iloc[0][junctions].to_numpy(), abs=2e-3
    )
    same = [name for name in model.pipe_name_list if name in pipes.index]
    assert pipes.loc[same, "flow_m3h"].to_numpy() == pytest.approx(
        flow.iloc[0][same].to_numpy() * HOUR_S, abs=0.05
    )
    assert (run["run_id"], found.run_id) == (found.run_id, str(results["run_id"].iloc[0]))
    low = results[results["quantity"] == "pressure_mpa"].set_index("asset").loc[junctions]
    assert (low["lowest"] <= low["mean"] + 1e-9).all() and (low["mean"] <= low["highest"] + 1e-9).all()
    steps = pressure.loc[pressure.index[-1], junctions].to_numpy() / MPA_METRES
    assert (low["lowest"].to_numpy() <= steps + 1e-4).all() and (
        steps - 1e-4 <= low["highest"].to_numpy()
    ).all()


class _Broken:
    name = "broken"

    def run(self, _models: Any, _limit_s: float, _progress: Any) -> list[EngineError]:
        return [EngineError("Node J9 has no link.")]


@pytest.mark.slow
@pytest.mark.usefixtures("qgis_app")
def test_a_model_that_does_not_run_says_why_and_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = imported(tmp_path, TOWN)
    with store.open_network(path) as network:
        with pytest.raises(InputError, match="does not run: Node J9 has no link"):
            run_epanet(network, RunEpanetRequest("run", store=True), engine=_Broken())  # type: ignore[arg-type]
        monkeypatch.setattr("waternet_plugin.operations.hydraulics.run_epanet.found_engine", lambda: None)
        with pytest.raises(InputError, match="wntr"):
            run_epanet(network, RunEpanetRequest("run"))
        assert network.count("model_run") == 0
    assert np.isfinite(MPA_METRES)


@needs_engine
@pytest.mark.usefixtures("qgis_app")
def test_the_reason_is_the_engine_s_own_and_the_model_s(tmp_path: Path) -> None:
    told = {}
    lines = {
        "pattern": ("[PATTERNS]\n day", "[PATTERNS]\n night"),
        "rule": ("IF TANK T1 LEVEL BELOW 1", "IF TANK T9 LEVEL BELOW 1"),
        "island": ("[RESERVOIRS]", " X1 5 1\n X2 5 0\n[PIPES]\n PX X1 X2 100 100 100\n[RESERVOIRS]"),
    }
    for name, (before, after) in lines.items():
        folder = tmp_path / name
        folder.mkdir()
        assert before in TOWN
        path = imported(folder, TOWN.replace(before, after))
        with (
            store.open_network(path) as network,
            pytest.raises(InputError) as refused,
        ):
            run_epanet(network, RunEpanetRequest("run"))
        told[name] = str(refused.value)
    assert "undefined time pattern day in [JUNCTIONS] section: J2  12    5       day" in told["pattern"]
    assert "undefined node in following line of Rule 1: IF TANK T9 LEVEL BELOW 1" in told["rule"]
    assert "What it lacks: 2 nodes have no path to a reservoir or tank, such as X1." in told["island"]
