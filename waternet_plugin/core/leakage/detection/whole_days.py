"""Changes of night flow beside those of whole days: a leak runs all day, use does not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array

# A rise of whole days is more than a leak's where it is so many times that of nights, a rise of nights is use
# where whole days have so little of it; and both differ by more than so many standard deviations.
_MORE, _LESS, _DEVIATIONS = 1.7, 0.3, 1.0


@dataclass(frozen=True)
class FlowChanges:
    """Changes of night flow and of whole days, m3/h, with their variances, by zone and window (Z, A)."""

    nights: Array
    of_nights: Array
    days: Array
    of_days: Array

    def combined(self) -> tuple[Array, Array]:
        """Return the change that nights and whole days tell together, and its variance.

        Each counts by what it varies, their errors taken as half common.
        """
        both = np.isfinite(self.days) & np.isfinite(self.of_days) & (self.of_days > 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            part = np.where(both, self.of_days / (self.of_nights + self.of_days), 1.0)
            days, of_days = np.where(both, self.days, 0.0), np.where(both, self.of_days, 0.0)
            cross = part * (1.0 - part) * np.sqrt(self.of_nights * of_days)
            variance = part**2 * self.of_nights + (1.0 - part) ** 2 * of_days + cross
        return part * self.nights + (1.0 - part) * days, variance

    def is_use(self, zone: int, at: int) -> bool:
        """Return whether a rise is use and no leak: whole days rose by much more than nights, or hardly."""
        nights, days = float(self.nights[zone, at]), float(self.days[zone, at])
        error = float(np.sqrt(self.of_nights[zone, at] + self.of_days[zone, at]))
        # Where whole days are not known, nothing compares.
        more = days > _MORE * nights and days - nights > _DEVIATIONS * error
        return more or (days < _LESS * nights and nights - days > _DEVIATIONS * error)
