"""What a map asks of a pipe, as whole numbers: class, step of its width, how far out it shows, flow.

Numbers are read and compared faster than words, and a map asks them of a million pipes.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.schema.flow import flow_sense
from waternet_plugin.core.schema.tables import Table, map_class, table
from waternet_plugin.core.schema.use import systems

# Kept in files: a system keeps its number for good.
SYSTEM_CODES = {
    "raw_water": 1,
    "potable": 2,
    "reclaimed": 3,
    "fire": 4,
    "sewage": 5,
    "storm": 6,
    "combined": 7,
}
ABANDONED_CODE = 9
# A planned pipe has the number of its system and this.
PLANNED_CODE = 10
# Largest DN in mm of each step of width but the last; step 1 is the thinnest line.
WIDTH_STEPS_MM = (100, 200, 400, 700)
# DN in mm from which supply, and from which drains, show at every scale.
LARGE_SUPPLY_MM = 300
LARGE_DRAIN_MM = 800
# House connections show from the nearest scales only; drains of LARGE_SUPPLY_MM are between the others.
RANK_SERVICE, RANK_ORDINARY, RANK_LARGE_DRAIN, RANK_LARGE = range(4)


def map_code(system: str | None, map_class: str | None) -> int | None:
    """Return the number of a pipe's class on the map; None where its system is not known."""
    if map_class == "abandoned":
        return ABANDONED_CODE
    code = SYSTEM_CODES.get(system or "")
    return code + PLANNED_CODE if code is not None and map_class == "planned" else code


def map_values(row: Mapping[str, Any], pipe: Table | None = None) -> dict[str, Any]:
    """Return what the store derives of one pipe, by field, before the store has seen the pipe.

    Parameters
    ----------
    row
        The pipe, by field; None or NaN for unknown.
    pipe
        The table of pipes as the network has it, with the functions that its users added; None for that of
        the schema.
    """
    function = (pipe or table("pipe")).field("function").counted(row.get("function"))
    system, square = row.get("system"), _square_mm2(row)
    name = map_class(system, row.get("status"))
    width = None if square is None else bisect_left([limit**2 for limit in WIDTH_STEPS_MM], square) + 1
    return {
        "map_class": name,
        "map_code": map_code(system, name),
        "map_width": width,
        "map_rank": _rank(system, function, square or 0.0),
        "map_flow": _flow(row, function) if system in systems("drain") else None,
    }


def _flow(row: Mapping[str, Any], function: Any) -> int:
    inverts = (_known(row.get(name)) for name in ("invert_start_m", "invert_end_m"))
    first, last = (np.array([math.nan if level is None else level]) for level in inverts)
    flow, functions = (np.array([one], dtype=object) for one in (row.get("flow"), function))
    return int(flow_sense(flow=flow, function=functions, invert_start_m=first, invert_end_m=last)[0])


def _square_mm2(row: Mapping[str, Any]) -> Optional[float]:
    """Return the square of a pipe's size; a box counts as the root of width times height."""
    width, height, diameter = (_known(row.get(name)) for name in ("width_mm", "height_mm", "diameter_mm"))
    if width is not None and height is not None:
        return width * height
    return None if diameter is None else diameter**2


def _known(value: Any) -> Optional[float]:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _rank(system: Optional[str], function: Optional[str], square_mm2: float) -> int:
    if function == "service":
        return RANK_SERVICE
    if square_mm2 >= LARGE_DRAIN_MM**2:
        return RANK_LARGE
    if square_mm2 >= LARGE_SUPPLY_MM**2:
        return RANK_LARGE_DRAIN if system in systems("drain") else RANK_LARGE
    return RANK_ORDINARY
