"""Day sheets of crews: open work orders by crew and due day, as reports to print."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Optional

import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.file_names import plain_name
from waternet_plugin.core.reports.compounds.day_sheet import DayOrder, Surroundings, day_sheet
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.rows.work_items import RUNNING
from waternet_plugin.operations.work.work_list import ITEMS, work_list
from waternet_plugin.store.network import Network

# Around the outermost orders of a sheet, for what its sketches show beside them, m.
_AROUND_M = 250.0


@dataclass(frozen=True)
class DaySheet:
    """A sheet: its crew ('' for none), its day (None for none), the report, and the stem of its file."""

    crew: str
    day: Optional[datetime.date]
    report: Report

    @property
    def stem(self) -> str:
        """Crew and day as the name of a file."""
        day = tr("undated", "in a file name") if self.day is None else self.day.isoformat()
        crew = self.crew or tr("no team", "in a file name")
        return plain_name(f"{crew}-{day}")


def day_sheets(network: Network, item_ids: Sequence[str]) -> tuple[DaySheet, ...]:
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
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in wanted:
        groups.setdefault((row["team"] or row["person"] or "", row["due"] or ""), []).append(row)
    made = []
    for (crew, due), some in sorted(groups.items()):
        # Those of one compound are done on one visit.
        orders = [
            _order(row) for row in sorted(some, key=lambda row: (not row["compound"], row["compound"] or ""))
        ]
        day = datetime.date.fromisoformat(due[:10]) if due else None
        report = day_sheet(network.title, crew, day, orders, _around(network, orders))
        made.append(DaySheet(crew, day, report))
    return tuple(made)


def _order(row: dict[str, Any]) -> DayOrder:
    texts = {name: str(row[name] or "") for name in ("asset", "street", "compound", "note")}
    point = None if row["x"] is None else shapely.Point(row["x"], row["y"])
    return DayOrder(row["id"], row["what"], point=point, **texts)


def _around(network: Network, orders: Sequence[DayOrder]) -> Surroundings:
    """Read what lies around the places of orders."""
    points = [order.point for order in orders if order.point is not None]
    box = (0.0, 0.0, 0.0, 0.0)
    if points:
        west, south, east, north = shapely.total_bounds(points).tolist()
        box = (west - _AROUND_M, south - _AROUND_M, east + _AROUND_M, north + _AROUND_M)
    return Surroundings(
        network.read("pipe", ["street"], bbox=box), network.read("compound", ["compound_id"], bbox=box)
    )
