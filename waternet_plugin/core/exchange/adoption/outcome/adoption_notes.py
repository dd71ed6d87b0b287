"""What to say of an adoption beside its counts: what was assumed, made, split, and left out."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from waternet_plugin.core.exchange.adoption.verdicts import DUPLICATE_ID
from waternet_plugin.core.exchange.mapping.filled_fields import Filled
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.texts import listed, shortened, tr

# Share of the rows whose ids are taken from which on a file is said to be adopted already.
_SAME_FILE = 0.9


def further_notes(
    table: Table, filled: Filled, made: int, split: int, rejected: pd.DataFrame, rows_in: int
) -> list[str]:
    """Return what to say of statuses, words for unknown, ids that were made, parts and ids that are taken."""
    notes = []
    if filled.status_assumed:
        notes.append(tr("The mapping gives no status: all rows are assumed to be in use."))
    for name, count, words in filled.emptied:
        text = tr("{field}: {n} taken as not known, as the mapping says ({examples}).")
        notes.append(text.format(field=table.field(name).label, n=count, examples=listed(words)))
    if made:
        notes.append(tr("%n id(s) were generated.", "", made))
    if split:
        notes.append(tr("%n row(s) became several pipes because their parts do not touch.", "", split))
    taken = int((rejected["reason_code"] == DUPLICATE_ID).sum())
    if taken and taken >= _SAME_FILE * rows_in:
        notes.append(tr("Nearly every id already exists: this file may have been adopted before."))
    return notes


def columns_left(
    frame: pd.DataFrame, columns: Sequence[str], mapping: Mapping, own: Sequence[str]
) -> list[str]:
    """Return which columns with values the mapping leaves out, but for ``own``: what is not read is told."""
    used = {field.column for field in mapping.fields.values()} | {*mapping.geometry.values(), *own}
    left = [name for name in columns if name not in used and _has_values(frame[name])]
    if not left:
        return []
    return [tr("Columns that are not adopted, %n: {columns}.", "", len(left)).format(columns=shortened(left))]


def _has_values(values: pd.Series) -> bool:
    known = values.dropna()
    return bool((known != "").any())
