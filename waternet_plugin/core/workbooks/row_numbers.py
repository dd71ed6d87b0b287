"""The numbers by which a person finds the rows of a table in its sheet or text file."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array

_KEY = "row_numbers"


class _RowNumbers:
    """Numbers that pandas hands on with a frame: never copied, equal to themselves alone."""

    def __init__(self, numbers: Array) -> None:
        self.numbers = numbers

    def __deepcopy__(self, _memo: dict[int, Any]) -> _RowNumbers:
        return self


def with_row_numbers(frame: pd.DataFrame, numbers: Array) -> pd.DataFrame:
    """Return the frame, which knows now the number of each of its rows in the file, from 1."""
    frame.attrs[_KEY] = _RowNumbers(numbers)
    return frame


def row_numbers(frame: pd.DataFrame) -> Array:
    """Return the number of each row in its file; those of a layer are counted from 1."""
    known = frame.attrs.get(_KEY)
    if known is None or len(known.numbers) != len(frame):
        return np.arange(1, len(frame) + 1)
    return np.asarray(known.numbers)
