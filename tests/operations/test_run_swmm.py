"""SWMM runs on the drains as they are; results of another run are read, those of another model refused."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.swmm_files import RUNNING

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.hydraulics import run_swmm as module
from waternet_plugin.operations.hydraulics.engines.swmm_engine import has_swmm
from waternet_plugin.operations.hydraulics.export_swmm import ExportSwmmRequest, export_swmm
from waternet_plugin.operations.hydraulics.import_swmm import import_swmm
from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest
from waternet_plugin.operations.hydraulics.run_pressures import newest_kept_run
from waternet_plugin.operations.hydraulics.run_swmm import RunSwmmRequest, run_swmm

needs_engine = pytest.mark.skipif(not has_swmm(), reason="the SWMM engine (swmm-toolkit) is not installed")


@pytest.fixture
def drains(tmp_path: Path) -> Any:
    """The small file as an open network."""
    (tmp_path / "drains.inp").write_text(RUNNING, encoding="utf-8")
    import_swmm(ModelImportRequest(str(tmp_path / "drains.inp"), str(tmp_path / "drains.gpkg")))
    with store.open_network(tmp_path / "drains.gpkg") as network:
        yield network


@needs_engine
def test_depths_and_flows_are_those_of_the_engine(drains: Any, tmp_path: Path) -> None:
    from swmm.toolkit import output, solver
    from swmm.toolkit.shared_enum import LinkAttribute, NodeAttribute

    found = run_swmm(drains, RunSwmmRequest("run"))
    model = tmp_path / "model.inp"
    export_swmm(drains, ExportSwmmRequest(str(model)))
    model.write_text(model.read_text(encoding="utf-8").replace("NODES J1 J2", "NODES ALL"), encoding="utf-8")
    solver.swmm_run(str(model), str(tmp_path / "model.rpt"), str(tmp_path / "model.out"))
    handle = output.init()
    output.open(handle, str(tmp_path / "model.out"))
    periods = 11
    names = ["J1", "J2", "OldWell", "O1", "O2", "SUMP", "J3"]
    depths = [
        max(output.get_node_series(handle, row, NodeAttribute.INVERT_DEPTH, 0, periods))
        for row in range(len(names))
    ]
    links = ["C1", "C2", "C3", "R1", "P1", "W1"]
    flows = [
        max(output.get_link_series(handle, row, LinkAttribute.FLOW_RATE, 0, periods), key=abs) * 3600
        for row in range(len(links))
    ]
    output.close(handle)
    reported = found.nodes.set_index("node_id")["depth_m"]
    # The engine numbers nodes in the order of the file.
    assert reported[names].tolist() == pytest.approx(depths, rel=1e-6)
    ours = found.pipes.set_index("pipe_id")["flow_m3h"]
    np.testing.assert_allclose(ours[links].to_numpy(), flows, rtol=1e-6, atol=1e-6)
    assert found.run_id == "" and newest_kept_run(drains, of_swmm=True) == ""
    # What was made elsewhere is read as what is made now.
    again = run_swmm(drains, RunSwmmRequest("run", str(tmp_path / "model.out"), store=True))
    np.testing.assert_array_equal(again.pipes["flow_m3h"], found.pipes["flow_m3h"])
    assert newest_kept_run(drains, of_swmm=True) == again.run_id and newest_kept_run(drains) == ""
    rows = drains.read("model_result", geometry=False)
    assert set(rows["quantity"]) == {"depth_m", "surcharge_h", "flow_m3h", "filling"}
    # A truncated file holds no whole run.
    (tmp_path / "half.out").write_bytes((tmp_path / "model.out").read_bytes()[:400])
    with pytest.raises(InputError, match=r"half\.out holds no results of a whole run"):
        run_swmm(drains, RunSwmmRequest("run", str(tmp_path / "half.out")))


@pytest.mark.slow
@needs_engine
def test_a_model_that_does_not_run_says_why_in_the_words_of_swmm(drains: Any) -> None:
    with drains.write("edit") as batch:
        batch.delete("pipe", ["R1", "C3"])
        batch.delete("node", ["O1", "O2"])
    with pytest.raises(InputError, match="ERROR 145"):
        run_swmm(drains, RunSwmmRequest("run"))


@pytest.mark.slow
def test_without_an_engine_it_says_which_package_is_missing(drains: Any, monkeypatch: Any) -> None:
    from waternet_plugin.operations.hydraulics.engines import swmm_engine

    monkeypatch.setattr(swmm_engine, "has_swmm", lambda: False)
    with pytest.raises(InputError, match="swmm-toolkit"):
        run_swmm(drains, RunSwmmRequest("run"))


@needs_engine
def test_the_end_of_the_time_ends_the_engine(drains: Any, monkeypatch: Any) -> None:
    limited = module.swmm_results
    monkeypatch.setattr(
        module, "swmm_results", lambda data, days, _limit, progress: limited(data, days, 0.0, progress)
    )
    with pytest.raises(InputError, match=r"exchange\.swmm_limit_s"):
        run_swmm(drains, RunSwmmRequest("run"))


@pytest.mark.slow
@needs_engine
def test_the_storm_drains_of_the_sample_town_run_with_hardly_an_error(
    sample_town: Path, tmp_path: Path
) -> None:
    from swmm.toolkit import solver

    model = tmp_path / "storm.inp"
    with store.open_network(shutil.copy(sample_town / "en" / "sample_town.gpkg", tmp_path)) as network:
        done = export_swmm(network, ExportSwmmRequest(str(model)))
        found = run_swmm(network, RunSwmmRequest("run"))
    assert done.counts["outfalls"] > 0 and done.counts["subcatchments"] > 100
    assert len(found.nodes) > 0.9 * (done.counts["junctions"] + done.counts["outfalls"])
    solver.swmm_run(str(model), str(tmp_path / "storm.rpt"), str(tmp_path / "storm.out"))
    report = (tmp_path / "storm.rpt").read_text(encoding="utf-8", errors="replace")
    errors = [float(value) for value in re.findall(r"Continuity Error \(%\) \.+\s+(-?[\d.]+)", report)]
    print(f"continuity errors of runoff and routing: {errors} %")
    assert len(errors) == 2 and max(map(abs, errors)) < 5.0
