"""The section of the plan, its list of packages, its plots."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.core import QgsProject
from support.widgets import button, caption, error, marked, note, part, rows, section, start, text

from waternet_plugin import store
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.panes.section import NOTE_PT, ElidedLabel, sized
from waternet_plugin.gui.plan import package_list, plan_options
from waternet_plugin.gui.plan.list import PlanPane
from waternet_plugin.operations.renewal import recorded_plans
from waternet_plugin.operations.renewal.package_rows import PackageRows

LIST = "wn_plan_list"


@pytest.fixture
def panel(plugin: Any, assessed_town: Path, open_kept: Any, until: Any) -> Any:
    """The plugin with the assessed and planned town open and the section of the plan filled."""
    plugin.session.iface.window.show()
    open_kept(assessed_town)
    until(lambda: plugin.session.network_path and section(plugin, "plan").plans is not None)
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
    assert plan_options.amount(text) == value


@pytest.mark.slow
def test_the_section_says_how_much_and_when(panel: Any) -> None:
    plan = section(panel, "plan")
    km = plan.plans.shown.length_m / 1000
    assert plan.figure.text() == f"{km:.1f} km from 2023"
    assert "a year" in note(plan) and "Benefit per cost" in note(plan)


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


@pytest.mark.slow
def test_planning_from_the_panel_shows_map_and_list(panel: Any, until: Any) -> None:
    plan = section(panel, "plan")
    button(plan).click()
    plan.options.budget.setText("900000")
    plan.options.start.setValue(2027)
    plan.options.years.setValue(4)
    start(plan.options)
    assert panel.session.remembered("plan/budget") == "900000"
    until(lambda: plan.figure.text().endswith("from 2027"))
    window = panel.session.iface.mainWindow()
    until(lambda: window.findChild(pane.Pane, "wn_plan") is not None)
    found = window.findChild(pane.Pane, "wn_plan")
    until(lambda: rows(found, LIST))
    assert QgsProject.instance().readEntry("WaterNet", "theme")[0] == "plan"
    years = {row["year"] for row in rows(found, LIST) if row["year"] == row["year"]}
    assert years and years <= {2027.0, 2028.0, 2029.0, 2030.0}
    drawn = [each.label() for each in panel.session.layer("pipe_plan").renderer().legendSymbolItems()]
    assert all(any(label.startswith(f"{year:.0f} ") for label in drawn) for year in years)


@pytest.mark.slow
def test_no_money_is_said_where_it_was_typed(panel: Any) -> None:
    options = section(panel, "plan").options
    options.open()
    options.budget.setText("a lot")
    start(options)
    assert "number greater than 0" in error(options) and options.budget.text() == "a lot"


@pytest.mark.slow
def test_a_plan_shows_soon_and_is_searched_on(panel: Any) -> None:
    options = section(panel, "plan").options
    options.open()
    options.budget.setText("900000")
    asked = options.parameters()
    assert (asked["GAP"], asked["TIME_LIMIT"]) == (0.005, 4.0)


def test_packages_by_year_with_what_has_no_money_last(assessed_town: Path) -> None:
    with store.open_network(assessed_town) as network:
        plan = recorded_plans.read_plans(network).shown
        projects = recorded_plans.read_projects(network, plan)
    rows = PackageRows.ordered(projects)
    years = [row["year"] for row in rows]
    known = [year for year in years if year == year]
    assert known == sorted(known) and years[: len(known)] == known
    funded = sum(row["cost"] for row in rows if row["year"] == row["year"])
    assert funded == pytest.approx(plan.cost)
    assert all(row["wkb"] and row["pipes"] == len(row["pipe_ids"].split(";")) for row in rows)
    assert rows.years == sorted(set(map(int, known))) and len(rows.funded()) == len(known)
    assert rows.funded().total("cost") == pytest.approx(funded)
    assert list(rows.funded(False)) == [row for row in rows if row["year"] != row["year"]]
    assert rows.of_year(rows.years[0])[0] == rows[0] == rows[:1][0]


@pytest.mark.slow
def test_the_list_is_filtered_by_year(panel: Any, until: Any) -> None:
    section(panel, "plan").figure.click()
    found = panel.session.iface.mainWindow().findChild(pane.Pane, "wn_plan")
    until(lambda: rows(found, LIST))
    every = rows(found, LIST)
    year = int(min(row["year"] for row in every if row["year"] == row["year"]))
    chosen = part(found, "wn_plan_year")
    chosen.setCurrentIndex(chosen.findData(year))
    assert {row["year"] for row in rows(found, LIST)} == {year}
    chosen.setCurrentIndex(chosen.findData("all"))
    assert [row["project_id"] for row in rows(found, LIST)] == [row["project_id"] for row in every]
    chosen.setCurrentIndex(chosen.findData("not_funded"))
    assert all(row["year"] != row["year"] for row in rows(found, LIST))


@pytest.mark.slow
def test_a_plan_gives_back_its_report(assessed_town: Path) -> None:
    from waternet_plugin.core.reports.renewal.plan import plan_report

    with store.open_network(assessed_town) as network:
        record = recorded_plans.read_plans(network).shown
        projects = recorded_plans.read_projects(network, record)
    plan = recorded_plans.plan_of(record, projects)
    report = plan_report(plan, parameters={}, rated_length_m=4600.0, currency="CNY")
    assert report.figures["cost"] == record.figures["cost"]
    assert report.figures["years"] == record.figures["years"]
    assert "North Road" in report.to_html()


@pytest.mark.slow
def test_without_a_plan_the_section_leads_to_one(
    plugin: Any, assessed_town: Path, open_kept: Any, until: Any
) -> None:
    with store.open_network(assessed_town) as network:
        batch = network.batches()["batch_id"].iloc[0]
        network.undo(batch)
    plugin.session.iface.window.show()
    open_kept(assessed_town)
    plan = section(plugin, "plan")
    until(lambda: plan.plans is not None)
    assert plan.figure.text() == "" and "which streets" in note(plan)
    button(plan).click()
    assert not plan.options.isHidden()


@pytest.mark.parametrize("width", [300, 420])
def test_the_strategy_is_read_whole_in_a_narrow_panel(plugin: Any, width: int) -> None:
    from qgis.PyQt.QtWidgets import QVBoxLayout, QWidget

    from waternet_plugin.gui.plan.plan_options import PlanOptions

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
    return recorded_plans.ListedPlan("PL0001", "", "R0001", 2026, years, budget, {}, {"currency": "CNY"})


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
    figures = dict.fromkeys(("year", "length_m", "cost"), float)
    frame = pd.DataFrame(rows, columns=["plan_id", *figures]).astype(figures)
    assert package_list.headline(PackageRows(frame), _record(), years) == said


@pytest.mark.slow
def test_every_list_says_no_more_than_its_budget(panel: Any, until: Any) -> None:
    section(panel, "plan").figure.click()
    found = panel.session.iface.mainWindow().findChild(pane.Pane, "wn_plan")
    until(lambda: rows(found, LIST))
    plan = section(panel, "plan").plans.shown
    title = found.windowTitle()
    assert f"{plan.figures['funded']} package" in title
    unfunded = plan.figures["packages"] - plan.figures["funded"]
    assert (f"{unfunded} not funded" in title) == (unfunded > 0)


@pytest.mark.slow
def test_colours_of_the_list_are_those_of_the_map(panel: Any, until: Any) -> None:
    from waternet_plugin.bridge.styling import pipes

    plan = section(panel, "plan")
    plan.figure.click()
    found = panel.session.iface.mainWindow().findChild(pane.Pane, "wn_plan")
    until(lambda: rows(found, LIST))
    # The figure turns the map to its theme.
    assert QgsProject.instance().readEntry("WaterNet", "theme")[0] == "plan"

    def colours() -> dict[int, str]:
        layer = panel.session.layer("pipe_plan")
        years = {int(row["year"]) for row in rows(found, LIST) if row["year"] == row["year"]}
        return pipes.plan_colours(layer.renderer(), sorted(years))

    column = next(each for each in part(found, LIST).columns if each.key == "year")
    assert colours() and {year: column.colour(year) for year in colours()} == colours()
    # A plan of other years, in the same window: the list asks the map again.
    plan.options.open()
    plan.options.budget.setText("900000")
    plan.options.start.setValue(2031)
    plan.options.years.setValue(3)
    start(plan.options)
    until(lambda: plan.figure.text().endswith("from 2031"))
    until(lambda: any(row["year"] == 2031 for row in rows(found, LIST)))
    until(lambda: {year: column_of(found).colour(year) for year in colours()} == colours())
    assert all(column_of(found).colour(year) for year in colours())


def column_of(found: Any) -> Any:
    """Return the column of years of the list that shows now."""
    return next(each for each in part(found, LIST).columns if each.key == "year")


@pytest.mark.slow
def test_a_plan_of_the_same_id_in_another_network_is_another_plan(
    panel: Any, until: Any, tmp_path: Path
) -> None:
    section(panel, "plan").figure.click()
    window = panel.session.iface.mainWindow()
    found = window.findChild(pane.Pane, "wn_plan")
    until(lambda: rows(found, LIST))
    plan, before = section(panel, "plan").plans, part(found, LIST)
    panel.session.data_changed.emit("plan")
    until(lambda: not panel.session.running and section(panel, "plan").plans is not plan)
    assert part(found, LIST) is before
    there = tmp_path / "there"
    there.mkdir()
    for suffix in (".gpkg", ".qgz"):
        own = Path(panel.session.network_path).with_suffix(suffix)
        shutil.copy(own, there / own.name)
    plan = section(panel, "plan").plans
    assert panel.session.open_network(str(there / own.with_suffix(".gpkg").name))
    # Nothing until the other network is read, then an answer of its own.
    until(lambda: section(panel, "plan").plans is None)
    until(lambda: section(panel, "plan").plans is not None)
    assert section(panel, "plan").plans.shown.plan_id == plan.shown.plan_id
    section(panel, "plan").figure.click()
    found = window.findChild(pane.Pane, "wn_plan")
    until(lambda: rows(found, LIST) and part(found, LIST) is not before)


@pytest.mark.slow
def test_a_row_stays_marked_until_the_list_goes(panel: Any, until: Any) -> None:
    section(panel, "plan").figure.click()
    found = panel.session.iface.mainWindow().findChild(pane.Pane, "wn_plan")
    until(lambda: rows(found, LIST))
    canvas = panel.session.iface.mapCanvas()
    found.show_row(rows(found, LIST)[0])
    first = marked(canvas, PlanPane.MARK)
    assert first
    found.show_row(rows(found, LIST)[-1])
    assert marked(canvas, PlanPane.MARK) not in ([], first)
    found.close()
    assert not marked(canvas, PlanPane.MARK)


@pytest.mark.slow
def test_a_package_says_the_share_to_renew_now(assessed_town: Path) -> None:
    with store.open_network(assessed_town) as network:
        plan = recorded_plans.read_plans(network).shown
        projects = recorded_plans.read_projects(network, plan)
        classes = network.read("assessment", ["pipe_id", "class"], where={"run_id": plan.run_id})
        lengths = network.read("pipe", ["pipe_id", "length_m"]).set_index("pipe_id")["length_m"]
    urgent = set(classes["pipe_id"][classes["class"] == "renew_now"])
    for ids, share in zip(projects["pipe_ids"], projects["renew_now_share"]):
        names = ids.split(";")
        expected = sum(lengths[name] for name in names if name in urgent) / lengths[names].sum()
        assert share == pytest.approx(expected)
    shown = next(each for each in package_list.columns("CNY", {}) if each.key == "renew_now_share")
    assert shown.text(0.0577) == "6"


@pytest.mark.slow
def test_pane_report_and_workbook_say_the_same_share_to_renew_now(assessed_town: Path) -> None:
    from waternet_plugin.core.reports.renewal.plan import plan_report
    from waternet_plugin.core.reports.renewal.project_list import project_list
    from waternet_plugin.operations.renewal import project_basis

    with store.open_network(assessed_town) as network:
        shown = recorded_plans.read_plans(network).shown
        classes = network.read("assessment", ["pipe_id", "class"], where={"run_id": shown.run_id})
        other = classes["pipe_id"][classes["class"] != "renew_now"].iloc[0]
        with network.write("edit", name="a package of two classes") as batch:
            batch.update("project", pd.DataFrame({"project_id": ["P-P1"], "pipe_ids": [f"P1;{other}"]}))
        projects = recorded_plans.read_projects(network, shown)
        papers = project_basis.read_projects(network, shown.plan_id, projects["project_id"].tolist())
    column = next(each for each in package_list.columns("CNY", {}) if each.key == "renew_now_share")
    pane = dict(zip(projects["project_id"], projects["renew_now_share"].map(column.text)))
    _, columns, rows = project_list(papers.found, budget=1.0, currency="CNY", basis={})[0]
    place = columns.index(column.label)
    assert {row[1]: str(row[place]) for row in rows} == pane
    assert len(set(pane.values())) > 1
    plan = recorded_plans.plan_of(shown, projects)
    report = plan_report(plan, parameters={}, rated_length_m=1.0, currency="CNY")
    table = next(each.table for each in report.sections if each.title == "Projects")
    place = table.columns.index(column.label)
    told = {row[1]: f"{row[place]:.0f}" for row in table.rows}
    assert told and told == {name: pane[name] for name in told}


@pytest.mark.slow
def test_the_currency_stands_beside_the_budgets(panel: Any, until: Any) -> None:
    from waternet_plugin.gui.plan.scenario_pane import ScenarioPane

    options = section(panel, "plan").options
    assert caption(options.budget) == "Annual budget, CNY"
    scenarios = pane.open_pane(panel.session, ScenarioPane)
    until(scenarios.budgets.text)
    assert text(scenarios, "wn_scenarios_budgets_name") == "Budgets, CNY"
    assert "Cost, CNY" in [column.label for column in part(scenarios, "wn_scenarios_list").columns]
