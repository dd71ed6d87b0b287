"""Bring the legends of the result layers up to date after a new run or plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qgis.core import QgsProject

from waternet_plugin.bridge.project import fingerprint, layer_tree, previewing, switching
from waternet_plugin.bridge.project import project as projects
from waternet_plugin.bridge.project.layer_styles import GeneratedStyle
from waternet_plugin.bridge.styling import pipes

_STYLE_KEYS = {"pipe_health": "health", "pipe_plan": "plan"}


def _wear(layer: Any, worn: GeneratedStyle, renderer: Any) -> GeneratedStyle:
    """Give one style of a layer a new renderer, unless somebody edited it; return it as it is now."""
    manager = layer.styleManager()
    if worn.name not in manager.styles():
        return worn
    if fingerprint.of_style(manager.style(worn.name).xmlData()) != worn.fingerprint:
        return worn
    current = manager.currentStyle()
    manager.setCurrentStyle(worn.name)
    layer.setRenderer(renderer)
    made = fingerprint.of_style(manager.style(worn.name).xmlData())
    manager.setCurrentStyle(current)
    return replace(worn, fingerprint=made)


def refresh_results(
    project: QgsProject,
    *,
    health_m: Mapping[str, float] | None = None,
    plan_m: Mapping[int, float] | None = None,
) -> None:
    """Say the new metres in the legends of health and plan; what a user edited stays.

    Parameters
    ----------
    project
        A project we built or added our layers to; only in the main thread.
    health_m
        Metres by health class; None to leave the layer as it is.
    plan_m
        Metres by year of the plan; None to leave the layer as it is.
    """
    previewing.end_all()
    worn = projects.read_generated_styles(project)
    chosen = switching.look_of(project)
    renderers = {}
    if health_m is not None:
        renderers["pipe_health"] = pipes.renderer(chosen, "health", health_m)
    if plan_m is not None:
        renderers["pipe_plan"] = pipes.plan_renderer(chosen, sorted(plan_m), plan_m)
    for key, renderer in renderers.items():
        layer, style = layer_tree.layer_of(project, key), _STYLE_KEYS[key]
        if layer is not None and style in worn.get(key, {}):
            worn[key][style] = _wear(layer, worn[key][style], renderer)
            layer.triggerRepaint()
    if worn:
        projects.remember(project, worn, switching.theme_of(project), chosen)
