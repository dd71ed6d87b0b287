"""Charts on paper: every word of theirs is a text at its place, in every kind of chart and both languages."""

import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from support.water_frames import Drawing

from waternet_plugin.atlas.report import print_report
from waternet_plugin.core.dma.pressure_test.record import (
    GaugeSeries,
    PressureTestPeriod,
    judge_test,
)
from waternet_plugin.core.network.isolation.isolate import isolate, pipe_to_isolate
from waternet_plugin.core.reports import document
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.charts import ChartLine, ChartMark, LineChart
from waternet_plugin.core.reports.compounds.duty_plan import month_chart
from waternet_plugin.core.reports.dma.pressure_test_record import RecordContext, record_report
from waternet_plugin.core.reports.document import Report, ReportSection
from waternet_plugin.core.reports.grid import matrix_chart
from waternet_plugin.core.reports.network.shut_map import shut_map
from waternet_plugin.core.reports.papers.share_bars import share_bars
from waternet_plugin.core.reports.renewal.failure_bars import failure_bars
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import MPA_METRES
from waternet_plugin.language import speaking


class _AnyColour(dict):
    def __missing__(self, key):
        return "#123456"


def _lines():
    lines = (
        ChartLine(
            "WaterNet 0.5–0.9", (0.0, 1.0, 20.0), (0.0, 5.0, 8.0), True, (0.0, 4.0, 7.0), (0.0, 6.0, 9.0)
        ),
        ChartLine("管龄最长优先 & <2", (0.0, 20.0), (0.0, 61.0)),
        ChartLine("Oldest first", (0.0, 20.0), (0.0, 60.0)),
    )
    marks = (ChartMark(4.0, "+3.2 m³/h"), ChartMark(19.0, "起点"))
    return line_chart(
        LineChart(lines, "Worst part, %", "命中此后故障（%）", "chart", marks=marks, point=(1.0, 5.0, "5 %"))
    )


def _matrix():
    upper = [[f"{row}.{column} km" for column in range(5)] for row in range(5)]
    lower = [[f"{10 * row + column} 根管段" for column in range(5)] for row in range(5)]
    return matrix_chart(upper, lower, x_label="后果等级", y_label="Likelihood", title="risk")


def _shut():
    """A street, and one that runs askew."""
    town = Drawing().node("S1", 0, kind="source").node("S2", 500, kind="source")
    town.node("V1", 100, kind="valve").node("V2", 200, 90, kind="valve", operable="no")
    town.node("V3", 380, 90, kind="valve", operable="unknown").node("V4", 440, kind="valve")
    town.pipe("a", "S1", "V1", street="Elm Street").pipe("b", "V1", "V2", street="人民路")
    town.pipe("x", "V2", "V3", street="建设路").pipe("c", "V3", "V4").pipe("d", "V4", "S2")
    works = town.customer("k", "x", critical="yes").works()
    return shut_map(works, isolate(works, pipe_to_isolate(works, "x")), _AnyColour())


def _heads():
    start = pd.Timestamp("2026-03-11 17:00")
    time = start.to_datetime64() + np.arange(13) * np.timedelta64(300, "s")
    heads = np.array([32.0, 30.0, 12.0, 3.0, 0.2, 0.1, 0.6, 1.2, 2.0, 3.0, 4.0, 5.0, 6.0])
    gauges = [
        GaugeSeries(name, time, heads / MPA_METRES, 0.0, name != "R") for name in ("G1", "水表2", "G3", "R")
    ]
    period = PressureTestPeriod(
        start, start + pd.Timedelta(minutes=60), start + pd.Timedelta(minutes=20), "Asia/Shanghai"
    )
    settings = Settings()
    report = record_report(
        judge_test(gauges, period, settings),
        period,
        RecordContext("town", "DMA-1", gauges, {}, (), "", settings),
    )
    (chart,) = [section.chart for section in report.sections if section.chart]
    return chart


def _month():
    days = np.arange("2026-03-02", "2026-03-07", dtype="datetime64[D]")
    hours = np.array([[6.0, 8.0, 0.0, 4.5, 2.0], [0.0, 3.0, 7.5, 8.0, 1.0]])
    rate = np.linspace(0.004, 0.034, 5)
    return line_chart(month_chart(days, ("Team 1", "二班 & 夜班"), hours, rate, needed=0.03, title="month"))


