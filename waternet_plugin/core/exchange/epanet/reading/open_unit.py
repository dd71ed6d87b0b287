"""The flow unit of a file that names none: what its diameters most likely are, millimetres or inches."""

from __future__ import annotations

from waternet_plugin.core.exchange.epanet.reading.text import Document, number
from waternet_plugin.core.exchange.epanet.reading.units import (
    DEFAULT_FLOW,
    FLOW_UNITS,
    flow_unit_labels,
    named_flow_unit,
    units_of_flow,
)
from waternet_plugin.core.exchange.model_files.open_unit import OpenFlowUnit

_METRIC = "LPS"
# Hardly a main is wider in inches, and hardly one is narrower in millimetres.
_INCHES_UP_TO = 48.0
_DIAMETER = 4


def open_flow_unit(document: Document) -> OpenFlowUnit | None:
    """Return what is to be asked of a file, None for one that names its unit or has no diameters."""
    if named_flow_unit(document):
        return None
    words = (line.words[_DIAMETER] for line in document.of("PIPES") if len(line.words) > _DIAMETER)
    sizes = sorted(size for size in map(number, words) if size is not None and size > 0)
    if not sizes:
        return None
    middle = sizes[len(sizes) // 2]
    suggestion = _METRIC if middle > _INCHES_UP_TO else DEFAULT_FLOW
    factors = {unit: units_of_flow(unit).millimetres for unit in FLOW_UNITS}
    return OpenFlowUnit(sizes[0], sizes[-1], suggestion, factors, flow_unit_labels())
