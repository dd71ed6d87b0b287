"""Evidence is added to a pipe until it passes; photos lie beside the network by their hash."""

from __future__ import annotations

import datetime
import hashlib
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import CRS
from support.slow_cases import a_few_quick
from support.surveyed_pipes import PIPE, photo, surveyed_network

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.operations.editing.save_edits import SaveRequest, save_edits
from waternet_plugin.operations.survey.verification.verify_pipe import VerifyRequest, verify_pipe
from waternet_plugin.store import Network, attachments
from waternet_plugin.store.attachments import found_in, kept_path
from waternet_plugin.store.foreign.photo_facts import PhotoFacts, photo_facts

DAY = datetime.date(2026, 11, 18)


@pytest.fixture
def town(tmp_path: Path) -> Network:
    return surveyed_network(tmp_path / "town.gpkg")


def newest(network: Network) -> dict[str, Any]:
    rows = network.rows_where("verification", "pipe_id", [PIPE])
    return dict(rows[max(rows)])


def status(network: Network) -> str:
    return str(network.read("pipe", ["status"], ids=[PIPE])["status"].iloc[0])


def verify(network: Network, **values: Any):
    return verify_pipe(network, VerifyRequest((PIPE,), **values))


@pytest.mark.slow
def test_evidence_comes_bit_by_bit_until_the_pipe_is_in_use(town, tmp_path):
    first = verify(town, photos=(photo(tmp_path / "trench.jpg"),))
    assert first.verdict == "open"
    assert "material not verified" in first.sentence and "no photo" not in first.sentence
    assert status(town) == "planned"
    second = verify(town, material_verified_by="Li", material_verified_on=DAY)
    assert (second.verdict, second.sentence) == ("pass", "W-1: Pass. The pipe is in use now.")
    assert status(town) == "in_use"
    row = newest(town)
    assert (row["off_line_m"], row["off_level_m"], row["cover_m"]) == pytest.approx((0.012, 0.004, 2.0))
    assert row["material_verified_by"] == "Li"
    town.undo(second.batch_id)
    assert (status(town), newest(town)["verdict"]) == ("planned", "open")


@pytest.mark.slow
def test_the_material_of_several_pipes_is_verified_in_one_batch(town, tmp_path):
    verify(town, photos=(photo(tmp_path / "trench.jpg"),))
    pipes = town.read("pipe", ids=[PIPE])
    with town.write("edit") as batch:
        batch.insert("pipe", pipes.assign(pipe_id="W-2").drop(columns=["batch_id", "edited_by", "edited_on"]))
    done = verify_pipe(town, VerifyRequest((PIPE, "W-2"), "Li", DAY))
    # W-2 was never surveyed: the worst verdict is that of all.
    assert done.verdict == "open"
    assert "W-1: Pass. The pipe is in use now." in done.sentence and "W-2: Open" in done.sentence
    for name, verdict in ((PIPE, "pass"), ("W-2", "open")):
        rows = town.rows_where("verification", "pipe_id", [name])
        newest_row = rows[max(rows)]
        assert (newest_row["verdict"], newest_row["material_verified_by"]) == (verdict, "Li")
    town.undo(done.batch_id)
    assert status(town) == "planned" and not town.rows_where("verification", "pipe_id", ["W-2"])
    with pytest.raises(InputError, match="A photo shows one pipe"):
        VerifyRequest((PIPE, "W-2"), photos=(tmp_path / "trench.jpg",))


@pytest.mark.slow
def test_photos_are_kept_by_their_hash_with_place_and_time(town, tmp_path):
    taken = photo(tmp_path / "trench.JPG")
    verify(town, photos=(taken, taken))
    digest = hashlib.sha256(taken.read_bytes()).hexdigest()
    row = next(iter(town.rows_where("attachment", "asset", [PIPE]).values()))
    assert (row["attachment_id"], row["file"], row["kind"]) == (digest, f"{digest}.jpg", "photo")
    assert str(row["taken_on"]).startswith("2026-11-18")
    line = town.read("pipe", ids=[PIPE]).geometry.iloc[0]
    assert shapely.distance(line, shapely.Point(row["x"], row["y"])) < 0.5
    assert kept_path(town.attachments_folder, row["file"]).read_bytes() == taken.read_bytes()
    assert newest(town)["photos"] == digest
    verify(town, photos=(taken,))
    assert town.count("attachment") == 1


