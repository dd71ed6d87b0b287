"""Draw metered areas: from their meters, from a polygon, or from pipes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_model import DmaModel, build_dma_model
from waternet_plugin.core.dma.drawing.scenario_content import ScenarioContent
from waternet_plugin.core.dma.drawn_membership import DrawnMembership, from_meters, from_pipes, pipes_inside
from waternet_plugin.core.dma.hues import given_hues, touching
from waternet_plugin.core.dma.membership import CONTRADICTION, TWO_ANSWERS, Membership, flood
from waternet_plugin.core.dma.outlines import zone_outlines
from waternet_plugin.core.dma.zone_tree import NO_ZONE
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames, stacked, tuples
from waternet_plugin.core.network.model.end_coordinates import lines_of
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.dma.scenario_model import prepared_in_scenario
from waternet_plugin.operations.dma.stored_scenarios import read_scenario, scenario_named, scenario_rows
from waternet_plugin.operations.dma.zone_scenarios import (
    ScenarioHead,
    StoredScenario,
    StoreScenarioRequest,
    list_scenarios,
    store_scenario,
)
from waternet_plugin.operations.rows.newest_rows import finish, finish_without_batch, no_outputs
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

METERS, POLYGON, PIPES = "meters", "polygon", "pipes"
_MOST_NAMED = 10


@dataclass(frozen=True)
class DrawRequest:
    """What to draw.

    Parameters
    ----------
    name
        What people see in the list of batches.
    source
        METERS, POLYGON or PIPES.
    zone
        Id of the zone; '' with METERS for every zone that has meters. One that does not exist is made.
    area
        With POLYGON the area, in the network's CRS.
    pipe_ids
        With PIPES the pipes.
    scenario
        Id or name of the scenario that is drawn in; '' for the network. A name that nobody has yet makes one.
    store
        Whether membership and polygons are written; of a scenario membership alone.
    """

    name: str
    source: str = METERS
    zone: str = ""
    area: Optional[shapely.Geometry] = None
    pipe_ids: tuple[str, ...] = ()
    scenario: str = ""
    store: bool = False


@dataclass(frozen=True)
class DrawResult(Written, PlainFrames):
    """Zones as they were drawn.

    Parameters
    ----------
    zones
        Zones that have a part in it: zone_id, name, pipes, length_m, with the polygon in column ``geom``.
    hues
        Zones whose hue becomes another one: zone_id, hue.
    pipes
        All water pipes in use: pipe_id, zone_id (None outside), patch (first pipe of what hangs together
        between meters, closed valves and closed pipes; None for closed pipes), with the line.
    changed
        How many pipes have another zone than before.
    notes
        What could not be told, and why.
    told
        How many pipes the drawing gives a zone or takes one from.
    """

    zones: gpd.GeoDataFrame
    hues: pd.DataFrame
    pipes: gpd.GeoDataFrame
    changed: int
    notes: tuple[str, ...]
    told: int


def draw_dma(
    network: Network,
    request: DrawRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[DrawResult], Any] = no_outputs,
) -> DrawResult:
    """Draw zones, and store them if asked for.

    Raises
    ------
    InputError
        Where there is no meter, no zone is named, or pipes are unknown or no water pipes in use.
    """
    seen = network.position()
    reach_m = network.settings().real("dma.outline_m")
    head = _scenario_head(network, request.scenario) if request.scenario else None
    stored_hues = network.read("zone", ["zone_id", "hue"], geometry=False)
    scenario = scenario_rows(network, head.scenario_id) if head is not None and head.scenario_id else None
    with prepared_in_scenario(network, scenario, progress.part(0.0, 0.6)) as model:
        model, is_new = _with_zone(model, request)
        progress.at(0.6, tr("Finding the metered areas"))
        told = flood(model.dma)
        drawn = _drawn(model, request, told)
        changed = drawn.changed(model.dma)
        progress.at(0.7, tr("Drawing the outlines"))
        zones, hues = _zone_layer(model, drawn, reach_m, stored_hues)
        pipes = _pipe_layer(model, drawn, told)
        rows = _membership_rows(model, drawn, changed)
        notes = _notes(model, told) if request.source == METERS else ()
    result = DrawResult("", zones, hues, pipes, len(changed), notes, int(drawn.drawn.sum()))
    if not request.store:
        return finish_without_batch(result, before_commit)
    if head is not None:
        stored = _scenario_request(network, head, request.zone if is_new else "", rows)

        def ready(made: StoredScenario) -> None:
            before_commit(replace(result, batch_id=made.batch_id))

        return replace(result, batch_id=store_scenario(network, stored, before_commit=ready).batch_id)
    facts = {"pipes": len(rows), "zones": len(zones)}
    with network.write("dma", name=request.name, facts=facts, seen=seen, progress=progress) as batch:
        shapes = zones[["zone_id", GEOMETRY_COLUMN]].set_crs(network.crs, allow_override=True)
        if is_new:
            mine = shapes["zone_id"] == request.zone
            batch.insert("zone", shapes[mine].assign(kind="dma", name=request.zone, state="draft"))
            shapes = shapes[~mine]
        if len(shapes):
            batch.update("zone", shapes)
        if len(hues):
            batch.update("zone", hues)
        if len(rows):
            batch.update("pipe", rows)
        return finish(batch, result, before_commit)


def _scenario_head(network: Network, asked: str) -> ScenarioHead:
    """Return the draft of an id or name; a new one without an id where there is none.

    Raises
    ------
    InputError
        Where several have that name.
    """
    drafts = [head for head in list_scenarios(network) if asked in (head.scenario_id, head.name)]
    if not drafts:
        return ScenarioHead("", asked)
    name = scenario_named(network, asked)
    return next(head for head in drafts if head.scenario_id == name)


def _scenario_request(
    network: Network, head: ScenarioHead, new_zone: str, rows: pd.DataFrame
) -> StoreScenarioRequest:
    """Return a scenario with memberships that were drawn in it, as it is to be stored."""
    before = read_scenario(network, head.scenario_id) if head.scenario_id else ScenarioContent()
    drawn = {str(row.pipe_id): None if row.dma_id is None else str(row.dma_id) for row in tuples(rows)}
    zones = {**before.zones, **({new_zone: None} if new_zone else {})}
    content = replace(before, zones=zones, pipes={**before.pipes, **drawn})
    return StoreScenarioRequest(content, head.name, head.scenario_id)


def _with_zone(model: DmaModel, request: DrawRequest) -> tuple[DmaModel, bool]:
    """Return the network with the zone that is drawn, and whether that is new."""
    dma = model.dma
    if request.source == METERS:
        if not dma.meter.any():
            raise InputError(
                tr(
                    "No node of this network is a boundary meter: none in use measures into or out of a "
                    "zone. Enter the zones of the meters, or draw from a polygon or pipes."
                )
            )
        if request.zone and request.zone not in set(map(str, dma.zones.zone_id)):
            raise InputError(
                tr(
                    "There is no metered area {zones}. Give ids of zones of the kind dma, or none for all."
                ).format(zones=request.zone)
            )
        return model, False
    if not request.zone:
        raise InputError(tr("Give the id of the metered area in ZONE; one that does not exist yet is made."))
    if request.zone in set(map(str, dma.zones.zone_id)):
        return model, False
    if request.zone in set(map(str, model.zones["zone_id"])):
        message = tr("{zone} is a zone of another kind or out of use. Give another id in ZONE.")
        raise InputError(message.format(zone=request.zone))
    row = pd.DataFrame([{"zone_id": request.zone, "kind": "dma", "name": request.zone, "state": "draft"}])
    zones = stacked([model.zones, row.reindex(columns=model.zones.columns)])
    fresh = build_dma_model(
        model.connected, model.pipes, model.nodes, model.customers, zones, settings=model.settings
    )
    return fresh, True


def _drawn(model: DmaModel, request: DrawRequest, told: Membership) -> DrawnMembership:
    dma = model.dma
    zone = int(dma.zones.numbers(np.array([request.zone or None], dtype=object))[0])
    if request.source == METERS:
        return from_meters(dma, told, zone)
    if request.source == POLYGON:
        if request.area is None or shapely.is_empty(request.area):
            raise InputError(tr("INPUT holds no polygon. Give a layer of polygons in INPUT."))
        inside = pipes_inside(lines_of(model.pipes)[dma.graph.pipe_row], request.area)
    else:
        inside = np.isin(dma.graph.pipe_id.astype(str), list(request.pipe_ids))
        strange = sorted(set(request.pipe_ids) - set(dma.graph.pipe_id[inside & dma.counts].astype(str)))
        if strange:
            message = tr("{pipes}: not pipes of drinking or raw water in use. Correct INPUT.")
            raise InputError(message.format(pipes=listed(strange[:_MOST_NAMED])))
    if not (inside & dma.counts).any():
        raise InputError(tr("No pipe of drinking or raw water in use lies there, so nothing can be drawn."))
    return from_pipes(dma, inside, zone)


def _membership_rows(model: DmaModel, drawn: DrawnMembership, rows: Array) -> pd.DataFrame:
    """Return pipes with their new zones."""
    names = np.concatenate([model.dma.zones.zone_id, np.array([None], dtype=object)])
    zone = np.maximum(drawn.zone[rows], NO_ZONE)
    ids = model.dma.graph.pipe_id[rows]
    return pd.DataFrame({"pipe_id": ids, "dma_id": pd.Series(names[zone], dtype=object)})


def _zone_layer(
    model: DmaModel, drawn: DrawnMembership, reach_m: float, stored: pd.DataFrame
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return the zones that the drawing tells about, and those above them, with their outlines, and new hues.

    Parameters
    ----------
    model, drawn
        The network, and what was drawn.
    reach_m
        How far from its pipes an outline runs, m.
    stored
        zone_id and hue of the zones as they are.
    """
    dma, tree = model.dma, model.dma.zones
    touched = np.unique(np.concatenate([drawn.zone[drawn.drawn], dma.zone[drawn.drawn]]))
    _row, concerned = tree.holders(touched)
    counted = np.where(dma.counts, drawn.zone, NO_ZONE)
    outlines = zone_outlines(lines_of(model.pipes)[dma.graph.pipe_row], counted, tree, reach_m)
    areas = outlines.areas
    pipes = tree.summed(counted, np.ones(len(counted)))
    length = tree.summed(counted, np.nan_to_num(dma.graph.length_m))
    chosen = np.unique(concerned)
    chosen = chosen[np.argsort(tree.zone_id[chosen].astype(str), kind="stable")]
    names = model.zones["name"].to_numpy(dtype=object)[tree.row[chosen]]
    frame: dict[str, Any] = {
        "zone_id": tree.zone_id[chosen],
        "name": names,
        "pipes": pipes[chosen].astype(int),
        "length_m": length[chosen],
    }
    layer = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(areas[chosen])).rename_geometry(GEOMETRY_COLUMN)
    known = pd.Series(stored["hue"].to_numpy(dtype=float), index=stored["zone_id"].to_numpy(dtype=object))
    before = known.reindex(tree.zone_id).to_numpy()
    hue = given_hues(tree.count, touching(tree, outlines.neighbours).tolist(), before)
    other = np.flatnonzero(hue != before)
    return layer, pd.DataFrame({"zone_id": tree.zone_id[other], "hue": hue[other].astype(float)})


