"""The year's nights of leak search; stored as work orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array, grouped
from waternet_plugin.core.dma.zone_tree import zone_tree
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.leakage.searching.search_plan import SearchEffort, SearchPlan, plan_search
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.leakage.search_plan import search_summary
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.schema.use import drinking_water_in_use
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.leakage.locating import LOCATE, searched_pipes
from waternet_plugin.operations.leakage.narrow_readings import newest_assessment
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.rows.work_items import DONE, OPEN, SENT, UNDER_WAY, insert_items
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_PIPES = ("pipe_id", "system", "function", "status", "from_node", "to_node", "length_m", "dma_id")
_NODES = ("node_id", "kind", "system")
_ITEMS = ("item_id", "state", "source", "asset", "pipes", "closed_on")
_PLAN = "plan"


@dataclass(frozen=True)
class LeakSearchRequest:
    """What is planned.

    Parameters
    ----------
    name
        What people see in the list of batches.
    effort
        When, for how long and with how many.
    store
        Whether the nights are stored as work orders; open ones of an earlier plan go.
    """

    name: str
    effort: SearchEffort
    store: bool = False


@dataclass(frozen=True)
class LeakSearchResult(Written, PlainFrames):
    """A plan with its places; with ``store`` its work orders.

    Parameters
    ----------
    runs, pipes
        As `SearchPlan` has them, with ``geom``.
    plan
        The same without places.
    item_ids
        The work orders, in the order of the runs that have a night; () where none were stored.
    replaced
        How many open ones of an earlier plan they replace.
    summary
        The answer in sentences.
    notes
        Sentences that warn.
    """

    runs: gpd.GeoDataFrame
    pipes: gpd.GeoDataFrame
    plan: SearchPlan
    item_ids: tuple[str, ...]
    replaced: int
    summary: tuple[str, ...]
    notes: tuple[str, ...]


def plan_leak_search(
    network: Network,
    request: LeakSearchRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[LeakSearchResult], Any] = no_outputs,
) -> LeakSearchResult:
    """Plan which pipes are searched in which night; with ``store`` write an order for each run as one batch.

    Pipes that a crew searches already (sent or under way) are left out.

    Raises
    ------
    InputError
        Where no pipe of drinking water is in use.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda notes: _plan(network, request, progress, before_commit, notes), progress)


def _plan(
    network: Network,
    request: LeakSearchRequest,
    progress: Progress,
    before_commit: Callable[[LeakSearchResult], Any],
    notes: tuple[str, ...],
) -> LeakSearchResult:
    seen = network.position()
    settings = network.settings()
    progress.at(0.0, table("pipe").label)
    every = network.read("pipe", list(_PIPES))
    nodes = network.read("node", list(_NODES))
    progress.at(0.3, tr("Connecting pipes"))
    graph = build_graph(every, nodes, settings=settings).graph
    items = network.read("work_item", list(_ITEMS), where={"type": LOCATE}, geometry=False)
    is_used = drinking_water_in_use(every)
    if not is_used.any():
        raise InputError(tr("No pipe of drinking water is in use, so there is nothing to search."))
    searched = searched_pipes(items)
    running = searched[searched["state"].isin([SENT, UNDER_WAY]).to_numpy()]
    is_running = every["pipe_id"].isin(running["pipe_id"]).to_numpy()
    has_length = np.isfinite(graph.length_m) & (graph.length_m > 0)
    notes += _left_out_notes(graph.length_m, is_used, is_running, has_length)
    rows = np.flatnonzero(is_used & has_length & ~is_running)
    pipes = pd.DataFrame(every.drop(columns=GEOMETRY_COLUMN).iloc[rows].reset_index(drop=True))
    pipes["length_m"] = graph.length_m[rows]
    rates, run_id = newest_assessment(network, "rate_per_100km_y")
    if not run_id:
        notes += (tr("Health was not assessed: leaks are expected everywhere alike."),)
    pipes["rate_per_100km_y"] = pipes["pipe_id"].map(rates).astype(float)
    pipes["last_on"] = pd.to_datetime(pipes["pipe_id"].map(_last_searches(searched)))
    progress.at(0.7, tr("Planning the search"))
    plan = plan_search(
        pipes,
        start=graph.start[rows],
        end=graph.end[rows],
        alarms_m=_alarms_m(network, pipes),
        effort=request.effort,
        settings=settings,
    )
    lines = shapely.force_2d(every[GEOMETRY_COLUMN].to_numpy()[rows])
    at = rows_of_ids(pipes["pipe_id"], plan.pipes["pipe_id"])
    members = _on_map(plan.pipes, lines[at], network.crs)
    old = items[(items["state"] == OPEN) & (items["source"] == _PLAN) & items["pipes"].notna()]["item_id"]
    result = LeakSearchResult(
        "",
        _runs_on_map(plan, members, network.crs),
        members,
        plan,
        (),
        len(old) if request.store else 0,
        tuple(search_summary(plan, request.effort)),
        notes,
    )
    if not request.store:
        return finish_without_batch(result, before_commit)
    progress.at(0.9, tr("Writing"))
    facts = {"runs": int(plan.runs["night"].notna().sum()), "km": round(plan.km, 3), "replaced": len(old)}
    with network.write("dma", name=request.name, facts=facts, seen=seen, progress=progress) as batch:
        batch.delete("work_item", old.tolist())
        ids = insert_items(batch, _orders(result, request))
        return finish(batch, replace(result, item_ids=ids), before_commit)


