"""Which way water takes in a drain: the one answer for traces, rules, sections and maps."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.arrays import Array

# The sense of a drain, as ``map_flow`` keeps it: from first to last end, the reverse, or not known.
FORWARD, REVERSE, UNDETERMINED = 1, -1, 0
# What `flow` says, by sense.
FLOW_OF_SENSE = {FORWARD: "forward", REVERSE: "reverse", UNDETERMINED: "undetermined"}
SENSE_OF_FLOW = {flow: sense for sense, flow in FLOW_OF_SENSE.items()}
# Functions whose pipes lead as they are drawn, whatever is recorded.
AS_DRAWN = ("connector", "overflow", "rising_main")


def flow_sense(*, flow: Array, function: Array, invert_start_m: Array, invert_end_m: Array) -> Array:
    """Return the sense of each drain: FORWARD, REVERSE or UNDETERMINED.

    Connectors, overflows and rising mains lead as drawn; others as recorded, else from the higher to the
    lower invert, else as drawn.

    Parameters
    ----------
    flow, function
        What is recorded of each drain, as objects; anything else than a code is not known.
    invert_start_m, invert_end_m
        Inverts at first and last end, m, NaN where not known.
    """
    with np.errstate(invalid="ignore"):
        sense = np.where(invert_start_m < invert_end_m, REVERSE, FORWARD).astype(np.int8)
    for word, value in SENSE_OF_FLOW.items():
        sense[_equal(flow, word)] = value
    for word in AS_DRAWN:
        sense[_equal(function, word)] = FORWARD
    return sense


def is_recorded(*, flow: Array, function: Array) -> Array:
    """Return whether each drain's flow is recorded or follows from its function."""
    known = np.zeros(len(flow), dtype=bool)
    for word in SENSE_OF_FLOW:
        known |= _equal(flow, word)
    for word in AS_DRAWN:
        known |= _equal(function, word)
    return known


def _equal(values: Array, word: str) -> Array:
    """Return where values are a word; NA of pandas compares to NA, which counts as False."""
    return np.fromiter(
        (value == word if isinstance(value, str) else False for value in values), bool, len(values)
    )
