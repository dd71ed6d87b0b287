"""What people write into cells of a table that have nothing to say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Optional

import pandas as pd

from waternet_plugin.core.frames import made_of

FILLERS = frozenset({"/", "／", "\\", "-", "－", "--", "—", "——", "–", "无", "n/a", "N/A"})
# Fields of lines whose texts are names, so that a filler could be one.
NAMES = ("pipe_id", "start_no", "end_no")


def fillers_of_lines(
    points: Sequence[Optional[pd.DataFrame]], lines: Sequence[Optional[pd.DataFrame]]
) -> frozenset[str]:
    """Return the fillers among the names of a file's lines; what numbers a point of the file is none.

    Parameters
    ----------
    points, lines
        Of each table of the file by our fields, None where it has none.
    """
    names = [frame[name].tolist() for frame in lines if frame is not None for name in NAMES]
    fillers = frozenset().union(*(FILLERS.intersection(texts) for texts in names))
    for frame in points:
        if fillers and frame is not None:
            fillers = fillers.difference(frame["point_no"].tolist())
    return fillers


def without_fillers(cells: pd.DataFrame, columns: Iterable[str], fillers: frozenset[str]) -> pd.DataFrame:
    """Return cells of a table whose fillers in some columns are empty.

    Parameters
    ----------
    cells
        (n, k) texts, None where empty.
    columns
        In which fillers are looked for; others stay as they are.
    fillers
        Texts that fill a cell only.
    """
    chosen = {name for name in columns if name in cells}
    filled = {}
    for name in cells:
        values = cells[name].to_numpy(dtype=object)
        if name in chosen:
            values = values.copy()
            values[[text in fillers for text in values.tolist()]] = None
        filled[str(name)] = values
    return made_of(filled)
