"""Which sheets changes lie on: those made since an edition, a batch or a time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely


def changes_on_sheets(changes: pd.DataFrame, index: pd.DataFrame) -> pd.DataFrame:
    """Return the changes on each sheet, both places of what was moved.

    Parameters
    ----------
    changes
        ``table``, ``asset``, ``action`` and ``geom`` of each, see ``changes_since.ChangesSince``.
    index
        The sheets, with ``geom``.

    Returns
    -------
    The changes with ``sheet``, the position in the index, by sheet and in the order of the changes.
    """
    shapes = changes["geom"].to_numpy(dtype=object, copy=True)
    change, sheet = shapely.STRtree(index["geom"].to_numpy()).query(shapes, predicate="intersects")
    order = np.lexsort((change, sheet))
    rows = changes.iloc[change[order]].reset_index(drop=True)
    rows.insert(0, "sheet", sheet[order])
    return rows
