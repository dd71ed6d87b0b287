"""How long a septic tank serves its users until it is full, by its volume: the norm of GB 50015."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.settings import Settings

# Litres of sludge that stay of a litre: (1 - water when fresh, 0.95) x share left by digestion, 0.8, x what
# is left at cleaning, 1.2, by (1 - water of thick sludge, 0.90); in m3.
_SLUDGE_LEFT = 0.00048
_HOURS_L = 24_000.0
# Quotients of decimals miss a whole number by less.
ROUNDING = 1e-6


@dataclass(frozen=True)
class NormTerms:
    """What the norm takes of a place.

    Parameters
    ----------
    users_share
        Share of the persons who use the tank at a time.
    sludge_l
        Sludge of a person and day, L.
    sewage_l
        Sewage of a person and day, L.
    stay_h
        How long sewage stays in the tank, h.
    """

    users_share: float
    sludge_l: float
    sewage_l: float
    stay_h: float

    @classmethod
    def from_settings(cls, settings: Settings) -> NormTerms:
        """Return the terms that a network's settings say."""
        return cls(
            settings.real("drainage.tank.users_share"),
            settings.real("drainage.tank.sludge_l_per_person_d"),
            settings.real("drainage.tank.sewage_l_per_person_d"),
            settings.real("drainage.tank.stay_h"),
        )


def norm_days(volume_m3: Array, persons: Array, terms: NormTerms) -> Array:
    """Return for how many days the volume of each septic tank holds its sludge, whole days rounded down.

    A tank that is too small for its water alone gets a number below 0; NaN where a volume or persons are
    unknown, or there are none.
    """
    users = np.where(persons > 0, persons, np.nan) * terms.users_share
    volume = np.where(volume_m3 > 0, volume_m3, np.nan)
    water_m3 = users * terms.sewage_l * terms.stay_h / _HOURS_L
    with np.errstate(divide="ignore", invalid="ignore"):
        days = (volume - water_m3) / (_SLUDGE_LEFT * users * terms.sludge_l)
    return np.asarray(np.floor(days + ROUNDING))
