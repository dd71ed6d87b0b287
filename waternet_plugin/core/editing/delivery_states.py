"""What rows were when they were delivered, as the change log tells it.

The first entry that changes a field after a delivery made the row still has what was delivered. So a file
that comes again is recognised by what it brought, whatever people corrected, moved or cut since.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.editing.persons_fields import DELETE, DELIVERIES, INSERT, FieldsEntry
from waternet_plugin.core.id_lookup import rows_of_ids

# What puts back a row as it was earlier.
_REVERT = "revert"


@dataclass
class DeliveredRow:
    """A row that a delivery made and that is another way now.

    Attributes
    ----------
    asset
        The id under which it was delivered.
    seq
        The entry of the log that made it.
    family
        The batch that made it.
    now
        The id that it has; None where it was deleted.
    before
        What was delivered in those of the asked fields that changed since, None for unknown; of a deleted row
        all of them.
    """

    asset: str
    seq: int
    family: str
    now: Optional[str]
    before: dict[str, Any] = field(default_factory=dict)


def delivered_rows(entries: Iterable[FieldsEntry], fields: Sequence[str]) -> tuple[DeliveredRow, ...]:
    """Return the rows that deliveries made and in which some fields changed since, in their order.

    What an undo took back with its delivery is none of them.

    Parameters
    ----------
    entries
        All that the log tells of the rows in question, with what was before, in its order.
    fields
        The fields that matter, the geometry among them where it does.
    """
    rows: list[DeliveredRow] = []
    now: dict[str, DeliveredRow] = {}
    gone: dict[str, DeliveredRow] = {}
    for entry in entries:
        row = now.pop(entry.asset, None)
        if entry.action == INSERT:
            is_back = entry.sign < 0 or entry.kind == _REVERT
            row = gone.pop(entry.asset, None) if is_back else None
            if row is None and not is_back and entry.kind in DELIVERIES:
                row = DeliveredRow(entry.asset, entry.seq, entry.family, entry.asset)
                rows.append(row)
        elif row is not None:
            for name in fields:
                if name in entry.before or entry.action == DELETE:
                    row.before.setdefault(name, entry.before.get(name))
        if row is None:
            continue
        if entry.action == DELETE:
            row.now = None
            if entry.family == row.family and entry.sign < 0:
                row.before.clear()
            else:
                gone[entry.asset] = row
            continue
        row.now = entry.new_id or entry.asset
        now[row.now] = row
    return tuple(row for row in rows if row.before)


def as_delivered(now: pd.DataFrame, delivered: Sequence[DeliveredRow]) -> pd.DataFrame:
    """Return rows as they were delivered, under their ids of then; what did not change is as it is.

    Parameters
    ----------
    now
        The rows as they are, the id first.
    """
    id_field = now.columns[0]
    places = rows_of_ids(now[id_field].to_numpy(dtype=object), [one.now for one in delivered])
    rows: pd.DataFrame = pd.DataFrame(index=range(len(delivered)), columns=now.columns, dtype=object)
    for name in now.columns:
        current = np.array([None, *now[name].astype(object)], dtype=object)[places + 1]
        values = [one.before.get(name, value) for one, value in zip(delivered, current)]
        rows[name] = pd.Series(values, dtype=object)
    rows[id_field] = pd.Series([one.asset for one in delivered], dtype=object)
    return rows
