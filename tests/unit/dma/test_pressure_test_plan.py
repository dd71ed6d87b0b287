"""Plans of zero-pressure tests: the way of the crew, what is shut, who is without water."""

from __future__ import annotations

import itertools
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from support.pressure_test_town import square
from support.water_frames import Drawing

from waternet_plugin.core.dma.dma_model import DmaModel, build_dma_model
from waternet_plugin.core.dma.pressure_test.plan import PressureTestPlan, plan_test
from waternet_plugin.core.dma.pressure_test.walking_order import walking_order, way_length_m
from waternet_plugin.core.schema.settings import Settings

# Making a failing network smaller takes longer than looking at it.
QUICK = (Phase.explicit, Phase.reuse, Phase.generate)


def model_of(drawing: Drawing, zones: tuple[tuple[str, str | None], ...] = (("Z", None),)) -> DmaModel:
    frame = pd.DataFrame(zones, columns=["zone_id", "parent_id"], dtype=object)
    frame = frame.assign(kind="dma", level=np.nan, state="draft", name=None)
    return build_dma_model(
        drawing.connected(), drawing.pipes, drawing.nodes, drawing.customers, frame, settings=Settings()
    )


def planned(drawing: Drawing, zone: str = "Z", **choices: Any) -> PressureTestPlan:
    zones = choices.pop("zones", (("Z", None),))
    model = model_of(drawing, zones)
    number = [name for name, _parent in zones].index(zone)
    return plan_test(model, number, settings=Settings(), **choices)


def steps(plan: PressureTestPlan, *roles: str) -> list[tuple[str, str | None]]:
    rows = plan.steps[plan.steps["role"].isin(roles)]
    return list(zip(rows["node_id"], rows["meter"]))


@pytest.mark.slow
def test_the_way_leads_from_valve_to_valve_and_ends_at_the_inlet() -> None:
    plan = planned(square())
    assert steps(plan, "boundary") == [("V4", None), ("V3", None), ("V2", None), ("V1", None)]
    assert steps(plan, "inlet") == [("IV", "M")]
    assert plan.steps["step"].tolist() == list(range(1, len(plan.steps) + 1))
    roles = plan.steps["role"].drop_duplicates().tolist()
    assert roles == ["boundary", "gauge", "inlet", "drain", "reopen"]
    assert plan.of_role("inlet")["turns"].tolist() == [38.0]


@pytest.mark.slow
def test_gauges_stand_at_the_high_point_and_outside_and_the_low_point_is_drained() -> None:
    plan = planned(square())
    gauges = plan.of_role("gauge")
    purposes = dict(zip(gauges["node_id"], gauges["purposes"]))
    assert purposes["H"] == ("high_point", "critical_point")
    assert purposes["HR"] == ("reference",)
    assert plan.of_role("drain")["node_id"].tolist() == ["W"]


@pytest.mark.slow
def test_no_gauge_stands_where_the_zone_is_drained_as_long_as_there_is_another_place() -> None:
    drawing = square()
    # The washout is nearest to the doubtful valve.
    next(row for row in drawing.node_rows if row["node_id"] == "V4")["valve_state"] = None
    next(row for row in drawing.pipe_rows if row["pipe_id"] == "zw")["from_node"] = "B"
    drawing.places["W"] = (310, -10)
    plan = planned(drawing)
    assert plan.of_role("drain")["node_id"].tolist() == ["W"]
    watched = plan.of_role("gauge").set_index("node_id")["watches"]
    assert "W" not in watched
    assert watched["H"] == ("V4",)


@pytest.mark.slow
def test_all_who_lose_water_are_listed_the_critical_ones_first() -> None:
    plan = planned(square())
    # c4 hangs between the inlet's valve and its meter.
    assert plan.customers["customer_id"].tolist() == ["c2", "c1", "c4"]
    assert plan.customers["critical"].tolist() == ["yes", "no", "no"]


@pytest.mark.slow
def test_an_inlet_without_a_valve_is_shut_at_its_meter() -> None:
    drawing = square()
    for row in drawing.node_rows:
        if row["node_id"] == "IV":
            row["kind"] = "junction"
    assert steps(planned(drawing), "inlet") == [("M", "M")]


@pytest.mark.slow
def test_a_valve_that_cannot_be_closed_shuts_no_inlet() -> None:
    drawing = square()
    for row in drawing.node_rows:
        if row["node_id"] == "IV":
            row["operable"] = "no"
    assert steps(planned(drawing), "inlet") == [("M", "M")]


