"""Line charts: round ticks, names that stand apart, and one chart for the report and the window."""

import datetime
import random
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.charts import DAY, YEAR, ChartBars, ChartLine, LineChart, runs, spread
from waternet_plugin.core.reports.compounds.duty_plan import month_chart
from waternet_plugin.core.reports.health.capture_chart import capture_chart
from waternet_plugin.core.reports.leakage.night_chart import night_chart
from waternet_plugin.core.reports.renewal.scenario_chart import failures_chart

SVG = "{http://www.w3.org/2000/svg}"


def _chart(x, y, kind="quantity"):
    return LineChart((ChartLine("a", tuple(x), tuple(y)),), "x", "y", "t", x_kind=kind)


@pytest.mark.parametrize("most", [0.003, 0.7, 1, 3.2, 5, 41, 70, 99, 1001, 3e7])
def test_ticks_of_quantities_are_few_round_and_reach_beyond_the_data(most):
    ticks = [tick for tick, _ in _chart([0, 1], [0, most]).y_ticks()]
    assert ticks[0] == 0 and ticks[-1] >= most and 4 <= len(ticks) <= 7
    assert np.ptp(np.diff(ticks)) < 1e-9 * most


@pytest.mark.parametrize("most", [1, 4_000, 250_000, 90_000_000])
def test_what_the_axis_means_stands_beside_its_figures(most):
    drawing = ElementTree.fromstring(line_chart(_chart([0, 1], [0, most])))
    texts = list(drawing.iter(f"{SVG}text"))
    (label,) = [text for text in texts if text.text == "y"]
    figures = [text for text in texts if text.get("text-anchor") == "end"]
    # Letters of 12 dots, turned: half of them stand at each side of the base; figures are 6.6 dots wide.
    room = min(float(text.get("x")) - 6.6 * len(text.text) for text in figures)
    assert float(label.get("x")) + 6 < room


def test_years_are_written_as_years():
    chart = _chart([2027.0, 2046.0], [1, 2], YEAR)
    assert chart.x_limits == (2027.0, 2046.0)
    assert [text for _, text in chart.x_ticks()] == ["2030", "2035", "2040", "2045"]


@pytest.mark.parametrize("days", [1, 6, 7, 40, 150, 151, 366, 800, 4000])
def test_days_are_written_as_dates(days):
    first = datetime.date(2025, 11, 26).toordinal()
    chart = _chart([float(first), float(first + days)], [1, 2], DAY)
    ticks = chart.x_ticks()
    assert 1 <= len(ticks) <= 7 and all(first <= tick <= first + days for tick, _ in ticks)
    form = "%m-%d" if days <= 150 else "%Y-%m"
    assert all(datetime.date.fromordinal(int(tick)).strftime(form) == text for tick, text in ticks)


@pytest.mark.parametrize("kind", ["quantity", YEAR, DAY])
def test_a_chart_of_nothing_or_of_one_point_can_be_drawn(kind):
    day = float(datetime.date(2026, 1, 1).toordinal())
    for chart in (_chart([], [], kind), _chart([day], [0.0], kind), LineChart((), "x", "y", "t", kind)):
        ElementTree.fromstring(line_chart(chart))


def test_names_are_apart_near_their_lines_and_not_beyond_the_axis():
    lottery = random.Random(5)
    for count in range(1, 9):
        wanted = [lottery.uniform(0, 100) for _ in range(count)]
        heights = spread(wanted, 10.0, 100.0)
        assert max(heights) <= 100.0
        assert count == 1 or np.diff(sorted(heights)).min() >= 10.0 - 1e-9
        assert [*np.argsort(heights)] == [*np.argsort(wanted)]
    # Those that are apart already stay, however crowded the others are.
    assert spread([5.0, 96.0, 97.0], 10.0, 100.0) == [5.0, 90.0, 100.0]


def test_bands_are_interrupted_where_nothing_is_known():
    nan = float("nan")
    assert runs([nan, 1, 2, nan, 3, nan, 4, 5, 6]) == [slice(1, 3), slice(6, 9)]


