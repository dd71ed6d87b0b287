"""Draw the pressure zones of a network, and store them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.dma import dma_network
from waternet_plugin.core.dma.dma_network import ZONE_COLUMNS, build_dma_network
from waternet_plugin.core.dma.outlines import zone_outlines
from waternet_plugin.core.dma.zone_tree import ZoneTree
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.isolation.isolation_model import CUSTOMER_COLUMNS
from waternet_plugin.core.network.model.end_coordinates import lines_of
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.pressure.pressure_zones import (
    NODE_COLUMNS,
    PIPE_COLUMNS,
    PREFIX,
    PressureZones,
    find_pressure_zones,
)
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.pressure_zone_check import check_pressure_zones
from waternet_plugin.core.reports.network.model_files import shown
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_KIND = "pressure"


@dataclass(frozen=True)
class PressureZonesRequest:
    """What to do with pressure zones.

    Parameters
    ----------
    name
        What people see in the list of batches.
    store
        Whether zones and the zone of each pipe are written.
    """

    name: str
    store: bool = False


@dataclass(frozen=True)
class PressureZonesResult(Written, PlainFrames):
    """Pressure zones with their outlines.

    Parameters
    ----------
    found
        The zones, and which pipe lies in which.
    zones
        Rows of ``found.frame`` with their outline in ``geom``.
    pipes
        pipe_id and zone_id (None for none) of potable pipes in use, with the line in ``geom``.
    faults
        What the catalogue finds at closed valves of the zones: rule_id, severity, assets, text, fix.
    changed
        How many pipes have another zone than before.
    summary, notes
        The answer in sentences, and what to know.
    """

    found: PressureZones
    zones: gpd.GeoDataFrame
    pipes: gpd.GeoDataFrame
    faults: pd.DataFrame
    changed: int
    summary: tuple[str, ...]
    notes: tuple[str, ...]


def draw_pressure_zones(
    network: Network,
    request: PressureZonesRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[PressureZonesResult], Any] = no_outputs,
) -> PressureZonesResult:
    """Return the pressure zones; with ``store`` zones and the zone of each pipe are one batch.

    Outlines that WaterNet drew are drawn anew; those of zones with a name of somebody's own stay. Zones that
    WaterNet numbered and that have no pipe any more go with it.

    Raises
    ------
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda again: _draw(network, request, progress, before_commit, again), progress)


def _draw(
    network: Network,
    request: PressureZonesRequest,
    progress: Progress,
    before_commit: Callable[[PressureZonesResult], Any],
    again: tuple[str, ...],
) -> PressureZonesResult:
    seen, settings = network.position(), network.settings()
    progress.at(0.0, tr("Reading the network"))
    pipes = network.read("pipe", list(dict.fromkeys((*PIPE_COLUMNS, *dma_network.PIPE_COLUMNS))))
    nodes = network.read("node", list(dict.fromkeys((*NODE_COLUMNS, *dma_network.NODE_COLUMNS))))
    stored = network.read("zone", ["zone_id", "kind"], geometry=False)
    progress.at(0.3, tr("Connecting pipes"))
    connected = build_graph(pipes, nodes, settings=settings, progress=progress.part(0.3, 0.6))
    no_users = pd.DataFrame(columns=[*CUSTOMER_COLUMNS])
    dma = build_dma_network(
        connected, pipes, nodes, no_users, pd.DataFrame(columns=[*ZONE_COLUMNS]), settings=settings
    )
    progress.at(0.6, tr("Finding the pressure zones"))
    others = stored[stored["kind"] != _KIND]["zone_id"]
    found = find_pressure_zones(dma, pipes, nodes, settings, taken=others.astype(str))
    progress.at(0.7, tr("Drawing the outlines"))
    zones = _zone_layer(network, found, pipes, settings.real("dma.outline_m"))
    rows = np.flatnonzero(found.counts)
    names = np.array([*zones["zone_id"], None], dtype=object)
    lines = gpd.GeoDataFrame(
        {"pipe_id": pipes["pipe_id"].to_numpy(dtype=object)[rows], "zone_id": names[found.pipe[rows]]},
        geometry=gpd.GeoSeries(lines_of(pipes)[rows], crs=network.crs),
    ).rename_geometry(GEOMETRY_COLUMN)
    lines = lines.sort_values("pipe_id", kind="stable").reset_index(drop=True)
    now = pd.Series(None, index=range(len(pipes)), dtype=object)
    now[rows] = names[found.pipe[rows]]
    before = pipes["pressure_zone_id"].astype(object)
    other = np.flatnonzero(now.fillna("").to_numpy() != before.fillna("").to_numpy())
    progress.at(0.75, tr("Checking the pressure zones"))
    faults = check_pressure_zones(
        pipes, nodes, now.to_numpy(dtype=object), connected, settings, datetime.date.today()
    )
    notes = (*again, *_notes(found, rows), *shown(faults["text"].tolist()))
    result = PressureZonesResult("", found, zones, lines, faults, len(other), _summary(found), notes)
    if not request.store:
        return finish_without_batch(result, before_commit)
    with network.write(
        "edit", name=request.name, facts={"zones": len(zones), "pipes": len(other)}, seen=seen,
        progress=progress.part(0.8, 0.95),
    ) as batch:  # fmt: skip
        shapes = zones[["zone_id", GEOMETRY_COLUMN]]
        there = stored[stored["kind"] == _KIND]["zone_id"]
        new = shapes[~shapes["zone_id"].isin(stored["zone_id"])]
        if len(new):
            batch.insert("zone", new.assign(kind=_KIND, name=new["zone_id"], state="in_operation"))
        numbered = there[there.str.fullmatch(rf"{PREFIX}\d+")]
        old = shapes[shapes["zone_id"].isin(numbered)]
        if len(old):
            batch.update("zone", old)
        if len(other):
            changed = pipes["pipe_id"].to_numpy(dtype=object)[other]
            batch.update(
                "pipe", pd.DataFrame({"pipe_id": changed, "pressure_zone_id": now.to_numpy()[other]})
            )
        empty = numbered[~numbered.isin(shapes["zone_id"])]
        if len(empty):
            batch.delete("zone", empty.tolist())
        return finish(batch, result, before_commit)


def _zone_layer(network: Network, found: PressureZones, pipes: Any, reach_m: float) -> gpd.GeoDataFrame:
    """Return the zones by id, each with the area round its pipes."""
    ids = found.frame["zone_id"].to_numpy(dtype=object)
    count = len(ids)
    tree = ZoneTree(ids, np.arange(count), np.full(count, -1), np.full(count, np.nan))
    areas = zone_outlines(lines_of(pipes), found.pipe, tree, reach_m).areas
    layer = gpd.GeoDataFrame(found.frame, geometry=gpd.GeoSeries(areas, crs=network.crs))
    return layer.rename_geometry(GEOMETRY_COLUMN)


def _summary(found: PressureZones) -> tuple[str, ...]:
    zones = found.frame
    if zones.empty:
        return (tr("No potable pipe in use hangs on a source or a way in."),)
    text = tr("%n pressure zone(s), {km} km of pipe.", "", len(zones))
    return (text.format(km=f"{zones['length_m'].sum() / 1000:.1f}"),)


def _notes(found: PressureZones, rows: Any) -> tuple[str, ...]:
    outside = int((found.pipe[rows] < 0).sum())
    if outside:
        return (
            tr("%n potable pipe(s) are closed, or hang on no source and no way in: no zone.", "", outside),
        )
    return ()
