"""Flow units of EPANET, and with them feet or metres, inches or millimetres."""

from __future__ import annotations

from dataclasses import dataclass

from waternet_plugin.core.exchange.epanet.reading.text import Document, TextLine
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import (
    ACRE_FOOT_M3,
    DAY_MIN,
    DAY_S,
    FOOT3_M3,
    FOOT_M,
    IMPERIAL_GALLON_M3,
    INCH_MM,
    US_GALLON_M3,
)

_US = ("CFS", "GPM", "MGD", "IMGD", "AFD")
_SI = ("LPS", "LPM", "MLD", "CMH", "CMD", "CMS")
FLOW_UNITS = (*_US, *_SI)
# What EPANET takes where a file names none.
DEFAULT_FLOW = "GPM"
# Of one unit of flow, in cubic metres a day.
_FLOW_M3D = {
    "CFS": FOOT3_M3 * DAY_S,
    "GPM": US_GALLON_M3 * DAY_MIN,
    "MGD": US_GALLON_M3 * 1e6,
    "IMGD": IMPERIAL_GALLON_M3 * 1e6,
    "AFD": ACRE_FOOT_M3,
    "LPS": DAY_S / 1000.0,
    "LPM": DAY_MIN / 1000.0,
    "MLD": 1000.0,
    "CMH": 24.0,
    "CMD": 1.0,
    "CMS": float(DAY_S),
}


@dataclass(frozen=True)
class Units:
    """What one unit of the file is in ours."""

    flow: str
    metres: float
    millimetres: float
    cubic_metres: float
    m3d: float

    @property
    def metric(self) -> bool:
        """Whether the file measures in metres."""
        return self.metres == 1.0


def units_of_flow(flow: str) -> Units:
    """Return the units that come with a flow unit."""
    metric = flow in _SI
    return Units(
        flow,
        1.0 if metric else FOOT_M,
        1.0 if metric else INCH_MM,
        1.0 if metric else FOOT3_M3,
        _FLOW_M3D[flow],
    )


def is_metric(flow: str) -> bool:
    """Say whether a word is a metric flow unit as we write it."""
    return flow in _SI


def flow_unit_labels() -> dict[str, str]:
    """Return what people read of each flow unit: with it come the units of lengths and diameters."""
    metric, other = tr("{unit}: metres, millimetres"), tr("{unit}: feet, inches")
    return {unit: (metric if is_metric(unit) else other).format(unit=unit) for unit in FLOW_UNITS}


def flow_unit(word: str) -> str | None:
    """Return the flow unit that a word of [OPTIONS] means, None when there is no such."""
    upper = word.upper()
    # The longer name first: EPANET compares beginnings.
    for name in ("IMGD", *_US, *_SI):
        if upper.startswith(name):
            return name
    return "LPS" if upper.startswith("SI") else None


def named_flow_unit(document: Document) -> str:
    """Return the flow unit that a file names, '' where it names none."""
    flow = ""
    for line in document.of("OPTIONS"):
        if line.words[0].upper().startswith("UNITS") and len(line.words) > 1:
            flow = flow_unit(line.words[1]) or flow
    return flow


def units_of(document: Document) -> Units:
    """Return the units of a file: gallons a minute, feet and inches where it names none."""
    return units_of_flow(named_flow_unit(document) or DEFAULT_FLOW)


def with_flow_unit(document: Document, flow: str) -> Document:
    """Return a document that names a flow unit, as its kept and exported text will."""
    lines = list(document.lines)
    place = next((at for at, line in enumerate(lines) if line.heading and line.section == "OPTIONS"), -1)
    if place < 0:
        place = 0
        lines.insert(0, TextLine(1, "OPTIONS", "[OPTIONS]", True))
    told = TextLine(lines[place].number, "OPTIONS", f" UNITS {flow}", False)
    return Document((*lines[: place + 1], told, *lines[place + 1 :]), document.encoding)


def headloss_of(document: Document) -> str:
    """Return the formula of head loss: H-W, D-W or C-M."""
    formula = "H-W"
    for line in document.of("OPTIONS"):
        if line.words[0].upper().startswith("HEADL") and len(line.words) > 1:
            formula = {"D": "D-W", "C": "C-M"}.get(line.words[1][:1].upper(), "H-W")
    return formula
