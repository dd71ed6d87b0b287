"""Adopt the rows of a drawing that lie on the CAD layers of its mapping; the others are rejected, counted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult, adopt, source_columns
from waternet_plugin.core.exchange.adoption.read_rows import Surrounded
from waternet_plugin.core.exchange.adoption.verdicts import OTHER_LAYER
from waternet_plugin.core.exchange.coordinates.straying import Straying
from waternet_plugin.core.exchange.drawings.cad_layers import on_layers, with_layers
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.exchange.mapping.mapping_check import for_columns, for_table
from waternet_plugin.core.texts import tr


def adopt_drawn(
    frame: pd.DataFrame,
    mapping: Mapping,
    table: str,
    *,
    into: Surrounded,
    by: Callable[..., AdoptionResult] = adopt,
    **given: Any,
) -> AdoptionResult:
    """Turn rows of a drawing into rows of a table: as `adopt` does, those on the mapping's CAD layers alone.

    Codes, places and ids of all other rows are not looked at.

    Parameters
    ----------
    frame
        The rows of the drawing.
    mapping
        Names the CAD layers.
    table
        Name of the table.
    into
        The network.
    by
        Adopts the rows, or updates by them.
    given
        What else it takes.

    Raises
    ------
    InputError
        As `adopt` does, and when no row lies on such a layer.
    """
    described = adoptable(table, into.own)
    mapping = for_columns(for_table(mapping, described), source_columns(frame))
    mapping = with_layers(mapping, frame, described)
    taken = on_layers(frame, mapping.layers)
    if taken.all():
        return by(frame, mapping, table, into=into, **given)
    rows = np.flatnonzero(taken)
    result = by(frame[taken].reset_index(drop=True), mapping, table, into=into, **given)
    other = np.flatnonzero(~taken)
    aside = pd.DataFrame(
        {
            "source_row": other + 1,
            "source_id": np.full(len(other), None, dtype=object),
            "reason_code": OTHER_LAYER,
            "reason": tr("The row lies on a CAD layer that the mapping does not take."),
        }
    )
    own = result.rejected.assign(source_row=rows[result.rejected["source_row"].to_numpy(np.int64) - 1] + 1)
    rejected = pd.concat([own, aside]) if len(own) else aside
    return replace(
        result,
        rejected=rejected.sort_values("source_row", kind="stable").reset_index(drop=True),
        source_rows=rows[np.asarray(result.source_rows, dtype=np.int64) - 1] + 1,
        straying=_widened(result.straying, rows, len(frame)),
        rows_in=len(frame),
        doubts=tuple(replace(doubt, rows=rows[doubt.rows]) for doubt in result.doubts),
        ways=tuple(replace(one, rows=rows[one.rows]) for one in result.ways),
    )


def _widened(straying: Straying, rows: Array, count: int) -> Straying:
    """Return what strays, by the rows of the whole drawing."""

    def over_all(values: Array, fill: Any) -> Array:
        found = np.full(count, fill, dtype=values.dtype)
        # Nothing strays where nobody looked.
        if len(values):
            found[rows] = values
        return found

    return replace(
        straying,
        rows=over_all(straying.rows, False),
        lost=over_all(straying.lost, False),
        swappable=over_all(straying.swappable, False),
        distance_m=over_all(straying.distance_m, np.nan),
    )
