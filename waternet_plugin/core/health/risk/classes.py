"""Health and classes: from a rate to what a planner does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.health.coded_columns import is_one_of
from waternet_plugin.core.health.pooling.fixed_point import BILLIONTHS, MILLIONTHS, sum_in_steps
from waternet_plugin.core.health.risk.class_edges import ClassEdges, RankedPipes
from waternet_plugin.core.schema.settings import Settings

RENEW_NOW, PRIORITY, MONITOR, IN_SERVICE, UNKNOWN = (
    "renew_now",
    "priority",
    "monitor",
    "in_service",
    "unknown",
)
CLASSES = (RENEW_NOW, PRIORITY, MONITOR, IN_SERVICE, UNKNOWN)
POLICY_FLAGS = ("yes", "no", "unknown")
_ROUNDING = 1e-8


@dataclass(frozen=True)
class Classes:
    """Class of each pipe as a place in `CLASSES`.

    ``by_policy`` marks what the policy list alone raised; ``to_inspect`` those that would be renewed now by
    their risk, had the network any record of failures: until then they are of priority.
    """

    class_index: Array
    by_policy: Array
    to_inspect: Array

    @property
    def name(self) -> Array:
        """The class of each pipe by its code."""
        return np.array(CLASSES, dtype=object)[self.class_index]


def health_of(rate: Array, new_rate: float) -> Array:
    """Return the health, 0 to 100: 100 at the rate of a new pipe, 0 at 100 failures per 100 km and year.

    Parameters
    ----------
    rate
        Failures per 100 km and year; NaN gives NaN.
    new_rate
        The surveys' rate of new ductile iron.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        health = 100.0 * (1.0 - np.log(rate / new_rate) / np.log(100.0 / new_rate))
    return np.asarray(np.clip(health, 0.0, 100.0))


def _named_by_policy(pipes: pd.DataFrame, settings: Settings) -> Array:
    """Return the pipes whose material the policy list names: cement, asbestos, unlined grey iron."""
    named = is_one_of(pipes["material"], settings.words("health.policy_materials"))
    lined = is_one_of(pipes["lining"], settings.words("health.policy_linings"))
    iron = is_one_of(pipes["material"], ("cast_iron",))
    return np.asarray(named & ~(iron & lined))


def _old_by_policy(pipes: pd.DataFrame, as_of_year: int, settings: Settings) -> Array:
    """Return the pipes of the age from which the policy list has them with a hazard."""
    # An unknown age is not an age: comparing with NaN is False.
    age = as_of_year - pipes["install_year"].to_numpy(float)
    return np.asarray(age >= settings.integer("health.policy_age_years"))


def on_policy_list(pipes: pd.DataFrame, as_of_year: int, settings: Settings) -> Array:
    """Return the pipes of the policy list: cement, asbestos, unlined grey iron, others by age.

    Parameters
    ----------
    pipes
        material, lining, install_year.
    as_of_year
        Year of the assessment.
    settings
        Materials, linings and age of the list.
    """
    return np.asarray(_named_by_policy(pipes, settings) | _old_by_policy(pipes, as_of_year, settings))


def policy_flags(pipes: pd.DataFrame, hazard: Array, as_of_year: int, settings: Settings) -> Array:
    """Return whether the policy list has each pipe: yes, no or unknown, a class apart.

    Named materials are on it as they are, others from an age on and with a hazard. Unknown is a pipe of
    unknown material, or with a hazard and of unknown year.

    Parameters
    ----------
    pipes
        material, lining, install_year.
    hazard
        Pipes whose own record makes a hazard.
    as_of_year
        Year of the assessment.
    settings
        Materials, linings and age of the list.
    """
    listed = _named_by_policy(pipes, settings) | (_old_by_policy(pipes, as_of_year, settings) & hazard)
    material = pipes["material"]
    doubtful = material.isna().to_numpy() | is_one_of(material, (UNKNOWN,))
    doubtful = doubtful | (hazard & pipes["install_year"].isna().to_numpy())
    evidence = np.where(doubtful, 2, 1)
    evidence[listed] = 0
    return np.asarray(np.array(POLICY_FLAGS, dtype=object)[evidence])


def classify(
    length_m: Array,
    rate: Array,
    risk_per_km: Array,
    *,
    policy_hazard: Array,
    edges: ClassEdges,
    settings: Settings,
) -> Classes:
    """Return the class of every rated pipe.

    renew_now: highest risk per km first to a set share of the length, and the policy list where a hazard
    is present; priority: the next share; monitor: the rest above the network's mean rate; in_service: the
    rest. The pipe at a limit belongs to the side where more than half of it lies; equal risk is not split,
    all of it goes to the lower class. Pieces under the least length are too short for a place in the order;
    they are monitor or in_service. Where no failure is in use, what would be renewed by its risk is of
    priority: nothing but the consequence tells it apart.

    Parameters
    ----------
    length_m, rate, risk_per_km
        Of the rated pipes: m, failures per 100 km and year, money per km.
    policy_hazard
        Which of them are on the policy list with a hazard.
    edges
        What decides the classes of their network.
    settings
        Least length.
    """
    # A difference as small as the rounding of the mean is none.
    above = rate > edges.mean_rate * (1 + _ROUNDING)
    ranked = length_m >= settings.real("health.min_length_m")
    now = ranked & (risk_per_km >= edges.renew_now)
    by_policy = ranked & policy_hazard & ~now
    next_ones = ranked & ~now & ~by_policy & (risk_per_km >= edges.priority)
    to_inspect = now & ~policy_hazard if not edges.has_records else np.zeros(len(rate), dtype=bool)
    class_index = np.full(len(rate), CLASSES.index(IN_SERVICE))
    # What decides first is written last.
    class_index[above] = CLASSES.index(MONITOR)
    class_index[now | by_policy] = CLASSES.index(RENEW_NOW)
    class_index[to_inspect | next_ones] = CLASSES.index(PRIORITY)
    return Classes(class_index, by_policy, to_inspect)


def own_edges(
    length_m: Array,
    rate: Array,
    risk_per_km: Array,
    *,
    policy_hazard: Array,
    has_records: bool,
    settings: Settings,
) -> ClassEdges:
    """Return what decides the classes of a network whose pipes are all here; parameters as of `classify`."""
    total_um = sum_in_steps(length_m, MILLIONTHS)
    mean = (sum_in_steps(rate * length_m) / BILLIONTHS) / (total_um / MILLIONTHS) if total_um else 0.0
    ranked = RankedPipes.of(length_m, risk_per_km, policy_hazard, settings)
    return ranked.edges(mean, has_records, settings)
