"""The backtest as an algorithm, on a small network in a file and through qgis_process."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingProvider,
    QgsVectorLayer,
)
from support.headless import must, run
from support.health_frames import CRS, failures, pipes

from waternet_plugin import store

COLUMNS = "cutoff model segment share_of_length captured lower upper test_failures predicted_actual".split()
PIPES, YEARS = 40, range(2001, 2016)


def make(path: Path, *, often: int) -> None:
    """Write forty mains, of which the first ten fail ``often`` times a year between them."""
    store.create_network(path, CRS).close()
    rows = [
        {
            "line": f"LINESTRING Z (500000 {3000000 + row * 100} 0, 501000 {3000000 + row * 100} 0)",
            "material": "cast_iron" if row < 20 else "pvc",
            "install_year": 1950.0 + row,
        }
        for row in range(PIPES)
    ]
    events = [
        {
            "reported_pipe_id": f"P{1 + (year + number * 7) % (10 if number % 4 else PIPES)}",
            "date": f"{year}-{1 + number % 12:02d}-15",
        }
        for year in YEARS
        for number in range(often)
    ]
    columns = "pipe_id system material diameter_mm length_m install_year status geom".split()
    with store.open_network(path) as network, network.write("adopt") as batch:
        batch.insert("pipe", pipes(rows)[columns])
        batch.insert("failure", failures(events)[["failure_id", "date", "kind", "reported_pipe_id", "geom"]])


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("backtest") / "城区 net.gpkg"
    make(path, often=24)
    return path


def backtested(provider: QgsProcessingProvider, path: Path, **parameters: Any) -> dict[str, Any]:
    algorithm = provider.algorithm("backtesthealth").create()
    given = {"NETWORK": str(path), **parameters}
    usable, sentence = algorithm.checkParameterValues(given, QgsProcessingContext())
    assert usable, sentence
    results, succeeded = algorithm.run(given, QgsProcessingContext(), QgsProcessingFeedback())
    assert succeeded
    return dict(results)


@pytest.mark.slow
def test_plans_stand_in_the_report(provider: QgsProcessingProvider, town: Path, tmp_path: Path) -> None:
    report = tmp_path / "plans.html"
    given = {"REPORT": str(report), "CUTOFF": "2012-12-31", "BOOTSTRAPS": 0}
    backtested(provider, town, **given)
    plans = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))["plans"]
    assert [one["cutoff"] for one in plans] == ["2012-12-31"]
    assert set(plans[0]["rules"]) == {"plan", "oldest", "most_failures"}
    # 2 % of 40 km at 1,100 a metre is too little for a street of 1 km.
    assert (plans[0]["budget"], plans[0]["rules"]["plan"]["projects"]) == (880_000, 0)
    backtested(provider, town, **given, BUDGET=2_500_000)
    plan = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))["plans"][0]
    assert plan["rules"]["plan"]["projects"] == 2
    assert plan["rules"]["plan"]["caught"] > plan["by_chance"]
    backtested(provider, town, **given, BUDGET=0)
    assert json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))["plans"] == []


@pytest.mark.slow
def test_through_qgis_process(town: Path, tmp_path: Path) -> None:
    output, report = tmp_path / "b.csv", tmp_path / "b.html"
    results = must("backtesthealth", NETWORK=town, OUTPUT=output, REPORT=report, BOOTSTRAPS=20)
    assert results["CUTOFFS_TESTED"] == 6
    with output.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert list(rows[0]) == COLUMNS
    assert {row["cutoff"] for row in rows} == {f"{year}-12-31" for year in range(2007, 2013)}
    assert {row["segment"] for row in rows} == {"all", "never_broken"}
    ours = [row for row in rows if row["model"] == "waternet" and row["segment"] == "all"]
    assert all(0 <= float(row["lower"]) <= float(row["upper"]) <= 1 for row in ours)
    figures = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert figures["mean_captured"]["waternet"]["0.1"] == pytest.approx(results["CAPTURED_10"], abs=1e-4)
    assert "<svg" in report.read_text(encoding="utf-8")


@pytest.mark.slow
def test_given_cutoffs_years_and_the_network_unchanged(
    provider: QgsProcessingProvider, town: Path, tmp_path: Path
) -> None:
    before = town.read_bytes()
    output = tmp_path / "b.gpkg"
    backtested(
        provider,
        town,
        CUTOFF="2009-06-30, 2011-12-31;2009-06-30",
        TEST_YEARS=2,
        OUTPUT=str(output),
        BOOTSTRAPS=5,
    )
    layer = QgsVectorLayer(str(output), "rows", "ogr")
    assert [field.name() for field in layer.fields() if field.name() != "fid"] == COLUMNS
    assert layer.uniqueValues(layer.fields().indexOf("cutoff")) == {"2009-06-30", "2011-12-31"}
    assert town.read_bytes() == before


@pytest.mark.slow
def test_the_seed_makes_the_same_intervals(
    provider: QgsProcessingProvider, town: Path, tmp_path: Path
) -> None:
    def rows(name: str, seed: int) -> str:
        target = tmp_path / name
        backtested(
            provider,
            town,
            CUTOFF="2011-12-31",
            SEED=seed,
            BOOTSTRAPS=20,
            OUTPUT=str(target),
            MODEL="hierarchy",
        )
        return target.read_text(encoding="utf-8")

    first = rows("a.csv", 1)
    assert first == rows("b.csv", 1)
    assert first != rows("c.csv", 2)


@pytest.mark.slow
def test_few_failures_end_well_without_figures(provider: QgsProcessingProvider, tmp_path: Path) -> None:
    path, output, report = tmp_path / "few.gpkg", tmp_path / "few.csv", tmp_path / "few.html"
    make(path, often=2)
    results = backtested(provider, path, OUTPUT=str(output), REPORT=str(report))
    assert results["CUTOFFS_TESTED"] == 0
    with output.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert rows and all(row["captured"] == "" for row in rows)
    figures = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert all("fewer than 50" in reason for reason in figures["reasons"].values())


@pytest.mark.slow
def test_a_bad_date_is_one_sentence(town: Path) -> None:
    answer = run("backtesthealth", NETWORK=town, CUTOFF="2010-13-01")
    assert answer.status == 1
    assert "CUTOFF" in answer.stderr and "Traceback" not in answer.stderr
