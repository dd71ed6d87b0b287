"""What is in use, and what systems are for."""

from __future__ import annotations

from functools import lru_cache

from waternet_plugin.core.schema.domains import domain

# Statuses of pipes and nodes; one of unknown status counts as in use.
TAKEN_OUT = ("abandoned", "removed")
OUT_OF_USE = ("planned", *TAKEN_OUT)
# What flows through metered areas.
METERED_SYSTEMS = ("potable", "raw_water")


@lru_cache(maxsize=1)
def in_use() -> tuple[str, ...]:
    """Return the statuses of pipes and nodes that are in use: all but OUT_OF_USE."""
    return tuple(code for code in domain("status") if code not in OUT_OF_USE)


@lru_cache(maxsize=None)
def systems(family: str) -> tuple[str, ...]:
    """Return the systems of a family, ``supply`` or ``drain``, in the order of the list of systems."""
    return tuple(code for code, described in domain("system").items() if described.family == family)
