"""The rows of a survey file as they were, for the ledger that the network keeps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.survey.records import SurveyFile

# Between two rows that are written as JSON.
_BETWEEN_ROWS = "},{"


def raw_rows(files: Sequence[SurveyFile], first: int, last: int) -> Array:
    """Return rows of files as JSON texts, their cells by their headings.

    Parameters
    ----------
    files
        In the order in which their rows are counted.
    first, last
        The rows that are wanted, from 0, without the last; they stay below the number of all.
    """
    parts = [np.zeros(0, dtype=object)]
    begin = 0
    for cells in (cell for file in files for cell in file.cells):
        wanted = cells.iloc[max(first - begin, 0) : max(last - begin, 0)]
        if len(wanted):
            parts.append(_raw(wanted.reset_index(drop=True)))
        begin += len(cells)
    return np.concatenate(parts)


def _raw(frame: pd.DataFrame) -> Array:
    if not len(frame.columns):
        return np.full(len(frame), "{}", dtype=object)
    parts = frame.to_json(orient="records", force_ascii=False)[2:-2].split(_BETWEEN_ROWS)
    if len(parts) == len(frame):
        return np.array([f"{{{part}}}" for part in parts], dtype=object)
    # A cell holds what stands between rows.
    lines = frame.to_json(orient="records", lines=True, force_ascii=False)
    return np.array(lines.rstrip("\n").split("\n"), dtype=object)
