"""What is asked of a table, and the frame of what was found, whatever the rows come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.frames import made_of, takes_no_room, texts_of, unknown_values
from waternet_plugin.core.schema.domains import Code
from waternet_plugin.core.schema.tables import FID_COLUMN, GEOMETRY_COLUMN, Table, all_tables
from waternet_plugin.core.shapes.packed_columns import PackedColumn
from waternet_plugin.core.shapes.packed_shapes import PackedShapes
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.store.geopackage.reading import streams
from waternet_plugin.store.geopackage.sql import literal, quoted
from waternet_plugin.store.geopackage.tables import views
from waternet_plugin.store.geopackage.tables.layout import fid_column
from waternet_plugin.store.network_reading import Between, Box, Where

_TYPES: dict[str, Any] = {
    "integer": float,
    "real": float,
    "date": "datetime64[ns]",
    "datetime": "datetime64[ns]",
}


@dataclass(frozen=True)
class Query:
    """Which columns and rows to read; see ``Network.read``.

    ``codes`` are read as what they count as; ``is_compact`` says that the frame may be as of
    ``Network.read_compact``.
    """

    columns: Sequence[str] | None = None
    ids: Sequence[str] | None = None
    where: Where | None = None
    bbox: Box | None = None
    geometry: bool = True
    codes: tuple[Code, ...] = ()
    is_compact: bool = False

    def with_codes(self, described: Table) -> Query:
        """Return the query with the codes of one's own that count as those which it asks for."""
        where = {
            name: _and_like(
                wanted, [code for code in self.codes if code.domain == described.field(name).domain]
            )
            if name in described.field_names
            else wanted
            for name, wanted in (self.where or {}).items()
        }
        return replace(self, where=where) if self.codes and self.where else self


def _and_like(wanted: Any, codes: Sequence[Code]) -> Any:
    """Return a condition of a query that meets the codes too which count as what it names."""
    if not codes or isinstance(wanted, Between):
        return wanted
    several = (
        list(wanted) if isinstance(wanted, (list, tuple, set, frozenset, np.ndarray, pd.Series)) else [wanted]
    )
    return [*several, *(code.code for code in codes if code.base in several and code.code not in several)]


def condition_sql(where: Where | None) -> str:
    """Return the attribute filter of equalities and ranges."""
    tests = []
    for name, wanted in (where or {}).items():
        column = quoted(name)
        if isinstance(wanted, Between):
            limits = ((">=", wanted.first), ("<=", wanted.last))
            tests += [f"{column} {sign} {literal(limit)}" for sign, limit in limits if limit is not None]
        elif isinstance(wanted, (list, tuple, set, frozenset, np.ndarray, pd.Series)):
            listed = list(wanted)
            known = ", ".join(literal(value) for value in listed if value is not None)
            either = [f"{column} IN ({known})"] if known else []
            if any(value is None for value in listed):
                either.append(f"{column} IS NULL")
            tests.append(f"({' OR '.join(either) or '0 = 1'})")
        elif literal(wanted) == "NULL":
            tests.append(f"{column} IS NULL")
        else:
            tests.append(f"{column} = {literal(wanted)}")
    return " AND ".join(tests)


def check_columns(described: Table, names: Sequence[str], fid: str) -> None:
    """Refuse columns that a table does not have."""
    known = {*described.field_names, fid, GEOMETRY_COLUMN}
    unknown = [name for name in names if name not in known]
    if unknown:
        message = tr("{table} has no column {listed}.")
        raise StoreError(message.format(table=described.label, listed=listed(unknown)))


def collected(
    described: Table, parts: list[streams.Chunk], wanted: set[str], *, is_compact: bool = False
) -> tuple[streams.Chunk, str]:
    """Return the columns of all chunks put together, and the name of the row numbers.

    Where they may be compact, columns without any value take no room, texts that recur are categories, and
    shapes are packed.
    """
    names = [field.name for field in described.fields if field.name in wanted]
    if not parts:
        whole = {name: np.empty(0, _TYPES.get(described.field(name).type, object)) for name in names}
        return {**whole, FID_COLUMN: np.empty(0, np.int64), GEOMETRY_COLUMN: np.empty(0, object)}, FID_COLUMN
    fid = next(name for name in (fid_column(described), views.VIEW_FID) if name in parts[0])
    # Popped, so that nothing is held twice for longer than one column.
    whole = {
        name: _joined([part.pop(name) for part in parts], is_compact=is_compact) for name in list(parts[0])
    }
    return whole, fid


