"""Matching, assessing and comparing as algorithms, on a small network in a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingProvider,
    QgsVectorLayer,
)
from support.health_frames import CRS, failures, pipes
from support.slow_cases import a_few_quick

from waternet_plugin import store

PIPE_COLUMNS = ["pipe_id", "system", "material", "diameter_mm", "length_m", "install_year", "status", "geom"]
OUTPUT = [
    "pipe_id",
    "rate_per_100km_y",
    "health",
    "likelihood",
    "consequence",
    "risk",
    "class",
    "evidence",
    "reasons",
]


class Cancelled(QgsProcessingFeedback):
    """A user who cancels once a fraction of the work is done."""

    def __init__(self, after: float) -> None:
        super().__init__()
        self.after = after
        self.progressChanged.connect(self._stop)

    def _stop(self, done: float) -> None:
        if done >= self.after:
            self.cancel()


class Town:
    """A network in a file and the algorithms to run on it."""

    def __init__(self, provider: QgsProcessingProvider, path: Path) -> None:
        self.provider = provider
        self.path = path

    def run(
        self, name: str, feedback: QgsProcessingFeedback | None = None, **parameters: Any
    ) -> dict[str, Any]:
        algorithm = self.provider.algorithm(name).create()
        given = {"NETWORK": str(self.path), **parameters}
        context = QgsProcessingContext()
        usable, sentence = algorithm.checkParameterValues(given, context)
        assert usable, sentence
        listener = feedback or QgsProcessingFeedback()
        # QGIS's own run, which also creates the instance that does the work.
        results, succeeded = QgsProcessingAlgorithm.run(algorithm, given, context, listener, {}, False)
        assert succeeded
        return results

    def refusal(self, name: str, **parameters: Any) -> str:
        algorithm = self.provider.algorithm(name).create()
        usable, sentence = algorithm.checkParameterValues(
            {"NETWORK": str(self.path), **parameters}, QgsProcessingContext()
        )
        assert not usable
        return str(sentence)

    def read(self, table: str) -> pd.DataFrame:
        with store.open_network(self.path) as network:
            return network.read(table)

    def batches(self) -> pd.DataFrame:
        with store.open_network(self.path) as network:
            return network.batches()

    def add(self, table: str, frame: pd.DataFrame) -> None:
        with store.open_network(self.path) as network, network.write("adopt") as batch:
            batch.insert(table, frame)


@pytest.fixture
def town(provider: QgsProcessingProvider, tmp_path: Path) -> Town:
    """Twenty iron mains of 1 km and a storm drain; breaks: 30 by place, one by id, one of a pipe gone."""
    path = tmp_path / "城区 net.gpkg"
    store.create_network(path, CRS).close()
    lines = [
        {"line": f"LINESTRING Z (500000 {3000000 + row * 100} 0, 501000 {3000000 + row * 100} 0)"}
        for row in range(21)
    ]
    lines[20]["system"] = "storm"
    breaks = [
        {"at": (500500.0, 3000001.0 + 100 * (number % 5)), "date": f"{2003 + number % 10}-05-05"}
        for number in range(30)
    ]
    breaks += [{"reported_pipe_id": "P2"}, {"reported_pipe_id": "X"}]
    town = Town(provider, path)
    town.add("pipe", pipes(lines)[PIPE_COLUMNS])
    town.add("failure", failures(breaks)[["failure_id", "date", "kind", "reported_pipe_id", "geom"]])
    return town


def fields(path: str) -> list[str]:
    layer = QgsVectorLayer(path, "result", "ogr")
    assert layer.isValid()
    return [field.name() for field in layer.fields() if field.name() != "fid"]


@pytest.mark.slow
def test_match_writes_one_batch_and_says_how_many(town: Town, tmp_path: Path) -> None:
    before = len(town.batches())
    output, report = tmp_path / "m.gpkg", tmp_path / "m.html"
    results = town.run("matchfailures", OUTPUT=str(output), REPORT=str(report))
    numbers = {name: results[name] for name in ("FAILURES", "MATCHED", "AMBIGUOUS", "PREDECESSOR", "ORPHAN")}
    assert numbers == {"FAILURES": 32, "MATCHED": 31, "AMBIGUOUS": 0, "PREDECESSOR": 0, "ORPHAN": 1}
    assert len(town.batches()) == before + 1
    table = town.read("failure").set_index("failure_id")
    assert table.loc["F1", ["pipe_id", "match_state", "match_method"]].tolist() == [
        "P1",
        "matched",
        "distance",
    ]
    assert table.loc["F32", "reported_pipe_id"] == "X"
    assert set(fields(str(output))) == {
        "failure_id",
        "reported_pipe_id",
        "pipe_id",
        "match_state",
        "match_method",
        "match_distance_m",
        "match_reason",
    }
    assert json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))["orphan"] == 1


@pytest.mark.slow
def test_assess_matches_first_and_keeps_the_run(town: Town, tmp_path: Path) -> None:
    output, report = tmp_path / "h.gpkg", tmp_path / "h.html"
    before = len(town.batches())
    results = town.run("assesshealth", AS_OF="2012-12-31", OUTPUT=str(output), REPORT=str(report))
    assert (results["RUN_ID"], results["PIPES"], results["PIPES_RATED"]) == ("R0001", 21, 20)
    assert (results["FAILURES_USED"], results["WINDOW_FROM"]) == (31, "2003-01-01")
    assert len(town.batches()) == before + 1
    assert fields(str(output)) == OUTPUT
    assert len(town.read("assessment")) == 21
    kept = town.read("assessment_run").iloc[0]
    assert json.loads(kept.parameters)["AS_OF"] == "2012-12-31"
    assert json.loads(kept.summary)["used"] == 31
    figures = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert figures["km_renew_now"] == results["KM_RENEW_NOW"]
    assert town.read("failure").match_state.notna().all()


@pytest.mark.slow
def test_assess_without_failures(town: Town) -> None:
    with store.open_network(town.path) as network, network.write("edit") as batch:
        batch.delete("failure", [f"F{number}" for number in range(1, 33)])
    results = town.run("assesshealth", AS_OF="2012-12-31")
    assert (results["FAILURES_USED"], results["WINDOW_FROM"]) == (0, "")
    assert set(town.read("assessment").evidence.dropna()) == {"C"}


@pytest.mark.slow
def test_undo_takes_the_run_back(town: Town) -> None:
    town.run("assesshealth", AS_OF="2012-12-31")
    with store.open_network(town.path) as network:
        network.undo()
    assert len(town.read("assessment")) == len(town.read("assessment_run")) == 0
    assert town.read("failure").match_state.isna().all()


@pytest.mark.slow
def test_compare_takes_the_last_two(town: Town, tmp_path: Path) -> None:
    town.run("assesshealth", AS_OF="2012-12-31")
    more = [
        {"failure_id": f"N{number}", "reported_pipe_id": "P20", "date": "2013-05-05"} for number in range(12)
    ]
    town.add("failure", failures(more)[["failure_id", "date", "kind", "reported_pipe_id"]])
    town.run("assesshealth", AS_OF="2013-12-31")
    output = tmp_path / "c.gpkg"
    results = town.run("compareruns", OUTPUT=str(output))
    assert results["COMPARED"] == "R0001 R0002"
    assert results["WORSE"] >= 1
    assert sum(results[name] for name in ("WORSE", "BETTER", "SAME", "NEW", "GONE")) == 21
    assert fields(str(output)) == ["pipe_id", "class_a", "class_b", "rate_a", "rate_b", "change"]
    back = town.run("compareruns", RUN_A="R0002", RUN_B="R0001")
    assert (back["WORSE"], back["BETTER"]) == (results["BETTER"], results["WORSE"])


@pytest.mark.slow
def test_second_run_warns_of_what_got_worse(town: Town, tmp_path: Path) -> None:
    first = tmp_path / "first.gpkg"
    results = town.run("assesshealth", AS_OF="2012-12-31", OUTPUT_WARNINGS=str(first))
    assert results["WARNINGS"] is None
    assert fields(str(first))[-2:] == ["warning", "reasons"]
    more = [
        {"failure_id": f"N{number}", "reported_pipe_id": "P20", "date": "2013-05-05"} for number in range(12)
    ]
    town.add("failure", failures(more)[["failure_id", "date", "kind", "reported_pipe_id"]])
    second, report = tmp_path / "second.gpkg", tmp_path / "second.html"
    results = town.run("assesshealth", AS_OF="2013-12-31", OUTPUT_WARNINGS=str(second), REPORT=str(report))
    worse = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))["worse"]
    assert worse["run_id"] == "R0001"
    assert worse["by_class"] + worse["by_rate"] == results["WARNINGS"] >= 1
    assert worse["top"][0]["pipe_id"] == "P20"
    assert worse["top"][0]["new_failures"] == 12
    assert QgsVectorLayer(str(second), "warnings", "ogr").featureCount() == results["WARNINGS"]
    # A day before the first run has nothing to compare with.
    assert town.run("assesshealth", AS_OF="2011-12-31")["WARNINGS"] is None


@pytest.mark.slow
def test_customers_rivers_and_more_columns(town: Town, tmp_path: Path) -> None:
    river = tmp_path / "river.geojson"
    shape = {"type": "LineString", "coordinates": [[500200, 2999000], [500200, 3000050]]}
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4547"}}
    feature = {"type": "Feature", "properties": {}, "geometry": shape}
    river.write_text(json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature]}))
    people = pd.DataFrame(
        {"customer_id": ["C1", "C2"], "pipe_id": ["P2", "gone"], "households": [300.0, 1.0]}
    )
    town.add("customer", people)
    output, report = tmp_path / "h.gpkg", tmp_path / "h.html"
    town.run(
        "assesshealth",
        AS_OF="2012-12-31",
        OUTPUT=str(output),
        REPORT=str(report),
        RIVERS=str(river),
        DETAILS=True,
    )
    assert fields(str(output)) == [
        *OUTPUT,
        *("policy", "likelihood_band", "consequence_band", "customers_cut", "households_cut", "critical_cut"),
    ]
    kept = town.read("assessment").set_index("pipe_id")
    # DN 150: 30,000, of which 40 % stand for customers; 6 h at 5; a river crossing is 2.5 times as much.
    assert kept.loc[["P1", "P2", "P3"], "consequence"].tolist() == [45_000, 27_000, 18_000]
    assert kept.loc["P1", "policy"] == "yes"
    figures = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert (figures["customers_from"], figures["customers"], figures["customers_lost"]) == ("own", 1, 1)
    assert figures["risk_parts"]["interruption"] > 0
    assert sum(map(sum, figures["matrix"]["pipes"])) == 20


@pytest.mark.slow
def test_weights_that_do_not_add_up_are_refused(town: Town) -> None:
    with store.open_network(town.path) as network, network.write("edit") as batch:
        batch.set_setting("health.weight.site.road", "40")
    with pytest.raises(QgsProcessingException, match="add up to 110"):
        town.run("assesshealth", AS_OF="2012-12-31")
    assert len(town.read("assessment_run")) == 0


@pytest.mark.parametrize(
    ("name", "parameters", "words"),
    a_few_quick(
        [
            ("matchfailures", {"RADIUS": -1}, "metres greater than 0"),
            ("assesshealth", {"AS_OF": "31.12.2012"}, "YYYY-MM-DD"),
            ("assesshealth", {"WINDOW_START": "2012"}, "YYYY-MM-DD"),
            ("assesshealth", {"AS_OF": "2012-12-31", "WINDOW_START": "2013-01-01"}, "2013-01-01"),
            ("assesshealth", {"HORIZON": 0}, "years greater than 0"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_refusals_before_anything_starts(
    town: Town, name: str, parameters: dict[str, Any], words: str
) -> None:
    assert words in town.refusal(name, **parameters)


@pytest.mark.slow
def test_runs_that_are_not_there(town: Town) -> None:
    with pytest.raises(QgsProcessingException, match="Two assessments are needed"):
        town.run("compareruns")
    town.run("assesshealth", AS_OF="2012-12-31")
    with pytest.raises(QgsProcessingException, match="Two assessments are needed"):
        town.run("compareruns")
    with pytest.raises(QgsProcessingException, match="no assessment R9"):
        town.run("compareruns", RUN_A="R9")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["matchfailures", "assesshealth"])
@pytest.mark.parametrize("after", [1, 35, 62])
def test_cancel_leaves_the_network_as_it_was(town: Town, name: str, after: float) -> None:
    before = town.batches()
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        town.run(name, feedback=Cancelled(after))
    assert len(town.batches()) == len(before)
    assert town.read("failure").match_state.isna().all()
    assert len(town.read("assessment")) == 0