@pytest.mark.slow
def test_a_photo_from_elsewhere_leaves_the_pipe_open(town, tmp_path):
    far = photo(tmp_path / "far.jpg", north_m=60.0)
    done = verify(town, photos=(far,), material_verified_by="Li", material_verified_on=DAY)
    assert (done.verdict, done.sentence) == ("open", "W-1: Open (a photo was taken 60 m away).")


@pytest.mark.slow
def test_an_override_takes_the_pipe_into_use_and_is_kept(town):
    done = verify(town, override_by="Wang", override_reason="Agreed with the designer")
    assert done.verdict == "open" and status(town) == "in_use"
    assert "Overridden by Wang: Agreed with the designer." in done.sentence
    assert newest(town)["override_by"] == "Wang"


@pytest.mark.slow
def test_backfilled_before_the_survey_fails(town):
    done = verify(town, backfilled_on=DAY - datetime.timedelta(days=1))
    assert done.verdict == "fail" and "after backfilling" in done.sentence


@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "sentence"),
    a_few_quick(
        [
            ({"pipe_ids": ()}, "PIPE is empty"),
            ({"pipe_ids": (PIPE, "W-9")}, "no pipe W-9"),
            ({"override_by": "Wang"}, "both a name and a reason"),
            ({"override_reason": "so"}, "both a name and a reason"),
            ({"material_verified_on": DAY}, "not by whom"),
            ({"backfilled_on": datetime.date(2999, 1, 1)}, "yet to come"),
        ],
        is_tuple_one_value=False,
    ),
)
def test_what_can_not_be_meant_is_refused_in_one_sentence(town, values, sentence):
    before = town.position()
    with pytest.raises(InputError, match=sentence):
        verify_pipe(town, VerifyRequest(**{"pipe_ids": (PIPE,), **values}))
    assert town.position() == before


@pytest.mark.slow
def test_files_that_are_no_photos_are_refused_and_nothing_is_left(town, tmp_path):
    good = photo(tmp_path / "good.jpg")
    (tmp_path / "link.jpg").symlink_to(good)
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "script.py").write_text("1")
    (tmp_path / "CON.jpg").write_bytes(b"x")
    (tmp_path / "folder.jpg").mkdir()
    for name in ("link.jpg", "empty.jpg", "script.py", "CON.jpg", "folder.jpg", "missing.jpg"):
        with pytest.raises(InputError):
            verify(town, photos=(good, tmp_path / name))
        assert not town.attachments_folder.exists(), name
    assert town.count("attachment") == 0


def test_photos_of_a_survey_lie_in_its_folder(tmp_path):
    survey = tmp_path / "survey"
    (survey / "photos").mkdir(parents=True)
    inside = photo(survey / "photos" / "a.jpg")
    assert found_in(survey, "photos/a.jpg") == inside
    assert found_in(survey, "photos\\a.jpg") == inside
    (survey / "out").symlink_to(tmp_path)
    photo(tmp_path / "b.jpg")
    escapes = ("../b.jpg", "/etc/passwd", "C:\\b.jpg", "out/b.jpg", "photos/../../b.jpg", "\\\\host\\b.jpg")
    for name in escapes:
        with pytest.raises(InputError, match="outside the folder"):
            found_in(survey, name)
    # Where the folder of a survey is gone, its photo is a file that isn't there.
    assert not found_in(tmp_path / "gone", "a.jpg").exists()


@pytest.mark.slow
def test_names_in_the_network_do_not_leave_its_folder(town, tmp_path):
    photo(tmp_path / "b.jpg")
    town.attachments_folder.mkdir()
    assert kept_path(town.attachments_folder, "../b.jpg") is None
    assert kept_path(town.attachments_folder, str(tmp_path / "b.jpg")) is None


def test_a_photo_that_says_nothing_has_no_place(tmp_path):
    (tmp_path / "x.jpg").write_bytes(b"no photo at all")
    assert photo_facts(tmp_path / "x.jpg", CRS("EPSG:4547")) == PhotoFacts()


@pytest.mark.slow
def test_a_save_that_adds_evidence_writes_a_new_verdict(town, tmp_path):
    verify(town, photos=(photo(tmp_path / "trench.jpg"),))
    before = next(iter(town.rows_where("pipe", "pipe_id", [PIPE]).items()))
    edit = RowEdit("pipe", before[0], before[1], {**before[1], "diameter_mm": 400.0})
    save_edits(town, SaveRequest((edit,), town.position()))
    row = newest(town)
    assert (row["verdict"], town.count("verification")) == ("fail", 3)
    assert "DN400 instead of the planned DN300" in row["reasons"]
    assert row["photos"]


