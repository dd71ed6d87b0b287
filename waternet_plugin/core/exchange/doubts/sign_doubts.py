"""Depths below zero among others, asked: above the ground, or a slip of the sign."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.exchange.doubts.doubt import SIGN, Doubt, examples_of
from waternet_plugin.core.exchange.mapping.depth_signs import BelowZero
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.units import METRES


def sign_doubt(found: BelowZero, mapping: Mapping) -> Doubt:
    """Return the question what depths below zero are; they are read as suggested where nobody answers."""
    written = found.values / METRES[mapping.units.get(found.field) or "m"]
    answer = mapping.signs.get(found.field, "")
    return Doubt(
        SIGN, found.field, found.rows, examples_of(written), np.nan, found.choices, found.taken_as, answer
    )
