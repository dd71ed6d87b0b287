"""A run that fails leaves no output, whatever it wrote before; files that were there stay as they were."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from qgis.core import QgsApplication, QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider
from support.way_out import make_town
from support.windows_files import as_on_windows

from waternet_plugin import store
from waternet_plugin.core.errors import StoreError
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job
from waternet_plugin.processing.usable import unusable


@pytest.fixture
def town(qgis_app: QgsApplication, tmp_path: Path) -> Path:
    """Path of a town of three pipes, alone in its folder."""
    return make_town(tmp_path / "net.gpkg")


def _run(algorithm: WaterNetAlgorithm, parameters: dict[str, Any]) -> tuple[dict[str, Any], bool, str]:
    feedback = QgsProcessingFeedback()
    results, succeeded = algorithm.create().run(parameters, QgsProcessingContext(), feedback)
    return results, succeeded, feedback.textLog()


class Papers(WaterNetAlgorithm):
    """Write a page with its figures, and then fail where it is told to."""

    ID = "papers"
    GROUP = "network"
    fails = False

    def title(self) -> str:
        return "Papers"

    def summary(self) -> str:
        return "Writes."

    def declare(self) -> None:
        self.add_file_output("PAPER", "Paper", "", "PDF (*.pdf)")
        self.add_sink("OUTPUT", "Rows", "")

    def work(self, job: Job) -> dict[str, Any]:
        new = Path(job.new_file("PAPER"))
        assert new.name == Path(job.output_file("PAPER")).name
        new.write_bytes(b"new")
        new.with_suffix(".json").write_bytes(b"figures")
        if job.has("OUTPUT"):
            job.write_sink("OUTPUT", pd.DataFrame({"id": ["=1+1", "'a", "-5", "-a"]}), [("id", "text")])
        if type(self).fails:
            raise StoreError("The disk is full.")
        return {"PAPER": job.output_file("PAPER")}


@pytest.fixture
def papers(qgis_app: QgsApplication, monkeypatch: pytest.MonkeyPatch) -> Papers:
    monkeypatch.setattr(Papers, "fails", False)
    return Papers()


def test_a_file_takes_its_place_with_what_lies_beside_it_at_the_end(papers: Papers, tmp_path: Path) -> None:
    paper = tmp_path / "纸.pdf"
    paper.write_bytes(b"old")
    results, succeeded, said = _run(papers, {"PAPER": str(paper)})
    assert succeeded, said
    assert results["PAPER"] == str(paper)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "纸.pdf": b"new",
        "纸.json": b"figures",
    }


def test_a_file_that_was_there_stays_when_a_run_fails(
    papers: Papers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Papers, "fails", True)
    paper = tmp_path / "a.pdf"
    paper.write_bytes(b"old")
    _results, succeeded, said = _run(papers, {"PAPER": str(paper)})
    assert not succeeded
    assert "The disk is full." in said
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.pdf": b"old"}


def test_a_file_that_is_open_elsewhere_keeps_its_place(papers: Papers, tmp_path: Path) -> None:
    paper = tmp_path / "a.pdf"
    paper.write_bytes(b"old")
    with as_on_windows(), paper.open("rb"):
        results, succeeded, said = _run(papers, {"PAPER": str(paper)})
    assert succeeded
    assert results["PAPER"] == str(tmp_path / "a-2.pdf")
    assert "The run itself has finished" in said
    assert (paper.read_bytes(), (tmp_path / "a-2.pdf").read_bytes()) == (b"old", b"new")


@pytest.mark.parametrize("name", ["x.dxf", "x.gpx", "{}", "x.kml", "管.fgb", "x.tab", "x"])
def test_a_layer_that_came_to_nothing_leaves_no_file(
    papers: Papers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(Papers, "fails", True)
    _results, succeeded, _said = _run(
        papers, {"PAPER": str(tmp_path / "a.pdf"), "OUTPUT": str(tmp_path / name)}
    )
    assert not succeeded
    assert [path.name for path in tmp_path.iterdir()] == []


def test_a_format_that_holds_no_table_is_refused_by_the_check(provider: QgsProcessingProvider) -> None:
    seen = 0
    for algorithm in provider.algorithms():
        for definition in algorithm.parameterDefinitions():
            if definition.type() == "sink":
                seen += 1
                said = unusable(definition, "/tmp/x.txt", QgsProcessingContext())
                assert said.startswith("x.txt must end in .gpkg"), (algorithm.name(), definition.name())
                for name in (
                    "x.gpkg",
                    "x.CSV",
                    "x",
                    "town v1.2",
                    "ogr:dbname='/tmp/x.gpkg' table=\"a\" (geom)",
                ):
                    assert unusable(definition, f"/tmp/{name}" if "ogr" not in name else name) == ""
    assert seen > 30


@pytest.mark.parametrize("ending", [".csv", ".xlsx", ".gpkg"])
def test_texts_that_a_spreadsheet_would_run_are_marked_where_cells_have_no_type(
    papers: Papers, tmp_path: Path, ending: str
) -> None:
    from waternet_plugin.store.foreign.foreign import read_foreign

    output = tmp_path / f"rows{ending}"
    _results, succeeded, said = _run(papers, {"PAPER": str(tmp_path / "a.pdf"), "OUTPUT": str(output)})
    assert succeeded, said
    if ending == ".csv":
        lines = output.read_text(encoding="utf-8").split()
        assert [line.strip(',"') for line in lines] == ["id", "'=1+1", "'a", "-5", "'-a"]
    assert read_foreign(output)["id"].tolist() == ["=1+1", "'a", "-5", "-a"]


@pytest.mark.slow
def test_a_report_that_can_not_be_written_leaves_no_survey_data(
    provider: QgsProcessingProvider, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_arguments: Any) -> str:
        raise StoreError("The disk is full.")

    with store.open_network(town) as network, network.write("adopt") as batch:
        place = shapely.Point(network.read("pipe").geometry.iloc[0].coords[0])
        source = {"node_id": ["S"], "kind": ["source"], "system": ["potable"], "status": ["in_use"]}
        batch.insert(
            "node", gpd.GeoDataFrame(source, geometry=[place], crs=network.crs).rename_geometry("geom")
        )
    monkeypatch.setattr(Job, "write_report", fails)
    before = sorted(path.name for path in town.parent.iterdir())
    wanted = {
        "exportsurvey": {"FORMAT": 0, "OUTPUT": "a.xlsx", "REPORT": "r.html"},
        "exportepanet": {"OUTPUT": "a.inp", "REPORT": "r.html"},
    }
    for name, given in wanted.items():
        outputs = {
            key: str(town.parent / value) if "." in str(value) else value for key, value in given.items()
        }
        feedback = QgsProcessingFeedback()
        algorithm = provider.algorithm(name).create()
        _results, succeeded = algorithm.run(
            {"NETWORK": str(town), **outputs}, QgsProcessingContext(), feedback
        )
        assert not succeeded
        assert "The disk is full." in feedback.textLog(), feedback.textLog()
        assert sorted(path.name for path in town.parent.iterdir()) == before
