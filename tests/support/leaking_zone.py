"""A metered area with branches behind valves, an alarm, and readings of nights with a leak on a branch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin import store
from waternet_plugin.store.network import Network

CRS = "EPSG:4547"
BRANCHES = 6
ALARM, ZONE, METER = "A-000001", "Z1", "M1"
# The first night of the leak, its flow, and the flow of the zone without it.
SINCE = pd.Timestamp("2025-05-10", tz="Asia/Shanghai")
LEAK_M3H, USE_M3H = 6.0, 2.0


def layer(rows: dict[str, Any], shapes: list[Any]) -> Any:
    """Return rows with shapes as a layer of the network."""
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS).rename_geometry("geom")


def write(network: Network, table: str, rows: Any) -> None:
    """Add rows."""
    with network.write("edit") as batch:
        batch.insert(table, rows)


def make_zone(path: Path) -> None:
    """Write the network: a main of 100 m pieces from the meter, a branch of 95 m behind a valve a joint.

    ``MAIN-k`` leads to joint ``k``, from which ``STUB-k`` leads to valve ``V-k`` and ``BRANCH-k`` beyond it.
    """
    store.create_network(path, CRS).close()
    with store.open_network(path) as made:
        area = shapely.MultiPolygon([shapely.box(90, -10, 800, 110)])
        write(made, "zone", layer({"zone_id": [ZONE], "kind": "dma", "state": "in_operation"}, [area]))
        nodes = {"SRC": (0, 0, "source"), METER: (100, 0, "flow_meter")}
        pipes = [("OUTSIDE", "SRC", METER)]
        for number in range(BRANCHES):
            x = 200 + 100 * number
            nodes[f"J-{number}"] = (x, 0, "junction")
            nodes[f"V-{number}"] = (x, 5, "valve")
            nodes[f"E-{number}"] = (x, 100, "cap")
            before = METER if number == 0 else f"J-{number - 1}"
            pipes += [
                (f"MAIN-{number}", before, f"J-{number}"),
                (f"STUB-{number}", f"J-{number}", f"V-{number}"),
                (f"BRANCH-{number}", f"V-{number}", f"E-{number}"),
            ]
        kinds = [kind for _x, _y, kind in nodes.values()]
        rows = {
            "node_id": list(nodes), "kind": kinds, "system": "potable", "status": "in_use",
            "valve_state": ["open" if kind == "valve" else None for kind in kinds],
            "meter_in": [ZONE if name == METER else None for name in nodes],
        }  # fmt: skip
        write(made, "node", layer(rows, [shapely.Point(x, y, 0) for x, y, _kind in nodes.values()]))
        lines = [
            shapely.LineString([(*nodes[first][:2], 0), (*nodes[last][:2], 0)]) for _id, first, last in pipes
        ]
        ids, starts, ends = zip(*pipes)
        rows = {
            "pipe_id": ids, "from_node": starts, "to_node": ends, "system": "potable",
            "function": "distribution", "status": "in_use", "material": "cast_iron", "diameter_mm": 150,
            "dma_id": [None if one == "OUTSIDE" else ZONE for one in ids],
        }  # fmt: skip
        write(made, "pipe", layer(rows, lines))
        branches = [f"BRANCH-{number}" for number in range(BRANCHES)]
        customers = {
            "customer_id": [f"C-{number}" for number in range(BRANCHES)], "pipe_id": branches,
            "kind": "domestic", "households": 100,
        }  # fmt: skip
        places = [shapely.Point(200 + 100 * number, 90) for number in range(BRANCHES)]
        write(made, "customer", layer(customers, places))
        alarm = {
            "alarm_id": [ALARM], "zone_id": ZONE, "raised_on": [pd.Timestamp("2025-05-13")],
            "started_on": [pd.Timestamp(SINCE.date())], "rise_m3h": LEAK_M3H, "kind": "step",
        }  # fmt: skip
        write(made, "leak_alarm", pd.DataFrame(alarm))


def night_readings(
    night: pd.Timestamp, shut: dict[str, tuple[str, str]] | None = None, leaking: str = "", seed: int = 0
) -> pd.DataFrame:
    """Return readings of the meter of a day every 15 minutes, with valves shut meanwhile.

    Parameters
    ----------
    night
        The day, midnight.
    shut
        Clock times between which each valve is shut.
    leaking
        The valve behind which the leak is; '' for one that no valve shuts off.
    seed
        Of the noise.
    """
    times = night + pd.to_timedelta(15 * np.arange(96), unit="min")
    flow = np.full(96, USE_M3H + LEAK_M3H)
    for valve, (first, last) in (shut or {}).items():
        inside = (times >= night + pd.Timedelta(f"{first}:00")) & (times < night + pd.Timedelta(f"{last}:00"))
        flow[inside] -= USE_M3H / BRANCHES + LEAK_M3H * (valve == leaking)
    flow += np.random.default_rng(seed).normal(0.0, 0.1, 96)
    return pd.DataFrame(
        {"node_id": METER, "time": times.tz_convert("UTC"), "quantity": "flow_m3h", "value": flow}
    )
