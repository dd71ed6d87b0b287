"""What a table looks like as a frame, everywhere in WaterNet.

A frame has the columns of its table by name and, where the table has a place on the map, the column
``geom`` (a GeoDataFrame). Numbers, whole ones too, are float64 with NaN for unknown; texts and json are
object with None; dates are datetime64[ns] with NaT; moments are datetime64[ns, UTC]. Row labels mean
nothing: rows are named by the id of their table.

From version 3 on pandas makes columns of texts `str`, with NaN for unknown, wherever a column is made or
assigned. Code inside a room asks `isna`, which is right for both; a frame that leaves its room is `plain`,
and rows are taken out of a frame by `records`, so that None stays None everywhere else.

Of large tables that are only looked at there are compact frames: texts that recur may be categories, shapes
may be packed, and columns without any value take no room and can't be written to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple, Optional

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.id_lookup import are_repeated
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Field, table

# A compact frame, which stays within its room.
CompactFrame = pd.DataFrame

_FEW_ROWS = 1_000
_KINDS_OF_TEXTS = (pd.StringDtype, pd.CategoricalDtype)


class BadText(NamedTuple):
    """One text of a network that is not UTF-8: where it is, its bytes, and as what they are read.

    ``asset`` is the id of its row, None where it is not known.
    """

    table: str
    field: str
    fid: int
    asset: Optional[str]
    raw: bytes
    text: str

    @property
    def row(self) -> str:
        """What names the row: its id, else its number."""
        return str(self.fid) if self.asset is None else self.asset


class UnreadableValue(NamedTuple):
    """One value of a network that is not of its column's type, and counts as unknown.

    ``asset`` is the id of its row, None where it is not known; ``text`` the value as it stands there.
    """

    table: str
    field: str
    fid: int
    asset: Optional[str]
    text: str

    @property
    def row(self) -> str:
        """What names the row: its id, else its number."""
        return str(self.fid) if self.asset is None else self.asset


def empty_column(field: Field, size: int) -> pd.Series:
    """Return a column of unknowns of a field's type."""
    column: pd.Series
    if field.type in ("integer", "real"):
        column = pd.Series(np.full(size, np.nan))
    elif field.type == "date":
        column = pd.Series(np.full(size, np.datetime64("NaT", "ns")))
    elif field.type == "datetime":
        column = pd.Series(pd.DatetimeIndex([pd.NaT] * size, tz="UTC"))
    else:
        column = pd.Series(np.full(size, None, dtype=object))
    return column


