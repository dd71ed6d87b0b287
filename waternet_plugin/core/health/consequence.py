"""What a failure of a pipe costs, in money."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.health.arrays import Array
from waternet_plugin.core.health.factors import by_word
from waternet_plugin.core.schema.settings import Settings, defaults

_COST = "health.failure_cost."


def cost_of_failure(pipes: pd.DataFrame, settings: Settings) -> Array:
    """Return the cost of one failure of each pipe, money: by diameter, times a factor of the road.

    Parameters
    ----------
    pipes
        diameter_mm and road_class; a pipe without diameter costs as much as one of a set diameter.
    settings
        Costs and factors in force.
    """
    limits = sorted(int(key[len(_COST) :]) for key in defaults() if key.startswith(_COST))
    costs = np.array([settings.real(f"{_COST}{limit}") for limit in limits])
    diameter = pipes["diameter_mm"].to_numpy(float)
    diameter = np.where(diameter > 0, diameter, settings.real("health.unknown_diameter_mm"))
    step = np.minimum(np.searchsorted(np.array(limits, dtype=float), diameter), len(limits) - 1)
    road = by_word(
        pipes["road_class"],
        lambda word: float(
            settings.get(f"health.road_factor.{word}") or settings.real("health.road_factor.unknown")
        ),
    )
    return np.asarray(costs[step] * road)
