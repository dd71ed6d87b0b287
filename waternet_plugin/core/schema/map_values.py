"""What a map asks of a pipe, as whole numbers: its class, the step of its width, how far out it shows.

Numbers are read and compared faster than words, and a map asks them of a million pipes.
"""

from __future__ import annotations

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
