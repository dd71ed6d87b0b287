"""Values of a model file as the map may change them: how they are written, and when they are others."""

from __future__ import annotations

import math
from collections.abc import Sequence

from waternet_plugin.core.exchange.model_files.plane import Point

# Smaller moves are the arithmetic of coordinates, in metres; smaller parts of a value that of units.
MOVED_M = 1e-3
_CHANGED = 1e-9


def written_number(value: float) -> str:
    """Return a number as it is written into a file, exact to twelve digits."""
    return f"{value:.12g}"


def differs(new: float, old: float) -> bool:
    """Say whether a value is another one; what became unknown on the map stays as the file has it."""
    if math.isnan(new) or math.isnan(old):
        return math.isnan(old) and not math.isnan(new)
    return abs(new - old) > _CHANGED * max(abs(old), 1.0)


def has_moved(new: Sequence[Point], old: Sequence[Point]) -> bool:
    """Say whether points lie elsewhere, or there are more or fewer of them."""
    return len(new) != len(old) or any(math.dist(one, other) > MOVED_M for one, other in zip(new, old))
