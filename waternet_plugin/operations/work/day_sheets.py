"""Day sheets of work orders that are not over: by crew and due day, with what lies around their places."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.reports.compounds.day_sheet import DayOrder, DaySheet, Surroundings, day_sheets
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.rows.work_items import RUNNING
from waternet_plugin.operations.work.work_list import ITEMS, work_list
from waternet_plugin.store.network import Network

# Around the outermost orders, for what the maps of their sheets show beside them, m.
_AROUND_M = 250.0
# The column that says what an asset is; names of customers are personal and on no paper.
_SAYS_WHAT = {"pipe": "system", "node": "kind", "customer": "kind"}


@dataclass(frozen=True)
class ItemSheets:
    """Sheets, the title of their network, and what their maps show around."""

    sheets: tuple[DaySheet, ...]
    network: str
    around: Surroundings


def item_sheets(network: Network, item_ids: Sequence[str]) -> ItemSheets:
    """Return the sheets of work orders that are not over, by crew and then by day.

    Parameters
    ----------
    item_ids
        The orders, in the order in which they are listed.

    Raises
    ------
    InputError
        Where all of them are over.
    """
    rows = {row["id"]: row for row in work_list(network).rows if row["table"] == ITEMS}
    named = [rows[name] for name in dict.fromkeys(item_ids) if name in rows]
    wanted = [row for row in named if row["state"] in RUNNING]
    if not wanted:
        raise InputError(tr("These work orders are over. Choose some that are still to be done."))
    assets = _assets(network, [str(row["asset"]) for row in wanted if row["asset"]])
    orders = [_order(row, *assets.get(row["asset"], ("", None))) for row in wanted]
    return ItemSheets(day_sheets(orders), network.title, _around(network, orders))


def _assets(network: Network, ids: Sequence[str]) -> dict[str, tuple[str, Any]]:
    """Return what assets are, in words, and where; those of other tables are left out."""
    known: dict[str, tuple[str, Any]] = {}
    for name, column in _SAYS_WHAT.items():
        described = table(name)
        read = network.read(name, [described.id_field, column], ids=sorted(set(ids) - set(known)))
        codes = network.table(name).field(column).codes
        for asset, code, shape in zip(
            read[described.id_field], read[column], read[GEOMETRY_COLUMN].to_numpy(dtype=object)
        ):
            known[str(asset)] = (codes[code].label if code in codes else "", shape)
    return known


def _order(row: dict[str, Any], what: str, shape: Any) -> DayOrder:
    point = None if row["x"] is None else shapely.Point(row["x"], row["y"])
    return DayOrder(
        row["what"],
        str(row["team"] or row["person"] or ""),
        datetime.date.fromisoformat(row["due"][:10]) if row["due"] else None,
        str(row["compound"] or ""),
        " ".join(part for part in (what, str(row["asset"] or "")) if part),
        str(row["street"] or ""),
        str(row["note"] or ""),
        str(row["person"] or ""),
        row["id"],
        # A pipe is drawn whole, all else where its order says.
        shape=shape if shape is not None and shapely.get_dimensions(shape) == 1 else point,
    )


def _around(network: Network, orders: Sequence[DayOrder]) -> Surroundings:
    """Read what lies around the places of orders."""
    placed = [order.shape for order in orders if order.has_place]
    box = (0.0, 0.0, 0.0, 0.0)
    if placed:
        west, south, east, north = shapely.total_bounds(placed).tolist()
        box = (west - _AROUND_M, south - _AROUND_M, east + _AROUND_M, north + _AROUND_M)
    pipes = network.read("pipe", ["street"], bbox=box)
    compounds = network.read("compound", ["compound_id"], bbox=box)
    return Surroundings(
        pipes[GEOMETRY_COLUMN].to_numpy(dtype=object),
        pipes["street"].fillna("").to_numpy(dtype=object),
        compounds[GEOMETRY_COLUMN].to_numpy(dtype=object),
    )
