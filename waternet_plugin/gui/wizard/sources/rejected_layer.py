"""Rejected rows as a layer that one can look at, mend and adopt again; its file lies in the profile."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgis.core import QgsApplication, QgsProject, QgsVectorFileWriter, QgsVectorLayer, QgsWkbTypes

from waternet_plugin.bridge import sinks
from waternet_plugin.bridge.layer_frames import without_asking
from waternet_plugin.bridge.rejected import sink_frame
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.coordinates import read_crs
from waternet_plugin.core.texts import tr
from waternet_plugin.core.units import DAY_S
from waternet_plugin.gui.session.left_out_layers import MARK, MENDED
from waternet_plugin.gui.wizard.sources.source import LayerSource

if TYPE_CHECKING:
    from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult

# A saved project may still show them for as long.
_KEPT_DAYS = 60


def show_rejected(session: Any, source: LayerSource, result: AdoptionResult) -> QgsVectorLayer | None:
    """Add the rejected rows of a source to the open project and return the layer, None without any.

    It goes beside the issues where the network is open, and replaces an earlier one of the same source. A
    saved project keeps it only when something was mended in it.

    Raises
    ------
    InputError
        The file can't be written.
    """
    from waternet_plugin.core.exchange.adoption.adoption import rejected_rows

    if not result.rows_rejected:
        return None
    frame, columns, geometry, crs = sink_frame(rejected_rows(source.frame, result), source.frame)
    fields = sinks.fields_of(columns)
    spatial = geometry != "none"
    name = tr("Rejected: {name}").format(name=source.name)
    kind = QgsWkbTypes.displayString(sinks.wkb_type(geometry)) if spatial else "None"
    if spatial and kind == "Unknown":
        # A layer in memory holds one kind; what is not a point or line is listed without its shape.
        geometry, spatial, kind = "none", False, "None"
    layer = QgsVectorLayer(kind, name, "memory", without_asking())
    if spatial:
        layer.setCrs(sinks.qgis_crs(_crs_of(source, crs)))
    provider = layer.dataProvider()
    provider.addAttributes(fields.toList())
    layer.updateFields()
    sinks.write(provider, frame, columns, fields, geometry)
    project = QgsProject.instance()
    _remove(project, [source.origin])
    layer = _kept(layer, source.origin)
    layer.setCustomProperty(MARK, source.origin)
    layer.afterCommitChanges.connect(lambda one=layer: one.setCustomProperty(MENDED, True))
    project.addMapLayer(layer, False)
    _group(session, project).insertLayer(0, layer)
    return layer


def _crs_of(source: LayerSource, crs: Any) -> Any:
    """Return the CRS of a source's rows: the file's own, else the one that was said for it."""
    if crs is None and source.mapping.crs:
        return read_crs(source.mapping.crs)
    return crs


def _kept(drawn: QgsVectorLayer, origin: str) -> QgsVectorLayer:
    """Write a layer in memory to the file of a source's rejected rows and return the layer of that file."""
    folder = Path(QgsApplication.qgisSettingsDirPath()) / "waternet" / "rejected"
    mark = hashlib.sha256(origin.encode("utf-8")).hexdigest()[:12]
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
    _clear(folder)
    number = 1
    # Never a name that was used before: QGIS keeps files open for a while after their layer is gone.
    while list(folder.glob(f"{mark}_{number}.gpkg*")):
        number += 1
    path = folder / f"{mark}_{number}.gpkg"
    options = QgsVectorFileWriter.SaveVectorOptions()
    options.driverName = "GPKG"
    options.layerName = "rejected"
    context = QgsProject.instance().transformContext()
    answer = QgsVectorFileWriter.writeAsVectorFormatV3(drawn, str(path), context, options)
    layer = QgsVectorLayer(f"{path}|layername=rejected", drawn.name(), "ogr")
    if answer[0] != QgsVectorFileWriter.WriterError.NoError or not layer.isValid():
        message = tr("The rejected rows can't be written to {folder}: {reason}. Save the report instead.")
        raise InputError(message.format(folder=folder, reason=answer[1]))
    return layer


def _clear(folder: Path) -> None:
    """Delete what nobody looked at or mended for long."""
    oldest = time.time() - _KEPT_DAYS * DAY_S
    for path in folder.glob("*.gpkg*"):
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()


def take_away() -> bool:
    """Take all layers of rejected rows out of the open project and tell whether there were any.

    An unnamed project that holds nothing else is then as new again: QGIS need not ask to save it.
    """
    project = QgsProject.instance()
    if not _remove(project):
        return False
    if not project.mapLayers() and not project.fileName():
        project.setDirty(False)
    return True


def _remove(project: QgsProject, origins: Sequence[str] | None = None) -> int:
    """Remove layers of rejected rows, of some sources or of all, and return how many."""
    marks = {layer.id(): layer.customProperty(MARK) for layer in project.mapLayers().values()}
    found = [id_ for id_, mark in marks.items() if mark and (origins is None or mark in origins)]
    project.removeMapLayers(found)
    return len(found)


def _group(session: Any, project: QgsProject) -> Any:
    """Return the group of the issues, the whole tree where there is none."""
    root = project.layerTreeRoot()
    issues = session.layer("issue")
    node = root.findLayer(issues.id()) if issues is not None else None
    return node.parent() if node is not None else root
