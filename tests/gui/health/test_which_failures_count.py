"""Pane, workbook, sheets, report, statement, scenarios and the plan itself count the same failures."""

from __future__ import annotations

import datetime
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from osgeo import ogr
from support.health_frames import CRS, failures, pipes
from support.health_town import run
from support.registering import registered
from support.renewal_frames import packed

from waternet_plugin import store
from waternet_plugin.core.health.rates.counting import counted
from waternet_plugin.core.progress import SILENT
from waternet_plugin.core.schema.settings import Settings

AS_OF, START = "2022-12-31", "2014-01-01"
# What happened on P1 besides three failures without a kind since the records begin.
ON_RECORD_ONLY = {"date": "2011-05-01", "kind": None}
NOWHERE = (
    {"date": "2023-05-01", "kind": None},
    {"date": None, "kind": None},
    {"date": "2016-05-01", "kind": "valve_hydrant"},
    {"date": "2016-06-01", "kind": "third_party"},
    # Older than its pipe, which is of 1970.
    {"date": "1965-05-01", "kind": None},
    # Matched to it once, no more.
    {"date": "2017-05-01", "kind": None, "match_state": "ambiguous"},
)
IN_RATE, ON_RECORD = 3, 4


def _events() -> Any:
    rows: list[dict[str, Any]] = [{"date": f"{year}-03-01", "kind": None} for year in (2015, 2016, 2018)]
    rows += [ON_RECORD_ONLY, *NOWHERE]
    rows = [{"pipe_id": "P1", "match_state": "matched", "match_method": "id", **row} for row in rows]
    for number in range(12):
        rows.append(
            {"pipe_id": f"P{2 + number % 3}", "match_state": "matched", "date": f"{2014 + number % 8}-07-01"}
        )
    return failures(rows)


