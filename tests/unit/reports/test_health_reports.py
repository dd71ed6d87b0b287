"""What the reports of matching and assessment say."""

from __future__ import annotations

import datetime
import json

from support.health_frames import failures, matched, pipes

from waternet_plugin.core.health.matching.matching import match_failures
from waternet_plugin.core.health.risk.assessment import assess
from waternet_plugin.core.reports.health.health import health_report, summary_lines
from waternet_plugin.core.reports.health.matching import matching_report
from waternet_plugin.core.reports.health.matching import summary_lines as matching_lines

END = datetime.date(2012, 12, 31)


def test_matching_report_counts() -> None:
    table = failures([{"reported_pipe_id": "P1"}, {"reported_pipe_id": "X"}, {"date": None, "at": (5, 1)}])
    report = matching_report(match_failures(table, pipes([{}])), network="town")
    figures = json.loads(report.to_json())
    assert (figures["matched"], figures["ambiguous"], figures["predecessor"], figures["orphan"]) == (
        2,
        0,
        0,
        1,
    )
    assert (figures["failures"], figures["unknown_ids"], figures["without_date"]) == (3, 1, 1)
    assert "Of 3 failures, 2 are matched to a pipe" in report.to_html()


def test_no_failures_says_what_to_do() -> None:
    assert matching_lines(match_failures(failures([]), pipes([{}]))) == [
        "There are no failures to match. Adopt them first."
    ]


def test_health_report_figures_and_sentences() -> None:
    table = matched([("P1", f"{2003 + number % 10}-01-0{1 + number // 10}") for number in range(20)])
    lines = [*({"length_m": 2000.0} for _ in range(20)), {"system": "storm"}, {"install_year": 2015}]
    summary = assess(pipes(lines), table, as_of=END).summary
    report = health_report(summary, network="town")
    figures = json.loads(report.to_json())
    assert figures["window_start"] == "2003-01-01"
    assert figures["window_found"] == "detected"
    assert figures["class_pipes"]["unknown"] == 1
    assert figures["not_rated"] == {"drain": 1}
    assert figures["laid_later"] == 1
    assert figures["used"] == 20
    assert figures["data_grade"] == "A"
    page = report.to_html()
    assert "Records count from 2003-01-01" in page
    assert "Data grade A: records from 2003-01-01 to 2012-01-02, 9.0 years" in page
    assert "this model rates water supply pipes only" in page


def test_records_that_end_early_are_warned_of() -> None:
    summary = assess(pipes([{}]), matched([("P1", "2005-06-01")]), as_of=END).summary
    assert any("7.6 years before 2012-12-31" in line for line in summary_lines(summary))


def test_grade_c_says_what_to_expect() -> None:
    summary = assess(pipes([{}]), failures([]), as_of=END).summary
    assert any(line.startswith("Data grade C") for line in summary_lines(summary))
    assert json.loads(health_report(summary, network="town").to_json())["window_start"] is None