def _joined(columns: list[Any], *, is_compact: bool) -> Any:
    """Return a column of its chunks, some of which may be coded texts."""
    if isinstance(columns[0], PackedShapes):
        return PackedShapes.joined(columns)
    if not all(isinstance(column, np.ndarray) for column in columns):
        texts = streams.united(columns)
        return texts if is_compact else texts_of(texts)
    if is_compact and all(map(takes_no_room, columns)):
        return unknown_values(sum(map(len, columns)), columns[0][0])
    return np.concatenate(columns)


def kept_rows(
    keys: np.ndarray[Any, Any],
    shapes: np.ndarray[Any, Any] | None,
    ids: np.ndarray[Any, Any] | None,
    bbox: Box | None,
    sift: set[str] | None,
    tests: Sequence[np.ndarray[Any, Any]],
) -> np.ndarray[Any, Any] | None:
    """Return the places of the rows to keep in the order of their numbers, None for all as they are.

    ``tests`` are masks of the rows that meet a further condition.
    """
    keep = np.ones(len(keys), dtype=bool)
    if bbox is not None:
        # OGR compares outlines first and, depending on its version, the geometries too.
        keep &= shapely.intersects(shapes, shapely.box(*bbox))
    if sift is not None and ids is not None:
        keep &= np.fromiter((one in sift for one in ids), dtype=bool, count=len(keys))
    for test in tests:
        keep &= test
    if keep.all() and (len(keys) < 2 or (np.diff(keys) > 0).all()):
        return None
    places = np.flatnonzero(keep)
    return np.asarray(places[np.argsort(keys[places], kind="stable")])


def count_own_codes(
    described: Table, whole: streams.Chunk, shown: Sequence[str], codes: Sequence[Code]
) -> None:
    """Put in the place of codes of one's own what they count as."""
    bases = {(code.domain, code.code): code.base for code in codes}
    for name in shown if bases else ():
        field = described.field(name) if name in described.field_names else None
        own = {code: base for (domain, code), base in bases.items() if field and domain == field.domain}
        if own:
            coded = whole[name]
            values = texts_of(coded) if isinstance(coded, pd.Categorical) else np.array(coded, dtype=object)
            for code, base in own.items():
                values[values == code] = base
            whole[name] = values


def framed(
    described: Table,
    whole: streams.Chunk,
    fid_name: str,
    keep: np.ndarray[Any, Any] | None,
    shown: Sequence[str],
    crs: CRS | None,
) -> pd.DataFrame:
    """Return a frame of some columns, of rows to keep (None: all), with geometries where a CRS is given."""
    fid = fid_column(described)
    data: dict[str, Any] = {}
    for one in shown:
        column = whole[fid_name] if one == fid else whole[one]
        column = column if keep is None else column[keep]
        is_moment = one != fid and described.field(one).type == "datetime"
        data[one] = pd.DatetimeIndex(column, tz="UTC") if is_moment else column
    if crs is None:
        return made_of(data, shown)
    shapes = whole[GEOMETRY_COLUMN] if keep is None else whole[GEOMETRY_COLUMN][keep]
    if isinstance(shapes, PackedShapes):
        return made_of({**data, GEOMETRY_COLUMN: PackedColumn(shapes)})
    data[GEOMETRY_COLUMN] = gpd.array.GeometryArray(shapes, crs=crs)
    return gpd.GeoDataFrame(made_of(data), geometry=GEOMETRY_COLUMN, copy=False)


@lru_cache(maxsize=256)
def without_rows(name: str, shown: tuple[str, ...], crs: CRS | None) -> pd.DataFrame:
    """Return a frame without rows: made once, for that takes longer than to find that there are none."""
    described = all_tables()[name]
    whole, fid_name = collected(described, [], set(shown))
    return framed(described, whole, fid_name, None, shown, crs)
