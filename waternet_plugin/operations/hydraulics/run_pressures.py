"""The newest run of EPANET that is kept, as pipes by the pressure at their ends and the low points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.pressure.head_classes import CLASSES, REQUIRED, head_classes
from waternet_plugin.core.readings.recorded_series import PRESSURE
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.schema.use import drinking_water_in_use
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.core.texts import tr
from waternet_plugin.store.network import Network

_LOW_POINTS = 5


@dataclass(frozen=True)
class RunPressures:
    """A run on the map.

    Parameters
    ----------
    run_id
        The run.
    lines
        The pipes of each class of CLASSES as one shape; those of none are left out.
    low_points
        Up to five nodes of the lowest pressure, the lowest first: id, place in m, lowest pressure of the
        run's period, MPa.
    """

    run_id: str
    lines: dict[str, bytes]
    low_points: tuple[tuple[str, tuple[float, float], float], ...]


def newest_kept_run(network: Network, *, of_swmm: bool = False) -> str:
    """Return the id of the newest run of EPANET, or of SWMM, that is kept; '' where none is."""
    runs = network.read("model_run", ["run_id", "engine", "made_on"], geometry=False)
    is_swmm = runs["engine"].fillna("").str.startswith("SWMM")
    runs = runs[is_swmm == of_swmm].sort_values(["made_on", "run_id"], kind="stable")
    return "" if runs.empty else str(runs["run_id"].iloc[-1])


def newest_run(network: Network) -> str:
    """Return the id of the newest run of EPANET that is kept.

    Raises
    ------
    InputError
        Where none is.
    """
    run_id = newest_kept_run(network)
    if not run_id:
        raise InputError(tr("No run of EPANET is kept yet: press “EPANET”."))
    return run_id


def class_lines(shapes: Array, place: Array, codes: Sequence[str]) -> dict[str, bytes]:
    """Return the lines of each class as one shape; classes without any are left out.

    Parameters
    ----------
    shapes
        Lines of pipes (P,).
    place
        The place of each in ``codes``, -1 for none (P,).
    codes
        The classes.
    """
    flat = shapely.force_2d(shapes)
    return {
        code: bytes(to_wkb(shapely.multilinestrings(flat[place == number])))
        for number, code in enumerate(codes)
        if (place == number).any()
    }


def run_pressures(network: Network) -> RunPressures:
    """Return the newest run that is kept; a pipe has the lower pressure of its ends.

    Raises
    ------
    InputError
        Where no run is kept.
    """
    run_id = newest_run(network)
    where = {"run_id": run_id, "quantity": PRESSURE}
    results = network.read("model_result", ["asset", "lowest"], where=where, geometry=False)
    lowest = results.drop_duplicates("asset").set_index("asset")["lowest"].astype(float)
    pipes = network.read("pipe", ["pipe_id", "from_node", "to_node", "status", "system", "function"])
    pipes = pipes[drinking_water_in_use(pipes)]
    ends = np.stack([lowest.reindex(pipes[end]).to_numpy() for end in ("from_node", "to_node")])
    place = head_classes(np.fmin(*ends), network.settings().real(REQUIRED))
    lines = class_lines(pipes[GEOMETRY_COLUMN].to_numpy(), place, CLASSES)
    return RunPressures(run_id, lines, _low_points(network, lowest))


def _low_points(network: Network, lowest: pd.Series) -> tuple[tuple[str, tuple[float, float], float], ...]:
    """Return the lowest nodes that are neither sources nor tanks."""
    nodes = network.read("node", ["node_id", "kind"], ids=[str(one) for one in lowest.index])
    settings = network.settings()
    kinds = [*settings.words("network.tank_kinds"), *settings.words("network.source_kinds")]
    nodes = nodes[~nodes["kind"].isin(kinds)]
    values: Array = lowest.reindex(nodes["node_id"]).to_numpy()
    order = np.lexsort((nodes["node_id"].astype(str), values))[:_LOW_POINTS]
    points = nodes[GEOMETRY_COLUMN].to_numpy()
    return tuple(
        (str(nodes["node_id"].iloc[row]), (float(points[row].x), float(points[row].y)), float(values[row]))
        for row in order
        if np.isfinite(values[row])
    )
