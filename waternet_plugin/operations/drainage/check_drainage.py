"""Slopes of the drains of a network, and what their ends are; nothing is written."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import pandas as pd
import shapely

from waternet_plugin.core.drainage.drain_ends import drain_ends
from waternet_plugin.core.drainage.slope_table import slope_table
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.reports.drainage.drain_check import summary_lines
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.checks.check_network import read_drains
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class DrainageResult(PlainFrames):
    """Drains and ends with their places, and the answer in sentences.

    ``drains`` as `core.drainage.slope_table.SlopeTable`, ``ends`` as `core.drainage.drain_ends.DrainEnds`;
    ``not_recorded`` drains have no recorded flow.
    """

    drains: gpd.GeoDataFrame
    ends: gpd.GeoDataFrame
    summary: tuple[str, ...]
    not_recorded: int


def check_drainage(
    network: Network, clip: Optional[shapely.Geometry] = None, progress: Progress = SILENT
) -> DrainageResult:
    """Tell slope, backwater and cover of each drain in use, and what each end of them is.

    Parameters
    ----------
    clip
        The area by which the network was cut out, in its coordinates, m; None: it was not.

    Raises
    ------
    InputError
        When the clip has no area.
    """
    if clip is not None and not shapely.area(clip) > 0:
        raise InputError(tr("CLIP has no area. Give the polygon by which the network was cut out."))
    tables = read_drains(network, progress.part(0.0, 0.6))
    subject = CheckContext(tables, network.settings(), today=datetime.date.today())
    progress.at(0.6, tr("Computing slopes"))
    slopes = slope_table(subject)
    progress.at(0.8, tr("Following the drains"))
    ends = drain_ends(subject, clip)
    lines = tuple(summary_lines(slopes, ends))
    return DrainageResult(
        _placed(slopes.frame, network.crs),
        _placed(ends.frame, network.crs),
        lines,
        int((~slopes.recorded).sum()),
    )


def _placed(frame: pd.DataFrame, crs: Any) -> gpd.GeoDataFrame:
    shapes = gpd.GeoSeries(frame[GEOMETRY_COLUMN], crs=crs)
    rows = frame.drop(columns=GEOMETRY_COLUMN)
    return gpd.GeoDataFrame(rows, geometry=shapes).rename_geometry(GEOMETRY_COLUMN)
