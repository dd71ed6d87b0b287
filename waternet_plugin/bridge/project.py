"""Build the project of a network: layers, tree, styles, themes, snapping, extent."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qgis.core import (
    Qgis,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsMapThemeCollection,
    QgsProject,
    QgsRectangle,
    QgsReferencedRectangle,
    QgsSnappingConfig,
    QgsTolerance,
    QgsVectorLayer,
    QgsWkbTypes,
)

from waternet_plugin.bridge import dressing
from waternet_plugin.bridge.dressing import GROUND, Figures, Worn
from waternet_plugin.bridge.styling import areas, labels, look
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core import texts
from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.store import Network

SCOPE = "WaterNet"
# Marks on our layers and groups, by which a later building finds them again.
LAYER_MARK = "waternet/layer"
_GROUP_MARK = "waternet/group"
# The tree as people see it, from the top.
TREE = (
    ("network", ("pipe", "node")),
    ("areas", ("compound", "zone")),
    ("events", ("failure", "inspection", "work_item", "road_work")),
    ("results", ("issue", "pipe_health", "pipe_plan")),
    ("base_map", ()),
)
# What is drawn over what, the uppermost first.
_DRAW_ORDER = (
    "failure work_item node issue pipe_plan pipe_health pipe road_work zone compound inspection".split()
)
_ALWAYS_VISIBLE = frozenset({"node", "compound"})
_VISIBLE = {
    "health": {"pipe_health", "failure"},
    "plan": {"pipe_plan", "pipe_health", "road_work"},
}
_MARGIN = 0.05
_SNAP_PIXELS = 12
# Half the side of the map of an empty network, in metres.
_EMPTY_HALF_M = 1000.0


@dataclass(frozen=True)
class BuiltProject:
    """A project that was written.

    Parameters
    ----------
    path
        The .qgz.
    themes
        Names of its map themes by the theme's code.
    kept
        Styles that somebody edited and that were left as they are (layer: style).
    """

    path: Path
    themes: dict[str, str]
    kept: tuple[str, ...]


def _checked(theme: str, palette: str, language: str) -> Look:
    """Return palette and language as one choice, or say what there is to choose from."""
    palettes = sorted({*look.PALETTES, *look.ON_PAPER.values()})
    for name, value, known in (
        ("THEME", theme, list(look.themes())),
        ("PALETTE", palette, palettes),
        ("LANGUAGE", language, list(look.LANGUAGES)),
    ):
        if value not in known:
            message = tr("{name}: “{value}” is not among the choices. Give one of: {choices}.")
            raise InputError(message.format(name=name, value=value, choices=", ".join(known)))
    return Look(palette, language)


def _figures(network: Network) -> Figures:
    """Read what the legends say."""
    health = network.read("pipe_health", ["class", "length_m"], geometry=False)
    plan = network.read("pipe_plan", ["year", "length_m"], geometry=False)
    by_class = {}
    if health["class"].notna().any():
        sums = health["length_m"].groupby(health["class"].fillna("unknown")).sum()
        by_class = {str(name): float(metres) for name, metres in sums.items()}
    sums = plan["length_m"].groupby(plan["year"]).sum()
    return Figures(by_class, {int(year): float(metres) for year, metres in sums.items()})


def _our_layers(project: QgsProject) -> dict[str, QgsVectorLayer]:
    marked = ((layer.customProperty(LAYER_MARK), layer) for layer in project.mapLayers().values())
    return {str(key): layer for key, layer in marked if key}


def layer_of(project: QgsProject, key: str) -> QgsVectorLayer | None:
    """Return the layer of a table or view (pipe, node, pipe_health, ...) of a project we built."""
    return _our_layers(project).get(key)


def theme_name(theme: str, language: str) -> str:
    """Return what a map theme is called in a language."""
    return Look("screen", language).label(look.themes()[theme])


def _layer(project: QgsProject, network_path: Path, key: str, name: str) -> QgsVectorLayer:
    """Return the layer of a table, made new or found and pointed to the network."""
    source = f"{network_path}|layername={key}"
    layer = layer_of(project, key)
    if layer is None:
        options = QgsVectorLayer.LayerOptions(project.transformContext())
        options.loadDefaultStyle = False
        layer = QgsVectorLayer(source, name, "ogr", options)
        layer.setCustomProperty(LAYER_MARK, key)
        project.addMapLayer(layer, False)
    else:
        layer.setDataSource(source, name, "ogr")
        layer.setName(name)
    if not layer.isValid():
        message = tr("The table {table} of {path} can't be shown. Restore a backup of the network.")
        raise StoreError(message.format(table=key, path=network_path))
    layer.setReadOnly(key in dressing.VIEWS)
    return layer


def _arrange(project: QgsProject, layers: dict[str, QgsVectorLayer], chosen: Look) -> None:
    """Put the layers into their groups, folded; what is there already stays where it is."""
    root = project.layerTreeRoot()
    for place, (group_key, keys) in enumerate(TREE):
        found = [group for group in root.findGroups() if group.customProperty(_GROUP_MARK) == group_key]
        group = found[0] if found else root.insertGroup(place, "")
        group.setCustomProperty(_GROUP_MARK, group_key)
        group.setName(chosen.word(group_key))
        group.setExpanded(False)
        for key in keys:
            node = root.findLayer(layers[key].id())
            if node is None:
                node = group.addLayer(layers[key])
                node.setExpanded(False)
    order = [layers[key] for key in _DRAW_ORDER]
    others = [layer for layer in root.layerOrder() if layer not in order]
    root.setHasCustomLayerOrder(True)
    root.setCustomLayerOrder(order + others)


def _style_of(theme: str, key: str) -> str:
    """Return the style that a layer wears in a theme."""
    if key == "pipe_health" and theme == "plan":
        return GROUND
    keys = dressing.style_keys(key)
    return theme if theme in keys else keys[0]


def _visible(theme: str) -> set[str]:
    return _ALWAYS_VISIBLE | _VISIBLE.get(theme, {"pipe"})


def _record_themes(
    project: QgsProject, layers: dict[str, QgsVectorLayer], worn: dict[str, dict[str, Worn]], names: dict[str, str]
) -> None:
    """Enter the map themes: which layers show, in which style."""
    collection = project.mapThemeCollection()
    base = [layer for layer in project.mapLayers().values() if layer.customProperty(LAYER_MARK) is None]
    for theme, name in names.items():
        record = QgsMapThemeCollection.MapThemeRecord()
        for key in _visible(theme):
            part = QgsMapThemeCollection.MapThemeLayerRecord(layers[key])
            part.usingCurrentStyle = True
            part.currentStyle = worn[key][_style_of(theme, key)].name
            record.addLayerRecord(part)
        for layer in base:
            record.addLayerRecord(QgsMapThemeCollection.MapThemeLayerRecord(layer))
        if collection.hasMapTheme(name):
            collection.update(name, record)
        else:
            collection.insert(name, record)


def _show(
    project: QgsProject, layers: dict[str, QgsVectorLayer], worn: dict[str, dict[str, Worn]], theme: str
) -> None:
    """Open the project with one theme."""
    root = project.layerTreeRoot()
    visible = _visible(theme)
    for key, layer in layers.items():
        root.findLayer(layer.id()).setItemVisibilityChecked(key in visible)
        if worn[key]:
            layer.styleManager().setCurrentStyle(worn[key][_style_of(theme, key)].name)


def _set_snapping(project: QgsProject, layers: dict[str, QgsVectorLayer]) -> None:
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
                kind = QgsSnappingConfig.SnappingTypeFlag(flags.VertexFlag | flags.SegmentFlag)
            settings = QgsSnappingConfig.IndividualLayerSettings(
                ours, kind, _SNAP_PIXELS, QgsTolerance.UnitType.Pixels, 0, 0
            )
            config.setIndividualLayerSettings(layer, settings)
    project.setSnappingConfig(config)
    project.setTopologicalEditing(True)


def _extent(layers: Iterable[QgsVectorLayer], crs: QgsCoordinateReferenceSystem) -> QgsRectangle:
    """Return the whole town with a margin of 5 %; for an empty network the middle of its CRS's area."""
    extent = QgsRectangle()
    extent.setMinimal()
    for layer in layers:
        if layer.featureCount() > 0:
            extent.combineExtentWith(layer.extent())
    if not extent.isEmpty():
        extent.grow(_MARGIN * max(extent.width(), extent.height()))
        return extent
    degrees = QgsCoordinateReferenceSystem("EPSG:4326")
    transform = QgsCoordinateTransform(degrees, crs, QgsProject())
    middle = transform.transform(crs.bounds().center()) if not crs.bounds().isEmpty() else extent.center()
    result = QgsRectangle(middle, middle)
    result.grow(_EMPTY_HALF_M)
    return result


