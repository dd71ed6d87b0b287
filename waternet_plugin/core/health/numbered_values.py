"""What numpy does slowly."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array


def numbered(values: Array) -> tuple[Array, Array]:
    """Return the distinct values, sorted, and for each row which of them it has.

    The same as `numpy.unique` with its inverse, by hashing: many rows hold few values here.
    """
    number, distinct = pd.factorize(values, sort=True)
    return np.asarray(distinct), np.asarray(number)
