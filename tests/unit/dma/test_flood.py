"""Patches get the zone that satisfies all meters at their edge."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.dma_frames import dma_of, zone_rows
from support.water_frames import Drawing

from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.drawn_membership import from_meters
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


def star(*meters: tuple[str, str | None, str | None], source: str = "") -> Drawing:
    """Return three pipes from each meter (name, into, out of); the end called ``source`` is one."""
    drawing = Drawing()
    for number, (name, into, out_of) in enumerate(meters):
        drawing.node(name, 1000.0 * number, kind="flow_meter", meter_in=into, meter_out=out_of)
        for arm in range(3):
            end = f"{name}{arm}"
            kind = "source" if end == source else "junction"
            drawing.node(end, 1000.0 * number + 100.0 * arm, 100.0, kind=kind)
            drawing.pipe(f"P{end}", name, end)
    return drawing


def test_the_last_of_several_patches_at_a_meter_lies_on_the_other_side() -> None:
    drawing = star(("M", "A", None), source="M0")
    drawing.node("N", 50.0, 500.0, kind="flow_meter", meter_in=None, meter_out="C")
    drawing.node("N1", 50.0, 600.0)
    drawing.pipe("PN0", "M1", "N")
    drawing.pipe("PN1", "N", "N1")
    # M1 can only lie outside, as M0 does: M2 is what the meter measures into.
    assert zones_of(drawing, zone_rows("A", "C")) == [NO_ZONE, NO_ZONE, "A", NO_ZONE, "C"]


def test_several_patches_at_a_meter_that_nothing_else_tells_have_two_answers() -> None:
    assert zones_of(star(("M", "A", None), source="M0"), zone_rows("A")) == [NO_ZONE] + [TWO_ANSWERS] * 2


def _plain_answers(dma: DmaNetwork) -> dict[int, set[int]]:
    """Return by trying all combinations which zones each patch at a meter may have."""
    patches = dma.patches()
    at: dict[int, set[int]] = {}
    for node, patch in zip(patches.valve.tolist(), patches.side.tolist()):
        if dma.meter[node] and not dma.closed[node]:
            at.setdefault(node, set()).add(patch)
    sides = {node: {int(dma.meter_in[node]), int(dma.meter_out[node])} for node in at}
    concerned = sorted(set().union(*at.values()))
    sources = {int(one) for one in patches.node[dma.source] if one >= 0}
    may: dict[int, set[int]] = {patch: set() for patch in concerned}
    for choice in itertools.product(range(NO_ZONE, dma.zones.count), repeat=len(concerned)):
        zone = dict(zip(concerned, choice))
        if any(zone[patch] != NO_ZONE for patch in sources & set(concerned)):
            continue
        if all({zone[patch] for patch in those} == sides[node] for node, those in at.items()):
            for patch in concerned:
                may[patch].add(zone[patch])
    return may


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.data())
def test_the_flood_tells_what_all_ways_to_satisfy_the_meters_say(data: st.DataObject) -> None:
    """Zones are drawn first, meters follow from them: the flood says what a plain search of all ways says."""
    many = data.draw(st.integers(3, 6), label="patches")
    zone = [None, *(data.draw(st.sampled_from([None, "A", "B"])) for _patch in range(many - 1))]
    drawing = Drawing()
    for patch in range(many):
        kind = "source" if patch == 0 else "junction"
        drawing.node(f"N{patch}", 100.0 * patch, kind=kind)
        drawing.node(f"E{patch}", 100.0 * patch, -50.0)
        drawing.pipe(f"P{patch}", f"N{patch}", f"E{patch}")
    for number in range(data.draw(st.integers(1, 4), label="meters")):
        those = sorted(data.draw(st.sets(st.integers(0, many - 1), min_size=2, max_size=3)))
        sides = sorted({zone[one] for one in those}, key=str)
        if len(sides) == 2:
            drawing.node(
                f"M{number}", 40.0 * number, 300.0, kind="flow_meter", meter_in=sides[0], meter_out=sides[1]
            )
            for one in those:
                drawing.pipe(f"L{number}-{one}", f"M{number}", f"N{one}")
    dma = dma_of(drawing, zone_rows("A", "B"))
    if not dma.meter.any():
        return
    found = flood(dma)
    for patch, may in _plain_answers(dma).items():
        said = int(found.zone[patch])
        assert said == next(iter(may)) if len(may) == 1 else said in (TWO_ANSWERS, *may)


def well_town() -> Drawing:
    """A metered well feeds Z; a metered tank with two pipes in Z feeds Y."""
    drawing = Drawing().node("S", 0, kind="source", meter_in="Z").node("a", 100).node("b", 200)
    drawing.node("T", 300, kind="tank", meter_in="Y", meter_out="Z").node("y", 400)
    drawing.pipe("P1", "S", "a").pipe("P2", "a", "b").pipe("P3", "b", "T").pipe("P4", "a", "T")
    return drawing.pipe("P5", "T", "y")


def test_a_metered_source_lies_on_the_boundary_in_no_patch() -> None:
    assert zones_of(well_town(), zone_rows("Z", "Y")) == ["Z", "Z", "Z", "Z", "Y"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["source", "plant", "reservoir", "tank"])
@pytest.mark.parametrize("pipes", [1, 2, 3])
def test_what_a_metered_source_feeds_is_what_its_meter_says(kind: str, pipes: int) -> None:
    for sides in (("A", None), (None, "A")):
        drawing = Drawing().node("S", 0, kind=kind, meter_in=sides[0], meter_out=sides[1])
        for number in range(pipes):
            drawing.node(f"N{number}", 100, 50 * number).pipe(f"P{number}", "S", f"N{number}")
        # Joined elsewhere too, or only at the source.
        for joined in (False, True):
            if joined and pipes > 1:
                drawing.pipe("J", "N0", "N1")
            assert set(zones_of(drawing, zone_rows("A"))) == {"A"}


def test_beside_a_metered_source_a_patch_with_another_source_lies_outside() -> None:
    drawing = line("source", "plant", "junction", meters={1: ("A", None)})
    assert zones_of(drawing, zone_rows("A")) == [NO_ZONE, "A"]


def test_an_unmetered_source_beside_a_metered_one_does_not_take_its_zone_out() -> None:
    drawing = line("source", "junction", "source", meters={0: ("A", None)})
    assert zones_of(drawing, zone_rows("A")) == ["A", "A"]


def test_where_meters_contradict_each_other_what_is_assigned_stays() -> None:
    # The zone is open beside its meter: its pipes hang together with the source.
    drawing = line("source", "flow_meter", "junction", "junction", meters={1: ("A", None)})
    drawing.pipe("P9", "N0", "N2")
    for row in drawing.pipe_rows:
        row["dma_id"] = "A" if row["pipe_id"] in ("P1", "P2") else None
    dma = dma_of(drawing, zone_rows("A"))
    told = flood(dma)
    assert len(told.failed(CONTRADICTION)) == 1
    assert not len(from_meters(dma, told).changed(dma))
    assert not len(from_meters(dma, told, 0).changed(dma))
    # Without that way round the meter its zone is told, and what lies before it leaves the zone.
    closed = line("source", "flow_meter", "junction", "junction", meters={1: ("A", None)})
    for row in closed.pipe_rows:
        row["dma_id"] = "A" if row["pipe_id"] in ("P0", "P2") else None
    dma = dma_of(closed, zone_rows("A"))
    drawn = from_meters(dma, flood(dma))
    assert drawn.zone.tolist() == [NO_ZONE, 0, 0]
