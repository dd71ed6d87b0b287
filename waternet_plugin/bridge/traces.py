"""Answers kept as layers, in a group under Results, dressed as they were on the map."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFeatureRenderer,
    QgsLineSymbol,
    QgsMarkerSymbol,
    QgsProject,
    QgsRendererCategory,
    QgsSingleSymbolRenderer,
    QgsVectorLayer,
)

from waternet_plugin.bridge.project import layer_tree
from waternet_plugin.bridge.styling import drains
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core import texts
from waternet_plugin.core.colours import CALM, CAUTION, GREY, SEVERE, WHITE
from waternet_plugin.core.network.isolation.roles import ALREADY_CLOSED, ROLES, SECOND_CHOICE, role_label
from waternet_plugin.core.texts import tr

# Marks the group and its layers, so that they are told from those of the network.
TRACE_MARK = "waternet/trace"
# Of a month of leak search: what is left for later is drawn by no colour of its own.
SEARCH_COLOURS = {"later": GREY, "done": CALM, "this_month": CAUTION, "overdue": SEVERE}
_WIDTHS = {"isolated": "1.3", "unintended": "1.1", "dead_end": "0.8"}


def _labels() -> dict[str, str]:
    """Return what the legend calls layers and classes."""
    return {
        "burst_pipes": tr("Pipes of a burst"),
        "burst_customers": tr("Customers of a burst"),
        "burst_valves": tr("Valves of a burst"),
        "trace_pipes": tr("Pipes of a trace"),
        "trace_nodes": tr("Nodes of a trace"),
        "misconnections": tr("Misconnections"),
        "catchments": tr("Catchments"),
        "overflow_parts": tr("Drained by overflows"),
        "search_pipes": tr("Leak search"),
        "done": tr("Searched within 12 months"),
        "this_month": tr("This month"),
        "overdue": tr("Overdue"),
        "later": tr("Later"),
        "isolated": tr("Isolated"),
        "unintended": tr("Cut off unintentionally"),
        "dead_end": tr("Dead end"),
        **{role: role_label(role) for role in ROLES},
        "yes": tr("Critical"),
        "no": tr("Not critical"),
    }


def _line(colour: str, width: str, style: str = "solid") -> QgsLineSymbol:
    casing = QgsLineSymbol.createSimple(
        {"line_color": WHITE, "line_width": str(float(width) + 0.6), "capstyle": "round"}
    )
    core = QgsLineSymbol.createSimple(
        {"line_color": colour, "line_width": width, "line_style": style, "capstyle": "round"}
    )
    casing.appendSymbolLayer(core.symbolLayer(0).clone())
    return casing


def _marker(colour: str, size: str, *, name: str = "circle", filled: bool = True) -> QgsMarkerSymbol:
    fill = colour if filled else WHITE
    return QgsMarkerSymbol.createSimple(
        {"name": name, "color": fill, "outline_color": colour if not filled else WHITE,
         "outline_width": "0.5", "size": size}
    )  # fmt: skip


def _by(field: str, symbols: dict[str, Any], labels: dict[str, str]) -> QgsCategorizedSymbolRenderer:
    categories = [QgsRendererCategory(code, symbol, labels[code]) for code, symbol in symbols.items()]
    return QgsCategorizedSymbolRenderer(field, categories)


def renderer(layer: str, source: QgsVectorLayer) -> QgsFeatureRenderer:
    """Return how a kind of layer is drawn: burst_pipes, burst_valves, burst_customers, trace_pipes, ..."""
    look, labels = Look("screen", texts.language()), _labels()
    if layer == "misconnections":
        return drains.misconnection_renderer(look)
    if layer == "catchments":
        return drains.catchment_renderer(look, source)
    if layer == "overflow_parts":
        return drains.overflow_renderer(look)
    if layer == "burst_pipes":
        lines = {
            effect: _line(look.colour(f"burst.{effect}"), width, "dash" if effect == "dead_end" else "solid")
            for effect, width in _WIDTHS.items()
        }
        return _by("effect", lines, labels)
    if layer == "burst_valves":
        markers = {
            role: _marker(
                look.colour(f"burst.{role}"), "4.2", filled=role not in (SECOND_CHOICE, ALREADY_CLOSED)
            )
            for role in ROLES
        }
        return _by("role", markers, labels)
    if layer == "burst_customers":
        lost = look.colour("burst.customer")
        kinds = {"yes": _marker(lost, "3.4", name="square"), "no": _marker(lost, "1.6")}
        return _by("critical", kinds, labels)
    if layer == "search_pipes":
        return _by("state", {code: _line(colour, "0.9") for code, colour in SEARCH_COLOURS.items()}, labels)
    if layer == "trace_nodes":
        return QgsSingleSymbolRenderer(_marker(look.colour("trace.path"), "1.2"))
    return QgsSingleSymbolRenderer(_line(look.colour("trace.path"), "1.0"))


def _group(project: QgsProject) -> Any:
    """Return the group of results, the top of the tree where somebody removed it."""
    root = project.layerTreeRoot()
    found = [one for one in root.findGroups() if one.customProperty(layer_tree.GROUP_MARK) == "results"]
    return found[0] if found else root


def add(project: QgsProject, path: Path, title: str, names: Iterable[str]) -> list[str]:
    """Add the layers of an answer in a group of their own, read-only; return those that can't be read.

    Parameters
    ----------
    project
        The open project; nothing else of it changes.
    title
        What the group is called.
    names
        Layers of the file, from the lowest up.
    """
    labels = _labels()
    group = None
    missing: list[str] = []
    for name in names:
        layer = QgsVectorLayer(f"{path.as_posix()}|layername={name}", labels[name], "ogr")
        if not layer.isValid():
            missing.append(name)
            continue
        layer.setRenderer(renderer(name, layer))
        layer.setReadOnly(True)
        layer.setCustomProperty(TRACE_MARK, name)
        if group is None:
            group = _group(project).insertGroup(0, title)
            group.setCustomProperty(TRACE_MARK, title)
        project.addMapLayer(layer, False)
        group.insertLayer(0, layer).setExpanded(False)
        _put_above(project, layer)
    return missing


def _put_above(project: QgsProject, layer: QgsVectorLayer) -> None:
    """Draw a layer above the network where the project has an order of its own."""
    root = project.layerTreeRoot()
    if root.hasCustomLayerOrder():
        root.setCustomLayerOrder([layer, *(one for one in root.customLayerOrder() if one != layer)])
