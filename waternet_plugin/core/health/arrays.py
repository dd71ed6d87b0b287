"""The type of the columns that this room computes with, and what numpy does slowly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[Any]


def numbered(values: Array) -> tuple[Array, Array]:
    """Return the distinct values, sorted, and for each row which of them it has.

    The same as `numpy.unique` with its inverse, by hashing: many rows hold few values here.
    """
    place, distinct = pd.factorize(values, sort=True)
    return np.asarray(distinct), np.asarray(place)
