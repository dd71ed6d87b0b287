"""What crews take into the field comes back on top of what changed here, and nothing of it is lost."""

from __future__ import annotations

import datetime
import shutil
import sqlite3
import uuid
from pathlib import Path

import pytest
import shapely
from support.field_crew import (
    PHOTO,
    X,
    Y,
    add_there,
    blob_of,
    give,
    here,
    in_file,
    make_town,
    set_here,
    set_there,
    take,
    told,
)
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.fieldwork.export_field_package import (
    FieldPackageRequest,
    export_field_package,
)
from waternet_plugin.operations.work.record_work import CHECKED, WorkRequest, record_work
from waternet_plugin.store import Network, open_network


@pytest.fixture(scope="module")
def town_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("crew")
    make_town(folder / "town.gpkg")
    return folder / "town.gpkg"


@pytest.fixture
def town(town_file: Path, tmp_path: Path) -> Network:
    return open_network(shutil.copy(town_file, tmp_path / "town.gpkg"))


@pytest.fixture
def given(town: Network, tmp_path: Path) -> Path:
    give(town, tmp_path / "given")
    return tmp_path / "given"


def counts(done) -> tuple[int, ...]:
    assert done.rows_in == sum(done.rows[one] for one in ("taken", "conflict", "rejected", "same"))
    return tuple(done.rows[one] for one in ("taken", "conflict", "rejected", "same", "gone"))


@pytest.mark.slow
def test_a_package_is_plain_tables_and_what_was_given_is_kept(town, tmp_path):
    done = give(town, tmp_path / "given")
    assert done.rows == {"pipe": 4, "node": 8, "inspection": 1, "work_item": 1}
    with in_file(tmp_path / "given") as database:
        kinds = database.execute("SELECT DISTINCT type FROM sqlite_master").fetchall()
        tables = database.execute("SELECT sql FROM sqlite_master WHERE name IN ('pipe', 'work_item')")
        text = " ".join(sql for (sql,) in tables)
        items = database.execute("SELECT item_id FROM work_item").fetchall()
    assert {kind for (kind,) in kinds} == {"table", "index"}
    assert "UNIQUE" not in text.upper() and '"uuid"' in text
    assert items == [("W1",)]
    row = here(town, "field_package", done.package_id)
    assert (row["crew"], row["tables"]) == ("Crew A", "pipe;node;inspection;work_item")
    assert row["returned_on"] is None and row["given_on"] is not None
    assert town.count("field_package_row") == 14
    town.undo(done.batch_id)
    assert town.count("field_package") == town.count("field_package_row") == 0


@pytest.mark.slow
def test_an_area_has_its_rows_and_what_names_them(town, tmp_path):
    area = shapely.box(X - 1, Y - 1, X + 1, Y + 40)
    assert give(town, tmp_path / "given", area=area).rows == {
        "pipe": 1,
        "node": 2,
        "inspection": 1,
        "work_item": 1,
    }


@pytest.mark.slow
def test_a_crew_without_work_gets_an_empty_table_of_it(town, tmp_path):
    request = FieldPackageRequest(tmp_path, "Crew C", ("pipe", "work_item"))
    assert export_field_package(town, request).rows == {"pipe": 4, "work_item": 0}
    with in_file(tmp_path) as database:
        assert database.execute("SELECT count(*) FROM work_item").fetchone() == (0,)


@pytest.mark.slow
def test_what_nobody_touched_is_the_same(town, given):
    done = take(town, given)
    assert counts(done) == (0, 0, 0, 14, 0)
    assert here(town, "field_package", done.package_id)["returned_on"] is not None


