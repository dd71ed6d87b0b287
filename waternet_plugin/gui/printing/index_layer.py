"""The sheet index as a layer of the map, kept in a file beside the book."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsFillSymbol,
    QgsPalLayerSettings,
    QgsProject,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor

from waternet_plugin.bridge.project.layer_tree import GROUP_MARK
from waternet_plugin.bridge.styling import rules
from waternet_plugin.core.colours import FAULT, WARNING
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.session.session import Session

MARK = "waternet/sheet_index"
# What chose the sheets, as JSON of the algorithm's parameters.
PARAMETERS = "waternet/sheet_parameters"
_COLOUR = FAULT
_LABEL_MM = 3.0


def free_path(book: Path) -> Path:
    """Return where the index goes: an earlier one is replaced unless somebody still has it open."""
    from waternet_plugin.store.outputs import is_network

    path = book.with_name(f"{book.stem}_sheets.gpkg")
    project = QgsProject.instance()
    for layer in list(project.mapLayers().values()):
        if layer.customProperty(MARK) and Path(layer.source().split("|")[0]) == path:
            project.removeMapLayer(layer.id())
    number = 1
    while path.exists():
        # Some network may have the name; the index then gets another.
        if is_network(path) is False:
            with contextlib.suppress(OSError):
                path.unlink()
                break
        number += 1
        path = book.with_name(f"{book.stem}_sheets_{number}.gpkg")
    return path


def _dress(layer: QgsVectorLayer) -> None:
    """Draw outlines with the sheet's number in the middle, those of changed sheets above all others."""
    outlines = QgsFillSymbol.createSimple({"style": "no", "outline_color": _COLOUR, "outline_width": "0.3"})
    changed = QgsFillSymbol.createSimple({"style": "no", "outline_color": WARNING, "outline_width": "0.6"})
    changed.symbolLayer(0).setRenderingPass(1)
    root = rules.root()
    root.appendChild(rules.rule("sheets", outlines, tr("Sheets")))
    root.appendChild(rules.rule("changed", changed, tr("Changed sheets"), "changed = 1"))
    layer.setRenderer(rules.renderer(root))
    text = QgsTextFormat()
    text.setSize(_LABEL_MM)
    text.setSizeUnit(QgsUnitTypes.RenderUnit.RenderMillimeters)
    text.setColor(QColor(_COLOUR))
    buffer = QgsTextBufferSettings()
    buffer.setEnabled(True)
    buffer.setSize(0.6)
    text.setBuffer(buffer)
    settings = QgsPalLayerSettings()
    settings.fieldName = "sheet_no"
    # In the middle of the sheet, not of what of it is in view.
    settings.centroidWhole = True
    settings.setFormat(text)
    layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
    layer.setLabelsEnabled(True)


def add(session: Session, parameters: dict[str, Any], book: Path) -> None:
    """Write the sheets of a book beside it and show them on the map; the current layer stays.

    Parameters
    ----------
    parameters
        Those of the book.
    book
        The PDF.
    """
    path = free_path(book)

    def show(_results: dict[str, Any]) -> None:
        layer = QgsVectorLayer(str(path), tr("Sheets 1:{scale}").format(scale=parameters["SCALE"]), "ogr")
        if not layer.isValid():
            session.say(tr("The sheet index {name} can't be shown.").format(name=path.name), "warning")
            return
        layer.setCustomProperty(MARK, True)
        layer.setCustomProperty(PARAMETERS, json.dumps(parameters, ensure_ascii=False))
        _dress(layer)
        current = session.iface.activeLayer()
        project = QgsProject.instance()
        project.addMapLayer(layer, False)
        root = project.layerTreeRoot()
        # Among the results, as everything that WaterNet makes; above all where that group was removed.
        groups = [each for each in root.findGroups() if each.customProperty(GROUP_MARK) == "results"]
        (groups[0] if groups else root).insertLayer(0, layer).setExpanded(False)
        if current is not None:
            session.iface.setActiveLayer(current)

    session.run_algorithm("sheetindex", {**parameters, "OUTPUT": str(path)}, show)
