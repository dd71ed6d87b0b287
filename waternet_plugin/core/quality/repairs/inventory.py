"""Join a table by id: what an inventory knows of pipes that the network does not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.network.model.table_rows import TableRows
from waternet_plugin.core.quality.repairs.repair_draft import RepairStep, known

# Ids and what the store keeps itself are never taken from an inventory.
_NEVER = ("pipe_id", "length_source", "map_class", "estimated")


@dataclass(frozen=True)
class InventoryMatch(PlainFrames):
    """What an inventory fills.

    Parameters
    ----------
    updated
        Ids of the pipes and the columns that change, as they will be.
    steps
        Every change.
    matched, unmatched
        Pipes with and without a row in the inventory.
    conflicts
        pipe_id, field, network, inventory: what both know and differ in; the network's value stays.
    ambiguous
        Ids that the inventory has several times with different values; their pipes are not filled.
    """

    updated: pd.DataFrame
    steps: tuple[RepairStep, ...]
    matched: int
    unmatched: int
    conflicts: pd.DataFrame
    ambiguous: tuple[str, ...]


def join_inventory(
    pipes: pd.DataFrame, inventory: pd.DataFrame, *, key: str, overwrite: bool = False
) -> InventoryMatch:
    """Fill what is unknown of pipes from an inventory.

    Parameters
    ----------
    pipes
        The network's pipes.
    inventory
        Columns of ours; its ``pipe_id`` names what the key column of the pipes holds.
    key
        Column of the pipes that holds the inventory's id.
    overwrite
        Let the inventory win where both know something.
    """
    rows = TableRows("pipe", pipes)
    columns = [name for name in inventory.columns if name in rows.table.field_names and name not in _NEVER]
    single, ambiguous = _unique(inventory, columns)
    asked = rows.text(key)
    place = rows_of_ids(single["pipe_id"], asked)
    place[np.array([word is None for word in asked], dtype=bool)] = -1
    there = np.flatnonzero(place >= 0)
    changes: dict[str, Array] = {}
    steps: list[RepairStep] = []
    conflicts: list[tuple[str, str, object, object]] = []
    touched = np.zeros(len(pipes), dtype=bool)
    for name in columns:
        mine = pipes[name].to_numpy(dtype=object).copy()
        theirs = single[name].to_numpy(dtype=object)
        for row in there.tolist():
            before, after = mine[row], theirs[place[row]]
            if not known(after) or after == "unknown":
                continue
            blank = not known(before) or before == "unknown"
            if not blank and before != after and not overwrite:
                conflicts.append((str(rows.ids[row]), name, before, after))
            elif before != after:
                steps.append(RepairStep("pipe", str(rows.ids[row]), name, before, after))
                mine[row] = after
                touched[row] = True
        changes[name] = mine
    frame = pd.DataFrame({"pipe_id": rows.ids[touched]})
    for name, values in changes.items():
        kind = rows.table.field(name).type
        frame[name] = values[touched].astype(float) if kind in ("real", "integer") else values[touched]
    return InventoryMatch(
        frame,
        tuple(steps),
        len(there),
        len(pipes) - len(there),
        pd.DataFrame(conflicts, columns=["pipe_id", "field", "network", "inventory"], dtype=object),
        ambiguous,
    )


def _unique(inventory: pd.DataFrame, columns: list[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return an inventory with one row an id, and the ids whose rows contradict each other."""
    distinct = inventory[inventory["pipe_id"].notna()].drop_duplicates(["pipe_id", *columns])
    twice = distinct["pipe_id"].duplicated(keep=False)
    return (
        distinct[~twice].reset_index(drop=True),
        tuple(sorted(distinct.loc[twice, "pipe_id"].astype(str).unique())),
    )
