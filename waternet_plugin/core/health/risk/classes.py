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

    ``by_policy`` marks what the policy list alone raised; ``tied`` those to renew or of priority that are no
    riskier than pipes of a lower class: the share was full, and nothing but the id told them apart.
    """

    class_index: Array
    by_policy: Array
    tied: Array

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


def _ranking(risk_per_km: Array, pipe_id: Array) -> tuple[Array, Array]:
    """Return the pipes' places, highest risk first, and where in them each group of like risk begins.

    Pipes of exactly like risk are told apart by their id.
    """
    order = np.argsort(-risk_per_km, kind="stable")
    ranked = risk_per_km[order]
    starts = np.flatnonzero(np.concatenate(([True], ranked[1:] != ranked[:-1])))
    ends = np.append(starts[1:], len(ranked))
    for start, end in zip(starts[ends - starts > 1], ends[ends - starts > 1]):
        group = order[start:end]
        order[start:end] = group[np.argsort(pipe_id[group], kind="stable")]
    return order, starts


def _share_before(length_um: Array) -> Array:
    """Return at which share of the length of ranked pipes the middle of each lies."""
    # Whole micrometres add up the same in any order.
    return np.asarray((np.cumsum(length_um) - length_um / 2.0) / max(int(length_um.sum()), 1))


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
    place = np.where(listed, 0, np.where(doubtful, 2, 1))
    return np.asarray(np.array(POLICY_FLAGS, dtype=object)[place])


def classify(
    pipe_id: Array,
    length_m: Array,
    rate: Array,
    risk_per_km: Array,
    *,
    policy_hazard: Array,
    settings: Settings,
) -> Classes:
    """Return the class of every rated pipe.

    renew_now: highest risk per km first to a set share of the length, and the policy list where a hazard
    is present; priority: the next share; monitor: the rest above the network's mean rate; in_service: the
    rest. The pipe at a limit belongs to the side where more than half of it lies. Pieces under the least
    length are too short for a place in the order; they are monitor or in_service.

    Parameters
    ----------
    pipe_id, length_m, rate, risk_per_km
        Of the rated pipes: m, failures per 100 km and year, money per km.
    policy_hazard
        Which of them are on the policy list with a hazard.
    settings
        Shares and least length.
    """
    total = float(np.round(length_m.sum(), 6))
    mean = round(float((rate * length_m).sum()), 6) / total if total > 0 else 0.0
    # Differences beyond the twelfth digit are rounding, not rate.
    place = np.where(rate > mean * (1 + 1e-12), CLASSES.index(MONITOR), CLASSES.index(IN_SERVICE))
    ranked = np.flatnonzero(length_m >= settings.real("health.min_length_m"))
    by_policy = np.zeros(len(rate), dtype=bool)
    tied = np.zeros(len(rate), dtype=bool)
    if not len(ranked):
        return Classes(place, by_policy, tied)

    first = settings.real("health.renew_now_share")
    second = settings.real("health.priority_share")
    order, starts = _ranking(risk_per_km[ranked], pipe_id[ranked])
    ranked = ranked[order]
    length_um = np.round(length_m[ranked] * _MICROMETRES).astype(np.int64)
    now = _share_before(length_um) <= first
    policy = policy_hazard[ranked] & ~now
    rest = ~now & ~policy
    # The next share is one of the whole length, counted over what is left.
    left = int(length_um[rest].sum())
    share = second * int(length_um.sum()) / left if left > 0 else 0.0
    next_ones = _share_before(length_um[rest]) <= share
    place[ranked[rest][next_ones]] = CLASSES.index(PRIORITY)
    place[ranked[now | policy]] = CLASSES.index(RENEW_NOW)
    by_policy[ranked[policy]] = True
    ranks = place[ranked]
    lowest = np.repeat(np.maximum.reduceat(ranks, starts), np.diff(np.append(starts, len(ranked))))
    tied[ranked] = (ranks <= CLASSES.index(PRIORITY)) & (ranks < lowest) & ~policy
    return Classes(place, by_policy, tied)
