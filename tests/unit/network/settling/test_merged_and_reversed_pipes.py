"""Merged pipes keep the outer ends; reversed ones exchange what belongs to their ends."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from support.settled_tables import Desk, line, node, pipe, row, tables

from waternet_plugin.core.network.settling.settling import Settled


def _pair(kind: str = "junction", **more: Any) -> Desk:
    """Two pipes of 30 and 70 m; the second runs against the first."""
    return Desk(
        tables(
            pipe=[
                pipe("P-1", [(0, 0), (30, 0)], from_node="N-1", to_node="N-2", invert_start_m=1.0,
                     invert_end_m=2.0, length_m=40.0, length_source="given", diameter_mm=100.0),
                pipe("P-2", [(100, 0), (30, 0)], from_node="N-3", to_node="N-2", invert_start_m=5.0,
                     invert_end_m=3.0, length_m=80.0, length_source="given", diameter_mm=200.0),
                *more.pop("pipes", ()),
            ],
            node=[node("N-1", (0, 0)), node("N-2", (30, 0), kind=kind), node("N-3", (100, 0))],
            failure=[row("failure", failure_id="F-1", pipe_id="P-1", geom=shapely.Point(10, 1))],
            inspection=[row("inspection", inspection_id="I-1", pipe_id="P-2")],
            defect=[row("defect", defect_id="D-1", inspection_id="I-1", position_m=10.0)],
            project=[row("project", project_id="PR-1", pipe_ids="P-1;P-2")],
            project_pipe=[
                row("project_pipe", project_id="PR-1", pipe_id="P-1", cost=3.0),
                row("project_pipe", project_id="PR-1", pipe_id="P-2", cost=4.0),
            ],
            assessment=[
                row("assessment", run_id="R-1", pipe_id="P-1", health=40.0),
                row("assessment", run_id="R-2", pipe_id="P-1", health=30.0),
                row("assessment", run_id="R-2", pipe_id="P-2", health=50.0),
            ],
            survey_row=[row("survey_row", record="line", asset="N-1;P-1")],
            **more,
        )
    )  # fmt: skip


def _merge(desk: Desk, keep: str = "P-1", **chosen: Any) -> Settled:
    """Merge both as QGIS does: one row grows, with whatever its dialog chose, the other goes."""
    gone = "P-2" if keep == "P-1" else "P-1"
    merged = {**desk.of("pipe", keep), "geom": line((0, 0), (30, 0), (100, 0)), **chosen}
    return desk.gesture(("pipe", desk.key("pipe", keep), merged), ("pipe", desk.key("pipe", gone), None))


@pytest.mark.parametrize("keep", ["P-1", "P-2"])
def test_a_merged_pipe_keeps_outer_ends_levels_and_the_longer_pipes_id(keep: str) -> None:
    desk = _pair()
    _merge(desk, keep, from_node="X", to_node=None, pipe_id="P-1, P-2", invert_end_m=99.0)
    (one,) = desk.tables["pipe"].values()
    assert (one["pipe_id"], one["from_node"], one["to_node"]) == ("P-2", "N-1", "N-3")
    assert (one["invert_start_m"], one["invert_end_m"]) == (1.0, 5.0)
    assert (one["length_m"], one["length_source"]) == (120.0, "given")
    assert {one["node_id"] for one in desk.tables["node"].values()} == {"N-1", "N-3"}


def test_what_named_either_pipe_names_the_merged_one() -> None:
    desk = _pair()
    _merge(desk)
    assert desk.tables["failure"][1]["pipe_id"] == "P-2"
    assert desk.of("project", "PR-1")["pipe_ids"] == "P-2"
    assert [(one["pipe_id"], one["cost"]) for one in desk.tables["project_pipe"].values()] == [("P-2", 7.0)]
    rated = [(one["run_id"], one["pipe_id"], one["health"]) for one in desk.tables["assessment"].values()]
    assert rated == [("R-1", "P-2", 40.0), ("R-2", "P-2", 50.0)]
    assert desk.tables["survey_row"][1]["asset"] == "N-1;P-2"
    # It was 10 m from the far end of a pipe that runs the other way round, 70 m long on the map.
    assert desk.tables["defect"][1]["position_m"] == pytest.approx(90.0)


def test_a_measured_length_makes_the_merged_length_a_measured_one() -> None:
    desk = _pair()
    desk.change("pipe", "P-1", length_source="geometry", length_m=30.0)
    _merge(desk)
    (one,) = desk.tables["pipe"].values()
    assert (one["length_m"], one["length_source"]) == (100.0, "geometry")


@pytest.mark.parametrize("kind", ["valve", "flow_meter", "manhole"])
def test_a_merge_across_a_node_that_is_more_than_a_joint_is_taken_back_with_a_word(kind: str) -> None:
    desk = _pair(kind)
    before = {key: dict(one) for key, one in desk.tables["pipe"].items()}
    settled = _merge(desk)
    assert settled.edits == ()
    assert desk.tables["pipe"] == before
    assert len(settled.refusals) == 1
    assert "N-2" in settled.refusals[0]


def test_a_merge_across_the_joint_of_a_third_pipe_is_taken_back() -> None:
    desk = _pair(pipes=[pipe("P-3", [(30, 0), (30, 40)], from_node="N-2")])
    settled = _merge(desk)
    assert settled.edits == ()
    assert "P-3" in settled.refusals[0]


def test_a_pipe_merged_into_a_connector_without_length_stays_what_it_was() -> None:
    connector = pipe("C-1", [(0, 0), (0, 0)], from_node="PU-1", to_node="N-1", function="connector")
    desk = _pair(pipes=[connector])
    before = {key: dict(one) for key, one in desk.tables["pipe"].items()}
    grown = {**desk.of("pipe", "C-1"), "geom": line((0, 0), (30, 0))}
    settled = desk.gesture(("pipe", desk.key("pipe", "C-1"), grown), ("pipe", desk.key("pipe", "P-1"), None))
    assert settled.edits == () and desk.tables["pipe"] == before
    (refusal,) = settled.refusals
    assert "C-1" in refusal and "PU-1" in refusal


def test_a_merge_after_the_valve_between_was_deleted_passes() -> None:
    desk = _pair("valve")
    desk.delete("node", "N-2")
    assert _merge(desk).refusals == ()
    assert len(desk.tables["pipe"]) == 1


def test_splitting_and_merging_again_gives_the_pipe_that_was_there() -> None:
    desk = _pair()
    was = dict(desk.of("pipe", "P-2"))
    desk.gesture(
        ("pipe", 2, {**was, "geom": line((100, 0), (60, 0))}),
        ("pipe", -2, {**was, "geom": line((60, 0), (30, 0))}),
    )
    part = next(one for one in desk.tables["pipe"].values() if one["pipe_id"] not in ("P-1", "P-2"))
    desk.gesture(
        ("pipe", 2, {**desk.of("pipe", "P-2"), "geom": was["geom"]}),
        ("pipe", desk.key("pipe", part["pipe_id"]), None),
    )
    now = desk.of("pipe", "P-2")
    for name in ("pipe_id", "from_node", "to_node", "invert_start_m", "invert_end_m", "length_m", "geom"):
        assert now[name] == was[name], name
    assert len(desk.tables["node"]) == 3


def test_a_reversed_pipe_exchanges_ends_levels_and_depths_once() -> None:
    desk = _pair()
    desk.change("pipe", "P-1", depth_start_m=0.5, estimated="invert_start_m")
    desk.change("pipe", "P-1", geom=shapely.reverse(desk.of("pipe", "P-1")["geom"]))
    one = desk.of("pipe", "P-1")
    assert (one["from_node"], one["to_node"]) == ("N-2", "N-1")
    assert (one["invert_start_m"], one["invert_end_m"]) == (2.0, 1.0)
    assert (one["depth_start_m"], one["depth_end_m"]) == (None, 0.5)
    assert one["estimated"] == "invert_end_m"
    assert desk.save().followed == ()


def test_a_pipe_reversed_twice_is_what_it_was() -> None:
    desk = _pair()
    for _ in range(2):
        desk.change("pipe", "P-1", geom=shapely.reverse(desk.of("pipe", "P-1")["geom"]))
    assert desk.unsaved() == ()


def test_merged_pipes_that_lie_on_each_other_keep_the_nodes_where_their_line_ends() -> None:
    desk = _pair(pipes=[pipe("P-3", [(30, 0), (0, 0)], from_node="N-2", to_node="N-1")])
    kept = {**desk.of("pipe", "P-1"), "to_node": "N-1"}
    desk.gesture(("pipe", desk.key("pipe", "P-1"), kept), ("pipe", desk.key("pipe", "P-3"), None))
    assert desk.ends("P-1") == ("N-1", "N-2")


@pytest.mark.parametrize(
    ("source", "after"), [("inferred", ("reverse", "inferred")), ("given", ("reverse", "given"))]
)
def test_whoever_turns_a_line_turns_its_flow(source: str, after: tuple[str, str]) -> None:
    desk = _pair()
    desk.change("pipe", "P-1", flow="forward", flow_source=source)
    desk.change("pipe", "P-1", geom=shapely.reverse(desk.of("pipe", "P-1")["geom"]))
    now = desk.of("pipe", "P-1")
    assert (now["flow"], now["flow_source"]) == after


@pytest.mark.parametrize("change", [{"invert_start_m": 7.0}, {"geom": line((0, 0), (15, 5), (30, 0))}])
@pytest.mark.parametrize("source", ["inferred", "given"])
def test_an_edit_of_levels_or_course_empties_an_inferred_flow(change: dict[str, Any], source: str) -> None:
    desk = _pair()
    desk.change("pipe", "P-1", flow="forward", flow_source=source)
    desk.change("pipe", "P-1", **change)
    now = desk.of("pipe", "P-1")
    assert now["flow"] == (None if source == "inferred" else "forward")
    assert now["flow_source"] == (None if source == "inferred" else source)


def test_a_joint_moved_over_its_neighbour_and_the_rest_of_that_deleted_is_no_merge() -> None:
    """What lies there afterwards is the pipe that grew; the deleted one does not come back at the Save."""
    branch = pipe("P-3", [(30, 0), (30, 50)], from_node="N-2", to_node="N-4")
    desk = _pair("valve", pipes=(branch,))
    desk.tables["node"][99] = desk.saved["node"][99] = node("N-4", (30, 50))
    desk.change("node", "N-2", geom=shapely.Point(100, 0))
    assert desk.of("pipe", "P-2")["geom"].length == 0.0
    desk.delete("pipe", "P-2")
    before = {name: desk.ends(name) for name in ("P-1", "P-3")}
    settled = desk.save()
    assert not settled.refusals
    assert {one["pipe_id"] for one in desk.tables["pipe"].values()} == {"P-1", "P-3"}
    assert (
        {name: desk.ends(name) for name in before} == before == {"P-1": ("N-1", "N-2"), "P-3": ("N-2", "N-4")}
    )
