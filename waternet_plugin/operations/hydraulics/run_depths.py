"""The newest run of SWMM that is kept: drains by filling, surcharged manholes, water levels of a way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import tuples
from waternet_plugin.core.reports.network.swmm import FULL, swmm_run_summary
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.schema.use import OUT_OF_USE
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.hydraulics.run_pressures import class_lines, newest_kept_run
from waternet_plugin.store.network import Network

# The classes of filling from low to high, and where each but the first begins, as a share of the height.
CLASSES = ("low", "half", "high", "full")
BOUNDS = (0.5, 0.8, FULL)
# Of pumps, weirs and orifices SWMM gives a setting, no filling.
_NEVER_FILLED = ("rising_main", "overflow", "connector")


@dataclass(frozen=True)
class RunDepths:
    """A run of SWMM on the map: the highest values of its period.

    Parameters
    ----------
    run_id
        The run.
    lines
        The pipes of each class of CLASSES as one shape; those of none are left out.
    surcharged
        Nodes whose water stands above their highest pipe for a time, the longest first: id, place in m,
        hours, highest depth of water in m.
    summary
        The answer in sentences.
    """

    run_id: str
    lines: dict[str, bytes]
    surcharged: tuple[tuple[str, tuple[float, float], float, float], ...]
    summary: tuple[str, ...]


def _highest(network: Network, run_id: str, quantity: str, assets: Sequence[str] | None = None) -> pd.Series:
    """Return the highest values of a quantity of a run by asset."""
    where: dict[str, str | list[str]] = {"run_id": run_id, "quantity": quantity}
    if assets is not None:
        where["asset"] = list(assets)
    rows = network.read("model_result", ["asset", "highest"], where=where, geometry=False)
    return rows.drop_duplicates("asset").set_index("asset")["highest"].astype(float)


def run_depths(network: Network) -> RunDepths:
    """Return the newest run of SWMM that is kept.

    Raises
    ------
    InputError
        Where no run is kept.
    """
    run_id = newest_kept_run(network, of_swmm=True)
    if not run_id:
        raise InputError(tr("No run of SWMM is kept yet: press “SWMM”."))
    filling = _highest(network, run_id, "filling")
    pipes = network.read("pipe", ["pipe_id", "function"], ids=[str(name) for name in filling.index])
    shares = filling.reindex(pipes["pipe_id"]).to_numpy()
    known = np.isfinite(shares) & ~pipes["function"].isin(_NEVER_FILLED).to_numpy()
    place = np.where(known, np.searchsorted(BOUNDS, shares, side="right"), -1)
    nodes = pd.DataFrame(
        {name: _highest(network, run_id, name) for name in ("depth_m", "surcharge_h")}
    ).rename_axis("node_id")
    summary = swmm_run_summary(nodes.reset_index(), pd.DataFrame({"filling": shares[known]}))
    longest = nodes[nodes["surcharge_h"] > 0].sort_values(
        ["surcharge_h", "depth_m"], ascending=False, kind="stable"
    )
    places = network.read("node", ["node_id"], ids=[str(name) for name in longest.index])
    points = dict(zip(places["node_id"], places[GEOMETRY_COLUMN]))
    return RunDepths(
        run_id,
        class_lines(pipes[GEOMETRY_COLUMN].to_numpy(), place, CLASSES),
        tuple(
            (str(name), (float(points[name].x), float(points[name].y)), hours, depth_m)
            for name, depth_m, hours in tuples(longest.reset_index())
            if name in points
        ),
        tuple(summary),
    )


def water_levels(network: Network, node_ids: Sequence[str]) -> dict[str, float]:
    """Return the highest levels of water at nodes, m, by the newest run of SWMM; empty where none is kept.

    Depths count from the bottom of a manhole, which SWMM takes as the lowest of ground less depth and of the
    inverts of all pipes that end there.
    """
    run_id = newest_kept_run(network, of_swmm=True)
    if not run_id:
        return {}
    depth_m = _highest(network, run_id, "depth_m", node_ids)
    names = [str(name) for name in depth_m.index]
    nodes = network.read("node", ["node_id", "ground_m", "depth_m"], ids=names, geometry=False)
    ground_m = nodes.set_index("node_id")["ground_m"].astype(float)
    bottom_levels = [ground_m - nodes.set_index("node_id")["depth_m"].astype(float)]
    for node, end in (("from_node", "start"), ("to_node", "end")):
        invert, depth = f"invert_{end}_m", f"depth_{end}_m"
        pipes = network.read("pipe", [node, invert, depth, "status"], where={node: names}, geometry=False)
        pipes = pipes[~pipes["status"].isin(OUT_OF_USE)].set_index(node)
        by_depth = ground_m.reindex(pipes.index) - pipes[depth].astype(float)
        bottom_levels.append(pipes[invert].astype(float).where(pipes[invert].notna(), by_depth))
    values = np.concatenate([level.to_numpy() for level in bottom_levels])
    at = np.concatenate([level.index.to_numpy(dtype=object) for level in bottom_levels])
    bottom_m = pd.Series(values, index=at).groupby(level=0).min()
    levels = (bottom_m.reindex(names) + depth_m).dropna()
    return {str(name): float(level) for name, level in levels.items()}
