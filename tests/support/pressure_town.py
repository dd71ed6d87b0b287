"""A trunk from a source over a reducing valve to a hill, with loggers, hydrants and weeks of pressure."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

CRS = "EPSG:4547"
EAST, NORTH = 500_000.0, 2_500_000.0
STEP_M = 100.0
# Nodes from the source on: id, kind, ground in m.
NODES = (
    ("S", "source", 30.0),
    ("H-1", "hydrant", 12.0),
    ("P-03", "pressure_sensor", 12.0),
    ("H-2", "hydrant", 11.0),
    ("V-1", "prv", 10.0),
    ("H-3", "hydrant", 10.0),
    ("P-07", "pressure_sensor", 20.0),
    ("H-4", "hydrant", 22.0),
    ("N-9", "junction", 38.0),
)
LOW, HIGH = "P-07", "P-03"
LAST = datetime.date(2026, 3, 31)
DAYS = 40
# The worst value, on the day before the last one at noon.
LOWEST_MPA = 0.11


def tables() -> dict[str, Any]:
    """Return the rows by table; pipes are PIPE-1, PIPE-2, ... along the main, each STEP_M long."""
    import geopandas as gpd
    import shapely

    at = {name: (EAST + STEP_M * row, NORTH) for row, (name, _kind, _ground) in enumerate(NODES)}
    nodes = [
        {
            "node_id": name, "kind": kind, "system": "potable", "status": "in_use", "ground_m": ground,
            "geom": shapely.Point(*at[name], ground),
        }
        for name, kind, ground in NODES
    ]  # fmt: skip
    ids = [name for name, _kind, _ground in NODES]
    pipes = [
        {
            "pipe_id": f"PIPE-{number}", "system": "potable", "status": "in_use", "material": "ductile_iron",
            "function": "trunk", "diameter_mm": 300.0, "length_m": STEP_M, "from_node": one, "to_node": other,
            "geom": shapely.LineString([(*at[one], 0), (*at[other], 0)]),
        }
        for number, (one, other) in enumerate(zip(ids, ids[1:]), 1)
    ]  # fmt: skip
    return {
        "pipe": gpd.GeoDataFrame(pipes, geometry="geom", crs=CRS),
        "node": gpd.GeoDataFrame(nodes, geometry="geom", crs=CRS),
    }


def readings() -> Any:
    """Return hourly pressures of both points, UTC+8: 0.32 MPa, 0.40 by night; half of it at the low one."""
    import pandas as pd

    begin = pd.Timestamp(LAST - datetime.timedelta(days=DAYS - 1), tz="Asia/Shanghai")
    times = pd.date_range(begin, periods=24 * DAYS, freq="h")
    rows = []
    for node, share in ((HIGH, 1.0), (LOW, 0.5)):
        for time in times:
            mpa = share * (0.40 if 1 <= time.hour < 5 else 0.32)
            is_worst = node == LOW and time.date() == LAST - datetime.timedelta(days=1) and time.hour == 12
            rows.append((node, time.tz_convert("UTC"), "pressure_mpa", LOWEST_MPA if is_worst else mpa))
    return pd.DataFrame(rows, columns=["node_id", "time", "quantity", "value"])


def write_pressure_town(path: Path, *, with_readings: bool = True) -> Path:
    """Write the town as a network and return its path."""
    from waternet_plugin import store

    with store.create_network(path, CRS) as network, network.write("adopt", name="main") as batch:
        for name, frame in tables().items():
            batch.insert(name, frame)
        if with_readings:
            batch.insert("reading", readings())
    return path


def keep_run(network: Any, run_id: str, day: int, **head_m: float) -> None:
    """Keep a run of a day of March in which nodes have a head over ground, m; of ids - is written _."""
    import pandas as pd

    from waternet_plugin.core.units import METRE_MPA

    moment = datetime.datetime(2026, 3, day, tzinfo=datetime.timezone.utc)
    run = {"run_id": run_id, "engine": "test", "made_on": moment, "parameters": "{}"}
    rows = [
        {
            "run_id": run_id, "asset": name.replace("_", "-"), "quantity": "pressure_mpa",
            **dict.fromkeys(("lowest", "mean", "highest"), metres * METRE_MPA),
        }
        for name, metres in head_m.items()
    ]  # fmt: skip
    with network.write("edit", name="run") as batch:
        batch.insert("model_run", pd.DataFrame([run]))
        batch.insert("model_result", pd.DataFrame(rows))


def keep_velocities(network: Any, run_id: str, **velocity_ms: float) -> None:
    """Add highest velocities of pipes, m/s, to a run that is kept."""
    import pandas as pd

    rows = [
        {
            "run_id": run_id, "asset": name, "quantity": "velocity_ms", "lowest": 0.0, "mean": value / 2,
            "highest": value,
        }
        for name, value in velocity_ms.items()
    ]  # fmt: skip
    with network.write("edit", name="velocities") as batch:
        batch.insert("model_result", pd.DataFrame(rows))


def make_pressure_town(folder: Path) -> Path:
    """Write the town with its project beside it and return the network's path."""
    from waternet_plugin.bridge.project.project import build_project

    path = write_pressure_town(folder / "pressure.gpkg")
    build_project(path, language="en")
    return path
