"""buildproject as scripts call it."""

from __future__ import annotations

import pytest
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProject

from waternet_plugin.bridge.project.layer_tree import layer_of
from waternet_plugin.processing.algorithms.network.buildproject import BuildProject


def run(project: QgsProject | None = None, **parameters) -> tuple[dict, bool, str]:
    """Run the algorithm; return its outputs, whether it succeeded, and what it refused beforehand."""
    context = QgsProcessingContext()
    if project is not None:
        context.setProject(project)
    algorithm = BuildProject().create()
    accepted, sentence = algorithm.checkParameterValues(parameters, context)
    if not accepted:
        return {}, False, sentence
    outputs, succeeded = algorithm.run(parameters, context, QgsProcessingFeedback(False))
    return outputs, succeeded, ""


@pytest.mark.slow
def test_writes_beside_the_network_by_default(filled_network):
    outputs, succeeded, _ = run(NETWORK=str(filled_network))
    assert succeeded
    assert outputs["OUTPUT"] == str(filled_network.with_suffix(".qgz"))
    assert filled_network.with_suffix(".qgz").is_file()


@pytest.mark.slow
def test_takes_the_network_of_the_open_project(filled_network, tmp_path):
    run(NETWORK=str(filled_network))
    project = QgsProject()
    assert project.read(str(filled_network.with_suffix(".qgz")))
    target = tmp_path / "again.qgz"
    choices = {"THEME": "material", "LANGUAGE": "zh_CN", "PALETTE": "print"}
    outputs, succeeded, _ = run(project, OUTPUT=str(target), **choices)
    assert succeeded
    assert outputs["OUTPUT"] == str(target)
    built = QgsProject()
    assert built.read(str(target))
    assert layer_of(built, "pipe").name() == "管段"
    assert layer_of(built, "pipe").styleManager().currentStyle() == "管材"


@pytest.mark.parametrize(("name", "value"), [("THEME", "colour"), ("PALETTE", "neon"), ("LANGUAGE", "de")])
def test_a_choice_that_is_none_is_refused(filled_network, name, value):
    _, succeeded, sentence = run(NETWORK=str(filled_network), **{name: value})
    assert not succeeded
    assert value in sentence
    assert not filled_network.with_suffix(".qgz").exists()


def test_without_a_network_nothing_is_written(tmp_path):
    _, succeeded, _ = run(OUTPUT=str(tmp_path / "out.qgz"))
    assert not succeeded
    assert not (tmp_path / "out.qgz").exists()


def test_choices_are_those_of_the_styles():
    from waternet_plugin.bridge.styling import look
    from waternet_plugin.processing.algorithms.network import buildproject

    assert list(look.themes()) == buildproject.THEMES
    assert list(look.PALETTES) == buildproject.PALETTES
    assert list(look.LANGUAGES) == buildproject.LANGUAGES
