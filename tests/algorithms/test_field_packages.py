"""Giving a package to a crew and taking it up, as a script does it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from qgis.core import QgsProject, QgsVectorLayer, QgsVectorLayerUtils
from qgis.PyQt.QtCore import QDate
from support.headless import must, run
from support.plain_tables import csv_records


@pytest.mark.slow
def test_a_crew_goes_out_and_comes_back(sample_town: Path, tmp_path: Path) -> None:
    network = shutil.copy(sample_town / "zh_CN/sample_town.gpkg", tmp_path / "town.gpkg")
    background = tmp_path / "map.geojson"
    background.write_text('{"type": "FeatureCollection", "features": []}', encoding="utf-8")
    folder = tmp_path / "crew"
    given = must(
        "exportfieldpackage",
        NETWORK=network,
        CREW="一班",
        LANGUAGE="zh_CN",
        LAYERS=background,
        OUTPUT=folder,
    )
    assert {path.name for path in folder.iterdir()} == {"DCIM", "field.gpkg", "field.qgz", "map.geojson"}
    with zipfile.ZipFile(folder / "field.qgz") as file:
        text = file.read(next(name for name in file.namelist() if name.endswith(".qgs"))).decode()
    assert str(tmp_path) not in text
    assert "球墨铸铁" in text
    edit_by_qgis(folder)
    rows = tmp_path / "rows.csv"
    done = must("importfieldpackage", NETWORK=network, INPUT=folder, OUTPUT_ROWS=rows)
    assert given["ROWS"] + 1 == done["ROWS_IN"]
    assert done["ROWS_IN"] == sum(done[name] for name in ("TAKEN", "CONFLICT", "REJECTED", "SAME"))
    assert (done["TAKEN"], done["GONE"], done["PACKAGE"]) == (2, 0, given["PACKAGE"])
    told = [one for one in csv_records(rows) if one["verdict"] == "taken"]
    assert {one["field"] for one in told if one["table"] == "pipe"} == {"note"}
    again = run("importfieldpackage", NETWORK=network, INPUT=folder)
    assert again.status == 1
    assert done["BATCH_ID"] in again.stderr
    must("undobatch", NETWORK=network, BATCH=done["BATCH_ID"])
    decisions = json.dumps({"default": "theirs"})
    dry = must("importfieldpackage", NETWORK=network, INPUT=folder, DECISIONS=decisions, DRY_RUN=True)
    assert (dry["TAKEN"], dry["BATCH_ID"]) == (2, "")


def edit_by_qgis(folder: Path) -> None:
    """Change a pipe and add an inspection through the package's own project, without the plugin."""
    project = QgsProject()
    assert project.read(str(folder / "field.qgz"))
    layers = {layer.source().split("layername=")[-1]: layer for layer in project.mapLayers().values()}
    pipes, inspections = layers["pipe"], layers["inspection"]
    assert isinstance(pipes, QgsVectorLayer)
    assert pipes.startEditing()
    first = next(pipes.getFeatures())
    assert pipes.changeAttributeValue(first.id(), pipes.fields().lookupField("note"), "看过")
    assert pipes.commitChanges(), pipes.commitErrors()
    assert inspections.startEditing()
    made = QgsVectorLayerUtils.createFeature(inspections)
    made["pipe_id"] = first["pipe_id"]
    assert inspections.addFeature(made)
    assert inspections.commitChanges(), inspections.commitErrors()
    items = layers["work_item"]
    day, checked = (items.fields().lookupField(name) for name in ("closed_on", "gis_checked_on"))
    made = QgsVectorLayerUtils.createFeature(items)
    assert not items.defaultValue(day, made)
    made["state"] = "done"
    # The form enters the day of work that is done; the office alone checks the map.
    assert items.defaultValue(day, made) == QDate.currentDate()
    assert items.defaultValueDefinition(day).applyOnUpdate()
    assert items.editorWidgetSetup(checked).type() == "Hidden"
    project.clear()
    with closing(sqlite3.connect(folder / "field.gpkg")) as database:
        unnamed = database.execute("SELECT count(*) FROM inspection WHERE uuid IS NULL").fetchone()
    assert unnamed == (0,)


@pytest.mark.slow
def test_bad_words_get_a_sentence(sample_town: Path, tmp_path: Path) -> None:
    network = sample_town / "en/sample_town.gpkg"
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("a")
    for parameters, said in (
        ({"CREW": ""}, "CREW"),
        ({"CREW": "A", "TABLES": "batch"}, "batch"),
        ({"CREW": "A", "LANGUAGE": "fr"}, "LANGUAGE"),
        ({"CREW": "A", "OUTPUT": tmp_path / "full"}, "not empty"),
        ({"CREW": "A", "OUTPUT": tmp_path / "no" / "where"}, "does not exist"),
        ({"CREW": "A", "LAYERS": "missing.tif"}, "missing.tif"),
    ):
        answer = run("exportfieldpackage", **{"NETWORK": network, "OUTPUT": tmp_path / "new", **parameters})
        assert answer.status == 1
        assert said in answer.stderr
        assert "Traceback" not in answer.stderr
    for parameters, said in (
        ({"INPUT": tmp_path}, "not a package"),
        ({"INPUT": tmp_path, "DECISIONS": '{"default": "mine"}'}, "DECISIONS"),
        ({"INPUT": tmp_path, "DECISIONS": "{"}, "DECISIONS"),
    ):
        answer = run("importfieldpackage", NETWORK=network, **parameters)
        assert answer.status == 1
        assert said in answer.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"full"}
