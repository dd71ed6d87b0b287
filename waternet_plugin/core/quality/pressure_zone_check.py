"""The rules of metered areas that hold for pressure zones too: those about valves that are closed."""

from __future__ import annotations

import datetime

import geopandas as gpd
import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.isolation.isolation_model import CUSTOMER_COLUMNS
from waternet_plugin.core.network.model.graph import GraphBuild
from waternet_plugin.core.quality.checking import listed, run
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.schema.settings import Settings

# A pressure zone ends at a pressure reducing valve, a pump or a tank without any meter, and of no size is
# too large: rules about meters, inlets and users don't hold for it. Its pipes are told by following the
# water, so it never lies in parts.
RULES = ("dma_valve_unreliable", "dma_valve_untested", "dma_idle_valve", "dma_dead_end")


def check_pressure_zones(
    pipes: gpd.GeoDataFrame,
    nodes: gpd.GeoDataFrame,
    zone_of_pipe: Array,
    connected: GraphBuild,
    settings: Settings,
    today: datetime.date,
) -> pd.DataFrame:
    """Return what RULES find at the borders of pressure zones, as `core.quality.checking.listed`.

    Parameters
    ----------
    pipes, nodes
        PIPE_COLUMNS and NODE_COLUMNS of `core.dma.dma_network`.
    zone_of_pipe
        Id of the pressure zone of each pipe, None for none, objects (P,).
    connected
        The graph of both.
    """
    names = pd.unique(pd.Series(zone_of_pipe, dtype=object).dropna())
    zones = pd.DataFrame(
        {
            "zone_id": pd.Series(sorted(names), dtype=object),
            "kind": "dma",
            "level": np.nan,
            "parent_id": pd.Series([None] * len(names), dtype=object),
            "name": pd.Series(sorted(names), dtype=object),
            "state": "in_operation",
        }
    )
    tables = {
        "pipe": pipes.assign(dma_id=zone_of_pipe),
        "node": nodes,
        "customer": pd.DataFrame(columns=[*CUSTOMER_COLUMNS]),
        "zone": zones,
    }
    context = CheckContext(tables, settings, today=today, connected=connected)
    return listed(context, run(context, RULES))
