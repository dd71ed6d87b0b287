"""What a column says beside its own field: a note of several pipes, the section of what is not round."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import foreign_values
from waternet_plugin.core.exchange.mapping import read_ways
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.read_ways import ReadWay

_ROUND = "round"


def noted(own: Array | None, added: Array) -> Array:
    """Return notes with a text behind them, None where there is neither."""
    if own is None:
        return added
    joined = [
        text if pd.isna(note) else note if text is None else f"{note}; {text}"
        for note, text in zip(own, added)
    ]
    return np.array(joined, dtype=object)


def part_sections(columns: dict[str, Array], mapping: Mapping) -> list[ReadWay]:
    """Part round pipes from others where one column has the bore of these and the width of those.

    A section without a height, or as high as it is wide, is round.

    Parameters
    ----------
    columns
        The fields by name, in mm; changed.
    mapping
        Says by ``round`` that the column of diameters is one of sizes.
    """
    source = mapping.fields.get("diameter_mm")
    if source is None or source.take != _ROUND or "height_mm" not in columns:
        return []
    size, height = columns["diameter_mm"], columns["height_mm"]
    is_round = np.isnan(height) | (height == size)
    width = columns.get("width_mm", size)
    columns["diameter_mm"] = np.where(is_round, size, np.nan)
    columns["width_mm"] = np.where(is_round, np.nan, width)
    columns["height_mm"] = np.where(is_round, np.nan, height)
    rows = np.flatnonzero(is_round & np.isfinite(size))
    if not len(rows):
        return []
    told = foreign_values.texts(pd.Series(size))
    taken = columns["diameter_mm"]
    return [read_ways.way_of("diameter_mm", source.column, read_ways.ROUND, rows, told, taken)]
