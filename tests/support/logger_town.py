"""A small town of streets with hydrants, valves and loggers, as a network file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

CRS = "EPSG:4547"
EAST, NORTH = 500_000.0, 2_500_000.0
NAMES = "ABCDE"


def write_town(path: Path, **nodes: dict[str, Any]) -> Path:
    """Write a street of iron pipes A to E, 100 m each, hydrant C, else valves; ``nodes`` change rows."""
    import geopandas as gpd
    import shapely

    from waternet_plugin import store

    places = {name: (EAST + 100.0 * row, NORTH) for row, name in enumerate(NAMES)}
    rows = [
        {
            "node_id": name, "system": "potable", "kind": "hydrant" if name == "C" else "valve",
            "status": "in_use", "geom": shapely.Point(*places[name], 0), **nodes.get(name, {}),
        }
        for name in NAMES
    ]  # fmt: skip
    pipes = [
        {
            "pipe_id": one + other, "system": "potable", "status": "in_use", "material": "cast_iron",
            "diameter_mm": 300.0, "from_node": one, "to_node": other,
            "geom": shapely.LineString([(*places[one], 0), (*places[other], 0)]),
        }
        for one, other in zip(NAMES, NAMES[1:])
    ]  # fmt: skip
    with store.create_network(path, CRS) as network, network.write("adopt", name="streets") as batch:
        for table, given in (("node", rows), ("pipe", pipes)):
            batch.insert(table, gpd.GeoDataFrame(given, geometry="geom", crs=CRS))
    return path
