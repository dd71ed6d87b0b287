"""Random choices that are the same on every Python: one base generator, our own distributions."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Random numbers of one purpose; another purpose or asset gets dice of its own."""

    def __init__(self, seed: int, purpose: str) -> None:
        self._random = random.Random(f"{seed}:{purpose}").random

    def share(self) -> float:
        """Return a number from 0 to 1, 1 excluded."""
        return self._random()

    def between(self, low: float, high: float) -> float:
        """Return a number evenly spread between two bounds."""
        return low + (high - low) * self._random()

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from ``low`` to ``high``, both included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return choices[int(self._random() * len(choices))]

    def happens(self, probability: float) -> bool:
        """Tell whether something of that probability happens."""
        return self._random() < probability

    def exponential(self) -> float:
        """Return a number with an exponential distribution of mean 1."""
        return -math.log(1.0 - self._random())

    def near(self, spread: float) -> float:
        """Return a number around 0 with a bell-like distribution of that standard deviation."""
        return spread * (sum(self._random() for _ in range(12)) - 6.0)

    def poisson(self, mean: float) -> int:
        """Return a count of that mean (small means only)."""
        count, limit, product = 0, math.exp(-mean), self._random()
        while product > limit:
            count += 1
            product *= self._random()
        return count