def empty(table_name: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return a frame of a table without rows; with geometry where the table has one."""
    described = table(table_name)
    names = described.field_names if columns is None else columns
    frame: pd.DataFrame = pd.DataFrame({name: empty_column(described.field(name), 0) for name in names})
    if described.has_geometry:
        frame = gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([])).rename_geometry(GEOMETRY_COLUMN)
    return frame


def texts_of(coded: pd.Categorical) -> np.ndarray[Any, Any]:
    """Return the texts of categories, None for unknown."""
    words = np.append(coded.categories.to_numpy(dtype=object), np.array([None], dtype=object))
    texts: np.ndarray[Any, Any] = words[coded.codes]
    return texts


def plain_column(column: pd.Series) -> pd.Series:
    """Return a column of texts as objects with None for unknown; any other as it is."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        texts: pd.Series = pd.Series(texts_of(column.array), index=column.index, dtype=object)
        return texts
    if not isinstance(column.dtype, pd.StringDtype):
        return column
    objects: pd.Series = column.astype(object).where(column.notna(), None)
    return objects


def plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose columns of texts are objects with None for unknown."""
    texts = [name for name, kind in frame.dtypes.items() if isinstance(kind, _KINDS_OF_TEXTS)]
    if not texts:
        return frame
    result: pd.DataFrame = frame.copy(deep=False)
    for name in texts:
        result[name] = plain_column(frame[name])
    return result


@cache
def _makes_texts() -> bool:
    """Return whether this pandas makes its own texts of objects."""
    kind: Any = pd.DataFrame({"text": np.array(["a"], dtype=object)}).dtypes["text"]
    return not pd.api.types.is_object_dtype(kind)


def made_of(columns: Mapping[str, Any], names: Sequence[str] | None = None) -> pd.DataFrame:
    """Return a frame of arrays as they are: pandas may make texts of arrays of objects `str`."""
    kept = dict(columns)
    for name, column in columns.items():
        is_objects = isinstance(column, np.ndarray) and column.dtype == object
        # Of few rows pandas looks at the values sooner than a series is made.
        if is_objects and (len(column) > _FEW_ROWS or _makes_texts()):
            kept[name] = pd.Series(column, dtype=object, copy=False)
    labels = None if names is None else pd.Index(list(names), dtype=object)
    frame: pd.DataFrame = pd.DataFrame(kept, columns=labels, copy=False)
    return frame


def with_columns(frame: pd.DataFrame, **columns: Any) -> pd.DataFrame:
    """Return a frame with some columns new; the others are not copied, as `assign` would."""
    kept = {str(name): frame[name] for name in frame.columns}
    given = {
        name: pd.Series(column, index=frame.index, dtype=object)
        if isinstance(column, np.ndarray) and column.dtype == object
        else column
        for name, column in columns.items()
    }
    changed: pd.DataFrame = pd.DataFrame({**kept, **given}, index=frame.index, copy=False)
    return changed


def unknown_values(size: int, value: Any) -> np.ndarray[Any, Any]:
    """Return a column of one value for unknown, (size,), which takes no room and can't be written to."""
    return np.broadcast_to(np.array(value), size)


def takes_no_room(values: np.ndarray[Any, Any]) -> bool:
    """Return whether a column is one of `unknown_values`."""
    return len(values) > 1 and values.strides == (0,)


def read_only(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return some columns of a frame, plain, for whoever only reads: those without any value take no room."""
    columns: dict[str, Any] = {}
    for name in names:
        column = frame[name]
        columns[name] = column
        if isinstance(column.dtype, np.dtype) and len(column) and pd.isna(column.iloc[0]):
            values = column.to_numpy()
            if not takes_no_room(values) and pd.isna(values).all():
                columns[name] = unknown_values(len(values), values[0])
    return made_of(columns)


def last_of_each(frame: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the rows of a frame, of those with the same key the last one: the newest that was written.

    Rows of an assessment have no id that is unique: another program may have added one twice.
    """
    again = are_repeated(frame[key])
    once: pd.DataFrame = frame[~again] if again.any() else frame
    return once


def stacked(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return frames of like columns one below the other, plain, with new row labels.

    Parts without rows count only where all are without. A column that is unknown in a whole part takes the
    type that it has in the others: pandas warns of such columns, and later versions make them objects.

    Parameters
    ----------
    parts
        At least one frame.
    """
    filled = [plain(part) for part in parts if len(part)] or [plain(parts[0])]
    if len(filled) == 1:
        alone: pd.DataFrame = filled[0].reset_index(drop=True)
        return alone
    types: dict[Any, Any] = {}
    for part in filled:
        for name, kind in part.dtypes.items():
            if name not in types and part[name].notna().any():
                types[name] = kind
    for number, part in enumerate(filled):
        unlike = [
            name
            for name, kind in part.dtypes.items()
            if name in types
            and kind != types[name]
            and not part[name].notna().any()
            # Whole numbers of any size have no unknown: such columns become real numbers.
            and types[name].kind not in "iub"
        ]
        if unlike:
            filled[number] = part.assign(
                **{str(name): _unknown(len(part), types[name], part.index) for name in unlike}
            )
    whole: pd.DataFrame = pd.concat(filled, ignore_index=True)
    return whole


def _unknown(size: int, kind: Any, index: pd.Index) -> pd.Series:
    column: pd.Series = pd.Series(np.full(size, None, dtype=object), index=index, dtype=object)
    return column if pd.api.types.is_object_dtype(kind) else column.astype(kind)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as values by column; an unknown text is None."""
    rows: Any = plain(frame).to_dict("records")
    return list(rows)


def tuples(frame: pd.DataFrame) -> Iterator[Any]:
    """Return the rows as named tuples without their label; an unknown text is None."""
    rows: Iterator[Any] = plain(frame).itertuples(index=False)
    return rows


class PlainFrames:
    """Base of the dataclasses that hold frames: they are plain, whatever pandas made of their columns."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if isinstance(value, pd.DataFrame):
                object.__setattr__(self, name, plain(value))
            elif isinstance(value, Mapping) and any(isinstance(one, pd.DataFrame) for one in value.values()):
                frames = {
                    key: plain(one) if isinstance(one, pd.DataFrame) else one for key, one in value.items()
                }
                object.__setattr__(self, name, frames)


def conform(frame: pd.DataFrame, table_name: str) -> pd.DataFrame:
    """Return a frame with every column of its table, types as this module says; others are kept."""
    described = table(table_name)
    result: pd.DataFrame = frame.copy()
    for field in described.fields:
        if field.name not in result.columns:
            column = empty_column(field, len(result))
            column.index = result.index
            result[field.name] = column
        elif field.type in ("integer", "real"):
            result[field.name] = pd.to_numeric(result[field.name]).astype(float)
        elif field.type == "date":
            result[field.name] = pd.to_datetime(result[field.name]).astype("datetime64[ns]")
        elif field.type == "datetime":
            result[field.name] = pd.to_datetime(result[field.name], utc=True).astype("datetime64[ns, UTC]")
        else:
            column = result[field.name].astype(object)
            result[field.name] = column.where(column.notna(), None)
    return result
