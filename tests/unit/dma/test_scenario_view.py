"""A scenario is seen as the network would be with it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from support.dma_frames import model_of, zone_rows
from support.water_frames import Drawing

from waternet_plugin.core.dma.scenario import Scenario
from waternet_plugin.core.dma.scenario_view import in_scenario
from waternet_plugin.core.dma.verdict.zone_faults import find_faults

DEVICE = ("kind", "pipe_id", "node_id", "at_node", "zone_in", "zone_out")


def cross() -> Drawing:
    """A source feeds a crossing of four streets."""
    drawing = Drawing().node("S", 0, kind="source").node("J", 100).node("W", 200).node("N", 100, 100)
    drawing.node("X", 100, -100)
    return drawing.pipe("P0", "S", "J").pipe("P1", "J", "W").pipe("P2", "J", "N").pipe("P3", "J", "X")


def verdicts(pipes: dict[str, str | None], *devices: dict[str, Any]) -> dict[str, str]:
    model = model_of(cross(), zone_rows())
    seen = in_scenario(
        model,
        Scenario(
            pd.DataFrame({"zone_id": ["A"], "kind": "dma"}),
            pd.DataFrame({"pipe_id": list(pipes), "zone_id": list(pipes.values())}, dtype=object),
            pd.DataFrame(devices, columns=list(DEVICE), dtype=object),
        ),
    )
    assert model.dma.zones.count == 0 and not model.dma.closed.any()
    return dict(zip(map(str, seen.dma.zones.zone_id), find_faults(seen.dma).verdicts()))


@pytest.mark.slow
def test_a_meter_where_pipes_meet_bounds_a_new_zone() -> None:
    pipes = {"P1": "A", "P2": "A", "P3": "A"}
    assert verdicts(pipes) == {"A": "not_valid"}
    meter = {"kind": "meter", "pipe_id": "P0", "at_node": "J", "zone_in": "A"}
    assert verdicts(pipes, meter) == {"A": "valid"}


def test_closing_a_pipe_where_several_meet_closes_that_end_alone() -> None:
    meter = {"kind": "meter", "pipe_id": "P0", "at_node": "J", "zone_in": "A"}
    shut = {"kind": "valve", "pipe_id": "P3", "at_node": "J"}
    assert verdicts({"P1": "A", "P2": "A", "P3": None}, meter, shut) == {"A": "valid"}


def test_what_is_gone_meanwhile_is_passed_over() -> None:
    meter = {"kind": "meter", "pipe_id": "P0", "at_node": "J", "zone_in": "A"}
    gone = {"kind": "close", "node_id": "gone"}
    assert verdicts({"P1": "A", "P2": "A", "P3": "A", "P9": "A"}, meter, gone) == {"A": "valid"}
