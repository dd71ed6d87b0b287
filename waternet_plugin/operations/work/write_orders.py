"""Work orders: what a crew has to do at assets, or what leak an alarm suspects on pipes."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.operations.leakage.locating import LOCATE, refuse_method
from waternet_plugin.operations.leakage.stored_alarms import stored_alarm
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.rows.work_items import OPEN, RUNNING, insert_items
from waternet_plugin.operations.work.ordered_assets import COMPOUND, TABLES, ZONE, ordered_assets
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

FINDING = "finding"
_PIPE = "pipe"
# What an item is for: an asset, else a whole compound, else a whole zone.
_SUBJECTS = ("asset", "compound_id", "zone_id")
_COLUMNS = ["item_id", *_SUBJECTS, "state", "alarm_id"]
_NAMED = 5


@dataclass(frozen=True)
class OrderRequest:
    """Which assets get a work order.

    Parameters
    ----------
    asset_ids
        The assets; an order is written for each. Those of one compound are one visit.
    type
        What is to be done, code of the domain ``work_item_type``.
    alarm_id
        Of LOCATE: the alarm that suspects the pipes; '' for a search without alarm.
    method
        Of LOCATE: code of the domain ``locate_method``; '' where it is not chosen yet.
    note
        Kept with each order.
    notes
        What is kept with the order of each asset instead; () where all have the same note.
    opened_on
        The day of the orders; None for today.
    due_on
        The day by which they are to be done; None where none is set.
    team, person
        Who does it; '' where it is not decided yet.
    table
        The table of the assets; '' where each is looked for in all of them.
    source
        What asks for it, code of the domain ``work_item_source``.

    Raises
    ------
    InputError
        Without an asset, for an unknown type, method, table or source, for an alarm or a method of orders
        that locate no leak, and for a due day before the day of the orders.
    """

    asset_ids: tuple[str, ...]
    type: str = LOCATE
    alarm_id: str = ""
    method: str = ""
    note: str = ""
    opened_on: Optional[datetime.date] = None
    due_on: Optional[datetime.date] = None
    team: str = ""
    person: str = ""
    table: str = ""
    source: str = FINDING
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.asset_ids:
            locate = tr("Choose the pipe to search for the leak.")
            raise InputError(locate if self.type == LOCATE else tr("Choose what the work order is for."))
        types, sources = domain("work_item_type"), domain("work_item_source")
        if self.type not in types:
            message = tr("There are no work orders of type “{type}”. Choose one of: {types}.")
            raise InputError(message.format(type=self.type, types=listed(types)))
        if self.source not in sources:
            message = tr("There is no source “{source}” of work orders. Choose one of: {sources}.")
            raise InputError(message.format(source=self.source, sources=listed(sources)))
        if self.table and self.table not in TABLES:
            message = tr("There are no work orders for the table “{table}”. Choose one of: {tables}.")
            raise InputError(message.format(table=self.table, tables=listed(TABLES)))
        if self.type != LOCATE and (self.alarm_id or self.method):
            raise InputError(
                tr("An alarm and a method belong to orders that locate a leak. Leave them out of others.")
            )
        if self.type == LOCATE and self.table not in ("", _PIPE):
            raise InputError(tr("A leak is located on pipes. Choose the pipe to search for the leak."))
        refuse_method(self.method)
        if self.due_on is not None and self.due_on < self.day:
            message = tr("The orders are of {day} and can't be due on {due}. Enter a later due day.")
            raise InputError(message.format(day=self.day.isoformat(), due=self.due_on.isoformat()))

    @property
    def day(self) -> datetime.date:
        """The day of the orders."""
        return self.opened_on or datetime.date.today()


@dataclass(frozen=True)
class OrderResult(Written):
    """Work orders that were written: their ids in the order of the assets."""

    item_ids: tuple[str, ...]


def write_orders(
    network: Network,
    request: OrderRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[OrderResult], Any] = no_outputs,
) -> OrderResult:
    """Write a work order for each asset, where it is, as one batch.

    Parameters
    ----------
    request
        The assets.

    Raises
    ------
    InputError
        For an alarm or an asset that is not there, an id that several tables have, and an asset that has a
        running order already: of the alarm, or of the type.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda _again: _write(network, request, progress, before_commit), progress)


