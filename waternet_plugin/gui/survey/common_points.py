"""Common points of a file and the network: pairs as they are picked, and how well they fit each other."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from waternet_plugin.core.errors import InputError

_NONE = float("nan")


@dataclass
class CommonPoint:
    """A point with its coordinates in the file and in the network, NaN while they are not known, m.

    ``is_used`` is False for a point that is left out of the fit; ``off_m`` is its residual.
    """

    number: str = ""
    first: float = _NONE
    second: float = _NONE
    east: float = _NONE
    north: float = _NONE
    is_used: bool = True
    off_m: float = _NONE

    @property
    def is_whole(self) -> bool:
        """Whether all four coordinates are known."""
        return all(math.isfinite(value) for value in (self.first, self.second, self.east, self.north))


@dataclass
class CommonPoints:
    """Pairs of one file; after `fit` each has its residual, those that are left out too.

    Parameters
    ----------
    pairs
        In the order in which they were picked.
    rms_m
        Of the pairs that are used, NaN while too few are.
    fault
        Why the pairs that are used can't be fitted, '' where they can or are too few.
    """

    pairs: list[CommonPoint] = field(default_factory=list)
    rms_m: float = _NONE
    fault: str = ""

    @property
    def used(self) -> list[CommonPoint]:
        """The pairs that count."""
        return [pair for pair in self.pairs if pair.is_used and pair.is_whole]

    @property
    def waiting(self) -> CommonPoint | None:
        """The first pair that has no place on the map yet."""
        return next((pair for pair in self.pairs if not math.isfinite(pair.east)), None)

    def fit(self) -> None:
        """Fit the pairs that are used, the first coordinate being north or east as fits better."""
        from waternet_plugin.core.places.deciding.file_answers import NewTransformSet
        from waternet_plugin.core.places.reading import AXES, X_NORTH
        from waternet_plugin.core.places.transform_set import FEWEST_PAIRS
        from waternet_plugin.core.survey.decisions.set_decision import fit_file_pairs

        self.rms_m, self.fault = _NONE, ""
        for pair in self.pairs:
            pair.off_m = _NONE
        if len(self.used) < FEWEST_PAIRS:
            return
        given = NewTransformSet("", np.array(self.as_json()))
        try:
            sets = {axes: fit_file_pairs(given, axes) for axes in AXES}
        except InputError as error:
            self.fault = error.message
            return
        axes, best = min(sets.items(), key=lambda item: item[1].rms_m)
        self.rms_m = best.rms_m
        for pair in self.pairs:
            if pair.is_whole:
                grid = (pair.second, pair.first) if axes == X_NORTH else (pair.first, pair.second)
                east, north = best.to_network(np.array([grid[0]]), np.array([grid[1]]))
                pair.off_m = math.hypot(pair.east - float(east[0]), pair.north - float(north[0]))

    def as_json(self) -> list[list[float]]:
        """Return the pairs that are used as DECISIONS have them."""
        return [[pair.first, pair.second, pair.east, pair.north] for pair in self.used]

    def answer(self, name: str, valid_until: str = "") -> dict[str, Any]:
        """Return the answer to the question of the coordinate system.

        Parameters
        ----------
        name
            Of the set.
        valid_until
            Last day on which it may be used, '' without limit.
        """
        return {"crs": {"name": name, "pairs": self.as_json(), "valid_until": valid_until}}
