"""How long customer meters may be used after their verification, by nominal diameter."""

from __future__ import annotations

from dataclasses import dataclass

from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import YEAR_DAYS

SMALL_DN_MM, MIDDLE_DN_MM = 25.0, 50.0


@dataclass(frozen=True)
class MeterLives:
    """Days of use of meters up to SMALL_DN_MM, up to MIDDLE_DN_MM and larger; due ones so many days ahead."""

    small_d: int
    middle_d: int
    large_d: int
    soon_d: int


def meter_lives(settings: Settings) -> MeterLives:
    """Return how long meters may be used.

    JJG 162-2019: 6 years up to DN 25, 4 up to DN 50, 2 above (settings), of mean years; a half day
    goes to the even day.
    """
    small, middle, large = (
        round(settings.real(f"users.verification_years.{size}") * YEAR_DAYS)
        for size in ("25", "50", "larger")
    )
    return MeterLives(small, middle, large, round(settings.real("users.due_soon_d")))
