"""EPANET run on public networks from the map: pressures and flows are those of wntr's own run of the file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from waternet_plugin import store
from waternet_plugin.core.units import HOUR_S, MPA_METRES
from waternet_plugin.operations.hydraulics.import_epanet import import_epanet
from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest
from waternet_plugin.operations.hydraulics.run_epanet import RunEpanetRequest, run_epanet

# Real networks are large.
pytestmark = pytest.mark.slow

wntr = pytest.importorskip("wntr", reason="the EPANET engine (wntr) is not installed")


@pytest.mark.usefixtures("qgis_app")
@pytest.mark.parametrize("name", ["net3", "ky4", "ky10"])
def test_pressures_on_the_map_are_those_of_the_engine(name: str, data_dir: Path, tmp_path: Path) -> None:
    files = sorted((data_dir / "networks_inp" / name).glob("*.inp"))
    if not files:
        pytest.skip(f"needs the real data: no {name}")
    path = tmp_path / f"{name}.gpkg"
    import_epanet(ModelImportRequest(str(files[0]), str(path)))
    with store.open_network(path) as network:
        found = run_epanet(network, RunEpanetRequest("run"))
    model = wntr.network.WaterNetworkModel(str(files[0]))
    own = wntr.sim.EpanetSimulator(model).run_sim(file_prefix=str(tmp_path / "own"))
    nodes, pipes = found.nodes.set_index("node_id"), found.pipes.set_index("pipe_id")
    junctions = [one for one in model.junction_name_list if one in nodes.index]
    links = [one for one in model.pipe_name_list if one in pipes.index]
    assert len(junctions) > 0.9 * model.num_junctions and len(links) > 0.9 * model.num_pipes
    ours = nodes.loc[junctions, "pressure_mpa"].to_numpy() * MPA_METRES
    theirs = own.node["pressure"].iloc[0][junctions].to_numpy()
    print(f"{name}: {len(junctions)} nodes, {np.abs(ours - theirs).max():.4f} m apart at most")
    assert ours == pytest.approx(theirs, abs=0.02)
    flow = own.link["flowrate"].iloc[0][links].to_numpy() * HOUR_S
    assert pipes.loc[links, "flow_m3h"].to_numpy() == pytest.approx(flow, abs=0.2, rel=0.01)
