"""Layers that a parameter names and pipes may cross."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.operations.health.assess_health import CrossedLayer
    from waternet_plugin.processing.job import Job


def crossed_layer(job: Job, name: str, crs: Any) -> CrossedLayer | None:
    """Return the geometries of a layer in the coordinates of a network, None when none is named.

    Raises
    ------
    InputError
        When the layer has no geometry or no coordinate system.
    """
    import geopandas as gpd

    from waternet_plugin.bridge.layer_frames import layer_frame
    from waternet_plugin.operations.health.assess_health import CrossedLayer
    from waternet_plugin.store.foreign import foreign

    source = job.text(name)
    if not source:
        return None
    layer = job.layer(name)
    frame = layer_frame(layer) if layer is not None else foreign.read_foreign(source)
    if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None:
        raise InputError(
            tr(
                "{name}: {source} has no geometry with a coordinate system. Choose a layer of lines or areas."
            ).format(name=name, source=source)
        )
    return CrossedLayer(source, frame.geometry.to_crs(crs).to_numpy())
