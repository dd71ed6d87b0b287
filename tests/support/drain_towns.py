"""Small towns of drains, named by their ends: a drain ``ab`` leads from a to b."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from support.quality_frames import node_frame, pipe_frame

Places = Mapping[str, tuple[float, float]]
# Eight places in a row, 40 m apart.
ROW: Places = {name: (500_000.0 + 40 * step, 2_500_000.0) for step, name in enumerate("abcdefgh")}


def drains_town(
    places: Places,
    drains: Sequence[tuple[str, str, str]],
    *,
    kinds: Mapping[str, Mapping[str, Any]] | None = None,
    fields: Mapping[str, Mapping[str, Any]] | None = None,
    turned: Sequence[str] = (),
    **tables: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """Return drains named by their ends, ``ab`` from a to b by flow: (ends, system, function)."""
    pipes = []
    for name, system, function in drains:
        ends = name[:2] if name not in turned else name[:2][::-1]
        row = {
            "pipe_id": name,
            "system": system,
            "function": function,
            "flow": "reverse" if name in turned else "forward",
            "line": [places[ends[0]], places[ends[1]]],
            "from_node": ends[0],
            "to_node": ends[1],
        }
        pipes.append({**row, **(fields or {}).get(name, {})})
    at_end = {end for name, *_rest in drains for end in name[:2]}
    nodes = [
        {"node_id": name, "at": place, "kind": "manhole", "system": None, **(kinds or {}).get(name, {})}
        for name, place in places.items()
        if name in at_end
    ]
    return {"pipe": pipe_frame(pipes), "node": node_frame(nodes), **tables}