@pytest.mark.slow
def test_each_side_keeps_what_it_changed_alone(town, given):
    set_there(given, "pipe", "P000", diameter_mm=150, note="seen")
    set_here(town, "pipe", "P000", material="cast_iron", street="解放路")
    set_here(town, "pipe", "P001", diameter_mm=300.0)
    done = take(town, given)
    assert counts(done) == (1, 0, 0, 13, 0)
    assert told(done, "taken") == {("P000", "diameter_mm"), ("P000", "note")}
    row = here(town, "pipe", "P000")
    assert (row["diameter_mm"], row["note"], row["material"]) == (150.0, "seen", "cast_iron")
    assert here(town, "pipe", "P001")["diameter_mm"] == 300.0
    town.undo(done.batch_id)
    assert here(town, "pipe", "P000")["diameter_mm"] == 100.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "value", "verdict"),
    [({}, 200.0, "conflict"), ({"default": "theirs"}, 150.0, "taken"), ({"default": "ours"}, 200.0, "same")],
)
def test_a_field_that_both_changed_waits_for_a_decision(town, given, said, value, verdict):
    set_there(given, "pipe", "P000", diameter_mm=150, note="seen")
    set_here(town, "pipe", "P000", diameter_mm=200.0)
    done = take(town, given, **said)
    assert here(town, "pipe", "P000")["diameter_mm"] == value
    assert here(town, "pipe", "P000")["note"] == "seen"
    assert ("P000", "diameter_mm") in told(done, verdict)
    assert done.rows["conflict"] == (verdict == "conflict")
    uuid_of, conflict = done.conflicts[0]
    again = take(town, given, again=True, rows={uuid_of: {"diameter_mm": "theirs"}})
    assert conflict.asset == "P000"
    assert here(town, "pipe", "P000")["diameter_mm"] == 150.0
    assert again.rows["conflict"] == 0


@pytest.mark.slow
def test_two_crews_with_one_package_are_merged_field_by_field(town, given, tmp_path):
    other = Path(shutil.copytree(given, tmp_path / "other"))
    set_there(given, "pipe", "P000", diameter_mm=150, street="东路")
    set_there(other, "pipe", "P000", material="cast_iron", street="西路")
    added = add_there(given, "work_item", type="repair", state="open", asset="A000")
    first, second = take(town, given), take(town, other)
    row = here(town, "pipe", "P000")
    assert (row["diameter_mm"], row["material"], row["street"]) == (150.0, "cast_iron", "东路")
    assert told(second, "conflict") == {("P000", "street")}
    assert added in {one.uuid for one in first.verdicts}
    assert second.rows["gone"] == 0


@pytest.mark.slow
def test_the_same_package_twice_is_noticed_and_nothing_comes_twice(town, given):
    set_there(given, "pipe", "P000", diameter_mm=150)
    add_there(given, "node", shapely.Point(X + 5, Y + 5, 3), kind="valve", system="potable")
    with in_file(given) as database:
        database.execute("INSERT INTO inspection (pipe_id, note) VALUES ('P000', 'walked')")
    first = take(town, given)
    assert counts(first) == (3, 0, 0, 13, 0)
    with pytest.raises(InputError, match=f"taken up before, in batch {first.batch_id}"):
        take(town, given)
    second = take(town, given, again=True)
    assert second.batch_id == ""
    assert counts(second) == (0, 0, 0, 16, 0)
    assert (town.count("node"), town.count("inspection")) == (9, 2)
    town.undo(first.batch_id)
    assert counts(take(town, given)) == (3, 0, 0, 13, 0)


def test_a_dry_run_says_the_same_and_writes_nothing(town, given):
    set_there(given, "pipe", "P000", diameter_mm=150, material="nonsense")
    before = town.position()
    dry = take(town, given, dry_run=True)
    assert (dry.batch_id, town.position()) == ("", before)
    done = take(town, given)
    assert (dry.verdicts, dry.rows) == (done.verdicts, done.rows)


@pytest.mark.slow
def test_new_points_are_entered_as_a_survey(town, given):
    add_there(given, "node", shapely.Point(X + 5, Y + 5, 3), kind="valve", system="potable", ground_m=3.5)
    add_there(given, "node", shapely.Point(X + 0.01, Y), kind="valve", system="potable")
    done = take(town, given)
    rows = town.read("survey_row")
    assert rows["verdict"].tolist() == ["imported", "rejected"]
    assert "A000 is at this place already" in rows["reason"][1]
    point = here(town, "node", rows["asset"][0])
    assert (point["ground_m"], point["status"]) == (3.5, "in_use")
    assert point["survey_batch"] == rows["survey_batch_id"][0]
    assert counts(done) == (1, 0, 1, 14, 0)
    town.undo(done.batch_id)
    assert (town.count("survey_row"), town.count("survey_batch"), town.count("node")) == (0, 0, 8)


