"""Adopt a scenario of metered areas: its zones and pipes become those of the network, as one batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.scenario import ZONE_COLUMNS, Scenario, membership, zones_with
from waternet_plugin.core.dma.scenario_view import in_scenario
from waternet_plugin.core.dma.verdict.cut_off import LostSupply, find_cut_off, lost_supply
from waternet_plugin.core.dma.zone_tree import zone_tree
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import records
from waternet_plugin.core.network.model.customers import UserCount
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.dma.area_network import prepared_for_dma
from waternet_plugin.operations.dma.scenario_changes import change_sentences, changed_since_branch
from waternet_plugin.operations.dma.scenario_orders import OrderContext, device_rows
from waternet_plugin.operations.dma.stored_scenarios import (
    ADOPTED,
    refuse_changed_scenario,
    scenario_head,
    scenario_named,
    scenario_rows,
)
from waternet_plugin.operations.dma.zone_areas import areas_after
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.rows.work_items import insert_items
from waternet_plugin.operations.written import Written
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.network import Network

KIND = "dma"
# So many zones that can't be are named.
_NAMED = 5
_HUE = "hue"
_CHECKED = ("verdict", "checked_on", "tested_on", "retest")


@dataclass(frozen=True)
class AdoptScenarioRequest:
    """Which scenario is adopted.

    Parameters
    ----------
    scenario_id
        Its id, or its name where no other draft has it.
    seen
        Fingerprint of what was there when it was read; '' to adopt whatever is there.
    """

    scenario_id: str
    seen: str = ""

    def __post_init__(self) -> None:
        if not self.scenario_id:
            raise InputError(tr("Choose the scenario to adopt."))


@dataclass(frozen=True)
class AdoptScenarioResult(Written):
    """What adopting a scenario did.

    Parameters
    ----------
    pipes, zones, areas, nodes, orders
        How many pipes changed their zone, zones were made or changed, areas were drawn anew, meters got
        other sides, and work orders were written.
    cut_off
        Who is without water once the orders are done; None where nobody is.
    changed
        Ids by table of what changed in the network since the scenario was branched, as far as it concerns
        the scenario.
    messages
        Sentences for the user.
    """

    pipes: int = 0
    zones: int = 0
    areas: int = 0
    nodes: int = 0
    orders: int = 0
    cut_off: Optional[UserCount] = None
    changed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    messages: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Plan:
    """The rows that are written, by table; new zones and orders are inserted, the others updated."""

    zones: gpd.GeoDataFrame
    new_zones: gpd.GeoDataFrame
    areas: int
    pipes: pd.DataFrame
    nodes: pd.DataFrame
    orders: gpd.GeoDataFrame
    lost: LostSupply

    def messages(self) -> list[str]:
        """Return what is said of the devices."""
        found = [self.lost.text()] if self.lost.is_any else []
        if len(self.orders):
            found.append(
                tr(
                    "%n work order(s) are open: valves count as closed or open once theirs is done.",
                    "",
                    len(self.orders),
                )
            )
        return found


def adopt_scenario(
    network: Network,
    request: AdoptScenarioRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[AdoptScenarioResult], Any] = no_outputs,
) -> AdoptScenarioResult:
    """Write what a scenario differs in to the network, as one batch.

    Pipes get their zones, zones their areas, meters that are there their sides. What has to be done in the
    street becomes work orders; valves stay as they are until theirs is done. Zones that gain or lose pipes
    are unchecked again.

    Raises
    ------
    InputError
        When there is no such scenario, it is adopted already, is empty, or its zones can't be.
    ScenarioChangedError
        When somebody else stored it since it was seen.
    ConflictError
        When others change the same rows twice while it is adopted.
    """

    def work(told: tuple[str, ...]) -> AdoptScenarioResult:
        return _adopt(network, request, told, before_commit, progress)

    return with_newest_rows(work, progress)


def _adopt(
    network: Network,
    request: AdoptScenarioRequest,
    told: tuple[str, ...],
    before_commit: Callable[[AdoptScenarioResult], Any],
    progress: Progress,
) -> AdoptScenarioResult:
    seen = network.position()
    scenario_id = scenario_named(network, request.scenario_id)
    head = scenario_head(network, scenario_id)
    name = str(head["name"] or scenario_id)
    if head["state"] == ADOPTED:
        text = tr("The scenario “{name}” has been adopted already. Branch a new one from the network.")
        raise InputError(text.format(name=name))
    if request.seen:
        refuse_changed_scenario(network, scenario_id, name, request.seen)
    scenario = scenario_rows(network, scenario_id)
    if not (len(scenario.zones) or len(scenario.pipes) or len(scenario.devices)):
        raise InputError(tr("The scenario “{name}” differs in nothing from the network.").format(name=name))
    pipes = network.read("pipe", ["pipe_id", "dma_id"], geometry=False)
    progress.at(0.2)
    plan = _plan(network, scenario, pipes, progress.part(0.2, 0.7))
    changed = changed_since_branch(network, head["base_log"], scenario, pipes)
    with network.write(KIND, name=tr("Scenario adopted: {name}").format(name=name), seen=seen) as batch:
        batch.facts = {"scenario": scenario_id}
        _write(batch, plan)
        row = {"scenario_id": scenario_id, "state": ADOPTED, "adopted_on": pd.Timestamp.now(tz="UTC")}
        batch.update("zone_scenario", pd.DataFrame([row]))
        result = AdoptScenarioResult(
            batch.batch_id,
            len(plan.pipes),
            len(plan.zones) + len(plan.new_zones),
            plan.areas,
            len(plan.nodes),
            len(plan.orders),
            plan.lost.users if plan.lost.is_any else None,
            changed,
            (*told, *plan.messages(), *change_sentences(scenario, pipes, changed)),
        )
        return finish(batch, result, before_commit)


def _write(batch: Batch, plan: _Plan) -> None:
    if len(plan.new_zones):
        batch.insert("zone", plan.new_zones)
    if len(plan.zones):
        batch.update("zone", plan.zones)
    if len(plan.pipes):
        batch.update("pipe", plan.pipes)
    if len(plan.nodes):
        batch.update("node", plan.nodes)
    insert_items(batch, plan.orders)


def _plan(
    network: Network,
    scenario: Scenario,
    pipes: pd.DataFrame,
    progress: Progress,
) -> _Plan:
    live = network.read("zone", [*ZONE_COLUMNS, *_CHECKED, _HUE], geometry=False)
    zones = zones_with(live, scenario)
    ids = pipes["pipe_id"].to_numpy(dtype=object)
    now = membership(ids, pipes["dma_id"].to_numpy(dtype=object), Scenario())
    wanted = membership(ids, now, scenario)
    _refuse_zones(zones, wanted)
    areas = areas_after(network, ids, now, wanted, zones, progress)
    moved = np.flatnonzero(now != wanted)
    touched = {str(one) for one in [*now[moved], *wanted[moved]] if one is not None}
    lost, cut_off_at = _lost_supply(network, scenario)
    context = OrderContext(dict(zip(ids.tolist(), wanted.tolist())), lost.text(), cut_off_at)
    nodes, orders = device_rows(network, scenario.devices, context)
    written, new = _zone_rows(network, live, zones, areas, touched)
    return _Plan(
        written,
        new,
        len(areas),
        pd.DataFrame({"pipe_id": ids[moved], "dma_id": wanted[moved]}, dtype=object),
        nodes,
        orders,
        lost,
    )


def _lost_supply(network: Network, scenario: Scenario) -> tuple[LostSupply, frozenset[str]]:
    """Return who is without water once all devices are as planned, and the ids of the nodes that do it."""
    with prepared_for_dma(network) as model:
        planned = in_scenario(model, scenario).dma
        closed = np.flatnonzero(planned.closed[: model.graph.node_count] & ~model.dma.closed)
        lost = lost_supply(planned, find_cut_off(planned, np.union1d(closed, planned.shut_ends[1])))
        names = [str(model.graph.node_id[node] or "") for node in sorted(lost.valves)]
    return lost, frozenset(names)


def _refuse_zones(zones: pd.DataFrame, wanted: Array) -> None:
    tree = zone_tree(zones)
    named = {str(one) for one in wanted if one is not None}
    missing = sorted(named - {str(one) for one in tree.zone_id})
    if missing:
        text = tr("The scenario puts pipes into {zones}, which is not a metered area in use. Draw it first.")
        raise InputError(text.format(zones=listed(missing[:_NAMED])))
    if tree.in_cycle.any():
        text = tr("These zones lie in each other: {zones}. Correct their parent zones in the scenario.")
        raise InputError(text.format(zones=listed(tree.zone_id[tree.in_cycle].tolist()[:_NAMED])))


def _zone_rows(
    network: Network, live: pd.DataFrame, zones: pd.DataFrame, areas: gpd.GeoDataFrame, touched: set[str]
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return the zones that change and those that are new, with the areas that they have then."""
    stored = network.read("zone", ["zone_id"])
    shape_of = dict(zip(stored["zone_id"], stored[GEOMETRY_COLUMN]))
    drawn = {row["zone_id"]: row for row in records(areas)}
    before = {row["zone_id"]: row for row in records(live)}
    rows = []
    for row in records(zones):
        name = row["zone_id"]
        area = drawn.get(name)
        if name in touched:
            tested = before.get(name, {}).get("tested_on")
            row.update(verdict=None, checked_on=None, retest=row["retest"] if pd.isna(tested) else "yes")
        is_same = name in before and area is None and all(_same(before[name][key], row[key]) for key in row)
        if is_same:
            continue
        shape = shape_of.get(name) if area is None else area[GEOMETRY_COLUMN]
        hue = row[_HUE] if area is None else area[_HUE]
        rows.append({**row, _HUE: hue, GEOMETRY_COLUMN: shape})
    columns = [*live.columns, GEOMETRY_COLUMN]
    frame = gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), geometry=GEOMETRY_COLUMN, crs=network.crs)
    is_new = ~frame["zone_id"].isin(list(before))
    # What a check or a test says of a zone is written by them, or taken back here.
    kept = [name for name in columns if name != "tested_on"]
    return frame.loc[~is_new, kept], frame.loc[is_new, kept]


def _same(one: Any, other: Any) -> bool:
    return bool(one == other or (pd.isna(one) and pd.isna(other)))
