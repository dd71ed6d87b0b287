"""Compute now what the first trace and the first burst would have to wait for."""

from __future__ import annotations

from typing import Any

_TRACE = "in_use closed_pipes closed_nodes sources along wet_only length_m".split()
_ISOLATION = ("hydrants widest streets").split()


def _computed(of: Any, names: list[str]) -> None:
    for name in names:
        getattr(of, name)


def compute_trace(ground: Any) -> None:
    """Compute what a trace asks of a network."""
    _computed(ground, _TRACE)
    ground.graph.adjacency()


def compute_isolation(works: Any) -> None:
    """Compute what isolating a burst asks of a network."""
    _computed(works.supply, ["dependence", "special"])
    _computed(works, _ISOLATION)
    works.connected.graph.adjacency()
