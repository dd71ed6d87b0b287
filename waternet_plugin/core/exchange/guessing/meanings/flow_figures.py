"""Which way 0 and 1 of a column of flow are, by the levels of both ends: water runs down in all rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from waternet_plugin.core.cells import foreign_values, written_numbers
from waternet_plugin.core.cells.end_headings import upstream_end
from waternet_plugin.core.exchange.guessing.end_pairs import FIELDS, LEVEL
from waternet_plugin.core.exchange.guessing.meanings.heading_meanings import are_figures
from waternet_plugin.core.network.model.unknown_levels import stray_levels
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Field

# Levels that differ less tell no way, those that differ more are none of one pipe, m.
_LEAST_FALL_M, _MOST_FALL_M = 0.005, 10.0
# So many pipes of a figure, and of both, do not run one way by chance.
_LEAST_OF_ONE, _LEAST_OF_ALL = 3, 10
_FLOWS = {1.0: "forward", -1.0: "reverse"}


def meanings_by_levels(
    described: Field, frame: pd.DataFrame, columns: Mapping[str, str], settings: Settings
) -> dict[str, str]:
    """Return the code that each of two figures means, {} where levels do not say so in all rows.

    Parameters
    ----------
    described
        The field of flow.
    frame
        Rows of the file.
    columns
        The column that fills each field.
    settings
        Of the network.
    """
    levels = [columns.get(name, "") for name in FIELDS[LEVEL]]
    if not all(levels) or not are_figures(described, frame[columns[described.name]]):
        return {}
    if upstream_end(*levels) is not None:
        # Such columns say themselves which end is higher.
        return {}
    start, end = (written_numbers.numbers(frame[column]).values.copy() for column in levels)
    for level_m in (start, end):
        level_m[stray_levels(level_m, settings)] = np.nan
    fall = start - end
    size = np.abs(fall)
    is_told = (size >= _LEAST_FALL_M) & (size <= _MOST_FALL_M)
    figures = foreign_values.texts(frame[columns[described.name]])
    meant: dict[str, str] = {}
    for figure in pd.unique(figures[is_told & pd.notna(figures)]):
        signs = np.sign(fall[is_told & (figures == figure)])
        if len(signs) < _LEAST_OF_ONE or (signs != signs[0]).any():
            return {}
        meant[str(figure)] = _FLOWS[float(signs[0])]
    is_enough = is_told.sum() >= _LEAST_OF_ALL
    return meant if is_enough and len({*meant.values()}) == len(meant) == len(_FLOWS) else {}
