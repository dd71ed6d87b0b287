"""Long profiles: levels by survey, depth or height of the line, crossings with their clearance, gaps."""

from __future__ import annotations

import numpy as np
import pytest
from support.water_frames import Drawing

from waternet_plugin.core.network.tracing.profile import Profile, profile
from waternet_plugin.core.network.tracing.trace import trace, trace_point_of
from waternet_plugin.core.network.tracing.trace_rules import Rules


def drains() -> Drawing:
    """Two drains from A over B to C, a water main across the second, a drain joined at B."""
    drawing = Drawing().node("A", 0, kind="manhole", ground_m=12.0)
    drawing.node("B", 100, kind="manhole", ground_m=11.5).node("C", 200, kind="outfall")
    drawing.node("W1", 150, -50, ground_m=11.0).node("W2", 150, 50, ground_m=11.0).node("D", 100, 80)
    drain = {"system": "sewage", "diameter_mm": 400.0}
    drawing.pipe("d1", "A", "B", **drain, invert_start_m=10.0, invert_end_m=9.5)
    # Drawn against its flow, levels by depth at B only.
    drawing.pipe("d2", "C", "B", **drain, invert_start_m=9.0, depth_end_m=2.1)
    drawing.pipe("w", "W1", "W2", diameter_mm=200.0, depth_start_m=0.9, depth_end_m=0.9)
    return drawing.pipe("d3", "D", "B", **drain)


def along(drawing: Drawing, start: str, end: str) -> Profile:
    ground = drawing.trace_network()
    found = trace(
        ground,
        trace_point_of(ground, start),
        Rules(direction="shortest"),
        end=trace_point_of(ground, end, parameter="END"),
    )
    return profile(ground, found)


@pytest.mark.slow
def test_levels_come_from_inverts_and_depths() -> None:
    points = along(drains(), "A", "C").points
    assert points["chainage_m"].tolist() == [0.0, 100.0, 100.0, 200.0]
    assert points["node_id"].tolist() == ["A", "B", "B", "C"]
    assert points["invert_m"].tolist() == pytest.approx([10.0, 9.5, 9.4, 9.0])
    assert points["crown_m"].tolist() == pytest.approx([10.4, 9.9, 9.8, 9.4])
    assert points["depth_m"].tolist()[:3] == pytest.approx([2.0, 2.0, 2.1])
    assert np.isnan(points["ground_m"].iloc[3])


@pytest.mark.slow
def test_a_crossing_pipe_has_its_clearance() -> None:
    crossings = along(drains(), "A", "C").crossings
    assert crossings["pipe_id"].tolist() == ["w"]
    row = crossings.iloc[0]
    # The main lies 9.9 to 10.1; the drain's crown at 150 m is 9.6.
    assert (row["chainage_m"], row["bottom_m"], row["top_m"]) == pytest.approx((150.0, 9.9, 10.1))
    assert row["clearance_m"] == pytest.approx(0.3)


@pytest.mark.slow
def test_backwards_the_profile_is_mirrored() -> None:
    ground = drains().trace_network()
    found = along(drains(), "C", "A")
    assert found.points["invert_m"].tolist() == pytest.approx([9.0, 9.4, 9.5, 10.0])
    assert found.crossings["chainage_m"].tolist() == pytest.approx([50.0])
    assert ground.graph.pipe_count == 4


@pytest.mark.slow
def test_unknown_levels_are_gaps() -> None:
    drawing = drains()
    drawing.pipe_rows[0]["invert_end_m"] = None
    drawing.node_rows[1]["ground_m"] = None
    found = along(drawing, "A", "C")
    assert np.isnan(found.points["invert_m"].iloc[1])
    assert found.gaps_m == 200.0
    assert np.isnan(found.crossings["clearance_m"].iloc[0])


@pytest.mark.slow
def test_a_crossing_of_unknown_depth_is_still_named() -> None:
    drawing = drains()
    drawing.pipe_rows[2]["depth_start_m"] = None
    crossings = along(drawing, "A", "C").crossings
    assert crossings["pipe_id"].tolist() == ["w"]
    assert np.isnan(crossings["clearance_m"].iloc[0])


def test_a_way_without_pipes_has_an_empty_profile() -> None:
    found = along(drains(), "A", "A")
    assert (len(found.points), len(found.crossings), found.length_m) == (0, 0, 0.0)
