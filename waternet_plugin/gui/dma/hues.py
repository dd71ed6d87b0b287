"""Eight colours for zones, so given that neighbours are never alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QColor, QIcon, QPainter, QPen, QPixmap

# Far from the colours of supply systems and from the red of faults.
HUES = ("#2f7ed8", "#3aa655", "#b5651d", "#7b52ab", "#0f9d9d", "#c2a000", "#5a6f8f", "#b84a8f")
_SWATCH_PX = 12


def given_hues(
    wanted: Mapping[int, int | None], neighbours: Iterable[tuple[int, int]]
) -> dict[int, int]:
    """Return the number of a hue for each zone.

    Parameters
    ----------
    wanted
        Zones with the hue that is kept for each, None where none is.
    neighbours
        Pairs of zones that meet.
    """
    beside: dict[int, set[int]] = {zone: set() for zone in wanted}
    for one, other in neighbours:
        if one in beside and other in beside and one != other:
            beside[one].add(other)
            beside[other].add(one)
    given: dict[int, int] = {}
    for zone in sorted(wanted, key=lambda each: (wanted[each] is None, each)):
        taken = {given[other] for other in beside[zone] if other in given}
        own = wanted[zone]
        free = [hue for hue in range(len(HUES)) if hue not in taken] or list(range(len(HUES)))
        kept = None if own is None else own % len(HUES)
        given[zone] = kept if kept in free else min(free, key=lambda hue: ((hue - zone) % len(HUES)))
    return given


def swatch(hue: int, *, is_current: bool = False) -> QIcon:
    """Return a small square in a hue; that of the zone being drawn has a dark edge."""
    picture = QPixmap(_SWATCH_PX, _SWATCH_PX)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setPen(QPen(QColor("#303030" if is_current else HUES[hue]), 1))
    painter.setBrush(QColor(HUES[hue]))
    painter.drawRect(1, 1, _SWATCH_PX - 3, _SWATCH_PX - 3)
    painter.end()
    return QIcon(picture)
