"""What a scenario of metered areas asks of valves and meters: rows of nodes, and orders for the street."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import pandas as pd

from waternet_plugin.core.dma.scenario import CLOSE, METER, NEW_VALVE, OPEN
from waternet_plugin.core.frames import records
from waternet_plugin.core.schema.constraints import kinds_of
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.network import Network

_STATE_OF = {CLOSE: "closed", NEW_VALVE: "closed", OPEN: "open"}


def device_rows(
    network: Network, devices: pd.DataFrame, *, sets_valves: bool
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Return what nodes that are there become, and work orders for all that has to be done in the street.

    Parameters
    ----------
    network
        The network.
    devices
        Of the scenario.
    sets_valves
        Whether valves are entered as the scenario has them.

    Returns
    -------
    tuple
        node_id, valve_state, meter_in, meter_out and in ``columns`` the first column that changes; rows of
        work items without an id. Meters that are there need no order.
    """
    rows = records(devices)
    names = [row[key] for row in rows for key in ("node_id", "at_node") if row[key]]
    nodes = network.read("node", ["node_id", "kind"], ids=list(dict.fromkeys(names)))
    there = {row["node_id"]: row for row in records(nodes)}
    meters = kinds_of(("meter",))
    valves = set(network.settings().words("network.isolation_kinds"))
    changes, orders = [], []
    today = pd.Timestamp.now().normalize()
    for row in rows:
        node = there.get(row["node_id"] or row["at_node"])
        kind = "" if node is None else str(node["kind"])
        if node is not None and row["kind"] == METER and kind in meters:
            sides = {"meter_in": row["zone_in"], "meter_out": row["zone_out"]}
            changes.append({"node_id": node["node_id"], "columns": "meter_in", **sides})
            continue
        if node is not None and row["kind"] in _STATE_OF and kind in valves and sets_valves:
            state = _STATE_OF[row["kind"]]
            changes.append({"node_id": node["node_id"], "columns": "valve_state", "valve_state": state})
        place = there.get(row["at_node"] or row["node_id"])
        orders.append(
            {
                "item_id": "",
                "type": "order",
                "state": "open",
                "opened_on": today,
                "asset": row["node_id"] or row["pipe_id"],
                "zone_id": row["zone_in"] or row["zone_out"],
                "note": _order(row),
                GEOMETRY_COLUMN: None if place is None else place[GEOMETRY_COLUMN],
            }
        )
    columns = ["item_id", "type", "state", "opened_on", "asset", "zone_id", "note", GEOMETRY_COLUMN]
    frame = gpd.GeoDataFrame(pd.DataFrame(orders, columns=columns), geometry=GEOMETRY_COLUMN, crs=network.crs)
    wide = ["node_id", "columns", "valve_state", "meter_in", "meter_out"]
    return pd.DataFrame(changes, columns=wide, dtype=object), frame


def _order(row: Mapping[str, Any]) -> str:
    """Return what has to be done for a device."""
    sentences = {
        CLOSE: tr("Close valve {node} on pipe {pipe}: boundary of {zones}."),
        OPEN: tr("Open valve {node} on pipe {pipe}."),
        METER: tr("Install a boundary meter on pipe {pipe} at {node}: boundary of {zones}."),
        NEW_VALVE: tr("Install a valve on pipe {pipe} at {node} and close it: boundary of {zones}."),
    }
    zones = [row[key] for key in ("zone_in", "zone_out") if row[key]]
    node = row["node_id"] or row["at_node"] or "?"
    return sentences[row["kind"]].format(node=node, pipe=row["pipe_id"] or "?", zones=listed(zones) or "?")
