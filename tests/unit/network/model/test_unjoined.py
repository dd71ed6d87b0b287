"""What lies beside pipes without being joined is told by every answer that follows joints."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from support.slow_cases import a_few_quick
from support.water_frames import Drawing

from waternet_plugin.core.network.isolation.isolate import Burst, isolate, pipe_to_isolate
from waternet_plugin.core.network.isolation.segment_ranking import rank_segments
from waternet_plugin.core.network.tracing.trace import Trace, trace, trace_point_of
from waternet_plugin.core.network.tracing.trace_rules import Rules
from waternet_plugin.core.reports.network import isolation as isolation_report
from waternet_plugin.core.reports.network.segments import segments_report


def main() -> Drawing:
    """Source - A - B - C - V - D, a branch B - E; V is the only valve that is joined."""
    drawing = Drawing().node("S", 0, kind="source").node("A", 100).node("B", 200).node("C", 300)
    drawing.node("V", 350, kind="valve").node("D", 400).node("E", 200, 100)
    for name, start, end in ("1SA", "2AB", "3BC", "4CV", "5VD", "6BE"):
        drawing.pipe(f"M{name}", start, end)
    return drawing


def burst(drawing: Drawing, pipe: str) -> Burst:
    works = drawing.works()
    return isolate(works, pipe_to_isolate(works, pipe))


def traced(drawing: Drawing, start: str, **rules: object) -> Trace:
    network = drawing.trace_network()
    return trace(network, trace_point_of(network, start), Rules(**rules))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("x", "y", "pipe", "words"),
    [
        (150.0, 0.0, "M2", "Valve X (on M2)"),
        (150.0, 0.4, "M2", "Valve X (0.40 m from M2)"),
        (100.3, 0.0, "M2", "Valve X (on M2)"),
        (250.0, 4.0, "M3", "Valve X (4.00 m from M3)"),
    ],
)
def test_a_valve_beside_the_pipe_is_named_by_every_answer(x: float, y: float, pipe: str, words: str) -> None:
    drawing = main().node("X", x, y, kind="valve")
    found = burst(drawing, "M3")
    assert found.unjoined.assets["pipe_id"].tolist() == [pipe]
    assert any(words in note for note in found.notes)
    assert any(words in note for note in traced(drawing, "M3").notes)
    works = drawing.works()
    report = segments_report(works, rank_segments(works), network="town")
    assert [row["node_id"] for row in report.figures["unjoined"]] == ["X"]


def test_what_would_send_the_crew_to_the_source_says_first_what_to_check() -> None:
    found = burst(main().node("X", 50, 0.3, kind="valve"), "M3")
    assert found.to_check == 1
    assert "X" in found.notes[0]
    assert isolation_report.headline(found).startswith("Check the drawing first, 1 valve")


@pytest.mark.slow
def test_where_valves_keep_the_source_away_the_closing_comes_first() -> None:
    drawing = main()
    drawing.node_rows[1]["kind"] = "valve"
    found = burst(drawing.node("X", 250, 0.3, kind="valve"), "M3")
    assert found.to_check == 0
    assert "Hydraulics" in found.notes[0]
    assert any("X" in note for note in found.notes[1:])
    assert isolation_report.headline(found) == "2 to close"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "x", "y"),
    a_few_quick(
        [
            ({}, 150.0, 6.0),
            ({"status": "abandoned"}, 150.0, 0.3),
            ({"system": "sewage"}, 150.0, 0.3),
            ({"kind": "junction"}, 150.0, 0.3),
        ],
        1,
        is_tuple_one_value=False,
    ),
    ids=["too far", "out of use", "of another system", "no asset"],
)
def test_what_does_not_belong_to_the_pipe_is_not_named(change: dict[str, str], x: float, y: float) -> None:
    found = burst(main().node("X", x, y, **{"kind": "valve", **change}), "M3")
    assert len(found.unjoined.assets) == 0


@pytest.mark.slow
def test_what_lies_nearer_to_a_pipe_that_is_not_isolated_belongs_to_that() -> None:
    drawing = main().node("P", 100, 3, kind="valve").node("Q", 300, 3).pipe("other", "P", "Q")
    drawing.node("X", 250, 2.9, kind="hydrant")
    assert len(burst(drawing, "M3").unjoined.assets) == 0


def test_ends_that_just_miss_a_pipe_are_named_with_it() -> None:
    drawing = main().node("G", 250.0, 0.3).node("H", 250, 80).pipe("lead", "G", "H")
    assert burst(drawing, "M3").unjoined.rows == [
        {"pipe_id": "lead", "other_id": "M3", "distance_m": pytest.approx(0.3)}
    ]
    drawing.node("K", 400.4, 0.0).node("L", 500, 0).pipe("on", "K", "L")
    ends = traced(drawing, "M5").unjoined.ends
    assert set(zip(ends["pipe_id"], ends["other_id"])) == {("M5", "on"), ("lead", "M3")}


@pytest.mark.slow
def test_a_valve_of_unknown_state_is_named() -> None:
    drawing = main()
    drawing.node_rows[4]["valve_state"] = "unknown"
    assert burst(drawing, "M4").unjoined.unknown_valves == ("V",)
    assert any("V" in note and "unknown" in note for note in burst(drawing, "M4").notes)


@pytest.mark.slow
def test_a_network_that_fits_says_nothing() -> None:
    found = burst(main(), "M3").unjoined
    assert (len(found.assets), len(found.ends), found.unknown_valves, found.notes) == (0, 0, (), ())


@pytest.mark.slow
@pytest.mark.parametrize("seed", a_few_quick(range(12), 1))
def test_every_asset_shifted_off_its_pipe_is_named_where_its_pipe_is_followed(seed: int) -> None:
    """Valves of a random network are moved aside by up to the reach; the trace of all names each of them."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(4, 9))
    drawing = Drawing().node("N0", 0, kind="source")
    for node in range(1, size):
        drawing.node(f"N{node}", 120.0 * node, float(rng.integers(-200, 200)))
        drawing.pipe(f"P{node}", f"N{int(rng.integers(node))}", f"N{node}")
    lines = drawing.pipes.geometry
    expected = set()
    for number in range(int(rng.integers(1, 7))):
        line = lines.iloc[int(rng.integers(len(lines)))]
        point = shapely.line_interpolate_point(line, float(rng.uniform(0.1, 0.9)), normalized=True)
        angle, aside = float(rng.uniform(0, 2 * np.pi)), float(rng.uniform(0, 4.5))
        name = f"X{number}"
        drawing.node(name, point.x + aside * np.cos(angle), point.y + aside * np.sin(angle), kind="valve")
        expected.add(name)
    found = traced(drawing, "N0", direction="connected")
    assert set(found.unjoined.assets["node_id"]) == expected
    near = found.unjoined.assets.set_index("node_id")
    for name in expected:
        place = shapely.Point(drawing.places[name])
        assert near.loc[name, "distance_m"] == pytest.approx(float(lines.distance(place).min()))
