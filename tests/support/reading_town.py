"""A network of zones, each with one boundary meter and no pipe, and readings of it as files bring them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from waternet_plugin import store
from waternet_plugin.core.reports.adoption.adoption import figures_of
from waternet_plugin.operations.adoption.adopt_one_layer import (
    AdoptLayerRequest,
    AdoptLayerResult,
    adopt_layer,
)
from waternet_plugin.store.network import Network

CRS = "EPSG:4547"
LONG = {"node_id": "meter", "time": "time", "quantity": "quantity", "value": "value"}


def layer(rows: dict[str, Any], shapes: list[Any]) -> Any:
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS).rename_geometry("geom")


def reading_town(path: Path, meters: Sequence[str], zones: Sequence[str] = ()) -> None:
    """Make a network; the meters measure into the zones, where there are any."""
    with store.create_network(path, CRS) as network, network.write("edit") as batch:
        if zones:
            square = shapely.MultiPolygon([shapely.box(0, 0, 10, 10)])
            batch.insert("zone", layer({"zone_id": list(zones), "kind": "dma"}, [square] * len(zones)))
        nodes: dict[str, Any] = {
            "node_id": list(meters), "kind": "flow_meter", "system": "potable", "status": "in_use",
        }  # fmt: skip
        if zones:
            nodes["meter_in"] = list(zones)
        batch.insert("node", layer(nodes, [shapely.Point(one, 0, 0) for one in range(len(meters))]))


def adopt_file(network: Network, file: Path, mapping: dict[str, Any], **further: Any) -> AdoptLayerResult:
    """Adopt a file of readings."""
    return adopt_layer(network, AdoptLayerRequest(str(file), json.dumps(mapping), "reading", **further))


def meters_told(result: AdoptLayerResult) -> dict[str, dict[str, Any]]:
    """Return what the report's figures say of each meter."""
    return {one["node_id"]: one for one in figures_of(result.adoption)["readings"]["meters"]}


def written(file: Path, *lines: str) -> Path:
    """Write the lines of a text table."""
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file
