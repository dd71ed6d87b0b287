"""Our algorithms in QGIS's registry, as QGIS puts them there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import QgsApplication, QgsProcessingProvider


@contextmanager
def registered() -> Iterator[QgsProcessingProvider]:
    """Yield the provider of our algorithms, registered until the end."""
    from waternet_plugin import classFactory

    plugin = classFactory(None)
    plugin.initProcessing()
    try:
        yield QgsApplication.processingRegistry().providerById("waternet")
    finally:
        plugin.unload()
