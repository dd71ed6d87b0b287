"""A run of EPANET that is kept, as pipes by pressure: the newest one, its low points, and none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shapely
from support.pressure_town import EAST, NORTH, STEP_M, keep_run, write_pressure_town

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.pressure.head_classes import CLASSES, head_classes
from waternet_plugin.core.units import METRE_MPA
from waternet_plugin.operations.hydraulics.run_pressures import run_pressures


def test_pipes_of_the_newest_run_have_the_lower_end_and_sources_are_no_low_points(tmp_path: Path) -> None:
    with store.open_network(write_pressure_town(tmp_path / "town.gpkg", with_readings=False)) as network:
        with pytest.raises(InputError, match="No run of EPANET is kept yet"):
            run_pressures(network)
        keep_run(network, "MR-1", 2, S=5.0, H_1=50.0, P_03=46.0, H_2=30.0, V_1=19.0, H_3=13.0)
        keep_run(network, "MR-0", 1, S=90.0, H_1=90.0)
        found = run_pressures(network)
    assert found.run_id == "MR-1"
    # S to H-1 by the source, H-1 to P-03, P-03 to H-2, H-2 to V-1, V-1 to H-3, and H-3 to a node without any.
    starts = {
        code: sorted(round((line.bounds[0] - EAST) / STEP_M) for line in shapely.from_wkb(lines).geoms)
        for code, lines in found.lines.items()
    }
    assert starts == {"too_low": [0, 4, 5], "low": [3], "enough": [2], "high": [1]}
    assert [(name, round(mpa / METRE_MPA)) for name, _xy, mpa in found.low_points] == [
        ("H-3", 13), ("V-1", 19), ("H-2", 30), ("P-03", 46), ("H-1", 50),
    ]  # fmt: skip
    assert found.low_points[0][1] == (EAST + 5 * STEP_M, NORTH)


def test_heads_at_the_bounds_of_classes() -> None:
    pressures = np.array([0.1399, 0.14, 0.1999, 0.2, 0.44, 0.4401, np.nan])
    assert head_classes(pressures, 0.14).tolist() == [0, 1, 1, 2, 2, 3, -1]
    assert head_classes(pressures, 0.25).tolist() == [0, 0, 0, 0, 2, 3, -1]
    assert CLASSES == ("too_low", "low", "enough", "high")
