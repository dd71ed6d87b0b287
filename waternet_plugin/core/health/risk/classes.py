"""Health and classes: from a rate to what a planner does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
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
_MICROMETRES = 1e6


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


def _within(share: float, length_um: Array, risk_per_km: Array) -> Array:
    """Return which ranked pipes lie within a share of their length.

    The pipe at the limit belongs to the side where more than half of it lies; several pipes of like risk are
    not split, there they stay outside.
    """
    if not len(length_um):
        return np.zeros(0, dtype=bool)
    starts = np.flatnonzero(np.concatenate(([True], risk_per_km[1:] != risk_per_km[:-1])))
    sizes = np.diff(np.append(starts, len(risk_per_km)))
    # Whole micrometres add up the same in any order.
    ends = np.cumsum(np.add.reduceat(length_um, starts))
    reached = np.where(sizes > 1, ends, ends - length_um[starts] / 2.0)
    return np.asarray(np.repeat(reached <= share * int(length_um.sum()), sizes))


def _named_by_policy(pipes: pd.DataFrame, settings: Settings) -> Array:
    """Return the pipes whose material the policy list names: cement, asbestos, unlined grey iron."""
    named = pipes["material"].isin(settings.words("health.policy_materials")).to_numpy()
    lined = pipes["lining"].isin(settings.words("health.policy_linings")).to_numpy()
    iron = (pipes["material"] == "cast_iron").to_numpy()
    return np.asarray(named & ~(iron & lined))


def _old_by_policy(pipes: pd.DataFrame, as_of_year: int, settings: Settings) -> Array:
    """Return the pipes of the age from which the policy list has them with a hazard."""
    # An unknown age is no age: comparing with NaN is False.
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
    doubtful = (material.isna() | (material == UNKNOWN)).to_numpy(dtype=bool)
    doubtful = doubtful | (hazard & pipes["install_year"].isna().to_numpy())
    evidence = np.where(listed, 0, np.where(doubtful, 2, 1))
    return np.asarray(np.array(POLICY_FLAGS, dtype=object)[evidence])


def classify(
    length_m: Array,
    rate: Array,
    risk_per_km: Array,
    *,
    policy_hazard: Array,
    has_records: bool,
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
    has_records
        Whether any failure is in use.
    settings
        Shares and least length.
    """
    total = float(np.round(length_m.sum(), 6))
    mean = round(float((rate * length_m).sum()), 6) / total if total > 0 else 0.0
    # Differences beyond the twelfth digit are rounding, not rate.
    class_index = np.where(rate > mean * (1 + 1e-12), CLASSES.index(MONITOR), CLASSES.index(IN_SERVICE))
    ranked = np.flatnonzero(length_m >= settings.real("health.min_length_m"))
    by_policy = np.zeros(len(rate), dtype=bool)
    to_inspect = np.zeros(len(rate), dtype=bool)
    if not len(ranked):
        return Classes(class_index, by_policy, to_inspect)

    first = settings.real("health.renew_now_share")
    second = settings.real("health.priority_share")
    ranked = ranked[np.argsort(-risk_per_km[ranked], kind="stable")]
    risk_per_km = risk_per_km[ranked]
    length_um = np.round(length_m[ranked] * _MICROMETRES).astype(np.int64)
    now = _within(first, length_um, risk_per_km)
    policy = policy_hazard[ranked] & ~now
    rest = ~now & ~policy
    # The next share is one of the whole length, counted over what is left.
    left = int(length_um[rest].sum())
    share = second * int(length_um.sum()) / left if left > 0 else 0.0
    next_ones = _within(share, length_um[rest], risk_per_km[rest])
    class_index[ranked[rest][next_ones]] = CLASSES.index(PRIORITY)
    class_index[ranked[now | policy]] = CLASSES.index(RENEW_NOW)
    by_policy[ranked[policy]] = True
    if not has_records:
        to_inspect[ranked[now]] = True
        to_inspect &= ~policy_hazard
        class_index[to_inspect] = CLASSES.index(PRIORITY)
    return Classes(class_index, by_policy, to_inspect)
