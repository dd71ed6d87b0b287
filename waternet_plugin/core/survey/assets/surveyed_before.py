"""Points of earlier surveys, which surveyors know by their numbers, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from waternet_plugin.core.arrays import Array, grouped


def _none() -> Array:
    return np.zeros(0, dtype=object)


@dataclass(frozen=True)
class SurveyedBefore:
    """Points of earlier surveys, the newest last.

    Parameters
    ----------
    number
        (n,) object, as the files had them.
    xy
        (n, 2) east and north, m.
    assets
        (n,) object, the ids of what each became or joined, a tuple.
    """

    number: Array = field(default_factory=_none)
    xy: Array = field(default_factory=lambda: np.zeros((0, 2)))
    assets: Array = field(default_factory=_none)

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.number)

    def numbers_on(self, ends: Mapping[str, tuple[str, str]]) -> dict[str, frozenset[str]]:
        """Return the numbers of the points on pipes, by pipe.

        Parameters
        ----------
        ends
            The nodes at both ends of each pipe.
        """
        of_asset: dict[str, set[str]] = {}
        for number, assets in zip(self.number.tolist(), self.assets.tolist()):
            for asset in assets:
                of_asset.setdefault(asset, set()).add(str(number))
        return {
            pipe: frozenset().union(*(of_asset.get(node, set()) for node in (pipe, *nodes)))
            for pipe, nodes in ends.items()
        }

    def nearest(self, number: Array, east: Array, north: Array) -> Array:
        """Return for each point the row of its number that lies nearest, the newest of these; -1 for none.

        Parameters
        ----------
        number
            (points,) object, None for none.
        east, north
            (points,) m.
        """
        rows: dict[str, list[int]] = grouped(
            (str(name), row) for row, name in enumerate(self.number.tolist())
        )
        nearest = np.full(len(number), -1, dtype=np.int64)
        for index, name in enumerate(number.tolist()):
            candidates = np.array(rows.get(str(name), ()) if name is not None else (), dtype=np.int64)
            if len(candidates):
                # What lies as near is the same place: of such rows the last is meant.
                away = np.round(np.hypot(*(self.xy[candidates] - (east[index], north[index])).T), 3)
                nearest[index] = candidates[len(candidates) - 1 - int(np.argmin(away[::-1]))]
        return nearest
