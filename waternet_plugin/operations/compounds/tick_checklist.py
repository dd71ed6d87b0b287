"""Ticking checklists of compounds, zones, intake points and pump rooms, as one batch."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.drainage.compounds.scores.checklists import items_of
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.operations.compounds.read_checklists import assets_of, refuse_list
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_TABLE, _PREFIX = "checklist", "CL-"
_COLUMNS = ["checklist_id", "list", "asset", "item", "ticked_on"]


@dataclass(frozen=True)
class TickRequest:
    """Which items of a list are ticked for some assets, and which are no longer.

    Parameters
    ----------
    list
        Code of the domain ``checklist``.
    changes
        By the id of each asset and item whether it is ticked; items that are not named stay as they are,
        whoever ticked them.
    day
        The day of new ticks; None for today.

    Raises
    ------
    InputError
        For an unknown list or item, and a day to come.
    """

    list: str
    changes: Mapping[str, Mapping[str, bool]]
    day: Optional[datetime.date] = None

    def __post_init__(self) -> None:
        refuse_list(self.list)
        known = [item.item for item in items_of(self.list)]
        unknown = sorted(frozenset().union(*self.changes.values()) - set(known))
        if unknown:
            message = tr("There is no item “{item}” in this checklist. Choose among: {items}.")
            raise InputError(message.format(item=unknown[0], items=listed(known)))
        if self.on > datetime.date.today():
            raise InputError(tr("{day} is in the future. Enter a day up to today.").format(day=self.on))

    @property
    def on(self) -> datetime.date:
        """The day of new ticks."""
        return self.day or datetime.date.today()


@dataclass(frozen=True)
class TickResult(Written):
    """A checklist that was written: how many items were ticked, and how many ticks were taken off."""

    ticked: int
    cleared: int


def tick_checklist(
    network: Network,
    request: TickRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[TickResult], Any] = no_outputs,
) -> TickResult:
    """Tick items of a checklist and take ticks off, as one batch; what is ticked already keeps its day.

    Raises
    ------
    InputError
        For an asset that has no such list.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda _again: _tick(network, request, progress, before_commit), progress)


def _tick(
    network: Network, request: TickRequest, progress: Progress, before_commit: Callable[[TickResult], Any]
) -> TickResult:
    seen = network.position()
    strange = sorted(set(request.changes) - set(assets_of(network, request.list)["asset"]))
    if strange:
        raise InputError(tr("{asset} has no such checklist. Check its id.").format(asset=strange[0]))
    rows = network.read(_TABLE, _COLUMNS, where={"list": request.list}, geometry=False)
    there = list(zip(rows["asset"], rows["item"]))
    wanted = {(asset, item): on for asset, items in request.changes.items() for item, on in items.items()}
    added = [pair for pair in sorted(wanted) if wanted[pair] and pair not in set(there)]
    new = pd.DataFrame(added, columns=["asset", "item"])
    gone = sorted(rows.loc[[not wanted.get(pair, True) for pair in there], "checklist_id"])
    result = TickResult("", len(new), len(gone))
    if new.empty and not gone:
        return finish_without_batch(result, before_commit)
    name = tr("{list} of {asset}").format(
        list=domain("checklist")[request.list].label, asset=shortened(request.changes)
    )
    with network.write("edit", name=name, seen=seen, progress=progress) as batch:
        batch.delete(_TABLE, gone)
        if len(new):
            first = int(batch.next_id(_TABLE, _PREFIX).removeprefix(_PREFIX))
            ids = [f"{_PREFIX}{first + number:04d}" for number in range(len(new))]
            batch.insert(
                _TABLE,
                new.assign(checklist_id=ids, list=request.list, ticked_on=pd.Timestamp(request.on)),
            )
        return finish(batch, result, before_commit)
