"""New verdicts on pipes that edits touch, and pipes that verdicts take into use."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Optional

import pandas as pd

from waternet_plugin.core.editing.row_edits import Row, RowEdit
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.verification.edited_pipes import EditedPipe, with_verdicts_on
from waternet_plugin.core.survey.verification.pipe_evidence import text
from waternet_plugin.core.survey.verification.stored_verdicts import IN_USE, PLANNED, PREFIX, TABLE, use_of
from waternet_plugin.operations.checks.known_pipes import read_history, read_surroundings
from waternet_plugin.store.network import Network

# What people enter in a verification, and what of a pipe is evidence.
_ENTERED = (
    "material_verified_by",
    "material_verified_on",
    "surveyed_on",
    "backfilled_on",
    "override_by",
    "override_reason",
)
_OF_PIPE = tuple(
    (
        "system function material diameter_mm height_mm burial road_class depth_start_m depth_end_m"
        " invert_start_m invert_end_m verified_on survey_batch geom"
    ).split()
)


def read_into_use(
    network: Network, pipes: Iterable[tuple[Row, Optional[datetime.date]]]
) -> dict[str, pd.DataFrame]:
    """Return what comes into use with planned pipes, as rows to update by their table.

    Parameters
    ----------
    pipes
        The row of each, and the day of its survey.
    """
    rows, ends = [], []
    for pipe, surveyed_on in pipes:
        year = use_of(pipe, surveyed_on).get("install_year", pipe.get("install_year"))
        rows.append({"pipe_id": pipe["pipe_id"], "status": IN_USE, "install_year": year})
        ends += [name for field in ("from_node", "to_node") if (name := text(pipe.get(field)))]
    nodes = network.rows_where("node", "node_id", list(dict.fromkeys(ends))).values()
    planned = [{"node_id": row["node_id"], "status": IN_USE} for row in nodes if row.get("status") == PLANNED]
    return {table: pd.DataFrame(used) for table, used in (("pipe", rows), ("node", planned)) if used}


def with_verdicts(network: Network, edits: tuple[RowEdit, ...], settings: Settings) -> tuple[RowEdit, ...]:
    """Add the verdicts that edited rows ask for: of pipes that are being verified, with new evidence.

    Parameters
    ----------
    network
        The network, before the edits are written.
    edits
        What is about to be written, settled.

    Returns
    -------
    tuple
        The edits, verifications of new verdicts among them, and pipes that these take into use.
    """
    wanted = _asking(network, edits)
    if not wanted:
        return edits
    number = int(network.next_id(TABLE, PREFIX).removeprefix(PREFIX))
    read = {
        fid: EditedPipe(row, read_history(network, row, newest), read_surroundings(network, row, settings))
        for fid, (row, newest) in wanted.items()
    }
    return with_verdicts_on(read, edits, settings, number=number)


def _id_of(row: tuple[int, Row]) -> str:
    return str(row[1]["pipe_id"])


def _asking(network: Network, edits: tuple[RowEdit, ...]) -> dict[int, tuple[Row, Row]]:
    """Return the rows of pipes whose evidence changed, by their number, with their newest verification."""
    # Parts of pipes that were split or merged keep the verdicts that were carried to them.
    carried = {text((one.now or {}).get("pipe_id")) for one in edits if one.table == TABLE and one.is_new}
    entered = {
        text(one.now.get("pipe_id")): one.now
        for one in edits
        if one.table == TABLE and one.now is not None and not set(_ENTERED).isdisjoint(one.changed_fields)
    }
    attached = {
        text(one.now.get("asset")) for one in edits if one.table == "attachment" and one.is_new and one.now
    }
    names = (set(entered) | attached) - carried - {""}
    # Of each pipe its row, and the id under which its verifications are.
    asking: dict[int, tuple[Row, str]] = {}
    for one in edits:
        if one.table != "pipe" or one.before is None or one.now is None:
            continue
        name = text(one.now.get("pipe_id"))
        is_evidence = not set(_OF_PIPE).isdisjoint(one.changed_fields)
        if name in carried or not (is_evidence or name in names):
            continue
        names.discard(name)
        asking[one.key] = (one.now, text(one.before.get("pipe_id")))
    if names:
        rows = network.rows_where("pipe", "pipe_id", sorted(names)).items()
        asking |= {fid: (row, text(row["pipe_id"])) for fid, row in sorted(rows, key=_id_of)}
    if not asking:
        return {}
    wanted = list(dict.fromkeys(name for _row, name in asking.values()))
    verified = network.rows_where("verification", "pipe_id", wanted)
    newest = {str(verified[fid]["pipe_id"]): dict(verified[fid]) for fid in sorted(verified)}
    found = {}
    for fid, (row, name) in asking.items():
        last = entered.get(text(row.get("pipe_id"))) or newest.get(name)
        if last is not None:
            found[fid] = (row, last)
    return found
