"""Say who changed what: of an asset, in an area, by a batch, in a month; nothing is written."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.changes import changes
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.schema.tables import Table, all_tables
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.changes.asset_changes import HistoryQuery
from waternet_plugin.store.network import Network

if TYPE_CHECKING:
    import shapely


@dataclass(frozen=True)
class ChangesRequest:
    """Which changes are listed; what is left out does not limit them.

    Attributes
    ----------
    table, asset, batch_id
        A table's name, an asset's id, a batch's id.
    area
        Where the assets lie or once lay, in the network's CRS.
    since, until
        First and last day, in UTC.
    personal
        With the changes of fields about people.
    """

    table: str = ""
    asset: str = ""
    batch_id: str = ""
    area: Optional[shapely.Geometry] = None
    since: Optional[datetime.date] = None
    until: Optional[datetime.date] = None
    personal: bool = False

    def __post_init__(self) -> None:
        logged = [one.name for one in all_tables().values() if one.is_editable]
        if self.table and self.table not in logged:
            message = tr("TABLE “{table}” has no history. Choose one of: {tables}.")
            raise InputError(message.format(table=self.table, tables=listed(logged)))
        if self.since is not None and self.until is not None and self.since > self.until:
            message = tr("SINCE {since} is later than UNTIL {until}. Exchange them.")
            raise InputError(message.format(since=self.since, until=self.until))


@dataclass(frozen=True)
class ChangesResult(PlainFrames):
    """The changes, a row for each field; how many entries they are; sentences; the report."""

    rows: pd.DataFrame
    entries: int
    lines: tuple[str, ...]
    report: Report


def list_changes(
    network: Network, request: ChangesRequest = ChangesRequest(), progress: Progress = SILENT
) -> ChangesResult:
    """List changes, newest first.

    Raises
    ------
    InputError
        When there is no such batch, or an asset of which nothing is known.
    """
    if request.batch_id and request.batch_id not in set(network.batches()["batch_id"]):
        raise InputError(
            tr("There is no batch {batch}. List the batches to see their ids.").format(batch=request.batch_id)
        )
    progress.at(0.1, tr("Reading the change log"))
    query = HistoryQuery(
        request.table, request.asset, request.area, request.batch_id, request.since, request.until
    )
    rows = network.history(query)
    progress.at(0.8, tr("Writing"))
    if request.asset and rows.empty:
        _refuse_unknown(network, request)
    with network.reading_together():
        tables = {str(name): network.table(str(name)) for name in rows["table"].unique()}
    kept = rows if request.personal else rows[~_are_personal(rows, tables)].reset_index(drop=True)
    left_out = len(rows) - len(kept)
    report = changes.changes_report(kept, network=network.title, tables=tables, left_out=left_out)
    told = (changes.left_out_text(left_out),) if left_out and len(kept) else ()
    return ChangesResult(kept, int(kept["seq"].nunique()), (report.lead, *told), report)


def _are_personal(rows: pd.DataFrame, tables: Mapping[str, Table]) -> np.ndarray[Any, Any]:
    """Return which rows tell of a field about people."""
    names = [(name, field.name) for name, table in tables.items() for field in table.personal_fields]
    return pd.MultiIndex.from_frame(rows[["table", "field"]]).isin(names)


def _refuse_unknown(network: Network, request: ChangesRequest) -> None:
    """Refuse an asset that neither is in the network nor in its log."""
    if not network.history(HistoryQuery(table=request.table, asset=request.asset)).empty:
        return
    for one in all_tables().values():
        if one.is_editable and request.table in ("", one.name):
            if len(network.read(one.name, [one.id_field], ids=[request.asset], geometry=False)):
                return
    message = tr("{asset} is neither in the network nor in its change log. Check the id.")
    raise InputError(message.format(asset=request.asset))