def _add_base_layers(project: QgsProject, paths: Sequence[str | Path], chosen: Look) -> None:
    """Add the background that is not there yet, the ground at the bottom."""
    root = project.layerTreeRoot()
    group = next(item for item in root.findGroups() if item.customProperty(_GROUP_MARK) == "base_map")
    there = {os.path.normpath(layer.source().split("|")[0]) for layer in project.mapLayers().values()}
    ordered = sorted(paths, key=lambda path: areas.BASE_KINDS.index(areas.base_kind(Path(path).stem)))
    for path in ordered:
        if os.path.normpath(str(path)) in there:
            continue
        kind = areas.base_kind(Path(path).stem)
        layer = QgsVectorLayer(str(path), chosen.word(f"base_{kind}"), "ogr")
        if not layer.isValid():
            message = tr("The background file {path} can't be read. Choose another one.")
            raise InputError(message.format(path=path))
        is_line = layer.geometryType() == QgsWkbTypes.GeometryType.LineGeometry
        layer.setRenderer(areas.base_renderer(chosen, kind, is_line=is_line))
        if is_line and layer.fields().lookupField("name") >= 0:
            layer.setLabeling(labels.base_labeling(chosen, "name"))
            layer.setLabelsEnabled(True)
        project.addMapLayer(layer, False)
        group.insertLayer(0, layer).setExpanded(False)
    # New layers join the drawing order as they come: the background is drawn as the tree has it.
    background = [item.layer() for item in group.findLayers()]
    above = [layer for layer in root.customLayerOrder() if layer not in background]
    root.setCustomLayerOrder(above + background)


