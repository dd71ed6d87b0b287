"""Rows of a file that lie far from all others: taken, left out, or put right by exchanging x and y."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.coordinates import row_geometry
from waternet_plugin.core.exchange.mapping.mapping import REJECT, SWAP
from waternet_plugin.core.network.model.strays import find_strays
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

# A row put right may lie so far beside the bulk: that part of its diagonal, and so many metres.
_BESIDE, _BESIDE_M = 0.5, 1000.0
# More rows than this share that have no place in the network's CRS say that the CRS is wrong, not the rows.
_MOST_LOST = 0.25


def _none() -> Array:
    return np.zeros(0, dtype=bool)


@dataclass(frozen=True)
class Straying:
    """The rows that lie far from all others, as the file has them.

    ``rows`` marks them; ``lost`` those among them that have no place at all in the network's CRS;
    ``swappable`` those that lie among the others with x and y exchanged; ``distance_m`` is how far each
    reaches from the others, m, NaN where that is not known. ``answer`` is what was done: "take", "reject",
    "swap".
    """

    rows: Array = field(default_factory=_none)
    lost: Array = field(default_factory=_none)
    swappable: Array = field(default_factory=_none)
    distance_m: Array = field(default_factory=lambda: np.zeros(0))
    answer: str = ""

    @property
    def count(self) -> int:
        """How many rows stray."""
        return int(self.rows.sum())

    @property
    def swappable_count(self) -> int:
        """How many of them lie among the others with x and y exchanged."""
        return int(self.swappable.sum())

    @property
    def farthest_m(self) -> float:
        """How far the farthest of them lies from the others, m; NaN where that is not known."""
        known = self.distance_m[self.rows & np.isfinite(self.distance_m)]
        return float(known.max()) if len(known) else float("nan")


def find_straying(
    moved: Array, was_placed: Array, exchanged: Callable[[Array], Array], answer: str, settings: Settings
) -> tuple[Array, Straying]:
    """Find the rows that stray, and put those right that only want x and y exchanged, if that was chosen.

    Parameters
    ----------
    moved
        Geometries in the network's CRS; coordinates that have no place there are not finite.
    was_placed
        Which rows have a geometry in the file.
    exchanged
        Gives some rows (their numbers) in the network's CRS with x and y of the file exchanged.
    answer
        "take", "reject", "swap", or "" for nothing chosen.

    Returns
    -------
    geometry, straying
        The geometries, and what was found.
    """
    lost = was_placed & row_geometry.without_coordinates(moved)
    boxes = shapely.bounds(moved)
    boxes[lost] = np.nan
    found = find_strays(boxes, settings)
    if lost.sum() > _MOST_LOST * was_placed.sum():
        lost = np.zeros(len(moved), dtype=bool)
    rows = found.rows | lost
    swappable = np.zeros(len(moved), dtype=bool)
    asked = np.flatnonzero(rows)
    if not len(asked) or found.bulk is None:
        return moved, Straying(found.rows, lost & False, swappable, found.distance_m, answer)
    west, south, east, north = found.bulk
    beside = _BESIDE * float(np.hypot(east - west, north - south)) + _BESIDE_M
    other = exchanged(asked)
    low, high = np.array([west, south]) - beside, np.array([east, north]) + beside
    there = shapely.bounds(other)
    fits = ~row_geometry.without_coordinates(other)
    with np.errstate(invalid="ignore"):
        fits &= (there[:, :2] >= low).all(axis=1) & (there[:, 2:] <= high).all(axis=1)
    swappable[asked] = fits
    # What has no place either way is a row without usable coordinates, as ever.
    lost = lost & swappable
    straying = Straying(found.rows | lost, lost, swappable, found.distance_m, answer)
    if answer != SWAP or not fits.any():
        return moved, straying
    geometry = moved.copy()
    geometry[asked[fits]] = other[fits]
    return geometry, straying


def straying_notes(straying: Straying) -> list[str]:
    """Return what strays and what was done, in sentences; what is rejected says so itself."""
    swapped = straying.swappable_count if straying.answer == SWAP else 0
    notes = []
    if swapped:
        notes.append(
            tr(
                "In %n row(s) far from the others x and y were swapped: now they lie among the others.",
                "",
                swapped,
            )
        )
    if straying.count and straying.answer not in (REJECT, SWAP):
        notes.append(far_text(straying))
        if straying.swappable_count:
            notes.append(fitting_text(straying))
    return notes


def fitting_text(straying: Straying) -> str:
    """Return how many rows only want x and y exchanged, in one sentence."""
    return tr("With x and y swapped, %n would lie among the others.", "", straying.swappable_count)


def far_text(straying: Straying) -> str:
    """Return how many rows lie how far from the others, in one sentence."""
    if np.isfinite(straying.farthest_m):
        text = tr("%n row(s) lie up to {km:,.0f} km from the others.", "", straying.count)
        return text.format(km=straying.farthest_m / 1000)
    return tr("%n row(s) lie far from the others.", "", straying.count)
