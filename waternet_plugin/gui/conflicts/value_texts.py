"""Values of rows as people read them."""

from __future__ import annotations

import datetime
import math
from typing import Any

from qgis.core import QgsProject

from waternet_plugin.bridge.project import layer_tree
from waternet_plugin.core.editing.row_edits import is_unknown
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import moments

_UNKNOWN = "–"
# Moved by less, only heights are others.
_SAME_PLACE_M = 0.0005


def field_label(table_name: str, name: str) -> str:
    """Return what a field is called."""
    if name == GEOMETRY_COLUMN:
        return tr("Geometry")
    described = table(table_name)
    layer = None if name in described.field_names else layer_tree.layer_of(QgsProject.instance(), table_name)
    place = -1 if layer is None else layer.fields().lookupField(name)
    # A field of one's own is called as the form calls it.
    return described.label_of(name) if layer is None or place < 0 else str(layer.attributeDisplayName(place))


def value_text(table_name: str, name: str, value: Any) -> str:
    """Return a value with its label and unit; a dash for unknown."""
    if is_unknown(value) or value == "":
        return _UNKNOWN
    described = table(table_name)
    field = described.field(name) if name in described.field_names else None
    if field is not None and field.domain:
        code = domains.domain(field.domain).get(str(value))
        return str(code.label) if code else str(value)
    if isinstance(value, datetime.datetime):
        return moments.local(value) if value.tzinfo is not None else value.date().isoformat()
    if isinstance(value, float):
        text = f"{value:.3f}".rstrip("0").rstrip(".")
    else:
        text = str(value)
    return f"{text} {field.unit}" if field is not None and field.unit else text


def geometry_text(before: Any, now: Any) -> str:
    """Return what became of a geometry, in a few words.

    Parameters
    ----------
    before, now
        Geometries of shapely; None for none.
    """
    from waternet_plugin.bridge.forms.history import moved_by
    from waternet_plugin.gui.panes.marking import geometry

    if before is None or now is None:
        return tr("changed") if now is not None else _UNKNOWN
    distance = moved_by(geometry(to_wkb(before)), geometry(to_wkb(now)))
    if math.isnan(distance):
        return tr("changed")
    if distance < _SAME_PLACE_M:
        return tr("heights changed")
    return tr("moved by {distance} m").format(distance=f"{distance:.1f}")
