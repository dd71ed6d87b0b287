"""What the size of coordinates says: which of them is north, and whether eastings have a zone number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.places.reading import AXES, X_EAST, X_NORTH, grid_axes

# Northings and eastings of zones in China, m; degrees of latitude and longitude.
_NORTH = (1.9e6, 6.0e6)
_EAST = (1.0e5, 9.0e5)
_LATITUDE, _LONGITUDE = (3.0, 54.0), (73.0, 136.0)
# Zone numbers that eastings begin with: of 6 degrees 13 to 23, of 3 degrees 25 to 45.
_PREFIXES = np.array([*range(13, 24), *range(25, 46)])

PLAIN, PREFIXED, DEGREES, PACKED, OWN = "plain", "prefixed", "degrees", "packed", "own"


@dataclass(frozen=True)
class NumberForm:
    """A form that the numbers of a file can have.

    Parameters
    ----------
    axes
        As in `Reading`.
    kind
        plain: northings and eastings without zone number; prefixed: with one; degrees; packed: degrees,
        minutes and seconds in one number; own: whatever the network's own CRS has.
    prefix
        The zone number, 0 without one.
    rows
        Numbers of the points that have this form.
    """

    axes: str
    kind: str
    prefix: int
    rows: Array


def _within(values: Array, limits: tuple[float, float]) -> Array:
    return (values >= limits[0]) & (values <= limits[1])


def zone_numbers(first: Array, second: Array, axes: str) -> Array:
    """Return for each point, with the axes given, its zone number, 0 without one, -1 where it is no zone's.

    Parameters
    ----------
    first, second
        (n,) float64 coordinates as read, m; NaN gives -1.
    axes
        As in `Reading`.
    """
    east, north = grid_axes(first, second, axes)
    with np.errstate(invalid="ignore"):
        is_north = _within(north, _NORTH)
        zone = np.floor(np.where(is_north & _within(east, (0.0, 1e8)), east, -1e6) / 1e6).astype(np.int64)
        fits = is_north & _within(east - zone * 1e6, _EAST) & ((zone == 0) | np.isin(zone, _PREFIXES))
    return np.where(fits, zone, -1)


def number_forms(first: Array, second: Array, rows: Array, share: float) -> tuple[NumberForm, ...]:
    """Return the forms that enough points have; none for a local grid.

    Where some rows have their coordinates in the other order, both orders are forms of the file.

    Parameters
    ----------
    first, second
        (n,) float64 coordinates as read.
    rows
        Numbers of the points that have both.
    share
        Least share of the points.
    """
    least = max(1.0, share * len(rows))
    forms = []
    zones = {axes: zone_numbers(first[rows], second[rows], axes) for axes in AXES}
    for axes in AXES:
        for number in np.unique(zones[axes][zones[axes] >= 0]).tolist():
            if (zones[axes] == number).sum() >= least:
                forms.append(_zone_form(axes, number, rows[zones[axes] == number]))
        east, north = grid_axes(first[rows], second[rows], axes)
        degrees = rows[_within(north, _LATITUDE) & _within(east, _LONGITUDE)]
        if len(degrees) >= least:
            forms.append(NumberForm(axes, DEGREES, 0, degrees))
    return tuple(forms or _mixed_forms(zones, rows, least))


def forms_of_angles(forms: Sequence[NumberForm], angles: str) -> list[NumberForm]:
    """Return forms with degrees read as the file writes its angles.

    Parameters
    ----------
    forms
        What the size of the numbers allows.
    angles
        decimal, packed, or either.
    """
    read = {"decimal": (DEGREES,), "packed": (PACKED,)}.get(angles, (DEGREES, PACKED))
    return [
        replace(form, kind=kind)
        for form in forms
        for kind in (read if form.kind == DEGREES else (form.kind,))
    ]


def _zone_form(axes: str, number: int, rows: Array) -> NumberForm:
    return NumberForm(axes, PREFIXED if number else PLAIN, int(number), rows)


def _mixed_forms(zones: Mapping[str, Array], rows: Array, least: float) -> list[NumberForm]:
    """Return both orders of the axes where enough points have a number of one zone in either of them."""
    forms = []
    for number in np.unique(np.concatenate([zone[zone >= 0] for zone in zones.values()])).tolist():
        have = {axes: zone == number for axes, zone in zones.items()}
        if sum(mask.sum() for mask in have.values()) >= least and all(mask.any() for mask in have.values()):
            forms += [_zone_form(axes, number, rows[mask]) for axes, mask in have.items()]
    return forms


def rows_against(first: Array, second: Array, axes: str, prefix: int | None) -> dict[str, Array]:
    """Return which points fit only the other order of the axes, and which another zone number.

    Parameters
    ----------
    first, second
        (n,) float64 coordinates as read.
    axes
        What was decided.
    prefix
        Zone number of the file, 0 without one, None where its numbers are not those of a zone.

    Returns
    -------
    rows
        (n,) bool by rule id, as in `Decisions`.
    """
    numbers = zone_numbers(first, second, axes)
    other = zone_numbers(first, second, X_EAST if axes == X_NORTH else X_NORTH)
    rows = {}
    mixed = (numbers < 0) & (other >= 0)
    if mixed.any():
        rows["axes_mixed"] = mixed
    if prefix is not None:
        zones = (numbers >= 0) & (numbers != prefix)
        if zones.any():
            rows["zone_mixed"] = zones
    return rows
