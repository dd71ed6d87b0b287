"""Drains with their flow recorded, and their lines turned round with all that belongs to the ends."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from support.quality_frames import CRS
from waternet_plugin.core.schema.flow import FLOW_OF_SENSE, flow_sense, turned
from waternet_plugin.core.schema.use import systems

PAIRS = (("from_node", "to_node"), ("invert_start_m", "invert_end_m"), ("depth_start_m", "depth_end_m"))


def with_flow(pipes: pd.DataFrame) -> pd.DataFrame:
    """Return pipes whose drains have the flow recorded that traces take."""
    pipes = pipes.copy()
    sense = flow_sense(
        flow=pipes["flow"].to_numpy(dtype=object),
        function=pipes["function"].to_numpy(dtype=object),
        invert_start_m=pipes["invert_start_m"].to_numpy(dtype=float),
        invert_end_m=pipes["invert_end_m"].to_numpy(dtype=float),
    )
    drains = pipes["system"].isin(systems("drain")).to_numpy()
    words = np.array([FLOW_OF_SENSE[int(one)] for one in sense], dtype=object)
    pipes["flow"] = np.where(drains, words, None)
    return pipes


def with_lines_turned(pipes: pd.DataFrame, rows: Any) -> pd.DataFrame:
    """Return pipes of which some drains that flow by themselves are turned round."""
    pipes = pipes.copy()
    free = ~pipes["function"].isin(["rising_main", "connector", "overflow"]).to_numpy()
    mask = rows & free & pipes["system"].isin(systems("drain")).to_numpy()
    for one, two in PAIRS:
        a, b = pipes[one].to_numpy(dtype=object), pipes[two].to_numpy(dtype=object)
        kind = pipes[one].dtype
        pipes[one] = pd.Series(np.where(mask, b, a), index=pipes.index).astype(kind)
        pipes[two] = pd.Series(np.where(mask, a, b), index=pipes.index).astype(kind)
    flow = pipes["flow"].to_numpy(dtype=object)
    pipes["flow"] = [turned(word) if hit else word for word, hit in zip(flow, mask)]
    lines = np.asarray(pipes.geometry)
    pipes = pipes.set_geometry(gpd.GeoSeries(np.where(mask, shapely.reverse(lines), lines), crs=CRS))
    return pipes.rename_geometry("geom") if pipes.geometry.name != "geom" else pipes
