"""Layers of rejected rows are left out of a project that is saved, unless somebody mended a row of theirs."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProject

MARK = "waternet/rejected"
# Whether anybody saved an edit of it.
MENDED = "waternet/mended"


def _is_passing(layer: Any) -> bool:
    """Return whether a layer of rejected rows holds nothing that anybody did."""
    return bool(layer.customProperty(MARK)) and not layer.customProperty(MENDED) and not layer.isEditable()


def leave_out_of_tree(document: Any) -> None:
    """Take rejected rows that nobody mended out of the tree of a project that is being written."""
    passing = {id_ for id_, layer in QgsProject.instance().mapLayers().items() if _is_passing(layer)}
    nodes = document.elementsByTagName("layer-tree-layer") if passing else None
    found = [nodes.at(place).toElement() for place in range(nodes.size())] if nodes is not None else []
    for element in found:
        if element.attribute("id") in passing:
            element.parentNode().removeChild(element)


def leave_out_layer(layer: Any, element: Any) -> None:
    """Take a layer of rejected rows that nobody mended out of the layers of a project that is being written.

    QGIS appends the element whatever is in it: under another name it is not read as a layer.
    """
    if _is_passing(layer):
        element.setTagName("waternet-left-out")
        while element.hasChildNodes():
            element.removeChild(element.firstChild())
