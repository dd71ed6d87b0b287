"""Units, and what turns one into another: each factor once, as its definition says.

A constant is named by both units: ``HOUR_S`` is an hour in seconds, ``MPA_METRES`` a megapascal in metres of
water.
"""

from __future__ import annotations

from decimal import Decimal

# Metres in one unit of length, exact: international foot and mile of 1959, foot of US surveys of 1893.
EXACT_METRES = {
    "mm": Decimal("0.001"),
    "cm": Decimal("0.01"),
    "m": Decimal(1),
    "km": Decimal(1000),
    "inch": Decimal("0.0254"),
    "foot": Decimal("0.3048"),
    "us_survey_foot": Decimal(1200) / Decimal(3937),
    "mile": Decimal("1609.344"),
}
# The same for the units that lengths of pipes, depths and diameters come in.
METRES = {unit: float(metres) for unit, metres in EXACT_METRES.items() if unit != "mile"}
FOOT_M, INCH_MM = METRES["foot"], METRES["inch"] / METRES["mm"]
# Signs before the diameter of what is round; the last is Cyrillic, which Chinese keyboards offer first.
ROUND_SIGNS = "φøϕ⌀∅ф"
# A printer's point is a 72nd of an inch.
INCH_PT = 72.0
KM_M = 1_000.0
HUNDRED_KM_M = 100_000.0
# A degree of latitude, on average.
DEGREE_M = 111_320.0
DEGREE_ARCSEC = 3600

US_GALLON_M3, IMPERIAL_GALLON_M3 = 0.003785411784, 0.00454609
FOOT3_M3 = FOOT_M**3
ACRE_FOOT_M3 = 43_560 * FOOT3_M3

# Pressure of a metre of water under standard gravity, 9.80665 m/s².
METRE_MPA = 9.80665e-3
MPA_METRES = 1.0 / METRE_MPA
PSI_MPA = 0.006894757293168

HOUR_S, DAY_S = 3600, 86_400
HOUR_MS, DAY_MS = 1000 * HOUR_S, 1000 * DAY_S
DAY_MIN = 1440
YEAR_DAYS = 365.25
MONTH_DAYS = YEAR_DAYS / 12
