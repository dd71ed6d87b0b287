"""Rows whose coordinates stand in the other order than those of their file, told by where each would lie."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.places.deciding.decision_facts import FileFacts, NetworkFacts
from waternet_plugin.core.places.deciding.number_ranges import zone_numbers
from waternet_plugin.core.places.reading import X_EAST, X_NORTH, Reading, place
from waternet_plugin.core.schema.settings import Settings

# A file reaches about so many times farther from its middle than half of its points do.
_REACH = 3.0


def swapped_rows(facts: FileFacts, reading: Reading, network: NetworkFacts, settings: Settings) -> Array:
    """Return which points lie beside the others of their file, or beside the network, only if exchanged.

    Parameters
    ----------
    facts, network
        File and network.
    reading
        What was decided.
    settings
        ``survey.jump_m`` is how near points of one file lie at least, ``survey.near_assets_m`` how near a
        file lies to the network.

    Returns
    -------
    Array
        (points,) bool.
    """
    is_swapped = np.zeros(len(facts.first), dtype=bool)
    rows, other_axes = facts.rows, X_EAST if reading.axes == X_NORTH else X_NORTH
    first, second = facts.first[rows], facts.second[rows]
    # Numbers of zones tell their order by their size; all others only by their place.
    fits_axes = (zone_numbers(first, second, axes) >= 0 for axes in (reading.axes, other_axes))
    open_ = ~np.any(list(fits_axes), axis=0)
    above = first > second
    if not open_.any() or above.all() or not above.any():
        return is_swapped
    own = _network_xy(first, second, reading, network)
    other = _network_xy(first, second, replace(reading, axes=other_axes), network)
    own_away, other_away = _from_network(own, network), _from_network(other, network)
    near_m = settings.real("survey.near_assets_m")
    usual = above == _usual_side(above, own_away <= near_m)
    middle = np.nanmedian(own[usual], axis=0)
    apart, other_apart = (np.hypot(*(xy - middle).T) for xy in (own, other))
    reach = max(settings.real("survey.jump_m"), _REACH * float(np.nanmedian(apart[usual])))
    with np.errstate(invalid="ignore"):
        beside_file = ~usual & ~(apart <= 2 * reach) & (other_apart <= reach)
        beside_network = ~(own_away <= near_m) & (other_away <= near_m)
    is_swapped[rows[open_ & (beside_file | beside_network)]] = True
    return is_swapped


def with_swapped(against: Mapping[str, Array], swapped: Array) -> dict[str, Array]:
    """Return rows that are against what was decided, by rule, with those whose axes are exchanged."""
    if not swapped.any():
        return dict(against)
    return {**against, "axes_mixed": against.get("axes_mixed", swapped) | swapped}


def _network_xy(first: Array, second: Array, reading: Reading, network: NetworkFacts) -> Array:
    return np.column_stack(place(first, second, reading, network.crs))


def _from_network(xy: Array, network: NetworkFacts) -> Array:
    """Return the distance of places from the nearest asset or planned pipe, m, NaN where it is unknown."""
    away = np.full(len(xy), np.nan)
    known = np.isfinite(xy).all(axis=1)
    for tree in (network.asset_tree, network.planned_tree):
        if tree is not None and known.any():
            away[known] = np.fmin(away[known], tree.query(xy[known])[0])
    return away


def _usual_side(above: Array, is_near: Array) -> bool:
    """Return which of two numbers is larger in the file: where points lie near the network, else in most."""
    near = [bool(is_near[above == side].any()) for side in (True, False)]
    if near[0] != near[1]:
        return near[0]
    count = int(above.sum())
    return bool(above[0]) if 2 * count == len(above) else 2 * count > len(above)