def test_a_year_of_nights_has_its_band_its_alarms_and_dates_in_a_report():
    night = np.arange("2025-10-01", "2026-10-01", dtype="datetime64[D]")
    mean = np.full(len(night), 10.0)
    mean[[5, 6]] = np.nan
    low, high = mean - 1, mean + 1
    rises = [(datetime.date(2026, 3, 4), 4.5), (datetime.date(2020, 1, 1), 9.0)]
    root = ElementTree.fromstring(line_chart(night_chart(night, mean, (low, high), rises, title="DMA-1")))
    texts = [each.text for each in root.iter(f"{SVG}text")]
    assert "+4.5 m³/h" in texts and "+9.0 m³/h" not in texts and "2026-01" in texts
    assert len([*root.iter(f"{SVG}circle")]) == 363 and len([*root.iter(f"{SVG}polygon")]) == 2


def test_what_a_tenth_of_the_length_caught_is_written_at_its_point():
    curves = [
        {"waternet": [0, 0.4, 0.6, 1], "random": [0, 0.1, 0.2, 1]},
        {"waternet": [0, 0.6, 0.8, 1], "random": [0, 0.1, 0.2, 1]},
    ]
    chart = capture_chart(curves, [0.0, 0.1, 0.2, 1.0])
    assert chart.point == (10.0, pytest.approx(50.0), "50 %")
    ours, others = chart.lines
    assert ours.strong and ours.x == (0.0, 10.0, 20.0) and ours.upper == pytest.approx((0, 60, 80))
    assert not others.strong and not others.lower


def test_the_scenario_of_the_fewest_failures_is_the_strong_one():
    rows = [
        {"scenario": name, "failures": total} for name, total in (("nothing", 9.0), ("b", 5.0), ("c", 7.0))
    ]
    curve = [
        {"scenario": row["scenario"], "year": year, "expected": 1.0, "lower": 0.5, "upper": 2.0}
        for row in rows
        for year in (2027, 2028)
    ]
    chart = failures_chart(rows, curve, {"nothing": "Doing nothing", "c": "C", "absent": "?"})
    assert [(line.name, line.strong) for line in chart.lines] == [("Doing nothing", False), ("C", True)]


def test_bars_stand_on_each_other_and_lines_have_an_axis_of_their_own():
    x = (10.0, 11.0, 14.0)
    bars = (ChartBars("A", x, (6.0, 8.0, 0.0), "#111111"), ChartBars("B", x, (2.0, 0.0, 4.0), "#222222"))
    rate = ChartLine("rate", x, (1.0, 2.0, 3.5), strong=True)
    chart = LineChart((rate,), "", "hours", "t", x_kind=DAY, bars=bars, right_label="%")
    assert chart.x_limits == (9.5, 14.5)
    assert (chart.y_ticks()[-1][0], chart.right_ticks()[-1][0]) == (8.0, 4.0)
    root = ElementTree.fromstring(line_chart(chart))
    boxes = [
        {name: float(each.get(name)) for name in ("x", "y", "width", "height")} | {"fill": each.get("fill")}
        for each in root.iter(f"{SVG}rect")
        if float(each.get("width")) > 9.0
    ]
    first, second, third, last = boxes
    assert [box["fill"] for box in boxes] == ["#111111", "#111111", "#222222", "#222222"]
    # B's first bar ends where the axis ends, on top of A's of the same day.
    assert third["y"] + third["height"] == pytest.approx(first["y"], abs=0.2)
    assert third["y"] == pytest.approx(second["y"], abs=0.2) and third["x"] == first["x"]
    assert last["height"] == pytest.approx(2 * third["height"], abs=0.3)
    course = root.find(f"{SVG}polyline").get("points").split()
    assert float(course[-1].split(",")[1]) == pytest.approx(
        first["y"] + first["height"] - 3.5 / 4 * 254, abs=0.3
    )


def test_the_key_of_many_crews_is_within_the_drawing():
    days = np.arange("2026-03-02", "2026-03-07", dtype="datetime64[D]")
    crews = [f"Cleaning crew number {number}" for number in range(30)]
    chart = month_chart(days, crews, np.ones((30, 5)), np.zeros(5), needed=0.03, title="t")
    assert [text for _, text in chart.x_ticks()] == ["03-02", "03-03", "03-04", "03-05", "03-06"]
    root = ElementTree.fromstring(line_chart(chart))
    height = float(root.get("viewBox").split()[-1])
    assert all(float(each.get("y")) < height for each in root.iter(f"{SVG}text"))
    assert {each.text for each in root.iter(f"{SVG}text")} >= set(crews)
    ElementTree.fromstring(
        line_chart(month_chart(days[:0], (), np.zeros((0, 0)), np.zeros(0), needed=0, title=""))
    )