@pytest.mark.slow
def test_photos_become_attachments_and_others_are_named(town, given, tmp_path):
    (given / "DCIM").mkdir()
    (given / "DCIM" / "a.jpg").write_bytes(PHOTO)
    (given / "DCIM" / "b.txt").write_bytes(b"text")
    (tmp_path / "secret.jpg").write_bytes(PHOTO + b"secret")
    photos = "DCIM/a.jpg;../secret.jpg;DCIM/missing.jpg;DCIM/b.txt"
    set_there(given, "work_item", "W1", state="under_way", photo=photos)
    done = take(town, given)
    kept = town.read("attachment", geometry=False)
    assert list(zip(kept["table"], kept["asset"], kept["note"])) == [("work_item", "W1", "a.jpg")]
    reasons = [one.reason for one in done.verdicts if one.field == "photo" and one.verdict == "rejected"]
    assert [("outside" in one, "not in the package" in one) for one in reasons[:2]] == [
        (True, False),
        (False, True),
    ]
    assert len(reasons) == 3
    assert counts(done) == (1, 0, 0, 13, 0)
    assert told(take(town, given, again=True), "taken") == set()


@pytest.mark.slow
@pytest.mark.parametrize("wanted", [{}, {"delete_all": True}])
def test_what_the_crew_deleted_is_listed_and_goes_by_decision(town, given, wanted):
    with in_file(given) as database:
        database.execute("DELETE FROM inspection")
        database.execute("DELETE FROM pipe WHERE pipe_id IN ('P001', 'P002')")
    set_here(town, "pipe", "P002", diameter_mm=200.0)
    done = take(town, given, **wanted)
    assert done.rows["gone"] == 3
    assert bool(here(town, "inspection", "I1")) == bool(here(town, "pipe", "P001")) == (not wanted)
    # Whoever changed it here meanwhile is asked first.
    assert here(town, "pipe", "P002")["diameter_mm"] == 200.0
    assert [one.asset for _uuid, one in done.conflicts] == (["P002"] if wanted else [])


@pytest.mark.slow
def test_a_row_deleted_here_is_a_conflict_that_can_bring_it_back(town, given):
    set_there(given, "pipe", "P000", diameter_mm=150)
    with town.write("edit") as batch:
        batch.delete("pipe", ["P000", "P001"])
    done = take(town, given)
    assert told(done, "conflict") == {("P000", "diameter_mm")}
    assert here(town, "pipe", "P000") == {}
    take(town, given, again=True, default="theirs")
    row = here(town, "pipe", "P000")
    assert (row["diameter_mm"], row["material"], row["to_node"]) == (150.0, "pe", "B000")
    assert here(town, "pipe", "P001") == {}


@pytest.mark.slow
def test_a_renamed_row_is_followed_and_ids_are_given_by_the_office(town, given):
    fid = next(iter(town.rows_where("pipe", "pipe_id", ["P000"])))
    with town.write("edit") as batch:
        batch.update_rows("pipe", {fid: {"pipe_id": "RENAMED"}})
    set_there(given, "pipe", "P000", diameter_mm=150, pipe_id="OWN")
    done = take(town, given)
    assert here(town, "pipe", "RENAMED")["diameter_mm"] == 150.0
    assert told(done, "rejected") == {("P000", "pipe_id")}


@pytest.mark.slow
def test_bad_cells_are_rejected_by_name_and_the_rest_is_taken(town, given):
    set_there(
        given, "pipe", "P000", diameter_mm="abc", material="nonsense", install_year=1990.5, street="新路"
    )
    set_there(given, "pipe", "P001", geom=blob_of(shapely.Point(X, Y)), system=None)
    set_there(given, "inspection", "I1", date="soon")
    done = take(town, given)
    assert told(done, "taken") == {("P000", "street")}
    assert told(done, "rejected") == {
        ("P000", "diameter_mm"),
        ("P000", "material"),
        ("P000", "install_year"),
        ("P001", "geom"),
        ("P001", "system"),
        ("I1", "date"),
    }
    assert all(one.reason for one in done.verdicts if one.verdict == "rejected")
    assert here(town, "pipe", "P000")["diameter_mm"] == 100.0


@pytest.mark.slow
def test_a_row_that_the_network_refuses_stops_no_other(town, given):
    set_there(given, "pipe", "P000", diameter_mm=-5)
    set_there(given, "pipe", "P001", diameter_mm=250)
    done = take(town, given)
    assert (told(done, "rejected"), told(done, "taken")) == (
        {("P000", "diameter_mm")},
        {("P001", "diameter_mm")},
    )


