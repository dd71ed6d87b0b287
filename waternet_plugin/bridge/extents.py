"""The extent of a network for every view of the whole of it: where the bulk of its pipes and nodes lies.

A layer's own extent reaches to each stray, so nothing that shows the whole network may ask it;
``tests/packaging/test_extents.py`` holds that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from qgis.core import QgsProviderRegistry, QgsRectangle, QgsVectorLayer

from waternet_plugin.core.errors import WaterNetError
from waternet_plugin.core.schema.settings import Settings


def network_extent(layers: Iterable[QgsVectorLayer]) -> QgsRectangle:
    """Return the extent of layers of a network in their coordinates, without rows far from all others.

    Parameters
    ----------
    layers
        Layers that show tables of networks.

    Returns
    -------
    A null rectangle where no row has a place.
    """
    whole, filled = QgsRectangle(), []
    for layer in layers:
        extent = layer.extent()
        if not extent.isNull():
            whole.combineExtentWith(extent)
            filled.append(layer)
    if max(whole.width(), whole.height()) <= Settings().real("network.stray_distance_m"):
        # So small a network has no strays; this is the common case and costs nothing.
        return whole
    return _bulk(filled) or whole


def _bulk(layers: Sequence[QgsVectorLayer]) -> QgsRectangle | None:
    """Return the extent without strays, None where it can't be told."""
    import numpy as np

    from waternet_plugin import store
    from waternet_plugin.core.network.model.strays import bulk_box

    boxes = []
    for layer in layers:
        if layer.providerType() != "ogr":
            return None
        source = QgsProviderRegistry.instance().decodeUri("ogr", layer.source())
        try:
            with store.open_network(source.get("path", "")) as network:
                boxes.append(network.boxes(source.get("layerName", "")))
        except WaterNetError:
            # Damaged or out of reach: whoever opens it says so.
            return None
    box = bulk_box(np.vstack(boxes))
    return None if box is None else QgsRectangle(*box)
