"""How numbers are written: one way on the screen, in sentences and in reports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from qgis.PyQt.QtCore import QLocale

from waternet_plugin import language
from waternet_plugin.core.reports import document
from waternet_plugin.core.texts import tr
from waternet_plugin.gui.widgets import amounts


@pytest.fixture(params=["en", "zh_CN"])
def spoken(request: pytest.FixtureRequest) -> Iterator[str]:
    """Each of our languages, in a QGIS of a third one."""
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    language.install(request.param)
    yield request.param
    language.install("en")
    QLocale.setDefault(before)


@pytest.mark.parametrize("value", [0.0, 999.0, 2613.0, 1234567.8, -4321.5, float("nan")])
@pytest.mark.parametrize("decimals", [0, 1])
def test_screen_and_report_write_a_number_alike(spoken: str, value: float, decimals: int) -> None:
    assert amounts.number(value, decimals) == document.number(value, decimals)


def test_thousands_are_set_off_by_commas(spoken: str) -> None:
    assert amounts.number(2613) == "2,613"
    assert amounts.length(66_912) == "66.9 km"


def test_a_count_in_a_sentence_has_its_thousands(spoken: str) -> None:
    assert "2,613" in tr("%n package(s) missing", "", 2613)
