"""Pipes that are drawn name the nodes where they end, and split the pipes that they meet."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from support.settled_tables import Desk, node, pipe, tables

from waternet_plugin.core.vertices import xyz


@pytest.fixture
def street() -> Desk:
    """One main from west to east with a node at each end, 100 m."""
    return Desk(
        tables(
            pipe=[
                pipe("JS-0007", [(0, 0, 10), (100, 0, 20)], from_node="JSD-0001", to_node="JSD-0002",
                     diameter_mm=300.0, invert_start_m=9.0, invert_end_m=19.0, length_m=120.0,
                     length_source="given", street="Long Road", survey_batch="SB1", install_year=1999.0)
            ],
            node=[node("JSD-0001", (0, 0, 10)), node("JSD-0002", (100, 0, 20))],
        )
    )  # fmt: skip


def test_a_pipe_names_the_node_where_it_begins_and_gets_a_junction_at_its_free_end(street: Desk) -> None:
    street.draw([(100, 0), (100, 50)])
    assert street.ends("NEW-1") == ("JSD-0002", "JSD-0003")
    made = street.of("node", "JSD-0003")
    assert (made["kind"], made["system"], made["status"]) == ("junction", "potable", "in_use")
    assert made["geom"].distance(shapely.Point(100, 50)) < 1e-9


def test_a_pipe_takes_the_height_of_the_node_where_it_begins(street: Desk) -> None:
    street.draw([(100, 0, 0.0), (100, 50, 0.0)])
    heights = xyz(street.of("pipe", "NEW-1")["geom"])[:, 2]
    assert heights[0] == 20.0
    assert np.isnan(heights[1])


def test_an_end_on_the_middle_of_a_pipe_splits_it(street: Desk) -> None:
    street.draw([(25, 0), (25, 50)])
    joint = street.ends("NEW-1")[0]
    assert street.ends("JS-0007") == (joint, "JSD-0002")
    other = street.of("pipe", "JS-0008")
    assert (other["from_node"], other["to_node"]) == ("JSD-0001", joint)
    # Levels between are interpolated, the given length is shared, the survey stays with both.
    assert other["invert_end_m"] == street.of("pipe", "JS-0007")["invert_start_m"] == pytest.approx(11.5)
    assert (other["invert_start_m"], street.of("pipe", "JS-0007")["invert_end_m"]) == (9.0, 19.0)
    assert other["length_m"] == pytest.approx(30.0)
    assert street.of("pipe", "JS-0007")["length_m"] == pytest.approx(90.0)
    assert other["survey_batch"] == "SB1"
    assert street.of("node", joint)["geom"].z == pytest.approx(12.5)
    assert street.of("node", joint)["street"] == "Long Road"


def test_a_service_taps_a_main_without_splitting_it_where_the_settings_say_so(street: Desk) -> None:
    chosen = Desk(street.saved, network__tap_functions="service;hydrant_lead")
    chosen.draw([(25, 0), (25, 50)], function="service")
    assert len(chosen.tables["pipe"]) == 2
    street.draw([(25, 0), (25, 50)], function="service")
    assert len(street.tables["pipe"]) == 3


def test_pipes_of_different_systems_do_not_join(street: Desk) -> None:
    street.draw([(100, 0), (100, 50)], system="sewage")
    street.draw([(50, 0), (50, 50)], "NEW-2", system="sewage")
    assert "JSD-0002" not in street.ends("NEW-1")
    assert len(street.tables["pipe"]) == 3
    assert len(street.tables["node"]) == 6


def test_pipes_of_all_systems_meet_at_a_plant(street: Desk) -> None:
    saved = {
        **street.saved,
        "node": {**street.saved["node"], 9: node("W", (0, 9), kind="plant", system=None)},
    }
    desk = Desk(saved)
    desk.draw([(0, 9), (0, 50)], system="sewage")
    assert desk.ends("NEW-1")[0] == "W"


def test_two_ends_drawn_to_one_place_get_one_junction(street: Desk) -> None:
    street.gesture(
        ("pipe", -2, pipe("A", [(0, 90), (50, 90)])), ("pipe", -3, pipe("B", [(50, 90.0005), (90, 90)]))
    )
    assert street.ends("A")[1] == street.ends("B")[0]
    assert len(street.tables["node"]) == 5


def test_a_pipe_between_two_mains_splits_both_and_a_save_changes_nothing_more(street: Desk) -> None:
    street.draw([(50, 40), (90, 40)])
    street.draw([(70, 40), (70, 0.0)], "NEW-2")
    assert len(street.tables["pipe"]) == 5
    assert street.save().followed == ()


def test_what_nobody_touched_keeps_its_faults() -> None:
    desk = Desk(
        tables(
            pipe=[pipe("A", [(0, 0), (10, 0)], from_node="GONE", to_node=None)],
            node=[node("N-1", (0, 0)), node("N-2", (10.5, 0))],
        )
    )
    settled = desk.draw([(0, 0), (0, 9)])
    assert desk.ends("A") == ("GONE", None)
    assert all(edit.is_new for edit in settled.edits)


def test_a_pipe_without_line_or_of_one_point_is_left_to_the_save(street: Desk) -> None:
    street.gesture(("pipe", -2, {**pipe("A", [(0, 0), (1, 0)]), "geom": None}))
    street.gesture(("pipe", -3, {**pipe("B", [(0, 0), (1, 0)]), "geom": shapely.LineString()}))
    street.gesture(
        ("pipe", -4, {**pipe("C", [(0, 0), (1, 0)]), "geom": shapely.LineString([(5, 0), (5, 0)])})
    )
    assert len(street.tables["node"]) >= 2


@pytest.mark.parametrize(
    ("drawn", "wanted"),
    [
        # There and back over another's node: it is passed twice, and cut twice.
        ([(150, 0), (250, 0), (170, 0)], {(150, 170), (170, 200), (200, 250), (170, 200), (200, 250)}),
        # Back over its own beginning.
        ([(150, 0), (190, 0), (130, 0)], {(150, 190), (150, 190), (130, 150)}),
    ],
)
def test_a_line_folded_over_itself_is_cut_wherever_it_passes_a_node_and_a_save_adds_nothing(
    street: Desk, drawn: list[tuple[float, float]], wanted: set[tuple[float, float]]
) -> None:
    street.tables["node"][77] = street.saved["node"][77] = node("JSD-0009", (200, 0))
    street.draw(drawn)
    spans = {
        tuple(sorted((one["geom"].bounds[0], one["geom"].bounds[2])))
        for one in street.tables["pipe"].values()
        if one["pipe_id"] != "JS-0007"
    }
    assert spans == wanted
    joints = {name["pipe_id"]: street.ends(name["pipe_id"]) for name in street.tables["pipe"].values()}
    street.save()
    assert {one["pipe_id"]: street.ends(one["pipe_id"]) for one in street.tables["pipe"].values()} == joints
