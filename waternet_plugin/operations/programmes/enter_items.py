"""Items of a programme for chosen compounds, and one day on which all of them were done, as one batch."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.dates import FIRST
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import records
from waternet_plugin.core.programmes.programme_items import HOUSEHOLDS
from waternet_plugin.core.programmes.programme_states import DONE, OPEN, all_states, checked_programme
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import listed, shortened, tr
from waternet_plugin.operations.programmes.read_items import TABLE
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.written import Written
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.network import Network

_PREFIX, _DIGITS = "PI-", 6
_COLUMNS = ["item_id", "programme", "compound_id", "done_on", "state"]


@dataclass(frozen=True)
class EnterItemsRequest:
    """Which items of a programme, or of which compounds, and when they were done.

    Parameters
    ----------
    programme
        Code of the programme; of items that are named it may be ''.
    compounds
        Compounds whose items are meant; those without one get one.
    items
        Items by their ids.
    done_on
        The day on which all of them were done; None makes the items that are missing alone.

    Raises
    ------
    InputError
        For an unknown programme, a day to come, nothing chosen.
    """

    programme: str = ""
    compounds: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    done_on: Optional[datetime.date] = None

    def __post_init__(self) -> None:
        if self.programme or self.compounds:
            checked_programme(self.programme)
        if not self.compounds and not self.items:
            raise InputError(tr("Choose compounds on the map, or rows of the table, first."))
        if self.done_on is not None and self.done_on > datetime.date.today():
            raise InputError(tr("{day} is in the future. Enter a day up to today.").format(day=self.done_on))
        if self.done_on is not None and self.done_on < FIRST:
            raise InputError(
                tr("{day} is too early. Enter a day from {first} on.").format(day=self.done_on, first=FIRST)
            )


@dataclass(frozen=True)
class EnteredItems(Written):
    """What was entered.

    Parameters
    ----------
    made
        Ids of items that are new.
    done
        Ids of items that were not done before and are now, new ones among them.
    """

    made: tuple[str, ...] = ()
    done: tuple[str, ...] = ()


@dataclass
class _Entries:
    """Rows to write: items that are there, and compounds that get one."""

    updates: pd.DataFrame
    compounds: pd.DataFrame
    done: list[str] = field(default_factory=list)


def enter_items(
    network: Network,
    request: EnterItemsRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[EnteredItems], Any] = no_outputs,
) -> EnteredItems:
    """Make the items of compounds that have none, and enter one day for all that are meant, as one batch.

    An item that is done already keeps its day.

    Raises
    ------
    InputError
        For an id that there is not.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda _again: _enter(network, request, progress, before_commit), progress)


def _enter(
    network: Network,
    request: EnterItemsRequest,
    progress: Progress,
    before_commit: Callable[[EnteredItems], Any],
) -> EnteredItems:
    seen = network.position()
    entries = _entries(network, request)
    if entries.updates.empty and entries.compounds.empty:
        result = EnteredItems("")
        return finish_without_batch(result, before_commit)
    with network.write("edit", name=_batch_name(request), seen=seen, progress=progress) as batch:
        made = _insert(batch, entries.compounds, request)
        if len(entries.updates):
            batch.update(TABLE, entries.updates)
        done = (*entries.done, *(made if request.done_on is not None else ()))
        return finish(batch, EnteredItems("", made, done), before_commit)


def _batch_name(request: EnterItemsRequest) -> str:
    chosen = shortened((*request.items, *request.compounds), 6)
    if request.done_on is None:
        return tr("items of a programme for {compounds}").format(compounds=chosen)
    return tr("done on {day}: {items}").format(day=request.done_on.isoformat(), items=chosen)


def _entries(network: Network, request: EnterItemsRequest) -> _Entries:
    """Return what is to be written.

    Raises
    ------
    InputError
        For an id that there is not.
    """
    rows = network.read(TABLE, _COLUMNS, geometry=False)
    compounds = network.read(
        "compound", ["compound_id", "name", "households"], ids=list(request.compounds), geometry=False
    )
    strange = [
        *sorted(set(request.items) - set(rows["item_id"])),
        *sorted(set(request.compounds) - set(compounds["compound_id"])),
    ]
    if strange:
        raise InputError(tr("Not in the network: {ids}. Check the ids.").format(ids=listed(strange)))
    of_programme = rows[rows["programme"] == request.programme]
    meant = rows["item_id"].isin(request.items)
    meant |= rows["compound_id"].isin(request.compounds) & (rows["programme"] == request.programme)
    bare = compounds[~compounds["compound_id"].isin(of_programme["compound_id"])]
    open_rows = rows[meant & rows["done_on"].isna()]
    if request.done_on is None:
        open_rows = open_rows.iloc[:0]
    stages = all_states()
    updates = pd.DataFrame(
        {
            "item_id": open_rows["item_id"].to_numpy(dtype=object),
            "done_on": np.full(len(open_rows), np.datetime64(request.done_on or "NaT", "ns")),
            "state": pd.Series(
                [code if stages.get(code) == DONE else DONE for code in open_rows["state"]], dtype=object
            ),
        }
    )
    return _Entries(updates, bare, open_rows["item_id"].tolist())


def _insert(batch: Batch, compounds: pd.DataFrame, request: EnterItemsRequest) -> tuple[str, ...]:
    """Make an item for each compound and return their ids."""
    if compounds.empty:
        return ()
    first = int(batch.next_id(TABLE, _PREFIX).removeprefix(_PREFIX))
    ids = [f"{_PREFIX}{first + place:0{_DIGITS}d}" for place in range(len(compounds))]
    rows = pd.DataFrame(
        [
            {
                "item_id": item_id, "programme": request.programme, "name": row["name"],
                "compound_id": row["compound_id"], "count_unit": HOUSEHOLDS,
                "households": row["households"], "state": OPEN if request.done_on is None else DONE,
            }
            for item_id, row in zip(ids, records(compounds))
        ]
    )  # fmt: skip
    rows["done_on"] = np.full(len(rows), np.datetime64(request.done_on or "NaT", "ns"))
    batch.insert(TABLE, rows)
    return tuple(ids)
