"""The flow unit of a file that names none: what its diameters most likely are, millimetres or inches."""

from __future__ import annotations

from dataclasses import dataclass

from waternet_plugin.core.exchange.epanet.reading.text import Document, number
from waternet_plugin.core.exchange.epanet.reading.units import DEFAULT_FLOW, named_flow_unit, units_of_flow

_METRIC = "LPS"
# Hardly a main is wider in inches, and hardly one is narrower in millimetres.
_INCHES_UP_TO = 48.0
_DIAMETER = 4


@dataclass(frozen=True)
class OpenFlowUnit:
    """What a file without flow unit leaves open: its smallest and largest diameter, and the likely unit."""

    least: float
    most: float
    suggestion: str

    def diameters_mm(self, flow: str) -> tuple[float, float]:
        """Return what the diameters become with a flow unit, mm."""
        factor = units_of_flow(flow).millimetres
        return self.least * factor, self.most * factor


def open_flow_unit(document: Document) -> OpenFlowUnit | None:
    """Return what is to be asked of a file, None for one that names its unit or has no diameters."""
    if named_flow_unit(document):
        return None
    words = (line.words[_DIAMETER] for line in document.of("PIPES") if len(line.words) > _DIAMETER)
    sizes = sorted(size for size in map(number, words) if size is not None and size > 0)
    if not sizes:
        return None
    middle = sizes[len(sizes) // 2]
    return OpenFlowUnit(sizes[0], sizes[-1], _METRIC if middle > _INCHES_UP_TO else DEFAULT_FLOW)
