"""Field books SDR33 and RW5, read by totalopenstation where it is installed."""

from __future__ import annotations

import importlib
import math
from decimal import Decimal
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.cells.encodings import decoded_text
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.decision_facts import Declared
from waternet_plugin.core.survey.reading.drawing_tables import number_text
from waternet_plugin.core.survey.reading.survey_xml import metres
from waternet_plugin.core.survey.records import SurveyTable
from waternet_plugin.core.survey.tables_read import TablesRead, check_size, frame_of, objects
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import EXACT_METRES

_MODULES = {"sdr33": "sokkia_sdr33", "rw5": "carlson_rw5"}
_TITLES = {"sdr33": "SDR33", "rw5": "RW5"}
_UNITS = {"feet": EXACT_METRES["foot"], "ussfeet": EXACT_METRES["us_survey_foot"]}
_FIELDS = ("point_no", "x", "y", "h", "code")


def _parser(format_: str, name: str) -> Any:
    try:
        return importlib.import_module(f"totalopenstation.formats.{_MODULES[format_]}").FormatParser
    except ImportError as error:
        raise InputError(
            tr(
                "{file} is a field book {format}, which is read by the Python package totalopenstation. "
                "Install it, or export the points as CSV."
            ).format(file=name, format=_TITLES[format_])
        ) from error


def _row(feature: Any) -> dict[str, Optional[str]]:
    """Return the fields of a point of that package."""
    properties = dict(getattr(feature, "properties", None) or {})
    unit = _UNITS.get(str(properties.get("dist_unit", "")), Decimal(1))
    geometry = feature.geometry
    notes = properties.get("attrib") or ()
    note = " ".join(str(part).strip() for part in notes if part) if isinstance(notes, (list, tuple)) else ""
    number = properties.get("point_name")
    if number is None:
        number = getattr(feature, "id", None)
    level = float(geometry.z) if getattr(geometry, "has_z", True) else math.nan
    return {
        "point_no": None if number is None else str(number).strip() or None,
        # Their first coordinate is east.
        "x": metres(number_text(float(geometry.y)), unit),
        "y": metres(number_text(float(geometry.x)), unit),
        "h": metres(number_text(level), unit),
        "code": note or str(properties.get("desc") or "").strip() or None,
    }


def read_with_totalopenstation(raw: bytes, name: str, format_: str, encoding: Optional[str]) -> TablesRead:
    """Return the points of a field book.

    Parameters
    ----------
    name
        Of the file, for messages.
    found
        ``sdr33`` or ``rw5``.
    encoding
        Of its texts; found out where it is None.

    Raises
    ------
    InputError
        When the package is not installed, or can't read the file.
    """
    parser = _parser(format_, name)
    text, codec = decoded_text(raw, name, encoding, may_lose=True)
    try:
        points = parser(text).points
        rows = [_row(feature) for feature in getattr(points, "features", points)]
    except Exception as error:  # noqa: BLE001
        # Whatever another package stumbles over is a damaged file for the user.
        message = tr("The field book {file} can't be read: {reason}. Export the points as CSV.")
        raise InputError(message.format(file=name, reason=error)) from error
    if not rows:
        raise InputError(tr("{file} has no points with coordinates. Export them as CSV.").format(file=name))
    check_size(name, len(rows), 1)
    columns = [objects([row[field] for row in rows]) for field in _FIELDS]
    numbers = np.arange(1, len(rows) + 1, dtype=np.int64)
    declared = {"axes": Declared("x_north", _TITLES[format_])}
    table = SurveyTable("", frame_of(columns, _FIELDS), numbers, "points", True, declared=declared)
    return TablesRead(format_, codec, (table,))
