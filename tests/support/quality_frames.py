"""Networks for tests of the checks: the sample town as frames, and small ones drawn by hand."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core import frames
from waternet_plugin.core.quality.checking import CheckFindings, check
from waternet_plugin.core.schema.settings import Settings

CRS = "EPSG:4547"
TODAY = datetime.date(2026, 1, 1)
FILES = {
    "pipe": "pipes.geojson",
    "node": "nodes.geojson",
    "compound": "compounds.geojson",
    "zone": "zones.geojson",
    "customer": "customers.geojson",
    "failure": "failures.csv",
    "inspection": "inspections.csv",
    "defect": "defects.csv",
}


def town_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Return the sample town as frames."""
    tables = {}
    for table, name in FILES.items():
        if name.endswith(".csv"):
            rows = pd.read_csv(folder / name, dtype=str, keep_default_na=False, na_values=[""])
            if "x" in rows:
                points = gpd.points_from_xy(rows["x"].astype(float), rows["y"].astype(float), crs=CRS)
                rows = gpd.GeoDataFrame(rows, geometry=points).rename_geometry("geom")
        else:
            rows = gpd.read_file(folder / name).rename_geometry("geom").set_crs(CRS, allow_override=True)
        tables[table] = frames.conform(rows, table)
    pipes = tables["pipe"]
    pipes["length_m"], pipes["length_source"] = pipes.geometry.length, "geometry"
    return tables


def pipe_frame(rows: Sequence[Mapping[str, Any]]) -> gpd.GeoDataFrame:
    """Return pipes; each row has ``line`` (points) and fields, the rest is sound."""
    sound = {
        "system": "potable",
        "function": "distribution",
        "material": "ductile_iron",
        "diameter_mm": 200.0,
        "install_year": 2005.0,
        "street": "建设路",
        "status": "in_use",
        "burial": "direct",
        "length_source": "geometry",
    }
    made = []
    for number, row in enumerate(rows, start=1):
        fields = {"pipe_id": f"P{number}", **sound, **row}
        fields["geom"] = shapely.LineString(fields.pop("line"))
        fields.setdefault("length_m", fields["geom"].length)
        made.append(fields)
    frame = gpd.GeoDataFrame(made, geometry="geom", crs=CRS) if made else frames.empty("pipe")
    return frames.conform(frame, "pipe")


def node_frame(rows: Sequence[Mapping[str, Any]]) -> gpd.GeoDataFrame:
    """Return nodes; each row has ``at`` (x, y) and fields."""
    made = []
    for number, row in enumerate(rows, start=1):
        fields = {
            "node_id": f"N{number}",
            "kind": "junction",
            "system": "potable",
            "status": "in_use",
            **row,
        }
        fields["geom"] = shapely.Point(fields.pop("at"))
        made.append(fields)
    frame = gpd.GeoDataFrame(made, geometry="geom", crs=CRS) if made else frames.empty("node")
    return frames.conform(frame, "node")


def tables_of(
    pipes: Sequence[Mapping[str, Any]], nodes: Sequence[Mapping[str, Any]] = (), **others: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return a small network as frames."""
    return {"pipe": pipe_frame(pipes), "node": node_frame(nodes), **others}


def find(
    tables: Mapping[str, pd.DataFrame], *rules: str, settings: Mapping[str, str] | None = None
) -> CheckFindings:
    """Check some rules, all of them if none is named."""
    return check(tables, rules=rules or None, settings=Settings(settings), today=TODAY)


def assets(findings: CheckFindings, rule: str) -> list[str]:
    """Return the assets of a rule's findings, sorted."""
    frame = findings.frame
    return sorted(frame.loc[frame["rule_id"] == rule, "assets"])


def shuffled(tables: Mapping[str, pd.DataFrame], seed: int = 3) -> dict[str, pd.DataFrame]:
    """Return the tables with their rows in another order."""
    chance = np.random.default_rng(seed)
    return {
        name: frame.iloc[chance.permutation(len(frame))].reset_index(drop=True)
        for name, frame in tables.items()
    }
