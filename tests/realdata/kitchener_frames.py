"""The pipes and main breaks of a real city as frames of the core, without QGIS."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

MATERIALS = {
    "PVC": "pvc",
    "PVCO": "pvc",
    "PVCF": "pvc",
    "DI": "ductile_iron",
    "CI": "cast_iron",
    "CPP": "pccp",
    "AC": "asbestos_cement",
    "HDPE": "pe",
    "HDPE IN CI": "pe",
    "COP": "copper",
    "ST": "steel",
}
LININGS = {"CEMENT": "cement", "EPS": "epoxy"}


def pipes_of(folder: Path) -> gpd.GeoDataFrame:
    """Return the pipes with a place, as adopting them makes them."""
    import pyogrio

    from waternet_plugin.core.frames import conform

    raw = pyogrio.read_dataframe(folder / "pipes.gpkg", layer="pipes")
    raw = raw[~(raw.geometry.isna() | raw.geometry.is_empty)].reset_index(drop=True)
    untreated = raw["CATEGORY"] == "UNTREATED"
    frame = pd.DataFrame(
        {
            "pipe_id": raw["WATMAINID"].astype(str),
            "system": np.where(untreated, "raw_water", "potable"),
            "material": raw["MATERIAL"].map(MATERIALS).fillna("unknown"),
            "diameter_mm": raw["PIPE_SIZE"].astype(float).where(raw["PIPE_SIZE"] > 0),
            "length_m": raw["Shape__Length"].astype(float),
            "install_year": pd.to_datetime(raw["INSTALLATION_DATE"]).dt.year.astype(float),
            "street": raw["ROADSEGMENTID"].astype(str),
            "lining": raw["LINED_MATERIAL"].map(LININGS),
            "lined_year": pd.to_datetime(raw["LINED_DATE"]).dt.year.replace(1970, np.nan),
            "status": "in_use",
        }
    )
    table = gpd.GeoDataFrame(conform(frame, "pipe"), geometry=raw.geometry.to_numpy(), crs=raw.crs)
    return table.rename_geometry("geom")


def failures_of(folder: Path, pipes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the breaks, matched to the pipes."""
    from waternet_plugin.core.frames import conform
    from waternet_plugin.core.health.matching.matching import match_failures, with_matches

    raw = pd.read_csv(folder / "breaks.csv", dtype={"ASSETID": str, "ROADSEGMENTID": str})
    frame = pd.DataFrame(
        {
            "failure_id": raw["WATBREAKINCIDENTID"].astype(str),
            "date": pd.to_datetime(raw["INCIDENT_DATE"].str[:10], format="%Y/%m/%d"),
            "kind": np.where(raw["BREAK_TYPE"] == "MAIN", "main_break", "service"),
            "street": raw["ROADSEGMENTID"].where(raw["ROADSEGMENTID"] != "0"),
            "reported_pipe_id": raw["ASSETID"].where(raw["ASSETID"] != "0"),
        }
    )
    points = gpd.points_from_xy(raw["x"], raw["y"])
    table = gpd.GeoDataFrame(conform(frame, "failure"), geometry=points, crs=pipes.crs)
    table = table.rename_geometry("geom")
    return with_matches(table, match_failures(table, pipes))


def city(folder: Path) -> tuple[Any, Any]:
    """Return pipes and matched failures."""
    pipes = pipes_of(folder)
    return pipes, failures_of(folder, pipes)
