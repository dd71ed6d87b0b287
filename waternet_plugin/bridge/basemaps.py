"""Maps behind the pipes: tiles from the net, one's own image, one's own drawing.

Nothing is fetched by adding a layer: QGIS asks for tiles when it draws them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from qgis.core import (
    QgsFeatureRenderer,
    QgsFillSymbol,
    QgsHueSaturationFilter,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsProject,
    QgsRasterLayer,
    QgsRuleBasedRenderer,
    QgsSettings,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
    QgsWkbTypes,
)

from waternet_plugin.bridge import map_keys
from waternet_plugin.bridge.layer_frames import without_asking
from waternet_plugin.bridge.project import layer_tree
from waternet_plugin.bridge.styling.pipes import CASING
from waternet_plugin.core.cells import old_workbooks
from waternet_plugin.core.colours import DIM
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.cut_drawings import refuse_cut_file
from waternet_plugin.core.texts import tr

KEY_SETTING = "waternet/tianditu_key"
_STREET_OPACITY, _IMAGE_OPACITY, _IMAGE_BRIGHTNESS = 0.55, 0.75, 20
_GREY = DIM
_TIANDITU = "https://t{server}.tianditu.gov.cn/DataServer?T={layer}_w&x={{x}}&y={{y}}&l={{z}}&tk={key}"
_PIPES = ("pipe", "pipe_health", "pipe_plan")


@dataclass(frozen=True)
class Service:
    """Tiles from the net: their layers from below (address and whether it holds names only)."""

    code: str
    tiles: tuple[str, ...]
    is_image: bool
    needs_key: bool


SERVICES = (
    Service("tianditu_vector", ("vec", "cva"), False, True),
    Service("tianditu_image", ("img", "cia"), True, True),
    Service("osm", ("https://tile.openstreetmap.org/{z}/{x}/{y}.png",), False, False),
)


def service_label(code: str) -> str:
    """Return what a service is called."""
    labels = {
        "tianditu_vector": tr("Tianditu streets"),
        "tianditu_image": tr("Tianditu imagery"),
        "osm": tr("OpenStreetMap"),
    }
    return labels[code]


def tianditu_key() -> str:
    """Return the user's key of Tianditu, '' if there is none."""
    return str(QgsSettings().value(KEY_SETTING, "") or "").strip()


def set_tianditu_key(key: str) -> None:
    """Keep the user's key of Tianditu."""
    QgsSettings().setValue(KEY_SETTING, key.strip())


def _uri(service: Service, tile: str) -> str:
    url = tile
    if service.needs_key:
        url = _TIANDITU.format(server=0, layer=tile, key=map_keys.quoted(tianditu_key()))
    deepest = 18 if service.needs_key else 19
    return f"type=xyz&zmin=0&zmax={deepest}&url={quote(url, safe=':/{}')}"


def show_pale(layer: QgsRasterLayer, *, is_image: bool) -> None:
    """Step a raster back: imagery lighter, street maps in grey."""
    layer.setOpacity(_IMAGE_OPACITY if is_image else _STREET_OPACITY)
    if is_image:
        layer.brightnessFilter().setBrightness(_IMAGE_BRIGHTNESS)
    else:
        grey = QgsHueSaturationFilter.GrayscaleMode.GrayscaleLuminosity
        layer.hueSaturationFilter().setGrayscaleMode(grey)


def add_base_layers(project: QgsProject, layers: list[Any], mark: str) -> None:
    """Put layers on top of the group, the last one uppermost, and into our map themes."""
    group = layer_tree.base_group(project)
    if group is None:
        message = tr(
            "The group for base maps was removed from the project. Build the project again to get it back."
        )
        raise InputError(message)
    for layer in layers:
        layer.setCustomProperty(map_keys.MARK, mark)
        project.addMapLayer(layer, False)
        group.insertLayer(0, layer).setExpanded(False)
    group.setItemVisibilityChecked(True)
    layer_tree.put_background_below(project)
    layer_tree.add_to_themes(project, layers)
    update_casing(project)


def add_service(project: QgsProject, code: str) -> list[QgsRasterLayer]:
    """Add tiles from the net.

    Raises
    ------
    InputError
        When the service needs a key and there is none.
    """
    service = next(one for one in SERVICES if one.code == code)
    if service.needs_key and not tianditu_key():
        raise InputError(tr("Tianditu needs your own key. Enter it in the settings; it is free of charge."))
    layers = []
    for place, tile in enumerate(service.tiles):
        name = (
            service_label(code) if place == 0 else tr("{service}, names").format(service=service_label(code))
        )
        layer = QgsRasterLayer(_uri(service, tile), name, "wms")
        show_pale(layer, is_image=service.is_image and place == 0)
        if place > 0:
            layer.setOpacity(1.0)
        layers.append(layer)
    add_base_layers(project, layers, code)
    return layers


