"""What is on each sheet, in figures: pipes and lengths by any class, streets, points."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import grouped
from waternet_plugin.core.frames import tuples


@dataclass(frozen=True)
class Tally:
    """One class on one sheet: how many pieces or points, and metres of pipe."""

    key: str
    count: int
    length_m: float


def tallies(sheet: np.ndarray, key: np.ndarray, length_m: np.ndarray) -> dict[int, list[Tally]]:
    """Count pieces and add up their metres by sheet and class.

    Parameters
    ----------
    sheet
        Position of each piece's sheet in the index.
    key
        Class of each piece; pieces without one are counted under ''.
    length_m
        Metres of each piece.

    Returns
    -------
    Classes of each sheet by falling length, then by key.
    """
    keys = pd.Series(np.asarray(key, dtype=object)).fillna("").astype(str).to_numpy()
    frame = pd.DataFrame({"sheet": np.asarray(sheet), "key": keys, "length_m": np.asarray(length_m)})
    sums = frame.groupby(["sheet", "key"])["length_m"].agg(["size", "sum"]).reset_index()
    sums = sums.sort_values(["sheet", "sum", "key"], ascending=[True, False, True])
    return grouped((int(row[0]), Tally(str(row[1]), int(row[2]), float(row[3]))) for row in tuples(sums))


def metres(length_m: float) -> str:
    """Write a length as people read it: metres below 10 km, else kilometres with one decimal."""
    return f"{length_m:,.0f} m" if length_m < 9_999.5 else f"{length_m / 1000.0:,.1f} km"
