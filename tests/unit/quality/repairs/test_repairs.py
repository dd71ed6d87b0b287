"""Repairs: what each remedy does, what it leaves alone, and what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely
from support.quality_frames import TODAY, find, tables_of
from support.slow_cases import a_few_quick

from waternet_plugin.core import frames
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.repairs.inventory import join_inventory
from waternet_plugin.core.quality.repairs.repairing import Repaired, repair
from waternet_plugin.core.schema.settings import Settings

MAIN = {"line": [(0, 0, 5), (100, 0, 3)], "from_node": "N1", "to_node": "N2"}
ENDS = [{"at": (0, 0), "kind": "source"}, {"at": (100, 0), "kind": "cap"}]


def _mended(
    pipes: list[dict[str, Any]], nodes: list[dict[str, Any]], rule: str, **others: pd.DataFrame
) -> tuple[Repaired, Mapping[str, pd.DataFrame]]:
    tables = tables_of(pipes, nodes)
    for name in ("customer", "failure", "inspection", "work_item"):
        tables[name] = others.get(name, frames.empty(name))
    found = find(tables).frame
    issues = found[found["rule_id"] == rule]
    assert len(issues), sorted(set(found["rule_id"]))
    return repair(issues, CheckContext(tables, Settings(), today=TODAY), tables), tables


def _row(frame: pd.DataFrame, asset: str) -> pd.Series:
    return frame.set_index(frame.columns[0]).loc[asset]


def test_an_end_is_joined_to_its_node() -> None:
    pipes = [MAIN, {"line": [(100.2, 0, 1), (150, 0, 2)], "to_node": "N3"}]
    done, _tables = _mended(pipes, [*ENDS[:1], {"at": (100, 0)}, {"at": (150, 0)}], "near_miss_end")
    row = _row(done.updated["pipe"], "P2")
    assert row["from_node"] == "N2"
    # The height of the end stays as it was measured.
    assert shapely.get_coordinates(row["geom"], include_z=True)[0].tolist() == [100, 0, 1]


@pytest.mark.slow
def test_a_main_is_split_at_a_tee() -> None:
    branch = {"line": [(40, 0, 4), (40, 20, 4)], "function": "service", "to_node": "N3"}
    done, _tables = _mended([MAIN, branch], [*ENDS, {"at": (40, 20), "kind": "meter"}], "tee_without_node")
    parts = done.added["pipe"]
    assert list(parts["pipe_id"]) == ["P1.1", "P1.2"]
    assert list(parts["to_node"]) == ["N-000001", "N2"]
    assert [line.length for line in parts["geom"]] == [40, 60]
    assert parts["geom"][0].coords[-1] == (40, 0, 4.2)
    assert done.deleted["pipe"] == ("P1",)
    assert _row(done.updated["pipe"], "P2")["from_node"] == "N-000001"
    assert _row(done.added["node"], "N-000001")["kind"] == "junction"


def test_a_given_length_is_shared_and_depths_between_are_marked() -> None:
    main = {**MAIN, "length_m": 120.0, "length_source": "given", "depth_start_m": 1.0, "depth_end_m": 2.0}
    branch = {"line": [(25, 0), (25, 20)], "function": "service"}
    done, _tables = _mended([main, branch], ENDS, "tee_without_node")
    parts = done.added["pipe"]
    assert list(parts["length_m"]) == [30, 90]
    assert list(parts["depth_end_m"]) == [1.25, 2.0]
    assert list(parts["estimated"]) == ["depth_end_m", "depth_start_m"]


@pytest.mark.slow
def test_several_tees_split_a_main_once() -> None:
    branches = [{"line": [(x, 0), (x, 20)], "function": "service"} for x in (70, 20)]
    done, _tables = _mended([MAIN, *branches], ENDS, "tee_without_node")
    assert list(done.added["pipe"]["pipe_id"]) == ["P1.1", "P1.2", "P1.3"]
    assert [round(line.length) for line in done.added["pipe"]["geom"]] == [20, 50, 30]


def test_customers_and_failures_find_their_part() -> None:
    points = frames.conform(
        pd.DataFrame({"customer_id": ["A", "B"], "pipe_id": ["P1", "P1"]}), "customer"
    ).assign(geom=[shapely.Point(10, 5), shapely.Point(90, 5)])
    branch = {"line": [(40, 0), (40, 20)], "function": "service"}
    done, _tables = _mended([MAIN, branch], ENDS, "tee_without_node", customer=points)
    assert list(done.updated["customer"]["pipe_id"]) == ["P1.1", "P1.2"]


def test_a_valve_is_set_on_its_pipe_and_splits_it() -> None:
    valve = {"at": (60, 0.8), "kind": "valve"}
    done, _tables = _mended([MAIN], [*ENDS, valve], "valve_off_pipe")
    assert (_row(done.updated["node"], "N3")["geom"].x, _row(done.updated["node"], "N3")["geom"].y) == (60, 0)
    assert list(done.added["pipe"]["to_node"]) == ["N3", "N2"]


def test_a_valve_between_two_pipes_is_refused() -> None:
    beside = {"line": [(0, 1.7), (100, 1.7)]}
    done, _tables = _mended([MAIN, beside], [*ENDS, {"at": (60, 0.8), "kind": "valve"}], "valve_off_pipe")
    assert done.is_empty
    assert "P2" in done.refused["reason"].iloc[0]


def test_like_pipes_become_one_that_knows_what_both_knew() -> None:
    twin = {"line": [(100, 0), (0, 0)], "material": None, "note": "seen", "depth_start_m": 2.0}
    done, _tables = _mended([{**MAIN, "street": None}, twin], ENDS, "duplicate_pipe")
    assert done.deleted["pipe"] == ("P2",)
    row = _row(done.updated["pipe"], "P1")
    assert (row["note"], row["street"]) == ("seen", "建设路")
    # The twin is drawn the other way round: its start is our end.
    assert row["depth_end_m"] == 2.0


def test_like_pipes_that_differ_are_refused() -> None:
    done, _tables = _mended([MAIN, {**MAIN, "diameter_mm": 300.0}], ENDS, "duplicate_pipe")
    assert done.is_empty
    assert "diameter_mm" in done.refused["reason"].iloc[0]


def test_one_of_two_nodes_stays_and_takes_all_pipes() -> None:
    pipes = [MAIN, {"line": [(100.05, 0), (200, 0)], "from_node": "N3"}]
    done, _tables = _mended(pipes, [ENDS[0], {"at": (100, 0)}, {"at": (100.05, 0)}], "twin_nodes")
    assert done.deleted["node"] == ("N3",)
    assert _row(done.updated["pipe"], "P2")["from_node"] == "N2"


def test_a_missing_node_is_added_and_named_by_all_pipes() -> None:
    done, _tables = _mended([{"line": [(0, 0), (9, 0)]}, {"line": [(9, 0), (20, 0)]}], [], "missing_node")
    pipes = done.updated["pipe"].set_index("pipe_id")
    assert pipes.loc["P1", "to_node"] == pipes.loc["P2", "from_node"]
    assert len(done.added["node"]) == 3


def _run_of_three(**middle: Any) -> list[dict[str, Any]]:
    return [
        {"line": [(0, 0), (50, 0)]},
        {"line": [(50, 0), (90, 0)], **middle},
        {"line": [(90, 0), (150, 0)]},
    ]


def test_what_both_neighbours_have_is_filled_in_with_a_mark() -> None:
    done, _tables = _mended(_run_of_three(material=None), [], "missing_material")
    row = _row(done.updated["pipe"], "P2")
    assert (row["material"], row["estimated"]) == ("ductile_iron", "material")


def test_neighbours_that_differ_fill_nothing() -> None:
    pipes = _run_of_three(install_year=np.nan)
    pipes[2]["install_year"] = 1990.0
    done, _tables = _mended(pipes, [], "missing_install_year")
    assert done.is_empty
    assert "1990, 2005" in done.refused["reason"].iloc[0]


def _drains(**middle: Any) -> list[dict[str, Any]]:
    sewer = {"system": "sewage", "function": "branch", "diameter_mm": 300.0}
    return [
        {**sewer, "line": [(0, 0), (50, 0)], "invert_start_m": 10.0, "invert_end_m": 9.8},
        {**sewer, "line": [(50, 0), (90, 0)], **middle},
        {**sewer, "line": [(90, 0), (150, 0)], "invert_start_m": 9.6, "invert_end_m": 9.4},
    ]


def test_exchanged_inverts_of_a_rising_drain_are_put_right() -> None:
    done, _tables = _mended(_drains(invert_start_m=9.6, invert_end_m=9.8), [], "adverse_slope")
    row = _row(done.updated["pipe"], "P2")
    assert (row["invert_start_m"], row["invert_end_m"]) == (9.8, 9.6)
    assert "geom" not in done.updated["pipe"]


def test_a_drain_drawn_against_the_flow_is_turned() -> None:
    middle = {"line": [(90, 0), (50, 0)], "invert_start_m": 9.6, "invert_end_m": 9.8}
    done, _tables = _mended(_drains(**middle), [], "adverse_slope")
    row = _row(done.updated["pipe"], "P2")
    assert row["geom"].coords[0] == (50, 0)
    assert (row["invert_start_m"], row["invert_end_m"]) == (9.8, 9.6)


def test_a_drain_built_uphill_is_refused() -> None:
    pipes = _drains(invert_start_m=9.6, invert_end_m=9.8)
    pipes[0]["invert_end_m"], pipes[2]["invert_start_m"] = 9.7, 9.7
    done, _tables = _mended(pipes, [], "adverse_slope")
    assert done.is_empty


def test_heights_that_are_none_are_interpolated() -> None:
    pipe = {"line": [(0, 0, 4.0), (10, 0, float("nan")), (40, 0, 8.0)]}
    done, _tables = _mended([pipe], [], "nan_z")
    row = _row(done.updated["pipe"], "P1")
    assert shapely.get_coordinates(row["geom"], include_z=True)[1, 2] == pytest.approx(5.0)
    assert row["estimated"] == "z"


def test_a_number_that_stands_for_unknown_is_emptied() -> None:
    pipes = [{"line": [(x, 0), (x + 9, 0)], "depth_start_m": 1.5 + x / 1000} for x in range(0, 100, 10)]
    pipes += [{"line": [(x, 5), (x + 9, 5)], "depth_start_m": -999.0} for x in (0, 20, 40)]
    done, _tables = _mended(pipes, [], "doctor_sentinel")
    changed = done.updated["pipe"]
    assert list(changed["pipe_id"]) == ["P11", "P12", "P13"]
    assert changed["depth_start_m"].isna().all()


def test_a_refused_repair_leaves_no_trace() -> None:
    # Joining would make the pipe begin and end at one node.
    pipe = {"line": [(0, 0), (0.9, 0), (0.3, 0.1)], "from_node": "N1"}
    tables = tables_of([pipe], [{"at": (0, 0)}])
    issue = pd.DataFrame(
        {"issue_id": ["i"], "rule_id": ["near_miss_end"], "assets": ["P1;N1"], "x": [0.3], "y": [0.1]}
    )
    issue["issue_id"] = "near_miss_end-pipe-P1+N1-end"
    done = repair(issue, CheckContext(tables, Settings(), today=TODAY), tables)
    assert done.is_empty
    assert not done.steps
    assert len(done.refused) == 1


def test_an_inventory_fills_what_is_unknown_and_lists_what_differs() -> None:
    pipes = tables_of(
        [
            {"line": [(0, 0), (9, 0)], "note": "7", "material": None, "diameter_mm": np.nan},
            {"line": [(9, 0), (20, 0)], "note": "7", "diameter_mm": 300.0},
            {"line": [(20, 0), (30, 0)], "note": "8", "material": None},
            {"line": [(30, 0), (40, 0)], "material": None},
        ]
    )["pipe"]
    inventory = pd.DataFrame(
        {
            "pipe_id": ["7", "7", "8", "8"],
            "material": ["pvc", "pvc", "pe", "steel"],
            "diameter_mm": [150.0, 150.0, 100.0, 100.0],
        }
    )
    joined = join_inventory(pipes, inventory, key="note")
    assert _row(joined.updated, "P1")[["material", "diameter_mm"]].tolist() == ["pvc", 150.0]
    assert list(joined.conflicts["pipe_id"]) == ["P2", "P2"]
    assert joined.ambiguous == ("8",)
    assert (joined.matched, joined.unmatched) == (2, 2)


def test_ids_that_are_taken_are_passed_over() -> None:
    pipes = [MAIN, {"line": [(40, 0), (40, 20)], "function": "service"}]
    pipes.append({"pipe_id": "P1.1", "line": [(500, 0), (600, 0)]})
    done, _tables = _mended(pipes, ENDS, "tee_without_node")
    assert list(done.added["pipe"]["pipe_id"]) == ["P1.2", "P1.3"]


def test_what_was_mended_before_is_done_without_a_change() -> None:
    pipe = {"line": [(0, 0), (9, 0)], "material": "steel"}
    tables = tables_of([pipe], [])
    issue = pd.DataFrame(
        {"issue_id": ["m"], "rule_id": ["missing_material"], "assets": ["P1"], "x": [4.5], "y": [0.0]}
    )
    done = repair(issue, CheckContext(tables, Settings(), today=TODAY), tables)
    assert (done.done, done.moot, done.is_empty) == (("m",), 1, True)


def test_a_group_of_exchanged_levels_is_mended_as_one() -> None:
    rows = [
        {
            "pipe_id": f"D{number:02d}", "system": "storm", "function": "main",
            "line": [(50 * number, 0), (50 * number + 50, 0)],
            "from_node": f"n{number}", "to_node": f"n{number + 1}",
            "invert_start_m": 19.9 - 0.1 * number, "invert_end_m": 20 - 0.1 * number,
        }
        for number in range(24)
    ]  # fmt: skip
    nodes = [
        {"node_id": f"n{number}", "at": (50 * number, 0), "kind": "outfall" if number == 24 else "manhole"}
        for number in range(25)
    ]
    done, _tables = _mended(rows, nodes, "doctor_swapped_levels")
    mended = done.updated["pipe"]
    assert len(mended) == 24
    assert (mended["invert_start_m"] > mended["invert_end_m"]).all()


def test_only_digging_mends_a_rise_along_a_recorded_flow() -> None:
    pipes = _drains(invert_start_m=9.6, invert_end_m=9.8)
    pipes[0]["invert_end_m"], pipes[2]["invert_start_m"] = 9.55, 9.7
    for row in pipes:
        row["flow"] = "forward"
    done, _tables = _mended(pipes, [], "adverse_slope")
    assert done.is_empty


def test_a_line_drawn_against_its_flow_is_turned_with_all_that_belongs_to_it() -> None:
    middle = {
        "line": [(90, 0), (50, 0)], "invert_start_m": 9.6, "invert_end_m": 9.8, "flow": "reverse",
        "flow_source": "inferred", "flow_confidence": 0.97,
    }  # fmt: skip
    done, _tables = _mended(_drains(**middle), [], "drawn_against_flow")
    row = _row(done.updated["pipe"], "P2")
    assert row["geom"].coords[0] == (50, 0)
    assert (row["invert_start_m"], row["invert_end_m"], row["flow"]) == (9.8, 9.6, "forward")
    assert row.get("flow_confidence", 0.97) == 0.97


@pytest.mark.parametrize(
    ("source", "flow"),
    a_few_quick(
        [("given", "forward"), ("observed", "reverse"), ("inferred", None)], 2, is_tuple_one_value=False
    ),
)
def test_a_line_that_lies_against_its_nodes_is_turned_and_nothing_else(source: str, flow: str | None) -> None:
    pipe = {
        "line": [(100, 0), (0, 0)], "system": "storm", "from_node": "N1", "to_node": "N2",
        "invert_start_m": 9.0, "invert_end_m": 8.0, "depth_start_m": 1.0, "depth_end_m": 2.0,
        "flow": "forward", "flow_source": source,
    }  # fmt: skip
    nodes = [{"at": (0, 0)}, {"at": (100, 0), "kind": "outfall"}]
    done, tables = _mended([pipe], nodes, "swapped_nodes")
    row = _row(done.updated["pipe"], "P1")
    assert row["geom"].coords[0] == (0, 0)
    kept = {"from_node", "to_node", "invert_start_m", "invert_end_m", "depth_start_m", "depth_end_m"}
    assert not kept & {*done.updated["pipe"]}
    after = row.get("flow", "forward")
    assert (None if pd.isna(after) else after) == flow
    # Once more it finds the line as it should be.
    tables["pipe"]["geom"] = done.updated["pipe"]["geom"]
    assert "swapped_nodes" not in set(find(tables).frame["rule_id"])


def test_levels_that_stand_for_unknown_are_emptied_as_one() -> None:
    pipes = [
        {"line": [(x, 0), (x + 40, 0)], "system": "sewage", "invert_start_m": 50 - x / 100}
        for x in range(0, 400, 40)
    ]
    for pipe in pipes:
        pipe["invert_end_m"] = pipe["invert_start_m"] - 0.4
    pipes[3]["invert_end_m"], pipes[5]["invert_start_m"], pipes[7]["invert_end_m"] = 0.0, -1.0, 9999.0
    nodes = [{"at": (0, 0), "ground_m": 52.0}, {"at": (40, 0), "ground_m": 0.0}]
    done, tables = _mended(pipes, nodes, "doctor_unknown_levels")
    changed = done.updated["pipe"].set_index("pipe_id")
    assert sorted(changed.index) == ["P4", "P6", "P8"]
    assert changed["invert_end_m"].isna().tolist() == [True, False, True]
    assert pd.isna(changed["invert_start_m"]["P6"])
    found = find(tables).frame
    one = found[found["rule_id"] == "doctor_unknown_levels"]
    assert one["assets"].tolist() == ["P4;P6;P8"]
    assert one["text"].tolist()[0].startswith("3 inverts are -1, 0")
    # What follows from such a level hangs under it.
    steep = found[found["assets"].isin(["P4", "P6"]) & (found["rule_id"] == "adverse_slope")]
    assert len(steep) == 1
    assert set(steep["root"]) == set(one["issue_id"])
    ground = found[found["rule_id"] == "doctor_unknown_ground"]
    assert ground["assets"].tolist() == ["N2"]
    assert "doctor_sentinel" not in set(found["rule_id"])


def test_an_inlet_that_joins_nothing_gets_a_lead_to_the_nearest_drain() -> None:
    pipes = [
        {"line": [(0, 0), (60, 0)], "system": "storm", "from_node": "N1", "to_node": "N2"},
        {"line": [(0, 3), (60, 3)], "system": "sewage"},
        {"line": [(40, 4), (60, 4)], "system": "potable"},
    ]
    nodes = [
        {"at": (0, 0)}, {"at": (60, 0), "kind": "outfall"},
        {"at": (50, 8), "kind": "inlet", "system": None, "street": "Mill Lane"},
        {"at": (50, 80), "kind": "inlet", "system": "storm"},
    ]  # fmt: skip
    done, tables = _mended(pipes, nodes, "inlet_without_lead")
    lead = done.added["pipe"].iloc[0]
    assert (lead["from_node"], lead["to_node"], lead["system"]) == ("N3", "N2", "storm")
    assert (lead["function"], lead["estimated"], lead["street"]) == ("connector", "geom", "Mill Lane")
    assert [tuple(xy) for xy in lead["geom"].coords] == [(50, 8), (60, 0)]
    assert len(done.added["pipe"]) == 1
    found = find(tables).frame
    # Where no drain is in reach, the inlet is a node without pipes as before.
    assert found.loc[found["rule_id"] == "unused_node", "assets"].tolist() == ["N4"]


def test_what_lost_its_place_since_the_check_is_refused_in_words() -> None:
    pipes = [MAIN, {"line": [(100.2, 0, 1), (150, 0, 2)], "to_node": "N3"}]
    tables = tables_of(pipes, [*ENDS[:1], {"at": (100, 0)}, {"at": (150, 0)}])
    for name in ("customer", "failure", "inspection", "work_item"):
        tables[name] = frames.empty(name)
    found = find(tables).frame
    issues = found[found["rule_id"] == "near_miss_end"]
    places = tables["node"]["geom"].to_numpy(object).copy()
    places[1] = None
    tables["node"] = tables["node"].assign(geom=places)
    done = repair(issues, CheckContext(tables, Settings(), today=TODAY), tables)
    assert done.refused["reason"].tolist() == ["N2 has no place on the map. Draw it first."]
    assert not done.updated
