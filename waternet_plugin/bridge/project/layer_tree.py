"""Arrange a project: the layer tree, what is drawn over what, themes, snapping, the first view."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapLayer,
    QgsMapThemeCollection,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsSnappingConfig,
    QgsTolerance,
    QgsVectorLayer,
    QgsWkbTypes,
)

from waternet_plugin.bridge.extents import network_extent
from waternet_plugin.bridge.layers.marks import BASE_MARK, GROUP_MARK, LAYER_MARK
from waternet_plugin.bridge.project import layer_styles
from waternet_plugin.bridge.project.layer_styles import BACKGROUND, GeneratedStyle
from waternet_plugin.bridge.styling import areas, labels, look
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.bridge.styling.pipes import LEGEND_ONLY
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import tr

Layers = Mapping[str, QgsVectorLayer]
GeneratedStyles = Mapping[str, Mapping[str, GeneratedStyle]]

_SCOPE = "WaterNet"
# The tree as people see it, from the top.
TREE = (
    ("network", ("pipe", "node", "customer")),
    ("areas", ("compound", "zone")),
    ("events", ("failure", "inspection", "work_item", "road_work", "programme_item")),
    (
        "results",
        (
            *("issue", "pipe_verified", "pipe_health", "pipe_plan", "zone_leakage", "node_due"),
            *("compound_programme", "dma_boundary", "dma_way", "project", "survey_row"),
            *("assessment", "change_log"),
        ),
    ),
    ("base_map", ()),
)
# Tables behind the forms: in the project for their relations, not in the legend.
_BEHIND = frozenset({"assessment", "change_log"})
# What is drawn over what, the uppermost first.
_DRAW_ORDER = (
    "failure work_item issue survey_row dma_boundary node node_due customer dma_way pipe_verified pipe_plan"
    " pipe_health pipe project road_work zone_leakage zone compound_programme compound inspection"
    " programme_item".split()
)
_ALWAYS_VISIBLE = frozenset({"node", "compound"})
# In themes that say nothing else.
_ORDINARY = frozenset({"pipe", "customer"})
_VISIBLE = {
    "health": {"pipe_health", "failure"},
    "plan": {"pipe_plan", "pipe_health", "road_work"},
    "dma": {"pipe", "zone", "issue", "dma_boundary", "dma_way"},
    "verified": {"pipe", "pipe_verified"},
    "leakage": {"pipe", "zone_leakage", "dma_boundary", "failure"},
    "double_criterion": {"pipe", "zone_leakage", "dma_boundary"},
    "programme": {"pipe", "compound_programme"},
    "users": {"pipe", "customer"},
    "meters": {"pipe", "node"},
}
# What another layer of the theme shows with more.
_REPLACED = {"programme": frozenset({"compound"}), "users": frozenset({"node"})}
_MARGIN = 0.05
_SNAP_PIXELS = 12
# Half the side of the map of an empty network, in metres.
_EMPTY_HALF_M = 1000.0


def our_layers(project: QgsProject) -> dict[str, QgsVectorLayer]:
    """Return our layers of a project by table or view."""
    marked = ((layer.customProperty(LAYER_MARK), layer) for layer in project.mapLayers().values())
    return {str(key): layer for key, layer in marked if key}


def layer_of(project: QgsProject, key: str) -> QgsVectorLayer | None:
    """Return the layer of a table or view (pipe, node, pipe_health, ...) of a project we built."""
    return our_layers(project).get(key)


def theme_name(theme: str, language: str) -> str:
    """Return what a map theme is called in a language."""
    return Look("screen", language).label(look.themes()[theme])


def arrange(project: QgsProject, layers: Layers, chosen: Look) -> None:
    """Put the layers into their groups, folded; what is there already stays where it is."""
    root = project.layerTreeRoot()
    for index, (group_key, keys) in enumerate(TREE):
        groups = [group for group in root.findGroups() if group.customProperty(GROUP_MARK) == group_key]
        group = groups[0] if groups else root.insertGroup(index, "")
        group.setCustomProperty(GROUP_MARK, group_key)
        group.setName(chosen.word(group_key))
        group.setExpanded(False)
        for key in (key for key in keys if key in layers):
            node = root.findLayer(layers[key].id())
            if node is None:
                node = group.addLayer(layers[key])
                node.setExpanded(False)
            if key.startswith("pipe"):
                # Classes and widths lie open in the legend, what is drawn farther out stays folded.
                node.setCustomProperty("expandedLegendNodes", ["near", LEGEND_ONLY])
            if key in _BEHIND:
                layers[key].setFlags(layers[key].flags() | QgsMapLayer.LayerFlag.Private)
    order = [layers[key] for key in _DRAW_ORDER if key in layers]
    others = [layer for layer in root.layerOrder() if layer not in order]
    root.setHasCustomLayerOrder(True)
    root.setCustomLayerOrder(order + others)


def style_of(theme: str, key: str) -> str:
    """Return the style that a layer wears in a theme."""
    if key == "pipe_health" and theme == "plan":
        return BACKGROUND
    keys = layer_styles.style_keys(key)
    return theme if theme in keys else keys[0]


def visible_keys(theme: str) -> frozenset[str]:
    """Return the tables and views whose layers a theme shows."""
    shown = _ALWAYS_VISIBLE | _VISIBLE.get(theme, _ORDINARY)
    return shown - _REPLACED.get(theme, frozenset())


def record_themes(
    project: QgsProject,
    layers: Layers,
    generated: dict[str, dict[str, GeneratedStyle]],
    names: dict[str, str],
) -> None:
    """Enter the map themes: which layers show, in which style."""
    collection = project.mapThemeCollection()
    base = [layer for layer in project.mapLayers().values() if layer.customProperty(LAYER_MARK) is None]
    for theme, name in names.items():
        record = QgsMapThemeCollection.MapThemeRecord()
        for key in visible_keys(theme):
            part = QgsMapThemeCollection.MapThemeLayerRecord(layers[key])
            part.usingCurrentStyle = True
            part.currentStyle = generated[key][style_of(theme, key)].name
            record.addLayerRecord(part)
        for layer in base:
            record.addLayerRecord(QgsMapThemeCollection.MapThemeLayerRecord(layer))
        if collection.hasMapTheme(name):
            collection.update(name, record)
        else:
            collection.insert(name, record)


def add_to_themes(project: QgsProject, added: Iterable[Any]) -> None:
    """Let base maps that were added show in all our map themes."""
    collection = project.mapThemeCollection()
    names = {theme_name(theme, language) for theme in look.themes() for language in look.LANGUAGES}
    for name in names & set(collection.mapThemes()):
        record = collection.mapThemeState(name)
        for layer in added:
            record.addLayerRecord(QgsMapThemeCollection.MapThemeLayerRecord(layer))
        collection.update(name, record)


def show(project: QgsProject, layers: Layers, generated: GeneratedStyles, theme: str) -> None:
    """Open the project with one theme."""
    root = project.layerTreeRoot()
    visible = visible_keys(theme)
    for key, layer in layers.items():
        node = root.findLayer(layer.id())
        if node is not None:
            node.setItemVisibilityChecked(key in visible)
            if key in visible and not node.isVisible():
                node.setItemVisibilityCheckedParentRecursive(True)
        style = generated.get(key, {}).get(style_of(theme, key))
        if style is not None and style.name in layer.styleManager().styles():
            layer.styleManager().setCurrentStyle(style.name)


def first_look(iface: Any) -> None:
    """Make the pipes current and switch map tips on: neither is kept in a project file.

    For projects that we built, right after they are opened; in those of others nothing is touched.
    """
    project = QgsProject.instance()
    layers = our_layers(project)
    if not layers or project.readEntry(_SCOPE, "added", "")[0]:
        return
    root = project.layerTreeRoot()
    shown = [layers[key] for key in ("pipe", "pipe_plan", "pipe_health") if key in layers]
    visible = [layer for layer in shown if (node := root.findLayer(layer.id())) and node.isVisible()]
    if visible or shown:
        iface.setActiveLayer((visible or shown)[0])
    tips = iface.actionMapTips()
    if tips is not None and not tips.isChecked():
        tips.trigger()


def set_snapping(project: QgsProject, layers: Layers) -> None:
    """Snap to our pipes and nodes only, and keep shared ends together."""
    flags = QgsSnappingConfig.SnappingTypes
    config = QgsSnappingConfig(project)
    config.setEnabled(True)
    config.setMode(QgsSnappingConfig.SnappingMode.AdvancedConfiguration)
    for layer in project.mapLayers().values():
        if isinstance(layer, QgsVectorLayer) and layer.isSpatial():
            ours = layer in (layers["pipe"], layers["node"])
            kind = flags.VertexFlag
            if layer == layers["pipe"]:
                kind = flags.VertexFlag | flags.SegmentFlag
            settings = QgsSnappingConfig.IndividualLayerSettings(
                ours, kind, _SNAP_PIXELS, QgsTolerance.UnitType.Pixels, 0, 0
            )
            config.setIndividualLayerSettings(layer, settings)
    project.setSnappingConfig(config)
    project.setTopologicalEditing(True)


def extent(
    layers: Iterable[QgsVectorLayer],
    crs: QgsCoordinateReferenceSystem,
    lonlat: tuple[float, float] | None = None,
) -> QgsRectangle:
    """Return the town without strays and a margin of 5 %.

    An empty network begins at its ``place`` (longitude and latitude, degrees), without one in the middle of
    its CRS.
    """
    town = network_extent(layers)
    if not town.isNull():
        town.grow(_MARGIN * max(town.width(), town.height()) or _EMPTY_HALF_M)
        return town
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    transform = QgsCoordinateTransform(degrees, crs, QgsProject())
    if lonlat is not None:
        middle = transform.transform(QgsPointXY(*lonlat))
    else:
        middle = transform.transform(crs.bounds().center()) if not crs.bounds().isEmpty() else town.center()
    result = QgsRectangle(middle, middle)
    result.grow(_EMPTY_HALF_M)
    return result


def add_base_layers(project: QgsProject, paths: Sequence[str | Path], chosen: Look) -> None:
    """Add the background that is not there yet, the ground at the bottom."""
    group = base_group(project)
    for layer in project.mapLayers().values():
        if layer.customProperty(BASE_MARK):
            layer.setName(chosen.word(f"base_{layer.customProperty(BASE_MARK)}"))
    sources = {os.path.normpath(layer.source().split("|")[0]) for layer in project.mapLayers().values()}
    ordered = sorted(paths, key=lambda path: areas.BASE_KINDS.index(areas.base_kind(Path(path).stem)))
    for path in ordered:
        if os.path.normpath(str(path)) in sources:
            continue
        kind = areas.base_kind(Path(path).stem)
        layer = QgsVectorLayer(str(path), chosen.word(f"base_{kind}"), "ogr")
        if not layer.isValid():
            message = tr("The background file {path} can't be read. Choose another one.")
            raise InputError(message.format(path=path))
        is_line = layer.geometryType() == QgsWkbTypes.GeometryType.LineGeometry
        layer.setRenderer(areas.base_renderer(chosen, kind, is_line=is_line))
        if kind in areas.BASE_NAMED and layer.fields().lookupField("name") >= 0:
            layer.setLabeling(labels.base_labeling(chosen, "name", is_line=is_line))
            layer.setLabelsEnabled(True)
        layer.setCustomProperty(BASE_MARK, kind)
        project.addMapLayer(layer, False)
        group.insertLayer(0, layer).setExpanded(False)
    put_background_below(project)


def base_group(project: QgsProject) -> Any:
    """Return the group of the base maps of a project of ours, None where somebody removed it."""
    groups = project.layerTreeRoot().findGroups()
    base_groups = [group for group in groups if group.customProperty(GROUP_MARK) == "base_map"]
    return base_groups[0] if base_groups else None


def put_background_below(project: QgsProject) -> None:
    """Draw the group of base maps below all else: new layers join the drawing order as they come."""
    root = project.layerTreeRoot()
    background = [item.layer() for item in base_group(project).findLayers() if item.layer() is not None]
    above = [layer for layer in root.customLayerOrder() if layer not in background]
    root.setCustomLayerOrder(above + background)
