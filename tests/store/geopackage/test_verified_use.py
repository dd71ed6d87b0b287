"""Only a verdict, or an override with name and reason, takes a planned pipe into use, whoever writes."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
import shapely.ops
from support.slow_cases import a_few_quick
from support.store_helpers import content, pipe_frame

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.operations.editing.save_edits import SaveRequest, save_edits
from waternet_plugin.store import Network
from waternet_plugin.store.changes.asset_changes import Restoring
from waternet_plugin.store.geopackage import file

pytestmark = pytest.mark.either_store

STORE = Path(file.__file__).parent
# What brings back what was, or changes no status.
NOT_ASKED = {
    *("undo.py", "asset_restoring.py", "restoring.py"),
    *("migrations.py", "gaps.py", "length_updates.py"),
}
REFUSED = r"1 planned pipe can't be taken into use before being verified: P0000\d"


@pytest.fixture
def planned(network: Network) -> Network:
    """Five planned pipes in a network that has had a survey import."""
    with network.write("survey") as batch:
        batch.insert("pipe", pipe_frame(5, status="planned"))
        batch.insert("survey_batch", pd.DataFrame({"survey_batch_id": ["SB-1"]}))
    return network


def in_use(pipe_id: str) -> pd.DataFrame:
    return pd.DataFrame({"pipe_id": [pipe_id], "status": ["in_use"]})


def verify(network: Network, number: int, pipe_id: str, verdict: str, **values: str) -> None:
    row = {"verification_id": f"VF-{number}", "pipe_id": pipe_id, "verdict": verdict, **values}
    with network.write("survey") as batch:
        batch.insert("verification", pd.DataFrame([row]))


def status(network: Network, pipe_id: str) -> str:
    return str(network.read("pipe", ["status"], ids=[pipe_id])["status"].iloc[0])


def by_update(network: Network, kind: str = "edit") -> None:
    with network.write(kind) as batch:
        batch.update("pipe", in_use("P00001"))


def by_row(network: Network) -> None:
    with network.write("edit") as batch:
        batch.update_rows("pipe", {2: {"status": "in_use"}})


def by_replacing(network: Network) -> None:
    with network.write("adopt") as batch:
        batch.delete("pipe", ["P00001"])
        batch.insert("pipe", pipe_frame(1, start=1))


def by_renaming(network: Network) -> None:
    with network.write("edit") as batch:
        batch.update_rows("pipe", {2: {"status": "in_use", "pipe_id": "P00009"}})


def by_saving(network: Network) -> None:
    before = network.rows("pipe", [2])[2]
    edit = RowEdit("pipe", 2, before, {**before, "status": "in_use"})
    save_edits(network, SaveRequest((edit,), network.position()))


def set_status(network: Network, pipe_id: str, code: str) -> None:
    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": [pipe_id], "status": [code]}))


def by_two_saves(network: Network) -> None:
    set_status(network, "P00001", "abandoned")
    by_update(network)


def by_two_steps_of_a_batch(network: Network) -> None:
    with network.write("repair") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "status": ["abandoned"]}))
        batch.update("pipe", in_use("P00001"))


def by_renaming_between(network: Network) -> None:
    set_status(network, "P00001", "abandoned")
    with network.write("edit") as batch:
        batch.update_rows("pipe", {2: {"pipe_id": "P00009"}})
    with network.write("edit") as batch:
        batch.update("pipe", in_use("P00009"))


def by_making_it_again_later(network: Network) -> None:
    with network.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(1, start=1))


def by_the_undo_of_a_step(network: Network) -> None:
    set_status(network, "P00001", "abandoned")
    network.undo()
    set_status(network, "P00001", "abandoned")
    by_update(network)


def by_splitting(network: Network) -> None:
    """The second half of P00001 is a new row, in use, under an id of its own."""
    halves = pipe_frame(2, start=1).geometry.iloc[[0]].tolist()[0]
    lower, upper = (shapely.ops.substring(halves, *part) for part in ((0, 15), (15, 30)))
    with network.write("edit") as batch:
        shortened = pipe_frame(1, start=1, status="planned").set_geometry([lower])
        batch.update("pipe", shortened[["pipe_id", "geom"]])
        batch.insert("pipe", pipe_frame(1, start=9).set_geometry([upper]))


def by_merging(network: Network) -> None:
    """A pipe in use grows over P00001, which is deleted."""
    line = pipe_frame(1, start=1).geometry.iloc[0]
    ((x, y), (_x, top)) = line.coords
    with network.write("edit") as batch:
        batch.insert("pipe", pipe_frame(1, start=9).set_geometry([shapely.LineString([(x, y - 20), (x, y)])]))
    with network.write("edit") as batch:
        batch.delete("pipe", ["P00001"])
        grown = pipe_frame(1, start=9).set_geometry([shapely.LineString([(x, y - 20), (x, y), (x, top)])])
        batch.update("pipe", grown[["pipe_id", "geom"]])


WAYS: list[Any] = [
    *(by_update, by_row, by_replacing, by_renaming, by_saving, by_two_saves, by_two_steps_of_a_batch),
    *(by_renaming_between, by_making_it_again_later, by_the_undo_of_a_step, by_splitting, by_merging),
]


@pytest.mark.parametrize("way", a_few_quick(WAYS, 3), ids=[one.__name__ for one in WAYS])
def test_no_writer_takes_an_unverified_pipe_into_use(planned, way):
    with pytest.raises(StoreError, match=REFUSED):
        way(planned)
    used = planned.read("pipe", ["status"], where={"status": "in_use"})
    # The pipe that would have been merged with it is in use by right.
    assert used.geometry.length.sum() == (20 if way is by_merging else 0)


def test_a_refused_batch_leaves_nothing(planned):
    before = content(planned.uri)
    with pytest.raises(StoreError, match=REFUSED):
        by_saving(planned)
    assert content(planned.uri) == before


@pytest.mark.slow
def test_a_verified_pipe_stays_so_when_it_is_abandoned_split_or_made_again(planned):
    verify(planned, 1, "P00001", "pass")
    by_update(planned)
    by_two_saves(planned)
    by_making_it_again_later(planned)
    by_splitting(planned)


@pytest.mark.parametrize("kind", a_few_quick([code for code in domain("batch_kind") if code != "migrate"], 1))
def test_batches_of_every_kind_are_held_to_it(planned, kind):
    with pytest.raises(StoreError, match=REFUSED):
        by_update(planned, kind)


def test_whoever_ends_a_batch_asks_for_the_verdict():
    asking = set()
    for path in STORE.rglob("*.py"):
        called = {ast.unparse(node.func) for node in ast.walk(ast.parse(path.read_text("utf-8")))
                  if isinstance(node, ast.Call)}  # fmt: skip
        if "write_session.finish" in called and "verified_use.refuse_unverified" not in called:
            asking.add(path.name)
    assert asking == NOT_ASKED


@pytest.mark.parametrize(
    ("rows", "is_taken"),
    a_few_quick(
        [
            ([("pass", {})], True),
            ([("open", {})], False),
            ([("fail", {})], False),
            ([("fail", {"override_by": "Wang", "override_reason": "Agreed with the designer"})], True),
            ([("fail", {"override_by": "Wang"})], False),
            ([("fail", {"override_by": " ", "override_reason": "x"})], False),
            ([("pass", {}), ("fail", {})], False),
            ([("fail", {}), ("pass", {})], True),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_the_newest_verdict_or_an_override_with_name_and_reason_counts(planned, rows, is_taken):
    for number, (verdict, values) in enumerate(rows):
        verify(planned, number, "P00001", verdict, **values)
    if is_taken:
        by_update(planned)
    else:
        with pytest.raises(StoreError, match=REFUSED):
            by_update(planned)
    assert (status(planned, "P00001") == "in_use") == is_taken


def test_the_verdict_may_come_in_the_same_batch(planned):
    with planned.write("survey") as batch:
        batch.update("pipe", in_use("P00002"))
        row = {"verification_id": "VF-1", "pipe_id": "P00002", "verdict": "pass"}
        batch.insert("verification", pd.DataFrame([row]))
    assert status(planned, "P00002") == "in_use"


@pytest.mark.slow
def test_before_the_first_import_nobody_asks_and_the_setting_decides(network):
    with network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(3, status="planned"))
    by_update(network)
    with network.write("setting") as batch:
        batch.set_setting("survey.verify_before_use", "always")
    with pytest.raises(StoreError, match="P00002"), network.write("edit") as batch:
        batch.update("pipe", in_use("P00002"))
    with network.write("survey") as batch:
        batch.set_setting("survey.verify_before_use", "never")
        batch.insert("survey_batch", pd.DataFrame({"survey_batch_id": ["SB-1"]}))
    with network.write("edit") as batch:
        batch.update("pipe", in_use("P00002"))


def test_what_was_in_use_before_and_what_is_new_is_not_asked_for(planned):
    with planned.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(2, start=10))
    with planned.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00010"], "status": ["planned"]}))
        batch.update("pipe", in_use("P00010"))
    assert status(planned, "P00010") == "in_use"


@pytest.mark.slow
def test_undo_and_restoring_bring_back_what_was(planned):
    verify(planned, 1, "P00001", "pass")
    by_update(planned)
    verify(planned, 2, "P00001", "fail")
    with planned.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "status": ["planned"]}))
        back = batch.batch_id
    planned.undo(back)
    assert status(planned, "P00001") == "in_use"
    with planned.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P00001"], "status": ["planned"]}))
    log = planned.read("change_log", ["seq", "asset", "after"], geometry=False)
    last = log[(log["asset"] == "P00001").to_numpy() & log["after"].str.contains("planned").to_numpy()]
    planned.restore_asset(Restoring("pipe", "P00001", seq=int(last["seq"].iloc[-1]), fields=("status",)))
    assert status(planned, "P00001") == "in_use"
