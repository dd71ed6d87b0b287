"""A short flash on the map of what followed from a gesture: ends of pipes, new and moved nodes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import shapely
from qgis.core import QgsGeometry, QgsPointXY
from qgis.PyQt.QtGui import QColor

from waternet_plugin.core.colours import ACCENT
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN

if TYPE_CHECKING:
    from waternet_plugin.core.editing.row_edits import RowEdit

COLOUR = ACCENT
DURATION_MS = 400
_END_OF = {"from_node": 0, "to_node": -1}


def positions(followed: Iterable[RowEdit]) -> list[tuple[float, float]]:
    """Return where rows changed, x and y in the network's coordinates, m; each place once."""
    spots: dict[tuple[float, float], None] = {}
    for edit in followed:
        row = edit.now if edit.now is not None else edit.before
        shape = None if row is None else row.get(GEOMETRY_COLUMN)
        vertices = [] if shape is None else shapely.get_coordinates(shape).tolist()
        if not vertices:
            continue
        if edit.table == "node":
            spots[tuple(vertices[0])] = None
        elif edit.table == "pipe" and edit.now is not None:
            changed = set(edit.changed_fields)
            for name, index in _END_OF.items():
                if edit.is_new or name in changed or GEOMETRY_COLUMN in changed:
                    spots[tuple(vertices[index])] = None
    return list(spots)


def flash(canvas: Any, followed: Iterable[RowEdit], crs: Any) -> None:
    """Flash what followed for 0.4 s."""
    points = [QgsGeometry.fromPointXY(QgsPointXY(x, y)) for x, y in positions(followed)]
    if not points:
        return
    colour, faded = QColor(COLOUR), QColor(COLOUR)
    faded.setAlpha(0)
    canvas.flashGeometries(points, crs, colour, faded, 1, DURATION_MS)
