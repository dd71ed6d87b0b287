"""Rows as text and back: unknown stays unknown, heights and fractions of a second come back as they were."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any, Optional

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.editing.row_edits import Row, is_unknown
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.shapes.wkb import to_wkb

_SHAPE, _DAY, _MOMENT = "wkb", "date", "datetime"


def _coded(value: Any) -> Any:
    if is_unknown(value):
        return None
    if isinstance(value, shapely.geometry.base.BaseGeometry):
        return {_SHAPE: to_wkb(value).hex()}
    if isinstance(value, (pd.Timestamp, datetime.datetime)):
        return {_MOMENT: value.isoformat()}
    if isinstance(value, datetime.date):
        return {_DAY: value.isoformat()}
    if isinstance(value, np.datetime64):
        return {_MOMENT: pd.Timestamp(value).isoformat()}
    return value.item() if isinstance(value, np.generic) else value


def _decoded(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if _SHAPE in value:
        return shapely.from_wkb(value[_SHAPE])
    if _MOMENT in value:
        return pd.Timestamp(value[_MOMENT])
    return datetime.date.fromisoformat(value[_DAY])


def row_text(row: Optional[Row]) -> Optional[str]:
    """Return a row as JSON; None for no row."""
    if row is None:
        return None
    return json.dumps({name: _coded(value) for name, value in row.items()}, ensure_ascii=False)


def row_of(text: Optional[str]) -> Optional[Mapping[str, Any]]:
    """Return the row of `row_text`.

    Raises
    ------
    ValueError
        For a text that is none of a row.
    """
    if text is None:
        return None
    found = parse_json(text)
    if not isinstance(found, dict):
        raise ValueError("not a row")
    try:
        return {str(name): _decoded(value) for name, value in found.items()}
    except (shapely.errors.ShapelyError, KeyError) as error:
        raise ValueError(str(error)) from error