def _read_worn(project: QgsProject) -> dict[str, dict[str, Worn]]:
    stored, _ = project.readEntry(SCOPE, "styles", "{}")
    return {
        key: {style: Worn(**entry) for style, entry in styles.items()}
        for key, styles in json.loads(stored).items()
    }


def _remember(
    project: QgsProject, worn: dict[str, dict[str, Worn]], theme: str, chosen: Look
) -> None:
    """Keep with the project what a later building needs to know."""
    entries = {key: {style: asdict(entry) for style, entry in styles.items()} for key, styles in worn.items()}
    project.writeEntry(SCOPE, "styles", json.dumps(entries, ensure_ascii=False, sort_keys=True))
    project.writeEntry(SCOPE, "theme", theme)
    project.writeEntry(SCOPE, "palette", chosen.palette)
    project.writeEntry(SCOPE, "language", chosen.language)


def furnish(
    project: QgsProject,
    network_path: str | Path,
    *,
    theme: str = "system",
    palette: str = "screen",
    language: str | None = None,
    base_layers: Sequence[str | Path] = (),
) -> tuple[str, ...]:
    """Put a network's layers, styles and themes into a project, new or built earlier.

    Parameters
    ----------
    project
        The project; layers, groups and themes that are not ours stay as they are.
    network_path
        The network's GeoPackage.
    theme
        The theme it opens with.
    palette
        ``screen``, ``print`` or ``cjj61``; for pages also ``cjj61_paper`` (see ``look.ON_PAPER``).
    language
        ``en`` or ``zh_CN``; None for that of the interface.
    base_layers
        Files of the town behind the pipes.

    Returns
    -------
    The styles that somebody edited and that were kept, as “layer: style”.

    Raises
    ------
    WaterNetError
        With one sentence, when the choice or the network can't be used.
    """
    from waternet_plugin.store import open_network

    chosen = _checked(theme, palette, language or texts.language())
    with open_network(network_path) as network:
        figures = _figures(network)
        name = network.name
    path = Path(os.path.abspath(network_path))
    before = _read_worn(project)
    old_names = [theme_name(each, old) for each in look.themes() for old in look.LANGUAGES]
    layers = {key: _layer(project, path, key, chosen.word(key)) for _, keys in TREE for key in keys}
    worn: dict[str, dict[str, Worn]] = {}
    kept: list[str] = []
    for key, layer in layers.items():
        worn[key], kept_styles = dressing.dress(layer, key, chosen, figures, before.get(key, {}))
        kept += [f"{layer.name()}: {style}" for style in kept_styles]
    _arrange(project, layers, chosen)
    _add_base_layers(project, base_layers, chosen)
    names = {each: theme_name(each, chosen.language) for each in look.themes()}
    for old_name in set(old_names) - set(names.values()):
        if before and project.mapThemeCollection().hasMapTheme(old_name):
            project.mapThemeCollection().removeMapTheme(old_name)
    ids = {key: layer.id() for key, layer in layers.items()}
    for key, layer in layers.items():
        _tell(layer, key, chosen, ids)
    _record_themes(project, layers, worn, names)
    _show(project, layers, worn, theme)
    _set_snapping(project, layers)
    _remember(project, worn, theme, chosen)
    if not before:
        crs = layers["pipe"].crs()
        project.setCrs(crs)
        project.setTitle(name)
        extent = QgsReferencedRectangle(_extent([layers["pipe"], layers["node"]], crs), crs)
        project.viewSettings().setDefaultViewExtent(extent)
        project.viewSettings().setPresetFullExtent(extent)
    return tuple(kept)


