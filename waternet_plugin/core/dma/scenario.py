"""Scenarios of metered areas: what differs from the network, laid over it and compared."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames, records
from waternet_plugin.core.id_lookup import rows_of_ids

CLOSE, OPEN, METER, NEW_VALVE = "close", "open", "meter", "valve"
ZONE_COLUMNS = ("zone_id", "name", "kind", "level", "parent_id", "state", "note")
PIPE_COLUMNS = ("pipe_id", "zone_id")
DEVICE_COLUMNS = (
    "device_id", "kind", "pipe_id", "node_id", "at_node", "zone_in", "zone_out", "diameter_mm", "cost",
    "note",
)  # fmt: skip
# What makes two devices one: what is done where, and for which zones.
_SAME_DEVICE = ("kind", "pipe_id", "at_node", "zone_in", "zone_out")
_DMA = "dma"


def _empty(columns: tuple[str, ...]) -> pd.DataFrame:
    frame: pd.DataFrame = pd.DataFrame({name: np.empty(0, dtype=object) for name in columns})
    return frame


@dataclass(frozen=True)
class Scenario(PlainFrames):
    """Rows of a scenario; without any it is the network itself.

    Parameters
    ----------
    zones
        Zones that it adds, changes or gives up (state ``retired``): ZONE_COLUMNS.
    pipes
        Pipes whose zone is another than in the network: PIPE_COLUMNS, None for no zone.
    devices
        What is to be closed, opened or installed: DEVICE_COLUMNS.
    """

    zones: pd.DataFrame = field(default_factory=lambda: _empty(ZONE_COLUMNS))
    pipes: pd.DataFrame = field(default_factory=lambda: _empty(PIPE_COLUMNS))
    devices: pd.DataFrame = field(default_factory=lambda: _empty(DEVICE_COLUMNS))


def nodes_of_several_meters(devices: Iterable[tuple[str, str, bool]]) -> frozenset[str]:
    """Return the nodes at which several pipes get a meter each.

    Parameters
    ----------
    devices
        Of each its kind, its node, and whether the node is the device already.
    """
    counts = Counter(at_node for kind, at_node, is_there in devices if kind == METER and not is_there)
    return frozenset(node for node, count in counts.items() if count > 1 and node)


def has_meters_of_several_pipes(scenario: Scenario) -> bool:
    """Return whether several pipes get a meter each at a node, which then have nodes of their own."""
    devices = zip(*(scenario.devices[name] for name in ("kind", "at_node", "node_id")))
    return bool(
        nodes_of_several_meters((str(kind), str(at or ""), node is not None) for kind, at, node in devices)
    )


@dataclass(frozen=True)
class ScenarioComparison(PlainFrames):
    """In what two scenarios differ, ``a`` and ``b``.

    Parameters
    ----------
    pipes
        pipe_id, zone_a, zone_b: pipes that belong to another zone.
    zones
        zone_id and, of each field but the id, its value in both (``name_a``, ``name_b``, ...); a zone that is
        missing from one has no ``kind`` there.
    devices
        The columns of devices and ``in_a``, which tells where each is.
    """

    pipes: pd.DataFrame
    zones: pd.DataFrame
    devices: pd.DataFrame


def _plain(values: Array | pd.Series) -> Array:
    """Return ids as objects in an array of their own, None for those that are missing or empty."""
    # Of an array NumPy makes a copy in every version; a copy by pandas may be read-only.
    plain: Array = np.array(pd.Series(values, dtype=object).to_numpy(), dtype=object)
    plain[pd.isna(plain) | (plain == "")] = None
    return plain


def membership(pipe_id: Array, dma_id: Array, scenario: Scenario) -> Array:
    """Return the zone of each pipe as a scenario has it, None for none (P,).

    Parameters
    ----------
    pipe_id
        Ids (P,).
    dma_id
        Zones in the network (P,), None for none.
    scenario
        What differs.
    """
    zone_ids = _plain(dma_id)
    rows = scenario.pipes.drop_duplicates("pipe_id", keep="last")
    row = rows_of_ids(rows["pipe_id"], pipe_id)
    zone_ids[row >= 0] = _plain(rows["zone_id"])[row[row >= 0]]
    return zone_ids


def differing(pipe_id: Array, dma_id: Array, wanted: Array) -> pd.DataFrame:
    """Return the pipes of a scenario, PIPE_COLUMNS: those whose wanted zone is not the one they have."""
    now, then = _plain(dma_id), _plain(wanted)
    rows = np.flatnonzero(now != then)
    ids = pd.Series(pipe_id, dtype=object).to_numpy()
    differences: pd.DataFrame = pd.DataFrame({"pipe_id": ids[rows], "zone_id": then[rows]}, dtype=object)
    return differences


def zones_with(zones: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Return the zones of a network as a scenario has them, new ones last.

    What a scenario leaves empty stays as it is; a new zone is a metered area that is drafted.

    Parameters
    ----------
    zones
        zone_id and any of the other ZONE_COLUMNS; more columns stay.
    scenario
        What differs.
    """
    rows = records(zones)
    row_of = {row["zone_id"]: row for row in rows}
    for change in records(scenario.zones):
        known = {name: change.get(name) for name in ZONE_COLUMNS if not _is_missing(change.get(name))}
        row = row_of.get(change["zone_id"])
        if row is None:
            row = dict.fromkeys(zones.columns) | {"kind": _DMA, "state": "draft"}
            rows.append(row)
            row_of[change["zone_id"]] = row
        row.update({name: value for name, value in known.items() if name in zones.columns})
        if "parent_id" in zones.columns:
            # A zone of a scenario stands where the scenario puts it, at the top too.
            parent = change.get("parent_id")
            row["parent_id"] = None if _is_missing(parent) else parent
    changed: pd.DataFrame = pd.DataFrame(rows, columns=zones.columns, dtype=object)
    return changed


