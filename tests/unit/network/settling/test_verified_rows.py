"""Verifications and photos follow the pipes that they are of."""

from __future__ import annotations

import pytest
from support.settled_tables import Desk, line, node, pipe, row, tables


@pytest.fixture
def desk() -> Desk:
    """Two verified pipes in a row, one with a photo."""
    return Desk(
        tables(
            pipe=[
                pipe("P-1", [(0, 0), (60, 0)], from_node="A", to_node="B", survey_batch="SB-1"),
                pipe("P-2", [(60, 0), (100, 0)], from_node="B", to_node="C"),
            ],
            node=[node("A", (0, 0)), node("B", (60, 0)), node("C", (100, 0))],
            verification=[
                row("verification", verification_id="VF-1", pipe_id="P-1", verdict="fail"),
                row("verification", verification_id="VF-2", pipe_id="P-2", verdict="pass"),
            ],
            attachment=[
                row("attachment", attachment_id="a1", table="pipe", asset="P-1", kind="photo", file="a1.jpg")
            ],
        )
    )


def verdicts(desk: Desk) -> list[tuple[str, str]]:
    found = desk.tables["verification"]
    return [(found[key]["pipe_id"], found[key]["verdict"]) for key in found]


def test_both_parts_of_a_split_pipe_keep_survey_and_verification(desk: Desk) -> None:
    first = {**desk.of("pipe", "P-1"), "geom": line((0, 0), (25, 0))}
    second = {**desk.of("pipe", "P-1"), "geom": line((25, 0), (60, 0)), "batch_id": "B1"}
    desk.gesture(("pipe", desk.key("pipe", "P-1"), first), ("pipe", desk.new_key(), second))
    assert sorted(verdicts(desk)) == [("P-1", "fail"), ("P-2", "pass"), ("P-3", "fail")]
    assert desk.of("pipe", "P-3")["survey_batch"] == "SB-1"
    assert desk.of("attachment", "a1")["asset"] == "P-1"
    assert desk.save().followed == ()
    assert len(verdicts(desk)) == 3


def test_of_merged_pipes_the_worst_of_the_newest_verdicts_counts(desk: Desk) -> None:
    merged = {**desk.of("pipe", "P-1"), "geom": line((0, 0), (60, 0), (100, 0))}
    desk.gesture(("pipe", desk.key("pipe", "P-1"), merged), ("pipe", desk.key("pipe", "P-2"), None))
    assert sorted(verdicts(desk)) == [("P-1", "fail"), ("P-1", "fail"), ("P-1", "pass")]
    desk.save()
    # The newest row counts.
    found = desk.tables["verification"]
    newest = max(found, key=lambda key: (key >= 10**6, key))
    assert found[newest]["verdict"] == "fail"
    assert len(found) == 3


def test_a_renamed_pipe_keeps_verification_and_photo(desk: Desk) -> None:
    desk.change("pipe", "P-1", pipe_id="P-77")
    assert sorted(verdicts(desk)) == [("P-2", "pass"), ("P-77", "fail")]
    assert desk.of("attachment", "a1")["asset"] == "P-77"
    assert desk.save().followed == ()


def test_a_photo_follows_the_asset_of_its_own_table_alone() -> None:
    files = [
        row("attachment", attachment_id=f"a-{name}", table=name or None, asset="A", file="a.jpg")
        for name in ("node", "compound", "")
    ]
    desk = Desk(
        tables(node=[node("A", (0, 0))], compound=[row("compound", compound_id="A")], attachment=files)
    )
    desk.change("compound", "A", compound_id="C-2")
    named = {name: desk.of("attachment", f"a-{name}")["asset"] for name in ("node", "compound")}
    assert named == {"node": "A", "compound": "C-2"}
    desk.change("node", "A", node_id="N-2")
    assert desk.of("attachment", "a-node")["asset"] == "N-2"
    assert desk.of("attachment", "a-compound")["asset"] == "C-2"
