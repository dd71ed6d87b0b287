"""Small networks with zones for tests of metered areas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from support.water_frames import Drawing
from waternet_plugin.core.dma.dma_model import DmaModel, build_dma_model
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.schema.settings import Settings


def zone_rows(*names: str, **parents: str) -> pd.DataFrame:
    """Return zones of kind dma; ``parents`` gives the parent of some, one level above."""
    levels: dict[str, float] = {}
    for name in (*names, *parents):
        above, depth = name, 0
        while above in parents and depth < len(parents) + 1:
            above, depth = parents[above], depth + 1
        levels[name] = 1.0 + depth
    rows: list[dict[str, Any]] = [
        {"zone_id": name, "kind": "dma", "level": level, "parent_id": parents.get(name), "name": name}
        for name, level in levels.items()
    ]
    frame: pd.DataFrame = pd.DataFrame(
        rows, columns=["zone_id", "kind", "level", "parent_id", "name", "state"]
    )
    return frame.assign(level=frame["level"].astype(float) if len(frame) else np.zeros(0))


def model_of(drawing: Drawing, zones: pd.DataFrame, settings: Settings | None = None) -> DmaModel:
    """Return a drawing as metered areas see it."""
    pipes, nodes = drawing.pipes, drawing.nodes
    connected = build_graph(pipes, nodes)
    return build_dma_model(connected, pipes, nodes, drawing.customers, zones, settings=settings or Settings())


def dma_of(drawing: Drawing, zones: pd.DataFrame) -> DmaNetwork:
    """Return the arrays of a drawing."""
    return model_of(drawing, zones).dma
