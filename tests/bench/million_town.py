"""A town for the day at a million pipes: valves, failures, gaps in the data; checked, assessed, planned.

python tests/bench/million_town.py PIPES prints where the network is, which is made where it is missing. One
pipe of ten lacks its year or its material, so that a check has much to list.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from edited_town import start_qgis
from harness import STORE
from ladder_isolation import valved
from lattice import frames

CRS = "EPSG:4547"
FOLDER = STORE / "million"
SEED = 41
_FAILURES_PER_PIPE = 0.05
_UNKNOWN = 0.1
_BUDGET = 20e6


def _choice(random: Any, codes: tuple[Any, ...], count: int) -> Any:
    return random.choice(np.array(codes, dtype=object), count)


def _tables(rows: int) -> dict[str, Any]:
    """Return nodes, pipes and failures."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    random = np.random.default_rng(SEED)
    net, is_valve = valved(rows)
    pipes, nodes = frames(net, dirty=False, ids=True)
    count = len(pipes)
    nodes["kind"] = np.where(is_valve, "valve", nodes["kind"]).astype(object)
    pipes["diameter_mm"] = random.choice([100.0, 150.0, 200.0, 300.0, 600.0], count)
    pipes["length_m"] = pipes.length
    material = _choice(random, ("cast_iron", "ductile_iron", "pe", "pvc", "steel"), count)
    pipes["material"] = np.where(random.random(count) < _UNKNOWN / 2, None, material)
    year = random.integers(1955, 2024, count).astype(float)
    pipes["install_year"] = np.where(random.random(count) < _UNKNOWN / 2, np.nan, year)
    pipes["street"] = [f"Street {number // 40}" for number in range(count)]
    broken = random.integers(0, count, int(count * _FAILURES_PER_PIPE))
    middle = shapely.line_interpolate_point(pipes["geom"].to_numpy()[broken], 0.5, normalized=True)
    failures = pd.DataFrame(
        {
            "failure_id": [f"F{number:06d}" for number in range(len(broken))],
            "date": (np.datetime64("2012-01-01") + random.integers(0, 4000, len(broken))).astype(
                "datetime64[ns]"
            ),
            "kind": "main_break",
            "reported_pipe_id": pipes["pipe_id"].to_numpy()[broken],
        }
    )
    points = gpd.GeoSeries(middle, crs=CRS)
    return {
        "node": nodes,
        "pipe": pipes,
        "failure": gpd.GeoDataFrame(failures, geometry=points).rename_geometry("geom"),
    }


def _is_whole(path: Path) -> bool:
    """Return whether the last step of making a town was reached."""
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as file:
        kinds = [kind for (kind,) in file.execute("SELECT kind FROM batch ORDER BY fid DESC LIMIT 1")]
    return kinds == ["plan"]


def million_town(rows: int) -> Path:
    """Return the network of a size, made where it is missing."""
    path = FOLDER / f"town_{rows}.gpkg"
    if path.exists() and _is_whole(path):
        return path
    start_qgis()
    from made_towns import clear_town, write_town

    from waternet_plugin.operations.checks.record_check import CheckRequest, record_check
    from waternet_plugin.operations.health.assess_health import AssessRequest, assess_health
    from waternet_plugin.operations.health.match_failures import MatchRequest, match_failures
    from waternet_plugin.operations.renewal.plan_renewal import RenewalRequest, plan_renewal
    from waternet_plugin.store import open_network

    FOLDER.mkdir(parents=True, exist_ok=True)
    clear_town(path)
    write_town(path, CRS, _tables(rows))
    with open_network(path, by="bench") as network:
        match_failures(network, MatchRequest())
        record_check(network, CheckRequest("Check"))
        assess_health(network, AssessRequest())
        plan_renewal(network, RenewalRequest(_BUDGET, time_limit_s=30))
    return path


if __name__ == "__main__":
    print(million_town(int(sys.argv[1])))
