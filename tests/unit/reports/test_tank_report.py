"""The report of tanks: its answer, its plots and what each rests on."""

from __future__ import annotations

import datetime
import xml.etree.ElementTree as ET
from dataclasses import replace

from support.tank_towns import AS_OF, DAY, random_rows, tables_of_rows

from waternet_plugin.core.drainage.compounds.tanks.tank_plot import TankPlot, tank_plot
from waternet_plugin.core.drainage.compounds.tanks.tank_schedule import TankSchedule, schedule_tanks
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.reports.chart_svg import line_chart
from waternet_plugin.core.reports.compounds.tank_chart import tank_chart, tank_sentence
from waternet_plugin.core.reports.compounds.tanks import summary_lines, tanks_report
from waternet_plugin.core.schema.settings import Settings

PLOT = TankPlot(
    node_id="T<1>",
    is_measured=True,
    as_of=AS_OF,
    cleaned_on=AS_OF - 100 * DAY,
    due_on=AS_OF - 9 * DAY,
    days=(AS_OF - 80 * DAY, AS_OF - 60 * DAY),
    depths_m=(0.1, 0.2),
    limit_m=0.4,
    line=((AS_OF - 100 * DAY, 0.0), (AS_OF - 9 * DAY, 0.45)),
)
MARK = "{http://www.w3.org/2000/svg}"


def schedule(seed: int) -> TankSchedule:
    tables = tables_of_rows(random_rows(seed))
    zone = datetime.timezone(datetime.timedelta(hours=8))
    subject = NetworkFrame(tables, Settings())
    return schedule_tanks(subject, tables["reading"], tables["work_item"], as_of=AS_OF, zone=zone)


def test_the_sentence_of_a_plot() -> None:
    assert tank_sentence(PLOT) == "T<1>: full on 2026-06-06, 9 days late"
    assert tank_sentence(replace(PLOT, is_measured=False)) == "T<1>: due on 2026-06-06, 9 days late"
    ahead = replace(PLOT, due_on=AS_OF + DAY)
    assert tank_sentence(ahead) == "T<1>: full on 2026-06-16, in 1 day"
    assert "not known" in tank_sentence(replace(PLOT, due_on=None, cleaned_on=None))


def test_the_chart_has_dots_line_limit_and_day() -> None:
    dots, line, limit = tank_chart(PLOT).lines
    assert dots.is_dots and dots.y == (0.1, 0.2) and dots.x[1] - dots.x[0] == 20
    assert line.x == tuple(float(day.toordinal()) for day, _depth in PLOT.line) and line.y == (0.0, 0.45)
    assert limit.name == "full: 0.40 m" and limit.x[1] == line.x[1]
    (mark,) = tank_chart(PLOT).marks
    assert mark.text == "2026-06-06"
    drawing = ET.fromstring(line_chart(tank_chart(PLOT)))
    assert drawing.find(f"{MARK}title").text == tank_sentence(PLOT)  # type: ignore[union-attr]
    assert len(drawing.findall(f"{MARK}circle")) == 2


def test_a_line_that_begins_below_the_bottom_is_cut_there() -> None:
    line = ((PLOT.line[0][0], -0.2), PLOT.line[1])
    assert tank_chart(replace(PLOT, line=line)).lines[1].y == (0.0, 0.45)


def test_the_report_adds_up() -> None:
    found = schedule(4)
    report = tanks_report(found, network="Town")
    states = found.frame["state"].value_counts()
    assert report.figures["by_state"] == {
        state: int(states.get(state, 0)) for state in ("overdue", "due", "later", "unknown")
    }
    assert sum(report.figures["by_basis"].values()) == len(found.frame) == report.figures["tanks"]
    assert f"{states['overdue']} of {len(found.frame)} tanks are overdue" in report.lead
    page = report.to_html()
    assert all(name in page for name in found.frame["node_id"]) and "NaT" not in page
    assert "out of use are left out" in page


def test_every_plot_of_a_random_town_is_a_drawing() -> None:
    found = schedule(5)
    plots = [tank_plot(found, row) for row in range(len(found.frame))]
    assert any(plot.line for plot in plots) and any(plot.due_on is None for plot in plots)
    for plot in plots:
        ET.fromstring(line_chart(tank_chart(plot)))


def test_no_tanks() -> None:
    found = schedule(1)
    none = replace(found, frame=found.frame.iloc[:0], facts=(), lines=found.lines.iloc[:0], out_of_use=0)
    assert summary_lines(none) == ["The network has no tanks in use."]
    assert tanks_report(none, network="Town").sections == ()
