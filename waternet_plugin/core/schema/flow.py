"""Which way water takes in a drain: the one answer for traces, rules, sections and maps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Optional

import numpy as np

from waternet_plugin.core.arrays import Array

# The sense of a drain, as ``map_flow`` keeps it: from first to last end, the reverse, or not known.
FORWARD, REVERSE, UNDETERMINED = 1, -1, 0
# What `flow` says, by sense.
FLOW_OF_SENSE = {FORWARD: "forward", REVERSE: "reverse", UNDETERMINED: "undetermined"}
SENSE_OF_FLOW = {flow: sense for sense, flow in FLOW_OF_SENSE.items()}
# Where it is from, as `flow_source` says.
GIVEN, OBSERVED, INFERRED = "given", "observed", "inferred"
# Functions whose pipes lead as they are drawn, whatever is recorded.
AS_DRAWN = ("connector", "overflow", "rising_main")
_FORWARD_BY_FUNCTION = dict.fromkeys(AS_DRAWN, FORWARD)
_NOT_KNOWN = 9


def turned(flow: Optional[str]) -> Optional[str]:
    """Return what `flow` says of a drain whose line was turned round."""
    sense = SENSE_OF_FLOW.get(flow or "")
    return flow if sense is None else FLOW_OF_SENSE[-sense]


def turned_to_nodes(flow: Optional[str], source: Optional[str]) -> Optional[str]:
    """Return what `flow` says of a drain whose line alone was turned, towards the ids of its ends.

    A given flow was told with the ids and stays with them; one that somebody observed on the map turns with
    the line; an inferred one held for the line as it was.
    """
    if not isinstance(flow, str) or source == INFERRED:
        return None
    return turned(flow) if source == OBSERVED else flow


def flow_sense(*, flow: Array, function: Array, invert_start_m: Array, invert_end_m: Array) -> Array:
    """Return the sense of each drain, as `sense_and_record` does."""
    return sense_and_record(
        flow=flow, function=function, invert_start_m=invert_start_m, invert_end_m=invert_end_m
    )[0]


def sense_and_record(
    *, flow: Array, function: Array, invert_start_m: Array, invert_end_m: Array
) -> tuple[Array, Array]:
    """Return the sense of each drain, FORWARD, REVERSE or UNDETERMINED, and what `is_recorded` says of it.

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
    recorded = _codes(flow, SENSE_OF_FLOW)
    is_known = recorded != _NOT_KNOWN
    as_drawn = _codes(function, _FORWARD_BY_FUNCTION) == FORWARD
    sense = np.where(is_known, recorded, sense)
    sense[as_drawn] = FORWARD
    return sense, np.asarray(is_known | as_drawn)


def is_recorded(*, flow: Array, function: Array) -> Array:
    """Return whether each drain's flow is recorded or follows from its function."""
    recorded = _codes(flow, SENSE_OF_FLOW) != _NOT_KNOWN
    return np.asarray(recorded | (_codes(function, _FORWARD_BY_FUNCTION) == FORWARD), dtype=bool)


def _codes(values: Array, senses: Mapping[str, int]) -> Array:
    """Return the sense of each word, _NOT_KNOWN for any other, for what is unknown or no text."""
    # A QGIS without the packages reads this module as it starts: only work needs them.
    import pandas as pd

    codes, distinct = pd.factorize(values)
    known = [senses.get(value, _NOT_KNOWN) for value in distinct]
    return np.array([*known, _NOT_KNOWN], dtype=np.int8)[codes]
