"""Scenarios side by side, the test on the past, and the papers of a plan from the panel."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtWidgets import QWidget
from support.slow_cases import a_few_quick
from support.widgets import click, part, rows

from waternet_plugin.atlas.projects import project_papers
from waternet_plugin.core.renewal.strategies import STRATEGIES, strategy_label
from waternet_plugin.core.reports.renewal.scenario_chart import drawn_scenarios
from waternet_plugin.gui.panes import pane
from waternet_plugin.gui.plan import plan_exports, plan_history, scenario_pane
from waternet_plugin.gui.plots import proof
from waternet_plugin.gui.plots import scenarios as drawn
from waternet_plugin.store.addresses import parse

LABELS = {"plan": "Benefit per cost", "oldest": "Oldest first"}
ROWS = [
    {"scenario": "nothing", "failures": 100.0, "length_m": 0.0},
    *(
        {
            "scenario": f"{budget}/{strategy}",
            "budget": budget,
            "strategy": strategy,
            "failures": 100.0 - avoided,
            "failures_avoided": avoided,
            "avoided_lower": avoided / 2,
            "avoided_upper": avoided * 2,
            "cost": 5 * budget,
            "length_m": 1500.0,
        }
        for budget, strategy, avoided in (
            (1e6, "plan", 20.0),
            (2e6, "plan", 30.0),
            (1e6, "oldest", 5.0),
            (2e6, "oldest", 12.0),
        )
    ),
]
CURVE = [
    {"scenario": row["scenario"], "year": year, "expected": value, "lower": value - 1, "upper": value + 1}
    for row, value in zip(ROWS, (5.0, 4.0, 3.5, 4.8, 4.4))
    for year in (2027, 2028)
]


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("3000000;5000000", [3e6, 5e6]),
        ("300万；1.2亿", [3e6, 1.2e8]),
        ("3,000,000", [3e6]),
        ("", []),
        ("1;x", []),
    ],
)
def test_budgets_as_people_type_them(text: str, sums: list[float]) -> None:
    assert scenario_pane.budgets_of(text) == sums


def test_the_budget_curve_says_what_the_most_money_brings() -> None:
    plot = drawn.budget_curve(ROWS, labels=LABELS, horizon=20, currency="CNY", network="town")
    assert plot.title == "2.0 million CNY per year avoid about 30 failures in 20 years"
    assert plot.rows[0][:3] == (1e6, "Benefit per cost", 20.0) and len(plot.rows) == 4


@pytest.mark.parametrize("millimetres", a_few_quick([(160.0, 90.0), (110.0, 60.0)], 1))
def test_names_at_the_ends_of_lines_are_in_the_picture_and_apart(millimetres: tuple[float, float]) -> None:
    pytest.importorskip("matplotlib")
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    from waternet_plugin.gui.plots import plot as plots

    labels = {code: strategy_label(code) for code in STRATEGIES}
    rows = [dict(ROWS[1], strategy=code, failures_avoided=5.0 + n / 9) for n, code in enumerate(labels)]
    plot = drawn.budget_curve(rows, labels=labels, horizon=20, currency="CNY", network="town")
    seen: list[Any] = []
    watched = replace(plot, draw=lambda axes: (plot.draw(axes), seen.append(axes)))
    plots.render(watched, "png", dots_per_inch=100, width_mm=millimetres[0], height_mm=millimetres[1])
    figure = seen[0].figure
    renderer = FigureCanvasAgg(figure).get_renderer()
    boxes = sorted((text.get_window_extent(renderer) for text in seen[0].texts), key=lambda box: box.y0)
    assert len(boxes) == len(labels)
    assert all(below.y1 <= above.y0 + 1 for below, above in zip(boxes, boxes[1:]))
    assert all(box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1 for box in boxes)


def test_a_row_names_its_strategy_apart_from_its_budget() -> None:
    keys = [column.key for column in scenario_pane.columns("CNY")]
    found = scenario_pane.scenario_rows({"scenarios": ROWS})
    assert keys[:2] == ["budget", "name"]
    assert [(row.get("budget"), row["name"]) for row in found[:2]] == [
        (None, "Doing nothing"),
        (1e6, "Benefit per cost (plan)"),
    ]


def test_several_budgets_are_drawn_by_one_strategy() -> None:
    assert drawn_scenarios(ROWS, "{:.0f}".format) == {
        "nothing": "Doing nothing",
        "1000000.0/plan": "1000000",
        "2000000.0/plan": "2000000",
    }
    one = [row for row in ROWS if row.get("budget") in (None, 1e6)]
    assert list(drawn_scenarios(one, str).values())[1:] == [
        "Benefit per cost (plan)",
        "Oldest first",
    ]


def test_the_failures_by_year_compare_with_doing_nothing() -> None:
    labels = {"nothing": "Doing nothing", "2000000.0/plan": "2 million"}
    plot = drawn.failure_curve(ROWS, CURVE, labels=labels, network="town")
    assert plot.title == "Without renewal 5 failures are expected in 2028, with it 4"
    assert len(plot.rows) == 4


def test_the_capture_curve_says_what_a_tenth_held() -> None:
    shares = [0.0, 0.1, 0.2]
    figures = {
        "curve_shares": shares,
        "test_years": 3,
        "cutoffs": [
            {"refused": "", "curves": {"waternet": [0, 0.4, 0.6], "random": shares}},
            {"refused": "", "curves": {"waternet": [0, 0.6, 0.8], "random": shares}},
            {"refused": "too few", "curves": {}},
        ],
    }
    plot = proof.capture_curve(figures, network="town")
    assert plot.title == "10 % of the length had 50 % of the later failures"
    assert plot.columns == ("Share of the length", "WaterNet", "Random order")
    assert plot.rows[2] == (0.2, 70.0, 20.0) and "2 days tested" in plot.source


def test_nothing_tested_is_said_not_drawn() -> None:
    from waternet_plugin.gui.plots import plot as plots

    figures = {"curve_shares": [0.0, 0.1], "test_years": 3, "cutoffs": [{"refused": "few", "curves": {}}]}
    plot = proof.capture_curve(figures, network="town")
    assert plot.title == "Nothing could be tested: too few failures"
    if plots.can_draw():
        assert plots.render(plot, "png", dots_per_inch=50)[:4] == b"\x89PNG"


class Runs:
    """A session that answers each backtest as it is told to."""

    network_path, network_name, network_title = "town.gpkg", "town.gpkg", "town"
    address = parse(network_path)

    def __init__(self, enough_from: int) -> None:
        self.enough_from, self.asked = enough_from, []

    def run_algorithm(self, name: str, parameters: dict[str, Any], done: Any, **_others: Any) -> None:
        years = parameters["TEST_YEARS"]
        self.asked.append(years)
        cutoff = {"refused": "", "curves": {"waternet": [0, 0.5]}}
        if years < self.enough_from:
            cutoff = {"refused": "few", "curves": {}}
        figures = {"curve_shares": [0.0, 0.1], "test_years": years, "cutoffs": [cutoff]}
        Path(parameters["REPORT"]).with_suffix(".json").write_text(json.dumps(figures), encoding="utf-8")
        done({})


@pytest.mark.parametrize(
    ("enough_from", "asked"), [(1, [3]), (5, [3, 5]), (10, [3, 5, 10]), (99, [3, 5, 10])]
)
def test_few_failures_are_tested_over_more_years(enough_from: int, asked: list[int]) -> None:
    session, plots = Runs(enough_from), []
    plan_history.prove(session, plots.append, failed=pytest.fail, section=None)
    assert session.asked == asked and len(plots) == 1
    assert plots[0].title.startswith("Nothing" if enough_from == 99 else "10 % of the length")


@pytest.mark.parametrize("make", a_few_quick(["budget", "failures"], 1))
def test_the_curves_can_be_drawn(make: str) -> None:
    pytest.importorskip("matplotlib")
    from waternet_plugin.gui.plots import plot as plots

    if make == "budget":
        plot = drawn.budget_curve(ROWS, labels=LABELS, horizon=20, currency="CNY", network="town")
    else:
        plot = drawn.failure_curve(
            ROWS, CURVE, labels={"nothing": "none", "2000000.0/plan": "2"}, network="t"
        )
    assert plots.render(plot, "png", dots_per_inch=50)[:4] == b"\x89PNG"


@pytest.fixture
def planned(plugin: Any, assessed_town: Path, open_kept: Any, until: Any) -> Any:
    """The section of the plan of the assessed town."""
    plugin.session.iface.window.show()
    open_kept(assessed_town)
    section = plugin.dock.findChild(QWidget, "wn_section_plan")
    until(lambda: plugin.session.network_path and section.plans is not None)
    return section


@pytest.mark.slow
def test_scenarios_from_the_panel(plugin: Any, planned: Any, until: Any) -> None:
    part(planned, "wn_plan_scenarios").trigger()
    found = plugin.session.iface.mainWindow().findChild(pane.Pane, "wn_scenarios")
    until(found.budgets.text)
    assert "500,000" in found.budgets.text()
    found.budgets.setText("200000; 500000")
    found.compare()
    until(lambda: found.figures is not None, seconds=60)
    names = [row["name"] for row in rows(found, "wn_scenarios_list")]
    assert names[0] == "Doing nothing" and len(names) == 11
    assert part(found, "wn_scenarios_plot_choice").count() == 2
    assert plugin.session.remembered("plan/scenarios") == "200000; 500000"


@pytest.mark.slow
def test_budgets_that_are_none_are_said_where_they_were_typed(plugin: Any, planned: Any, until: Any) -> None:
    part(planned, "wn_plan_scenarios").trigger()
    found = plugin.session.iface.mainWindow().findChild(pane.Pane, "wn_scenarios")
    until(found.budgets.text)
    found.budgets.setText("a lot")
    found.compare()
    assert "numbers greater than 0" in part(found, "wn_scenarios_note").toolTip()
    assert part(found, "wn_scenarios_start").isEnabled()
    assert found.figures is None


@pytest.mark.slow
def test_the_test_on_the_past_joins_the_plots(plugin: Any, planned: Any, until: Any) -> None:
    planned.figure.click()
    found = plugin.session.iface.mainWindow().findChild(pane.Pane, "wn_plan")
    until(lambda: rows(found, "wn_plan_list"))
    found.prove()
    until(lambda: part(found, "wn_plan_plot_choice").count() == 3, seconds=60)
    assert part(found, "wn_plan_prove").isEnabled() and found.plots.plot.name == "capture_curve"


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["list", "sheets", "statement"])
def test_papers_from_the_panel(plugin: Any, planned: Any, until: Any, tmp_path: Path, kind: str) -> None:
    target = tmp_path / f"paper{plan_exports.paper_of(kind).ending}"
    plan_exports.save(plugin.session, planned.plans.shown, kind, str(target))
    until(target.exists, seconds=60)
    assert target.stat().st_size > 2000


@pytest.mark.slow
def test_the_window_answers_while_sheets_are_printed_and_cancel_leaves_no_file(
    plugin: Any, planned: Any, until: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A timer stands for the window; the second time it cancels through the section's own button."""
    from qgis.PyQt.QtCore import QTimer

    ticks: list[bool] = []
    timer = QTimer()
    timer.setInterval(0)
    timer.timeout.connect(lambda: ticks.append(bool(plugin.session.running)))
    target = tmp_path / "sheets.pdf"
    printing: list[int] = []
    own = project_papers.print_sheets

    def watched(*args: Any, **options: Any) -> Any:
        timer.start()
        before = len(ticks)
        try:
            return own(*args, **options)
        finally:
            timer.stop()
            printing.append(len(ticks) - before)

    def cancel() -> None:
        if not part(planned, "wn_section_plan_cancel").isHidden():
            click(planned, "wn_section_plan_cancel")

    monkeypatch.setattr(project_papers, "print_sheets", watched)
    try:
        plan_exports.save(plugin.session, planned.plans.shown, "sheets", str(target), section=planned)
        until(lambda: printing, seconds=60)
        assert target.exists() and printing[0] > 0 and any(ticks)
        target.unlink()
        timer.timeout.connect(cancel)
        plan_exports.save(plugin.session, planned.plans.shown, "sheets", str(target), section=planned)
        until(lambda: len(printing) == 2, seconds=60)
    finally:
        timer.stop()
    assert not list(tmp_path.glob("*.pdf*")) and not list(tmp_path.glob(".*"))
    until(part(planned, "wn_section_plan_progress").isHidden)
