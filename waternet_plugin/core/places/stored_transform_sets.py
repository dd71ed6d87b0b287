"""Transform sets as the table `transform_set` keeps them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.places.transform_set import TransformSet, fit_transform_set
from waternet_plugin.core.texts import tr


def transform_set_row(transform_set: TransformSet, margin: float) -> dict[str, Any]:
    """Return the row of a transform set: pairs and area as JSON, the pairs east before north in both systems.

    Parameters
    ----------
    found
        With its id.
    margin
        As in `TransformSet.area`.
    """
    return {
        "transform_set_id": transform_set.transform_set_id,
        "name": transform_set.name,
        "pairs": json.dumps(transform_set.pairs.tolist()),
        "rms_m": round(transform_set.rms_m, 4),
        "area": json.dumps(shapely.get_coordinates(transform_set.area(margin)).round(3).tolist()),
        "valid_until": transform_set.valid_until,
    }


def transform_set_of(row: Mapping[str, Any]) -> TransformSet:
    """Return the transform set of a row, fitted again from its pairs.

    Parameters
    ----------
    row
        As `transform_set_row` makes it; ``valid_until`` a date, a text of one, or unknown.

    Raises
    ------
    InputError
        When its pairs or its day can't be read.
    """
    day = row.get("valid_until")
    text = day.isoformat() if isinstance(day, datetime.date) else day if isinstance(day, str) else ""
    try:
        pairs = row["pairs"]
        numbers = np.array(parse_json(pairs) if isinstance(pairs, str) else pairs, dtype=float)
        valid_until = datetime.date.fromisoformat(text[:10]) if text else None
        numbers = numbers.reshape(-1, 4)
    except (TypeError, ValueError) as error:
        message = tr("Transform set “{name}” of the network can't be read. Give its common points again.")
        raise InputError(message.format(name=row["name"])) from error
    return fit_transform_set(
        numbers, str(row["name"]), transform_set_id=str(row["transform_set_id"]), valid_until=valid_until
    )
