"""A run deletes only what it made itself, and its report comes after the batch that it tells of."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from qgis.core import (
    QgsApplication,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputLayerDefinition,
    QgsProject,
    QgsVectorLayer,
)
from support.slow_cases import a_few_quick
from support.way_out import make_town
from support.windows_files import as_on_windows

from waternet_plugin import store
from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.reports.document import Report
from waternet_plugin.processing.base import WaterNetAlgorithm
from waternet_plugin.processing.job import Job

pytestmark = pytest.mark.windows_files


class Writing(WaterNetAlgorithm):
    """Write a table, a report and a batch; ``meanwhile`` happens before the commit."""

    ID = "writing"
    GROUP = "network"
    meanwhile: Callable[[], None]

    def title(self) -> str:
        return "Writing"

    def summary(self) -> str:
        return "Writes."

    def declare(self) -> None:
        self.add_network()
        self.add_sink("OUTPUT", "Rows", "")
        self.add_file_output("REPORT", "Report", "", "HTML (*.html)")

    def work(self, job: Job) -> dict[str, Any]:
        network = job.open_network()
        with network.write("edit") as batch:
            batch.delete("pipe", ["P3"])
            rows = pd.DataFrame({"id": ["1"]})
            output = job.write_sink("OUTPUT", rows, [("id", "text")])
            report = job.write_report("REPORT", Report("t", "l", figures={"rows": 1}))
            type(self).meanwhile()
        return {"OUTPUT": output, "REPORT": report}


@pytest.fixture
def town(qgis_app: QgsApplication, tmp_path: Path) -> Path:
    """Path of a town of three pipes, alone in its folder."""
    return make_town(tmp_path / "net.gpkg")


def _run(parameters: dict[str, Any], meanwhile: Callable[[], None]) -> tuple[dict[str, Any], bool, str]:
    Writing.meanwhile = staticmethod(meanwhile)
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    algorithm = Writing().create()
    able, refused = algorithm.checkParameterValues(parameters, context)
    assert able, refused
    results, succeeded = algorithm.run(parameters, context, feedback)
    return results, succeeded, feedback.textLog()


def _pipes(town: Path) -> int:
    with store.open_network(town) as network:
        return network.count("pipe")


@pytest.mark.slow
@pytest.mark.parametrize("table", a_few_quick(["net.csv", "net.shp", "net.dbf", "net", "rows.tab"]))
def test_a_failing_run_deletes_only_what_it_made(town: Path, table: str) -> None:
    folder = town.parent
    # QGIS's table of a run without shapes: a .dbf where .shp is asked for.
    stem = Path(table).stem

    def others_write() -> None:
        # A project saved for the first time, a letter, another program's file.
        for name in ("net.qgz", "net.docx", "net.gpkg-mine", "net.html", "net.json", f"{stem}.txt"):
            (folder / name).write_bytes(b"mine")
        raise StoreError("The disk is full.")

    output = folder / table if table != "net" else folder / "other"
    parameters = {"NETWORK": str(town), "OUTPUT": str(output), "REPORT": str(folder / "net.html")}
    _results, succeeded, said = _run(parameters, others_write)
    assert not succeeded
    if "The disk is full." not in said and Path(table).suffix in (".shp", ".dbf", ".tab"):
        pytest.skip("this QGIS makes no table without shapes in that format")
    (folder / "net.gpkg-mine").unlink()
    assert "The disk is full." in said
    left = {path.name for path in folder.iterdir()}
    assert left == {"net.gpkg", "net.qgz", "net.docx", "net.html", "net.json", f"{stem}.txt"}
    assert _pipes(town) == 3


@pytest.mark.slow
def test_files_that_were_there_stay_when_a_run_fails(town: Path) -> None:
    report = town.with_suffix(".html")
    for path in (report, report.with_suffix(".json")):
        path.write_text("of last year", encoding="utf-8")

    def fails() -> None:
        raise StoreError("Stopped.")

    _results, succeeded, _said = _run({"NETWORK": str(town), "REPORT": str(report)}, fails)
    assert not succeeded
    assert {path.read_text(encoding="utf-8") for path in (report, report.with_suffix(".json"))} == {
        "of last year"
    }


@pytest.mark.slow
def test_no_report_tells_of_a_batch_that_is_not_there_yet(town: Path) -> None:
    report = town.with_suffix(".html")
    seen: list[bool] = []
    # What a kill at this moment would leave behind.
    results, succeeded, _said = _run(
        {"NETWORK": str(town), "REPORT": str(report)}, lambda: seen.append(report.exists())
    )
    assert succeeded
    assert seen == [False]
    assert results["REPORT"] == str(report)
    assert report.is_file() and report.with_suffix(".json").is_file()
    assert {path.name for path in town.parent.iterdir()} == {"net.gpkg", "net.html", "net.json"}


@pytest.mark.slow
def test_a_report_whose_place_is_taken_goes_beside_it_and_the_batch_stays(town: Path) -> None:
    report = town.with_suffix(".html")
    for path in (report, report.with_suffix(".json")):
        path.write_text("open elsewhere", encoding="utf-8")
    with as_on_windows(), report.open(encoding="utf-8"):
        results, succeeded, said = _run({"NETWORK": str(town), "REPORT": str(report)}, lambda: None)
    assert succeeded
    assert results["REPORT"] == str(town.with_name("net-2.html"))
    assert "net-2.html" in said and "The run itself has finished" in said
    assert "open elsewhere" in report.read_text(encoding="utf-8")
    assert (town.parent / "net-2.json").is_file()
    assert _pipes(town) == 2


def test_a_layer_is_loaded_from_its_place_and_with_nothing_of_an_earlier_one(town: Path) -> None:
    output = town.with_name("rows.csv.gpkg")
    for ending in ("-wal", "-shm"):
        # Of a program that had the earlier file open: read with the new one, they would spoil it.
        output.with_name(output.name + ending).write_bytes(b"old")
    output.write_bytes(b"old")
    Writing.meanwhile = staticmethod(lambda: None)
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    project = QgsProject()
    parameters = {"NETWORK": str(town), "OUTPUT": QgsProcessingOutputLayerDefinition(str(output), project)}
    results, succeeded = Writing().create().run(parameters, context, feedback)
    assert succeeded, feedback.textLog()
    assert results["OUTPUT"] == str(output)
    assert list(context.layersToLoadOnCompletion()) == [str(output)]
    assert context.layersToLoadOnCompletion()[str(output)].project == project
    assert {path.name for path in town.parent.iterdir()} == {"net.gpkg", output.name}
    layer = QgsVectorLayer(str(output), "rows", "ogr")
    assert [feature["id"] for feature in layer.getFeatures()] == ["1"]
