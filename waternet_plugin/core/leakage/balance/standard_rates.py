"""The leakage rate of CJJ 92-2016 in its form of 2018: R_WL, the corrections R1 to R4, R_BL."""

from __future__ import annotations

import math
from dataclasses import dataclass

# CJJ 92-2016, 5.3.3: R1 = 0.08 r; R2 = 0.99 (A - 0.0693), held to 3 %; R3 by pressure; R4 by frost.
_HOUSEHOLD, _LENGTH, _MEAN_DENSITY, _MOST_LENGTH = 0.08, 0.99, 0.0693, 0.03
_PRESSURES = ((0.75, 2.0), (0.55, 1.0), (0.35, 0.5))
_FROST_M, _FROST_PERCENT = 1.4, 1.0
DAYS_A_YEAR = 365.0
# Supply in ten thousands of cubic metres, 万m³, as the standard writes it.
TEN_THOUSAND_M3 = 10_000.0


@dataclass(frozen=True)
class StandardRates:
    """Rates in percent; NaN where supply or authorised consumption is not known.

    Parameters
    ----------
    r_wl
        Rate of all losses, (Qs - Qa) / Qs.
    r1, r2, r3, r4
        Corrections: metering at households, length of mains a unit of supply, pressure, frost.
    density
        A, km of mains from DN 75 on for each 10,000 m3 of a year's supply.
    """

    r_wl: float
    r1: float
    r2: float
    r3: float
    r4: float
    density: float

    @property
    def r_n(self) -> float:
        """Sum of the corrections."""
        return self.r1 + self.r2 + self.r3 + self.r4

    @property
    def r_bl(self) -> float:
        """The rate that is assessed: R_WL less the corrections."""
        return self.r_wl - self.r_n


def pressure_correction(pressure_mpa: float) -> float:
    """Return R3, percent, by the mean pressure at the outlets of the plants; 0 where it is NaN."""
    return next((percent for over, percent in _PRESSURES if pressure_mpa > over), 0.0)


def standard_rates(
    supply_m3: float,
    authorised_m3: float,
    *,
    days: int,
    length_km: float,
    household_share: float = math.nan,
    pressure_mpa: float = math.nan,
    frost_m: float = math.nan,
) -> StandardRates:
    """Return the leakage rate and its corrections (CJJ 92-2016, 2018 revision, 5.2 and 5.3.3).

    Parameters
    ----------
    supply_m3, authorised_m3
        Of the period, m3.
    days
        Length of the period; supply is scaled to 365 days for A.
    length_km
        Mains from DN 75 on, km.
    household_share
        Share of the supply that is read at meters of households, 0-1; NaN unknown, then R1 is 0.
    pressure_mpa
        Yearly mean pressure at the outlets of the plants, MPa; NaN unknown, then R3 is 0.
    frost_m
        Greatest depth of frost, m; NaN unknown, then R4 is 0.
    """
    known = math.isfinite(supply_m3) and supply_m3 > 0
    density = length_km / (supply_m3 * DAYS_A_YEAR / days / TEN_THOUSAND_M3) if known else math.nan
    r2 = _LENGTH * (density - _MEAN_DENSITY)
    limited = r2 if math.isnan(r2) else min(max(r2, -_MOST_LENGTH), _MOST_LENGTH)
    return StandardRates(
        r_wl=100.0 * (supply_m3 - authorised_m3) / supply_m3 if known else math.nan,
        r1=0.0 if math.isnan(household_share) else 100.0 * _HOUSEHOLD * household_share,
        r2=100.0 * limited,
        r3=pressure_correction(pressure_mpa),
        r4=_FROST_PERCENT if frost_m > _FROST_M else 0.0,
        density=density,
    )