def _is_missing(value: object) -> bool:
    return value is None or value == "" or value != value


def compare(
    first: Scenario, second: Scenario, pipes: pd.DataFrame, zones: pd.DataFrame
) -> ScenarioComparison:
    """Return in what two scenarios differ.

    Parameters
    ----------
    one, other
        The scenarios; ``Scenario()`` is the network as it is.
    pipes
        pipe_id and dma_id of the network, at least those that either scenario names; one that is not among
        them is gone and left out.
    zones
        Zones of the network: ZONE_COLUMNS.
    """
    ids = pipes["pipe_id"].to_numpy(dtype=object)
    now = pipes["dma_id"].to_numpy(dtype=object)
    of_a, of_b = (membership(ids, now, each) for each in (first, second))
    rows = np.flatnonzero(of_a != of_b)
    return ScenarioComparison(
        pd.DataFrame({"pipe_id": ids[rows], "zone_a": of_a[rows], "zone_b": of_b[rows]}, dtype=object),
        _zones_that_differ(zones_with(zones, first), zones_with(zones, second)),
        _devices_of_one(first.devices, second.devices),
    )


def _zones_that_differ(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    fields = [name for name in ZONE_COLUMNS if name != "zone_id" and name in first.columns]
    rows_of = [{row["zone_id"]: row for row in records(frame)} for frame in (first, second)]
    zone_rows = []
    for name in dict.fromkeys([*rows_of[0], *rows_of[1]]):
        both = [rows.get(name, {}) for rows in rows_of]
        values = [[None if _is_missing(row.get(key)) else row[key] for key in fields] for row in both]
        if values[0] != values[1]:
            zone_rows.append([name, *(value for pair in zip(*values) for value in pair)])
    columns = ["zone_id", *(f"{key}_{side}" for key in fields for side in "ab")]
    differing_zones: pd.DataFrame = pd.DataFrame(zone_rows, columns=columns, dtype=object)
    return differing_zones


def _devices_of_one(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    sides = []
    for frame, is_in_a in ((first, True), (second, False)):
        rows = [{name: row.get(name) for name in DEVICE_COLUMNS} for row in records(frame)]
        sides.append(
            {tuple(str(row[key] or "") for key in _SAME_DEVICE): {**row, "in_a": is_in_a} for row in rows}
        )
    single_devices = [row for key, row in sides[0].items() if key not in sides[1]]
    single_devices += [row for key, row in sides[1].items() if key not in sides[0]]
    devices: pd.DataFrame = pd.DataFrame(single_devices, columns=[*DEVICE_COLUMNS, "in_a"], dtype=object)
    return devices