def _pipe_layer(model: DmaModel, drawn: DrawnMembership, told: Membership) -> gpd.GeoDataFrame:
    graph = model.dma.graph
    rows = np.flatnonzero(model.dma.counts)
    rows = rows[np.argsort(graph.pipe_id[rows].astype(str), kind="stable")]
    patch = told.patches.pipe[rows]
    # A patch is named after its first pipe.
    inside = np.flatnonzero(np.isin(told.patches.pipe, patch[patch >= 0]))
    inside = inside[np.argsort(graph.pipe_id[inside].astype(str), kind="stable")][::-1]
    first = np.full(told.patches.count + 1, None, dtype=object)
    first[told.patches.pipe[inside]] = graph.pipe_id[inside]
    frame = _membership_rows(model, drawn, rows).rename(columns={"dma_id": "zone_id"})
    frame = frame.assign(patch=pd.Series(first[patch], dtype=object))
    lines = gpd.GeoSeries(lines_of(model.pipes)[graph.pipe_row[rows]])
    return gpd.GeoDataFrame(frame, geometry=lines).rename_geometry(GEOMETRY_COLUMN)


def _notes(model: DmaModel, told: Membership) -> tuple[str, ...]:
    """Return what the meters could not tell."""
    notes = []
    for code, words in (
        (
            CONTRADICTION,
            tr(
                "Meters contradict each other round {count} patches, nothing was assigned there: {pipes}. "
                "Check the zones that these meters measure into and out of."
            ),
        ),
        (
            TWO_ANSWERS,
            tr(
                "The meters round {count} patches fit two answers, nothing was assigned there: {pipes}. "
                "Connect them to a source, or draw them from pipes."
            ),
        ),
    ):
        failed = told.failed(code)
        if not len(failed):
            continue
        rows = np.flatnonzero(np.isin(told.patches.pipe, failed))
        first = pd.Series(model.dma.graph.pipe_id[rows].astype(str)).groupby(told.patches.pipe[rows]).min()
        named = sorted(first.tolist())[:_MOST_NAMED]
        notes.append(words.format(count=len(failed), pipes=listed(named)))
    return tuple(notes)
