"""A run of EPANET that is kept, as pipes by their highest velocity."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
import shapely
from support.pressure_town import EAST, STEP_M, keep_run, keep_velocities, write_pressure_town

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.hydraulics.run_velocities import run_velocities


def test_pipes_of_the_newest_run_by_their_highest_velocity(tmp_path: Path) -> None:
    with store.open_network(write_pressure_town(tmp_path / "town.gpkg", with_readings=False)) as network:
        with pytest.raises(InputError, match="No run of EPANET is kept yet"):
            run_velocities(network)
        keep_run(network, "MR-0", 1, S=90.0)
        assert run_velocities(network).lines == {} and run_velocities(network).fastest is None
        keep_run(network, "MR-1", 2, S=90.0)
        velocities = {"PIPE-1": 2.0, "PIPE-2": 1.5, "PIPE-3": 0.5, "PIPE-4": 0.49, "PIPE-5": 0.05}
        keep_velocities(network, "MR-1", **velocities)
        keep_velocities(network, "MR-0", **{"PIPE-1": 9.0})
        found = run_velocities(network)
        starts = {
            code: sorted(round((line.bounds[0] - EAST) / STEP_M) for line in shapely.from_wkb(lines).geoms)
            for code, lines in found.lines.items()
        }
        assert found.run_id == "MR-1" and found.fastest == ("PIPE-1", 2.0)
        assert starts == {"still": [4], "slow": [3], "usual": [2], "fast": [0, 1]}
        assert (found.still_m, found.length_m) == (STEP_M, 5 * STEP_M)
        # The bounds are settings; they must rise.
        row = {"key": "pressure.velocity_ms.slow", "value": "0.7"}
        with network.write("edit", name="setting") as batch:
            batch.insert("setting", pd.DataFrame([row], dtype=object))
        with pytest.raises(InputError, match="must rise"):
            run_velocities(network)
