"""What a form finds around it in QGIS, for the tests of forms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from qgis.core import QgsVectorLayerTools
from qgis.gui import QgsAttributeEditorContext, QgsGui, QgsMapCanvas


class _Tools(QgsVectorLayerTools):
    """QGIS's own lists of rows ask the window for tools."""


@contextmanager
def form_context() -> Iterator[QgsAttributeEditorContext]:
    """Yield a context with a map and tools."""
    QgsGui.editorWidgetRegistry().initEditors()
    context = QgsAttributeEditorContext()
    canvas, tools = QgsMapCanvas(), _Tools()
    context.setMapCanvas(canvas)
    context.setVectorLayerTools(tools)
    yield context
    canvas.deleteLater()
