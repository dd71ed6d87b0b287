"""How good the data of a network and of its areas are, by the issues that are open now."""

from __future__ import annotations

from typing import Optional

import shapely

from waternet_plugin.core.quality.grading import Grade, grade_areas
from waternet_plugin.core.quality.issues.issue_lifecycle import ISSUE_COLUMNS, OPEN, with_xy
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.store.network import Network

# What grading looks at; all of a pipe takes five times as long to read.
_PIPE = ("pipe_id", "system", "function", "status", "length_m", "material", "diameter_mm", "install_year")
_AREAS = ("compound", "zone")


def read_grades(network: Network) -> tuple[Grade, ...]:
    """Return the grade of the whole network, then of every area that has pipes."""
    issues = with_xy(network.read("issue", [*ISSUE_COLUMNS]))
    tables = {"pipe": network.read("pipe", list(_PIPE)), **{name: network.read(name) for name in _AREAS}}
    return grade_areas(issues[issues["state"] == OPEN], tables, network.settings())


def area_extent(network: Network, area_id: str) -> Optional[tuple[float, float, float, float]]:
    """Return west, south, east and north of a compound or zone, in m; None where it has no shape."""
    for name in _AREAS:
        for shape in network.read(name, [f"{name}_id"], ids=[area_id])[GEOMETRY_COLUMN]:
            if shape is not None and not shapely.is_empty(shape):
                west, south, east, north = (float(number) for number in shapely.bounds(shape))
                return west, south, east, north
    return None
