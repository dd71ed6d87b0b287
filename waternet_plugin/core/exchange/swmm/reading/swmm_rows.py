"""Turn the elements of a SWMM file into rows of our tables."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.model_files.plane import Plane, Point
from waternet_plugin.core.exchange.model_files.unplaced_nodes import all_places
from waternet_plugin.core.exchange.swmm.reading.swmm_model import OPEN_SHAPES, ROUND_SHAPES, SwmmModel
from waternet_plugin.core.frames import PlainFrames, tuples
from waternet_plugin.core.id_lookup import IdLookup, rows_of_ids

# What stands for a link that is not a conduit; none of them has a length of its own.
LINK_FUNCTIONS = {
    "PUMPS": "rising_main",
    "WEIRS": "overflow",
    "ORIFICES": "connector",
    "OUTLETS": "connector",
}
_PRESSED, _BOX = "FORCE_MAIN", "RECT_CLOSED"
_HECTARE_M2 = 10_000.0
# A polygon is the outline of its subcatchment when the two areas differ by at most this factor; others are
# symbols.
_AREA_FACTOR = 1.25
_LEAST_CORNERS = 3


@dataclass(frozen=True)
class SwmmRows(PlainFrames):
    """Rows for the network.

    ``made_up`` names the nodes without a place, ``not_drawn`` the subcatchments whose polygon is missing or a
    symbol.
    """

    pipes: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    made_up: tuple[str, ...]
    not_drawn: tuple[str, ...]


def swmm_system(model: SwmmModel) -> str:
    """Return the system of a file, which SWMM does not name: combined where it has rain and dry flow."""
    is_dry = any(True for _row in model.text.rows("DWF"))
    has_rain = not model.subcatchments.empty
    if is_dry:
        return "combined" if has_rain else "sewage"
    return "storm"


def adopt_swmm(model: SwmmModel, plane: Plane) -> SwmmRows:
    """Return the rows of a file.

    Parameters
    ----------
    plane
        Its coordinates and those of the network.

    Raises
    ------
    InputError
        When the coordinates can't lie in their CRS.
    """
    crs = pyproj.CRS.from_user_input(plane.target)
    system = swmm_system(model)
    vertices, corners = model.vertices, model.corners
    # All at once, so that one and the same way between the two systems is taken.
    known = model.nodes["x"].notna().to_numpy()
    given = [model.nodes.loc[known, ["x", "y"]], vertices[["x", "y"]], corners[["x", "y"]]]
    moved = plane.moved(np.vstack([frame.to_numpy(dtype=float) for frame in given]))
    node_xy = np.full((len(model.nodes), 2), np.nan)
    node_xy[known], vertex_xy, corner_xy = np.split(moved, np.cumsum([len(frame) for frame in given[:-1]]))
    if not known.all():
        node_xy = _all_places(model, node_xy)
    zones, not_drawn = _zones(model, corner_xy, crs)
    return SwmmRows(
        _pipes(model, node_xy, vertex_xy, system, crs),
        _nodes(model, node_xy, system, crs),
        zones,
        tuple(model.nodes.loc[~known, "node_id"]),
        not_drawn,
    )


def _all_places(model: SwmmModel, node_xy: Array) -> Array:
    """Return a place of every node, (N, 2), those that the file does not place among them."""
    nodes, links = model.nodes, model.links
    ids = nodes["node_id"].tolist()
    known: dict[str, Point] = {id_: (x, y) for id_, (x, y) in zip(ids, node_xy.tolist()) if x == x and y == y}
    roots = [*nodes.loc[nodes["section"] == "OUTFALLS", "node_id"], *ids]
    ends = zip(links["from_node"].tolist(), links["to_node"].tolist(), links["length_m"].tolist())
    places = all_places(ids, roots, ends, known)
    return np.array([places[id_] for id_ in ids], dtype=float)


def _lines(model: SwmmModel, node_xy: Array, vertex_xy: Array) -> Array:
    """Return the line of each link: first node, vertices in the order of the file, last node."""
    links = model.links
    nodes = IdLookup(model.nodes["node_id"])
    every = np.arange(len(links))
    index = np.concatenate([every, rows_of_ids(links["link_id"], model.vertices["link_id"]), every])
    xy = np.vstack(
        [
            node_xy[nodes.rows(links["from_node"])],
            vertex_xy,
            node_xy[nodes.rows(links["to_node"])],
        ]
    )
    order = np.argsort(index, kind="stable")
    return np.asarray(shapely.linestrings(xy[order], indices=index[order]))


def _pipes(
    model: SwmmModel, node_xy: Array, vertex_xy: Array, system: str, crs: pyproj.CRS
) -> gpd.GeoDataFrame:
    links = model.links
    shape = links["shape"]
    function = [_function(section, str(profile)) for section, profile in zip(links["section"], shape)]
    is_round = shape.isin(ROUND_SHAPES).to_numpy()
    height = links["height_mm"].to_numpy(dtype=float)
    data = {
        "pipe_id": links["link_id"],
        "system": system,
        "function": pd.Series(function, dtype=object),
        "diameter_mm": np.where(is_round, height, np.nan),
        "width_mm": links["width_mm"],
        "height_mm": np.where(is_round, np.nan, height),
        "length_m": links["length_m"],
        "length_source": "given",
        "from_node": links["from_node"],
        "to_node": links["to_node"],
        "invert_start_m": links["invert_start_m"],
        "invert_end_m": links["invert_end_m"],
        "status": "in_use",
    }
    lines = gpd.GeoSeries(_lines(model, node_xy, vertex_xy), crs=crs)
    return gpd.GeoDataFrame(data, geometry=lines).rename_geometry("geom")


def _function(section: str, shape: str) -> str | None:
    """Return what a link is on the map, None for a conduit of which the file says no more."""
    if section in LINK_FUNCTIONS:
        return LINK_FUNCTIONS[section]
    if shape in OPEN_SHAPES:
        return "channel"
    return {_BOX: "culvert", _PRESSED: "rising_main"}.get(shape)


def _nodes(model: SwmmModel, node_xy: Array, system: str, crs: pyproj.CRS) -> gpd.GeoDataFrame:
    nodes, links = model.nodes, model.links
    before_pumps = set(links.loc[links["section"] == "PUMPS", "from_node"])
    is_before_pump = ((nodes["section"] == "STORAGE") & nodes["node_id"].isin(before_pumps)).to_numpy()
    is_outfall = (nodes["section"] == "OUTFALLS").to_numpy()
    data = {
        "node_id": nodes["node_id"],
        "kind": np.select([is_before_pump, is_outfall], ["pump_pit", "outfall"], "manhole").astype(object),
        "system": system,
        "status": "in_use",
        "ground_m": nodes["invert_m"] + nodes["depth_m"],
        "depth_m": nodes["depth_m"],
    }
    points = gpd.GeoSeries(shapely.points(node_xy), crs=crs)
    return gpd.GeoDataFrame(data, geometry=points).rename_geometry("geom")


def _zones(model: SwmmModel, corner_xy: Array, crs: pyproj.CRS) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Return the subcatchments that are drawn as zones, and the ids of the others."""
    areas = model.subcatchments
    names = model.corners["subcatchment_id"]
    drawn = {}
    for id_, rows in names.groupby(names, sort=False).indices.items():
        if len(rows) >= _LEAST_CORNERS:
            drawn[str(id_)] = shapely.multipolygons([shapely.polygons(corner_xy[rows])])
    chosen: list[tuple[str, str, shapely.Geometry]] = []
    for id_, outlet, area_ha in tuples(areas):
        shape = drawn.get(id_)
        if shape is None or not shapely.is_valid(shape):
            continue
        stated_m2 = area_ha * _HECTARE_M2
        if stated_m2 / _AREA_FACTOR <= shapely.area(shape) <= stated_m2 * _AREA_FACTOR:
            chosen.append((id_, outlet, shape))
    if len(chosen) < len(drawn) / 2:
        # Where most are symbols, the others are symbols whose area fits by chance.
        chosen = []
    ids = [id_ for id_, _outlet, _shape in chosen]
    frame = gpd.GeoDataFrame(
        {"zone_id": ids, "kind": "catchment", "note": [outlet for _id, outlet, _shape in chosen]},
        geometry=gpd.GeoSeries([shape for _id, _outlet, shape in chosen], crs=crs),
    ).rename_geometry("geom")
    return frame, tuple(id_ for id_ in areas["subcatchment_id"] if id_ not in ids)
