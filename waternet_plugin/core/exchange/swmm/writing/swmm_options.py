"""Options of a SWMM file: values that today's engine refuses, and those of a file that was never one."""

from __future__ import annotations

# Until version 5.1.011 the engine took NO and YES for the numbers of the first two words.
_OLD_VALUES = {("NORMAL_FLOW_LIMITED", "NO"): "SLOPE", ("NORMAL_FLOW_LIMITED", "YES"): "FROUDE"}


def new_option_value(name: str, value: str) -> str | None:
    """Return the word that today's engine takes for a value of old versions; None for all others.

    Source: the list of changes of SWMM 5.1.012, which took NO and YES for SLOPE and FROUDE before.
    """
    return _OLD_VALUES.get((name.upper(), value.upper()))
