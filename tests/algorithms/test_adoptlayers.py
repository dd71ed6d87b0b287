"""adoptlayers from end to end: files and layers in, one batch, report and rejected rows out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from qgis.core import (
    QgsApplication,
    QgsFeature,
    QgsGeometry,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingProvider,
    QgsProject,
    QgsVectorLayer,
)
from support.adoption_frames import CRS, frame, line
from support.headless import run
from support.shape_files import written_in
from support.slow_cases import a_few_quick

from waternet_plugin import store
from waternet_plugin.bridge.layer_frames import file_of, layer_frame
from waternet_plugin.core.errors import InputError
from waternet_plugin.sample_data.foreign import write_second
from waternet_plugin.sample_data.second_utility import FAILURES_HEADER
from waternet_plugin.store.foreign.foreign import read_foreign

MAPPING = {
    "fields": {"pipe_id": "ID", "material": "MAT", "length_m": "LEN", "install_year": "YEAR"},
    "values": {"material": {"CI": "cast_iron", "PE": "pe"}},
    "defaults": {"system": "potable", "status": "in_use"},
}


@pytest.fixture
def network(tmp_path: Path) -> Path:
    path = tmp_path / "城区 管网.gpkg"
    store.create_network(path, CRS).close()
    return path


@pytest.fixture
def pipes(tmp_path: Path) -> Path:
    """Five pipes: one without geometry, one without length but a given one, one with a lost year."""
    foreign = frame(
        [line((0, 0), (30, 40)), None, line((9, 9), (9, 9)), line((0, 0), (10, 0)), line((0, 5), (10, 5))],
        ID=["a", "b", "c", "d", "e"],
        MAT=["CI", "PE", "PE", None, "CI"],
        LEN=[None, 5.0, 7.5, None, 11.0],
        YEAR=[1990, 1991, 1992, 9999, 0],
    )
    path = tmp_path / "管线.geojson"
    foreign.to_file(path, driver="GeoJSON")
    return path


class RefusedError(Exception):
    """What checkParameterValues answers."""


class Heard(QgsProcessingFeedback):
    """Keep what is said, and cancel once a fraction of the work is done."""

    def __init__(self, cancel_after: float | None = None) -> None:
        super().__init__(False)
        self.lines: list[str] = []
        self.cancel_after = cancel_after
        self.progressChanged.connect(self._stop)

    def _stop(self, done: float) -> None:
        if self.cancel_after is not None and done >= self.cancel_after:
            self.cancel()

    def pushInfo(self, info: str) -> None:
        self.lines.append(info)


def adopt(
    provider: QgsProcessingProvider, feedback: Heard | None = None, **parameters: Any
) -> dict[str, Any]:
    algorithm = provider.algorithm("adoptlayers").create()
    if isinstance(parameters.get("MAPPING"), dict):
        parameters["MAPPING"] = json.dumps(parameters["MAPPING"])
    given = {name: str(value) if isinstance(value, Path) else value for name, value in parameters.items()}
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    usable, sentence = algorithm.checkParameterValues(given, context)
    if not usable:
        raise RefusedError(sentence)
    results, succeeded = QgsProcessingAlgorithm.run(algorithm, given, context, feedback or Heard(), {}, False)
    assert succeeded
    return results


def rows(network: Path, table: str = "pipe") -> pd.DataFrame:
    with store.open_network(network) as opened:
        return opened.read(table)


COUNTS = ("ROWS_IN", "ROWS_WRITTEN", "ROWS_REJECTED", "ASSETS_WRITTEN")


@pytest.mark.slow
def test_adopts_in_one_batch(
    provider: QgsProcessingProvider, network: Path, pipes: Path, tmp_path: Path
) -> None:
    rejected = tmp_path / "rejected.gpkg"
    report = tmp_path / "report.html"
    results = adopt(
        provider,
        NETWORK=network,
        INPUT=pipes,
        TABLE="pipe",
        MAPPING=MAPPING,
        REJECTED=rejected,
        REPORT=report,
    )
    assert [results[name] for name in COUNTS] == [5, 4, 1, 4]
    written = rows(network).set_index("pipe_id")
    assert written["length_m"].to_dict() == {"a": 50.0, "c": 7.5, "d": 10.0, "e": 11.0}
    assert written["length_source"].to_dict() == {
        "a": "geometry",
        "c": "given",
        "d": "geometry",
        "e": "given",
    }
    assert written["install_year"].isna().to_dict() == {"a": False, "c": False, "d": True, "e": True}
    assert written["map_class"].unique().tolist() == ["potable"]
    assert rows(network, "issue")["assets"].tolist() == ["c"]
    with store.open_network(network) as opened:
        batches = opened.batches()
        adoptions = batches[batches["kind"] == "adopt"]
        assert adoptions["name"].tolist() == ["管线.geojson"]
        # Pipes and issues came in one batch, and go in one.
        opened.undo()
        assert (opened.count("pipe"), opened.count("issue")) == (0, 0)
    left = read_foreign(rejected)
    assert left[["source_row", "source_id", "reason_code"]].to_numpy().tolist() == [[2, "b", "no_geometry"]]
    assert left[["ID", "MAT", "LEN", "YEAR"]].to_numpy().tolist() == [["b", "PE", 5.0, 1991]]
    figures = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert figures["rows_written"] == 4
    assert {(one["field"], one["cause"]) for one in figures["nulled"]} == {
        ("install_year", "year_9999"),
        ("install_year", "year_zero"),
    }


@pytest.mark.slow
def test_backup_is_made_first(provider: QgsProcessingProvider, network: Path, pipes: Path) -> None:
    before = set(network.parent.rglob("*.gpkg"))
    adopt(provider, NETWORK=network, INPUT=pipes, TABLE="pipe", MAPPING=MAPPING)
    made = set(network.parent.rglob("*.gpkg")) - before
    assert len(made) == 1


@pytest.mark.slow
def test_rejected_rows_are_mended_and_adopted(
    provider: QgsProcessingProvider, network: Path, pipes: Path, tmp_path: Path
) -> None:
    rejected = tmp_path / "rejected.gpkg"
    adopt(provider, NETWORK=network, INPUT=pipes, TABLE="pipe", MAPPING=MAPPING, REJECTED=rejected)
    layer = QgsVectorLayer(str(rejected), "rejected", "ogr")
    layer.startEditing()
    feature = next(layer.getFeatures())
    shape = line((0, 20), (10, 20))
    layer.changeGeometry(feature.id(), QgsGeometry.fromWkt(shape.wkt))
    assert layer.commitChanges()
    layer = None
    results = adopt(provider, NETWORK=network, INPUT=rejected, TABLE="pipe", MAPPING=MAPPING)
    assert [results[name] for name in COUNTS] == [1, 1, 0, 1]
    written = rows(network).set_index("pipe_id")
    assert sorted(written.index) == ["a", "b", "c", "d", "e"]
    assert (written.loc["b", "length_m"], written.loc["b", "material"]) == (5.0, "pe")


@pytest.mark.slow
def test_repeated_ids_and_strays_are_settled_by_the_mapping(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path
) -> None:
    shapes = [line((100 * k, 0), (100 * k + 90, 0)) for k in range(12)]
    shapes += [line((0, 50), (90, 50)), line((400_000, 0), (400_050, 0))]
    shapes[5] = shapely.transform(shapes[5], lambda xy: xy[:, ::-1])
    path = tmp_path / "street.gpkg"
    frame(shapes, ID=["G1"] * 3 + [f"H{k}" for k in range(10)] + ["F"]).to_file(path, driver="GPKG")
    mapping = {
        "fields": {"pipe_id": "ID"},
        "defaults": {"system": "potable", "status": "in_use"},
        "repeated_ids": "number",
        "strays": "swap",
    }
    rejected, report = tmp_path / "rejected.gpkg", tmp_path / "report.html"
    results = adopt(
        provider,
        NETWORK=network,
        INPUT=path,
        TABLE="pipe",
        MAPPING=mapping,
        REJECTED=rejected,
        REPORT=report,
    )
    assert [results[name] for name in COUNTS] == [14, 13, 1, 13]
    written = rows(network)
    assert sorted(written["pipe_id"])[:3] == ["G1", "G1-2", "G1-3"]
    assert sorted(written["source_id"].dropna()) == ["G1"] * 3
    assert read_foreign(rejected)["reason_code"].tolist() == ["stray"]
    figures = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert figures["strays"]["swappable"] == 1
    assert figures["repeated_ids"]["numbered"] == 2


@pytest.mark.parametrize(
    ("key", "word"), a_few_quick([("repeated_ids", "count"), ("strays", "drop")], 1, is_tuple_one_value=False)
)
def test_a_word_that_a_mapping_does_not_know_is_refused(
    provider: QgsProcessingProvider, network: Path, pipes: Path, key: str, word: str
) -> None:
    with pytest.raises(RefusedError, match=word):
        adopt(provider, NETWORK=network, INPUT=pipes, TABLE="pipe", MAPPING={**MAPPING, key: word})
    assert len(rows(network)) == 0


@pytest.mark.slow
def test_same_file_twice(provider: QgsProcessingProvider, network: Path, pipes: Path) -> None:
    adopt(provider, NETWORK=network, INPUT=pipes, TABLE="pipe", MAPPING=MAPPING)
    with pytest.raises(QgsProcessingException, match=r"No row can be adopted: .*\(1\), .*\(4\)"):
        adopt(provider, NETWORK=network, INPUT=pipes, TABLE="pipe", MAPPING=MAPPING)
    assert len(rows(network)) == 4
    with store.open_network(network) as opened:
        assert (opened.batches()["kind"] == "adopt").sum() == 1


@pytest.mark.slow
def test_dry_run_writes_nothing(
    provider: QgsProcessingProvider, network: Path, pipes: Path, tmp_path: Path
) -> None:
    report = tmp_path / "dry.html"
    results = adopt(
        provider, NETWORK=network, INPUT=pipes, TABLE="pipe", MAPPING=MAPPING, DRY_RUN=True, REPORT=report
    )
    assert [results[name] for name in COUNTS] == [5, 4, 1, 4]
    with store.open_network(network) as opened:
        assert opened.count("pipe") == 0
        assert (opened.batches()["kind"] == "adopt").sum() == 0
    assert json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))["dry_run"] is True


@pytest.mark.slow
def test_dry_run_guesses_a_mapping_that_serves(
    provider: QgsProcessingProvider, network: Path, pipes: Path, tmp_path: Path
) -> None:
    report = tmp_path / "guess.html"
    adopt(provider, NETWORK=network, INPUT=pipes, DRY_RUN=True, REPORT=report)
    figures = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    assert figures["table"] == "pipe"
    assert figures["mapping"]["fields"] == {
        "pipe_id": "ID",
        "material": "MAT",
        "length_m": "LEN",
        "install_year": "YEAR",
    }
    ready = report.with_suffix(".mapping.json")
    assert json.loads(ready.read_text(encoding="utf-8")) == figures["mapping"]
    # The layer's name says nothing of the system: that is for the person to say.
    mapping = figures["mapping"]
    mapping["defaults"]["system"] = "potable"
    results = adopt(provider, NETWORK=network, INPUT=pipes, TABLE="pipe", MAPPING=mapping)
    assert results["ROWS_WRITTEN"] == 4


@pytest.mark.slow
def test_real_run_without_a_mapping_is_refused(
    provider: QgsProcessingProvider, network: Path, pipes: Path
) -> None:
    with pytest.raises(RefusedError, match="A MAPPING is required"):
        adopt(provider, NETWORK=network, INPUT=pipes, TABLE="pipe")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "sentence"),
    a_few_quick(
        [
            ({"TABLE": "pipes"}, "no table “pipes”"),
            ({"TABLE": ""}, "TABLE is required"),
            ({"MAPPING": "{"}, "not valid JSON"),
            ({"MAPPING": {"fields": {"dn": "D"}}}, "no field dn"),
            ({"MAPPING": {"fields": {}, "defaults": {"system": "beer"}}}, "beer"),
            ({"COLOUR": "red"}, "has no parameter COLOUR"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_bad_parameters_are_refused_before_reading(
    provider: QgsProcessingProvider, network: Path, pipes: Path, changed: dict[str, Any], sentence: str
) -> None:
    given = {"NETWORK": network, "INPUT": pipes, "TABLE": "pipe", "MAPPING": MAPPING, **changed}
    with pytest.raises(RefusedError, match=sentence):
        adopt(provider, **given)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"INPUT": "nowhere.shp"}, "There is no file nowhere.shp"),
        ({"MAPPING": {**MAPPING, "fields": {"pipe_id": "NR"}}}, "no column NR"),
        ({"MAPPING": {**MAPPING, "values": {}}}, "perhaps cast_iron"),
        ({"MAPPING": {**MAPPING, "crs": "EPSG:2437"}}, "ballpark"),
    ],
)
def test_failures_are_one_sentence_and_write_nothing(
    provider: QgsProcessingProvider, network: Path, pipes: Path, changed: dict[str, Any], sentence: str
) -> None:
    given = {"NETWORK": network, "INPUT": pipes, "TABLE": "pipe", "MAPPING": MAPPING, **changed}
    with pytest.raises(QgsProcessingException, match=sentence):
        adopt(provider, **given)
    assert len(rows(network)) == 0


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 30, 45, 62, 80])
def test_cancel_leaves_the_network_as_it_was(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path, after: float
) -> None:
    many = 3000
    foreign = frame([line((0, n), (10, n)) for n in range(many)], ID=[str(n) for n in range(many)])
    path = tmp_path / "many.gpkg"
    foreign.to_file(path, driver="GPKG")
    mapping = {"fields": {"pipe_id": "ID"}, "defaults": {"system": "potable"}}
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        adopt(provider, Heard(after), NETWORK=network, INPUT=path, TABLE="pipe", MAPPING=mapping)
    with store.open_network(network) as opened:
        assert (opened.count("pipe"), opened.count("change_log")) == (0, 0)
        assert (opened.batches()["kind"] == "adopt").sum() == 0


@pytest.mark.slow
def test_rejected_rows_of_several_kinds_keep_their_geometry(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path
) -> None:
    shapes = [line((0, 0), (10, 0)).centroid, line((0, 0), (10, 0)).buffer(5), line((0, 0), (10, 0))]
    path = tmp_path / "mixed.geojson"
    frame(shapes, ID=["a", "b", "c"]).to_file(path, driver="GeoJSON")
    mapping = {"fields": {"pipe_id": "ID"}, "defaults": {"system": "potable"}}
    rejected = tmp_path / "rejected.gpkg"
    adopt(provider, NETWORK=network, INPUT=path, TABLE="pipe", MAPPING=mapping, REJECTED=rejected)
    left = read_foreign(rejected)
    assert left["reason_code"].tolist() == ["wrong_geometry"] * 2
    assert left.geometry.geom_type.tolist() == ["Point", "Polygon"]


@pytest.mark.slow
def test_shapefile_in_gbk_with_chinese_names(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path
) -> None:
    path = tmp_path / "给水管线.shp"
    foreign = frame(
        [line((0, 0), (10, 0))] * 2, 管线编号=["甲1", "甲2"], 材质=["球墨铸铁", "PE"], 管径=["DN300", "Φ110"]
    )
    with written_in("GBK"):
        foreign.to_file(path, driver="ESRI Shapefile", encoding="GBK")
    path.with_suffix(".cpg").unlink()
    report = tmp_path / "r.html"
    adopt(provider, NETWORK=network, INPUT=path, DRY_RUN=True, REPORT=report)
    results = adopt(
        provider, NETWORK=network, INPUT=path, TABLE="pipe", MAPPING=report.with_suffix(".mapping.json")
    )
    assert results["ROWS_WRITTEN"] == 2
    written = rows(network)
    assert written[["pipe_id", "system", "material", "diameter_mm"]].to_numpy().tolist() == [
        ["甲1", "potable", "ductile_iron", 300.0],
        ["甲2", "potable", "pe", 110.0],
    ]


@pytest.mark.slow
def test_scripts_get_counts_and_one_sentence(network: Path, pipes: Path) -> None:
    given = {"NETWORK": network, "INPUT": pipes, "TABLE": "pipe"}
    answer = run("adoptlayers", **given, MAPPING=json.dumps(MAPPING))
    assert answer.status == 0, answer.stderr
    assert [answer.results[name] for name in COUNTS] == [5, 4, 1, 4]
    broken = run("adoptlayers", **given, MAPPING='{"fields": {"pipe_id": "NR"}}')
    assert broken.status == 1
    assert "NR" in broken.stderr
    assert "Traceback" not in broken.stderr
    assert len(rows(network)) == 4


# --------------------------------------------------------------------------- layers of the project


def layer_of(path: Path, project: QgsProject) -> QgsVectorLayer:
    layer = QgsVectorLayer(str(path), "Pipes of the project", "ogr")
    assert layer.isValid()
    project.addMapLayer(layer)
    return layer


@pytest.fixture
def project(qgis_app: QgsApplication) -> Iterator[QgsProject]:
    opened = QgsProject.instance()
    opened.clear()
    yield opened
    opened.clear()


@pytest.mark.slow
def test_layer_of_the_project(
    provider: QgsProcessingProvider, network: Path, pipes: Path, project: QgsProject
) -> None:
    layer = layer_of(pipes, project)
    assert file_of(layer) == str(pipes)
    results = adopt(provider, NETWORK=network, INPUT=layer.id(), TABLE="pipe", MAPPING=MAPPING)
    assert results["ROWS_WRITTEN"] == 4
    with store.open_network(network) as opened:
        assert opened.batches()["name"].tolist()[0] == "Pipes of the project"


@pytest.mark.slow
def test_unsaved_edits_are_read(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path, project: QgsProject
) -> None:
    path = tmp_path / "edited.gpkg"
    frame([line((0, 0), (10, 0))], ID=["a"]).to_file(path, driver="GPKG")
    layer = layer_of(path, project)
    layer.startEditing()
    feature = QgsFeature(layer.fields())
    feature.setAttribute("ID", "new")
    feature.setGeometry(QgsGeometry.fromWkt(line((0, 9), (10, 9)).wkt))
    layer.addFeature(feature)
    assert file_of(layer) is None
    mapping = {"fields": {"pipe_id": "ID"}, "defaults": {"system": "potable"}}
    adopt(provider, NETWORK=network, INPUT=layer.id(), TABLE="pipe", MAPPING=mapping)
    assert sorted(rows(network)["pipe_id"]) == ["a", "new"]
    layer.rollBack()


def test_filter_of_a_layer_holds(tmp_path: Path, project: QgsProject) -> None:
    path = tmp_path / "filtered.gpkg"
    frame([line((0, 0), (10, 0))] * 2, ID=["a", "b"]).to_file(path, driver="GPKG")
    layer = layer_of(path, project)
    layer.setSubsetString("\"ID\" = 'b'")
    assert layer_frame(layer)["ID"].tolist() == ["b"]


def test_file_and_features_give_the_same_frame(tmp_path: Path, project: QgsProject) -> None:
    path = tmp_path / "typed.gpkg"
    typed = frame(
        [line((0, 0, 1.0), (10, 0, 2.0)), None],
        t=["人民路", None],
        i=pd.array([1, None], dtype="Int64"),
        r=[1.5, None],
        d=pd.to_datetime(["1998-01-02", None]),
    )
    typed.to_file(path, driver="GPKG")
    layer = layer_of(path, project)
    by_file = layer_frame(layer)
    layer.setSubsetString("1 = 1")
    by_feature = layer_frame(layer).drop(columns="fid")
    assert file_of(layer) is None
    assert list(by_file.columns) == list(by_feature.columns)
    for column in "tird":
        left, right = (
            one[column].astype(object).where(one[column].notna(), None) for one in (by_file, by_feature)
        )
        assert left.tolist() == right.tolist()
    assert shapely.equals_exact(by_file.geometry[0], by_feature.geometry[0])
    assert isinstance(by_feature, gpd.GeoDataFrame)
    assert by_feature.geometry.isna().tolist() == [False, True]
    assert by_feature.crs == by_file.crs


def test_layer_whose_source_is_gone(project: QgsProject) -> None:
    with pytest.raises(InputError, match="can't be read"):
        layer_frame(QgsVectorLayer("/nowhere.gpkg", "lost", "ogr"))


@pytest.mark.slow
def test_a_ledger_with_titles_and_a_total_is_adopted_by_its_guessed_mapping(
    provider: QgsProcessingProvider, network: Path, tmp_path: Path
) -> None:
    files = write_second(tmp_path / "second", repeated=False, strays=False)
    report = tmp_path / "look.html"
    heard = Heard()
    looked = adopt(provider, heard, NETWORK=network, INPUT=files.failures, DRY_RUN=True, REPORT=report)
    mapping = json.loads(report.with_suffix(".mapping.json").read_text(encoding="utf-8"))
    assert mapping["header"] == FAILURES_HEADER
    assert json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))["mapping"] == mapping
    for words in ("合计 201次", "制表：李四"):
        assert any(words in line for line in heard.lines)
    done = adopt(provider, NETWORK=network, INPUT=files.failures, TABLE="failure", MAPPING=mapping)
    assert [done[name] for name in COUNTS] == [looked[name] for name in COUNTS] == [201, 201, 0, 201]
    assert rows(network, "failure")["date"].notna().all()
    # Without the key the same file is read as ever: its title is the heading.
    del mapping["header"]
    with pytest.raises(QgsProcessingException, match="has no column"):
        adopt(provider, NETWORK=network, INPUT=files.failures, TABLE="failure", MAPPING=mapping)


@pytest.mark.slow
def test_an_open_sheet_is_read_below_its_heading_and_other_layers_refuse_one(
    provider: QgsProcessingProvider, network: Path, pipes: Path, tmp_path: Path
) -> None:
    files = write_second(tmp_path / "second", repeated=False, strays=False)
    sheet = QgsVectorLayer(str(files.failures), "台账", "ogr")
    assert sheet.isValid()
    QgsProject.instance().addMapLayer(sheet)
    looked = adopt(provider, NETWORK=network, INPUT=sheet.id(), TABLE="failure", DRY_RUN=True)
    assert looked["ROWS_IN"] == 201
    QgsProject.instance().clear()
    with_header = {**MAPPING, "header": {"row": 2}}
    with pytest.raises(QgsProcessingException, match="has its own column names"):
        adopt(provider, NETWORK=network, INPUT=pipes, TABLE="pipe", MAPPING=with_header)
    assert not len(rows(network))
