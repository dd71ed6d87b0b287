"""Chances before any search: by expected failures of the newest assessment, by length where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.narrowing.chance_factors import Evidence

# A pipe of which no failure is expected can leak all the same: it has this share of the mean pipe's chance.
_LEAST = 0.01


@dataclass(frozen=True)
class Prior:
    """Chances before any search.

    Parameters
    ----------
    chance
        Sums to 1 over the pipes (P,).
    reason
        What they rest on.
    by_length
        Length of the pipes that have their chance by length alone, m.
    """

    chance: Array
    reason: Evidence
    by_length: float


def prior(length_m: Array, is_main: Array, expected: Array) -> Prior:
    """Return chances by expected failures, by length for pipes without.

    Parameters
    ----------
    length_m
        Lengths (P,).
    is_main
        Pipes that can leak (P,); the others have no chance. Some can, and one of them has a length.
    expected
        Expected failures of each pipe within the horizon of an assessment, NaN unknown (P,).
    """
    length = np.where(is_main, length_m, 0.0)
    known = np.isfinite(expected) & is_main & (length > 0)
    rate = float(expected[known].sum() / length[known].sum()) if known.any() else 0.0
    if rate <= 0.0:
        known, rate = np.zeros(len(length), dtype=bool), 1.0
    usual = rate * length
    weight = np.where(known, np.maximum(np.where(known, expected, 0.0), _LEAST * usual), usual)
    chance = weight / weight.sum()
    times = np.divide(weight, usual, out=np.ones(len(length)), where=usual > 0)
    facts: list[dict[str, Any]] = []
    for is_known, metres, ratio in zip(known.tolist(), length.tolist(), times.tolist()):
        if is_known:
            facts.append({"is": "expected", "times": float(f"{ratio:.3g}"), "length": round(metres, 1)})
        else:
            facts.append({"is": "by_length", "length": round(metres, 1)})
    reason = Evidence(np.log(np.maximum(times, _LEAST)), tuple(facts), np.arange(len(length)))
    return Prior(chance, reason, float(length[~known].sum()))