def _left_out_notes(length_m: Array, used: Array, running: Array, known: Array) -> tuple[str, ...]:
    """Return what is not planned, in sentences."""
    notes = []
    busy = used & running & known
    if busy.any():
        notes.append(
            tr("%n pipe(s) that crews search already (sent, under way) are left out.", "", int(busy.sum()))
        )
    lost = used & ~known
    if lost.any():
        notes.append(tr("%n pipe(s) without a length are left out.", "", int(lost.sum())))
    return tuple(notes)


def _last_searches(searched: pd.DataFrame) -> pd.Series:
    """Return the day of the last search of each pipe that a done order names, by pipe."""
    done = searched[(searched["state"] == DONE).to_numpy() & searched["closed_on"].notna().to_numpy()]
    return done.groupby("pipe_id")["closed_on"].max()


def _alarms_m(network: Network, pipes: pd.DataFrame) -> Array:
    """Return how many open alarms there are a metre of their zones, for each pipe (P,), 1/m."""
    alarms = network.read("leak_alarm", ["zone_id", "ended_on"], geometry=False)
    alarms = alarms[alarms["ended_on"].isna().to_numpy()]
    if not len(alarms):
        return np.zeros(len(pipes))
    tree = zone_tree(network.read("zone", ["zone_id", "kind", "state", "parent_id", "level"], geometry=False))
    number = tree.numbers(pipes["dma_id"].to_numpy(dtype=object))
    length = tree.summed(number, pipes["length_m"].to_numpy(dtype=float))
    of_alarm = tree.numbers(alarms["zone_id"].to_numpy(dtype=object))
    count = np.bincount(of_alarm[of_alarm >= 0], minlength=tree.count)
    per_m = np.where(length > 0, count / np.where(length > 0, length, 1.0), 0.0)
    # An alarm of a zone is one of all zones within it.
    row, holder = tree.holders(number)
    return np.bincount(row, per_m[holder], minlength=len(pipes))


def _on_map(frame: pd.DataFrame, shapes: Any, crs: Any) -> gpd.GeoDataFrame:
    """Return rows with their places."""
    rows = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries(list(shapes), crs=crs))
    return rows.rename_geometry(GEOMETRY_COLUMN)


def _runs_on_map(plan: SearchPlan, members: gpd.GeoDataFrame, crs: Any) -> gpd.GeoDataFrame:
    """Return the runs with the lines of their pipes."""
    shapes = members[GEOMETRY_COLUMN].to_numpy()
    run = rows_of_ids(plan.runs["run_id"], plan.pipes["run_id"])
    order = np.argsort(run, kind="stable")
    parts, owner = shapely.get_parts(shapes[order], return_index=True)
    made = np.full(len(plan.runs), None, dtype=object)
    if len(parts):
        shapely.multilinestrings(parts, indices=run[order][owner], out=made)
    return _on_map(plan.runs, made, crs)


def _orders(result: LeakSearchResult, request: LeakSearchRequest) -> gpd.GeoDataFrame:
    """Return a row of ``work_item`` for each run that has a night."""
    plan = result.plan
    planned = result.runs[result.runs["night"].notna().to_numpy()].reset_index(drop=True)
    listed: dict[str, list[str]] = grouped(zip(plan.pipes["run_id"], plan.pipes["pipe_id"]))
    team = tr("Search crew {number}")
    rows = {
        "type": LOCATE,
        "state": OPEN,
        "source": _PLAN,
        "opened_on": pd.Timestamp(request.effort.start),
        "due_on": planned["night"].astype("datetime64[ns]"),
        "team": [team.format(number=int(crew)) for crew in planned["crew"]],
        "zone_id": planned["zone_id"].to_numpy(dtype=object),
        "pipes": [";".join(listed[run]) for run in planned["run_id"]],
        "length_m": planned["length_m"].to_numpy(dtype=float),
        "note": planned["run_id"].to_numpy(dtype=object),
    }
    marks = shapely.point_on_surface(planned[GEOMETRY_COLUMN].to_numpy())
    return _on_map(pd.DataFrame(rows), marks, result.runs.crs)
