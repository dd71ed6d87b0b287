"""Proposals of metered areas keep their rules, by a plain search, or are refused with a sentence."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import designed_towns
from support.proposal_networks import Streets, lattice_streets, model_of_streets, random_streets
from support.proposal_rules import broken_rules

from waternet_plugin.core.dma.proposal.divisible_pipes import pipe_sizes
from waternet_plugin.core.dma.proposal.proposal_options import SOLUTIONS, ProposalOptions
from waternet_plugin.core.dma.proposal.proposing import Proposals, propose_zones
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.settings import Settings


def broken(model: Any, found: Proposals) -> dict[str, list[str]]:
    """Return the rules that solutions break."""
    sizes = dict(zip(model.graph.pipe_id, pipe_sizes(model.dma, found.options.size_by)))
    bounds = (found.bounds.least, found.bounds.most)
    return {
        name: rules
        for name, one in found.solutions.items()
        if (
            rules := broken_rules(
                model, one, size_of=sizes, bounds=bounds, max_inlets=found.options.max_inlets
            )
        )
    }


def proposed(model: Any, **options: Any) -> Proposals:
    return propose_zones(model, ProposalOptions(**options), Settings())


@pytest.mark.parametrize("kind", designed_towns.KINDS)
def test_the_towns_that_partitions_are_compared_on_have_7_000_to_16_000_pipes(kind: str) -> None:
    assert 7_000 <= len(designed_towns.largest_part(designed_towns.streets_of(kind)).ends) <= 16_000


@pytest.fixture(scope="module")
def lattice() -> Any:
    return model_of_streets(lattice_streets(16))


@pytest.mark.slow
@pytest.mark.parametrize("size_by", ["customers", "households", "demand", "length"])
def test_zones_of_a_lattice_keep_all_rules(lattice: Any, size_by: str) -> None:
    found = proposed(lattice, count=8, size_by=size_by)
    assert broken(lattice, found) == {}
    assert [len(one.zones) for one in found.solutions.values()] == [8] * 3


@pytest.mark.slow
def test_each_solution_is_best_at_what_it_is_named_for(lattice: Any) -> None:
    found = proposed(lattice, count=8, size_by="length").solutions
    few, even, cheap = (found[name] for name in SOLUTIONS)
    assert few.devices <= min(even.devices, cheap.devices)
    assert even.spread <= min(few.spread, cheap.spread)
    assert cheap.cost <= min(few.cost, even.cost)
    assert even.spread < 0.12


@pytest.mark.slow
def test_the_order_of_rows_changes_nothing(lattice: Any) -> None:
    streets = lattice_streets(16)
    order = np.random.default_rng(3).permutation(len(streets.ends))
    one = proposed(lattice, count=6, size_by="length").best
    other = proposed(model_of_streets(streets, order), count=6, size_by="length").best
    assert one.pipes.equals(other.pipes)
    assert one.boundary.equals(other.boundary)


@pytest.mark.slow
def test_the_seed_decides(lattice: Any) -> None:
    one = proposed(lattice, count=6, size_by="length", seed=5).best
    assert one.pipes.equals(proposed(lattice, count=6, size_by="length", seed=5).best.pipes)


@pytest.mark.slow
def test_trunk_mains_lie_in_no_zone_and_feed_all() -> None:
    streets = lattice_streets(16)
    # The streets of one row and one column are trunk mains from both sources.
    wide = [
        400.0 if one % 16 == 8 == other % 16 or one // 16 == 8 == other // 16 else 100.0
        for one, other in streets.ends
    ]
    model = model_of_streets(replace(streets, diameter_mm=wide, kind={8 * 16 + 8: "source"}))
    found = proposed(model, count=4, size_by="length", trunk_dn_mm=400)
    assert broken(model, found) == {}
    best = found.best
    outside = best.pipes[best.pipes["zone_id"].isna()]
    assert outside["reason"].str.contains("TRUNK_DN").sum() == sum(one == 400.0 for one in wide)


@pytest.mark.slow
def test_compounds_stay_in_one_zone() -> None:
    streets = lattice_streets(16, stubs=0.0)
    inside = {
        number: f"C{column // 2}{row // 2}"
        for number, (one, other) in enumerate(streets.ends)
        for column, row in [(one % 16, one // 16)]
        if column % 4 < 2 and row % 4 < 2 and other % 16 - column < 2 and (other % 16) % 4 < 2
        if (other // 16) % 4 < 2
    }
    model = model_of_streets(replace(streets, compound=inside))
    found = proposed(model, count=6, size_by="length")
    assert broken(model, found) == {}
    zone = dict(zip(found.best.pipes["pipe_id"], found.best.pipes["zone_id"]))
    # Compounds whose pipes hang together by themselves.
    for name in sorted(set(inside.values())):
        pipes = [number for number, one in inside.items() if one == name]
        if len(pipes) == 4:
            assert len({zone[f"P{number:05d}"] for number in pipes}) == 1


@pytest.mark.slow
def test_a_fixed_zone_keeps_its_pipes() -> None:
    streets = lattice_streets(12)
    kept = {
        number: "OLD"
        for number, (one, other) in enumerate(streets.ends)
        if other < 144 and one % 12 < 4 and other % 12 < 4
    }
    model = model_of_streets(replace(streets, zone=kept, zones=("OLD",)))
    found = proposed(model, count=3, size_by="length", fixed_zones=("OLD",))
    assert broken(model, found) == {}
    rows = found.best.pipes.set_index("pipe_id")
    assert set(rows.index[rows["zone_id"] == "OLD"]) == {f"P{number:05d}" for number in kept}


def test_existing_valves_are_closed_where_they_are() -> None:
    # Two blocks joined by two ways, each with a valve.
    block = [(0, 1), (1, 2), (2, 3), (3, 0)]
    ends = [*block, *[(one + 4, other + 4) for one, other in block], (1, 8), (8, 4), (2, 9), (9, 7)]
    xy = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (3, 0), (4, 0), (4, 1), (3, 1), (2, 0), (2, 1)]) * 100.0
    streets = Streets(xy, ends, {0: "source", 8: "valve", 9: "valve"}, {8: "open", 9: "open"})
    found = proposed(model_of_streets(streets), count=2, size_by="length", max_inlets=1).best
    assert sorted(found.boundary["device"]) == ["close", "meter"]
    assert set(found.boundary["at_node"]) == {"N00008", "N00009"}
    assert found.figures()["valves_to_close"] == 1


@pytest.mark.slow
def test_the_widest_way_is_the_inlet() -> None:
    block = [(0, 1), (1, 2), (2, 3), (3, 0)]
    ends = [*block, *[(one + 4, other + 4) for one, other in block], (1, 4), (2, 7)]
    xy = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (3, 0), (4, 0), (4, 1), (3, 1)]) * 100.0
    wide = [300.0] * 8 + [100.0, 300.0]
    streets = Streets(xy, ends, {0: "source"}, diameter_mm=wide)
    boundary = proposed(model_of_streets(streets), count=2, size_by="length", max_inlets=1).best.boundary
    assert dict(zip(boundary["pipe_id"], boundary["device"])) == {"P00008": "close", "P00009": "meter"}


def test_a_zone_that_a_direction_leaves_dry_gets_another_inlet() -> None:
    # The wider way into the second block comes by a check valve that leads out of it.
    block = [(0, 1), (1, 2), (2, 3), (3, 0)]
    ends = [*block, *[(one + 4, other + 4) for one, other in block], (8, 1), (4, 8), (2, 7)]
    xy = np.array([(0, 0), (1, 0), (1, 1), (0, 1), (3, 0), (4, 0), (4, 1), (3, 1), (2, 0)]) * 100.0
    wide = [300.0] * 8 + [300.0, 300.0, 100.0]
    streets = Streets(xy, ends, {0: "source", 8: "check_valve"}, diameter_mm=wide)
    found = proposed(model_of_streets(streets), count=2, size_by="length")
    rows = found.best.boundary.set_index("pipe_id")
    assert rows.loc["P00010", "device"] == "meter"


def test_closed_valves_are_boundaries_that_cost_nothing() -> None:
    ends = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 5), (5, 4)]
    xy = np.array([(0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (2, 2)]) * 100.0
    streets = Streets(xy, ends, {0: "source", 2: "valve"}, {2: "closed"}, length_m=[1.0] * 6)
    model = model_of_streets(streets)
    found = proposed(model, count=2, size_by="length", min_size=2, max_size=4)
    assert broken(model, found) == {}
    rows = found.best.boundary.set_index("at_node")
    assert rows.loc["N00002", ["device", "existing", "cost"]].tolist() == ["close", "yes", 0.0]
    assert found.best.devices == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"count": 20, "min_size": 5000.0, "max_size": 9000.0}, "20 zones are too many"),
        ({"count": 2, "max_size": 400.0}, "2 zones are too few"),
        ({"count": 600, "min_size": 1.0, "max_size": 90.0}, " has a size of 100"),
        ({"count": 0}, "COUNT is not greater than 0"),
        ({}, "Give either COUNT"),
        ({"count": 2, "target_size": 9.0}, "Give either COUNT"),
        ({"count": 2, "min_size": 9.0, "max_size": 8.0}, "MIN_SIZE is greater than MAX_SIZE"),
        ({"count": 2, "fixed_zones": ("nobody",)}, "no metered area “nobody”"),
        ({"count": 2, "max_inlets": 0}, "MAX_INLETS is not greater than 0"),
        ({"target_size": 1e9}, "No part of the network is as large"),
    ],
)
def test_what_cannot_be_is_refused_naming_the_bound(
    lattice: Any, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        proposed(lattice, size_by="length", **options)


def test_a_network_without_a_source_is_refused() -> None:
    model = model_of_streets(replace(lattice_streets(5), kind={}))
    with pytest.raises(InputError, match="has a way to a source"):
        proposed(model, count=2, size_by="length")


@pytest.mark.slow
def test_parts_of_a_kept_zone_that_do_not_hang_together_have_no_water_from_each_other() -> None:
    """Of two loops that are one zone, only one has a way to the source but through the other new zone."""
    corners = np.array([[500.0, 0.0], [-250.0, 433.0], [-250.0, -433.0]])
    streets = Streets(
        xy=corners,
        ends=[(1, 1), (2, 2), (2, 0), (0, 1), *[(0, 0)] * 6],
        kind={0: "source"},
        diameter_mm=[100.0] * 10,
        length_m=[1.0, 1.0, 3.0, *[1.0] * 7],
        zone={0: "OLD", 1: "OLD"},
        zones=("OLD",),
    )
    model = model_of_streets(streets)
    found = proposed(model, count=2, size_by="length", fixed_zones=("OLD",), max_inlets=1)
    assert broken(model, found) == {}
    boundary = found.solutions[found.chosen].boundary
    far = boundary[boundary["at_node"] == "N00002"]
    assert far[["device", "zone_in"]].to_numpy().tolist() == [["meter", "OLD"]]


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(
    streets=random_streets(),
    count=st.integers(1, 4),
    width=st.sampled_from([(None, None), (1.0, None), (2.0, 30.0), (1.0, 1000.0)]),
    trunk=st.sampled_from([None, 600.0]),
    fixed=st.booleans(),
    inlets=st.integers(1, 2),
)
def test_random_networks_keep_the_rules_or_are_refused(
    streets: Streets,
    count: int,
    width: tuple[float | None, float | None],
    trunk: float | None,
    fixed: bool,
    inlets: int,
) -> None:
    model = model_of_streets(streets)
    try:
        found = proposed(
            model,
            count=count,
            size_by="length",
            min_size=width[0],
            max_size=width[1],
            trunk_dn_mm=trunk,
            fixed_zones=("OLD",) if fixed else (),
            max_inlets=inlets,
        )
    except InputError:
        # Refused with a sentence, as is most of what is drawn.
        return
    assert broken(model, found) == {}
