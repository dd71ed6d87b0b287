"""Choices of our algorithms in QGIS's dialogs: labels to read, codes as values."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from qgis.core import QgsApplication, QgsProcessingParameterEnum
from support.slow_cases import a_few_quick

from waternet_plugin import language

sys.path.append(QgsApplication.pkgDataPath() + "/python/plugins")


@pytest.fixture
def definition(plugin: Any) -> Any:
    """Return a function that gives a parameter of an algorithm in a language."""

    def find(name: str, parameter: str, spoken: str = "en") -> Any:
        language.install(spoken)
        try:
            algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"waternet:{name}")
        finally:
            language.install("en")
        # QGIS keeps definitions with their algorithm.
        found = algorithm.parameterDefinition(parameter)
        return algorithm, found

    return find


def widget(definition: Any) -> Any:
    from processing.gui.wrappers import WidgetWrapperFactory

    return WidgetWrapperFactory.create_wrapper(definition, None)


def texts(box: Any) -> list[str]:
    return [box.itemText(place) for place in range(box.count())]


def test_a_dialog_shows_labels_and_gives_codes(definition: Any) -> None:
    _kept, theme = definition("buildproject", "THEME")
    made = widget(theme)
    assert texts(made.widget)[:3] == ["System", "Material", "Age"]
    assert made.parameterValue() == "system"
    made.widget.setCurrentIndex(made.widget.findText("Age"))
    assert made.parameterValue() == "age"


def test_labels_are_in_the_language_of_the_user(definition: Any) -> None:
    _kept, palette = definition("exportatlas", "PALETTE", "zh_CN")
    assert "System" not in texts(widget(palette).widget)
    assert all(any(sign > "\u2e80" for sign in text) for text in texts(widget(palette).widget))


@pytest.mark.parametrize(
    ("given", "code"), a_few_quick([("random", "random"), (0, "plan")], 1, is_tuple_one_value=False)
)
def test_a_value_is_set_by_code_or_place(definition: Any, given: Any, code: str) -> None:
    _kept, strategy = definition("planrenewal", "STRATEGY")
    made = widget(strategy)
    made.setWidgetValue(given, None)
    assert made.parameterValue() == code


def test_an_optional_choice_can_be_left_empty(definition: Any) -> None:
    _kept, spoken = definition("buildproject", "LANGUAGE")
    made = widget(spoken)
    assert texts(made.widget) == ["", "English", "中文"] and made.parameterValue() is None


def test_scripts_still_pass_codes(plugin: Any) -> None:
    registry = QgsApplication.processingRegistry()
    for algorithm in registry.providerById("waternet").algorithms():
        for one in algorithm.parameterDefinitions():
            if isinstance(one, QgsProcessingParameterEnum):
                labels = (one.metadata().get("widget_wrapper") or {}).get("labels", {})
                assert one.usesStaticStrings()
                assert all(one.checkValueIsAcceptable(code) for code in one.options())
                # Sizes of paper are called by their code.
                wanted = set() if one.name() == "PAPER" else set(one.options())
                assert set(labels) == wanted, (algorithm.id(), one.name())
