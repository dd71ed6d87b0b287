"""The section of the plan, its list of packages, its plots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin import store
from waternet_plugin.gui import pane
from waternet_plugin.gui.plan import listing, planning, recorded


def _section(plugin: Any, key: str) -> Any:
    return plugin.dock.findChild(QWidget, f"wn_section_{key}")


@pytest.fixture
def panel(plugin: Any, assessed_town: Path, until: Any) -> Any:
    """The plugin with the assessed and planned town open and the section of the plan filled."""
    plugin.session.iface.window.show()
    assert plugin.session.open_network(str(assessed_town))
    until(lambda: plugin.session.network_path and _section(plugin, "plan").plans is not None)
    return plugin


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3000000", 3e6),
        ("3 000 000", 3e6),
        ("3,000,000.5", 3_000_000.5),
        ("300万", 3e6),
        ("1.2亿", 1.2e8),
        ("", None),
        ("-5", None),
        ("much", None),
        ("nan", None),
    ],
)
def test_sums_as_people_type_them(text: str, value: float | None) -> None:
    assert planning.amount(text) == value


def test_the_section_says_how_much_and_when(panel: Any) -> None:
    section = _section(panel, "plan")
    km = section.plans.shown.length_m / 1000
    assert section.figure.text() == f"{km:.1f} km in 2023-2025"
    assert "a year" in section._note.text() and "Benefit per cost" in section._note.text()


def test_planning_from_the_panel_shows_map_and_list(panel: Any, until: Any) -> None:
    section = _section(panel, "plan")
    section._button.click()
    section.options.budget.setText("900000")
    section.options.start.setValue(2027)
    section.options.years.setValue(4)
    section.options._go()
    assert panel.session.remembered("plan/budget") == "900000"
    until(lambda: section.figure.text().endswith("2027-2030"))
    window = panel.session.iface.mainWindow()
    until(lambda: window.findChild(pane.Pane, "wn_plan") is not None)
    found = window.findChild(pane.Pane, "wn_plan")
    until(lambda: found._listed)
    assert QgsProject.instance().readEntry("WaterNet", "theme")[0] == "plan"
    years = {row["year"] for row in found._listed if row["year"] == row["year"]}
    assert years and years <= {2027.0, 2028.0, 2029.0, 2030.0}
    drawn = [each.label() for each in panel.session.layer("pipe_plan").renderer().legendSymbolItems()]
    assert all(any(label.startswith(f"{year:.0f} ") for label in drawn) for year in years)


def test_no_money_is_said_where_it_was_typed(panel: Any) -> None:
    options = _section(panel, "plan").options
    options.open()
    options.budget.setText("a lot")
    options._go()
    assert "number above 0" in options._error.text() and options.budget.text() == "a lot"


def test_packages_by_year_with_what_has_no_money_last(assessed_town: Path) -> None:
    with store.open_network(assessed_town) as network:
        plan = recorded.read_plans(network).shown
        projects = recorded.read_projects(network, plan)
    rows = listing.project_rows(projects)
    years = [row["year"] for row in rows]
    known = [year for year in years if year == year]
    assert known == sorted(known) and years[: len(known)] == known
    funded = sum(row["cost"] for row in rows if row["year"] == row["year"])
    assert funded == pytest.approx(plan.cost)
    assert all(row["wkb"] and row["pipes"] >= 1 for row in rows)


def test_the_list_is_filtered_by_year(panel: Any, until: Any) -> None:
    _section(panel, "plan").figure.click()
    found = panel.session.iface.mainWindow().findChild(pane.Pane, "wn_plan")
    until(lambda: found._listed)
    every = len(found._every)
    year = listing.years_of(found._every)[0]
    found._year.setCurrentIndex(found._year.findData(year))
    assert {row["year"] for row in found._listed} == {year}
    found._year.setCurrentIndex(found._year.findData("all"))
    assert len(found._listed) == every
    found._year.setCurrentIndex(found._year.findData("not_funded"))
    assert all(row["year"] != row["year"] for row in found._listed)


def test_a_plan_gives_back_its_report(assessed_town: Path) -> None:
    from waternet_plugin.core.reports.plan import plan_report

    with store.open_network(assessed_town) as network:
        record = recorded.read_plans(network).shown
        projects = recorded.read_projects(network, record)
    plan = recorded.plan_of(record, projects)
    report = plan_report(plan, parameters={}, rated_length_m=4600.0, currency="CNY")
    assert report.figures["cost"] == record.figures["cost"]
    assert report.figures["years"] == record.figures["years"]
    assert "North Road" in report.to_html()


def test_without_a_plan_the_section_leads_to_one(plugin: Any, assessed_town: Path, until: Any) -> None:
    with store.open_network(assessed_town) as network:
        batch = network.batches()["batch_id"].iloc[0]
        network.undo(batch)
    plugin.session.iface.window.show()
    assert plugin.session.open_network(str(assessed_town))
    section = _section(plugin, "plan")
    until(lambda: section.plans is not None)
    assert section.figure.text() == "" and "which streets" in section._note.text()
    section._button.click()
    assert not section.options.isHidden()


@pytest.mark.parametrize("width", [300, 420])
def test_the_strategy_is_read_whole_in_a_narrow_panel(plugin: Any, width: int) -> None:
    from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

    from waternet_plugin.gui.plan.planning import PlanOptions

    holder = QWidget()
    inner = QVBoxLayout(holder)
    options = PlanOptions(plugin.session, None, holder)
    # As wide letters, as themes have them.
    options.setStyleSheet("QLabel, QComboBox { font-size: 13pt }")
    inner.addWidget(options)
    options.show()
    holder.resize(width, 500)
    holder.show()
    inner.activate()
    box = options.strategy
    for place in range(box.count()):
        assert box.fontMetrics().horizontalAdvance(box.itemText(place)) + 24 <= box.width()
    assert holder.width() == width
    holder.close()
    holder.deleteLater()
