"""Heights of a file beside the ground levels that the network knows, near it or at least around it."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.places.deciding.decision_facts import NetworkFacts
from waternet_plugin.core.schema.settings import Settings


def ground_difference(
    xy: Array, height: Array, network: NetworkFacts, settings: Settings
) -> tuple[float, int]:
    """Return the median of height less known ground nearby, m (NaN without any), and of how many points.

    Parameters
    ----------
    xy
        (n, 2) float64 places in the network's CRS, m.
    height
        (n,) float64, m, NaN where there is none.
    network
        Its ground levels.
    settings
        ``survey.height_near_m`` is the farthest that known ground counts.
    """
    usable = np.isfinite(height) & np.isfinite(xy).all(axis=1)
    if network.ground_tree is None or not usable.any():
        return float("nan"), 0
    limit = settings.real("survey.height_near_m")
    away, nearest = network.ground_tree.query(xy[usable], distance_upper_bound=np.nextafter(limit, np.inf))
    near = np.isfinite(away)
    if not near.any():
        return float("nan"), 0
    off = height[usable][near] - network.ground_m[nearest[near]]
    return float(np.median(off)), int(near.sum())


def ground_around(
    xy: Array, height: Array, network: NetworkFacts, settings: Settings
) -> tuple[float, int, float]:
    """Return how far heights lie from the ground around beyond what its slope explains.

    Parameters
    ----------
    xy, height, network
        As for `ground_difference`; what has known ground near it is not looked at here.
    settings
        ``survey.height_around_m`` is the farthest that known ground counts, ``survey.ground_slope`` how much
        ground rises on the way at most.

    Returns
    -------
    tuple
        The median difference from the nearest known ground less its slope, m (NaN without any, of the sign
        of the difference), of how many points, and the median distance, m.
    """
    nothing = float("nan"), 0, float("nan")
    usable = np.isfinite(height) & np.isfinite(xy).all(axis=1)
    if network.ground_tree is None or not usable.any():
        return nothing
    reach = settings.real("survey.height_around_m")
    away, nearest = network.ground_tree.query(xy[usable], distance_upper_bound=np.nextafter(reach, np.inf))
    is_near = np.isfinite(away)
    if not is_near.any():
        return nothing
    off = height[usable][is_near] - network.ground_m[nearest[is_near]]
    beyond = np.sign(off) * np.maximum(
        np.abs(off) - settings.real("survey.ground_slope") * away[is_near], 0.0
    )
    return float(np.median(beyond)), int(is_near.sum()), float(np.median(away[is_near]))