@pytest.fixture(scope="module")
def planned(qgis_app: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve pipes of two streets, assessed and planned; nobody said of which kind most failures are."""

    path = tmp_path_factory.mktemp("kinds") / "town.gpkg"
    rows = [
        {
            "line": f"LINESTRING Z ({500_000 + 200 * n} 2500000 0, {500_200 + 200 * n} 2500000 0)",
            "length_m": 200.0,
            "street": "North Road" if n < 4 else "South Road",
            "material": "cast_iron" if n < 4 else "ductile_iron",
            "install_year": 1970.0 if n < 4 else 2005.0,
        }
        for n in range(12)
    ]
    columns = "pipe_id system material diameter_mm length_m install_year status street geom".split()
    names = "failure_id date kind pipe_id match_state match_method geom".split()
    with store.create_network(path, CRS) as network, network.write("adopt", name="town") as batch:
        batch.insert("pipe", pipes(rows)[columns])
        batch.insert("failure", _events()[names])
    with registered():
        # The whole street is worth renewing.
        with store.open_network(path) as network, network.write("setting", name="share") as batch:
            batch.set_setting("health.renew_now_share", "0.4")
        run("assesshealth", NETWORK=str(path), AS_OF=AS_OF, WINDOW_START=START)
        run("planrenewal", NETWORK=str(path), BUDGET=5_000_000, START_YEAR=2023, YEARS=2)
    return path


def _shown(network: Any) -> Any:
    from waternet_plugin.operations.health import recorded_runs

    return recorded_runs.read_runs(network).shown


@pytest.mark.slow
def test_the_pane_counts_what_is_in_the_rate_and_marks_the_others(planned: Path) -> None:
    from waternet_plugin.operations.health import health_answers as answers

    with store.open_network(planned) as network:
        answer = answers.pipe_answer(network, "P1", _shown(network))
    assert sum(row.counts for row in answer.failures) == IN_RATE
    assert len(answer.failures) == IN_RATE + 1 + len(NOWHERE)


@pytest.mark.slow
def test_the_report_has_every_failure_once(planned: Path) -> None:
    with store.open_network(planned) as network:
        figures = _shown(network).figures
    left = figures["left_out"]
    assert figures["used"] == IN_RATE + 12
    assert (left["no_date"], left["other_kind"], left["after_as_of"], left["before_window"]) == (1, 2, 1, 2)


@pytest.mark.slow
def test_workbook_and_sheets_have_what_is_on_record(planned: Path, tmp_path: Path) -> None:
    from waternet_plugin.atlas.projects import project_papers as papers
    from waternet_plugin.operations.renewal import project_basis

    with store.open_network(planned) as network:
        projects = project_basis.read_projects(network, "")
        papers.write_list(network, projects, tmp_path / "list.xlsx")
        papers.print_sheets(network, projects, tmp_path / "sheets.pdf", language="en")
    book = ogr.Open(str(tmp_path / "list.xlsx"))
    sheet = book.GetLayer(1)
    counts = {row.GetField(3): int(row.GetField("Failures on record")) for row in sheet}
    assert counts["P1"] == ON_RECORD
    north = next(one for one in projects.found if one.street == "North Road")
    assert len(north.failures) == ON_RECORD + 12
    if shutil.which("pdftotext"):
        done = subprocess.run(
            ["pdftotext", "-layout", str(tmp_path / "sheets.pdf"), "-"], capture_output=True, check=True
        )
        assert f"{ON_RECORD + 12} recorded failures" in done.stdout.decode()


@pytest.mark.slow
def test_the_plan_and_its_strategies_rank_by_what_is_on_record(planned: Path) -> None:
    from waternet_plugin.operations.renewal import plan_basis

    with store.open_network(planned) as network:
        settings = network.settings()
        every = network.read("pipe")
        row = plan_basis.assessment_to_plan(network, "")
        failures = network.read("failure", ["pipe_id", "date", "kind", "match_state"], geometry=False)
        recorded, rated = plan_basis.failures_of_run(failures, every, row, settings)
        assessment = network.read("assessment", ["pipe_id", "rate_per_100km_y", "consequence", "class"])
        reasons = network.read("project", ["street", "reasons"], geometry=False)
    frame = packed(every, assessment, settings=settings, failures=recorded).frame
    # What “most failures first” ranks by, and the benefits' own rates.
    assert frame.set_index("street")["failures"]["North Road"] == ON_RECORD + 12
    assert recorded["pipe_id"].value_counts()["P1"] == ON_RECORD
    assert rated["pipe_id"].value_counts()["P1"] == IN_RATE
    assert len(reasons)


def test_scenarios_weigh_what_is_in_the_rate(planned: Path) -> None:
    from waternet_plugin.operations.renewal import plan_basis, plan_scenarios

    with store.open_network(planned) as network:
        basis = plan_basis.read_basis(
            network, run="", start_year=2023, years=2, by_district=False, progress=SILENT
        )
    stock = plan_scenarios.assessed_stock(basis).set_index("pipe_id")["failures"]
    assert stock["P1"] == IN_RATE
    assert sum(plan_scenarios.yearly_failures(basis)) == IN_RATE + 12


@pytest.mark.slow
def test_the_statement_names_failures_that_count(planned: Path) -> None:
    from waternet_plugin.core.reports.health.statement import records_of

    with store.open_network(planned) as network:
        settings = network.settings()
        events = network.read("failure", ["date", "kind", "match_state"], geometry=False)
        window_start = _shown(network).figures["window_start"]
    found = records_of(
        events,
        as_of=datetime.date(2022, 12, 31),
        window_start=datetime.date.fromisoformat(window_start),
        settings=settings,
    )
    # The ambiguous one counts for the network.
    assert (found.failures, found.matched) == (IN_RATE + 12 + 1, IN_RATE + 12)
    assert (found.first, found.last) == ("2014-07-01", "2021-07-01")


@pytest.mark.slow
def test_weights_are_tried_on_the_same_failures(planned: Path) -> None:
    from waternet_plugin.core.health.risk import what_if
    from waternet_plugin.operations.health.recorded_runs import summary_of

    with store.open_network(planned) as network:
        window = summary_of(_shown(network)).window
        every = network.read("pipe", geometry=False)
        events = network.read("failure", list(what_if.FAILURE_COLUMNS), geometry=False)
    recent = what_if.recent_failures(every, events, window, Settings({"health.hazard_years": "5"}))
    # Of the three in the rate one lies in the five years of a hazard; the valve's and the like do not count.
    assert dict(zip(every["pipe_id"], recent))["P1"] == 1


def test_without_a_year_or_an_end_a_pipe_was_always_there() -> None:
    events = failures([{"pipe_id": "a", "match_state": "matched", "date": "1901-01-01", "kind": None}])
    found = counted(
        events,
        pd.DataFrame({"pipe_id": ["a"]}),
        as_of=datetime.date(2020, 1, 1),
        window_start=datetime.date(1950, 1, 1),
        settings=Settings(),
    )
    assert found.on_record.tolist() == [True] and found.in_rate.tolist() == [False]
