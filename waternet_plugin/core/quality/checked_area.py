"""A part of a network that is checked by itself: what lies around it is read, too, and counts elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.strays import Box
from waternet_plugin.core.quality.context.rule_findings import RuleFindings


@dataclass(frozen=True)
class CheckedArea:
    """Boxes that are looked at, their edges too.

    ``besides`` is what rules about the whole network found, listed along and hung under roots. ``heads`` are
    the findings that stand for all of a rule that many rows break, by rule, as the last check of everything
    found them: a part does not tell how many there are.
    """

    boxes: Sequence[Box]
    besides: Sequence[RuleFindings] = ()
    heads: Mapping[str, str] = field(default_factory=dict)

    def inside(self, x: Array, y: Array) -> Array:
        """Return which places lie in it; unknown ones don't."""
        inside = np.zeros(len(x), dtype=bool)
        with np.errstate(invalid="ignore"):
            for west, south, east, north in self.boxes:
                inside |= (x >= west) & (x <= east) & (y >= south) & (y <= north)
        return inside

    def counting(self, founds: Sequence[RuleFindings]) -> list[RuleFindings]:
        """Return the findings that count here: those inside, and all that were found besides."""
        own = [found.take(np.flatnonzero(self.inside(found.x, found.y))) for found in founds]
        return [*own, *self.besides]
