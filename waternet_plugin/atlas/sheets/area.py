"""Understand what part of a network is meant: an extent, a compound or zone, or a layer."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    import pyproj

    from waternet_plugin.store import Network

_EXTENT = re.compile(r"^([^,\[]+),([^,\[]+),([^,\[]+),([^,\[]+?)(?:\s*\[([^\]]+)\])?$")

_SURFACE = 2

# Geometries of a layer and its CRS, or None when the text names no layer.
LayerReader = Callable[[str], "tuple[list[shapely.Geometry], pyproj.CRS] | None"]


def _projected(shape: shapely.Geometry, source: Any, target: Any) -> shapely.Geometry:
    """Return a geometry in another CRS; long edges are cut first so that they may bend."""
    import pyproj

    if source is None or pyproj.CRS(source) == target:
        return shape
    change = pyproj.Transformer.from_crs(source, target, always_xy=True)
    xmin, ymin, xmax, ymax = shapely.bounds(shape)
    reach = max(xmax - xmin, ymax - ymin)
    dense = shapely.segmentize(shape, reach / 50.0) if reach > 0 else shape
    result = shapely.transform(dense, lambda xy: _stacked(*change.transform(xy[:, 0], xy[:, 1])))
    if not all(math.isfinite(value) for value in shapely.bounds(result)):
        raise InputError(
            tr("The area can't be transformed to the network's coordinate system. Check its CRS.")
        )
    return result


def _stacked(x: Any, y: Any) -> Any:
    return np.column_stack([x, y])


def _extent(text: str, crs: Any, name: str) -> shapely.Geometry | None:
    """Return the box of ``xmin,xmax,ymin,ymax [EPSG:4547]``, None for any other text."""
    import pyproj

    match = _EXTENT.match(text)
    if match is None:
        return None
    try:
        xmin, xmax, ymin, ymax = (float(match.group(index)) for index in range(1, 5))
    except ValueError:
        return None
    if not all(math.isfinite(value) for value in (xmin, xmax, ymin, ymax)) or xmin >= xmax or ymin >= ymax:
        raise InputError(
            tr(
                "{name} “{text}” is an empty extent. Write it as xmin,xmax,ymin,ymax with xmin below xmax."
            ).format(name=name, text=text)
        )
    source = None
    if match.group(5):
        try:
            source = pyproj.CRS.from_user_input(match.group(5))
        except pyproj.exceptions.CRSError:
            message = tr("{name} gives the CRS “{crs}”, which is not known. Write for example [EPSG:4547].")
            raise InputError(message.format(name=name, crs=match.group(5))) from None
    return _projected(shapely.box(xmin, ymin, xmax, ymax), source, crs)


def _named(text: str, network: Network) -> shapely.Geometry | None:
    """Return the outline of the compound or zone of that id, None when there is none."""
    for table, field in (("compound", "compound_id"), ("zone", "zone_id")):
        rows = network.read(table, [field], where={field: text})
        shapes = [shape for shape in rows["geom"] if shape is not None and not shapely.is_empty(shape)]
        if shapes:
            return shapely.union_all(shapely.make_valid(shapely.force_2d(shapes)))
    return None


def area_of(
    text: str, network: Network, read_layer: LayerReader, name: str = "AREA"
) -> shapely.Geometry | None:
    """Return what AREA means, in the network's CRS; None for an empty text, which means everything.

    Parameters
    ----------
    text
        ``xmin,xmax,ymin,ymax [EPSG:...]``, the id of a compound or zone, or a layer's path or id.
    read_layer
        Reads a layer by path or id.
    name
        The parameter, for sentences.

    Raises
    ------
    InputError
        When the text is none of these, or the layer has no polygons.
    """
    text = text.strip()
    if not text:
        return None
    area = _extent(text, network.crs, name)
    if area is None:
        area = _named(text, network)
    if area is not None:
        return area
    layer = read_layer(text)
    if layer is None:
        raise InputError(
            tr(
                "{name} “{text}” is neither an extent (xmin,xmax,ymin,ymax), nor the id of a compound or "
                "zone, nor a layer. Correct it or leave it empty."
            ).format(name=name, text=text)
        )
    parts = shapely.get_parts(np.array([shape for shape in layer[0] if shape is not None], dtype=object))
    shapes = parts[shapely.get_dimensions(parts) == _SURFACE]
    shapes = shapes[~shapely.is_empty(shapes)]
    if not len(shapes):
        raise InputError(
            tr("{name} has no polygons: the layer “{text}” has none. Choose a layer of polygons.").format(
                text=text, name=name
            )
        )
    return _projected(shapely.union_all(shapely.make_valid(shapely.force_2d(shapes))), layer[1], network.crs)
