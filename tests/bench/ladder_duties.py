"""Work of compounds: the plan of a month, and the pane of one compound, in the town of the tanks.

python tests/bench/ladder_duties.py [drains ...]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import ladder_scores
import ladder_tanks
import numpy as np
from harness import STORE, Bench, Cost, measure
from ladder_drainage import open_it

SIZES = (30_000, 300_000)
FOLDER = STORE / "duties"
# Of planning against reading what the plan rests on; of the pane against opening the network.
PLAN_LIMIT, PANE_LIMIT = 4.0, 1 / 50
PANES, GRIDS = 20, 40
AS_OF = ladder_tanks.AS_OF.astype(object)


def path_of(rows: int) -> Path:
    """Return the network of one size."""
    return FOLDER / f"duties_{rows}.gpkg"


def made(rows: int) -> None:
    """Write the network of one size: the town of the tanks with grids and work, its tanks scheduled."""
    import geopandas as gpd
    import shapely

    from waternet_plugin.operations.compounds.schedule_tanks import TankRequest, schedule_network_tanks
    from waternet_plugin.store import create_network

    clear(rows)
    town = ladder_tanks.town(rows)
    bounds = town["compound"].total_bounds
    columns = np.linspace(bounds[0], bounds[2], GRIDS + 1)
    names = np.arange(GRIDS).astype(str)
    town["zone"] = gpd.GeoDataFrame(
        {"zone_id": np.char.add("G", names), "kind": "grid", "team": np.char.add("Team ", names)},
        geometry=gpd.GeoSeries(
            shapely.box(columns[:-1], bounds[1], columns[1:], bounds[3]), crs=ladder_tanks.CRS
        ),
    ).rename_geometry("geom")
    town["work_item"] = ladder_scores.items(town["pipe"], town["node"], town["compound"])
    with create_network(path_of(rows), ladder_tanks.CRS, by="bench") as network:
        with network.write("adopt") as batch:
            for name, frame in town.items():
                batch.insert(name, frame)
        schedule_network_tanks(network, TankRequest("Tanks", as_of=AS_OF, store=True))


def clear(rows: int) -> None:
    """Take the network of one size away."""
    for old in FOLDER.glob(f"duties_{rows}.gpkg*"):
        old.unlink()


def opened(rows: int) -> Any:
    """Return the open network, everything imported."""
    import pyarrow  # noqa: F401

    import waternet_plugin.operations.compounds.compound_state
    import waternet_plugin.operations.compounds.plan_duties  # noqa: F401
    from waternet_plugin.store import open_network

    return open_network(path_of(rows))


def read(network: Any) -> int:
    """Read what a plan rests on."""
    from waternet_plugin.core.drainage.compounds.tanks.day_depths import DEPTHS
    from waternet_plugin.operations.compounds.read_duties import ITEM_COLUMNS, PLAN_COLUMNS
    from waternet_plugin.operations.rows.node_readings import read_readings

    items = network.read("work_item", list(ITEM_COLUMNS))
    tables = [network.read(name, list(columns)) for name, columns in PLAN_COLUMNS.items()]
    return sum(map(len, [items, read_readings(network, DEPTHS), *tables]))


def plan(network: Any) -> int:
    """Plan a month, with the report."""
    from waternet_plugin.operations.compounds.plan_duties import PlanRequest, plan_network_duties

    return len(plan_network_duties(network, PlanRequest(as_of=AS_OF)).plan.duties)


def fresh(rows: int) -> Any:
    """Return a kept network that nobody asked yet, everything imported."""
    import pyarrow  # noqa: F401

    from waternet_plugin.operations.network.live_network import LiveNetwork

    return LiveNetwork(str(path_of(rows)))


def pane(network: Any) -> int:
    """Look at some compounds, one after the other."""
    from waternet_plugin.operations.compounds.compound_state import compound_state

    for number in range(PANES):
        compound_state(network, f"C{number}", AS_OF)
    return PANES


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    bench = Bench("duties", by_cpu=True)
    for rows in sizes:
        # Fixed costs rule the small ones; the limits are those of the largest.
        plan_limit, pane_limit = (PLAN_LIMIT, PANE_LIMIT) if rows >= SIZES[-1] else (None, None)
        made(rows)
        reading, opening = "reading what a plan rests on", "open for questions"
        bench.run(reading, read, rows, rows=rows, prepare=opened, repeat=3)
        bench.run("plan of a month", plan, rows, rows=rows, prepare=opened, floor=reading, limit=plan_limit)
        bench.run(opening, open_it, rows, rows=rows, prepare=fresh)
        looks = measure(pane, rows, prepare=opened)
        cost = Cost(looks.seconds / PANES, looks.cpu_seconds / PANES)
        bench.add(
            "pane of a compound",
            cost,
            rows=rows,
            peak_mb=looks.peak_mb,
            floor=opening,
            limit=pane_limit,
        )
        clear(rows)
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