def test_an_open_crossing_is_told_and_counts_as_shut() -> None:
    drawing = square()
    for row in drawing.node_rows:
        if row["node_id"] == "V3":
            row["valve_state"] = "open"
    plan = planned(drawing)
    assert plan.figures["open_crossings"] == 1
    assert ("V3", None) not in steps(plan, "boundary")
    assert plan.customers["customer_id"].tolist() == ["c2", "c1", "c4"]


def test_a_stub_outside_that_hangs_on_the_zone_alone_is_tested_with_it() -> None:
    drawing = square()
    drawing.node("V5", 150, -50, kind="valve", valve_state="closed").node("T", 150, 0)
    drawing.pipe("z10", "B", "T", dma_id="Z").pipe("stub", "T", "V5").pipe("beyond", "V5", "R4")
    plan = planned(drawing)
    assert plan.figures["open_crossings"] == 0
    assert ("V5", None) in steps(plan, "boundary")


@pytest.mark.slow
def test_a_valve_of_unknown_state_is_shut_and_watched() -> None:
    drawing = square()
    for row in drawing.node_rows:
        if row["node_id"] == "V3":
            row["valve_state"] = None
    plan = planned(drawing)
    assert ("V3", None) in steps(plan, "boundary")
    watched = plan.of_role("gauge").set_index("node_id")["watches"]
    assert watched["H"] == ("V3",)
    assert plan.figures["doubtful_valves"] == 1


def test_storage_inside_is_shut_by_its_valve() -> None:
    drawing = square()
    drawing.node("TV", 350, 200, kind="valve").node("T", 400, 200, kind="tank")
    drawing.pipe("t1", "C", "TV", dma_id="Z").pipe("t2", "TV", "T", dma_id="Z")
    plan = planned(drawing)
    storage = plan.of_role("storage")
    assert list(zip(storage["node_id"], storage["device"])) == [("TV", "T")]
    assert plan.customers["customer_id"].tolist() == ["c2", "c1", "c4"]
    assert "TV" in plan.of_role("reopen")["node_id"].tolist()


@pytest.mark.slow
def test_a_zone_behind_another_loses_its_water_too() -> None:
    drawing = square()
    drawing.node("M2", 100, 400, kind="flow_meter", meter_in="Y", meter_out="Z").node("Y1", 100, 500)
    drawing.pipe("z11", "D", "M2", dma_id="Z").pipe("y1", "M2", "Y1", dma_id="Y").customer("c5", "y1")
    plan = planned(drawing, zones=(("Z", None), ("Y", None)))
    assert "c5" in plan.customers["customer_id"].tolist()
    assert plan.figures["outlets"] == 1
    # A zone inside another is no boundary of it: the meter between them stays open.
    nested = planned(drawing, zones=(("Z", None), ("Y", "Z")))
    assert nested.figures["outlets"] == 0
    assert "c5" in nested.customers["customer_id"].tolist()


@pytest.mark.slow
def test_a_tank_of_the_fire_system_is_no_storage() -> None:
    drawing = square()
    drawing.node("F", 400, 200, kind="tank", system="fire").pipe("t1", "C", "F", dma_id="Z")
    assert not len(planned(drawing).of_role("storage"))


@pytest.mark.slow
def test_the_plan_does_not_depend_on_the_order_of_rows() -> None:
    drawing, mirrored = square(), square()
    mirrored.node_rows.reverse()
    mirrored.pipe_rows.reverse()
    mirrored.customer_rows.reverse()
    left, right = planned(drawing), planned(mirrored)
    columns = ["step", "node_id", "role", "meter", "purposes", "watches"]
    pd.testing.assert_frame_equal(left.steps[columns], right.steps[columns])
    assert left.customers["customer_id"].tolist() == right.customers["customer_id"].tolist()


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=6, unique=True))
def test_few_valves_are_walked_nearly_the_shortest_way(places: list[tuple[int, int]]) -> None:
    xy = np.array(places, dtype=float)
    target = np.array([60.0, 60.0])
    way = walking_order(xy, target)
    assert sorted(way.tolist()) == list(range(len(xy)))
    walked = way_length_m(np.vstack([xy[way], target]))
    orders = itertools.permutations(range(len(xy)))
    best = min(way_length_m(np.vstack([xy[list(order)], target])) for order in orders)
    assert walked == pytest.approx(best)


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), min_size=8, max_size=20, unique=True))
def test_a_way_between_many_valves_gets_no_shorter_by_turning_a_stretch_round(
    places: list[tuple[int, int]],
) -> None:
    xy, target = np.array(places, dtype=float), np.array([100.0, 100.0])
    way = walking_order(xy, target)
    assert sorted(way.tolist()) == list(range(len(xy)))
    walked = way_length_m(np.vstack([xy[way], target]))
    for first, last in itertools.combinations(range(len(xy) + 1), 2):
        turned = np.concatenate([way[:first], way[first:last][::-1], way[last:]])
        assert walked <= way_length_m(np.vstack([xy[turned], target])) + 1e-6


