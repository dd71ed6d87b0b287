"""Bring the legends of the result layers up to date after a new run or plan."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from qgis.core import QgsProject

from waternet_plugin.bridge import arranging, fingerprint
from waternet_plugin.bridge.project import SCOPE
from waternet_plugin.bridge.styling import pipes
from waternet_plugin.bridge.styling.look import LANGUAGES, Look

_STYLE_KEYS = {"pipe_health": "health", "pipe_plan": "plan"}


def _wear(layer: Any, entry: dict[str, str], renderer: Any) -> None:
    """Give one style of a layer a new renderer, unless somebody edited it."""
    manager = layer.styleManager()
    name = entry["name"]
    if name not in manager.styles():
        return
    if fingerprint.of_style(manager.style(name).xmlData()) != entry["fingerprint"]:
        return
    current = manager.currentStyle()
    manager.setCurrentStyle(name)
    layer.setRenderer(renderer)
    entry["fingerprint"] = fingerprint.of_style(manager.style(name).xmlData())
    manager.setCurrentStyle(current)


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
    stored, found = project.readEntry(SCOPE, "styles", "")
    if not found or not stored:
        return
    worn = json.loads(stored)
    language = project.readEntry(SCOPE, "language", LANGUAGES[0])[0]
    chosen = Look(project.readEntry(SCOPE, "palette", "screen")[0], language)
    renderers = {}
    if health_m is not None:
        renderers["pipe_health"] = pipes.renderer(chosen, "health", health_m)
    if plan_m is not None:
        renderers["pipe_plan"] = pipes.plan_renderer(chosen, sorted(plan_m), plan_m)
    for key, renderer in renderers.items():
        layer = arranging.layer_of(project, key)
        entry = worn.get(key, {}).get(_STYLE_KEYS[key])
        if layer is not None and entry is not None:
            _wear(layer, entry, renderer)
    project.writeEntry(SCOPE, "styles", json.dumps(worn, ensure_ascii=False, sort_keys=True))
