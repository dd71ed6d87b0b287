"""The leakage rate of CJJ 92-2016 in its form of 2018: R_WL, the corrections R1 to R4, R_BL."""

from __future__ import annotations

import math
from dataclasses import dataclass

from waternet_plugin.core.schema.settings import Settings

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


def pressure_correction(pressure_mpa: float, settings: Settings) -> float:
    """Return R3, percent, by the mean pressure at the outlets of the plants, MPa; 0 where it is NaN.

    Raises
    ------
    InputError
        When the setting is not a list of pressures and percents.
    """
    bands = settings.pairs("leakage.correction_pressure")
    return max(((over, percent) for over, percent in bands if pressure_mpa > over), default=(0.0, 0.0))[1]


def standard_rates(
    supply_m3: float,
    authorised_m3: float,
    *,
    days: int,
    length_km: float,
    settings: Settings,
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
    settings
        Factors of the corrections: R1 = factor times share of households; R2 = factor (A - mean of A), held
        to its greatest; R3 by pressure; R4 by frost.
    household_share
        Share of the supply that is read at meters of households, 0-1; NaN unknown, then R1 is 0.
    pressure_mpa
        Yearly mean pressure at the outlets of the plants, MPa; NaN unknown, then R3 is 0.
    frost_m
        Greatest depth of frost, m; NaN unknown, then R4 is 0.
    """
    known = math.isfinite(supply_m3) and supply_m3 > 0
    density = length_km / (supply_m3 * DAYS_A_YEAR / days / TEN_THOUSAND_M3) if known else math.nan
    r2 = settings.real("leakage.correction_length") * (
        density - settings.real("leakage.correction_length_mean")
    )
    most = settings.real("leakage.correction_length_most")
    limited = r2 if math.isnan(r2) else min(max(r2, -most), most)
    household = settings.real("leakage.correction_household")
    frozen = frost_m > settings.real("leakage.correction_frost_m")
    return StandardRates(
        r_wl=100.0 * (supply_m3 - authorised_m3) / supply_m3 if known else math.nan,
        r1=0.0 if math.isnan(household_share) else 100.0 * household * household_share,
        r2=100.0 * limited,
        r3=pressure_correction(pressure_mpa, settings),
        r4=settings.real("leakage.correction_frost_percent") if frozen else 0.0,
        density=density,
    )
