"""Ends and nodes that are moved stay together; nodes that are deleted leave no end alone."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from support.settled_tables import Desk, line, node, pipe, row, tables


@pytest.fixture
def star() -> Desk:
    """Three pipes of 100 m that meet in a valve, junctions at the far ends, and another main."""
    return Desk(
        tables(
            pipe=[
                pipe("A", [(-100, 0), (0, 0)], from_node="N-1", to_node="V-1"),
                pipe("B", [(0, 0), (100, 0)], from_node="V-1", to_node="N-2"),
                pipe("C", [(0, 0), (0, -100)], from_node="V-1", to_node="N-3"),
                pipe("D", [(-50, 50), (50, 50)], from_node="N-4", to_node="N-5"),
            ],
            node=[
                node("N-1", (-100, 0)), node("N-2", (100, 0)), node("N-3", (0, -100)),
                node("N-4", (-50, 50)), node("N-5", (50, 50)),
                node("V-1", (0, 0, 7.5), kind="valve", valve_state="open", turns=12.0),
            ],
        )
    )  # fmt: skip


def _at(desk: Desk, name: str) -> tuple[float, float]:
    place = desk.of("node", name)["geom"]
    return place.x, place.y


def _joint(desk: Desk, place: tuple[float, float], pipes: str) -> Any:
    """Move the ends of some pipes at the valve to a place in one gesture."""
    lines = {
        "A": line((-100, 0), place),
        "B": line(place, (100, 0)),
        "C": line(place, (0, -100)),
    }
    edits = [
        ("pipe", desk.key("pipe", name), {**desk.of("pipe", name), "geom": lines[name]}) for name in pipes
    ]
    return desk.gesture(*edits)


def test_all_ends_moved_together_take_their_node_along_with_its_height(star: Desk) -> None:
    _joint(star, (5, 5), "ABC")
    assert _at(star, "V-1") == (5, 5)
    assert star.of("node", "V-1")["geom"].z == 7.5
    assert star.ends("A")[1] == star.ends("B")[0] == star.ends("C")[0] == "V-1"
    assert star.of("pipe", "A")["length_m"] == pytest.approx(star.of("pipe", "A")["geom"].length)


def test_a_single_end_takes_its_node_along(star: Desk) -> None:
    star.change("pipe", "B", geom=line((0, 0), (120, 20)))
    assert _at(star, "N-2") == (120, 20)
    assert star.ends("B") == ("V-1", "N-2")


def test_some_of_the_ends_get_one_new_junction_together(star: Desk) -> None:
    _joint(star, (5, 5), "AB")
    assert _at(star, "V-1") == (0, 0)
    assert star.ends("C")[0] == "V-1"
    made = star.ends("A")[1]
    assert made == star.ends("B")[0] != "V-1"
    assert _at(star, made) == (5, 5)


def test_some_of_the_ends_name_the_node_to_which_they_came(star: Desk) -> None:
    star.change("pipe", "A", geom=line((-100, 0), (-50, 50)))
    assert star.ends("A") == ("N-1", "N-4")
    assert _at(star, "V-1") == (0, 0)


def test_a_plain_junction_goes_when_its_only_end_came_to_another_node(star: Desk) -> None:
    star.change("pipe", "B", geom=line((0, 0), (50, 50)))
    assert star.ends("B") == ("V-1", "N-5")
    assert "N-2" not in {one["node_id"] for one in star.tables["node"].values()}


def test_ends_moved_onto_the_middle_of_a_pipe_take_their_node_which_splits_it(star: Desk) -> None:
    _joint(star, (0, 50), "ABC")
    assert _at(star, "V-1") == (0, 50)
    assert len(star.tables["pipe"]) == 5
    named = [one for one in star.tables["pipe"].values() if "V-1" in (one["from_node"], one["to_node"])]
    assert len(named) == 5


def test_a_moved_node_takes_its_ends(star: Desk) -> None:
    star.change("node", "V-1", geom=shapely.Point(3, 4, 7.5))
    assert star.of("pipe", "A")["geom"].coords[-1][:2] == (3, 4)
    assert star.of("pipe", "C")["geom"].coords[0][:2] == (3, 4)
    assert star.ends("B") == ("V-1", "N-2")


def test_an_end_that_a_person_moved_too_is_not_moved_twice(star: Desk) -> None:
    star.gesture(
        ("node", star.key("node", "V-1"), {**star.of("node", "V-1"), "geom": shapely.Point(3, 4, 7.5)}),
        ("pipe", star.key("pipe", "A"), {**star.of("pipe", "A"), "geom": line((-100, 0), (3, 4))}),
        ("pipe", star.key("pipe", "C"), {**star.of("pipe", "C"), "geom": line((9, 9), (0, -100))}),
    )
    assert star.of("pipe", "A")["geom"].coords[-1][:2] == (3, 4)
    assert star.ends("A")[1] == star.ends("B")[0] == "V-1"
    assert star.ends("C")[0] not in (None, "V-1")
    assert _at(star, star.ends("C")[0]) == (9, 9)


def test_a_node_deleted_under_pipes_becomes_a_plain_junction(star: Desk) -> None:
    settled = star.delete("node", "V-1")
    left = star.of("node", "V-1")
    assert (left["kind"], left["valve_state"], left["turns"]) == ("junction", None, None)
    assert star.ends("A")[1] == "V-1"
    assert [(one.table, one.why) for one in settled.followed] == [("node", "kept_as_junction")]


def test_a_plain_junction_deleted_under_a_pipe_stays_and_nothing_is_written(star: Desk) -> None:
    assert star.delete("node", "N-2").edits == ()


def test_a_node_without_pipes_goes(star: Desk) -> None:
    star.tables["node"][99] = node("V-9", (500, 500), kind="valve")
    star.delete("node", "V-9")
    assert 99 not in star.tables["node"]


def test_a_plain_junction_goes_with_its_last_pipe_and_other_nodes_stay(star: Desk) -> None:
    star.gesture(*(("pipe", star.key("pipe", name), None) for name in "ABC"))
    assert {one["node_id"] for one in star.tables["node"].values()} == {"V-1", "N-4", "N-5"}


def test_a_junction_that_a_work_item_names_stays(star: Desk) -> None:
    star.tables["work_item"] = {1: row("work_item", item_id="W-1", asset="N-2")}
    star.delete("pipe", "B")
    assert "N-2" in {one["node_id"] for one in star.tables["node"].values()}


def test_a_deleted_node_with_another_in_its_place_hands_its_ends_over(star: Desk) -> None:
    new = node("V-2", (0, 0), kind="check_valve")
    star.gesture(("node", star.key("node", "V-1"), None), ("node", -2, new))
    assert star.ends("A")[1] == star.ends("B")[0] == star.ends("C")[0] == "V-2"
    assert len(star.tables["node"]) == 6


def test_a_valve_put_on_a_plain_junction_takes_its_place(star: Desk) -> None:
    star.gesture(("node", -2, node("V-2", (100, 0), kind="valve")))
    assert star.ends("B")[1] == "V-2"
    assert "N-2" not in {one["node_id"] for one in star.tables["node"].values()}


def test_ends_without_a_name_belong_to_the_node_where_they_lie() -> None:
    desk = Desk(
        tables(
            pipe=[pipe("A", [(0, 0), (10, 0)]), pipe("B", [(10, 0), (20, 0)])],
            node=[node("V-1", (10, 0), kind="valve")],
        )
    )
    desk.change("node", "V-1", geom=shapely.Point(12, 1))
    assert desk.of("pipe", "A")["geom"].coords[-1][:2] == (12, 1)
    assert desk.ends("A")[1] == desk.ends("B")[0] == "V-1"


def test_a_far_end_that_names_a_node_is_not_pulled_to_it() -> None:
    desk = Desk(
        tables(
            pipe=[
                pipe("A", [(0, 0), (10, 0)], to_node="V-1"),
                pipe("B", [(24, 0), (50, 0)], from_node="V-1"),
            ],
            node=[node("V-1", (10, 0), kind="valve")],
        )
    )
    desk.change("node", "V-1", geom=shapely.Point(12, 1))
    assert desk.of("pipe", "B")["geom"].coords[0] == (24, 0)
    assert desk.of("pipe", "A")["geom"].coords[1] == (12, 1)


def test_a_save_after_gestures_changes_nothing_more(star: Desk) -> None:
    _joint(star, (5, 5), "AB")
    star.change("node", "V-1", geom=shapely.Point(3, 4, 7.5))
    star.change("pipe", "D", geom=line((-50, 50), (50, 70)))
    star.delete("node", "N-4")
    assert star.save().followed == ()


def test_a_name_of_a_node_elsewhere_gives_way_to_the_node_where_the_end_lies(star: Desk) -> None:
    star.change("pipe", "A", to_node="N-5")
    assert star.ends("A") == ("N-1", "V-1")
    star.change("pipe", "A", from_node=None)
    assert star.ends("A") == ("N-1", "V-1")


def test_a_name_stays_where_no_node_is_at_the_end(star: Desk) -> None:
    pipe_a = star.tables["pipe"][star.key("pipe", "A")]
    pipe_a["geom"] = line((-100, 0), (-3, 0))
    star.change("pipe", "A", to_node="N-5")
    assert star.ends("A") == ("N-1", "N-5")


def test_a_deleted_node_that_was_put_back_and_moved_is_there_once_after_a_save(star: Desk) -> None:
    star.delete("node", "V-1")
    # A layer can't take a deletion back: the plain junction is a new row with the id.
    put_back = {**star.of("node", "V-1"), "batch_id": None}
    star.tables["node"].pop(star.key("node", "V-1"))
    star.tables["node"][-7] = put_back
    star.change("node", "V-1", geom=shapely.Point(5, 5, 7.5))
    star.save()
    assert [one["node_id"] for one in star.tables["node"].values()].count("V-1") == 1
    assert _at(star, "V-1") == (5, 5)
    assert star.ends("A")[1] == star.ends("B")[0] == star.ends("C")[0] == "V-1"
