"""Totals that papers state for a programme and its phases, beside the sums of the items."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.programmes.programme_items import BUILDINGS, HOUSEHOLDS, ProgrammeItems
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

TARGET_PREFIX = "programme.target."
COMPOUNDS = "compounds"
# What may stand behind the number: what it counts.
_UNITS = {
    "": "", "households": HOUSEHOLDS, "户": HOUSEHOLDS, "buildings": BUILDINGS, "栋": BUILDINGS,
    "compounds": COMPOUNDS, "个小区": COMPOUNDS, "小区": COMPOUNDS, "个": COMPOUNDS,
}  # fmt: skip
_WRITTEN = re.compile(r"\s*([0-9][0-9,]*(?:\.[0-9]+)?)\s*(万)?\s*(\D*?)\s*")
_TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class StatedTarget:
    """A stated total beside the sum of its items.

    Parameters
    ----------
    programme, phase
        What it is of; '' for all phases.
    count_unit
        What it counts: households, buildings or compounds.
    stated
        The number of the paper.
    sum
        That of the items, in the same unit.
    compounds
        How many items there are.
    parts
        The sum by reason, in the same unit, '' where an item gives none.
    """

    programme: str
    phase: str
    count_unit: str
    stated: float
    sum: float
    compounds: int
    parts: tuple[tuple[str, float], ...]

    @property
    def difference(self) -> float:
        """The sum less what is stated."""
        return self.sum - self.stated

    def figures(self) -> dict[str, Any]:
        """Return the numbers by name."""
        return {
            "programme": self.programme,
            "phase": self.phase,
            "count_unit": self.count_unit,
            "stated": self.stated,
            "sum": self.sum,
            "difference": self.difference,
            "compounds": self.compounds,
            "parts": [{"reason_code": reason or None, "sum": part} for reason, part in self.parts],
        }


def stated_targets(items: ProgrammeItems, programme: str, settings: Settings) -> tuple[StatedTarget, ...]:
    """Return the stated totals of a programme in the order of their phases, that of all phases last.

    They are settings, ``programme.target.<code>.<phase>`` or ``programme.target.<code>``: a number of what
    the items are counted in, or with a unit such as “85 compounds” (85个小区).

    Parameters
    ----------
    items
        All items of the programme.
    programme
        Its code.

    Raises
    ------
    InputError
        For a value that is no such number.
    """
    found = []
    for key, value in sorted(settings.below(f"{TARGET_PREFIX}{programme}").items()):
        if value.strip() and (not key or key.startswith(".")):
            found.append(_target(items, programme, key[1:], value))
    return tuple(sorted(found, key=lambda one: (not one.phase, one.phase)))


def _target(items: ProgrammeItems, programme: str, phase: str, value: str) -> StatedTarget:
    number, unit = _read(f"{TARGET_PREFIX}{programme}" + (f".{phase}" if phase else ""), value)
    rows = items.texts("phase") == phase if phase else np.ones(len(items), dtype=bool)
    chosen = items.chosen(rows)
    unit = unit or _common_unit(chosen)
    if unit == COMPOUNDS:
        counts = np.ones(len(chosen))
    else:
        counts = np.where(chosen.count_units == unit, chosen.known_counts, 0.0)
    reasons = chosen.texts("reason_code")
    parts = tuple((reason, float(counts[reasons == reason].sum())) for reason in sorted(set(reasons)))
    return StatedTarget(programme, phase, unit, number, float(counts.sum()), len(chosen), parts)


def _common_unit(items: ProgrammeItems) -> str:
    """Return what stated numbers without a unit count."""
    all_buildings = len(items) > 0 and bool((items.count_units == BUILDINGS).all())
    return BUILDINGS if all_buildings else HOUSEHOLDS


def _read(key: str, value: str) -> tuple[float, str]:
    """Return the number and the unit of a stated total, '' where it names none."""
    written = _WRITTEN.fullmatch(value)
    unit = _UNITS.get(written.group(3).lower()) if written else None
    number: Optional[float] = float(written.group(1).replace(",", "")) if written else None
    if unit is None or written is None or number is None or not math.isfinite(number):
        message = tr(
            "Setting {key}: “{value}” is not a stated total. Write a number, or with its unit: 85 compounds."
        )
        raise InputError(message.format(key=key, value=value))
    return number * (_TEN_THOUSAND if written.group(2) else 1), unit
