"""Headings of a few letters that are initials of Chinese ones, where the values beneath bear out one field.

GC may be 管材 and 管长, WZ 位置: the values must be those of one field, and speak against the others.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.guessing import column_fits, column_names
from waternet_plugin.core.exchange.guessing.end_pairs import FIELDS, NODE
from waternet_plugin.core.exchange.guessing.meanings.heading_meanings import are_listed
from waternet_plugin.core.exchange.guessing.value_hints import Told
from waternet_plugin.core.exchange.guessing.value_natures import share
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.schema.tables import Field, Table

# What a heading is worth that only values make sure.
WORTH = 1.2
# Share of values below which a field is not what a heading means.
_LEAST_FIT, _LEAST_UNIQUE = 0.3, 0.98
# A few words are no ids of the nodes of pipes.
_LEAST_DISTINCT = 0.2
# Share of words for codes that is enough where a heading can't be that of another field.
_LEAST_CODES = 0.5


def proven_by_values(
    table: Table, frame: pd.DataFrame, columns: Sequence[str], drawn: Array | None
) -> list[Told]:
    """Return the columns whose initials and values mean one field.

    Parameters
    ----------
    frame
        Rows of the file.
    columns
        Those that are not called as any field.
    drawn
        The drawn lengths of the rows in metres, None where nothing is drawn.
    """
    headings = column_names.pinyin_headings(table.name)
    fields = {described.name: described for described in adoptable_fields(table)}
    result = []
    for column in columns:
        meant = [fields[name] for name in sorted(headings.fields(column)) if name in fields]
        shares = {one.name: _share(one, table, frame[column], drawn) for one in meant}
        enough = _LEAST_CODES if len(meant) == 1 and meant[0].domain else column_fits.SURE_FIT
        told = [name for name, fit in shares.items() if fit >= enough]
        others = (one for one in meant if one.name not in told)
        if len(told) == 1 and not any(_may_be(one, table, frame[column]) for one in others):
            result.append(Told(told[0], column, shares[told[0]]))
    return result


def _share(described: Field, table: Table, series: pd.Series, drawn: Array | None) -> float:
    """Return the share of values that speak for a field, 0 where values can't."""
    if described.domain:
        if are_listed(described, series):
            return column_fits.SURE_FIT
        return column_fits.fit(described, series, is_id=False)
    return share(described, table, series, drawn)


def _may_be(described: Field, table: Table, series: pd.Series) -> bool:
    """Return whether the values of a column do not speak against a field."""
    least = _LEAST_FIT
    if described.name in (table.id_field, *FIELDS[NODE]):
        least = _LEAST_UNIQUE if described.name == table.id_field else _LEAST_DISTINCT
    return not column_fits.fit(described, series, is_id=least != _LEAST_FIT) < least
