"""The flow unit of a SWMM file that names none: whether its sizes are feet or metres."""

from __future__ import annotations

from waternet_plugin.core.exchange.model_files.open_unit import OpenFlowUnit
from waternet_plugin.core.exchange.swmm.reading.swmm_model import ROUND_SHAPES
from waternet_plugin.core.exchange.swmm.reading.swmm_text import SwmmText
from waternet_plugin.core.exchange.swmm.reading.swmm_units import (
    DEFAULT_SWMM_FLOW,
    SWMM_FLOW_UNITS,
    named_swmm_flow,
    swmm_flow_unit_labels,
    swmm_units,
)


def open_swmm_unit(text: SwmmText) -> OpenFlowUnit | None:
    """Return what is to be asked of a file, None for one that names its unit or has no round conduits."""
    if named_swmm_flow(text):
        return None
    sizes = []
    for _number, words in text.rows("XSECTIONS"):
        if len(words) > 2 and words[1].upper() in ROUND_SHAPES:
            try:
                sizes.append(float(words[2]))
            except ValueError:
                # The import says what is wrong with the line.
                continue
    sizes = sorted(size for size in sizes if size > 0)
    if not sizes:
        return None
    factors = {unit: swmm_units(unit).metres * 1000.0 for unit in SWMM_FLOW_UNITS}
    return OpenFlowUnit(sizes[0], sizes[-1], DEFAULT_SWMM_FLOW, factors, swmm_flow_unit_labels())
