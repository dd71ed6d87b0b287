"""Layers without a coordinate system of their own: QGIS opens no dialog for them, however it is set."""

from __future__ import annotations

import ast
from functools import cache

from support.sources import shipped

# A source that somebody chose, or memory; networks and what we wrote carry their coordinate system.
LAYERS = {"QgsVectorLayer", "QgsRasterLayer"}
FOREIGN = {"basemaps.py"}


@cache
def calls() -> list[tuple[str, ast.Call]]:
    """Return the layers that are made without a coordinate system, with their place."""
    found = []
    for source in shipped():
        for node in source.nodes:
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in LAYERS:
                continue
            provider = getattr(node.args[2], "value", "") if len(node.args) > 2 else ""
            if provider == "memory" or (source.path.name in FOREIGN and provider in ("ogr", "gdal")):
                found.append((f"{source.label}:{node.lineno}", node))
    return found


def test_there_are_such_layers():
    assert len(calls()) >= 7


def test_qgis_does_not_ask():
    asking = [place for place, node in calls() if len(node.args) != 4]
    assert asking == [], "these let QGIS open a dialog: give them without_asking()"


def test_the_options_say_so(qgis_app):
    from waternet_plugin.bridge.layer_frames import without_asking

    assert without_asking().skipCrsValidation
