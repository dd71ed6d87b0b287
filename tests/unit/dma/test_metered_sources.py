"""A source that is a boundary meter itself: an inlet of its zone, on the boundary, and no fault."""

from __future__ import annotations

import datetime

import pytest
from support.dma_frames import model_of, zone_rows
from support.water_frames import Drawing

from waternet_plugin.core.dma.pressure_test.plan import plan_test
from waternet_plugin.core.quality.checking import run
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.zones.zone_context import dma_of
from waternet_plugin.core.schema.settings import Settings


def town() -> Drawing:
    """A metered well with two pipes feeds Z; a metered tank between Z and Y feeds Y."""
    drawing = Drawing().node("S", 0, kind="source", meter_in="Z").node("a", 100).node("b", 100, 100)
    drawing.node("T", 300, kind="tank", meter_in="Y", meter_out="Z").node("y", 400)
    drawing.pipe("z1", "S", "a", dma_id="Z").pipe("z2", "S", "b", dma_id="Z")
    drawing.pipe("z3", "a", "T", dma_id="Z").pipe("y1", "T", "y", dma_id="Y")
    return drawing.customer("c1", "z3").customer("c2", "y1")


def test_a_test_shuts_it_as_an_inlet_and_leaves_those_beside_it_their_water() -> None:
    model = model_of(town(), zone_rows("Z", "Y"))
    plan = plan_test(model, 0, settings=Settings())
    assert sorted(plan.of_role("inlet")["meter"]) == ["S", "T"]
    assert not len(plan.of_role("storage")) and not plan.storage_without_valve
    assert plan.customers["customer_id"].tolist() == ["c1"]


@pytest.mark.slow
def test_it_is_no_meter_inside_one_zone() -> None:
    model = model_of(town(), zone_rows("Z", "Y"))
    tables = {"pipe": model.pipes, "node": model.nodes, "customer": model.customers, "zone": model.zones}
    subject = CheckContext(tables, Settings(), today=datetime.date(2026, 1, 1), connected=model.connected)
    subject.give(dma_of, model.dma)
    rules = ("meter_one_zone", "dma_meter_sides", "dma_unfed", "dma_open_boundary", "cut_off")
    assert [one.rule for one in run(subject, rules) if len(one)] == []
