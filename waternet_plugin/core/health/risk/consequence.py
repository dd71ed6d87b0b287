"""What a failure of a pipe costs, in money: repair, damage at crossings, water missed by customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.coded_columns import by_word
from waternet_plugin.core.health.rates.pipe_types import PipeTypes, types_of
from waternet_plugin.core.health.risk.crossings import CROSSINGS
from waternet_plugin.core.schema.settings import Settings, defaults

_COST = "health.failure_cost."
_HOURS = "health.interruption_hours."


@dataclass(frozen=True)
class Consequence:
    """Money for one failure of each pipe.

    ``repair`` is the cost by diameter times the factor of the road. Where it is known who loses water, the
    part of it that stands for customers is left out, and ``interruption`` has what they miss instead.
    ``damage`` is what a crossing adds.
    """

    repair: Array
    damage: Array
    interruption: Array

    @property
    def total(self) -> Array:
        """The whole, money."""
        return np.asarray(self.repair + self.damage + self.interruption)


def _by_diameter(types: PipeTypes, family: str, settings: Settings) -> Array:
    """Return the value of a family of settings (``family<largest diameter>``) by diameter of each pipe."""
    limits = sorted(int(key[len(family) :]) for key in defaults() if key.startswith(family))
    values = np.array([settings.real(f"{family}{limit}") for limit in limits])
    diameter = types.pipes["diameter_mm"].to_numpy(float)
    diameter = np.where(diameter > 0, diameter, settings.real("health.unknown_diameter_mm"))
    step = np.minimum(np.searchsorted(np.array(limits, dtype=float), diameter), len(limits) - 1)
    return np.asarray(values[step][types.number])


def cost_of_failure(pipes: pd.DataFrame, settings: Settings) -> Array:
    """Return the cost of one failure of each pipe, money: by diameter, times a factor of the road.

    Parameters
    ----------
    pipes
        material, diameter_mm, install_year and road_class; a pipe without diameter costs as much as one of
        a set diameter.
    settings
        Costs and factors in force.
    """
    unknown = settings.real("health.road_factor.unknown")
    road = by_word(pipes["road_class"], lambda word: settings.real_or(f"health.road_factor.{word}", unknown))
    return _by_diameter(types_of(pipes), _COST, settings) * road


def consequence_of(
    pipes: pd.DataFrame,
    settings: Settings,
    *,
    households: Array | None = None,
    critical: Array | None = None,
    crossing: Array | None = None,
) -> Consequence:
    """Return what one failure of each pipe costs.

    Parameters
    ----------
    pipes
        material, diameter_mm, install_year and road_class.
    settings
        Costs, hours and factors in force.
    households, critical
        Households and critical customers that lose water, NaN where unknown; None where unknown of all.
    crossing
        What each pipe crosses, a place in `CROSSINGS`; None where unknown.
    """
    repair = cost_of_failure(pipes, settings)
    interruption = np.zeros(len(repair))
    if households is not None and critical is not None:
        known = ~np.isnan(households)
        repair = repair * np.where(known, 1.0 - settings.real("health.failure_cost_customers"), 1.0)
        worth = households + critical * settings.real("health.critical_households")
        hours = _by_diameter(types_of(pipes), _HOURS, settings)
        interruption = np.nan_to_num(worth) * hours * settings.real("health.interruption_cost")
    damage = np.zeros(len(repair))
    if crossing is not None:
        factor = [1.0, *(settings.real(f"health.crossing_factor.{word}") for word in CROSSINGS[1:])]
        damage = repair * (np.array(factor)[crossing] - 1.0)
    return Consequence(repair, damage, interruption)