def add_image(project: QgsProject, path: str | Path) -> QgsRasterLayer:
    """Add a raster file, such as an aerial image: 75 %, a little brighter.

    Raises
    ------
    InputError
        When the file can't be read.
    """
    options = QgsRasterLayer.LayerOptions()
    options.skipCrsValidation = True
    layer = QgsRasterLayer(str(path), Path(path).stem, "gdal", options)
    if not layer.isValid():
        raise InputError(tr("The image {path} can't be read. Choose another one.").format(path=path))
    if not layer.crs().isValid():
        layer.setCrs(project.crs())
    show_pale(layer, is_image=True)
    add_base_layers(project, [layer], "image")
    return layer


def _grey_renderer(layer: QgsVectorLayer) -> QgsFeatureRenderer:
    kinds = QgsWkbTypes.GeometryType
    kind = layer.geometryType()
    if kind == kinds.PointGeometry:
        symbol: Any = QgsMarkerSymbol.createSimple({"color": _GREY, "size": "0.8", "outline_style": "no"})
    elif kind == kinds.LineGeometry:
        symbol = QgsLineSymbol.createSimple({"line_color": _GREY, "line_width": "0.15"})
    else:
        symbol = QgsFillSymbol.createSimple(
            {"color": "143,143,143,20", "outline_color": _GREY, "outline_width": "0.15"}
        )
    return QgsSingleSymbolRenderer(symbol)


def add_drawing(project: QgsProject, path: str | Path) -> list[QgsVectorLayer]:
    """Add a drawing (DXF or any vector file) in grey, a layer for each kind of geometry.

    Raises
    ------
    InputError
        When the file can't be read or holds nothing to draw.
    """
    nothing = tr("The drawing {path} can't be read or has nothing to draw. Choose another one.")
    if Path(path).suffix.lower() == old_workbooks.ENDING:
        # A damaged one can end the process within the library of GDAL.
        raise InputError(nothing.format(path=path))
    refuse_cut_file(Path(path))
    probe = QgsVectorLayer(str(path), "probe", "ogr", without_asking())
    sources = [str(path)]
    parts = probe.dataProvider().subLayers() if probe.isValid() else []
    if len(parts) > 1:
        separator = probe.dataProvider().sublayerSeparator()
        # Number, name, count, geometry type.
        found = [part.split(separator) for part in parts]
        sources = []
        for part in found:
            source = f"{path}|layername={part[1]}"
            sources.append(f"{source}|geometrytype={part[3]}" if len(part) > 3 and part[3] else source)
    layers = []
    for source in sources:
        layer = QgsVectorLayer(source, Path(path).stem, "ogr", without_asking())
        if layer.isValid() and layer.isSpatial():
            if not layer.crs().isValid():
                layer.setCrs(project.crs())
            layer.setRenderer(_grey_renderer(layer))
            layers.append(layer)
    if not layers:
        raise InputError(nothing.format(path=path))
    # Areas below, lines above them, points on top.
    layers.sort(key=lambda layer: -int(layer.geometryType()))
    add_base_layers(project, layers, "drawing")
    return layers


def is_visible(project: QgsProject) -> bool:
    """Return whether a base map shows that pipes need a white edge against.

    The town's own pale ground that came with a project needs none.
    """
    group = layer_tree.base_group(project)
    if group is None:
        return False
    return any(
        node.isVisible()
        and node.layer() is not None
        and not node.layer().customProperty(layer_tree.BASE_MARK)
        for node in group.findLayers()
    )


def update_casing(project: QgsProject) -> bool:
    """Switch the white edges of the pipes on while a base map is visible, else off.

    Rules that are off cost nothing when QGIS draws. Returns whether anything changed.
    """
    wanted = is_visible(project)
    changed = False
    for key in _PIPES:
        layer = layer_tree.layer_of(project, key)
        renderer = layer.renderer() if layer is not None else None
        if not isinstance(renderer, QgsRuleBasedRenderer):
            continue
        cased = [rule for rule in renderer.rootRule().descendants() if rule.ruleKey().startswith(CASING)]
        different = [rule for rule in cased if rule.active() != wanted]
        for rule in different:
            rule.setActive(wanted)
        if different:
            changed = True
            layer.triggerRepaint()
            layer.emitStyleChanged()
    return changed


def file_filter(kind: str) -> str:
    """Return the filter of the file dialog for an image or a drawing."""
    endings = {
        "image": "*.tif *.tiff *.jpg *.jpeg *.png *.jp2 *.ecw *.vrt *.img",
        "drawing": "*.dxf *.shp *.gpkg *.geojson *.tab *.mif",
    }[kind]
    label = tr("Images") if kind == "image" else tr("Drawings")
    return f"{label} ({endings});;{tr('All files')} (*)"
