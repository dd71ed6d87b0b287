"""What came of a table with columns of periods, told in the rows of its file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption.outcome.adoption_result import AdoptionResult
from waternet_plugin.core.frames import tuples
from waternet_plugin.core.texts import joined, tr

_SHOWN = 3


def in_rows_of_file(result: AdoptionResult, origin: Array, numbers: Array) -> AdoptionResult:
    """Return a result whose rows are those of the file: one is rejected where none of its periods is written.

    Parameters
    ----------
    result
        What came of the table with a row for each period.
    origin
        The row of the file that each of its rows comes from, from 0 (R,).
    numbers
        The number of each row in the file.
    """
    source_rows = origin[result.source_rows - 1] + 1
    rejected = result.rejected.assign(
        source_row=origin[result.rejected["source_row"].to_numpy(dtype=np.int64) - 1] + 1
    )
    is_written = rejected["source_row"].isin(source_rows)
    whole = rejected[~is_written].drop_duplicates("source_row").reset_index(drop=True)
    notes = [
        tr("%n value(s) of periods were read from the columns of the file.", "", len(origin)),
        *result.notes,
    ]
    if is_written.any():
        shown = [
            tr("row {row}: {reason}").format(row=numbers[row - 1], reason=reason)
            for row, reason in tuples(rejected[is_written][["source_row", "reason"]].head(_SHOWN))
        ]
        text = tr("%n of them were rejected in rows of which others are written, such as {examples}", "",
                  int(is_written.sum()))  # fmt: skip
        notes.insert(1, text.format(examples=joined(shown)))
    return replace(result, source_rows=source_rows, rejected=whole, notes=tuple(notes), rows_in=len(numbers))
