"""Heights of a file beside the ground levels that the network knows."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.decisions.facts import NetworkFacts


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
