"""A run that could do nothing fails and writes nothing; one that had nothing to do writes no batch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider
from support.health_frames import CRS, failures, pipes
from support.plan_streets import assessed_streets
from support.slow_cases import a_few_quick

from waternet_plugin import store

pytestmark = pytest.mark.windows_files

CSV = "ID,X,Y,X2\n" + "".join(f"P1,{500000 + row},3000000,1\n" for row in range(3))
MAPPING = '{"fields": {"pipe_id": "ID"}, "defaults": {"system": "potable"}, "crs": "EPSG:4547"}'


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """Path of a network without rows."""
    path = tmp_path / "empty.gpkg"
    store.create_network(path, CRS).close()
    return path


@pytest.fixture
def town(empty: Path) -> Path:
    """Path of a network with three mains of 1990 and two breaks."""
    columns = ["pipe_id", "system", "material", "diameter_mm", "length_m", "install_year", "status", "geom"]
    lines = [
        {"line": f"LINESTRING Z (500000 {3000000 + row} 0, 501000 {3000000 + row} 0)"} for row in range(3)
    ]
    breaks = failures([{"at": (500500.0, 3000001.0)}, {"reported_pipe_id": "P2"}])
    with store.open_network(empty) as network, network.write("adopt") as batch:
        batch.insert("pipe", pipes(lines)[columns])
        batch.insert("failure", breaks[["failure_id", "date", "kind", "reported_pipe_id", "geom"]])
    return empty


def _run(
    provider: QgsProcessingProvider, name: str, path: Path, **parameters: Any
) -> tuple[bool, str, dict[str, Any]]:
    """Whether a run succeeds, what it says and what comes out."""
    given = {"NETWORK": str(path), **parameters}
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    able, sentence = provider.algorithm(name).create().checkParameterValues(given, context)
    if not able:
        return False, sentence, {}
    results, succeeded = provider.algorithm(name).create().run(given, context, feedback)
    return succeeded, feedback.textLog(), results


def _rows(path: Path) -> dict[str, int]:
    with store.open_network(path) as network:
        return {name: network.count(name) for name in ("batch", "assessment_run", "plan", "setting")}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    a_few_quick(
        [
            ("matchfailures", {}, "no failures to match"),
            ("assesshealth", {}, "there is nothing to assess"),
            ("assesssewers", {}, "there is nothing to assess"),
            ("gradeinspections", {}, "no inspections to grade"),
            ("planrenewal", {"BUDGET": 1e6}, ""),
            ("planscenarios", {"BUDGETS": "1000000"}, ""),
            ("backtesthealth", {"CUTOFF": "2020-01-01"}, "there are no records after 2020-01-01"),
        ],
        is_tuple_one_value=False,
    ),
)
def test_an_empty_network_is_refused(
    provider: QgsProcessingProvider, empty: Path, tmp_path: Path, name: str, parameters: Any, words: str
) -> None:
    before = _rows(empty)
    report = {"REPORT": str(tmp_path / "report.html")}
    if provider.algorithm(name).parameterDefinition("REPORT") is None:
        report = {}
    succeeded, said, _ = _run(provider, name, empty, **report, **parameters)
    assert not succeeded
    assert words in said and "Unexpected" not in said
    assert _rows(empty) == before
    assert [path.name for path in tmp_path.iterdir()] == ["empty.gpkg"]


@pytest.mark.slow
def test_all_rows_rejected_is_a_failure_that_says_why(
    provider: QgsProcessingProvider, empty: Path, tmp_path: Path
) -> None:
    source = tmp_path / "rows.csv"
    source.write_text(CSV, encoding="utf-8")
    asked = {"INPUT": str(source), "TABLE": "pipe", "MAPPING": MAPPING}
    before = _rows(empty)
    outputs = {"REPORT": str(tmp_path / "r.html"), "REJECTED": str(tmp_path / "rejected.csv")}
    succeeded, said, _ = _run(provider, "adoptlayers", empty, **asked, **outputs)
    assert not succeeded
    assert "No row can be adopted: " in said and "(3). Nothing was written" in said
    assert _rows(empty) == before
    assert {path.name for path in tmp_path.iterdir()} == {"empty.gpkg", "rows.csv"}
    # A dry run tells of every row.
    succeeded, _said, results = _run(provider, "adoptlayers", empty, **asked, **outputs, DRY_RUN=True)
    assert succeeded
    assert (results["ROWS_IN"], results["ROWS_REJECTED"]) == (3, 3)
    assert Path(outputs["REPORT"]).exists() and Path(outputs["REJECTED"]).exists()


@pytest.mark.slow
def test_matching_again_writes_no_batch(provider: QgsProcessingProvider, town: Path, tmp_path: Path) -> None:
    succeeded, said, first = _run(provider, "matchfailures", town)
    assert succeeded, said
    before = _rows(town)
    report = tmp_path / "report.html"
    succeeded, said, again = _run(provider, "matchfailures", town, REPORT=str(report))
    assert succeeded, said
    assert _rows(town) == before
    assert report.exists()
    assert "matched as before" in said
    assert (again["MATCHED"], again["FAILURES"]) == (first["MATCHED"], first["FAILURES"]) == (2, 2)
    # Another radius is remembered, even where it changes no match.
    succeeded, said, _ = _run(provider, "matchfailures", town, RADIUS=30)
    assert succeeded, said
    assert _rows(town)["batch"] == before["batch"] + 1


@pytest.mark.slow
def test_before_the_first_pipe_there_is_nothing_to_assess(
    provider: QgsProcessingProvider, town: Path
) -> None:
    before = _rows(town)
    succeeded, said, _ = _run(provider, "assesshealth", town, AS_OF="1980-01-01")
    assert not succeeded
    assert "No water supply pipe was in use on 1980-01-01" in said
    assert _rows(town) == before


@pytest.mark.slow
def test_a_plan_needs_a_pipe(provider: QgsProcessingProvider, tmp_path: Path) -> None:
    town = assessed_streets(tmp_path / "town.gpkg")
    succeeded, said, _ = _run(provider, "planrenewal", town, BUDGET=1e6)
    assert succeeded, said
    with store.open_network(town) as network:
        projects = network.read("project", ["project_id"], geometry=False)
        assert len(projects) == 12
        with network.write("edit") as batch:
            batch.update("project", projects.assign(state="approved"))
    before = _rows(town)
    for name, parameters in (("planrenewal", {"BUDGET": 1e6}), ("planscenarios", {"BUDGETS": "1000000"})):
        succeeded, said, _ = _run(provider, name, town, **parameters)
        assert not succeeded
        assert "There is no pipe to plan for: assessment R0001" in said
    assert _rows(town) == before


@pytest.mark.slow
def test_a_plan_needs_pipes_that_differ(provider: QgsProcessingProvider, town: Path) -> None:
    with store.open_network(town) as network:
        broken = network.read("failure", ["failure_id"], geometry=False)["failure_id"]
        with network.write("edit") as batch:
            batch.delete("failure", broken.tolist())
    succeeded, said, _ = _run(provider, "assesshealth", town)
    assert succeeded, said
    succeeded, said, _ = _run(provider, "planrenewal", town, BUDGET=1e6)
    assert not succeeded
    assert "all pipes are expected to fail alike" in said


@pytest.mark.slow
def test_a_cut_off_after_the_records_is_refused(
    provider: QgsProcessingProvider, town: Path, tmp_path: Path
) -> None:
    asked = {"REPORT": str(tmp_path / "r.html"), "BOOTSTRAPS": 0}
    succeeded, said, _ = _run(provider, "backtesthealth", town, CUTOFF="2099-01-01", **asked)
    assert not succeeded
    assert "no records after 2099-01-01" in said
    assert not Path(asked["REPORT"]).exists()
    # Too few failures to say anything: the contract's answer is a report that says so.
    succeeded, said, results = _run(provider, "backtesthealth", town, CUTOFF="2005-01-01", **asked)
    assert succeeded, said
    assert results["CUTOFFS_TESTED"] == 0
    assert Path(asked["REPORT"]).exists()