def _tell(layer: QgsVectorLayer, key: str, chosen: Look, ids: dict[str, str]) -> None:
    """Set tip and display name in every style of a layer: both are kept with the style."""
    tip = dressing.tip_of(key, chosen, ids)
    if not tip:
        return
    manager = layer.styleManager()
    for style in manager.styles():
        manager.setCurrentStyle(style)
        layer.setMapTipTemplate(tip)


def _opened(output: Path) -> QgsProject:
    """Return an earlier project of ours to bring up to date, else an empty one."""
    project = QgsProject()
    if not output.exists():
        return project
    readable = project.read(str(output))
    network, ours = project.readEntry(SCOPE, "network", "")
    if not readable or not ours or not network:
        message = tr("{path} is there already and was not built by WaterNet. Choose another name.")
        raise InputError(message.format(path=output))
    return project


def _save(project: QgsProject, output: Path) -> None:
    """Write the project; an earlier one is put back when that fails."""
    before = output.read_bytes() if output.exists() else None
    project.setFilePathStorage(Qgis.FilePathType.Relative)
    if project.write(str(output)):
        return
    reason = project.error()
    if before is not None:
        output.write_bytes(before)
    elif output.exists():
        output.unlink()
    message = tr("The project {path} can't be written: {reason}. Check the disk and the folder's rights.")
    raise InputError(message.format(path=output, reason=reason))


def _relative(path: Path, folder: Path) -> str:
    """Return a path relative to a folder; the whole path where the two are on different drives."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:
        return path.as_posix()


def build_project(
    network_path: str | Path,
    output: str | Path | None = None,
    *,
    theme: str = "system",
    palette: str = "screen",
    language: str | None = None,
    base_layers: Sequence[str | Path] = (),
) -> BuiltProject:
    """Write the project of a network, or bring an earlier one up to date.

    Only in the main thread. An earlier project keeps its own layers, layouts and extent, and every style
    that somebody edited.

    Parameters
    ----------
    network_path
        The network's GeoPackage.
    output
        The .qgz; None for the network's name beside it.
    theme, palette, language, base_layers
        As ``furnish`` has them.

    Raises
    ------
    WaterNetError
        With one sentence; nothing is written then.
    """
    network = Path(os.path.abspath(network_path))
    target = Path(os.path.abspath(output)) if output else network.with_suffix(".qgz")
    if target.suffix.lower() != ".qgz":
        raise InputError(tr("{path} must end in .qgz.").format(path=target))
    if not target.parent.is_dir():
        message = tr("The folder {folder} does not exist. Create it or choose another one.")
        raise InputError(message.format(folder=target.parent))
    chosen = _checked(theme, palette, language or texts.language())
    project = _opened(target)
    kept = furnish(
        project, network, theme=theme, palette=palette, language=chosen.language, base_layers=base_layers
    )
    project.writeEntry(SCOPE, "network", _relative(network, target.parent))
    _save(project, target)
    names = {each: theme_name(each, chosen.language) for each in look.themes()}
    return BuiltProject(target, names, kept)
