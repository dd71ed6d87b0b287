"""Compare two scenarios of metered areas, or one with the network as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.drawing.compared_drawings import Box, ComparedDrawings, compared_drawings
from waternet_plugin.core.dma.drawing.drawing_units import ground_of
from waternet_plugin.core.dma.drawing.scenario_content import content_of_rows, drawn
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
from waternet_plugin.core.dma.proposal.crossings.boundary_devices import planned_costs
from waternet_plugin.core.dma.scenario import ZONE_COLUMNS, Scenario, ScenarioComparison, compare, zones_with
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.model.graph import Graph
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.dma.area_network import prepared_for_dma
from waternet_plugin.operations.dma.scenario_changes import change_sentences, changed_since_branch
from waternet_plugin.operations.dma.stored_scenarios import scenario_head, scenario_named, scenario_rows
from waternet_plugin.operations.network.live_network import LiveNetwork
from waternet_plugin.store.network import Network

_LITRES = 1000.0
_HUE = "hue"
# What a table of zones holds of each side, by its name in `ZoneFigures`.
FIGURES = (
    "pipes", "length_m", "customers", "households", "demand_m3d", "night_flow_m3h", "inlets", "outlets",
    "open_crossings", "closed_crossings", "devices_needed",
)  # fmt: skip


@dataclass(frozen=True)
class CompareScenariosRequest:
    """Which two are compared.

    Parameters
    ----------
    before, after
        Ids or names of scenarios; '' for the network as it is.

    Raises
    ------
    InputError
        When both are the same.
    """

    before: str
    after: str

    def __post_init__(self) -> None:
        if self.before == self.after:
            raise InputError(tr("Choose two different scenarios to compare."))


@dataclass(frozen=True)
class ChangedAsset:
    """An asset of a scenario's areas that changed in the network since the scenario was branched.

    Parameters
    ----------
    table, asset
        What it is.
    box
        Where it is, None where it is gone.
    """

    table: str
    asset: str
    box: Optional[Box]


@dataclass(frozen=True)
class CompareScenariosResult(PlainFrames):
    """In what two scenarios differ.

    Parameters
    ----------
    before, after
        Names; '' for the network as it is.
    drawings
        Zones in figures, and pipes that change zone.
    zones
        zone_id, name, hue of all zones of both; a new zone has no hue yet.
    devices
        Devices of one of them alone: kind, pipe_id, node_id, at_node, zone_in, zone_out, diameter_mm, in_a
        (whether it is that before), cost (as stored, else by the prices in force), x, y.
    costs
        Cost of all devices, before and after.
    currency
        In which costs are.
    changed
        What changed in the network since they were branched.
    messages
        Sentences about these changes.
    """

    before: str
    after: str
    drawings: ComparedDrawings
    zones: pd.DataFrame
    devices: pd.DataFrame
    costs: tuple[float, float]
    currency: str
    changed: tuple[ChangedAsset, ...] = ()
    messages: tuple[str, ...] = ()

    @property
    def zone_figures(self) -> pd.DataFrame:
        """A row a zone: zone_id, name, differs (yes or no) and FIGURES, each ``_before`` and ``_after``."""
        names = dict(zip(self.zones["zone_id"], self.zones["name"]))
        columns: dict[str, list[Any]] = {
            "zone_id": [one.zone_id for one in self.drawings.zones],
            "name": [names.get(one.zone_id) for one in self.drawings.zones],
            "differs": ["yes" if one.differs else "no" for one in self.drawings.zones],
        }
        for figure in FIGURES:
            for side in ("before", "after"):
                values = [getattr(getattr(one, side), figure) for one in self.drawings.zones]
                columns[f"{figure}_{side}"] = values
        return pd.DataFrame(columns)

    @property
    def moved_pipes(self) -> gpd.GeoDataFrame:
        """A row a pipe that changes its zone: pipe_id, zone_before, zone_after (None for none), its line."""
        moves = self.drawings.moves
        counts = [len(one.pipe_ids) for one in moves]
        nothing = np.array([], dtype=object)
        columns = {
            "pipe_id": np.concatenate([nothing, *(one.pipe_ids for one in moves)]),
            "zone_before": np.repeat(np.array([one.before for one in moves], dtype=object), counts),
            "zone_after": np.repeat(np.array([one.after for one in moves], dtype=object), counts),
        }
        lines = gpd.GeoSeries(np.concatenate([nothing, *(one.lines for one in moves)]))
        return gpd.GeoDataFrame(columns, geometry=lines).rename_geometry(GEOMETRY_COLUMN)

    @property
    def device_places(self) -> gpd.GeoDataFrame:
        """The devices of one side alone, with ``only_in`` (before or after), at their places."""
        only_in = np.where(self.devices["in_a"].to_numpy(dtype=bool), "before", "after").astype(object)
        x, y = (self.devices[name].to_numpy(dtype=float) for name in ("x", "y"))
        places = np.full(len(x), None, dtype=object)
        places[~np.isnan(x)] = shapely.points(x[~np.isnan(x)], y[~np.isnan(x)])
        rows = self.devices.assign(only_in=only_in)
        return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(places)).rename_geometry(GEOMETRY_COLUMN)


@dataclass(frozen=True)
class _Side:
    """One of the two: its name, the newest change that it knows of, its rows."""

    name: str
    base_log: Any
    rows: Scenario


def _compared_rows(network: Network, one: Scenario, other: Scenario) -> ScenarioComparison:
    names = [*one.pipes["pipe_id"], *other.pipes["pipe_id"]]
    pipes = network.read("pipe", ["pipe_id", "dma_id"], ids=list(dict.fromkeys(names)), geometry=False)
    return compare(one, other, pipes, network.read("zone", list(ZONE_COLUMNS), geometry=False))


def compare_scenarios(
    network: Network,
    request: CompareScenariosRequest,
    progress: Progress = SILENT,
    *,
    live: Optional[LiveNetwork] = None,
) -> CompareScenariosResult:
    """Return in what two scenarios differ: figures of each zone, pipes with their lines, devices with costs.

    Parameters
    ----------
    live
        The same network as it is kept in memory, which is read where it was not yet; None for none.

    Raises
    ------
    InputError
        When there is no such scenario, or both are the same.
    """
    settings = network.settings()
    asked = [scenario_named(network, one) if one else "" for one in (request.before, request.after)]
    # Another spelling of the same one is refused too.
    CompareScenariosRequest(*asked)
    sides = [_side(network, scenario) for scenario in asked]
    live_zones = network.read("zone", [*ZONE_COLUMNS, _HUE], geometry=False)
    night_use = settings.real("dma.night_use_l_h") / _LITRES
    with prepared_for_dma(network if live is None else live, progress.part(0.0, 0.6)) as model:
        lines = np.array(model.pipes["geom"].to_numpy(), dtype=object)[model.graph.pipe_row]
        drawings = []
        for side in sides:
            drawing = ZoneDrawing(model.dma, ground_of(model.graph, model.nodes), night_use_m3h=night_use)
            drawing.take_up(*drawn(model.dma, content_of_rows(side.rows)))
            drawings.append(drawing)
            progress.at(0.7)
        compared = compared_drawings(drawings[0], drawings[1], lines)
        progress.at(0.9)
        differing = _compared_rows(network, sides[0].rows, sides[1].rows)
        devices = _placed(differing.devices, model.graph, settings)
        changed, messages = _changes(network, sides, model, lines, compared)
    return CompareScenariosResult(
        sides[0].name,
        sides[1].name,
        compared,
        _zones(live_zones, sides),
        devices,
        (_cost(settings, sides[0].rows), _cost(settings, sides[1].rows)),
        settings.text("general.currency"),
        changed,
        messages,
    )


def _side(network: Network, scenario: str) -> _Side:
    if not scenario:
        return _Side("", None, Scenario())
    head = scenario_head(network, scenario)
    return _Side(str(head["name"] or scenario), head["base_log"], scenario_rows(network, scenario))


def _zones(live: pd.DataFrame, sides: list[_Side]) -> pd.DataFrame:
    known = live
    for side in sides:
        known = zones_with(known, side.rows)
    return known[["zone_id", "name", _HUE]]


def _cost(settings: Settings, scenario: Scenario) -> float:
    return float(np.nansum(planned_costs(settings, scenario.devices)))


def _placed(devices: pd.DataFrame, graph: Graph, settings: Settings) -> pd.DataFrame:
    """Return devices with their costs and places."""
    at = devices["at_node"].where(devices["at_node"].notna(), devices["node_id"])
    vertices = [graph.vertex_of(str(one)) for one in at]
    places = {
        key: [float(values[one]) if one >= 0 else np.nan for one in vertices]
        for key, values in (("x", graph.x_m), ("y", graph.y_m))
    }
    return devices.assign(cost=planned_costs(settings, devices), **places)


def _changes(
    network: Network, sides: list[_Side], model: DmaModel, lines: Array, compared: ComparedDrawings
) -> tuple[tuple[ChangedAsset, ...], tuple[str, ...]]:
    """Return what changed in the network since the scenarios were branched, and sentences about it."""
    pipes = model.pipes[["pipe_id", "dma_id"]]
    found: dict[tuple[str, str], ChangedAsset] = {}
    sentences: dict[str, None] = {}
    zone_boxes = {zone.zone_id: zone.box for zone in compared.zones}
    for side in sides:
        if not side.name:
            continue
        changes = changed_since_branch(network, side.base_log, side.rows, pipes)
        sentences.update(dict.fromkeys(change_sentences(side.rows, pipes, changes)))
        for table, ids in changes.items():
            for asset in ids:
                box = _box(table, asset, model.graph, lines, zone_boxes)
                found[(table, asset)] = ChangedAsset(table, asset, box)
    return tuple(found.values()), tuple(sentences)


def _box(
    table: str, asset: str, graph: Graph, lines: Array, zones: Mapping[str, Optional[Box]]
) -> Optional[Box]:
    if table == "zone":
        return zones.get(asset)
    number = graph.edge_of(asset) if table == "pipe" else graph.vertex_of(asset)
    if number < 0:
        return None
    shape = lines[number] if table == "pipe" else shapely.Point(graph.x_m[number], graph.y_m[number])
    west, south, east, north = shapely.total_bounds(shape).tolist()
    return None if west != west else (west, south, east, north)
