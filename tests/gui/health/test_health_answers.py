"""The answers on health: network, selection, pipe; what is read back from a run."""

from __future__ import annotations

import datetime
import math
from dataclasses import replace
from pathlib import Path

import pytest

from waternet_plugin import store
from waternet_plugin.gui.health import answer_pages, pipe_list, why_page
from waternet_plugin.operations.health import explain_health, recorded_runs
from waternet_plugin.operations.health import health_answers as answers

WORST = explain_health.ExplainRequest(class_="renew_now", with_list=True, most_lines=pipe_list.MOST)


@pytest.mark.slow
def test_the_shown_run_is_the_newest_unless_one_is_chosen(assessed_town: Path) -> None:
    with store.open_network(assessed_town) as network:
        runs = recorded_runs.read_runs(network)
        assert [run.run_id for run in runs.runs] == ["R0001", "R0002"]
        assert runs.shown is runs.runs[-1] and not runs.chosen
        network.show_run("R0001")
        runs = recorded_runs.read_runs(network)
        assert runs.shown is runs.runs[0] and runs.chosen


def test_the_network_answer_is_that_of_the_run(assessed_town: Path) -> None:
    with store.open_network(assessed_town) as network:
        run = recorded_runs.read_runs(network).shown
        answer = answers.network_answer(network, run)
        health = network.read("pipe_health", ["class", "length_m"], geometry=False)
    worst = health[health["class"] == "renew_now"]["length_m"].sum()
    assert answer.renew_now_m == pytest.approx(worst) and worst > 0
    assert answer.rated_m == pytest.approx(23 * 200.0)
    assert answer.class_m["unknown"] == pytest.approx(200.0)
    assert answer.worst_rate_ratio > 2
    assert answer.why[0][1] <= worst + 1e-6
    assert any("Data grade" in note for note in answer.notes)


@pytest.mark.slow
def test_a_selection_has_the_same_figures_for_its_pipes(assessed_town: Path) -> None:
    with store.open_network(assessed_town) as network:
        run = recorded_runs.read_runs(network).shown
        every = network.read("pipe_health", answers.COLUMNS, geometry=False)
        whole = answers.network_answer(network, run)
        some = answers.group_answer(every[every["pipe_id"].isin(["P1", "P2", "P24"])], run)
    answer = answers.group_answer(every, run)
    assert answer.class_m == pytest.approx(whole.class_m)
    assert answer.rate == pytest.approx(whole.mean_rate)
    assert answer.expected == pytest.approx(whole.expected)
    assert answer.why == whole.why
    assert some.pipes == 3 and some.rated_m == pytest.approx(400.0)
    assert some.rate > 2 * some.mean_rate


@pytest.mark.slow
def test_a_pipe_has_its_reasons_evidence_and_failures(assessed_town: Path) -> None:
    with store.open_network(assessed_town) as network:
        run = recorded_runs.read_runs(network).shown
        answer = answers.pipe_answer(network, "P1", run)
        assert answers.pipe_answer(network, "P99", run) is None
    assert answer.evidence == "A" and len(answer.reasons) >= 1
    assert [row.counts for row in answer.failures].count(False) == 1
    low, high = answer.interval
    assert low < answer.rate < high
    page = answer_pages.pipe_page(answer, currency="CNY")
    assert "Own failures" in page and "not counted" in page and "P1" in page


def test_an_unrated_pipe_says_why_it_has_no_rate(assessed_town: Path) -> None:
    with store.open_network(assessed_town) as network:
        answer = answers.pipe_answer(network, "P24", recorded_runs.read_runs(network).shown)
    assert math.isnan(answer.rate) and answer.interval is None
    assert "rates water supply pipes only" in answer_pages.pipe_page(answer, currency="CNY")
    newer = replace(answer, reasons=(), as_of=datetime.date(2026, 1, 1))
    assert "not in the assessment of 2026-01-01 yet" in answer_pages.pipe_page(newer, currency="CNY")
    undated = replace(newer, as_of=None)
    assert "not in the last assessment yet" in answer_pages.pipe_page(undated, currency="CNY")


def test_the_interval_narrows_with_failures() -> None:
    few, many = answers.interval_of(100.0, 0, 1.0), answers.interval_of(100.0, 20, 1.0)
    assert few[0] == pytest.approx(10.536, abs=0.01) and few[1] == pytest.approx(230.26, abs=0.01)
    assert few[0] < many[0] < 100 < many[1] < few[1]


@pytest.mark.slow
def test_a_run_gives_back_its_summary(assessed_town: Path) -> None:
    from waternet_plugin.core.reports.health.health import figures_of, health_report

    with store.open_network(assessed_town) as network:
        run = recorded_runs.read_runs(network).shown
    summary = recorded_runs.summary_of(run)
    again = figures_of(summary)
    assert again["class_km"] == run.figures["class_km"]
    assert len(summary.cohorts) == len(run.figures["cohorts"])
    assert "Pipe health assessment" in health_report(summary, network="town").to_html()


@pytest.mark.slow
def test_the_list_is_worst_first_with_a_place(assessed_town: Path) -> None:
    with store.open_network(assessed_town) as network:
        page = why_page.page_of(explain_health.explain_health(network, WORST))
    risks = [row["risk"] for row in page.pipes.shown]
    assert risks == sorted(risks, reverse=True) and risks
    assert page.pipes.shown[0]["wkb"] and page.pipes.shown[0]["first_reason"]
    assert "to renew now" in page.html and page.currency == "CNY"


@pytest.mark.slow
def test_more_pipes_than_anybody_reads_are_cut_in_the_list_only(
    assessed_town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipe_list, "MOST", 5)
    with store.open_network(assessed_town) as network:
        rows = tuple(network.read("pipe", ["fid"], geometry=False)["fid"].tolist())
        asked = explain_health.ExplainRequest(explain_health.SELECTION, rows=rows, most_lines=5)
        answer = explain_health.explain_health(network, asked)
    found = pipe_list.pipe_list(answer.pipes, answer.lines)
    assert found.count == len(found.every()) == 24 and len(found.shown) == 5
    assert found.every()[-1]["pipe_id"] == "P24" and found.length_m == pytest.approx(24 * 200.0)


def test_nothing_assessed_is_said(bare_town: Path) -> None:
    with store.open_network(bare_town) as network:
        page = why_page.page_of(explain_health.explain_health(network, WORST))
    assert "no assessment yet" in page.html and page.pipes.count == 0


def test_comparing_says_what_got_worse(assessed_town: Path) -> None:
    from waternet_plugin.gui.health import run_changes
    from waternet_plugin.operations.health.run_changes import read_run_changes

    with store.open_network(assessed_town) as network:
        found = read_run_changes(network, "R0001", "R0002")
        layer = run_changes.layer_of(found, network.crs)
    assert sum(found.counts.values()) == 24
    assert sum(found.metres.values()) == pytest.approx(24 * 200.0)
    changed = sum(count for change, count in found.counts.items() if change != "same")
    assert layer.featureCount() == changed == len(found.pipes) > 0
    assert all(row["class_a"] != row["class_b"] for row in run_changes.rows_of(found, "worse"))
    assert layer.isValid() and layer.crs().authid() == "EPSG:4547"
