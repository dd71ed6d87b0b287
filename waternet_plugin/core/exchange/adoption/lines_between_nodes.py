"""Pipes of a table without xy: straight lines between the nodes of the network that they name."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.exchange.adoption.adopted_assets import placed
from waternet_plugin.core.exchange.adoption.turned_lines import ENDS, NodePlaces, node_xy
from waternet_plugin.core.exchange.mapping.filled_fields import Filled
from waternet_plugin.core.texts import shortened, tr


def between_nodes(
    frame: pd.DataFrame, filled: Filled, xy_of: NodePlaces, crs: object
) -> tuple[pd.DataFrame, list[str]]:
    """Return rows drawn from node to node, and what to say of those whose nodes lie nowhere.

    Parameters
    ----------
    frame
        The foreign rows.
    filled
        Their fields, the ids of both ends among them.
    xy_of
        Where the nodes of the network lie.
    crs
        The network's, in which the lines are.
    """
    ids = np.column_stack([filled.columns[name] for name in ENDS])
    xy = node_xy(ids, xy_of)
    is_known = np.isfinite(xy[:, :, 0])
    lines = np.full(len(ids), None, dtype=object)
    drawn = is_known.all(axis=1)
    if drawn.any():
        lines[drawn] = shapely.linestrings(xy[drawn])
    rows = placed(frame.reset_index(drop=True), lines, crs)
    if drawn.all():
        return rows, []
    unknown = pd.unique(pd.Series(ids[~is_known], dtype=object).dropna())
    if not len(unknown):
        return rows, [tr("%n row(s) name no node at one end.", "", int((~drawn).sum()))]
    text = tr(
        "%n row(s) name nodes that the network does not have: {names}. Adopt the nodes first, or with the "
        "pipes.",
        "",
        int((~drawn).sum()),
    )
    return rows, [text.format(names=shortened([str(one) for one in unknown]))]
