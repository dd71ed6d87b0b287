"""The wizard's memory: sources, places, faults, kept mappings; no widget is made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from qgis.PyQt.QtCore import QStandardPaths

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.guessing.confidences import GUESS
from waternet_plugin.core.exchange.mapping import mapping as mappings
from waternet_plugin.core.exchange.mapping import mapping_file
from waternet_plugin.gui.wizard.sources import file_reading
from waternet_plugin.gui.wizard.sources import library as libraries
from waternet_plugin.gui.wizard.sources.library import Library
from waternet_plugin.gui.wizard.sources.source import LAST, LayerSource
from waternet_plugin.gui.wizard.state import State


def _state(*paths: Path) -> State:
    state = State()
    for path in paths:
        state.add(file_reading.read_file(str(path)))
    return state


def _agree(state: State) -> None:
    from waternet_plugin.core.exchange.mapping.meanings import explain

    for source in state.ready:
        given = [(one.field, one.value, one.code) for one in source.meanings() if one.code is not None]
        source.mapping = explain(source.mapping, given)


@pytest.mark.slow
def test_a_shapefile_dropped_with_its_companions_is_one_file(files) -> None:
    folder = files.pipes.parent
    assert file_reading.files_of([str(path) for path in sorted(folder.iterdir())]) == [
        str(files.failures),
        str(files.points),
        str(files.pipes),
    ]
    assert file_reading.files_of([str(folder)]) == [str(files.failures), str(files.points), str(files.pipes)]


@pytest.mark.slow
def test_tables_encodings_and_rows_are_found(files) -> None:
    state = _state(files.failures, files.points, files.pipes)
    assert [(one.table, one.rows) for one in state.ready] == [
        ("pipe", files.rows["pipe"]),
        ("node", files.rows["node"]),
        ("failure", files.rows["failure"]),
    ]
    assert {one.encoding_used for one in state.sources} == {"gb18030"}


@pytest.mark.slow
def test_nobody_has_agreed_to_a_guessed_code(files) -> None:
    state = _state(files.pipes)
    assert state.sources[0].mapping.values == {}
    fault = state.codes_fault()
    assert fault is not None and fault.source is state.sources[0]
    _agree(state)
    assert state.codes_fault() is None


@pytest.mark.slow
def test_counts_of_codes_are_those_of_the_rows(files) -> None:
    source = _state(files.pipes).sources[0]
    systems = {one.value: one.count for one in source.meanings() if one.field == "system"}
    assert sum(systems.values()) == files.rows["pipe"]
    assert systems["给水"] == int((source.frame["管线类别"] == "给水").sum())


@pytest.mark.slow
def test_the_csv_takes_the_crs_of_the_pipes_and_the_network_too(files) -> None:
    state = _state(files.failures, files.pipes)
    state.fill_locations()
    assert state.new_crs == "EPSG:4547"
    assert next(one for one in state.ready if one.table == "failure").mapping.crs == "EPSG:4547"
    assert Path(state.new_path) == files.pipes.parent / "城区.gpkg"
    assert state.location_fault() is None


def test_degrees_get_the_zone_they_lie_in(qgis_app, tmp_path: Path) -> None:
    import geopandas as gpd
    import shapely

    line = shapely.LineString([(113.02, 28.2), (113.03, 28.21)])
    path = tmp_path / "pipes.geojson"
    gpd.GeoDataFrame({"pipe_id": ["A", "B"]}, geometry=[line, line], crs="EPSG:4326").to_file(path)
    state = _state(path)
    state.fill_locations()
    assert state.new_crs == "EPSG:4547"


def test_a_field_that_nothing_fills_is_named(qgis_app, tmp_path: Path) -> None:
    path = tmp_path / "kanten.csv"
    path.write_text("node_id,x,y\nA,500000,3000000\nB,500010,3000000\n", encoding="utf-8")
    state = _state(path)
    state.sources[0].use_table("node")
    state.sources[0].set_default("kind", None)
    fault = state.fields_fault()
    assert fault is not None and fault.field == "kind"
    state.sources[0].set_default("kind", "valve")
    assert state.fields_fault() is None


@pytest.mark.slow
def test_a_network_that_is_there_is_refused(files, tmp_path: Path) -> None:
    state = _state(files.pipes)
    state.fill_locations()
    taken = tmp_path / "net.gpkg"
    taken.write_bytes(b"")
    state.new_path = str(taken)
    fault = state.network_fault()
    assert fault is not None and fault.field == "path" and "net.gpkg" in fault.text


@pytest.mark.slow
@pytest.mark.parametrize(("crs", "named"), [("EPSG:4326", "EPSG"), ("EPSG:2263", "foot"), ("", "metres")])
def test_a_crs_that_does_not_measure_in_metres_is_refused(files, crs: str, named: str) -> None:
    state = _state(files.pipes)
    state.fill_locations()
    state.new_crs = crs
    fault = state.network_fault()
    assert fault is not None and fault.field == "crs" and named in fault.text


def test_an_unreadable_file_stays_with_its_reason(qgis_app, tmp_path: Path) -> None:
    path = tmp_path / "leer.csv"
    path.write_text("", encoding="utf-8")
    state = _state(path)
    assert state.sources[0].error
    fault = state.files_fault()
    assert fault is not None and fault.source is state.sources[0]


@pytest.mark.slow
def test_another_column_keeps_what_was_decided_elsewhere(files) -> None:
    source = _state(files.pipes).sources[0]
    source.set_default("owner", "city")
    source.set_column("street", "备注")
    assert source.mapping.defaults["owner"] == "city"
    assert source.mapping.fields["street"].column == "备注"
    assert source.confidence("street") == "sure"


@pytest.mark.slow
def test_a_date_column_fills_a_year_by_its_year(files) -> None:
    source = _state(files.pipes).sources[0]
    source.set_column("install_year", "废弃日期")
    assert source.mapping.fields["install_year"].take == "year"


@pytest.mark.slow
def test_the_last_mapping_for_the_same_columns_comes_back(files, tmp_path: Path) -> None:
    kept = Library(tmp_path / "mappings")
    first = _state(files.pipes)
    _agree(first)
    one = first.sources[0]
    kept.remember(one.columns, one.table, one.mapping)
    again = _state(files.pipes)
    again.offer_saved(kept, again.sources)
    assert again.sources[0].basis == LAST
    assert again.sources[0].mapping == one.mapping
    assert again.codes_fault() is None


def test_a_kept_mapping_drives_the_headless_run(files, tmp_path: Path) -> None:
    state = _state(files.pipes)
    _agree(state)
    one = state.sources[0]
    path = Library(tmp_path).save("城区 管线", one.columns, one.table, one.mapping)
    assert mapping_file.parse(path) == one.mapping
    assert json.loads(path.read_text(encoding="utf-8"))["table"] == "pipe"
    assert [kept.name for kept in Library(tmp_path).named(one.columns)] == ["城区 管线"]
    assert Library(tmp_path).named(["other"]) == []


@pytest.mark.slow
def test_files_in_a_folder_of_a_cloud_make_a_network_elsewhere(
    files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(QStandardPaths, "writableLocation", lambda *_args: str(tmp_path / "Documents"))
    cloud, own = tmp_path / "坚果云" / "hand-over", tmp_path / "hand-over"
    for folder in (cloud, own):
        shutil.copytree(files.pipes.parent, folder)
    states = [_state(folder / files.pipes.name) for folder in (cloud, own)]
    for state in states:
        state.fill_locations()
    proposed = [Path(state.new_path) for state in states]
    assert [path.parent for path in proposed] == [tmp_path / "Documents" / "WaterNet", own]
    refused = _state(own / files.pipes.name)
    refused.new_path = str(proposed[1])
    monkeypatch.setattr(
        "waternet_plugin.store.geopackage.location.network_shares.takes_new_files", lambda _folder: False
    )
    assert "can't be written" in refused.network_fault().text


@pytest.mark.slow
def test_a_mapping_may_be_called_as_a_device_of_windows(files, tmp_path: Path) -> None:
    source = _state(files.pipes).sources[0]
    kept = Library(tmp_path).save("con", list(source.columns), "pipe", source.mapping)
    assert kept.name == "_con.json"


def test_a_mapping_needs_a_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="name"):
        Library(tmp_path).save(" / ", [], "pipe", mappings.Mapping())


@pytest.mark.slow
def test_a_broken_mapping_file_changes_nothing(files, tmp_path: Path) -> None:
    source = _state(files.pipes).sources[0]
    before = source.mapping
    path = tmp_path / "bad.json"
    path.write_text('{"fields": {"pipe_id": "no such column"}}', encoding="utf-8")
    with pytest.raises(InputError, match="no such column"):
        source.use_mapping(libraries.load(path), "pipe", "bad")
    assert source.mapping is before


@pytest.mark.slow
def test_a_file_read_again_takes_the_place_of_the_first(files) -> None:
    state = _state(files.pipes, files.points)
    state.sources[0].taken = False
    state.add([LayerSource(state.sources[0].origin, "again")])
    assert [one.name for one in state.sources] == ["again", "管点.shp"]
    assert not state.sources[0].taken


def _any_names(path: Path, folder: Path) -> Path:
    """Write the rows of a file again, its columns called by letters; return the file."""
    from waternet_plugin.store.foreign.foreign import read_rows

    frame = read_rows(path).frame
    names = {name: f"{chr(97 + place)}{chr(107 + place % 15)}zu" for place, name in enumerate(frame.columns)}
    written = folder / f"{path.stem}.csv"
    frame.rename(columns=names).to_csv(written, index=False, encoding="utf-8")
    return written


@pytest.mark.slow
@pytest.mark.parametrize("failures_first", [True, False])
def test_columns_that_name_pipes_are_found_among_the_files(
    files, tmp_path: Path, failures_first: bool
) -> None:
    """Whichever was read first, together or one after the other, and by the ids of the network."""
    from waternet_plugin import store
    from waternet_plugin.core.progress import SILENT
    from waternet_plugin.gui.wizard import adoption_work
    from waternet_plugin.gui.wizard.sources.file_reading import ReadRequest

    nameless = _any_names(files.failures, tmp_path)
    column = file_reading.read_file(str(files.failures))[0].columns.index("管线编号")
    jobs = [ReadRequest(str(nameless)), ReadRequest(str(files.pipes))]
    together = adoption_work.read(jobs if failures_first else jobs[::-1], "", SILENT)
    failures = next(one for one in together if one.path == str(nameless))
    assert failures.table == "failure"
    found = failures.mapping.fields["reported_pipe_id"].column
    assert found == failures.columns[column] and failures.confidence("reported_pipe_id") == GUESS
    (first,) = adoption_work.read(jobs[:1] if failures_first else jobs[1:], "", SILENT)
    second = adoption_work.read(jobs[1:] if failures_first else jobs[:1], "", SILENT, there=[first])
    later = next(one for one in (first, *second) if one.path == str(nameless))
    assert later.mapping.fields["reported_pipe_id"].column == found
    # What a person decided is not guessed anew.
    decided = file_reading.read_file(str(nameless))[0]
    decided.set_default("kind", "main_break")
    adoption_work.read(jobs[1:], "", SILENT, there=[decided])
    assert "reported_pipe_id" not in decided.mapping.fields
    state = _state(files.pipes)
    _agree(state)
    network = tmp_path / "town.gpkg"
    if failures_first:
        adoption_work.adopt(str(network), "EPSG:4547", state.sources[:1], [None], SILENT)
    else:
        store.create_network(network, "EPSG:4547").close()
    (alone,) = adoption_work.read(jobs[:1], "", SILENT, path=str(network))
    assert ("reported_pipe_id" in alone.mapping.fields) == failures_first
