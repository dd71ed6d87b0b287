"""Work orders: what a crew has to do at assets, or what leak an alarm suspects on pipes."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import stacked
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
# What becomes of assets with a running order of the type.
REFUSE, LEAVE_OUT, REPEAT = "refuse", "leave_out", "repeat"
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
    times
        Orders for each asset.
    running
        What becomes of assets with a running order of the type: REFUSE all, LEAVE_OUT these, or REPEAT it.

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
    times: int = 1
    running: str = REFUSE

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
class OrderGroups:
    """Orders of several kinds that are written together.

    Raises
    ------
    InputError
        Without any.
    """

    requests: tuple[OrderRequest, ...]

    def __post_init__(self) -> None:
        if not self.requests:
            raise InputError(tr("Choose what the work order is for."))


@dataclass(frozen=True)
class OrderResult(Written):
    """Work orders that were written.

    Parameters
    ----------
    item_ids, assets
        Their ids and what each is for, in the order of the request.
    left_out
        Assets without a new order, for they have a running one.
    """

    item_ids: tuple[str, ...]
    assets: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


def write_orders(
    network: Network,
    request: OrderRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[OrderResult], Any] = no_outputs,
) -> OrderResult:
    """Write a work order for each asset, where it is, as one batch.

    Raises
    ------
    InputError
        For an alarm or an asset that is not there, an id that several tables have, and an asset that has a
        running order already: of the alarm, or of the type.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda _again: _write(network, (request,), progress, before_commit), progress)


def write_order_groups(
    network: Network,
    request: OrderGroups,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[OrderResult], Any] = no_outputs,
) -> OrderResult:
    """Write orders of several kinds as one batch; those of one compound are one visit.

    Raises
    ------
    InputError, ConflictError
        As `write_orders`.
    """
    return with_newest_rows(
        lambda _again: _write(network, request.requests, progress, before_commit), progress
    )


def _write(
    network: Network,
    requests: tuple[OrderRequest, ...],
    progress: Progress,
    before_commit: Callable[[OrderResult], Any],
) -> OrderResult:
    seen = network.position()
    parts = [_Orders.of(network, request) for request in requests]
    names = [name for part in parts for name in part.assets]
    left_out = {name: item for part in parts for name, item in part.left_out.items()}
    if not names:
        _refuse_running(left_out, requests[0])
    is_locating = any(request.type == LOCATE for request in requests)
    orders = gpd.GeoDataFrame(
        stacked([part.rows for part in parts]), geometry=GEOMETRY_COLUMN, crs=network.crs
    )
    orders["visit_group"] = _visits(orders)
    title = tr("Locate a leak on {pipes}") if is_locating else tr("Work order for {assets}")
    named = shortened(list(dict.fromkeys(names)), _NAMED)
    alarm = requests[0].alarm_id
    with network.write(
        "dma" if is_locating else "edit",
        name=title.format(pipes=named, assets=named),
        facts={"alarm": alarm} if alarm else None,
        seen=seen,
        progress=progress,
    ) as batch:
        ids = insert_items(batch, orders)
        return finish(batch, OrderResult(batch.batch_id, ids, tuple(names), tuple(left_out)), before_commit)


@dataclass(frozen=True)
class _Orders:
    """Rows of the orders of one request, the asset of each, and the running orders of those left out."""

    rows: pd.DataFrame
    assets: list[str]
    left_out: dict[str, str]

    @classmethod
    def of(cls, network: Network, request: OrderRequest) -> _Orders:
        """Return the orders of a request, without those that run already."""
        rows, names = _rows(network, request), list(dict.fromkeys(request.asset_ids))
        running = {} if request.running == REPEAT else _running(network, rows, request)
        if running and request.running == REFUSE:
            _refuse_running(running, request)
        kept = [name for name in names if name not in running]
        rows = rows[[name in kept for name in names]]
        rows = rows.loc[rows.index.repeat(request.times)].reset_index(drop=True)
        return cls(rows, [name for name in kept for _time in range(request.times)], running)


def _rows(network: Network, request: OrderRequest) -> pd.DataFrame:
    """Return a row of the table for each asset, in their order."""
    alarm = stored_alarm(network, request.alarm_id) if request.alarm_id else None
    names = list(dict.fromkeys(request.asset_ids))
    told = dict(zip(request.asset_ids, request.notes or [request.note or None] * len(request.asset_ids)))
    assets = ordered_assets(network, names, _PIPE if request.type == LOCATE else request.table)
    is_area = assets["table"].isin((COMPOUND, ZONE)).to_numpy()
    zone = np.where(assets["table"] == ZONE, assets["name"], assets["dma_id"])
    return pd.DataFrame(
        {
            "type": request.type,
            "state": OPEN,
            "opened_on": pd.Timestamp(request.day),
            "due_on": pd.Timestamp(request.due_on) if request.due_on else pd.NaT,
            "team": request.team or None,
            "person": request.person or None,
            # A compound and a zone have columns of their own.
            "asset": assets["name"].mask(is_area, None).to_numpy(dtype=object),
            "compound_id": assets["compound_id"].to_numpy(dtype=object),
            "street": assets["street"].to_numpy(dtype=object),
            "zone_id": zone if alarm is None else alarm.zone_id,
            "alarm_id": request.alarm_id or None,
            "method": request.method or None,
            "source": request.source,
            "note": [told.get(name) for name in names],
            GEOMETRY_COLUMN: assets[GEOMETRY_COLUMN].to_numpy(dtype=object),
        }
    )


def _visits(orders: pd.DataFrame) -> Any:
    """Return a number for the orders of each compound that has several, NaN for the others.

    An order that is there twice is of another visit.
    """
    subjects = orders[["type", *_SUBJECTS]].astype(object).fillna("")
    again = subjects.groupby(list(subjects)).cumcount()
    keys = pd.Series(list(zip(orders["compound_id"], again)), dtype=object)
    numbers = pd.Series(pd.factorize(keys)[0], dtype=float)
    is_alone = numbers.groupby(numbers).transform("size") < 2
    return numbers.mask(is_alone | orders["compound_id"].isna().to_numpy()).to_numpy()


def _running(network: Network, orders: pd.DataFrame, request: OrderRequest) -> dict[str, str]:
    """Return the running order of the type, or for the same leak, of each asset that has one, by its id."""
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
    return {subject[1]: running[subject] for subject in subjects if subject in running}


def _refuse_running(running: Mapping[str, str], request: OrderRequest) -> None:
    """Refuse assets with a running order, by the first of them."""
    asset, item = next(iter(running.items()))
    message = (
        tr("Pipe {asset} is being searched already: work order {item}. Record what was found there.")
        if request.type == LOCATE
        else tr("{asset} has the open work order {item} already.")
    )
    raise InputError(message.format(asset=asset, item=item))


def _subjects(items: pd.DataFrame) -> list[tuple[str, str]]:
    """Return what each item is for: the first column of ``_SUBJECTS`` that it fills, and its value."""
    rows = items[list(_SUBJECTS)].astype(object).to_numpy()
    return [
        next(((column, str(value)) for column, value in zip(_SUBJECTS, row) if not pd.isna(value)), ("", ""))
        for row in rows
    ]
