"""The columns of an answer of the server, made of its rows part by part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import takes_no_room, texts_of, unknown_values
from waternet_plugin.core.schema.tables import Field
from waternet_plugin.core.shapes.packed_shapes import PackedShapes
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.reading.packed_wkb import packed_bodies
from waternet_plugin.store.postgis.server_values import flat_where_unknown

# Unknown is the least whole number, which NumPy reads as not a time.
_NO_TIME = int(np.iinfo(np.int64).min)
_NEVER = np.datetime64("NaT", "ns")
# Equal texts of fewer rows may be several objects.
_MANY_ROWS = 500
# Texts of which more than this share is different are not looked through for equal ones.
_RECURRING_SHARE = 0.6


class _Numbers(dict[Any, int]):
    """Texts by the order in which they came, -1 for unknown."""

    def __init__(self) -> None:
        super().__init__({None: -1})

    def __missing__(self, text: Any) -> int:
        number = self[text] = len(self) - 1
        return number


class TextColumn:
    """A column of texts of which equal ones are one object, unless they hardly recur, as ids.

    The server sends each text anew: a million rows would be ten million objects, and Python gives little of
    their memory back.
    """

    def __init__(self) -> None:
        self._numbers = _Numbers()
        self._coded: list[Array] = []
        self._plain: list[Array] = []
        self._rows = 0

    def add(self, values: Sequence[Any]) -> None:
        """Add the texts of some rows, None for unknown."""
        if self._plain or (not self._rows and len(values) < _MANY_ROWS):
            # NumPy asks no value of an iterator what it is, as it does where it is given a tuple.
            self._plain.append(np.fromiter(values, dtype=object, count=len(values)))
            return
        self._coded.append(np.fromiter(map(self._numbers.__getitem__, values), np.int32, len(values)))
        self._rows += len(values)
        if len(self._numbers) - 1 > _RECURRING_SHARE * self._rows:
            self._plain, self._coded, self._numbers = [texts_of(self._categories())], [], _Numbers()

    def _categories(self) -> pd.Categorical:
        words = pd.Index([text for text in self._numbers if text is not None], dtype=object)
        return pd.Categorical.from_codes(np.concatenate(self._coded), words)

    def whole(self, *, is_compact: bool) -> Any:
        """Return the column; where it may be compact, categories, and no room for no text at all."""
        if self._plain or not self._coded:
            return np.concatenate([np.empty(0, dtype=object), *self._plain])
        if is_compact and len(self._numbers) == 1:
            return unknown_values(self._rows, None)
        categories = self._categories()
        return categories if is_compact else texts_of(categories)


class ValueColumn:
    """A column of numbers, dates or moments."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self._parts: list[Array] = []

    def add(self, values: Sequence[Any]) -> None:
        """Add the values of some rows: days or milliseconds since 1970 for times, None for unknown."""
        is_time = self._kind in ("date", "datetime")
        # Most columns of a table are known nowhere. Counting compares what is known, which is slow.
        if values and values[0] is None and values.count(None) == len(values):
            self._parts.append(unknown_values(len(values), _NEVER if is_time else np.nan))
        elif is_time:
            unit = "D" if self._kind == "date" else "ms"
            numbers = np.array([_NO_TIME if value is None else value for value in values], dtype=np.int64)
            self._parts.append(numbers.view(f"datetime64[{unit}]").astype("datetime64[ns]"))
        else:
            objects = np.fromiter(values, dtype=object, count=len(values))
            self._parts.append(objects.astype(float))

    def whole(self, *, is_compact: bool) -> Array:
        """Return the column; where it may be compact, without room for no value at all."""
        if is_compact and all(map(takes_no_room, self._parts)):
            return unknown_values(sum(map(len, self._parts)), self._parts[0][0])
        return np.concatenate(self._parts)


class ShapeColumn:
    """A column of shapes, which come as WKB."""

    def __init__(self, *, is_packed: bool) -> None:
        self._is_packed = is_packed
        self._parts: list[Any] = []

    def add(self, bodies: Sequence[Any]) -> None:
        """Add the shapes of some rows, None for none; heights of which none is known are left out."""
        packed = packed_bodies(bodies) if self._is_packed else None
        if packed is not None:
            self._parts.append(packed)
            return
        shapes = flat_where_unknown(
            blobs.shapes_of_wkb([None if body is None else bytes(body) for body in bodies])
        )
        self._parts.append(PackedShapes(shapes) if self._is_packed else shapes)

    def whole(self) -> Any:
        """Return all shapes."""
        return PackedShapes.joined(self._parts) if self._is_packed else np.concatenate(self._parts)


def column_of(field: Field) -> TextColumn | ValueColumn:
    """Return an empty column of a field."""
    is_value = field.type in ("real", "integer", "date", "datetime")
    return ValueColumn(field.type) if is_value else TextColumn()
