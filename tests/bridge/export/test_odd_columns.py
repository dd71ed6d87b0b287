"""Columns of whatever name that a user added reach files, forms and lists without harm."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from qgis.core import QgsProject
from support.store_helpers import CRS, pipe_frame

from waternet_plugin import store
from waternet_plugin.bridge.export.export_files import export_tables
from waternet_plugin.bridge.export.formats import FormatOptions
from waternet_plugin.bridge.project.layer_tree import layer_of
from waternet_plugin.bridge.project.project import build_project
from waternet_plugin.operations.editing.list_changes import ChangesRequest, list_changes
from waternet_plugin.store.foreign.foreign import read_foreign
from waternet_plugin.store.geopackage import connection

ODD = ["select", 'a"b', "drop; --", "合同编号", "x" * 200, "My Contract", "it's", "<b>", "=1+1", "Materials"]


@pytest.fixture(scope="module")
def path(qgis_app, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("odd") / "town.gpkg"
    with store.create_network(made, CRS) as network, network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(3))
    with closing(connection.connect(made, write=True)) as database:
        for name in ODD:
            database.execute('ALTER TABLE pipe ADD COLUMN "{}" TEXT'.format(name.replace('"', '""')))
    with store.open_network(made) as network, network.write("edit") as batch:
        row = {"pipe_id": ["P00001"], **{name: [f"value of {number}"] for number, name in enumerate(ODD)}}
        batch.update("pipe", pd.DataFrame(row))
    return made


@pytest.mark.slow
@pytest.mark.parametrize("headers", ["names", "zh_CN"])
@pytest.mark.parametrize("suffix", [".gpkg", ".shp", ".csv", ".xlsx"])
def test_every_format_has_them(path: Path, tmp_path: Path, suffix: str, headers: str) -> None:
    with store.open_network(path) as network:
        export_tables(network, ["pipe"], tmp_path / f"out{suffix}", choice=FormatOptions(headers))
    if suffix == ".csv":
        found = pd.read_csv(tmp_path / "out.csv", dtype=str)
    else:
        found = read_foreign(str(tmp_path / f"out{suffix}"))
    cells = {str(value) for value in found.to_numpy().ravel() if isinstance(value, str)}
    assert {f"value of {number}" for number in range(len(ODD))} <= cells
    assert len(set(found.columns)) == len(found.columns)


@pytest.mark.slow
def test_the_form_has_them_each_once(path: Path) -> None:
    built = build_project(path, path.with_suffix(".qgz"), language="en").path
    project = QgsProject.instance()
    assert project.read(str(built))
    layer = layer_of(project, "pipe")
    try:
        assert [name for name in ODD if layer.fields().lookupField(name) < 0] == []
        row = next(row for row in layer.getFeatures() if row["pipe_id"] == "P00001")
        assert [row[name] for name in ODD] == [f"value of {number}" for number in range(len(ODD))]
    finally:
        project.clear()


def test_the_list_of_changes_tells_them(path: Path) -> None:
    with store.open_network(path) as network:
        found = list_changes(network, ChangesRequest(asset="P00001"))
    assert set(ODD) <= set(found.rows["field"].dropna())
