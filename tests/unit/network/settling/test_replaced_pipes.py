"""Pipes that tools and scripts delete and add again: what hung on them hangs on what took their line."""

from __future__ import annotations

from typing import Any

import pytest
import shapely
from support.settled_tables import Desk, line, node, pipe, row, tables

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.editing.row_shapes import find_dust, without_dust


@pytest.fixture
def town() -> Desk:
    """A main of two pipes with what hangs on them."""
    more = {"material": "pe", "diameter_mm": 200.0, "batch_id": "B1"}
    return Desk(
        tables(
            pipe=[
                pipe("P-0003", [(0, 0), (100, 0)], from_node="N-1", to_node="N-2", invert_start_m=9.0,
                     invert_end_m=10.0, **more),
                pipe("P-0004", [(100, 0), (160, 0)], from_node="N-2", to_node="N-3", invert_start_m=10.0,
                     invert_end_m=10.6, **more),
            ],
            node=[node(f"N-{number}", (x, 0)) for number, x in ((1, 0), (2, 100), (3, 160))],
            failure=[
                row("failure", failure_id=f"F-{x}", pipe_id="P-0003" if x < 100 else "P-0004",
                    geom=shapely.Point(x, 0.4))
                for x in (10, 45, 95, 140)
            ],
            customer=[row("customer", customer_id="U-1", pipe_id="P-0003", geom=shapely.Point(70, 5))],
        )
    )  # fmt: skip


def _replace(desk: Desk, gone: list[str], parts: list[tuple[str, list[float]]]) -> None:
    """Delete pipes and add copies of the first one under ids, between places along the main."""
    before = desk.of("pipe", gone[0])
    new = [
        ("pipe", desk.new_key(), {**before, "pipe_id": name, "geom": line(*[(x, 0) for x in at])})
        for name, at in parts
    ]
    edits = [("pipe", desk.key("pipe", name), None) for name in gone]
    desk.gesture(*edits, *new)


def _named(desk: Desk) -> list[Any]:
    return [one["pipe_id"] for one in desk.tables["failure"].values()]


@pytest.mark.parametrize("names", [("P-0005", "P-0003_1", "P-0003_2"), ("P-0003", "P-0003_1", "P-0003_2")])
@pytest.mark.parametrize("is_saved", [False, True])
def test_a_pipe_split_in_place_keeps_its_id_and_shares_its_levels(
    town: Desk, names: tuple[str, ...], is_saved: bool
) -> None:
    key = town.key("pipe", "P-0003")
    _replace(town, ["P-0003"], list(zip(names, ([0, 30], [30, 60], [60, 100]))))
    if is_saved:
        town.save()
        assert town.key("pipe", "P-0003") == key, "the row goes on"
    pipes = {one["pipe_id"]: one for one in town.tables["pipe"].values()}
    assert len(pipes) == 4 and "P-0003" in pipes and not any("_" in name for name in pipes)
    levels = {
        round(one["invert_start_m"], 6): round(one["invert_end_m"], 6)
        for name, one in pipes.items()
        if name != "P-0004"
    }
    assert levels == {9.0: 9.3, 9.3: 9.6, 9.6: 10.0}
    for failure in town.tables["failure"].values():
        assert pipes[failure["pipe_id"]]["geom"].distance(failure["geom"]) < 0.5
    assert pipes[town.of("customer", "U-1")["pipe_id"]]["geom"].bounds[0] == 60
    assert len(town.tables["node"]) == 5


@pytest.mark.parametrize("is_saved", [False, True])
def test_pipes_joined_in_place_are_a_merge(town: Desk, is_saved: bool) -> None:
    _replace(town, ["P-0003", "P-0004"], [("P-0009", [0, 100, 160])])
    if is_saved:
        town.save()
    (left,) = town.tables["pipe"].values()
    assert (left["pipe_id"], left["invert_end_m"], left["to_node"]) == ("P-0003", 10.6, "N-3")
    assert set(_named(town)) == {"P-0003"}


def test_a_valve_between_pipes_joined_in_place_takes_the_joining_back(town: Desk) -> None:
    town.change("node", "N-2", kind="valve")
    _replace(town, ["P-0003", "P-0004"], [("P-0009", [0, 100, 160])])
    assert sorted(one["pipe_id"] for one in town.tables["pipe"].values()) == ["P-0003", "P-0004"]
    assert town.last is not None and town.last.refusals


@pytest.mark.parametrize(("given", "left"), [("CX-3", "CX-3"), ("P-0003_1", "P-0003"), ("P-0003", "P-0003")])
def test_a_pipe_deleted_and_added_again_goes_on_under_its_new_id(town: Desk, given: str, left: str) -> None:
    _replace(town, ["P-0003"], [(given, [0, 100])])
    assert set(_named(town)) == {left, "P-0004"}
    town.save()
    assert set(_named(town)) == {left, "P-0004"}
    assert town.of("customer", "U-1")["pipe_id"] == left


def test_another_pipe_on_the_line_of_a_deleted_one_is_another(town: Desk) -> None:
    key = town.key("pipe", "P-0003")
    new = pipe("P-0077", [(0, 0), (100, 0)], material="copper", diameter_mm=15.0)
    town.gesture(("pipe", key, None), ("pipe", town.new_key(), new))
    assert town.of("pipe", "P-0077")["material"] == "copper"
    assert "P-0077" not in _named(town)


def test_a_rest_of_no_length_is_no_pipe(town: Desk) -> None:
    before = town.of("pipe", "P-0003")

    def new(key: int, *at: float) -> RowEdit:
        return RowEdit("pipe", key, None, {**before, "geom": line(*[(x, 0) for x in at])})

    gone = RowEdit("pipe", 1, before, None)
    kept = without_dust((gone, new(-1, 0, 40), new(-2, 40, 40.0000000001), new(-3, 40, 100)))
    assert [edit.key for edit in kept] == [1, -1, -3]
    alone = (new(-2, 40, 40.0000000001),)
    assert without_dust(alone) == alone
    assert find_dust((gone, new(-1, 0, 40), *alone)) == {-2: "P-0003"}


def test_a_part_shorter_than_what_counts_as_one_place_is_no_fault(town: Desk) -> None:
    parts = [("P-0003_1", [0, 0.001]), ("P-0003_2", [0.001, 50]), ("P-0003_3", [50, 100])]
    _replace(town, ["P-0003"], parts)
    assert set(_named(town)) <= {one["pipe_id"] for one in town.tables["pipe"].values()}