@pytest.mark.parametrize("day", [None, "2020-02-03"])
def test_work_that_a_crew_reports_as_done_waits_for_the_check_of_the_map(town, given, day):
    set_there(given, "work_item", "W1", state="done", closed_on=day, hours=2.5, note="cleaned")
    add_there(given, "work_item", type="repair", state="done", closed_on=day, asset="B000")
    done = take(town, given)
    assert counts(done) == (2, 0, 0, 13, 0)
    assert told(done, "rejected") == set()
    row = here(town, "work_item", "W1")
    assert (row["state"], row["hours"], row["note"], row["gis_checked_on"]) == ("done", 2.5, "cleaned", None)
    assert row["closed_on"] == (None if day is None else datetime.date.fromisoformat(day))
    # Both are in the list of the office until it has checked the map, whatever the day.
    waiting = town.open_work().query("state == 'done'")["id"].tolist()
    assert "W1" in waiting
    assert len(waiting) == 2
    record_work(town, WorkRequest(tuple(waiting), CHECKED))
    assert town.open_work()["id"].tolist() == ["W2"]


@pytest.mark.slow
def test_a_pipe_split_in_the_field_is_two(town, given):
    line = here(town, "pipe", "P000")["geom"]
    halves = [shapely.ops.substring(line, *ends, normalized=True) for ends in ((0, 0.4), (0.4, 1))]
    with in_file(given) as database:
        columns = [row[1] for row in database.execute("PRAGMA table_info(pipe)") if row[1] != "fid"]
        names = ", ".join(columns)
        database.execute(f"INSERT INTO pipe ({names}) SELECT {names} FROM pipe WHERE pipe_id = 'P000'")
        last = database.execute("SELECT max(fid) FROM pipe").fetchone()[0]
        database.execute("UPDATE pipe SET geom = ? WHERE pipe_id = 'P000'", (blob_of(halves[0]),))
        database.execute("UPDATE pipe SET geom = ? WHERE fid = ?", (blob_of(halves[1]), last))
    done = take(town, given)
    assert done.rows["rejected"] == done.rows["conflict"] == 0
    assert town.count("pipe") == 5
    lengths = sorted(town.read("pipe", ["length_m"], geometry=False)["length_m"])
    assert lengths == pytest.approx([12.0, 18.0, 30.0, 30.0, 30.0])


BAD = {
    "another network": "was not handed out from this network",
    "a newer schema": "newer version of WaterNet",
    "a table missing": "has no table node with UUIDs",
    "no uuid": "has no table pipe with UUIDs",
    "another crs": "another coordinate system",
    "no package": "is not a package for the field",
    "damaged": "is not a package for the field",
    "nothing": "is not a package for the field",
}


@pytest.mark.parametrize("fault", a_few_quick(BAD, 1))
def test_a_bad_package_is_refused_in_a_sentence(town, given, tmp_path, fault):
    place = given
    with in_file(given) as database:
        if fault == "another network":
            database.execute("UPDATE waternet_package SET value = 'x' WHERE key = 'sha256'")
        elif fault == "a newer schema":
            database.execute("UPDATE waternet_package SET value = '999' WHERE key = 'schema_version'")
        elif fault == "a table missing":
            database.execute("DROP TABLE node")
        elif fault == "no uuid":
            database.execute("ALTER TABLE pipe DROP COLUMN uuid")
        elif fault == "another crs":
            database.execute("UPDATE gpkg_geometry_columns SET srs_id = 4326")
        elif fault == "no package":
            database.execute("DROP TABLE waternet_package")
    if fault == "damaged":
        (given / "field.gpkg").write_bytes(b"no database" * 100)
    elif fault == "nothing":
        place = tmp_path
    before = town.position()
    with pytest.raises(InputError, match=BAD[fault]):
        take(town, place)
    assert town.position() == before


@pytest.mark.slow
def test_an_older_package_is_read_and_said_to_be_so(town, given):
    with in_file(given) as database:
        database.execute("UPDATE waternet_package SET value = '3' WHERE key = 'schema_version'")
        database.execute("ALTER TABLE pipe DROP COLUMN street")
    set_there(given, "pipe", "P000", diameter_mm=150)
    done = take(town, given)
    assert "older version" in done.notes[0]
    assert here(town, "pipe", "P000")["street"] == "人民路"


def test_what_cannot_be_given_is_refused(tmp_path):
    with pytest.raises(InputError, match="CREW is empty"):
        FieldPackageRequest(tmp_path, " ")
    with pytest.raises(InputError, match="no table “batch” to give"):
        FieldPackageRequest(tmp_path, "A", ("pipe", "batch"))


