"""What compounds need today: tanks overdue, misconnections, users without a permit, work that is due."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.membership import compound_of
from waternet_plugin.core.drainage.zoning.blockers import blocking_rules
from waternet_plugin.core.frames import stacked
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.network.analysis.permits import has_ended, has_permit, needs_permit
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.quality.issues.identity import assets_of
from waternet_plugin.core.quality.issues.issue_lifecycle import OPEN
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import OUT_OF_USE
from waternet_plugin.store.network import Network

TANKS, MISCONNECTIONS, PERMITS, WORK = "tanks", "misconnections", "permits", "work"
# Work that is not over.
TO_DO = ("open", "sent", "under_way")
DUE_COLUMNS = ("node_id", "compound_id", "due_on", "cleaned_on")
PERMIT_COLUMNS = ("customer_id", "compound_id", "kind", "trade", "permit_no", "permit_until")


@dataclass(frozen=True)
class CompoundNeeds:
    """What the compounds of a network need today.

    Parameters
    ----------
    compounds
        How many there are.
    rows
        Those that need anything, most first: compound_id, name, and how many of TANKS, MISCONNECTIONS,
        PERMITS and WORK.
    tanks_overdue
        In all, as tanks were scheduled last; None where there are tanks and nobody scheduled them.
    without_permit
        Users who need a permit and have none in force, in all.
    scheduled_on
        The day of the schedule of tanks, YYYY-MM-DD; '' for none.
    """

    compounds: int = 0
    rows: tuple[dict[str, Any], ...] = ()
    tanks_overdue: Optional[int] = 0
    without_permit: int = 0
    scheduled_on: str = ""


def compound_needs(network: Network, today: Optional[datetime.date] = None) -> CompoundNeeds:
    """Return what the compounds of a network need on a day; that of the computer if None."""
    day = today or datetime.date.today()
    compounds = network.read("compound", ["compound_id", "name"])
    if not len(compounds):
        return CompoundNeeds()
    settings = network.settings()
    due = network.read("tank_due", ["as_of"], geometry=False)
    has_schedule = len(due) > 0
    overdue = overdue_tanks(network, day)
    customers = network.read(
        "customer", list(PERMIT_COLUMNS), where={"trade": list(settings.words("drainage.permit_trades"))}
    )
    lacking = lacks_permit(customers, settings, day)
    pipes = network.read("pipe", ["pipe_id", "compound_id"], ids=wrong_drains(network))
    work = work_to_do(network, day)
    ids = compounds["compound_id"].to_numpy(dtype=object)
    counts = {
        TANKS: _counted(overdue["compound_id"].to_numpy(dtype=object), ids),
        MISCONNECTIONS: _counted(compound_of(pipes, compounds), ids),
        PERMITS: _counted(compound_of(customers, compounds)[lacking], ids),
        WORK: _counted(compound_of(work, compounds), ids),
    }
    in_all = np.sum(list(counts.values()), axis=0)
    names = compounds["name"].to_numpy(dtype=object)
    rows = tuple(
        {
            "compound_id": ids[row],
            "name": names[row] or ids[row],
            **{key: int(values[row]) for key, values in counts.items()},
        }
        for row in np.lexsort((ids.astype(str), -in_all)).tolist()
        if in_all[row]
    )
    is_unscheduled = not has_schedule and _has_tanks(network, settings)
    return CompoundNeeds(
        len(compounds),
        rows,
        None if is_unscheduled else len(overdue),
        int(lacking.sum()),
        str(due["as_of"].max().date()) if has_schedule and due["as_of"].notna().any() else "",
    )


def _counted(compound_ids: Array, ids: Array) -> Array:
    """Return how often each of some ids occurs among others, None for none."""
    row = rows_of_ids(ids, compound_ids)
    return np.bincount(row[row >= 0], minlength=len(ids))


def _has_tanks(network: Network, settings: Settings) -> bool:
    kinds = list(settings.words("drainage.tanks"))
    return bool(len(network.read("node", ["node_id"], where={"kind": kinds}, geometry=False)))


def overdue_tanks(network: Network, day: datetime.date) -> pd.DataFrame:
    """Return the tanks in use that are overdue on a day as they were scheduled last: node_id, compound_id."""
    due = network.read("tank_due", list(DUE_COLUMNS), geometry=False)
    late = due.loc[due["due_on"] < np.datetime64(day), "node_id"].tolist()
    nodes = network.read("node", ["node_id", "status", "cleaned_on"], ids=late, geometry=False)
    return overdue_of(due, nodes, day)


def overdue_of(due: pd.DataFrame, nodes: pd.DataFrame, day: datetime.date) -> pd.DataFrame:
    """Return the tanks in use that are overdue on a day: node_id, compound_id.

    One that was cleaned since it was scheduled is none of them.

    Parameters
    ----------
    due
        The schedule: DUE_COLUMNS.
    nodes
        node_id, status and cleaned_on of those that may be meant.
    """
    tanks, rows = TableRows("tank_due", due), TableRows("node", nodes)
    row = rows.row_of(tanks.text("node_id"))
    # The last ones stand for no node.
    is_used = np.append(~rows.among("status", OUT_OF_USE), False)[row]
    cleaned_on = np.append(rows.date("cleaned_on"), np.datetime64("NaT"))[row]
    late = is_used & (tanks.date("due_on") < np.datetime64(day)) & ~(cleaned_on > tanks.date("cleaned_on"))
    return due.loc[late, ["node_id", "compound_id"]].reset_index(drop=True)


def lacks_permit(customers: pd.DataFrame, settings: Settings, day: datetime.date) -> Array:
    """Return which users need a permit and have none in force on a day: PERMIT_COLUMNS."""
    rows = TableRows("customer", customers)
    return np.asarray(needs_permit(rows, settings) & (~has_permit(rows) | has_ended(rows, day)))


def wrong_drains(network: Network) -> list[str]:
    """Return the ids of the drains that open misconnections name first, joined for certain."""
    where = {"rule_id": list(blocking_rules()), "state": OPEN}
    issues = network.read("issue", ["issue_id", "assets"], where=where, geometry=False)
    named = [assets_of(assets) for assets in issues["assets"]]
    every = sorted({name for names in named for name in names})
    pipes = set(network.read("pipe", ["pipe_id"], ids=every, geometry=False)["pipe_id"])
    first = (next((name for name in names if name in pipes), None) for names in named)
    return sorted({name for name in first if name is not None})


def work_to_do(network: Network, day: datetime.date) -> pd.DataFrame:
    """Return the work items that are not over and due by a day: item_id, compound_id, asset, ``geom``."""
    columns = ["item_id", "due_on", "compound_id", "asset"]
    parts = [network.read("work_item", columns, where={"state": state}) for state in (list(TO_DO), None)]
    items = stacked(parts)
    return items[items["due_on"] <= np.datetime64(day)].reset_index(drop=True)
