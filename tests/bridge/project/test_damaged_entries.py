"""Entries of ours in a project that a later version, or a person, wrote otherwise: they count as unknown."""

from __future__ import annotations

import ast

import pytest
from qgis.core import QgsProject
from support.sources import shipped

from waternet_plugin.bridge.project import project as projects
from waternet_plugin.bridge.project import switching
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.bridge.styling import look
from waternet_plugin.gui.network.traces import trace_presets
from waternet_plugin.gui.start.open_networks import language_of_project

VALUES = (
    "no JSON",
    "[1, 2",
    "[]",
    "7",
    "null",
    '{"pipe": []}',
    '{"pipe": {"system": []}}',
    '{"pipe": {"system": {"later": "x"}}}',
    '{"pipe": {"renderer": 1, "labels": 2}}',
)
# Which network a project belongs to is looked for where it is read; "added" tells that layers were added.
ENTRIES = ("styles", "theme", "palette", "language", "traces", "added")


@pytest.mark.slow
def test_every_entry_is_tried() -> None:
    read = {
        constant.value
        for source in shipped()
        for call in source.nodes
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "readEntry"
        for constant in call.args[1:2]
        if isinstance(constant, ast.Constant)
    }
    # The others are named by a constant of their module.
    assert read | {"traces", "added"} == {*ENTRIES, "network"}


@pytest.mark.slow
@pytest.mark.parametrize("value", VALUES)
def test_a_project_with_damaged_entries_is_read_and_built_again(
    english_project, filled_network, value: str
) -> None:
    project = QgsProject.instance()
    try:
        assert project.read(str(english_project))
        for entry in ENTRIES:
            project.writeEntry(projects.SCOPE, entry, value)
        assert switching.theme_of(project) in look.themes()
        assert switching.look_of(project).palette in projects.palettes()
        assert isinstance(trace_presets.read(), dict)
        assert isinstance(language_of_project(), str)
        assert project.write()
    finally:
        project.clear()
    assert build_project(filled_network, english_project).path == english_project
