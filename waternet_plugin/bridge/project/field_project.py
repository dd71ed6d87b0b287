"""The project of a package for the field: forms in the crew's language, photos, an offline background."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qgis.core import (
    Qgis,
    QgsDefaultValue,
    QgsEditFormConfig,
    QgsEditorWidgetSetup,
    QgsProject,
    QgsRasterLayer,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsVectorLayer,
)

from waternet_plugin.bridge.forms import forms
from waternet_plugin.bridge.project import layer_styles
from waternet_plugin.bridge.project.project import checked
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.fieldwork.package_tables import FILE, PHOTO, PHOTOS, PROJECT, UUID, given_fields
from waternet_plugin.core.schema.tables import FID_COLUMN, Table
from waternet_plugin.core.texts import tr

# Points whose ground nobody measured.
_TO_MEASURE = "\"ground_m\" IS NULL AND coalesce(\"status\", 'in_use') = 'in_use'"
# A crew that reports its work as over has the day of it entered; the map is checked by the office.
_CLOSED_ON, _CHECKED_ON = "closed_on", "gis_checked_on"
_DAY_OVER = "coalesce(\"closed_on\", CASE WHEN \"state\" IN ('done', 'cancelled') THEN to_date(now()) END)"
# A widget of QGIS that keeps paths relative to the project, and shows the picture.
_PICTURE = {
    "DocumentViewer": 1,
    "RelativeStorage": 1,
    "StorageMode": 0,
    "FileWidget": True,
    "FileWidgetButton": True,
    "UseLink": False,
}
_HIDDEN = QgsEditorWidgetSetup("Hidden", {})
_BESIDE = (".tfw", ".jgw", ".pgw", ".wld", ".prj", ".aux.xml", ".ovr", ".shx", ".dbf", ".cpg", "-wal")


def write_field_project(
    folder: Path, tables: Sequence[Table], title: str, *, language: str, background_paths: Sequence[Path] = ()
) -> None:
    """Write the project beside the file of a package, and copy its background there.

    Only in the main thread.

    Parameters
    ----------
    folder
        That of the package's file.
    tables
        As the network has them, in the order of the map, from above.
    title
        Of the project.
    language
        ``en`` or ``zh_CN``.
    background_paths
        Files of layers, raster or vector.

    Raises
    ------
    InputError
        When a background can't be read, or the project not be written.
    """
    (folder / PHOTOS).mkdir()
    chosen = checked("system", "screen", language)
    project = QgsProject()
    try:
        project.setFilePathStorage(Qgis.FilePathType.Relative)
        project.setTitle(title)
        extent = QgsRectangle()
        for layer in (_background(folder, path) for path in background_paths):
            project.addMapLayer(layer)
        for table in sorted(tables, key=lambda one: _ORDER.get(one.geometry, 0)):
            layer = _layer(folder, table, chosen, "")
            project.addMapLayer(layer)
            if table.has_geometry and layer.featureCount():
                extent.combineExtentWith(layer.extent())
                project.setCrs(layer.crs())
            if table.name == "node":
                to_measure = _layer(folder, table, chosen, _TO_MEASURE)
                project.addMapLayer(to_measure)
        if not extent.isEmpty():
            extent.scale(1.1)
            project.viewSettings().setDefaultViewExtent(QgsReferencedRectangle(extent, project.crs()))
        if not project.write(str(folder / PROJECT)):
            message = tr("The project {path} can't be written: {reason}. Check the disk.")
            raise InputError(message.format(path=PROJECT, reason=project.error()))
    finally:
        # Its layers go now: left to Python's collector they may outlive GDAL, which crashes QGIS at its end.
        project.clear()


# Areas below lines below points; tables without a place are last in the list.
_ORDER = {"MultiPolygon": 1, "MultiLineString": 2, "LineStringZ": 3, "Point": 4, "PointZ": 5}


def _layer(folder: Path, table: Table, chosen: Look, rows: str) -> QgsVectorLayer:
    """Return the layer of a table, or of the nodes that are to be measured."""
    source = f"{folder / FILE}|layername={table.name}" + (f"|subset={rows}" if rows else "")
    name = tr("Points to be measured") if rows else _title(table, chosen)
    layer = QgsVectorLayer(source, name, "ogr")
    if not layer.isValid():
        raise InputError(
            tr("The table {table} of {path} can't be shown.").format(table=table.name, path=FILE)
        )
    config: Any = layer.editFormConfig()
    config.setLayout(QgsEditFormConfig.EditorLayout.GeneratedLayout)
    for index, field in enumerate(layer.fields()):
        if field.name() == PHOTO:
            layer.setFieldAlias(index, tr("Photo"))
            layer.setEditorWidgetSetup(index, QgsEditorWidgetSetup("ExternalResource", _PICTURE))
        elif field.name() in (UUID, FID_COLUMN):
            layer.setEditorWidgetSetup(index, _HIDDEN)
    for one in given_fields(table):
        index = layer.fields().lookupField(one.name)
        layer.setFieldAlias(index, forms.alias(one, chosen))
        layer.setEditorWidgetSetup(index, _HIDDEN if one.name == _CHECKED_ON else forms.widget(one, chosen))
        config.setReadOnly(index, one.name == table.id_field)
        if one.name == _CLOSED_ON:
            layer.setDefaultValueDefinition(index, QgsDefaultValue(_DAY_OVER, applyOnUpdate=True))
    layer.setDefaultValueDefinition(
        layer.fields().lookupField(UUID), QgsDefaultValue("uuid('WithoutBraces')")
    )
    layer.setEditFormConfig(config)
    layer.setDisplayExpression(f'"{table.id_field}"')
    if table.has_geometry:
        layer.setRenderer(layer_styles.first_renderer(chosen, table.name))
    return layer


def _title(table: Table, chosen: Look) -> str:
    return table.label_zh if chosen.language == "zh_CN" else table.label_en


def _background(folder: Path, path: Path) -> Any:
    """Copy a file with those beside it, and return its layer."""
    target = folder / path.name
    if target.exists():
        raise InputError(
            tr("Two files of LAYERS are called {name}. Rename one of them.").format(name=path.name)
        )
    try:
        shutil.copyfile(path, target)
        for end in _BESIDE:
            for beside in {path.with_name(path.stem + end), path.with_name(path.name + end)}:
                if beside.is_file():
                    shutil.copyfile(beside, folder / beside.name)
    except OSError as error:
        message = tr("The background file {path} can't be read. Choose another one.")
        raise InputError(message.format(path=path)) from error
    layer: Any = QgsRasterLayer(str(target), path.stem)
    if not layer.isValid():
        layer = QgsVectorLayer(str(target), path.stem, "ogr")
    if not layer.isValid():
        message = tr("The background file {path} can't be read. Choose another one.")
        raise InputError(message.format(path=path))
    return layer
