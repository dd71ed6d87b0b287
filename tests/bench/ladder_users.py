"""Users and meters: ranks and screening against reading volumes, meters due against reading meters.

python tests/bench/ladder_users.py [users ...]
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from harness import STORE, Bench
from made_towns import clear_town, imported, numbered, streamed, write_town

# Users; each has twelve volumes, three of ten have a meter, a compound has 100 of them and a bulk meter.
SIZES = (20_000, 200_000)
CRS = "EPSG:4547"
FOLDER = STORE / "users"
# Against the Arrow read of the volumes, and of the nodes and customers.
LIMIT = 4.0
MONTHS, IN_A_COMPOUND = 12, 100
_STEP_M = 20.0


def path_of(rows: int) -> Path:
    """Return the network of one size."""
    return FOLDER / f"users_{rows}.gpkg"


def town(rows: int) -> dict[str, Any]:
    """Return the tables: compounds in a square, with their users, meters and the volumes of a year."""
    import geopandas as gpd
    import pandas as pd
    import shapely

    random = np.random.default_rng(36)
    count = rows // IN_A_COMPOUND
    compound = numbered("C", count)
    wide = int(np.ceil(np.sqrt(count)))
    west = (np.arange(count) % wide) * 300.0 + 500_000.0
    south = (np.arange(count) // wide) * 300.0 + 2_500_000.0
    areas = shapely.box(west, south, west + 280.0, south + 280.0)
    compounds = gpd.GeoDataFrame(
        {
            "compound_id": compound,
            "households": random.integers(50, 900, count).astype(float),
            "pressure_flag": random.choice(["yes", "no", "unknown"], count).astype(object),
            "quality_flag": "no",
        },
        geometry=gpd.GeoSeries(areas, crs=CRS),
    ).rename_geometry("geom")
    of = np.repeat(np.arange(count), IN_A_COMPOUND)
    place = np.tile(np.arange(IN_A_COMPOUND), count)
    x, y = west[of] + place % 10 * _STEP_M, south[of] + place // 10 * _STEP_M
    users = numbered("U", len(of))
    has_meter = random.random(len(of)) < 0.3
    meters = np.char.add("M", np.arange(len(of)).astype(str)).astype(object)
    customers = gpd.GeoDataFrame(
        {
            "customer_id": users,
            "compound_id": compound[of],
            "trade": random.choice(["school", "hotel", "other"], len(of)).astype(object),
            "meter_id": pd.Series(meters).where(has_meter, None),
            "quota_m3_y": random.uniform(50, 400, len(of)).round(),
            "demand_m3d": np.round(10 ** random.uniform(-1, 2.5, len(of)), 2),
        },
        geometry=gpd.GeoSeries(shapely.points(x, y), crs=CRS),
    ).rename_geometry("geom")
    bulk = numbered("B", count)
    nodes = gpd.GeoDataFrame(
        {
            "node_id": np.concatenate([meters[has_meter], bulk]),
            "kind": "meter",
            "system": "potable",
            "status": "in_use",
            "compound_id": np.concatenate([compound[of][has_meter], compound]),
            "meter_parent": np.concatenate([bulk[of][has_meter], np.full(count, None)]),
            "diameter_mm": np.concatenate(
                [random.choice([15.0, 20.0, 40.0], has_meter.sum()), np.full(count, 100.0)]
            ),
            "install_year": random.integers(2015, 2026, has_meter.sum() + count).astype(float),
        },
        geometry=gpd.GeoSeries(
            shapely.points(np.concatenate([x[has_meter], west]), np.concatenate([y[has_meter], south])),
            crs=CRS,
        ),
    ).rename_geometry("geom")
    month = pd.date_range("2025-01-01", periods=MONTHS, freq="MS")
    owner = np.repeat(np.concatenate([users, bulk]), MONTHS)
    is_bulk = np.repeat(np.arange(len(users) + count) >= len(users), MONTHS)
    m3 = np.where(is_bulk, IN_A_COMPOUND * 11.0, random.uniform(2, 18, len(owner))).round(1)
    volumes = pd.DataFrame(
        {
            "volume_id": numbered("V", len(owner)),
            "customer_id": pd.Series(owner).where(~is_bulk, None),
            "node_id": pd.Series(owner).where(is_bulk, None),
            "component": np.where(is_bulk, "metered", "billed_metered").astype(object),
            "from_date": np.tile(month, len(users) + count),
            "to_date": np.tile(month + pd.offsets.MonthEnd(0), len(users) + count),
            "volume_m3": m3,
        }
    )
    return {"compound": compounds, "customer": customers, "node": nodes, "volume": volumes}


def made(rows: int) -> None:
    """Write the network of one size."""
    write_town(path_of(rows), CRS, town(rows))


def stream_of(rows: int) -> str:
    """Return what the bare read needs."""
    return imported(path_of(rows))


def bare_volumes(path: str) -> int:
    """Stream the volumes."""
    return streamed(path, ("volume",))


def bare_meters(path: str) -> int:
    """Stream the nodes and the customers that name them."""
    return streamed(path, ("node", "customer"))


def opened(rows: int) -> Any:
    """Return the open network, everything imported."""
    import pyarrow  # noqa: F401

    import waternet_plugin.operations.users.rank_users
    import waternet_plugin.operations.users.schedule_meters
    import waternet_plugin.operations.users.screen_compounds  # noqa: F401
    from waternet_plugin.store import open_network

    return open_network(path_of(rows))


def ranks(network: Any) -> int:
    """Rank all users and take the hundred largest."""
    from waternet_plugin.core.users.user_ranking import RankChoice
    from waternet_plugin.operations.users.rank_users import RankRequest, rank_users

    return len(rank_users(network, RankRequest(choice=RankChoice(top=100))).users)


def screening(network: Any) -> dict[str, int]:
    """Screen all compounds."""
    from waternet_plugin.operations.users.screen_compounds import ScreenRequest, screen_compounds

    found = screen_compounds(network, ScreenRequest()).compounds["must_renovate"].value_counts()
    return {str(code): int(many) for code, many in found.items()}


def meters_due(network: Any) -> dict[str, int]:
    """Tell when all meters are due."""
    import datetime

    from waternet_plugin.operations.users.schedule_meters import MeterRequest, schedule_network_meters

    request = MeterRequest(datetime.date(2026, 3, 1))
    found = schedule_network_meters(network, request).schedule.frame["state"].value_counts()
    return {str(state): int(many) for state, many in found.items()}


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    bench = Bench("users", by_cpu=True)
    for rows in sizes:
        # Fixed costs rule the small ones; the limit is that of the largest.
        limit = LIMIT if rows >= SIZES[-1] else None
        made(rows)
        of_volumes, of_meters = "Arrow read of the volumes", "Arrow read of nodes and customers"
        bench.run(of_volumes, bare_volumes, rows, rows=rows, prepare=stream_of, repeat=3)
        bench.run("users by volume", ranks, rows, rows=rows, prepare=opened, floor=of_volumes, limit=limit)
        bench.run(
            "compounds to renovate", screening, rows, rows=rows, prepare=opened, floor=of_volumes, limit=limit
        )
        bench.run(of_meters, bare_meters, rows, rows=rows, prepare=stream_of, repeat=3)
        bench.run("meters due", meters_due, rows, rows=rows, prepare=opened, floor=of_meters, limit=limit)
        clear_town(path_of(rows))
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(one) for one in sys.argv[1:]) or SIZES))
