"""The newest run of SWMM on the map: drains by filling, surcharged manholes, water levels along a way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from support.swmm_files import RUNNING

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.hydraulics.import_swmm import import_swmm
from waternet_plugin.operations.hydraulics.model_sources import ModelImportRequest
from waternet_plugin.operations.hydraulics.run_depths import run_depths, water_levels

ROWS = [
    ("J1", "depth_m", 1.5), ("J2", "depth_m", 0.4), ("J3", "depth_m", 2.5), ("J1", "surcharge_h", 0.5),
    ("J2", "surcharge_h", 0.0), ("J3", "surcharge_h", 1.25), ("C1", "filling", 1.0), ("C2", "filling", 0.79),
    ("C3", "filling", 0.3), ("P1", "filling", 1.0), ("W1", "filling", 1.0),
]  # fmt: skip


@pytest.fixture
def drains(tmp_path: Path) -> Any:
    """The small file as an open network."""
    (tmp_path / "drains.inp").write_text(RUNNING, encoding="utf-8")
    import_swmm(ModelImportRequest(str(tmp_path / "drains.inp"), str(tmp_path / "drains.gpkg")))
    with store.open_network(tmp_path / "drains.gpkg") as network:
        yield network


def keep_run(network: Any, run_id: str, day: str, engine: str = "SWMM 5.2.4") -> None:
    """Keep the rows above as a run."""
    rows = pd.DataFrame(ROWS, columns=["asset", "quantity", "highest"]).assign(run_id=run_id)
    run = {"run_id": run_id, "engine": engine, "made_on": pd.Timestamp(day, tz="UTC"), "parameters": "{}"}
    with network.write("edit") as batch:
        batch.insert("model_run", pd.DataFrame([run]))
        batch.insert("model_result", rows)


def test_drains_are_classed_by_filling_and_surcharged_nodes_listed_longest_first(drains: Any) -> None:
    keep_run(drains, "MR1", "2026-01-01")
    found = run_depths(drains)
    lines = drains.read("pipe", ["pipe_id"]).set_index("pipe_id")["geom"]
    # What SWMM says of a pump and a weir is their setting.
    shapes = {code: shapely.get_num_geometries(shapely.from_wkb(wkb)) for code, wkb in found.lines.items()}
    assert shapes == {"full": 1, "half": 1, "low": 1}
    full = shapely.from_wkb(found.lines["full"])
    assert full.equals(shapely.multilinestrings([shapely.force_2d(lines["C1"])]))
    assert [(name, hours, depth) for name, _xy, hours, depth in found.surcharged] == [
        ("J3", 1.25, 2.5),
        ("J1", 0.5, 1.5),
    ]
    places = drains.read("node", ["node_id"]).set_index("node_id")["geom"]
    assert found.surcharged[0][1] == (places["J3"].x, places["J3"].y)
    assert found.summary[1].startswith("2 ") and found.summary[2].startswith("1 ")


@pytest.mark.slow
def test_the_newest_run_of_swmm_counts_and_none_is_refused(drains: Any) -> None:
    with pytest.raises(InputError, match="No run of SWMM is kept yet"):
        run_depths(drains)
    assert water_levels(drains, ["J1"]) == {}
    keep_run(drains, "MR9", "2025-01-01")
    keep_run(drains, "MR1", "2026-01-01")
    keep_run(drains, "MR2", "2026-02-01", "EPANET 2.2")
    assert run_depths(drains).run_id == "MR1"


@pytest.mark.slow
def test_water_stands_its_depth_above_the_bottom_that_swmm_takes(drains: Any) -> None:
    keep_run(drains, "MR1", "2026-01-01")
    nodes = drains.read("node", ["node_id", "ground_m", "depth_m"], geometry=False).set_index("node_id")
    bottom = nodes["ground_m"] - nodes["depth_m"]
    levels = water_levels(drains, ["J1", "J2", "nobody"])
    # Of J2 no depth is known: its lowest pipe is its bottom.
    assert levels == {"J1": pytest.approx(bottom["J1"] + 1.5), "J2": pytest.approx(9.5 + 0.4)}
    # A pipe that ends below the bottom of its manhole lowers it, one that is planned does not.
    pipes = drains.read("pipe", ["pipe_id", "from_node", "invert_start_m"], geometry=False)
    pipe = pipes[pipes["from_node"] == "J1"].iloc[0]
    change = {"pipe_id": [pipe["pipe_id"]], "invert_start_m": [bottom["J1"] - 1.0]}
    with drains.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({**change, "status": ["planned"]}))
    assert water_levels(drains, ["J1"]) == {"J1": pytest.approx(bottom["J1"] + 1.5)}
    with drains.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({**change, "status": ["in_use"]}))
    assert water_levels(drains, ["J1"]) == {"J1": pytest.approx(bottom["J1"] + 0.5)}
    # A depth below ground says the same where no invert is known.
    unknown = {"pipe_id": [pipe["pipe_id"]], "invert_start_m": [None]}
    below = nodes["depth_m"]["J1"] + 2.0
    with drains.write("edit") as batch:
        batch.update(
            "pipe", pd.DataFrame({**unknown, "depth_start_m": [below]}).astype({"invert_start_m": float})
        )
    assert water_levels(drains, ["J1"]) == {"J1": pytest.approx(bottom["J1"] - 0.5)}