@pytest.mark.slow
def test_a_save_of_the_verification_itself_is_evidence_and_takes_the_pipe_into_use(town, tmp_path):
    verify(town, photos=(photo(tmp_path / "trench.jpg"),))
    fid, before = max(town.rows_where("verification", "pipe_id", [PIPE]).items())
    now = {**before, "material_verified_by": "Li", "material_verified_on": before["surveyed_on"]}
    done = save_edits(town, SaveRequest((RowEdit("verification", fid, before, now),), town.position()))
    assert (newest(town)["verdict"], status(town)) == ("pass", "in_use")
    town.undo(done.batch_id)
    assert (newest(town)["verdict"], status(town)) == ("open", "planned")


@pytest.mark.slow
def test_a_save_of_something_else_asks_for_no_verdict(town):
    fid, before = next(iter(town.rows_where("pipe", "pipe_id", [PIPE]).items()))
    save_edits(town, SaveRequest((RowEdit("pipe", fid, before, {**before, "note": "x"}),), town.position()))
    assert town.count("verification") == 1


@pytest.mark.slow
def test_a_save_can_not_take_an_open_pipe_into_use(town):
    fid, before = next(iter(town.rows_where("pipe", "pipe_id", [PIPE]).items()))
    edit = RowEdit("pipe", fid, before, {**before, "status": "in_use"})
    with pytest.raises(StoreError, match="before being verified: W-1"):
        save_edits(town, SaveRequest((edit,), town.position()))
    assert np.array_equal(town.read("pipe")["status"], ["planned"])


def _refused(network: Network, taken: Path, after: Callable[[], object]) -> None:
    with attachments.keeping(network, [taken]) as copies:
        with suppress(StoreError), network.write("verify"):
            copies.put_in_place()
            raise StoreError("refused")
        after()
        raise InputError("refused")


def refused_run(network: Network, taken: Path, after: Callable[[], object] = lambda: None) -> None:
    """Copy a photo for a batch that is refused; something else happens behind its rollback."""
    with pytest.raises(InputError, match="refused"):
        _refused(network, taken, after)


def named_files(network: Network) -> list[bool]:
    files = network.read("attachment", ["file"])["file"]
    return [kept_path(network.attachments_folder, file) is not None for file in files]


@pytest.mark.slow
def test_a_photo_of_a_refused_run_stays_where_another_run_names_it(town, tmp_path):
    taken = photo(tmp_path / "trench.jpg")
    refused_run(town, taken, after=lambda: verify(town, photos=(taken,)))
    assert named_files(town) == [True]
    refused_run(town, taken)
    assert named_files(town) == [True]
    # Undone and done again it is there too.
    undone = town.undo()
    refused_run(town, taken)
    town.undo(undone.batch_id)
    assert named_files(town) == [True]


@pytest.mark.slow
def test_a_photo_that_a_refused_run_took_away_is_put_there_again(town, tmp_path):
    taken = photo(tmp_path / "trench.jpg")
    with attachments.keeping(town, [taken]) as copies:
        refused_run(town, taken)
        with town.write("verify") as batch:
            copies.put_in_place()
            row = {"attachment_id": copies.files[0].attachment_id, "file": copies.files[0].file}
            batch.insert(
                "attachment", pd.DataFrame([{**row, "table": "pipe", "asset": PIPE, "kind": "photo"}])
            )
    assert named_files(town) == [True]


@pytest.mark.slow
def test_a_refused_run_leaves_nothing_beside_the_network(town, tmp_path):
    before = sorted(tmp_path.iterdir())
    refused_run(town, photo(tmp_path / "trench.jpg"))
    assert sorted(tmp_path.iterdir()) == sorted([*before, tmp_path / "trench.jpg"])


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize("mode", [0o600, 0o660, 0o644])
def test_photos_are_as_open_as_their_network(town, tmp_path, mode):
    Path(town.uri).chmod(mode)
    taken = photo(tmp_path / "trench.jpg")
    taken.chmod(0o644)
    verify(town, photos=(taken,))
    (kept,) = town.attachments_folder.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == mode
    assert stat.S_IMODE(kept.parent.stat().st_mode) == mode | (mode & 0o444) >> 2