@pytest.mark.slow
def test_nothing_in_the_area_is_refused(town, tmp_path):
    with pytest.raises(InputError, match="No row of these tables"):
        give(town, tmp_path / "given", area=shapely.box(0, 0, 1, 1))


@pytest.mark.slow
def test_rows_made_again_by_another_program_are_the_same_rows(town, given):
    """As a sync makes them: other numbers and order of columns, UUIDs in capitals and brackets, Z dropped."""
    set_there(given, "pipe", "P000", diameter_mm=150)
    with in_file(given) as database:
        for table in ("pipe", "node"):
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")][1:]
            order = ", ".join(reversed(columns))
            database.execute(f"CREATE TABLE again AS SELECT {order} FROM {table} ORDER BY random()")
            database.execute(f"DROP TABLE {table}")
            database.execute(f"CREATE TABLE {table} AS SELECT rowid + 500 AS fid, * FROM again")
            database.execute("DROP TABLE again")
            database.execute(f"UPDATE {table} SET uuid = '{{' || upper(uuid) || '}}'")
            flat = [
                (blob_of(shapely.force_2d(shapely.from_wkb(blob[40:]))), number)
                for number, blob in database.execute(f"SELECT fid, geom FROM {table}").fetchall()
            ]
            database.executemany(f"UPDATE {table} SET geom = ? WHERE fid = ?", flat)
    done = take(town, given)
    assert told(done, "taken") == {("P000", "diameter_mm")}
    assert counts(done) == (1, 0, 0, 13, 0)
    assert shapely.has_z(here(town, "node", "A000")["geom"])


@pytest.mark.slow
def test_a_moved_point_without_height_keeps_its_own(town, given):
    set_there(given, "node", "A000", geom=blob_of(shapely.Point(X + 1, Y)))
    take(town, given)
    moved = here(town, "node", "A000")["geom"]
    assert (moved.x, moved.z) == (X + 1, 9.5)
    assert here(town, "pipe", "P000")["geom"].coords[0][0] == X + 1


@pytest.mark.slow
def test_two_new_rows_may_have_the_uuid_of_none(town, given):
    with in_file(given) as database:
        database.executemany("INSERT INTO inspection (pipe_id) VALUES (?)", [("P000",), ("P000",)])
    assert counts(take(town, given)) == (2, 0, 0, 14, 0)
    assert counts(take(town, given, again=True)) == (0, 0, 0, 16, 0)


@pytest.mark.slow
def test_a_log_beside_the_file_is_read_along(town, given):
    database = sqlite3.connect(given / "field.gpkg")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("UPDATE pipe SET note = ? WHERE pipe_id = 'P000'", (str(uuid.UUID(int=1)),))
    database.commit()
    assert told(take(town, given), "taken") == {("P000", "note")}
    database.close()


@pytest.mark.slow
def test_geodiff_makes_and_applies_a_difference_of_a_package(town, given, tmp_path):
    """Its library refuses files with triggers and loses track of views: the package has neither."""
    geodiff = pytest.importorskip("pygeodiff").GeoDiff()
    base = tmp_path / "base.gpkg"
    shutil.copy(given / "field.gpkg", base)
    set_there(given, "pipe", "P000", diameter_mm=150)
    add_there(given, "node", shapely.Point(X + 5, Y + 5, 3), kind="valve", system="potable")
    changes = str(tmp_path / "changes")
    geodiff.create_changeset(str(base), str(given / "field.gpkg"), changes)
    assert geodiff.changes_count(changes) == 2
    geodiff.apply_changeset(str(base), changes)
    shutil.copy(base, given / "field.gpkg")
    done = take(town, given)
    assert ("P000", "diameter_mm") in told(done, "taken")
    assert counts(done) == (2, 0, 0, 13, 0)


@pytest.mark.slow
def test_a_package_written_anew_by_ogr2ogr_is_read_right(town, given, tmp_path):
    from osgeo import gdal

    set_there(given, "pipe", "P000", diameter_mm=150)
    again = tmp_path / "again" / "field.gpkg"
    again.parent.mkdir()
    assert (
        gdal.VectorTranslate(str(again), str(given / "field.gpkg"), options="-dim XY -unsetFid") is not None
    )
    done = take(town, again.parent)
    assert told(done, "taken") == {("P000", "diameter_mm")}
    assert counts(done) == (1, 0, 0, 13, 0)
