"""The section of the plan, its list of packages, its plots."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QWidget

from waternet_plugin import store
from waternet_plugin.gui.panel import pane
from waternet_plugin.gui.panel.section import NOTE_PT, ElidedLabel, sized
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
    assert section.figure.text() == f"{km:.1f} km from 2023"
    assert "a year" in section._note.text() and "Benefit per cost" in section._note.text()


@pytest.mark.parametrize(
    "text", ["1.8 million CNY a year, Benefit per cost (plan)", "每年 180 万元，按效益费用比（规划）"]
)
def test_a_note_of_a_section_is_whole_in_the_narrow_dock(qgis_app: Any, text: str) -> None:
    label = ElidedLabel(lines=2)
    label.setFont(sized(label.font(), NOTE_PT))
    label.set_text(text)
    label.resize(190, 28)
    shown = label.shown_text()
    assert "…" not in shown and shown.replace("\n", "").replace(" ", "") == text.replace(" ", "")
    assert all(label.fontMetrics().horizontalAdvance(line) <= 190 for line in shown.split("\n"))
    label.set_text(" ".join([text] * 4))
    assert label.shown_text().endswith("…") and label.shown_text().count("\n") == 1
    label.deleteLater()


def test_planning_from_the_panel_shows_map_and_list(panel: Any, until: Any) -> None:
    section = _section(panel, "plan")
    section._button.click()
    section.options.budget.setText("900000")
    section.options.start.setValue(2027)
    section.options.years.setValue(4)
    section.options._go()
    assert panel.session.remembered("plan/budget") == "900000"
    until(lambda: section.figure.text().endswith("from 2027"))
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
    assert "number greater than 0" in options._error.text() and options.budget.text() == "a lot"


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


def _row(year: float, length: float, cost: float, plan: str = "PL0001") -> dict[str, Any]:
    return {"plan_id": plan, "year": year, "length_m": length, "cost": cost}


def _record(budget: float = 800_000.0, years: int = 5) -> Any:
    return recorded.PlanRecord("PL0001", "", "R0001", 2026, years, budget, {}, {"currency": "CNY"})


@pytest.mark.parametrize(
    ("rows", "years", "said"),
    [
        (
            [_row(2026, 1500, 2e6), _row(2027, 991, 1.98e6)] + [_row(float("nan"), 20, 7e4)] * 69,
            5,
            "2 packages, 2,491 m, 3.98 of 4.00 million CNY; 69 not funded",
        ),
        ([_row(2026, 1500, 7e5)], 1, "1 package, 1,500 m, 700,000 of 800,000 CNY"),
        ([_row(float("nan"), 20, 7e5)] * 2, 5, "2 packages not funded, 40 m, 1.4 million CNY"),
        # What was decided in an earlier plan is not paid by this budget.
        ([_row(2026, 9, 1e6), _row(2026, 7, 9e6, "PL0000")], 5,
         "1 package, 9 m, 1.00 of 4.00 million CNY; 1 decided in earlier plans"),
        ([], 5, "0 packages, 0 m, 0.00 of 4.00 million CNY"),
    ],
)  # fmt: skip
def test_a_title_counts_what_is_funded_and_the_rest_apart(
    rows: list[dict[str, Any]], years: int, said: str
) -> None:
    assert listing.headline(rows, _record(), years) == said


def test_every_list_says_no_more_than_its_budget(panel: Any, until: Any) -> None:
    _section(panel, "plan").figure.click()
    found = panel.session.iface.mainWindow().findChild(pane.Pane, "wn_plan")
    until(lambda: found._listed)
    plan = found._plan
    title = found.windowTitle()
    assert f"{plan.figures['funded']} package" in title
    unfunded = plan.figures["packages"] - plan.figures["funded"]
    assert (f"{unfunded} not funded" in title) == (unfunded > 0)


def test_colours_of_the_list_are_those_of_the_map(panel: Any, until: Any) -> None:
    from waternet_plugin.bridge.styling import pipes

    section = _section(panel, "plan")
    section.figure.click()
    found = panel.session.iface.mainWindow().findChild(pane.Pane, "wn_plan")
    until(lambda: found._listed)
    # The figure turns the map to its theme.
    assert QgsProject.instance().readEntry("WaterNet", "theme")[0] == "plan"

    def colours() -> dict[int, str]:
        layer = panel.session.layer("pipe_plan")
        years = {int(row["year"]) for row in found._listed if row["year"] == row["year"]}
        return pipes.plan_colours(layer.renderer(), sorted(years))

    column = next(each for each in found._rows.columns if each.key == "year")
    assert colours() and {year: column.colour(year) for year in colours()} == colours()
    # A plan of other years, in the same window: the list asks the map again.
    section.options.open()
    section.options.budget.setText("900000")
    section.options.start.setValue(2031)
    section.options.years.setValue(3)
    section.options._go()
    until(lambda: section.figure.text().endswith("from 2031"))
    until(lambda: any(row["year"] == 2031 for row in found._listed))
    until(lambda: {year: column_of(found).colour(year) for year in colours()} == colours())
    assert all(column_of(found).colour(year) for year in colours())


def column_of(found: Any) -> Any:
    """Return the column of years of the list that shows now."""
    return next(each for each in found._rows.columns if each.key == "year")


def test_a_plan_of_the_same_id_in_another_network_is_another_plan(panel: Any, until: Any) -> None:
    _section(panel, "plan").figure.click()
    found = panel.session.iface.mainWindow().findChild(pane.Pane, "wn_plan")
    until(lambda: found._listed)
    plan, before = found._plan, found._rows
    found._of = "another.gpkg"
    found._show(plan, found._recorded)
    assert found._rows is not before
    same = found._rows
    found._show(plan, found._recorded)
    assert found._rows is same


def test_a_row_stays_marked_until_the_list_goes(panel: Any, until: Any) -> None:
    _section(panel, "plan").figure.click()
    found = panel.session.iface.mainWindow().findChild(pane.Pane, "wn_plan")
    until(lambda: found._listed)
    found.show_row(found._listed[0])
    assert not found._marking.is_empty
    first = list(found._marking._before)
    found.show_row(found._listed[-1])
    assert not found._marking.is_empty and found._marking._before != first
    found.close()
    assert found._marking.is_empty


def test_a_package_says_the_share_to_renew_now(assessed_town: Path) -> None:
    with store.open_network(assessed_town) as network:
        plan = recorded.read_plans(network).shown
        projects = recorded.read_projects(network, plan)
        classes = network.read("assessment", ["pipe_id", "class"], where={"run_id": plan.run_id})
        lengths = network.read("pipe", ["pipe_id", "length_m"]).set_index("pipe_id")["length_m"]
    urgent = set(classes["pipe_id"][classes["class"] == "renew_now"])
    for ids, share in zip(projects["pipe_ids"], projects["renew_now_share"]):
        names = ids.split(";")
        expected = sum(lengths[name] for name in names if name in urgent) / lengths[names].sum()
        assert share == pytest.approx(expected)
    shown = next(each for each in listing.columns("CNY", {}) if each.key == "renew_now_share")
    assert shown.text(0.0577) == "6"


def test_pane_report_and_workbook_say_the_same_share_to_renew_now(assessed_town: Path) -> None:
    from waternet_plugin.core.reports.plan import plan_report
    from waternet_plugin.core.reports.project_list import project_list
    from waternet_plugin.operations import project_basis

    with store.open_network(assessed_town) as network:
        shown = recorded.read_plans(network).shown
        projects = recorded.read_projects(network, shown)
        papers = project_basis.read_projects(network, shown.plan_id, projects["project_id"].tolist())
    column = next(each for each in listing.columns("CNY", {}) if each.key == "renew_now_share")
    pane = dict(zip(projects["project_id"], projects["renew_now_share"].map(column.text)))
    _, columns, rows = project_list(papers.found, budget=1.0, currency="CNY", basis={})[0]
    place = columns.index(column.label)
    assert {row[1]: str(row[place]) for row in rows} == pane
    assert len(set(pane.values())) > 1
    plan = recorded.plan_of(shown, projects)
    report = plan_report(plan, parameters={}, rated_length_m=1.0, currency="CNY")
    table = next(each.table for each in report.sections if each.title == "Projects")
    place = table.columns.index(column.label)
    told = {row[1]: f"{row[place]:.0f}" for row in table.rows}
    assert told and told == {name: pane[name] for name in told}


def test_the_currency_stands_beside_the_budgets(panel: Any, until: Any) -> None:
    from waternet_plugin.gui.plan.scenarios import ScenarioPane

    options = _section(panel, "plan").options
    assert options._form.labelForField(options.budget).text() == "Annual budget, CNY"
    scenarios = pane.open_pane(panel.session, ScenarioPane)
    until(scenarios.budgets.text)
    assert scenarios._name.text() == "Annual budgets, CNY"
    assert "Cost, CNY" in [column.label for column in scenarios._table.columns]
