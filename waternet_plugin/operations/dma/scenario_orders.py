"""What a scenario of metered areas asks of valves and meters: rows of nodes, and orders for the street.

A valve stands closed or open once its order is done (`consequences/ordered_valves`), never because it
is planned.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import pandas as pd

from waternet_plugin.core.dma.scenario import CLOSE, METER, NEW_VALVE, OPEN
from waternet_plugin.core.frames import records
from waternet_plugin.core.schema.constraints import kinds_of
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.operations.rows.work_items import OPEN as OPEN_ITEM
from waternet_plugin.store.network import Network

_SIDES = ("meter_in", "meter_out")
_COLUMNS = (
    "type", "state", "opened_on", "asset", "zone_id", "note", "source_id", GEOMETRY_COLUMN,
)  # fmt: skip


@dataclass(frozen=True)
class OrderContext:
    """What orders say beside their device.

    Parameters
    ----------
    zone_of_pipe
        Zone of each pipe as the scenario has it, None for none.
    cut_off
        Who is without water once all is closed; '' for nobody.
    cut_off_at
        Ids of the nodes whose closing does that.
    """

    zone_of_pipe: Mapping[str, Optional[str]]
    cut_off: str = ""
    cut_off_at: frozenset[str] = frozenset()


def device_rows(
    network: Network, devices: pd.DataFrame, context: OrderContext
) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Return what meters that are there measure, and work orders for all that has to be done in the street.

    Parameters
    ----------
    devices
        Of the scenario.
    context
        Zones, and who is cut off.

    Returns
    -------
    tuple
        node_id, meter_in, meter_out; rows of work items without an id. Meters that are there need no order.
    """
    rows = records(devices)
    names = [row[key] for row in rows for key in ("node_id", "at_node") if row[key]]
    nodes = network.read("node", ["node_id", "kind", *_SIDES], ids=list(dict.fromkeys(names)))
    there = {row["node_id"]: row for row in records(nodes)}
    meters = kinds_of(("meter",))
    changes, orders = [], []
    today = pd.Timestamp.now().normalize()
    for row in rows:
        node = there.get(row["node_id"] or row["at_node"])
        kind = "" if node is None else str(node["kind"])
        if row["kind"] == METER:
            sides = dict(zip(_SIDES, (row["zone_in"], row["zone_out"])))
            measures = node is not None and any(node[side] for side in _SIDES)
            if node is not None and (measures or kind in meters):
                changes.append({"node_id": node["node_id"], **sides})
                continue
            if not any(sides.values()):
                continue
        place = there.get(row["at_node"] or row["node_id"])
        zones = _zones(row, context)
        orders.append(
            {
                "type": "order",
                "state": OPEN_ITEM,
                "opened_on": today,
                "asset": row["node_id"] or row["pipe_id"],
                "zone_id": zones[0] if zones else None,
                "note": _order(row, zones, context),
                "source_id": row["device_id"],
                GEOMETRY_COLUMN: None if place is None else place[GEOMETRY_COLUMN],
            }
        )
    frame = gpd.GeoDataFrame(
        pd.DataFrame(orders, columns=list(_COLUMNS)), geometry=GEOMETRY_COLUMN, crs=network.crs
    )
    return pd.DataFrame(changes, columns=["node_id", *_SIDES], dtype=object), frame


def _zones(row: Mapping[str, Any], context: OrderContext) -> list[str]:
    """Return the zones at the two sides of a device, as far as they are known, each once."""
    sides = [row["zone_in"], row["zone_out"]]
    if not any(sides):
        sides = [context.zone_of_pipe.get(str(row["pipe_id"]))]
    return list(dict.fromkeys(str(one) for one in sides if one))


def _order(row: Mapping[str, Any], zones: list[str], context: OrderContext) -> str:
    """Return what has to be done for a device."""
    work = {
        CLOSE: tr("Close valve {node} on pipe {pipe}."),
        OPEN: tr("Open valve {node} on pipe {pipe}."),
        METER: tr("Install a boundary meter on pipe {pipe} at {node}, and draw it on the map."),
        NEW_VALVE: tr("Install a valve on pipe {pipe} at {node}, close it and draw it on the map."),
    }
    node = row["node_id"] or row["at_node"]
    found = [work[row["kind"]].format(node=node or "?", pipe=row["pipe_id"] or "?")]
    if zones:
        found.append(tr("Boundary of {zones}.").format(zones=listed(zones)))
    if row["kind"] in (CLOSE, NEW_VALVE) and node in context.cut_off_at:
        found.append(context.cut_off)
    return joined(found)
