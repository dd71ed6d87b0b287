"""A planned sewer that was surveyed in the open trench, and photos that know where they were taken."""

from __future__ import annotations

import struct
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from support.store_helpers import CRS, ORIGIN
from waternet_plugin.core.survey.verification.known_of_pipe import PlannedPipe
from waternet_plugin.store import Network, create_network

PIPE = "W-1"
# Along the pipe, beside it and the invert, m: surveyed every 20 m.
SURVEYED = ((0, 0.004, 9.998), (20, -0.009, 9.943), (40, 0.012, 9.876), (60, 0.003, 9.823))


def frame(rows: list[dict[str, object]], shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    """Return rows with places in the network's coordinates."""
    made = gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(shapes, crs=CRS))
    return made.rename_geometry("geom")


def surveyed_network(path: Path, surveyed: tuple[tuple[float, float, float], ...] = SURVEYED) -> Network:
    """Return a network with one planned sewer DN300 of 60 m, as built by an import that left it open."""
    network = create_network(path, CRS, by="tester")
    east, north = ORIGIN
    places = np.array([[east + x, north + y, level + 0.15] for x, y, level in surveyed])
    planned = PlannedPipe(
        np.array([[east, north, np.nan], [east + 120, north, np.nan]]), 300.0, "pvc", 10.0, 9.64
    )
    pipe = {
        "pipe_id": PIPE, "system": "sewage", "status": "planned", "material": "pvc", "diameter_mm": 300.0,
        "depth_start_m": 2.3, "depth_end_m": 2.5, "from_node": "N-1", "to_node": "N-2",
        "survey_batch": "SB-1", "verified_on": pd.Timestamp("2026-11-18"), "street": "建设路",
    }  # fmt: skip
    nodes: list[dict[str, object]] = [
        {"node_id": name, "kind": "manhole", "system": "sewage", "status": "planned"}
        for name in ("N-1", "N-2")
    ]
    ledger: list[dict[str, object]] = [
        {"survey_batch_id": "SB-1", "row_no": number, "record": "point", "verdict": "imported",
         "point_no": f"WS{number}"}
        for number in range(1, len(places) + 1)
    ]  # fmt: skip
    points = [shapely.Point(place) for place in places]
    verification = {
        "verification_id": "VF-0001", "pipe_id": PIPE, "survey_batch": "SB-1", "verdict": "open",
        "surveyed_on": pd.Timestamp("2026-11-18"), "planned": planned.as_json(),
    }  # fmt: skip
    with network.write("survey") as batch:
        batch.insert(
            "survey_batch", pd.DataFrame({"survey_batch_id": ["SB-1"], "file_name": ["建设路.xlsx"]})
        )
        batch.insert("node", frame(nodes, [points[0], points[-1]]))
        batch.insert("pipe", frame([pipe], [shapely.LineString(places)]))
        batch.insert("survey_row", frame(ledger, points))
        batch.insert("verification", pd.DataFrame([verification]))
    return network


def photo(path: Path, east_m: float = 30.0, north_m: float = 0.0) -> Path:
    """Write a photo taken so far east and north of the beginning of the pipe, and return its path."""
    from osgeo import gdal

    x, y = ORIGIN[0] + east_m, ORIGIN[1] + north_m
    longitude, latitude = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True).transform(x, y)
    source = gdal.GetDriverByName("MEM").Create("", 64, 48, 3)
    for band in (1, 2, 3):
        source.GetRasterBand(band).Fill(90 + 40 * band)
    gdal.GetDriverByName("JPEG").CreateCopy(str(path), source, options=["WRITE_EXIF_METADATA=NO"])
    path.with_name(path.name + ".aux.xml").unlink(missing_ok=True)
    data = path.read_bytes()
    path.write_bytes(data[:2] + _exif(latitude, longitude) + data[2:])
    return path


def _exif(latitude: float, longitude: float) -> bytes:
    """Return the segment in which a camera notes where and when."""

    def degrees(value: float) -> bytes:
        whole = int(value)
        minutes = int((value - whole) * 60)
        seconds = round(((value - whole) * 60 - minutes) * 60 * 10_000)
        return struct.pack("<6I", whole, 1, minutes, 1, seconds, 10_000)

    taken = b"2026:11:18 09:30:00\0"
    # Two tables of tags; what does not fit into four bytes follows them.
    first, gps = 8, 8 + 2 + 12 * 2 + 4
    data = gps + 2 + 12 * 4 + 4
    head = struct.pack("<2sHI", b"II", 42, first)
    tags = struct.pack("<H", 2)
    tags += struct.pack("<HHII", 0x0132, 2, len(taken), data)
    tags += struct.pack("<HHII", 0x8825, 4, 1, gps) + struct.pack("<I", 0)
    at = data + len(taken)
    places = struct.pack("<H", 4)
    places += struct.pack("<HHI4s", 1, 2, 2, b"N\0\0\0") + struct.pack("<HHII", 2, 5, 3, at)
    places += struct.pack("<HHI4s", 3, 2, 2, b"E\0\0\0") + struct.pack("<HHII", 4, 5, 3, at + 24)
    places += struct.pack("<I", 0)
    body = b"Exif\0\0" + head + tags + places + taken + degrees(latitude) + degrees(longitude)
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
