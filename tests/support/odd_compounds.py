"""Odd input of compounds: two that overlap, and tanks with what can't be; and what is said of each."""

from __future__ import annotations

import datetime
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely
from osgeo import ogr

from waternet_plugin.store import open_network

DAY = datetime.timedelta(days=1)
FIRST, SECOND = "C-1", "C-2"
# Each odd tank, its basis, and the words of its reasons.
SAID = {
    "T-VOLUME": ("default", "a volume of 0 m³ can't be: it counts as unknown"),
    "T-BEFORE": ("default", "days measured before the cleaning don't count: 2"),
    "T-FALLING": ("default", "the depths measured since the cleaning don't rise"),
    "T-NOBODY": ("default", "users who drain into it: 1, persons: 0"),
    "T-TURNED": ("norm", "work item W-TURNED was closed before it was opened: check its dates"),
}
BANDS = "drainage.score.2.pipe_cleaning"
OVERLAPPING = "0.02..:1;..0.03:0.5"
REFUSED = "drainage.score.2.pipe_cleaning: the bands ..0.03 and 0.02.. overlap"


def plant(path: Path, east: float, north: float, day: datetime.date) -> None:
    """Add the odd compounds and tanks to a network at a point; all tanks were cleaned a hundred days ago."""
    with open_network(path) as network, network.write("edit", name="odd") as batch:
        boxes = [shapely.box(east + x, north, east + x + 100, north + 100) for x in (0, 80)]
        compounds = {"compound_id": [FIRST, SECOND], "name": ["河畔花园", "Garden"], "households": [40, None]}
        batch.insert(
            "compound", _layer(compounds, [shapely.MultiPolygon([box]) for box in boxes], network.crs)
        )
        points = [shapely.Point(east + 5 + 10 * number, north + 50, 0) for number in range(len(SAID))]
        # One lies in both compounds.
        points[-1] = shapely.Point(east + 90, north + 50, 0)
        tanks = {
            "node_id": list(SAID),
            "kind": "septic_tank",
            "system": "sewage",
            "status": "in_use",
            "tank_volume_m3": [None, None, None, 30.0, 30.0],
            "liquid_depth_m": 1.2,
            "cleaned_on": pd.Timestamp(day - 100 * DAY),
        }
        batch.insert("node", _layer(tanks, points, network.crs))
        user = {"customer_id": ["U-0"], "persons": [0], "outlet_node": ["T-NOBODY"]}
        batch.insert("customer", _layer(user, [points[3]], network.crs))
        batch.insert("reading", _depths(day))
        item = {
            "item_id": ["W-TURNED"], "type": "clean", "state": "done", "asset": "T-TURNED",
            "opened_on": pd.Timestamp(day - 40 * DAY), "closed_on": pd.Timestamp(day - 50 * DAY),
        }  # fmt: skip
        batch.insert("work_item", _layer({**item, "gis_checked_on": item["closed_on"]}, [None], network.crs))
    # Our own writing refuses a volume of 0; other programs write one.
    source = ogr.Open(str(path), 1)
    source.ExecuteSQL("UPDATE node SET tank_volume_m3 = 0 WHERE node_id = 'T-VOLUME'")
    del source


def _layer(rows: dict[str, object], shapes: list[object], crs: object) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=crs).rename_geometry("geom")


def _depths(day: datetime.date) -> pd.DataFrame:
    measured = {"T-BEFORE": ((120, 0.1), (110, 0.2)), "T-FALLING": ((80, 0.2), (60, 0.1))}
    rows = [
        {
            "node_id": name,
            "time": pd.Timestamp(day - ago * DAY, tz="Asia/Shanghai") + pd.Timedelta("9h"),
            "quantity": "sludge_m",
            "value": value,
        }
        for name, depths in measured.items()
        for ago, value in depths
    ]
    frame = pd.DataFrame(rows)
    return frame.assign(time=frame["time"].dt.tz_convert("UTC"))


def allow_overlapping_bands(path: Path) -> None:
    """Enter bands that overlap as the newest ones."""
    with open_network(path) as network, network.write("edit") as batch:
        batch.set_setting(BANDS, OVERLAPPING)
