"""Where assets lie among areas, and whether that agrees with the area that they name."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.analysis.surrounding_areas import first_of, sound_areas, surrounding_areas
from waternet_plugin.core.network.model.table_rows import TableRows

# What is odd of an asset: in no area, in several, names one and lies in another.
NONE, TWO, OTHER = "none", "two", "other"


@dataclass(frozen=True)
class Locations:
    """Where the ``N`` rows of a table lie among areas.

    Parameters
    ----------
    named
        Row of the area that each names, -1 for none.
    has_name
        Which name an area, be it there or not.
    inside
        Row of the area around each, the first by id of several; -1 for none.
    around
        In how many areas each lies.
    state
        NONE, TWO, OTHER; None where nothing is odd, or nothing can be said.
    """

    named: Array
    has_name: Array
    inside: Array
    around: Array
    state: Array

    @property
    def member(self) -> Array:
        """Row of the area that each belongs to: the one it names, else that around it; -1 for none."""
        return np.where(self.named >= 0, self.named, self.inside)

    @property
    def unassigned(self) -> Array:
        """Which name no area and lie in exactly one."""
        return np.asarray(~self.has_name & (self.around == 1))


def locate(rows: TableRows, areas: TableRows, column: str = "") -> Locations:
    """Return where rows lie among areas; lines lie where their middle lies.

    Parameters
    ----------
    column
        The column in which rows name their area; '' where they name none.
    """
    names = rows.text(column) if column else np.full(len(rows), None, dtype=object)
    has_name = np.asarray(names != None)  # noqa: E711 (by element)
    named, xy = areas.row_of(names), rows.xy
    is_line = rows.table.geometry == "LineStringZ"
    point, area = surrounding_areas(xy, areas.geometry, None if is_line else rows.geometry)
    around = np.bincount(point, minlength=len(rows))
    inside = first_of(point, area, areas.ids, len(rows))
    # Which lie in the area that they name, lines in part at least.
    agrees = np.zeros(len(rows), dtype=bool)
    agrees[point[area == named[point]]] = True
    if is_line:
        rest = np.flatnonzero((named >= 0) & ~agrees)
        agrees[rest] = shapely.intersects(rows.geometry[rest], sound_areas(areas.geometry[named[rest]]))
    no_outline = np.append(shapely.is_missing(areas.geometry), False)[named]
    unsure = (named >= 0) & (around == 0) & (no_outline | ~np.isfinite(xy).all(axis=1))
    state = np.full(len(rows), None, dtype=object)
    state[around == 0] = NONE
    state[(around > 0) & has_name] = OTHER
    state[agrees | unsure] = None
    state[around > 1] = TWO
    return Locations(named, has_name, inside, around, state)