def _shares():
    named = [("Ductile iron", 1234.0), ("灰铸铁 & 其他", 80.5), ("PE", 12.0), ("钢", 7.0), ("PVC", 3.0)]
    return share_bars(named, "lengths", "m")


def _bars():
    return failure_bars(
        [2006, 2008, 2015, 2018, 2018, 2023],
        first=2005,
        last=2024,
        size_mm=(80.0, 30.0),
        caption="故障 failures",
        family="Noto Sans CJK SC",
    )


# By the module that draws it; that of maps draws the parts of a burst here.
KINDS = {
    "chart_svg.py": _lines,
    "failure_bars.py": _bars,
    "grid.py": _matrix,
    "line_map.py": _shut,
    "pressure_test_record.py": _heads,
    "share_bars.py": _shares,
}


def _written(svg):
    """What stands in a chart, found without the code that prints it."""
    root = ElementTree.fromstring(svg)
    return [each.text for each in root.iter("{http://www.w3.org/2000/svg}text")]


def _in_pdf(path):
    done = subprocess.run(
        ["pdftotext", "-raw", "-enc", "UTF-8", str(path), "-"], capture_output=True, check=True
    )
    return "".join(done.stdout.decode("utf-8").split())


def test_every_kind_of_chart_is_looked_at_here():
    sources = Path(document.__file__).resolve().parents[2].rglob("*.py")
    drawn = {path.name for path in sources if "<svg xmlns" in path.read_text(encoding="utf-8")}
    # The sketch of verification sheets is no chart of a report, and its words are in another test; the small
    # map of a book has none.
    assert drawn - {"sketch.py", "overview_picture.py"} == set(KINDS)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("draw", [*KINDS.values(), _month])
def test_words_of_charts_are_found(qgis_app, tmp_path, page_texts, draw, language):
    with speaking(language):
        chart = draw()
        path = tmp_path / "chart.pdf"
        print_report(path, Report("T", "lead", "town", (ReportSection("First", chart=chart),)))
    text = _in_pdf(path)
    written = _written(chart)
    assert len(written) > 8
    assert [word for word in written if "".join(word.split()) not in text] == []


def test_texts_stand_where_the_drawing_has_them(qgis_app, tmp_path, page_texts):
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 174 100" width="174" font-size="4">'
        '<text x="0" y="50">left</text><text x="174" y="50" text-anchor="end">right</text>'
        '<rect x="80" y="40" width="20" height="20" fill="#000"/>'
        '<text x="10" y="90" transform="rotate(-90 10 90)">turned</text>'
        '<text x="0" y="0" transform="translate(100,80) rotate(0)" font-size="8">moved</text></svg>'
    )
    path = tmp_path / "chart.pdf"
    print_report(path, Report("T", "lead", "town", (ReportSection("First", chart=svg),)))
    done = subprocess.run(["pdftotext", "-bbox", str(path), "-"], capture_output=True, check=True)
    page = ElementTree.fromstring(done.stdout)
    boxes = {}
    for each in page.iter("{http://www.w3.org/1999/xhtml}word"):
        # In mm from the left and upper edges.
        boxes[each.text] = [float(each.get(key)) * 25.4 / 72 for key in ("xMin", "yMin", "xMax", "yMax")]
    # The drawing is as wide as the page between its margins, a unit a millimetre.
    assert boxes["left"][0] == pytest.approx(18.0, abs=0.6)
    assert boxes["right"][2] == pytest.approx(192.0, abs=0.6)
    assert boxes["left"][1] == pytest.approx(boxes["right"][1])
    turned = boxes["turned"]
    assert turned[3] - turned[1] > turned[2] - turned[0]
    assert turned[3] - boxes["left"][3] == pytest.approx(40.0, abs=2.5)
    assert boxes["moved"][0] == pytest.approx(118.0, abs=0.8)
    assert boxes["moved"][3] - boxes["left"][3] == pytest.approx(30.0, abs=3.5)
