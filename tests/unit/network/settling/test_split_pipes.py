"""Both parts of a split pipe are pipes of their own, and what named the pipe names the right one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from support.settled_tables import Desk, line, node, pipe, row, tables

from waternet_plugin.core.network.settling.settling import Settled
from waternet_plugin.core.vertices import xyz


@pytest.fixture
def town() -> Desk:
    """One pipe of 100 m with everything that can name it."""
    return Desk(
        tables(
            pipe=[
                pipe("P-0007", [(0, 0, 10), (50, 0, np.nan), (100, 0, 20)], from_node="N-1", to_node="N-2",
                     diameter_mm=300.0, invert_start_m=9.0, invert_end_m=19.0, depth_start_m=1.0,
                     length_m=200.0, length_source="given", survey_batch="SB1", install_year=1999.0,
                     verified_on=pd.Timestamp("2024-05-01"), material="PE", batch_id="B7"),
            ],
            node=[node("N-1", (0, 0)), node("N-2", (100, 0))],
            failure=[
                row("failure", failure_id="F-1", pipe_id="P-0007", geom=shapely.Point(10, 1)),
                row("failure", failure_id="F-2", pipe_id="P-0007", geom=shapely.Point(90, 1)),
                row("failure", failure_id="F-3", pipe_id="P-0007", reported_pipe_id="P-0007"),
            ],
            customer=[row("customer", customer_id="U-1", pipe_id="P-0007", geom=shapely.Point(70, 5))],
            work_item=[row("work_item", item_id="W-1", asset="P-0007", geom=shapely.Point(99, 0))],
            inspection=[row("inspection", inspection_id="I-1", pipe_id="P-0007")],
            defect=[
                row("defect", defect_id="D-1", inspection_id="I-1", position_m=20.0),
                row("defect", defect_id="D-2", inspection_id="I-1", position_m=150.0),
                row("defect", defect_id="D-3", inspection_id="I-1"),
            ],
            project=[row("project", project_id="PR-1", plan_id="PL-1", pipe_ids="P-0001;P-0007;P-0009")],
            project_pipe=[
                row("project_pipe", project_id="PR-1", plan_id="PL-1", pipe_id="P-0007", cost=5.0)
            ],
            assessment=[
                row("assessment", run_id="R-1", pipe_id="P-0007", health=40.0),
                row("assessment", run_id="R-2", pipe_id="P-0007", health=30.0),
            ],
        )
    )  # fmt: skip


def _split(desk: Desk, at: float, **values: Any) -> Settled:
    """Split the pipe as QGIS does: the row keeps the first part, a copy of all it has gets the rest."""
    before = desk.of("pipe", "P-0007")
    parts = [{**before, "geom": line((0, 0, 10), (at, 0, 12)), **values}]
    parts.append({**before, "geom": line((at, 0, 12), (50, 0, 15), (100, 0, 20)), **values})
    return desk.gesture(("pipe", desk.key("pipe", "P-0007"), parts[0]), ("pipe", desk.new_key(), parts[1]))


def _parts(desk: Desk) -> tuple[Any, Any]:
    return desk.of("pipe", "P-0007"), desk.of("pipe", "P-0008")


def test_the_parts_meet_in_one_new_junction(town: Desk) -> None:
    _split(town, 25)
    first, second = _parts(town)
    assert (first["from_node"], second["to_node"]) == ("N-1", "N-2")
    joint = town.of("node", first["to_node"])
    assert first["to_node"] == second["from_node"]
    assert (joint["geom"].x, joint["geom"].y, joint["geom"].z) == (25, 0, 12)


@pytest.mark.parametrize(
    ("given", "numbered"), [("P-0007_1", "P-0008"), ("P-0006_1", "P-0006_1"), ("X", "X")]
)
def test_a_part_gets_an_id_of_the_house_where_qgis_made_one_of_the_pipes(
    town: Desk, given: str, numbered: str
) -> None:
    before = town.of("pipe", "P-0007")
    parts = [
        {**before, "geom": line(*ends)} for ends in (((0, 0, 10), (25, 0, 12)), ((25, 0, 12), (100, 0, 20)))
    ]
    key = town.new_key()
    town.gesture(
        ("pipe", town.key("pipe", "P-0007"), parts[0]), ("pipe", key, {**parts[1], "pipe_id": given})
    )
    assert town.of("pipe", numbered)["to_node"] == "N-2"


def test_levels_are_interpolated_and_a_depth_known_at_one_end_only_stays_there(town: Desk) -> None:
    _split(town, 25)
    first, second = _parts(town)
    assert (first["invert_start_m"], second["invert_end_m"]) == (9.0, 19.0)
    assert first["invert_end_m"] == second["invert_start_m"] == pytest.approx(11.5)
    assert "invert_end_m" in first["estimated"]
    assert (first["depth_start_m"], first["depth_end_m"], second["depth_start_m"]) == (1.0, None, None)


def test_a_given_length_is_shared(town: Desk) -> None:
    _split(town, 25)
    assert [part["length_m"] for part in _parts(town)] == pytest.approx([50.0, 150.0])


def test_a_given_length_that_the_form_measured_again_is_shared_too(town: Desk) -> None:
    before = town.of("pipe", "P-0007")
    town.gesture(
        ("pipe", 1, {**before, "geom": line((0, 0), (25, 0)), "length_m": 25.0}),
        ("pipe", -2, {**before, "geom": line((25, 0), (100, 0)), "length_m": 75.0}),
    )
    assert [part["length_m"] for part in _parts(town)] == pytest.approx([50.0, 150.0])


def test_both_parts_keep_survey_and_verification_and_no_part_keeps_a_batch_of_its_source(town: Desk) -> None:
    _split(town, 25)
    for part in _parts(town):
        assert (part["survey_batch"], part["verified_on"]) == ("SB1", pd.Timestamp("2024-05-01"))
    assert _parts(town)[1]["batch_id"] is None


def test_failures_and_customers_go_to_the_nearest_part(town: Desk) -> None:
    _split(town, 25)
    named = [one["pipe_id"] for one in town.tables["failure"].values()]
    assert named == ["P-0007", "P-0008", "P-0007"]
    assert town.tables["failure"][3]["reported_pipe_id"] == "P-0007"
    assert town.tables["customer"][1]["pipe_id"] == town.tables["work_item"][1]["asset"] == "P-0008"


def test_defects_go_by_their_positions_to_an_inspection_of_their_part(town: Desk) -> None:
    _split(town, 25)
    first, second, without = (town.tables["defect"][key] for key in (1, 2, 3))
    assert (first["inspection_id"], first["position_m"]) == ("I-1", 20.0)
    assert second["position_m"] == pytest.approx(100.0)
    assert town.of("inspection", second["inspection_id"])["pipe_id"] == "P-0008"
    assert without["inspection_id"] == "I-1"
    assert town.of("inspection", "I-1")["pipe_id"] == "P-0007"


def test_projects_name_both_parts_and_cost_the_same(town: Desk) -> None:
    _split(town, 25)
    assert town.of("project", "PR-1")["pipe_ids"] == "P-0001;P-0007;P-0008;P-0009"
    members = {one["pipe_id"]: one["cost"] for one in town.tables["project_pipe"].values()}
    assert members == {"P-0007": 5.0, "P-0008": None}


def test_the_newest_assessment_stands_for_both_parts(town: Desk) -> None:
    _split(town, 25)
    rated = [(one["run_id"], one["pipe_id"], one["health"]) for one in town.tables["assessment"].values()]
    assert rated == [("R-1", "P-0007", 40.0), ("R-2", "P-0007", 30.0), ("R-2", "P-0008", 30.0)]


def test_the_assessment_that_was_chosen_to_be_shown_stands_for_both_parts(town: Desk) -> None:
    chosen = Desk(town.saved, store__shown_run="R-1")
    _split(chosen, 25)
    rated = [(one["run_id"], one["pipe_id"]) for one in chosen.tables["assessment"].values()]
    assert rated[-1] == ("R-1", "P-0008")


def test_a_pipe_split_in_three_has_two_new_junctions(town: Desk) -> None:
    before = town.of("pipe", "P-0007")
    cuts = [(0, 0), (30, 0), (60, 0), (100, 0)]
    rows = [{**before, "geom": line(*pair)} for pair in zip(cuts, cuts[1:])]
    # The row that was there may be any of them.
    town.gesture(("pipe", 1, rows[1]), ("pipe", -2, rows[0]), ("pipe", -3, rows[2]))
    assert len(town.tables["node"]) == 4
    assert sum(one["length_m"] for one in town.tables["pipe"].values()) == pytest.approx(200.0)
    ends = {name for one in town.tables["pipe"].values() for name in (one["from_node"], one["to_node"])}
    assert ends == {one["node_id"] for one in town.tables["node"].values()}


def test_a_split_settled_after_the_gesture_is_not_settled_again_at_a_save(town: Desk) -> None:
    _split(town, 25)
    second = town.of("pipe", "P-0008")
    town.change("pipe", "P-0008", invert_start_m=12.25, material="DI")
    assert town.save().followed == ()
    assert town.of("pipe", "P-0008")["invert_start_m"] == 12.25
    assert town.of("pipe", "P-0008")["geom"].equals(second["geom"])


def test_a_split_that_nobody_settled_is_settled_at_the_save(town: Desk) -> None:
    before = town.saved["pipe"][1]
    parts = [line((0, 0), (25, 0)), line((25, 0), (100, 0))]
    town.tables["pipe"] = {key: {**before, "geom": part} for key, part in zip((1, -2), parts)}
    town.save()
    first, second = _parts(town)
    assert first["to_node"] == second["from_node"] != "N-2"


def test_a_part_that_was_split_again_is_still_found_by_what_named_the_pipe(town: Desk) -> None:
    _split(town, 25)
    second = town.of("pipe", "P-0008")
    town.gesture(
        ("pipe", town.key("pipe", "P-0008"), {**second, "geom": line((25, 0, 12), (80, 0, 18))}),
        ("pipe", town.new_key(), {**second, "geom": line((80, 0, 18), (100, 0, 20))}),
    )
    assert town.tables["failure"][2]["pipe_id"] == "P-0009"
    assert town.save().followed == ()


def test_a_pipe_drawn_where_another_was_shortened_is_not_part_of_it(town: Desk) -> None:
    before = town.of("pipe", "P-0007")
    town.gesture(
        ("pipe", 1, {**before, "geom": line((0, 0), (25, 0))}),
        ("pipe", -2, pipe("X", [(25, 0), (100, 0)], system="sewage")),
    )
    assert town.of("pipe", "X")["from_node"] != town.of("pipe", "P-0007")["to_node"]


def test_a_part_does_not_keep_a_height_that_qgis_invented(town: Desk) -> None:
    before = town.of("pipe", "P-0007")
    town.gesture(
        ("pipe", 1, {**before, "geom": line((0, 0, 10), (25, 0, 0))}),
        ("pipe", -2, {**before, "geom": line((25, 0, 0), (50, 0, 15), (100, 0, 20))}),
    )
    for part in _parts(town):
        assert np.isfinite(xyz(part["geom"])[:, 2]).all()
        assert 0.0 not in xyz(part["geom"])[:, 2]


@pytest.mark.parametrize("pulled_to", [None, 180.0])
def test_what_named_a_part_that_was_never_saved_names_the_pipe_again(
    town: Desk, pulled_to: float | None
) -> None:
    _split(town, 25)
    assert town.of("failure", "F-2")["pipe_id"] == "P-0008"
    town.gesture(("pipe", town.key("pipe", "P-0008"), None))
    if pulled_to is not None:
        # The rest may be longer than the pipe was.
        town.change("pipe", "P-0007", geom=line((0, 0, 10), (pulled_to, 0, 12)))
    town.save()
    assert "P-0008" not in {one["pipe_id"] for one in town.tables["pipe"].values()}
    named = {
        str(one[field])
        for name, field in (("failure", "pipe_id"), ("customer", "pipe_id"), ("work_item", "asset"))
        for one in town.tables[name].values()
    }
    assert named == {"P-0007"}


def test_a_pipe_that_a_person_enters_stays_though_nobody_knows_it(town: Desk) -> None:
    failure = town.of("failure", "F-2")
    town.gesture(("failure", town.key("failure", "F-2"), {**failure, "pipe_id": "P-0099"}))
    town.save()
    assert town.of("failure", "F-2")["pipe_id"] == "P-0099"


def test_merged_again_a_pipe_has_no_estimated_levels_but_those_it_had(town: Desk) -> None:
    town.change("pipe", "P-0007", depth_start_m=1.0, depth_end_m=1.0, estimated=None)
    town.save()
    whole = town.of("pipe", "P-0007")["geom"]
    _split(town, 25)
    town.save()
    first, second = _parts(town)
    assert "depth_end_m" in first["estimated"] and "depth_start_m" in second["estimated"]
    town.gesture(
        ("pipe", town.key("pipe", "P-0008"), None),
        ("pipe", town.key("pipe", "P-0007"), {**first, "geom": whole}),
    )
    (merged,) = town.tables["pipe"].values()
    assert (merged["depth_start_m"], merged["depth_end_m"], merged["estimated"]) == (1.0, 1.0, None)
