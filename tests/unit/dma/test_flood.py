"""Patches get the zone that satisfies all meters at their edge."""

from __future__ import annotations

import pandas as pd
from support.dma_frames import dma_of, zone_rows
from support.water_frames import Drawing

from waternet_plugin.core.dma.membership import CONTRADICTION, TWO_ANSWERS, UNTOLD, flood
from waternet_plugin.core.dma.zone_tree import NO_ZONE


def line(
    *kinds: str, meters: dict[int, tuple[str | None, str | None]], closed: tuple[int, ...] = ()
) -> Drawing:
    """Return nodes N0, N1, ... in a line with pipes P0, P1, ... between them."""
    drawing = Drawing()
    for number, kind in enumerate(kinds):
        into, out_of = meters.get(number, (None, None))
        drawing.node(
            f"N{number}",
            100.0 * number,
            kind=kind,
            meter_in=into,
            meter_out=out_of,
            valve_state="closed" if number in closed else "open",
        )
    for number in range(len(kinds) - 1):
        drawing.pipe(f"P{number}", f"N{number}", f"N{number + 1}")
    return drawing


def zones_of(drawing: Drawing, zones: pd.DataFrame) -> list[object]:
    dma = dma_of(drawing, zones)
    told = flood(dma).of_pipe
    return [str(dma.zones.zone_id[one]) if one >= 0 else int(one) for one in told]


def test_zones_follow_each_other_from_the_source() -> None:
    drawing = line(
        "source", "flow_meter", "junction", "flow_meter", "junction", meters={1: ("A", None), 3: ("B", "A")}
    )
    assert zones_of(drawing, zone_rows("A", "B")) == [NO_ZONE, "A", "A", "B"]


def test_the_sense_of_a_meter_does_not_matter() -> None:
    drawing = line("source", "flow_meter", "junction", meters={1: (None, "A")})
    assert zones_of(drawing, zone_rows("A")) == [NO_ZONE, "A"]


def test_a_tank_inside_does_not_take_its_patch_out() -> None:
    drawing = line("source", "flow_meter", "tank", meters={1: ("A", None)})
    assert zones_of(drawing, zone_rows("A")) == [NO_ZONE, "A"]


def test_closed_valves_part_and_what_no_meter_names_stays_untold() -> None:
    drawing = line("source", "flow_meter", "valve", "junction", meters={1: ("A", None)}, closed=(2,))
    assert zones_of(drawing, zone_rows("A")) == [NO_ZONE, "A", UNTOLD]


def test_meters_that_contradict_each_other_assign_nothing() -> None:
    drawing = line("source", "flow_meter", "flow_meter", "source", meters={1: ("A", None), 2: ("B", None)})
    assert zones_of(drawing, zone_rows("A", "B")) == [NO_ZONE, CONTRADICTION, NO_ZONE]


def test_a_meter_that_water_passes_by_leaves_its_zone_undrawn() -> None:
    drawing = line("source", "flow_meter", "junction", meters={1: ("A", None)})
    drawing.pipe("P9", "N0", "N2")
    assert zones_of(drawing, zone_rows("A")) == [NO_ZONE] * 3


def test_two_answers_are_none() -> None:
    drawing = line("junction", "flow_meter", "junction", meters={1: ("A", "B")})
    assert zones_of(drawing, zone_rows("A", "B")) == [TWO_ANSWERS] * 2


def test_one_contradiction_leaves_the_other_zones_alone() -> None:
    drawing = line(
        "junction", "flow_meter", "source", "flow_meter", "junction", meters={1: ("A", None), 3: ("C", "B")}
    )
    assert zones_of(drawing, zone_rows("A", "B", "C"))[:2] == ["A", NO_ZONE]
