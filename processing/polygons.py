"""Polygons that a parameter names, in the coordinates of the network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsWkbTypes

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr
from waternet_plugin.processing.job import Job

if TYPE_CHECKING:
    import geopandas as gpd


def given_polygons(job: Job, name: str, crs: Any, columns: Sequence[str]) -> gpd.GeoDataFrame | None:
    """Return the polygons of a parameter as `polygons_of` does, None where it names nothing.

    Raises
    ------
    InputError
        When it can't be read or has no polygons.
    """
    if not job.has(name):
        return None
    source = job.source(name)
    if source is None:
        raise unreadable(name)
    return polygons_of(job, name, source, crs, columns)


def unreadable(name: str) -> InputError:
    """Return the refusal of a parameter that names no layer of polygons."""
    return InputError(tr("{name} can't be read. Give a layer of polygons.").format(name=name))


def polygons_of(job: Job, name: str, source: Any, crs: Any, columns: Sequence[str]) -> gpd.GeoDataFrame:
    """Return the polygons of a source with some of its columns, as texts; None for empty values.

    Columns that the source does not have are not in the frame.

    Parameters
    ----------
    job
        The run.
    name
        The parameter, for sentences.
    source
        QGIS's feature source.
    crs
        Of the network.
    columns
        Columns that are wanted.

    Raises
    ------
    InputError
        When it has no polygons by its type, or they can't be brought to these coordinates.
    """
    import geopandas as gpd
    import shapely

    from waternet_plugin.bridge import sinks

    if QgsWkbTypes.geometryType(source.wkbType()) != QgsWkbTypes.GeometryType.PolygonGeometry:
        raise InputError(tr("{name} is not a polygon layer. Choose another one.").format(name=name))
    turned = QgsCoordinateTransform(source.sourceCrs(), sinks.qgis_crs(crs), job.context.transformContext())
    there = [one for one in columns if source.fields().lookupField(one) >= 0]
    values: dict[str, list[str | None]] = {one: [] for one in there}
    shapes = []
    for feature in source.getFeatures():
        geometry = feature.geometry()
        if geometry.isEmpty():
            shapes.append(None)
        else:
            try:
                geometry.transform(turned)
            except QgsCsException:
                message = tr("{name} can't be transformed to the network's coordinate system. Check its CRS.")
                raise InputError(message.format(name=name)) from None
            shapes.append(shapely.from_wkb(bytes(geometry.asWkb())))
        for one in there:
            value = feature[one]
            values[one].append(str(value) if value else None)
    frame: gpd.GeoDataFrame = gpd.GeoDataFrame(values, geometry=shapes, crs=crs)
    return frame.rename_geometry("geom")
