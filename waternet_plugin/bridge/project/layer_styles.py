"""Dress the layers of a network: every style a layer can wear, its form, its tip, its scales."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsMapLayerStyle,
    QgsMarkerSymbol,
    QgsNullSymbolRenderer,
    QgsRendererCategory,
    QgsSimpleMarkerSymbolLayer,
    QgsVectorLayer,
)

from waternet_plugin.bridge.forms import forms, tips
from waternet_plugin.bridge.project import fingerprint
from waternet_plugin.bridge.styling import (
    areas,
    issues,
    labels,
    lines,
    look,
    pipes,
    points,
    zones,
)
from waternet_plugin.bridge.styling.look import Look
from waternet_plugin.core.colours import WHITE
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema import domains
from waternet_plugin.core.schema.map_views import LEAKAGE, NODE_DUE, PROGRAMME, VERIFIED
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import Table
from waternet_plugin.core.users.meter_lives import MeterLives, meter_lives

# Wide and pale: a band under the pipes.
_PACKAGE_MM = 2.2
_ROW_MM = 1.8


def project_renderer(chosen: Look) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of renewal packages: a band in the colour of the state."""
    categories = []
    for code in domains.domain("project_state").values():
        colour = chosen.colour(f"project.{code.code}")
        symbol = lines.line([lines.stroke(colour, chosen.width(_PACKAGE_MM))])
        categories.append(QgsRendererCategory(code.code, symbol, chosen.label(code)))
    return QgsCategorizedSymbolRenderer("state", categories)


def survey_row_renderer(chosen: Look) -> QgsCategorizedSymbolRenderer:
    """Return the renderer of the rows of survey files: a dot in the colour of what became of the row."""
    categories = []
    for code in domains.domain("survey_verdict").values():
        properties = {
            "name": "circle",
            "size": f"{_ROW_MM:g}",
            "size_unit": "MM",
            "color": chosen.colour(f"survey_row.{code.code}"),
            "outline_color": WHITE,
            "outline_width": "0.2",
            "outline_width_unit": "MM",
        }
        symbol: QgsMarkerSymbol = lines.marker(QgsSimpleMarkerSymbolLayer.create(properties))
        categories.append(QgsRendererCategory(code.code, symbol, chosen.label(code)))
    return QgsCategorizedSymbolRenderer("verdict", categories)


# The style of the pipes behind the plan, and of layers that have one style only.
BACKGROUND = "ground"
PLAIN = "plain"
# Layers that people see in other themes, too.
_ALSO_PLAIN = ("node", "customer", "zone", "issue")
_LABELLED_PIPES = ("pipe", "pipe_health", "pipe_plan")
# Scales from which a whole layer shows.
_LAYER_SCALES = {
    "node": "nodes",
    "customer": "customers",
    "survey_row": "survey_rows",
    "failure": "failures",
    "work_item": "events",
    "road_work": "events",
    "issue": "events",
    "dma_boundary": "boundaries",
}
# Of styles that show a layer from farther out than it shows otherwise.
_STYLE_SCALES = {"users": "dots", "meters": "dots"}


@dataclass(frozen=True)
class LegendFigures:
    """What legends and styles take from a network.

    Parameters
    ----------
    meters
        How long meters may be used.
    health_m, plan_m
        Metres by class of health and by year of the plan.
    """

    meters: MeterLives
    health_m: Mapping[str, float] = field(default_factory=dict)
    plan_m: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class GeneratedStyle:
    """A style as it was generated: what people call it, and its fingerprint."""

    name: str
    fingerprint: str


def style_keys(layer_key: str) -> tuple[str, ...]:
    """Return the keys of the styles of a layer, the one it wears first ahead."""
    keys = tuple(theme.name for theme in look.themes().values() if theme.layer == layer_key)
    if layer_key == "pipe_health":
        return (*keys, BACKGROUND)
    if layer_key in _ALSO_PLAIN:
        return (PLAIN, *(keys or ("dma",)))
    return keys or (PLAIN,)


def style_name(chosen: Look, layer_key: str, key: str) -> str:
    """Return what people call a style."""
    if key == BACKGROUND:
        return chosen.word("plan_ground")
    if key == PLAIN:
        return chosen.word(layer_key)
    return chosen.label(look.themes()[key])


def first_renderer(chosen: Look, layer_key: str) -> Any:
    """Return how a layer is drawn by the style that it wears first, without figures in its legend."""
    figures = LegendFigures(meter_lives(Settings()))
    return _renderer(chosen, layer_key, style_keys(layer_key)[0], figures)


def _renderer(chosen: Look, layer_key: str, key: str, figures: LegendFigures) -> Any:
    if key == BACKGROUND:
        return pipes.quiet_renderer(chosen)
    if key == "plan":
        return pipes.plan_renderer(chosen, sorted(figures.plan_m), figures.plan_m)
    if layer_key == LEAKAGE:
        return zones.leakage_renderer(chosen) if key == "leakage" else zones.criterion_renderer(chosen)
    if key == "dma":
        return zones.dma_renderer(chosen) if layer_key == "zone" else zones.crossing_renderer(chosen)
    if key == "users":
        return points.trade_renderer(chosen)
    if key == "meters":
        return points.meter_renderer(chosen, figures.meters)
    if key == "programme":
        return areas.programme_renderer(chosen)
    if key != PLAIN:
        return pipes.renderer(chosen, key, figures.health_m if key == "health" else None)
    makers: dict[str, Callable[[Look], Any]] = {
        "node": points.node_renderer,
        "customer": points.customer_renderer,
        "survey_row": survey_row_renderer,
        "project": project_renderer,
        "failure": points.failure_renderer,
        "issue": issues.issue_renderer,
        "work_item": points.work_item_renderer,
        "compound": areas.compound_renderer,
        "zone": areas.zone_renderer,
        "road_work": areas.road_work_renderer,
        "dma_way": zones.way_renderer,
        "dma_boundary": zones.boundary_renderer,
        VERIFIED: pipes.verdict_renderer,
        NODE_DUE: points.due_renderer,
    }
    return makers[layer_key](chosen) if layer_key in makers else QgsNullSymbolRenderer()


