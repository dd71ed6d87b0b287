"""The window of statistics: one page a group, copied as CSV, shown on the map."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from qgis.PyQt.QtWidgets import QApplication, QPushButton

from waternet_plugin import language
from waternet_plugin.core.reports.health import statistics as figures
from waternet_plugin.gui.dock.dialogs.statistics_window import Bar, Bars, StatisticsWindow


@pytest.fixture
def window(plugin: Any) -> Any:
    """Statistics of 1.5 km of drinking water and 0.5 km of sewage."""
    frame = pd.DataFrame(
        [
            {
                "system": "potable",
                "status": "in_use",
                "material": "pe",
                "length_m": 1500.0,
                "diameter_mm": 100.0,
            },
            {
                "system": "sewage",
                "status": "in_use",
                "material": None,
                "length_m": 500.0,
                "diameter_mm": 300.0,
            },
        ],
        columns=figures.COLUMNS,
    )
    opened = plugin.session.show_window(StatisticsWindow(plugin.session, figures.of_pipes(frame)))
    yield opened
    language.install("en")


def test_each_group_has_a_page(window: Any) -> None:
    titles = [window.tabs.tabText(number) for number in range(window.tabs.count())]
    assert titles == ["System", "Diameter", "Material", "Age", "Status"]


def test_the_page_in_front_is_copied_as_csv(window: Any) -> None:
    window.findChild(QPushButton, "wn_statistics_copy").click()
    assert QApplication.clipboard().text() == (
        "System,Length (km),Pipes,Share (%)\nDrinking water,1.500,1,75.0\nSewage,0.500,1,25.0\n"
    )


def test_the_copy_speaks_the_users_language(window: Any) -> None:
    language.install("zh_CN")
    window.tabs.setCurrentIndex(2)
    window.copy()
    assert "聚乙烯,1.500,1,75.0" in QApplication.clipboard().text()


def test_a_page_with_a_theme_shows_it_on_the_map(window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(window.session, "show_theme", shown.append)
    button = window.findChild(QPushButton, "wn_statistics_map")
    for number in range(window.tabs.count()):
        window.tabs.setCurrentIndex(number)
        button.click()
    assert shown == ["system", "material", "age", "status"]


def test_bars_run_from_zero_to_the_largest(qgis_app: Any) -> None:
    bars = Bars([Bar("a", 2.0, ("2",)), Bar("b", 1.0, ("1",)), Bar("c", 0.0, ("0",))])
    bars.resize(400, bars.sizeHint().height())
    image = bars.grab().toImage()

    def blue(row: int) -> int:
        colours = [image.pixelColor(x, row * 24 + 12) for x in range(image.width())]
        return sum(colour.name() == "#2093f8" for colour in colours)

    assert blue(0) == pytest.approx(2 * blue(1), abs=2) and blue(0) > 250 and blue(2) == 0
