"""Facts of compounds against the bare search of the ends of drains in their polygons.

python tests/bench/ladder_compound_facts.py [drains ...]
"""

from __future__ import annotations

import datetime
import sys
from typing import Any

import numpy as np
from harness import Bench
from ladder_drainage import CRS, town

SIZES = (30_000, 300_000)
# Against the search of both ends of all drains in the polygons.
LIMIT = 8.0
COMPOUNDS, TANKS, USERS, GRIDS = 2_000, 60_000, 100_000, 40
BARE = "ends in the polygons"
_AS_OF = datetime.date(2026, 1, 1)


def _points(random: Any, bounds: Any, many: int) -> Any:
    import shapely

    west, south, east, north = bounds
    return shapely.points(random.uniform(west, east, many), random.uniform(south, north, many))


def _frame(columns: dict[str, Any], shapes: Any) -> Any:
    import geopandas as gpd

    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=CRS)).rename_geometry("geom")


def tables(rows: int) -> dict[str, Any]:
    """Return drains of one size with compounds side by side, grids, tanks and users; half name a compound."""
    import pandas as pd
    import shapely

    from waternet_plugin.core import frames

    random = np.random.default_rng(34)
    share = rows / SIZES[-1]
    pipes, nodes, _plots = town(rows)
    bounds = pipes.total_bounds
    wide = max(int(np.sqrt(COMPOUNDS * share)), 2)
    x, y = np.meshgrid(np.arange(wide), np.arange(wide))
    step_x, step_y = (bounds[2] - bounds[0]) / wide, (bounds[3] - bounds[1]) / wide
    west, south = bounds[0] + x.ravel() * step_x, bounds[1] + y.ravel() * step_y
    # Streets between them; corners are cut, so that boxes are no answer, with vertices as people draw them.
    inner = shapely.buffer(shapely.box(west, south, west + step_x, south + step_y), -15.0)
    plots = shapely.buffer(inner, 5.0, quad_segs=3)
    ids = np.char.add("C", np.arange(len(plots)).astype(str)).astype(object)
    columns = np.linspace(bounds[0], bounds[2], GRIDS + 1)
    zones = shapely.box(columns[:-1], bounds[1], columns[1:], bounds[3])
    many, users = int(TANKS * share), int(USERS * share)
    tanks = _frame(
        {
            "node_id": np.char.add("T", np.arange(many).astype(str)).astype(object),
            "kind": random.choice(["septic_tank", "grease_trap", "sediment_tank"], many).astype(object),
            "status": "in_use",
            "tank_volume_m3": random.uniform(2, 30, many).round(1),
        },
        _points(random, bounds, many),
    )
    made = {
        "pipe": pipes,
        "node": pd.concat([nodes, tanks], ignore_index=True),
        "compound": _frame({"compound_id": ids}, plots),
        "zone": _frame({"zone_id": [f"G{number}" for number in range(GRIDS)], "kind": "grid"}, zones),
        "customer": _frame(
            {
                "customer_id": np.char.add("U", np.arange(users).astype(str)).astype(object),
                "compound_id": np.where(random.random(users) < 0.5, random.choice(ids, users), None),
                "households": random.integers(1, 9, users).astype(float),
            },
            _points(random, bounds, users),
        ),
    }
    return {name: frames.conform(frame, name) for name, frame in made.items()}


def prepare_bare(rows: int) -> tuple[Any, Any]:
    """Return the ends of the drains and the polygons."""
    import shapely

    made = tables(rows)
    lines = made["pipe"]["geom"].to_numpy(dtype=object)
    ends = np.concatenate([shapely.get_point(lines, place) for place in (0, -1)])
    return ends, made["compound"]["geom"].to_numpy(dtype=object)


def bare(data: tuple[Any, Any]) -> int:
    """Look for all ends in the polygons."""
    import shapely

    ends, polygons = data
    shapely.prepare(polygons)
    return len(shapely.STRtree(polygons).query(ends, predicate="intersects")[0])


def prepare_facts(rows: int) -> dict[str, Any]:
    """Return the tables, everything imported."""
    import waternet_plugin.core.drainage.compounds.facts.unit_facts  # noqa: F401

    return tables(rows)


def facts(made: dict[str, Any]) -> int:
    """Tell what lies in all compounds and grids."""
    from waternet_plugin.core.drainage.compounds.facts.belonging import Belonging
    from waternet_plugin.core.drainage.compounds.facts.unit_facts import compound_facts
    from waternet_plugin.core.schema.settings import Settings

    return len(compound_facts(Belonging(made, Settings(), as_of=_AS_OF)).units)


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("compound_facts", by_cpu=True)
    for rows in sizes:
        bench.run(BARE, bare, rows, rows=rows, prepare=prepare_bare, repeat=3)
        # Fixed costs rule the small one; the limit is that of the largest.
        limit = LIMIT if rows >= SIZES[-1] else None
        step = "facts of compounds"
        bench.run(step, facts, rows, rows=rows, prepare=prepare_facts, floor=BARE, limit=limit, repeat=3)
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