@st.composite
def towns(draw: st.DrawFn) -> Drawing:
    """A random network with a zone, parallel pipes, closed and unknown valves, meters that fit."""
    count = draw(st.integers(4, 12))
    drawing = Drawing()
    zone_of = draw(st.lists(st.sampled_from([None, "Z"]), min_size=count, max_size=count))
    zone_of[0] = None
    drawing.node("S", -100, 0, kind="source")
    for number in range(count):
        drawing.node(f"N{number}", 100 * (number % 4), 100 * (number // 4))
    ends = st.integers(0, count - 1)
    drawing.pipe("feed", "S", "N0")
    for number, (a, b) in enumerate(
        draw(st.lists(st.tuples(ends, ends), min_size=count, max_size=2 * count))
    ):
        if a == b:
            continue
        if zone_of[a] == zone_of[b]:
            drawing.pipe(f"p{number}", f"N{a}", f"N{b}", dma_id=zone_of[a])
        else:
            kind = draw(st.sampled_from(["meter", "closed", "unknown", "open"]))
            fields = {
                "meter": {"kind": "flow_meter", "meter_in": "Z"},
                "closed": {"kind": "valve", "valve_state": "closed"},
                "unknown": {"kind": "valve", "valve_state": "unknown"},
                "open": {"kind": "valve", "valve_state": "open"},
            }[kind]
            xy = np.mean([drawing.places[f"N{a}"], drawing.places[f"N{b}"]], axis=0) + number
            drawing.node(f"D{number}", float(xy[0]), float(xy[1]), **fields)
            drawing.pipe(f"p{number}a", f"N{a}", f"D{number}", dma_id=zone_of[a])
            drawing.pipe(f"p{number}b", f"D{number}", f"N{b}", dma_id=zone_of[b])
        drawing.customer(f"c{number}", drawing.pipe_rows[-1]["pipe_id"])
    return drawing


@pytest.mark.slow
@settings(max_examples=60, deadline=None, phases=QUICK)
@given(towns())
def test_what_the_plan_shuts_cuts_the_zone_off_by_a_plain_search(drawing: Drawing) -> None:
    plan = planned(drawing)
    kind = {row["node_id"]: row for row in drawing.node_rows}
    shut = set(plan.steps.loc[plan.steps["role"].isin(["boundary", "inlet", "storage"]), "node_id"])
    crossings = {name for name, row in kind.items() if row.get("valve_state") == "open"}
    closed = {name for name, row in kind.items() if row.get("valve_state") == "closed"}
    parting = shut | crossings | closed
    graph = nx.MultiGraph()
    for row in drawing.pipe_rows:
        ends = [
            (name, row["pipe_id"]) if name in parting else name for name in (row["from_node"], row["to_node"])
        ]
        graph.add_edge(*ends, key=row["pipe_id"])
    fed = {key for *_ends, key in graph.edges(nx.node_connected_component(graph, "S"), keys=True)}
    zone = {row["pipe_id"] for row in drawing.pipe_rows if row.get("dma_id") == "Z"}
    assert not fed & zone
    before = nx.MultiGraph()
    for row in drawing.pipe_rows:
        ends = [
            (name, row["pipe_id"]) if name in closed else name for name in (row["from_node"], row["to_node"])
        ]
        before.add_edge(*ends, key=row["pipe_id"])
    was_fed = {key for *_ends, key in before.edges(nx.node_connected_component(before, "S"), keys=True)}
    expected = {
        row["customer_id"] for row in drawing.customer_rows if row["pipe_id"] in (was_fed | zone) - fed
    }
    assert set(plan.customers["customer_id"]) == expected
    assert plan.figures["open_crossings"] == 0 or crossings


@pytest.mark.slow
def test_a_zone_without_any_device_has_an_empty_way() -> None:
    drawing = Drawing().node("A", 0).node("B", 100).pipe("p", "A", "B", dma_id="Z")
    plan = planned(drawing)
    assert steps(plan, "boundary", "inlet") == []
    assert plan.steps["role"].tolist() == ["gauge", "drain"]
    with pytest.raises(IndexError):
        plan_test(model_of(drawing), 7, settings=Settings())
