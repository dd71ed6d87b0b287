"""Scenarios of metered areas: listed, read for drawing, and stored as one batch."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.dma.drawing.scenario_content import ScenarioContent
from waternet_plugin.core.frames import records
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.dma.stored_scenarios import refuse_changed_scenario
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs
from waternet_plugin.operations.written import Written
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.network import Network

_PREFIX = "S-"
_DRAFT = "draft"


@dataclass(frozen=True)
class ScenarioHead:
    """A scenario in the list: its id, name and state."""

    scenario_id: str
    name: str
    state: str = _DRAFT


@dataclass(frozen=True)
class StoreScenarioRequest:
    """A scenario to store.

    Parameters
    ----------
    content
        What it differs in from the network.
    name
        What people call it.
    scenario_id
        The scenario that is written over; '' for a new one.
    parent_id
        The scenario that a new one is branched from, '' for the network.
    figures
        Of its zones, by their ids.
    seen
        Fingerprint of what was there when it was read or stored last; '' to write over whatever is there.
    """

    content: ScenarioContent
    name: str
    scenario_id: str = ""
    parent_id: str = ""
    figures: Optional[Mapping[str, Any]] = None
    seen: str = ""


@dataclass(frozen=True)
class StoredScenario(Written):
    """A scenario that was stored: its id."""

    scenario_id: str


def list_scenarios(network: Network) -> tuple[ScenarioHead, ...]:
    """Return the scenarios that are not adopted, the oldest first."""
    heads = [
        ScenarioHead(row["scenario_id"], row["name"] or row["scenario_id"], row["state"] or _DRAFT)
        for row in records(network.read("zone_scenario", ["scenario_id", "name", "state"]))
    ]
    return tuple(head for head in heads if head.state == _DRAFT)


def store_scenario(
    network: Network,
    request: StoreScenarioRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[StoredScenario], Any] = no_outputs,
) -> StoredScenario:
    """Store a scenario as one batch; rows that are as they were are not written.

    Raises
    ------
    ScenarioChangedError
        When somebody else stored, adopted or deleted it since it was seen.
    """
    seen = network.position()
    given = request.name if request.scenario_id else _free_name(network, request.name)
    title = tr("DMA scenario {name}").format(name=given)
    with network.write("dma", name=title, seen=seen, progress=progress) as batch:
        scenario_id = request.scenario_id or batch.next_id("zone_scenario", _PREFIX)
        if request.scenario_id and request.seen:
            # Nobody else can write from here on.
            refuse_changed_scenario(network, scenario_id, request.name, request.seen)
        head = {
            "scenario_id": scenario_id,
            "name": given,
            "figures": json.dumps(request.figures or {}, ensure_ascii=False),
        }
        if len(network.read("zone_scenario", ["scenario_id"], ids=[scenario_id])):
            batch.update("zone_scenario", pd.DataFrame([head]))
        else:
            branch = {
                "created_on": pd.Timestamp.now(tz="UTC"),
                "parent_id": request.parent_id or None,
                "base_log": network.known_entry(seen),
            }
            batch.insert("zone_scenario", pd.DataFrame([{**head, **branch, "state": _DRAFT}]))
        for table, rows in _rows(scenario_id, request.content).items():
            _put_differences(network, batch, table, scenario_id, rows)
        return finish(batch, StoredScenario(batch.batch_id, scenario_id), before_commit)


def _free_name(network: Network, name: str) -> str:
    """Return a name that no scenario has: the same one may have been chosen in another window."""
    taken = {head.name for head in list_scenarios(network)}
    names = (name, *(f"{name} ({number})" for number in range(2, len(taken) + 3)))
    return next(one for one in names if one not in taken)


def _rows(scenario_id: str, content: ScenarioContent) -> dict[str, list[dict[str, Any]]]:
    taken: set[str] = set()

    def made(key: str, row: str, /, **values: Any) -> dict[str, Any]:
        # Several devices of a kind may stand at one node: each is a row of its own.
        number = next(one for one in itertools.count(1) if f"{key} {row} {one}" not in taken)
        taken.add(f"{key} {row} {number}")
        name = f"{scenario_id}:{row}" if number == 1 else f"{scenario_id}:{row}:{number}"
        return {key: name, "scenario_id": scenario_id, **values}

    return {
        "scenario_zone": [
            made(
                "scenario_zone_id", zone, zone_id=zone, name=zone, kind="dma", parent_id=parent, state=_DRAFT
            )
            for zone, parent in content.zones.items()
        ],
        "scenario_pipe": [
            made("scenario_pipe_id", pipe, pipe_id=pipe, zone_id=zone) for pipe, zone in content.pipes.items()
        ],
        "scenario_device": [
            made(
                "device_id",
                f"{device.at_node}:{device.kind}:{device.pipe_id}",
                kind=device.kind,
                pipe_id=device.pipe_id or None,
                node_id=device.at_node if device.is_there else None,
                at_node=device.at_node,
                zone_in=device.zone_in,
                zone_out=device.zone_out,
                diameter_mm=device.diameter_mm,
            )
            for device in content.devices
        ],
    }


def _put_differences(
    network: Network, batch: Batch, table: str, scenario_id: str, rows: list[dict[str, Any]]
) -> None:
    """Write what is new and what changed, and delete what is no more."""
    key = {"scenario_zone": "scenario_zone_id", "scenario_pipe": "scenario_pipe_id"}.get(table, "device_id")
    columns = list(rows[0]) if rows else [key]
    there = records(network.read(table, columns, where={"scenario_id": scenario_id}))
    before = {row[key]: row for row in there}
    now = {row[key]: row for row in rows}
    gone = [one for one in before if one not in now]
    if gone:
        batch.delete(table, gone)
    changed = [row for one, row in now.items() if one in before and not _is_same(before[one], row)]
    if changed:
        batch.update(table, pd.DataFrame(changed, columns=columns))
    new = [row for one, row in now.items() if one not in before]
    if new:
        batch.insert(table, pd.DataFrame(new, columns=columns))


def _is_same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    # Unknown numbers are not equal to themselves.
    return all(
        one[name] == value or (one[name] != one[name] and value != value) for name, value in other.items()
    )
