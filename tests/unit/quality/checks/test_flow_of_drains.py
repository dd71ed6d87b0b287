"""The one answer for flow: lines turned round with ends, levels and flow change nothing but one rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.quality_frames import TODAY, node_frame, pipe_frame, town_tables
from support.slow_cases import a_few_quick
from support.turned_drains import with_flow, with_lines_turned

from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.network.tracing.trace import TracePoint, trace
from waternet_plugin.core.network.tracing.trace_graph import TraceableNetwork, ready_to_trace
from waternet_plugin.core.network.tracing.trace_rules import Rules
from waternet_plugin.core.quality.checking import check
from waternet_plugin.core.schema.settings import Settings


@pytest.fixture(scope="module")
def town(repo_root: Path) -> dict[str, pd.DataFrame]:
    tables = town_tables(repo_root / "sample_data" / "town")
    tables["pipe"] = with_flow(tables["pipe"])
    return tables


def _network(tables: dict[str, pd.DataFrame]) -> TraceableNetwork:
    return ready_to_trace(build_graph(tables["pipe"], tables["node"]), tables["pipe"], tables["node"])


@pytest.mark.slow
def test_turned_lines_change_no_finding_but_that_they_are(town: dict[str, pd.DataFrame]) -> None:
    rows = np.random.default_rng(1).random(len(town["pipe"])) < 0.5
    other = {**town, "pipe": with_lines_turned(town["pipe"], rows)}
    found = []
    for tables in (town, other):
        result = check(tables, settings=Settings(), today=TODAY)
        frame = result.frame
        kept = frame[frame["rule_id"] != "drawn_against_flow"]
        found.append(sorted(zip(kept["rule_id"], kept["assets"], kept["severity"])))
    assert found[0] == found[1]


@pytest.mark.slow
@pytest.mark.parametrize("direction", ["upstream", "downstream"])
@pytest.mark.parametrize("weather", ["dry", "wet"])
def test_turned_lines_change_no_trace(town: dict[str, pd.DataFrame], direction: str, weather: str) -> None:
    rng = np.random.default_rng(2)
    networks = [
        _network(town),
        _network({**town, "pipe": with_lines_turned(town["pipe"], rng.random(len(town["pipe"])) < 0.5)}),
    ]
    graph = networks[0].graph
    drains = np.flatnonzero(networks[0].drains & networks[0].in_use)
    rules = Rules(direction=direction, weather=weather)
    for pipe in rng.choice(drains, 25, replace=False).tolist():
        starts = [TracePoint(pipe=pipe), TracePoint(node=int(graph.start[pipe]))]
        for start in starts:
            one, two = (trace(network, start, rules) for network in networks)
            assert one.pipes["pipe_id"].tolist() == two.pipes["pipe_id"].tolist()
            assert one.nodes["node_id"].tolist() == two.nodes["node_id"].tolist()
            assert one.notes == two.notes


def _chain(**fields: Any) -> dict[str, pd.DataFrame]:
    """Return three drains in a row to an outfall; ``fields`` are of the middle one."""
    base = {"system": "storm", "function": "main", "diameter_mm": 400.0}
    rows = [
        {**base, "pipe_id": "A", "line": [(0, 0), (50, 0)], "from_node": "a", "to_node": "b",
         "invert_start_m": 10.0, "invert_end_m": 9.8, "flow": "forward"},
        {**base, "pipe_id": "B", "line": [(50, 0), (100, 0)], "from_node": "b", "to_node": "c",
         "invert_start_m": 9.8, "invert_end_m": 9.6, "flow": "forward", **fields},
        {**base, "pipe_id": "C", "line": [(100, 0), (150, 0)], "from_node": "c", "to_node": "d",
         "invert_start_m": 9.6, "invert_end_m": 9.4, "flow": "forward"},
    ]  # fmt: skip
    nodes = [
        {"node_id": name, "at": (50 * number, 0), "kind": "outfall" if name == "d" else "manhole"}
        for number, name in enumerate("abcd")
    ]
    return {"pipe": pipe_frame(rows), "node": node_frame(nodes)}


def _rules(tables: dict[str, pd.DataFrame]) -> set[str]:
    frame = check(tables, settings=Settings(), today=TODAY).frame
    asked = {"adverse_slope", "drawn_against_flow", "swapped_inverts", "flat_slope", "step_up_in_manhole"}
    mine = frame[frame["assets"].astype(str).str.contains("B")]
    return set(mine["rule_id"]) & asked


@pytest.mark.slow
def test_the_flow_tells_which_kind_of_rise_it_is() -> None:
    assert _rules(_chain()) == set()
    # Drawn against the flow, its levels true to the drawing.
    against = {
        "line": [(100, 0), (50, 0)], "from_node": "c", "to_node": "b",
        "invert_start_m": 9.6, "invert_end_m": 9.8, "flow": "reverse",
    }  # fmt: skip
    assert _rules(_chain(**against)) == {"drawn_against_flow"}
    assert "swapped_inverts" in _rules(_chain(invert_start_m=9.6, invert_end_m=9.8))
    built = _rules(_chain(invert_start_m=9.8, invert_end_m=9.95))
    assert "adverse_slope" in built and "swapped_inverts" not in built


def test_undetermined_goes_both_ways() -> None:
    network = _network(_chain(flow="undetermined"))
    for start, direction, reached in (("a", "downstream", "ABC"), ("c", "downstream", "CBA"[:2])):
        found = trace(network, TracePoint(node=network.graph.vertex_of(start)), Rules(direction=direction))
        assert set(found.pipes["pipe_id"]) == set(reached)


def _row_of_drains(
    *, swap: bool = False, turn: bool = False, exit_known: bool = True
) -> dict[str, pd.DataFrame]:
    """Return 24 drains in a row that fall to an outfall, their levels exchanged or their lines turned."""
    rows = []
    for number in range(24):
        ends, levels = [number, number + 1], [20 - 0.1 * number, 19.9 - 0.1 * number]
        if turn:
            ends = ends[::-1]
        # Turned lines whose levels nobody turned with them, and exchanged fields, rise as drawn.
        elif swap:
            levels = levels[::-1]
        if turn:
            levels = levels[::-1]
        rows.append(
            {
                "pipe_id": f"D{number:02d}", "system": "storm", "function": "main", "diameter_mm": 400.0,
                "line": [(50 * ends[0], 0), (50 * ends[1], 0)],
                "from_node": f"n{ends[0]}", "to_node": f"n{ends[1]}",
                "invert_start_m": levels[0], "invert_end_m": levels[1],
            }
        )  # fmt: skip
    nodes = [{"node_id": f"n{number}", "at": (50 * number, 0), "kind": "manhole"} for number in range(24)] + [
        {"node_id": "n24", "at": (1200, 0), "kind": "outfall" if exit_known else "manhole"}
    ]
    return {"pipe": pipe_frame(rows), "node": node_frame(nodes)}


@pytest.mark.parametrize(
    ("how", "said"),
    a_few_quick(
        [
            ({"swap": True}, "the levels of start and end are exchanged"),
            ({"turn": True}, "the lines are drawn against the flow"),
            ({"swap": True, "exit_known": False}, "the levels are exchanged or the lines are drawn"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_a_whole_group_that_rises_is_one_finding(how: dict[str, bool], said: str) -> None:
    found = check(_row_of_drains(**how), settings=Settings(), today=TODAY).frame
    doctor = found[found["rule_id"] == "doctor_swapped_levels"]
    assert len(doctor) == 1 and said in doctor["text"].iloc[0]
    adverse = found[found["rule_id"] == "adverse_slope"]
    assert len(adverse) == 24 and (adverse["root"] == doctor["issue_id"].iloc[0]).all()


def test_sound_drains_are_no_swapped_group() -> None:
    found = check(_row_of_drains(), settings=Settings(), today=TODAY).frame
    assert not found["rule_id"].isin(["doctor_swapped_levels", "adverse_slope"]).any()


def test_a_drain_of_a_compound_without_inverts_and_flow_is_a_warning() -> None:
    row = {"system": "sewage", "line": [(0, 0), (20, 0)], "compound_id": "XQ"}
    pipes = pipe_frame(
        [
            {**row, "pipe_id": "known", "flow": "forward"},
            {**row, "pipe_id": "open"},
            {**row, "pipe_id": "levels", "invert_start_m": 3.0},
            {**row, "pipe_id": "street", "compound_id": None},
        ]
    )
    compounds = pd.DataFrame({"compound_id": ["XQ"]})
    tables = {"pipe": pipes, "node": node_frame([]), "compound": compounds}
    frame = check(tables, rules=("flow_untold", "missing_invert"), settings=Settings(), today=TODAY).frame
    told = frame[frame["rule_id"] == "flow_untold"]
    assert told["assets"].tolist() == ["open"]
    below = frame[(frame["rule_id"] == "missing_invert") & (frame["assets"] == "open")]
    assert set(below["root"]) == set(told["issue_id"])
