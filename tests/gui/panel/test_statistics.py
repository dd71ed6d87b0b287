"""The window of statistics: a plot a group, its figures copied as CSV, shown on the map."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from qgis.PyQt.QtWidgets import QApplication, QPushButton
from support.widgets import part

from waternet_plugin import language
from waternet_plugin.core.reports.health import statistics as figures
from waternet_plugin.gui.dock.dialogs.statistics_window import StatisticsWindow
from waternet_plugin.gui.plots import plot as plots
from waternet_plugin.gui.plots.bars import Bar, draw_bars


def _pipes() -> pd.DataFrame:
    """Return 1.5 km of drinking water and 0.5 km of sewage."""
    drinking = {"system": "potable", "material": "pe", "length_m": 1500.0, "diameter_mm": 100.0}
    sewage = {"system": "sewage", "material": None, "length_m": 500.0, "diameter_mm": 300.0}
    rows = [{"status": "in_use", **row} for row in (drinking, sewage)]
    return pd.DataFrame(rows, columns=figures.COLUMNS)


@pytest.fixture
def window(plugin: Any) -> Any:
    """The statistics of those pipes."""
    return plugin.session.show_window(StatisticsWindow(plugin.session, figures.of_pipes(_pipes())))


def _choose(window: Any, number: int) -> None:
    part(window, "wn_statistics_plot_choice").setCurrentIndex(number)


def test_each_group_has_a_plot(window: Any) -> None:
    choice = part(window, "wn_statistics_plot_choice")
    titles = [choice.itemText(number) for number in range(choice.count())]
    assert titles == ["System", "Diameter", "Material", "Age", "Status"]
    assert window.plots.plot.title == "Drinking water: 1,500 m, 75.0 % of the length"


@pytest.mark.slow
def test_the_figures_are_those_of_the_plot(window: Any) -> None:
    assert [(row["name"], row["km"], row["pipes"], row["percent"]) for row in window.table.rows] == [
        ("Drinking water", 1.5, 1, 75.0),
        ("Sewage", 0.5, 1, 25.0),
    ]
    _choose(window, 2)
    assert [row["name"] for row in window.table.rows] == ["Polyethylene", "Unknown"]


def test_the_figures_are_there_without_matplotlib(window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plots, "can_draw", lambda: False)
    _choose(window, 4)
    assert len(window.table.rows) == 1
    assert "matplotlib" in part(window, "wn_statistics_plot_picture").text()


def test_the_plot_that_shows_is_copied_as_csv(window: Any) -> None:
    window.findChild(QPushButton, "wn_statistics_copy").click()
    assert QApplication.clipboard().text() == (
        "System,Length (km),Pipes,Share (%)\nDrinking water,1.500,1,75.0\nSewage,0.500,1,25.0\n"
    )


@pytest.mark.slow
def test_the_copy_speaks_the_users_language(plugin: Any) -> None:
    language.install("zh_CN")
    try:
        window = plugin.session.show_window(StatisticsWindow(plugin.session, figures.of_pipes(_pipes())))
        _choose(window, 2)
        window.copy()
        assert "聚乙烯,1.500,1,75.0" in QApplication.clipboard().text()
    finally:
        language.install("en")


@pytest.mark.slow
def test_a_plot_with_a_theme_shows_it_on_the_map(window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(window.session, "show_theme", shown.append)
    button = window.findChild(QPushButton, "wn_statistics_map")
    for number in range(5):
        _choose(window, number)
        button.click()
    assert shown == ["system", "material", "age", "status"]


def test_bars_run_from_zero_to_the_largest() -> None:
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure

    axes = Figure().add_subplot()
    draw_bars(
        axes, [Bar("a", ((2.0, "#000000"), (1.0, "#111111")), "3"), Bar("b", ((1.5, "#000000"),), "2")], "km"
    )
    edges = sorted((bar.get_y() + bar.get_height() / 2, bar.get_x(), bar.get_width()) for bar in axes.patches)
    assert [each[1:] for each in edges] == [(0.0, 2.0), (2.0, 1.0), (0.0, 1.5)]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["a", "b"]
    # The first bar stands above.
    assert axes.get_ylim()[0] > axes.get_ylim()[1]
