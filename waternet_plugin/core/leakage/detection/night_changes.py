"""Changes of level of all zones that may have come before each night of a fortnight, reckoned in one go."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.detection.night_levels import NightLevels
from waternet_plugin.core.leakage.detection.whole_days import FlowChanges

# Of a change so much must be there in the last nights.
LASTING_SHARE = 0.5


class NightChanges:
    """What each night of a span shows, ``Z`` zones, ``K`` nights, ``A`` windows as `AFTER`.

    Parameters
    ----------
    levels
        The nights made ready; how levels drift must not be estimated anew within the span.
    nights
        Numbers of the nights, one after the other (K,).
    level_from
        First night of the level that each zone has (Z,).
    """

    def __init__(self, levels: NightLevels, nights: Array, level_from: Array) -> None:
        self._levels, self._nights, self._level_from = levels, nights, level_from.copy()
        self._values = self._computed(np.arange(len(level_from)), nights)

    def at(self, night: int) -> tuple[FlowChanges, Array, Array, Array, Array, Array]:
        """Return what a night shows.

        Returns
        -------
        The changes, what nights and whole days tell together, m3/h, and in standard deviations (Z, A); the
        latter of the greatest one that the night shows itself, by how much the night lies above the nights
        before, m3/h, and that in standard deviations (Z,).
        """
        column = night - int(self._nights[0])
        flows, figures = self._values[:4], self._values[4:]
        rise, score, height, own_m3h, own = (values[:, column] for values in figures)
        return FlowChanges(*(values[:, column] for values in flows)), rise, score, height, own_m3h, own

    def follow(self, night: int, level_from: Array) -> None:
        """Reckon the nights after one anew for zones whose level changed in it."""
        zones = np.flatnonzero(level_from != self._level_from)
        column = night + 1 - int(self._nights[0])
        if not len(zones) or column >= len(self._nights):
            return
        self._level_from[zones] = level_from[zones]
        for values, anew in zip(self._values, self._computed(zones, self._nights[column:])):
            values[zones, column:] = anew

    def _computed(self, zones: Array, nights: Array) -> tuple[Array, ...]:
        level_from = self._level_from[zones]
        changes = self._levels.changes(zones, nights, level_from)
        rise, variance = changes.combined()
        with np.errstate(divide="ignore", invalid="ignore"):
            score = np.nan_to_num(rise / np.sqrt(variance), nan=0.0, posinf=0.0, neginf=0.0)
            above, own_m3h, own = self._levels.heights(zones, nights, level_from)
            # A rise that the night itself does not show any more is over.
            height = np.where(above >= LASTING_SHARE * rise, score, 0.0).max(axis=-1)
        flows = changes.nights, changes.of_nights, changes.days, changes.of_days
        return (*flows, rise, score, height, own_m3h, own)
