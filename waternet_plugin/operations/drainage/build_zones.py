"""Zero-discharge zones of catchments, kept as one batch if asked."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Optional

import geopandas as gpd
import numpy as np

from waternet_plugin.core.drainage.compounds.scores.zero_discharge import compound_blockers
from waternet_plugin.core.drainage.zoning.blockers import blockers
from waternet_plugin.core.drainage.zoning.ground import zone_ground
from waternet_plugin.core.drainage.zoning.zones import PREFIX, ZeroDischargeZones, build_zones
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.analysis.drain_flow import pipe_flow
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.drainage.zero_discharge import summary_lines
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.checks.judged_drains import judged_drains
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

KIND, DRAFT = "zero_discharge", "draft"


@dataclass(frozen=True)
class ZoneRequest:
    """What zones are built of.

    Parameters
    ----------
    catchments
        Polygons in ``geom``, in the network's coordinates, with outfall_id and weather.
    min_km2, max_km2
        Limits of a zone.
    boundaries
        Polygons whose edges no zone crosses; None for none.
    store
        Whether the zones are kept.

    Raises
    ------
    InputError
        When the limits make no sense.
    """

    catchments: gpd.GeoDataFrame
    min_km2: float = 2.0
    max_km2: float = 5.0
    boundaries: Optional[gpd.GeoDataFrame] = None
    store: bool = False

    def __post_init__(self) -> None:
        check_limits(self.min_km2, self.max_km2)


def check_limits(min_km2: float, max_km2: float) -> None:
    """Refuse limits that no zone can keep.

    Raises
    ------
    InputError
        In one sentence.
    """
    if not (math.isfinite(max_km2) and 0 < min_km2 < max_km2):
        raise InputError(tr("MIN_KM2 must be above 0 and below MAX_KM2."))


@dataclass(frozen=True)
class ZoneResult(Written, PlainFrames):
    """Zones as a layer, and the answer in sentences; ``notes`` warn."""

    zones: gpd.GeoDataFrame
    summary: tuple[str, ...]
    notes: tuple[str, ...] = ()


def build_network_zones(
    network: Network,
    request: ZoneRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[ZoneResult], None] = no_outputs,
) -> ZoneResult:
    """Group catchments to zones and tell what blocks each; with ``store`` keep them as one batch.

    Zones that are kept replace those of an earlier run that are still drafts; any other zone stays.

    Raises
    ------
    InputError
        When there are no catchments, or no polygons among the boundaries.
    """
    return with_newest_rows(lambda notes: _build(network, request, progress, before_commit, notes), progress)


def _build(
    network: Network,
    request: ZoneRequest,
    progress: Progress,
    before_commit: Callable[[ZoneResult], None],
    notes: tuple[str, ...],
) -> ZoneResult:
    seen, settings = network.position(), network.settings()
    edges = (
        None if request.boundaries is None else np.asarray(request.boundaries.geometry.to_numpy(dtype=object))
    )
    ground = zone_ground(request.catchments, edges, settings=settings)
    drains = judged_drains(network, datetime.date.today(), progress.part(0.1, 0.5))
    subject, nodes = drains.subject, drains.subject.nodes.frame
    outfalls = sorted(nodes.loc[nodes["kind"] == "outfall", "node_id"])
    stored = network.read("zone", ["zone_id", "kind", "state"], geometry=False)
    # What an earlier run kept and nobody took up; drafts that people drew have other ids.
    mine = (stored["kind"] == KIND) & (stored["state"] == DRAFT) & stored["zone_id"].str.startswith(PREFIX)
    drafts = stored.loc[mine, "zone_id"].tolist()
    progress.at(0.5, tr("Grouping the catchments"))
    found = build_zones(
        ground,
        request.min_km2,
        request.max_km2,
        [*blockers(subject, drains.issues), *compound_blockers(subject, drains.codes, subject.today)],
        known=frozenset(outfalls),
        taken=frozenset(stored["zone_id"]) - frozenset(drafts),
        progress=progress.part(0.5, 0.8),
    )
    used = subject.live & subject.is_drain
    not_recorded = int((used & ~subject.once(pipe_flow).recorded).sum())
    lines = summary_lines(found, request.min_km2, request.max_km2, not_recorded, int(used.sum()))
    frame = found.frame
    shapes = gpd.GeoSeries(frame[GEOMETRY_COLUMN], crs=network.crs)
    zones = gpd.GeoDataFrame(frame.drop(columns=GEOMETRY_COLUMN), geometry=shapes)
    zones = zones.rename_geometry(GEOMETRY_COLUMN)
    result = ZoneResult("", zones, tuple(lines), notes)
    if not request.store:
        return finish_without_batch(result, before_commit)
    with network.write(
        "drainage",
        name=tr("Zero-discharge zones"),
        facts=_figures(found),
        seen=seen,
        progress=progress.part(0.8, 0.95),
    ) as batch:
        rows = _rows(zones)
        there = rows["zone_id"].isin(drafts)
        batch.delete("zone", sorted(set(drafts) - set(rows["zone_id"])))
        batch.update("zone", rows[there].reset_index(drop=True))
        batch.insert("zone", rows[~there].reset_index(drop=True))
        return finish(batch, result, before_commit)


def _figures(found: ZeroDischargeZones) -> dict[str, object]:
    frame = found.frame
    counts = {str(state): int(count) for state, count in frame["state"].value_counts().items()}
    return {"zones": len(frame), "ready": int(frame["ready"].sum()), **counts}


def _rows(zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return zones as rows of the network."""
    outfalls = zones["outfalls"].str.replace(";", ", ")
    rows = gpd.GeoDataFrame(
        {
            "zone_id": zones["zone_id"],
            "kind": KIND,
            "name": [tr("Zero-discharge zone {id}").format(id=one) for one in zones["zone_id"]],
            "state": DRAFT,
            "verdict": np.where(zones["ready"], "valid", "not_valid"),
            "checked_on": np.datetime64(datetime.date.today().isoformat(), "ns"),
            "note": [_note(*one) for one in zip(outfalls, zones["blocked_by"])],
        },
        geometry=zones.geometry,
        crs=zones.crs,
    )
    return rows.rename_geometry(GEOMETRY_COLUMN)


def _note(outfalls: str, blocked_by: str | None) -> str:
    """Return what a zone drains to, and what blocks it."""
    text = tr("Outfalls: {names}").format(names=outfalls)
    if blocked_by:
        return "\n".join([text, tr("Blocked by: {names}").format(names=blocked_by.replace(";", ", "))])
    return text