def _write(
    network: Network, request: OrderRequest, progress: Progress, before_commit: Callable[[OrderResult], Any]
) -> OrderResult:
    seen = network.position()
    alarm = stored_alarm(network, request.alarm_id) if request.alarm_id else None
    names = list(dict.fromkeys(request.asset_ids))
    told = dict(zip(request.asset_ids, request.notes or [request.note or None] * len(request.asset_ids)))
    is_locating = request.type == LOCATE
    assets = ordered_assets(network, names, _PIPE if is_locating else request.table)
    is_area = assets["table"].isin((COMPOUND, ZONE)).to_numpy()
    zone = np.where(assets["table"] == ZONE, assets["name"], assets["dma_id"])
    compound = assets["compound_id"].to_numpy(dtype=object)
    orders = gpd.GeoDataFrame(
        {
            "type": request.type,
            "state": OPEN,
            "opened_on": pd.Timestamp(request.day),
            "due_on": pd.Timestamp(request.due_on) if request.due_on else pd.NaT,
            "team": request.team or None,
            "person": request.person or None,
            # A compound and a zone have columns of their own.
            "asset": assets["name"].mask(is_area, None).to_numpy(dtype=object),
            "compound_id": compound,
            "street": assets["street"].to_numpy(dtype=object),
            "zone_id": zone if alarm is None else alarm.zone_id,
            "alarm_id": request.alarm_id or None,
            "method": request.method or None,
            "source": request.source,
            "note": [told.get(name) for name in names],
            "visit_group": _visits(compound),
            GEOMETRY_COLUMN: assets[GEOMETRY_COLUMN].to_numpy(dtype=object),
        },
        geometry=GEOMETRY_COLUMN,
        crs=network.crs,
    )
    _refuse_ordered(network, orders, request)
    title = tr("Locate a leak on {pipes}") if is_locating else tr("Work order for {assets}")
    named = shortened(names, _NAMED)
    with network.write(
        "dma" if is_locating else "edit",
        name=title.format(pipes=named, assets=named),
        facts={"alarm": request.alarm_id} if request.alarm_id else None,
        seen=seen,
        progress=progress,
    ) as batch:
        ids = insert_items(batch, orders)
        return finish(batch, OrderResult(batch.batch_id, ids), before_commit)


def _visits(compound: Any) -> Any:
    """Return a number for the orders of each compound that has several, NaN for the others."""
    codes, _names = pd.factorize(pd.Series(compound, dtype=object))
    numbers = pd.Series(codes, dtype=float)
    is_alone = numbers.groupby(codes).transform("size") < 2
    return numbers.mask(is_alone | (codes < 0)).to_numpy()


def _refuse_ordered(network: Network, orders: pd.DataFrame, request: OrderRequest) -> None:
    """Refuse assets with a running order of the type, or for the same leak."""
    subjects = _subjects(orders)
    running: dict[tuple[str, str], str] = {}
    for column in _SUBJECTS:
        names = [name for of_column, name in subjects if of_column == column]
        if names:
            where = {"type": request.type, column: names}
            items = network.read("work_item", _COLUMNS, where=where, geometry=False)
            is_running = items["state"].fillna(OPEN).isin(RUNNING).to_numpy()
            if request.type == LOCATE:
                is_running = is_running & (items["alarm_id"].fillna("") == request.alarm_id).to_numpy()
            rows = items[is_running]
            running.update(zip(_subjects(rows), rows["item_id"]))
    message = tr("{asset} has the open work order {item} already.")
    if request.type == LOCATE:
        message = tr(
            "Pipe {asset} is being searched already: work order {item}. Record what was found there."
        )
    for subject in subjects:
        if subject in running:
            raise InputError(message.format(asset=subject[1], item=running[subject]))


def _subjects(items: pd.DataFrame) -> list[tuple[str, str]]:
    """Return what each item is for: the first column of ``_SUBJECTS`` that it fills, and its value."""
    rows = items[list(_SUBJECTS)].astype(object).to_numpy()
    return [
        next(((column, str(value)) for column, value in zip(_SUBJECTS, row) if not pd.isna(value)), ("", ""))
        for row in rows
    ]
