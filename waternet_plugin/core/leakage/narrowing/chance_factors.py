"""What speaks for and against pipes: a factor of each pipe's chance, and the reason in facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.settings import Settings

Facts = tuple[dict[str, Any], ...]
NO_FACT = -1
_LEAST_CHANCE = 0.001


@dataclass(frozen=True)
class Evidence:
    """One thing that is known of ``P`` pipes.

    Parameters
    ----------
    log_factor
        Logarithm of how much likelier it is with the leak on each pipe (P,); only differences count.
    facts
        Reasons.
    fact_of
        Which of them each pipe has (P,), NO_FACT for none.
    """

    log_factor: Array
    facts: Facts
    fact_of: Array

    def strength(self, chance: Array) -> Array:
        """Return how far it moves each pipe from the mean of all, by their chances (P,)."""
        mean = float(np.sum(chance * self.log_factor))
        return np.where(self.fact_of == NO_FACT, 0.0, np.abs(self.log_factor - mean))


def chance_of(settings: Settings, key: str) -> float:
    """Return a chance among the settings, held to 0.001 to 0.999: no single finding proves a leak."""
    return min(max(settings.real(key), _LEAST_CHANCE), 1.0 - _LEAST_CHANCE)


def marked(chosen: Array, log_factor: float, fact: dict[str, Any]) -> Evidence:
    """Return evidence of the same weight on some pipes.

    Parameters
    ----------
    chosen
        The pipes (P,), booleans.
    log_factor
        Logarithm of the factor of their chance.
    fact
        Their reason.
    """
    return Evidence(np.where(chosen, log_factor, 0.0), (fact,), np.where(chosen, 0, NO_FACT))
