"""A network whose project shows a river behind the pipes."""

from __future__ import annotations

import json
from pathlib import Path

NAME = "base_water.geojson"


def build_with_river(network: Path) -> Path:
    """Build the project of a network (EPSG:4547) with a river from a file, and return the path of that."""
    from waternet_plugin.bridge.project.project import build_project

    path = network.with_name(NAME)
    ring = [[501_200, 2_513_000], [501_300, 2_513_000], [501_300, 2_513_200], [501_200, 2_513_000]]
    river = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    crs = {"type": "name", "properties": {"name": "EPSG:4547"}}
    collection = {"type": "FeatureCollection", "crs": crs, "features": [river]}
    path.write_text(json.dumps(collection), encoding="utf-8")
    build_project(network, language="en", base_layers=[path])
    return path
