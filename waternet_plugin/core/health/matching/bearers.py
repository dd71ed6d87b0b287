"""Which of several pipes that had one id in their file a failure happened to.

A register may give a street's number to each of its segments. Adopted, each has an id of its own, and the
number stays in ``source_id``. A failure that names the number happened to the nearest of these pipes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.matching.candidates import has_coordinates, true_distance


def nearest(failures: pd.DataFrame, row: int, pipes: pd.DataFrame, rows: list[int]) -> int:
    """Return which of some pipes with a line is nearest to a failure with a place."""
    point = np.full(len(rows), failures["geom"].iloc[row], dtype=object)
    return rows[int(true_distance(point, pipes["geom"].to_numpy()[rows]).argmin())]


def _bearers(names: set[str], pipes: pd.DataFrame) -> dict[str, list[int]]:
    """Return the rows of the pipes that had each of some ids in their file, in the order of their ids."""
    sources = pipes["source_id"].to_numpy(dtype=object)
    ids = pipes["pipe_id"].to_numpy(dtype=object)
    bearers: dict[str, list[int]] = {}
    for row in np.flatnonzero(pd.Series(sources, dtype=object).isin(list(names)).to_numpy()).tolist():
        bearers.setdefault(str(sources[row]), []).append(row)
    for row in np.flatnonzero(pd.Series(ids, dtype=object).isin(list(bearers)).to_numpy()).tolist():
        if row not in bearers[str(ids[row])]:
            # One that was drawn later under the id of the file.
            bearers[str(ids[row])].append(row)
    return {name: sorted(rows, key=lambda row: str(ids[row])) for name, rows in bearers.items()}


def settle_bearers(
    points: Array, failures: pd.DataFrame, pipes: pd.DataFrame, reported: pd.Series
) -> dict[int, int]:
    """Put in the nearest pipe where the reported id is one that several pipes had in their file.

    Parameters
    ----------
    points
        Row of the pipe of each failure, -1 for none; changed here.
    failures, pipes
        As for ``matching.match_failures``.
    reported
        The reported id of each failure, None for none.

    Returns
    -------
    The failures of which none of several pipes can be told, for want of a place, with the number of pipes.
    """
    if "source_id" not in pipes.columns or not pipes["source_id"].notna().any():
        return {}
    bearers = _bearers(set(reported[reported.notna()]), pipes)
    if not bearers:
        return {}
    placed, has_line = has_coordinates(failures), has_coordinates(pipes)
    open_: dict[int, int] = {}
    for row, name in enumerate(reported.tolist()):
        rows = bearers.get(name, []) if isinstance(name, str) else []
        near = [pipe for pipe in rows if has_line[pipe]]
        if len(rows) == 1:
            points[row] = rows[0]
        elif rows and placed[row] and near:
            points[row] = nearest(failures, row, pipes, near)
        elif rows:
            points[row] = -1
            open_[row] = len(rows)
    return open_
