"""The pipe of a zone that most households depend on is told, with who loses water when it breaks."""

from __future__ import annotations

import datetime

import pytest
from support.dma_frames import zone_rows
from support.slow_cases import a_few_quick
from support.water_frames import Drawing

from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.quality.checking import listed, run
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.schema.settings import Settings


def told(drawing: Drawing) -> list[tuple[str, str]]:
    """Return assets and sentence of each finding of the rule."""
    frames = {"pipe": drawing.pipes, "node": drawing.nodes, "customer": drawing.customers}
    subject = CheckContext(
        {**frames, "zone": zone_rows("A")},
        Settings(),
        today=datetime.date(2026, 1, 1),
        connected=build_graph(frames["pipe"], frames["node"]),
    )
    rows = listed(subject, run(subject, ("dma_inner_bridge",)))
    return list(zip(rows["assets"].tolist(), rows["text"].tolist()))


def street(*, second_inlet: bool = False, households: int = 40) -> Drawing:
    """A ring behind the meter, with an arm of two pipes that has households at its end."""
    drawing = Drawing()
    drawing.node("S", 0.0, 0.0, kind="source")
    drawing.node("M", 100.0, 0.0, kind="flow_meter", meter_in="A")
    for name, x, y in (
        ("J", 200.0, 0.0),
        ("K", 300.0, 0.0),
        ("L", 300.0, 100.0),
        ("E", 400.0, 0.0),
        ("F", 500.0, 0.0),
    ):
        drawing.node(name, x, y)
    drawing.pipe("OUT", "S", "M")
    ring = (("IN", "M", "J"), ("R1", "J", "K"), ("R2", "K", "L"), ("R3", "L", "J"))
    for name, start, end in (*ring, ("ARM1", "K", "E"), ("ARM2", "E", "F")):
        drawing.pipe(name, start, end, dma_id="A")
    if second_inlet:
        drawing.node("M2", 600.0, 0.0, kind="flow_meter", meter_in="A")
        drawing.pipe("OUT2", "S", "M2")
        drawing.pipe("IN2", "M2", "F", dma_id="A")
    drawing.customer("C1", "ARM2", households=households)
    drawing.customer("C2", "R2", households=60)
    return drawing


def test_the_first_pipe_of_the_arm_is_told_and_not_the_inlet() -> None:
    sentence = "If ARM1 breaks, 1 customers, 40 households of A have no water: no other way leads there."
    assert told(street()) == [("ARM1;A", sentence)]


@pytest.mark.parametrize("changed", a_few_quick([street(second_inlet=True), street(households=3)], 1))
def test_a_second_way_or_few_households_are_no_finding(changed: Drawing) -> None:
    assert told(changed) == []
