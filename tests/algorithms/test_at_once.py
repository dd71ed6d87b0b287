"""The same algorithm twice at once: both are done, or one is refused with the list; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback
from support.health_town import make_town

from waternet_plugin import store
from waternet_plugin.core.errors import ConflictError
from waternet_plugin.store.geopackage.file import GeoPackageNetwork

PLAN = {"BUDGET": 500_000.0, "START_YEAR": 2027, "YEARS": 2, "TIME_LIMIT": 0}
# Whatever runs at once with another is found in the registry.
pytestmark = pytest.mark.usefixtures("provider")

Before = Callable[[Callable[[], Any]], None]


class Ear(QgsProcessingFeedback):
    """Keep what is said, and the error itself."""

    def __init__(self) -> None:
        super().__init__(False)
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.refusal: Any = None

    def keep_refusal(self, error: Any) -> None:
        self.refusal = error

    def pushWarning(self, warning: str) -> None:
        self.warnings.append(warning)

    def reportError(self, error: str, fatalError: bool = False) -> None:
        self.errors.append(error)


def run(name: str, path: Path, **parameters: Any) -> tuple[dict[str, Any], Ear]:
    """Run an algorithm and return its results, empty for a refusal, and what it said."""
    algorithm = QgsApplication.processingRegistry().createAlgorithmById(f"waternet:{name}")
    ear = Ear()
    asked = {"NETWORK": str(path), **parameters}
    results, succeeded = algorithm.run(asked, QgsProcessingContext(), ear)
    return (dict(results) if succeeded else {}), ear


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A small town with failures that nobody has matched."""
    make_town(tmp_path / "town.gpkg")
    return tmp_path / "town.gpkg"


@pytest.fixture
def before_writing(monkeypatch: pytest.MonkeyPatch) -> Before:
    """Let somebody do something right before the next write begins, once for each call."""
    pending: list[Callable[[], Any]] = []
    write = GeoPackageNetwork.write

    @contextmanager
    def watched(self: GeoPackageNetwork, *args: Any, **kwargs: Any) -> Iterator[Any]:
        if pending:
            pending.pop(0)()
        with write(self, *args, **kwargs) as batch:
            yield batch

    monkeypatch.setattr(GeoPackageNetwork, "write", watched)
    return pending.append


def _read(path: Path, table: str) -> pd.DataFrame:
    with store.open_network(path) as network:
        return network.read(table, geometry=False)


@pytest.mark.slow
def test_two_assessments_at_once_are_two_runs(town: Path, before_writing: Before) -> None:
    """Both match the failures, so the later one looks at them again; once they are matched it need not."""
    others: list[dict[str, Any]] = []
    before_writing(lambda: others.append(run("assesshealth", town)[0]))
    mine, ear = run("assesshealth", town)
    assert (others[0]["RUN_ID"], mine["RUN_ID"]) == ("R0001", "R0002")
    assert any("again" in one for one in ear.warnings)
    before_writing(lambda: others.append(run("assesshealth", town)[0]))
    mine, ear = run("assesshealth", town)
    assert (others[1]["RUN_ID"], mine["RUN_ID"]) == ("R0003", "R0004")
    assert not any("again" in one for one in ear.warnings)
    runs = _read(town, "assessment_run")["run_id"].tolist()
    assert runs == ["R0001", "R0002", "R0003", "R0004"]
    assert _read(town, "assessment").groupby("run_id").size().nunique() == 1
    names = _read(town, "batch")["name"].tolist()[-2:]
    assert [name.split()[0] for name in names] == ["R0003", "R0004"]


@pytest.mark.slow
def test_two_plans_at_once_are_two_plans(town: Path, before_writing: Before) -> None:
    run("assesshealth", town)
    others: list[dict[str, Any]] = []
    before_writing(lambda: others.append(run("planrenewal", town, **PLAN)[0]))
    mine, _ear = run("planrenewal", town, **PLAN)
    assert (others[0]["PLAN_ID"], mine["PLAN_ID"]) == ("PL0001", "PL0002")
    assert set(_read(town, "project")["plan_id"]) == {"PL0002"}


@pytest.mark.slow
def test_a_project_approved_while_a_plan_is_made_stays(town: Path, before_writing: Before) -> None:
    run("assesshealth", town)
    run("planrenewal", town, **PLAN)
    project = _read(town, "project")["project_id"].iloc[0]

    def approve() -> None:
        with store.open_network(town) as network, network.write("edit") as batch:
            batch.update("project", pd.DataFrame([{"project_id": project, "state": "approved"}]))

    before_writing(approve)
    _results, ear = run("planrenewal", town, **PLAN)
    assert any("again" in one for one in ear.warnings)
    kept = _read(town, "project").set_index("project_id")
    assert kept.loc[project, "state"] == "approved"


@pytest.mark.slow
def test_a_match_that_meets_the_same_rows_twice_is_refused_with_the_list(
    town: Path, before_writing: Before
) -> None:
    def type_a_cause(cause: str) -> Callable[[], None]:
        def work() -> None:
            with store.open_network(town, by="wang") as network, network.write("edit") as batch:
                batch.update("failure", pd.DataFrame([{"failure_id": "F1", "cause": cause}]))

        return work

    # His own write is a write too: it finds nobody before it.
    before_writing(type_a_cause("frost"))
    before_writing(lambda: None)
    before_writing(type_a_cause("frost and age"))
    results, ear = run("matchfailures", town)
    assert results == {} and isinstance(ear.refusal, ConflictError)
    assert [(one.asset, one.by, one.fields) for one in ear.refusal.conflicts] == [("F1", "wang", ("cause",))]
    assert ear.errors == [ear.refusal.message] and "wang changed 1 of the rows" in ear.errors[0]
    assert _read(town, "failure")["match_state"].isna().all()
    results, ear = run("matchfailures", town)
    assert results["MATCHED"] == 12 and not ear.warnings
    assert _read(town, "failure").set_index("failure_id").loc["F1", "cause"] == "frost and age"


@pytest.mark.always
@pytest.mark.slow
def test_rows_adopted_twice_at_once_are_there_once(
    town: Path, tmp_path: Path, before_writing: Before
) -> None:
    table = tmp_path / "failures.csv"
    table.write_text("id,when,kind,x,y\nB1,2020-01-01,main_break,500010,2500000\n", encoding="utf-8")
    mapping = '{"fields": {"failure_id": "id", "date": "when", "kind": "kind"}, "crs": "EPSG:4547"}'
    asked = {"INPUT": str(table), "TABLE": "failure", "MAPPING": mapping}
    others: list[dict[str, Any]] = []
    before_writing(lambda: others.append(run("adoptlayers", town, **asked)[0]))
    results, ear = run("adoptlayers", town, **asked)
    assert others[0]["ROWS_WRITTEN"] == 1
    assert results == {} and [one.asset for one in ear.refusal.conflicts] == ["B1"]
    assert (_read(town, "failure")["failure_id"] == "B1").sum() == 1
