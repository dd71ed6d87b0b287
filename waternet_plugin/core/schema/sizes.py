"""How large a pipe counts on the map: the steps of its line width, and how far out it shows."""

from __future__ import annotations

from waternet_plugin.core.schema import domains

# Largest DN in mm of each step of width but the last; step 1 is the thinnest line.
WIDTH_STEPS_MM = (100, 200, 400, 700)
# DN in mm from which supply, and from which drains, show at every scale.
LARGE_SUPPLY_MM = 300
LARGE_DRAIN_MM = 800
# House connections show from the nearest scales only; drains of LARGE_SUPPLY_MM are between the others.
RANK_SERVICE, RANK_ORDINARY, RANK_LARGE_DRAIN, RANK_LARGE = range(4)


def drains() -> tuple[str, ...]:
    """Return the systems that drain."""
    return tuple(code.code for code in domains.domain("system").values() if code.family == "drain")
