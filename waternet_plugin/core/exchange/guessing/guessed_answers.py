"""What a guessed mapping answers to the doubts of its own reading: units, odd rows, days for “not known”."""

from __future__ import annotations

import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import written_numbers
from waternet_plugin.core.exchange.doubts.doubt import TAKE, Doubt, answered
from waternet_plugin.core.exchange.doubts.height_doubts import LEVELS, datum_of, height_doubts
from waternet_plugin.core.exchange.doubts.length_doubts import length_doubts
from waternet_plugin.core.exchange.doubts.shared_days import day_doubt
from waternet_plugin.core.exchange.mapping.depth_signs import DEPTHS
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.network.model.unknown_levels import is_never_known, is_unknown_size
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Table


def with_answers(
    frame: pd.DataFrame,
    mapping: Mapping,
    table: Table,
    drawn: Array | None,
    crs_unit: str,
    settings: Settings,
) -> Mapping:
    """Return a mapping that answers what its own reading leaves in doubt as it is suggested.

    A unit has its second look: where one is found, rows may still be out of line.

    Parameters
    ----------
    frame
        Rows of the file.
    mapping
        The guess.
    drawn
        The drawn lengths in metres, None where nothing is drawn.
    crs_unit
        Unit of the file's coordinates as PROJ names it.
    settings
        Of the network.
    """
    for _look in range(2):
        for doubt in _doubts(frame, mapping, table, drawn, crs_unit, settings):
            if doubt.is_open and doubt.suggestion != TAKE:
                mapping = answered(mapping, doubt, doubt.suggestion)
    return mapping


def _doubts(
    frame: pd.DataFrame,
    mapping: Mapping,
    table: Table,
    drawn: Array | None,
    crs_unit: str,
    settings: Settings,
) -> list[Doubt]:
    found: list[Doubt] = []
    if "length_m" in mapping.fields and drawn is not None:
        found += length_doubts(_values(frame, mapping, table, "length_m"), drawn, mapping, crs_unit)
    for name in (*DEPTHS, *LEVELS):
        if name in mapping.fields and name in table.field_names:
            values = _values(frame, mapping, table, name)
            in_metres = name in DEPTHS and name not in mapping.units
            is_unknown = is_unknown_size if in_metres else is_never_known
            values[is_unknown(values, settings)] = float("nan")
            datum = datum_of(mapping.fields[name].column, frame, settings)
            found += height_doubts(name, values, mapping, datum)
    for name, source in mapping.fields.items():
        doubt = day_doubt(table.field(name), frame[source.column], mapping)
        found += [doubt] if doubt is not None else []
    return found


def _values(frame: pd.DataFrame, mapping: Mapping, table: Table, name: str) -> Array:
    described = table.field(name)
    series = frame[mapping.fields[name].column].reset_index(drop=True)
    read = written_numbers.numbers(series, unit_m=mapping.unit_m(described)).values
    return read * mapping.factor(described)
