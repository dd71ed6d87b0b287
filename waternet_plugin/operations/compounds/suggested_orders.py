"""Work orders that are suggested: what raises the scores of compounds, and what checklists lack."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

from waternet_plugin.core.drainage.compounds.scores.checklists import items_of
from waternet_plugin.core.drainage.compounds.scores.raising_work import RaisingWork, raising_work
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.months import Month, month_of
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.compounds.score_words import cell_text, indicator_label
from waternet_plugin.core.schema.tables import table
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.operations.compounds.read_checklists import (
    CheckedAsset,
    Checklist,
    read_checklists,
)
from waternet_plugin.operations.compounds.score_compounds import ScoreRequest, read_month_scores
from waternet_plugin.operations.leakage.locating import LOCATE
from waternet_plugin.operations.rows.newest_rows import no_outputs
from waternet_plugin.operations.work.write_orders import (
    FINDING,
    LEAVE_OUT,
    REPEAT,
    OrderGroups,
    OrderRequest,
    OrderResult,
    write_order_groups,
)
from waternet_plugin.store.network import Network

# Where assets that are in the way of an item are looked for; a crew goes to the asset of the list for others.
_BLOCKING = {
    "visits": ("customer",),
    "permits": ("customer",),
    "separated": ("pipe",),
    "connected": ("pipe",),
    "misconnections": ("pipe", "node"),
    "sampled": ("node",),
    "interceptors": ("node",),
    "dry_weather": ("node",),
}


@dataclass(frozen=True)
class SuggestionRequest:
    """Which suggestions become work orders.

    Parameters
    ----------
    raised
        Compounds whose scores are raised; () for none.
    checklist
        The list of which is done what it lacks; '' for none.
    assets
        Those of the list; () for all that have it.
    opened_on, due_on, team, person, source
        As `OrderRequest` has them; without a due day what raises scores has the end of the month.
    type, note, alarm_id, method, table
        What others choose of their orders: here the suggestion says it.

    Raises
    ------
    InputError
        For a list together with compounds to raise, and for what a suggestion says itself.
    """

    raised: tuple[str, ...] = ()
    checklist: str = ""
    assets: tuple[str, ...] = ()
    opened_on: Optional[datetime.date] = None
    due_on: Optional[datetime.date] = None
    team: str = ""
    person: str = ""
    source: str = FINDING
    type: str = LOCATE
    note: str = ""
    alarm_id: str = ""
    method: str = ""
    table: str = ""

    def __post_init__(self) -> None:
        if self.checklist and self.raised:
            raise InputError(tr("CHECKLIST goes with ASSETS alone. Leave the others empty."))
        if self.type != LOCATE or self.note or self.alarm_id or self.method:
            raise InputError(
                tr("RAISE and CHECKLIST say what is to be done. Leave TYPE, NOTE, ALARM and METHOD empty.")
            )


def write_suggested(
    network: Network,
    request: SuggestionRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[OrderResult], Any] = no_outputs,
) -> OrderResult:
    """Write the orders of suggestions as one batch; what is ordered already is left out.

    Raises
    ------
    InputError
        Where nothing is left to order, and for what is not there.
    ConflictError
        As `write_order_groups`.
    """
    day, part = request.opened_on, progress.part(0.0, 0.8)
    orders = (
        orders_for_checklist(network, request.checklist, request.assets, day, part)
        if request.checklist
        else orders_for_scores(network, request.raised, day, part)
    )
    orders = tuple(
        replace(
            order,
            team=request.team,
            person=request.person,
            source=request.source,
            due_on=request.due_on or order.due_on,
        )
        for order in orders
    )
    return write_order_groups(
        network, OrderGroups(orders), progress.part(0.8, 1.0), before_commit=before_commit
    )


def month_of_work(request: ScoreRequest) -> Month:
    """Return the month in which work done now counts: the scored one, that of today once it is over."""
    return request.scored if request.scored.last >= request.day else month_of(request.day)


def raising_orders(works: Iterable[RaisingWork], request: ScoreRequest) -> tuple[OrderRequest, ...]:
    """Return the work orders of what raises a score."""
    return tuple(
        OrderRequest(
            work.assets,
            work.type,
            opened_on=request.day,
            due_on=month_of_work(request).last,
            table=work.table,
            note=tr("{indicator}: raises the score of the compound.").format(
                indicator=indicator_label(work.indicator)
            ),
            times=work.times,
            # A compound has several rounds a month.
            running=REPEAT if work.table == "compound" else LEAVE_OUT,
        )
        for work in works
        if work.assets
    )


def orders_for_scores(
    network: Network,
    compound_ids: Sequence[str],
    day: Optional[datetime.date] = None,
    progress: Progress = SILENT,
) -> tuple[OrderRequest, ...]:
    """Return the orders that raise the scores of some compounds in the month before a day; scored once.

    Raises
    ------
    InputError
        For a compound that is not there, and where no work raises any of these scores.
    """
    request = ScoreRequest(as_of=day)
    read = read_month_scores(network, request, progress)
    missing = sorted({*compound_ids} - {*read.scores.scores["compound_id"]})
    if missing:
        raise InputError(
            tr("There is no compound {name} in this network.").format(name=shortened(missing, 5))
        )
    works = [
        work
        for compound_id in dict.fromkeys(compound_ids)
        for work in raising_work(read.subject, read.scores, compound_id, request.day)
    ]
    orders = raising_orders(works, request)
    if not orders:
        message = tr("No further work raises the score of {names} by a grade.")
        raise InputError(message.format(names=shortened(compound_ids, 5)))
    return orders


def orders_for_checklist(
    network: Network,
    name: str,
    asset_ids: Sequence[str] = (),
    day: Optional[datetime.date] = None,
    progress: Progress = SILENT,
) -> tuple[OrderRequest, ...]:
    """Return the orders for what a checklist lacks of some assets, of all that have it where none is named.

    Raises
    ------
    InputError
        For an unknown list, an asset that has no such list, and where nothing is left to do for a crew.
    """
    (checklist,) = read_checklists(network, [name], progress, today=day)
    wanted = {*asset_ids} or {one.asset for one in checklist.assets}
    strange = sorted(wanted - {one.asset for one in checklist.assets})
    if strange:
        raise InputError(tr("{asset} has no such checklist. Check its id.").format(asset=strange[0]))
    orders = item_orders(network, checklist, [one for one in checklist.assets if one.asset in wanted], day)
    if not orders:
        raise InputError(tr("This checklist lacks nothing there for which a crew is sent."))
    return orders


def item_orders(
    network: Network,
    checklist: Checklist,
    assets: Iterable[CheckedAsset],
    day: Optional[datetime.date] = None,
) -> tuple[OrderRequest, ...]:
    """Return the orders for items that are not met, at what is in the way, else at the asset itself."""
    items, labels = {item.item: item for item in items_of(checklist.list)}, dict(checklist.items)
    places = _Places(network)
    # What each order of a type is for, with a line an item.
    notes: dict[tuple[str, str], dict[str, list[str]]] = {}
    for one in assets:
        for cell in one.cells:
            type_ = items[cell.item].order
            if cell.is_met or not type_:
                continue
            line = f"{labels[cell.item]}: {cell_text(cell.state, cell.blocked_by)}"
            there = places.found(_BLOCKING.get(cell.item, ()), cell.assets)
            for table_name, asset in there or [(checklist.table, one.asset)]:
                notes.setdefault((type_, table_name), {}).setdefault(asset, []).append(line)
    return tuple(
        OrderRequest(
            tuple(by_asset),
            type_,
            opened_on=day,
            table=table_name,
            notes=tuple("\n".join(dict.fromkeys(lines)) for lines in by_asset.values()),
            running=LEAVE_OUT,
        )
        for (type_, table_name), by_asset in notes.items()
    )


class _Places:
    """Looks up in which tables assets are; a table is read once."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._ids: dict[str, frozenset[Any]] = {}

    def found(self, names: Sequence[str], assets: Sequence[str]) -> list[tuple[str, str]]:
        """Return table and id of those assets that one of some tables has, the first of these."""
        pairs = []
        for asset in assets:
            place = next((name for name in names if asset in self._in(name)), None)
            if place is not None:
                pairs.append((place, asset))
        return pairs

    def _in(self, name: str) -> frozenset[Any]:
        if name not in self._ids:
            key = table(name).id_field
            self._ids[name] = frozenset(self._network.read(name, [key], geometry=False)[key])
        return self._ids[name]
