"""Flow units of SWMM, and with them feet or metres, acres or hectares."""

from __future__ import annotations

from dataclasses import dataclass

from waternet_plugin.core.exchange.swmm.reading.swmm_text import SwmmText
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import ACRE_FOOT_M3, DAY_S, FOOT3_M3, FOOT_M, HOUR_S, US_GALLON_M3

_HOURS_A_DAY = DAY_S / HOUR_S
_HECTARE_M2 = 10_000.0
# Of one unit of flow, in cubic metres an hour.
_FLOW_M3H = {
    "CFS": FOOT3_M3 * HOUR_S,
    "GPM": US_GALLON_M3 * 60,
    "MGD": US_GALLON_M3 * 1e6 / _HOURS_A_DAY,
    "CMS": float(HOUR_S),
    "LPS": HOUR_S / 1000.0,
    "MLD": 1000.0 / _HOURS_A_DAY,
}
SWMM_FLOW_UNITS = tuple(_FLOW_M3H)
_US = SWMM_FLOW_UNITS[:3]
# What SWMM takes where a file names none.
DEFAULT_SWMM_FLOW = "CFS"


@dataclass(frozen=True)
class SwmmUnits:
    """What one unit of the file is in ours: of flow, of length, of the area of subcatchments."""

    flow: str
    m3h: float
    metres: float
    hectares: float


def named_swmm_flow(text: SwmmText) -> str:
    """Return the flow unit that a file names, '' where it names none that SWMM knows."""
    unit = text.option("FLOW_UNITS")
    return unit if unit in _FLOW_M3H else ""


def swmm_units(flow: str) -> SwmmUnits:
    """Return the units that come with a flow unit."""
    acre_m2 = ACRE_FOOT_M3 / FOOT_M
    if flow in _US:
        return SwmmUnits(flow, _FLOW_M3H[flow], FOOT_M, acre_m2 / _HECTARE_M2)
    return SwmmUnits(flow, _FLOW_M3H[flow], 1.0, 1.0)


def swmm_flow_unit_labels() -> dict[str, str]:
    """Return what people read of each flow unit: with it comes the unit of lengths."""
    metric, other = tr("{unit}: metres"), tr("{unit}: feet")
    return {unit: (other if unit in _US else metric).format(unit=unit) for unit in SWMM_FLOW_UNITS}
