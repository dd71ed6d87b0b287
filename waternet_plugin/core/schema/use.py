"""What is in use, and what systems are for."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.schema.domains import domain

if TYPE_CHECKING:
    import pandas as pd

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


def drinking_water_in_use(pipes: pd.DataFrame) -> Any:
    """Return which pipes carry drinking water and are in use (P,), connectors left out: they are not pipes.

    Parameters
    ----------
    pipes
        system, status and function.
    """
    is_potable = (pipes["system"] == "potable").to_numpy(dtype=bool)
    is_connector = (pipes["function"].fillna("") == "connector").to_numpy(dtype=bool)
    return is_potable & ~is_connector & ~pipes["status"].isin(OUT_OF_USE).to_numpy(dtype=bool)
