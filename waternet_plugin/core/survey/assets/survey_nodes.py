"""Nodes of surveyed points."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.line_levels import ground_levels


def surveyed_nodes(points: pd.DataFrame, rows: Array) -> pd.DataFrame:
    """Return points as rows of ``node``, with geometry.

    Parameters
    ----------
    points
        Of a `Survey`.
    rows
        The places of the points that become nodes.
    """
    chosen = points if len(rows) == len(points) else points.iloc[rows]
    ground = ground_levels(chosen)
    height = np.where(np.isfinite(ground), ground, chosen["h"].to_numpy(float))
    east, north = chosen["east"].to_numpy(float), chosen["north"].to_numpy(float)
    shapes = np.empty(len(rows), dtype=object)
    high = np.isfinite(height)
    shapes[high] = shapely.points(east[high], north[high], height[high])
    shapes[~high] = shapely.points(east[~high], north[~high])
    feature = chosen["feature"].to_numpy(object)
    return made_of(
        {
            "node_id": chosen["node_id"].to_numpy(object),
            "kind": chosen["kind"].to_numpy(object),
            "system": chosen["system"].to_numpy(object),
            "ground_m": ground,
            "depth_m": chosen["depth_m"].to_numpy(float),
            "feature": np.where(pd.isna(feature), chosen["appurtenance"].to_numpy(object), feature),
            "survey_code": chosen["survey_code"].to_numpy(object),
            "verified_on": chosen["surveyed_on"].to_numpy(),
            "verified_by": chosen["surveyor"].to_numpy(object),
            "row": chosen["row"].to_numpy(np.int64),
            GEOMETRY_COLUMN: shapes,
        }
    )
