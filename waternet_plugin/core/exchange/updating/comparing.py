"""What fields of a file's rows differ from those of the network, as they would be written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells import foreign_values
from waternet_plugin.core.exchange.adoption.read_rows import RowsRead
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable_fields
from waternet_plugin.core.exchange.mapping.filled_fields import without_null_words
from waternet_plugin.core.exchange.mapping.mapping import EVERY_OTHER, Mapping
from waternet_plugin.core.schema.tables import Field, Table

# Of one pipe each: a row that is several pipes now says nothing of them.
OF_ONE_PIPE = (
    *("length_m", "from_node", "to_node"),
    *("invert_start_m", "invert_end_m", "depth_start_m", "depth_end_m"),
)
# A section that the text of a diameter has too.
_BESIDE = ("width_mm", "height_mm")
_UNKNOWN = "unknown"
# Numbers nearer than this, relative and in their unit, were the same before a conversion of units.
_RELATIVE, _ABSOLUTE = 1e-9, 1e-12


def compared_fields(read: RowsRead) -> tuple[Field, ...]:
    """Return the fields that columns of the file fill, in the order of the table, without the id.

    What the mapping says of all rows alike was said of new rows: it tells nothing of one that is there.
    """
    mapping, table = read.mapping, read.table
    return tuple(
        field
        for field in adoptable_fields(table)
        if field.name != table.id_field
        and (
            field.name in mapping.fields
            or (
                field.name in _BESIDE
                and field.name in read.filled.columns
                and field.name not in mapping.defaults
            )
        )
    )


def differs(described: Field, new: pd.Series, old: pd.Series) -> Array:
    """Return where two columns of a field differ; unknown values are the same."""
    if described.type in ("integer", "real"):
        one, other = (pd.to_numeric(each).to_numpy(dtype=float, na_value=np.nan) for each in (new, old))
        return ~np.isclose(one, other, rtol=_RELATIVE, atol=_ABSOLUTE, equal_nan=True)
    if described.type in ("date", "datetime"):
        unit = "D" if described.type == "date" else "ms"
        one, other = (_moments(each).astype(f"datetime64[{unit}]").astype(np.int64) for each in (new, old))
        return np.asarray(one != other)
    one, other = (each.astype(object).where(each.notna(), None).to_numpy(dtype=object) for each in (new, old))
    return np.asarray(one != other, dtype=bool)


def _moments(column: pd.Series) -> Array:
    moments = pd.to_datetime(column)
    if moments.dt.tz is not None:
        moments = moments.dt.tz_convert("UTC").dt.tz_localize(None)
    return np.asarray(moments.to_numpy().astype("datetime64[ns]"))


def blank_cells(frame: pd.DataFrame, mapping: Mapping, name: str, rows: Array) -> Array:
    """Return which of some rows of a file have nothing in the column of a field, or a word for “unknown”.

    Our own code for it is an answer, 不详 is none.

    Parameters
    ----------
    frame
        The rows of the file.
    mapping
        Which column fills the field, and which of its words stand for nothing.
    name
        The field.
    rows
        Rows of the file, from 0.
    """
    source = mapping.fields.get(name)
    if source is None:
        return np.zeros(len(rows), dtype=bool)
    cells = frame[source.column].iloc[rows].reset_index(drop=True)
    cells = without_null_words(cells, tuple(mapping.null.get(name, ())))
    if not foreign_values.is_text(cells):
        return np.asarray(cells.isna())
    words = foreign_values.texts(cells)
    unknown = {word for word, code in mapping.values.get(name, {}).items() if code in (None, _UNKNOWN)}
    return np.asarray(pd.isna(words) | np.isin(words.astype(str), list(unknown - {_UNKNOWN, EVERY_OTHER})))


def shown(described: Field | None, values: pd.Series) -> Array:
    """Return values as texts, a whole number without its fraction, None for unknown."""
    result = np.full(len(values), None, dtype=object)
    known = np.flatnonzero(values.notna().to_numpy())
    if not len(known):
        return result
    if described is not None and described.type in ("date", "datetime"):
        unit: Literal["D", "ms"] = "D" if described.type == "date" else "ms"
        texts = np.datetime_as_string(_moments(values.iloc[known]).astype(f"datetime64[{unit}]"), unit=unit)
        result[known] = [text if unit == "D" else f"{text}Z" for text in texts.tolist()]
    else:
        result[known] = [_text(one) for one in values.iloc[known].tolist()]
    return result


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)


def companions(table: Table, names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that go with some fields: where a length and a flow are from."""
    if table.name != "pipe":
        return ()
    found = ["length_m", "length_source"]
    if {"flow", "from_node", "to_node"}.intersection(names):
        found += ["from_node", "to_node", "flow", "flow_source", "flow_confidence"]
    return tuple(one for one in found if one not in names)