def _labeling(chosen: Look, layer_key: str, key: str) -> Any:
    if layer_key in _LABELLED_PIPES and key != BACKGROUND:
        return labels.pipe_labeling(chosen)
    if layer_key == LEAKAGE:
        return labels.leakage_labeling(chosen) if key == "leakage" else labels.rate_labeling(chosen)
    if layer_key == PROGRAMME:
        return labels.programme_labeling(chosen)
    if layer_key == "dma_boundary":
        return labels.meter_labeling(chosen)
    if layer_key in ("compound", "zone"):
        return labels.area_labeling(chosen, layer_key)
    return None


def _edited(layer: QgsVectorLayer, worn: Mapping[str, GeneratedStyle]) -> dict[str, QgsMapLayerStyle]:
    """Return the styles that somebody changed since they were generated."""
    manager = layer.styleManager()
    result = {}
    for key, style in worn.items():
        if style.name in manager.styles():
            edited_style = manager.style(style.name)
            if fingerprint.of_style(edited_style.xmlData()) != style.fingerprint:
                result[key] = QgsMapLayerStyle(edited_style.xmlData())
    return result


def _clear(layer: QgsVectorLayer, names: set[str]) -> str:
    """Take our earlier styles off a layer; return the name of the one it must wear meanwhile."""
    manager = layer.styleManager()
    manager.renameStyle(manager.currentStyle(), "waternet-building")
    for name in names & set(manager.styles()):
        manager.removeStyle(name)
    return "waternet-building"


def draw_as(layer: QgsVectorLayer, layer_key: str, key: str, chosen: Look, figures: LegendFigures) -> None:
    """Draw a layer in one of its styles; ``key`` is the style's."""
    if layer_key in _LAYER_SCALES:
        layer.setScaleBasedVisibility(True)
        layer.setMaximumScale(0)
        layer.setMinimumScale(look.scale(_STYLE_SCALES.get(key, _LAYER_SCALES[layer_key])))
    layer.setRenderer(_renderer(chosen, layer_key, key, figures))
    labeling = _labeling(chosen, layer_key, key)
    layer.setLabeling(labeling)
    layer.setLabelsEnabled(labeling is not None)


def dress(
    layer: QgsVectorLayer,
    layer_key: str,
    chosen: Look,
    figures: LegendFigures,
    earlier: Mapping[str, GeneratedStyle],
    described: Table,
    progress: Progress,
) -> tuple[dict[str, GeneratedStyle], list[str]]:
    """Give a layer all its styles; what somebody edited stays.

    Parameters
    ----------
    layer
        The layer, new or of an earlier project.
    layer_key
        Its table or view.
    chosen
        Palette and language.
    figures
        What the legend says.
    earlier
        The styles generated last time, by key.
    described
        The layer's table as the network has it.
    progress
        Told at first and before each style; whoever is asked to stop throws the layer away.

    Returns
    -------
    The styles as they are now by key, and the names of those that were kept as edited.
    """
    progress.at(0.0)
    edited = _edited(layer, earlier)
    building = _clear(layer, {style.name for style in earlier.values()})
    forms.configure(layer, described, chosen, layer_key=layer_key)
    if not described.has_geometry:
        return {}, []
    manager = layer.styleManager()
    result: dict[str, GeneratedStyle] = {}
    kept_names = []
    keys = style_keys(layer_key)
    for number, key in enumerate(keys):
        progress.at(number / len(keys))
        name = style_name(chosen, layer_key, key)
        draw_as(layer, layer_key, key, chosen, figures)
        generated = fingerprint.of_style(manager.style(building).xmlData())
        if key in edited:
            manager.addStyle(name, edited[key])
            kept_names.append(name)
        else:
            manager.addStyleFromLayer(name)
        # An edited style keeps the fingerprint of the generated one, so that it stays “edited”.
        result[key] = GeneratedStyle(name, generated)
    manager.setCurrentStyle(result[keys[0]].name)
    manager.removeStyle(building)
    return result, kept_names


def tip_of(layer_key: str, chosen: Look, ids: Mapping[str, str]) -> str:
    """Return the map tip of a layer; ``ids`` are the ids of the project's layers by key."""
    failures, health = ids.get("failure", ""), ids.get("pipe_health", "")
    of_pipe = partial(tips.pipe, chosen, failure_layer=failures, health_layer=health)
    makers: dict[str, Callable[[], str]] = {
        "pipe": of_pipe,
        "pipe_health": partial(tips.pipe_health, chosen, failure_layer=failures),
        "pipe_plan": of_pipe,
        "node": partial(tips.node, chosen),
        "customer": partial(tips.customer, chosen),
        "project": partial(tips.project, chosen),
        "survey_row": partial(tips.survey_row, chosen),
        "failure": partial(tips.failure, chosen),
        "compound": tips.named,
        PROGRAMME: tips.named,
        "zone": tips.named,
        LEAKAGE: partial(tips.leakage, chosen),
        VERIFIED: partial(tips.verified, chosen),
        NODE_DUE: partial(tips.due, chosen),
        "road_work": tips.named,
        "dma_way": of_pipe,
        "dma_boundary": partial(tips.node, chosen),
        "issue": tips.issue,
        "work_item": partial(tips.named, "note"),
    }
    return makers[layer_key]() if layer_key in makers else ""
