"""What the sheets of a book are cut from, read once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from waternet_plugin.atlas.sheets.sheet_request import DEFAULT_REQUEST, UNIT_IDS, SheetRequest, check_request
from waternet_plugin.atlas.sheets.sheets import strays_of, zone_offset
from waternet_plugin.core import garbage
from waternet_plugin.core.schema.map_views import SHOWN_PLAN
from waternet_plugin.operations.printing.changes_since import ChangesSince, changes_since

if TYPE_CHECKING:
    import pyproj

    from waternet_plugin.store import Network

_PIPE_COLUMNS = (
    "pipe_id",
    "system",
    "function",
    "status",
    "material",
    "diameter_mm",
    "width_mm",
    "height_mm",
    "length_m",
    "street",
    "from_node",
    "to_node",
)


@dataclass(frozen=True)
class SeriesBasis:
    """What sheets are cut from.

    Parameters
    ----------
    pipes
        All pipes of the network.
    nodes
        Places of the nodes that were not removed.
    compounds
        Their names.
    zone_offset_m
        See `sheets.zone_offset`.
    strays
        Which pipes are far from all others.
    units
        Ids and shapes of the units of a series; None for a grid and strips.
    since
        What was changed since the moment of the request, None for none.
    """

    pipes: pd.DataFrame
    nodes: np.ndarray
    compounds: frozenset[str]
    zone_offset_m: float
    strays: np.ndarray
    units: pd.DataFrame | None = None
    since: ChangesSince | None = None

    def let_go(self) -> None:
        """Free the texts and shapes, of which a province has millions; nothing may use this any more."""
        for column in self.pipes.columns:
            values = self.pipes[column].to_numpy()
            if values.dtype == object:
                garbage.let_go(values)
        garbage.let_go(self.nodes)


def false_easting(crs: pyproj.CRS) -> float:
    """Return the false easting of a projected CRS in m, 0 when it has none."""
    operation = crs.coordinate_operation
    for parameter in operation.params if operation is not None else ():
        if parameter.name == "False easting":
            return float(parameter.value)
    return 0.0


def read_series_basis(
    network: Network, request: SheetRequest = DEFAULT_REQUEST, known: SeriesBasis | None = None
) -> SeriesBasis:
    """Read what sheets are cut from.

    Parameters
    ----------
    request
        Which sheets.
    known
        What was read of the network for another request: only what belongs to the request is read anew.

    Raises
    ------
    InputError
        For a request that can't be met, see `check_request` and `changes_since`.
    """
    check_request(request)
    known = known or _read_network(network)
    units = _read_units(network, request.series) if request.series in UNIT_IDS else None
    return replace(known, units=units, since=changes_since(network, request.since) if request.since else None)


def _read_network(network: Network) -> SeriesBasis:
    pipes = network.read("pipe", list(_PIPE_COLUMNS))
    nodes = network.read("node", ["status"])
    compounds = network.read("compound", ["name"], geometry=False)["name"].dropna()
    return SeriesBasis(
        pipes,
        nodes["geom"].to_numpy()[(nodes["status"] != "removed").to_numpy(bool)],
        frozenset(compounds),
        zone_offset(false_easting(network.crs)),
        strays_of(pipes["geom"].to_numpy()),
    )


def _read_units(network: Network, series: str) -> pd.DataFrame:
    """Return the units of a series with their shapes; of projects those of the plan that is shown."""
    if series != "project":
        return network.read(series, [UNIT_IDS[series]])
    rows = network.read(series, [UNIT_IDS[series], "plan_id"])
    plans = network.read("plan", ["plan_id"], geometry=False)["plan_id"].tolist()
    shown = network.facts().get(SHOWN_PLAN, "")
    plan = shown if shown in plans else (plans[-1] if plans else None)
    return rows[rows["plan_id"] == plan]
