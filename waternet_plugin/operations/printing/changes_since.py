"""What was changed in a network since an edition, a batch or a time: assets, their places, their fields."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.reports.changes.drawn_changes import (
    CHANGED,
    COLUMNS,
    DELETED,
    MADE,
    MOVED,
    lines_of_table,
)
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table, table
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.printing.editions import editions
from waternet_plugin.store.changes.asset_changes import HistoryQuery
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import Between

# What every sheet shows; other tables come and go with the theme.
DRAWN = ("pipe", "node", "compound")
_LOG_COLUMNS = ("seq", "table", "asset", "action", "before", "after", "batch")


@dataclass(frozen=True)
class ChangesSince:
    """Changes of assets.

    Parameters
    ----------
    rows
        A row for each place: ``table``, ``asset``, ``action`` (made, moved, changed, deleted) and ``geom``;
        what was moved has two, where it was (its box) and where it is.
    entries
        The entries of the change log that they follow from, without what was done and taken back since.
    """

    rows: pd.DataFrame
    entries: pd.DataFrame

    @property
    def is_complete(self) -> bool:
        """Whether the log tells of all; where it has a gap, anything may have changed."""
        return not (self.entries["action"] == "gap").any()


@dataclass(frozen=True)
class ChangeLines:
    """What is to be said of changes that maps show.

    Parameters
    ----------
    rows
        ``table``, ``asset`` (the id it has now or had last), ``action`` (made, changed, deleted), ``field``,
        ``before``, ``after``, ``by``, ``at``: a row for each field that is not as it was, its values as
        `Network.history` has them, and a row without a field for what was made or deleted. Who and when are
        those of the last change. Fields about people are left out.
    tables
        The tables of the rows as the network has them.
    """

    rows: pd.DataFrame
    tables: Mapping[str, Table]


def _iso(moment: datetime.datetime) -> str:
    utc = moment.astimezone(datetime.timezone.utc)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.") + f"{utc.microsecond // 1000:03d}Z"


def _written_time(text: str) -> str:
    """Return a day or time as `_iso` does, in the computer's zone where it names none; '' for neither."""
    try:
        return _iso(datetime.datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text))
    except ValueError:
        return ""


def _moment(network: Network, text: str) -> tuple[Optional[int], str]:
    """Return the newest entry of the change log at what SINCE means, None where that is not known, and when.

    Parameters
    ----------
    text
        The number of an edition, the id of a batch, or a day or time.

    Raises
    ------
    InputError
        When it is none of these, or lies in the future.
    """
    text = text.strip()
    printed = editions(network)
    for edition in printed:
        if text == str(edition.edition):
            entry = network.known_entry(edition.log_seq) if edition.log_seq else None
            return entry, _iso(edition.made_on) if edition.made_on is not None else ""
    batches = network.batches()
    made_at = batches.loc[batches["batch_id"] == text, "at"]
    if len(made_at):
        entries = network.read("change_log", ["seq"], where={"batch": text}, geometry=False)["seq"]
        at = pd.Timestamp(made_at.iloc[0]).to_pydatetime()
        return int(entries.max()) if len(entries) else None, _iso(at)
    moment = "" if text.isdecimal() else _written_time(text)
    if not moment:
        known = listed(str(edition.edition) for edition in reversed(printed)) or tr("none printed yet")
        raise InputError(
            tr(
                "SINCE “{text}” is neither the number of an edition ({known}), nor the id of a batch, nor a "
                "time such as 2026-10-02 or 2026-10-02T08:30."
            ).format(text=text, known=known)
        )
    if moment > _iso(datetime.datetime.now(datetime.timezone.utc)):
        raise InputError(tr("SINCE “{text}” lies in the future. Write a day that is over.").format(text=text))
    return None, moment


def _box_before(text: Any) -> Any:
    """Return the box of the shape that an entry had before, None where it did not change."""
    from waternet_plugin.store.geopackage.blobs import bounds_of

    blob = stored_object(text).get(GEOMETRY_COLUMN) if isinstance(text, str) else None
    bounds = bounds_of(bytes.fromhex(blob)) if blob else np.array([np.nan])
    return shapely.box(*bounds) if np.isfinite(bounds).all() else None


def _assets(log: pd.DataFrame, id_field: str) -> dict[str, dict[str, Any]]:
    """Return what became of each asset of a table, by the id it has now or had last."""
    found: dict[str, dict[str, Any]] = {}
    for asset, action, before, after in zip(log["asset"], log["action"], log["before"], log["after"]):
        known = found.pop(str(asset), None)
        if known is None:
            known = {"is_new": action == "insert", "boxes": []}
        box = _box_before(before)
        if box is not None:
            known["boxes"].append(box)
        known["is_gone"] = action == "delete"
        name = stored_object(after).get(id_field) if action == "update" and isinstance(after, str) else None
        found[str(name or asset)] = known
    return found


def changes_since(network: Network, since: str) -> ChangesSince:
    """Return what was made, moved, changed or deleted of what maps show.

    Parameters
    ----------
    since
        The number of an edition, the id of a batch, or a day or time.

    Raises
    ------
    InputError
        When it means no moment.
    """
    entry, at = _moment(network, since)
    after = {"seq": Between(entry + 1)} if entry is not None else {"at": Between(at)}
    log = network.read("change_log", list(_LOG_COLUMNS), where=after, geometry=False)
    newer, batches = set(log["batch"].dropna()), network.batches()
    undone = batches[batches["batch_id"].isin(newer) & batches["undone"].isin(newer) & (batches["left"] == 0)]
    log = log[~log["batch"].isin({*undone["batch_id"], *undone["undone"]})]
    rows: list[tuple[str, str, str, Any]] = []
    for name in DRAWN:
        id_field = table(name).id_field
        found = _assets(log[log["table"] == name], id_field)
        there = network.read(name, [id_field], ids=sorted(found)) if found else None
        shapes: dict[str, Any] = {}
        if there is not None:
            shapes = dict(zip(map(str, there[id_field].tolist()), there["geom"].tolist()))
        for asset, known in found.items():
            if known["is_new"] and known["is_gone"]:
                continue
            action = MADE if known["is_new"] else DELETED if known["is_gone"] else CHANGED
            # Only the first of several places is one that was printed.
            former = [] if known["is_new"] else known["boxes"][:1]
            if action == CHANGED and former:
                action = MOVED
            shape = shapes.get(asset)
            present = [shape] if shape is not None and not shape.is_empty else []
            rows += [(name, asset, action, where) for where in [*former, *present]]
    return ChangesSince(pd.DataFrame(rows, columns=["table", "asset", "action", "geom"]), log)


def change_lines(network: Network, entries: pd.DataFrame) -> ChangeLines:
    """Return what is to be said of each change that maps show.

    Parameters
    ----------
    entries
        See `ChangesSince`.
    """
    changed = set(entries["table"])
    tables = {name: network.table(name) for name in DRAWN if name in changed}
    rows = [
        row
        for name, described in tables.items()
        for row in lines_of_table(
            network.history(HistoryQuery(table=name)), entries[entries["table"] == name], described
        )
    ]
    return ChangeLines(pd.DataFrame(rows, columns=list(COLUMNS), dtype=object), tables)
