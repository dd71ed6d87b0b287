"""Editions of map books: kept without a batch, made anew, from two programs, after a restore, read-only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from support.printed_sheets import sheet_hashes
from support.slow_cases import a_few_quick
from support.store_helpers import CRS, foreign, pipe_frame

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.printing.changes_since import changes_since
from waternet_plugin.operations.printing.editions import (
    edition_of_book,
    editions,
    next_edition,
)
from waternet_plugin.operations.printing.record_edition import (
    EditionSheet,
    RecordEditionRequest,
    printing_state,
    record_edition,
)

SHEETS = (EditionSheet("2500.0-400.0", 1, "a" * 64), EditionSheet("2500.0-400.3", 2, "b" * 64))


@pytest.fixture
def town(tmp_path: Path):
    """A network of four pipes, open."""
    with store.create_network(tmp_path / "town.gpkg", CRS) as network:
        with network.write("adopt") as batch:
            batch.insert("pipe", pipe_frame(4))
        yield network


def record(network, edition=None, **more):
    number = edition or next_edition(editions(network))
    request = RecordEditionRequest(
        printing_state(network), number, is_named=edition is not None, title="清源县", file_name="book.pdf",
        pages=2, sheets=SHEETS, parameters={"SCALE": 1000}, **more,
    )  # fmt: skip
    return record_edition(network, request)


def changes(network, since):
    rows = changes_since(network, since).rows
    return sorted({(row.table, row.asset, row.action) for row in rows.itertuples()})


@pytest.mark.slow
def test_an_edition_is_kept_and_the_last_batch_stays_the_last_edit(town) -> None:
    before, position = town.batches()["batch_id"].tolist(), town.position()
    assert record(town).edition == 1
    assert town.batches()["batch_id"].tolist() == before
    assert town.position() == position
    (kept,) = editions(town)
    assert (kept.edition, kept.title, kept.file_name, kept.pages) == (1, "清源县", "book.pdf", 2)
    assert (kept.batch_id, kept.parameters, kept.made_by) == (
        before[0],
        {"SCALE": 1000},
        store.default_user(),
    )
    assert len(kept.day) == len("2026-10-02")
    assert sheet_hashes(town, kept) == {sheet.sheet_no: sheet.words_sha256 for sheet in SHEETS}


@pytest.mark.slow
def test_the_next_edition_has_the_next_number_and_a_named_one_is_made_anew(town) -> None:
    assert [record(town).edition, record(town).edition, next_edition(editions(town))] == [1, 2, 3]
    assert record(town, edition=1).edition == 1
    assert [edition.edition for edition in editions(town)] == [1, 2]
    assert town.count("edition_sheet") == 4


@pytest.mark.slow
def test_some_sheets_alone_make_no_edition_unless_a_person_says_which(town) -> None:
    record(town)
    assert edition_of_book(None, next_edition(editions(town)), is_whole=True) == 2
    assert edition_of_book(None, 2, is_whole=False) is None
    assert edition_of_book(7, 2, is_whole=False) == 7


@pytest.mark.slow
def test_a_number_that_somebody_took_meanwhile_stays_theirs(town) -> None:
    late = RecordEditionRequest(printing_state(town), next_edition(editions(town)))
    record(town)
    answer = record_edition(town, late)
    assert answer.edition == 2
    assert "EDITION 2" in answer.note
    assert editions(town)[1].title == "清源县"


@pytest.mark.slow
def test_another_program_keeps_the_next_edition(town) -> None:
    record(town)
    code = (
        "import sys; from waternet_plugin import store;"
        "from waternet_plugin.operations.printing.editions import editions, next_edition;"
        "from waternet_plugin.operations.printing.record_edition import *;"
        "network = store.open_network(sys.argv[1]);"
        "request = RecordEditionRequest(printing_state(network), next_edition(editions(network)));"
        "print(record_edition(network, request).edition)"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code, town.uri], capture_output=True, text=True, env=env)
    assert done.stdout.strip() == "2", done.stderr
    assert [edition.edition for edition in editions(town)] == [2, 1]


@pytest.mark.slow
def test_who_may_not_write_is_told_that_no_edition_was_kept(town, monkeypatch) -> None:
    from waternet_plugin.store.geopackage import connection

    monkeypatch.setattr(connection, "is_writable", lambda _path: False)
    answer = record(town)
    assert answer.edition is None
    assert answer.note.startswith("The network keeps no record of this edition.")
    monkeypatch.undo()
    assert editions(town) == ()


@pytest.mark.slow
def test_changes_since_an_edition_a_batch_and_a_time(town) -> None:
    first = town.batches()["batch_id"].iloc[0]
    record(town)
    assert changes(town, "1") == changes(town, first) == []
    line = shapely.LineString([(400_000, 2_500_500), (400_030, 2_500_500)])
    moved = gpd.GeoDataFrame({"pipe_id": ["P00000"], "geom": [line]}, geometry="geom", crs=CRS)
    with town.write("edit") as batch:
        batch.update("pipe", moved)
        batch.delete("pipe", ["P00001"])
        batch.insert("pipe", pipe_frame(1, start=9))
        row = town.read("pipe", ["pipe_id"], ids=["P00002"])
        batch.update("pipe", row.assign(note="x")[["pipe_id", "note"]])
    expected = [
        ("pipe", "P00000", "moved"),
        ("pipe", "P00001", "deleted"),
        ("pipe", "P00002", "changed"),
        ("pipe", "P00009", "made"),
    ]
    assert changes(town, "1") == changes(town, first) == expected
    rows = changes_since(town, "1").rows
    boxes = rows.loc[rows["asset"] == "P00000", "geom"].tolist()
    assert [box.bounds[1] for box in boxes] == [2_500_000.0, 2_500_500.0]
    # A day before the network was made: everything in it is new.
    assert {action for _table, _asset, action in changes(town, "2001-01-01")} == {"made"}


@pytest.mark.slow
def test_the_clock_makes_and_hides_no_change_since_an_edition(town) -> None:
    record(town)
    foreign(town, "UPDATE edition SET made_on = '2099-01-01T00:00:00.000Z'")
    assert changes(town, "1") == []
    foreign(town, "UPDATE pipe SET note = 'x' WHERE pipe_id = 'P00003'")
    assert changes(town, "1") == [("pipe", "P00003", "changed")]


@pytest.mark.slow
def test_what_was_undone_since_is_no_change_until_it_is_done_again(town) -> None:
    record(town)
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00003"])
    town.undo()
    assert changes(town, "1") == []
    town.undo(town.batches()["batch_id"].iloc[0])
    assert changes(town, "1") == [("pipe", "P00003", "deleted")]


def test_what_was_made_and_deleted_since_is_no_change(town) -> None:
    record(town)
    with town.write("edit") as batch:
        batch.insert("pipe", pipe_frame(1, start=9))
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00009"])
    assert changes(town, "1") == []


@pytest.mark.slow
def test_after_a_restore_the_editions_are_those_of_the_backup(town, tmp_path: Path) -> None:
    record(town)
    backup = town.backup()
    with town.write("edit") as batch:
        batch.delete("pipe", ["P00003"])
    record(town)
    restored = store.restore_backup(backup, tmp_path / "restored.gpkg")
    with store.open_network(restored) as network:
        assert [edition.edition for edition in editions(network)] == [1]
        assert changes(network, "1") == []
        with network.write("edit") as batch:
            batch.delete("pipe", ["P00000"])
        assert changes(network, "1") == [("pipe", "P00000", "deleted")]


@pytest.mark.parametrize(
    ("since", "sentence"),
    a_few_quick(
        [("nothing", "neither the number"), ("7", "(1)"), ("2999-01-01", "in the future")],
        1,
        is_tuple_one_value=False,
    ),
)
def test_since_that_is_none_is_refused(town, since: str, sentence: str) -> None:
    record(town)
    with pytest.raises(InputError) as caught:
        changes_since(town, since)
    assert sentence in str(caught.value)
