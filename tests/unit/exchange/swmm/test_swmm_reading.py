"""A SWMM file is read as SWMM reads it, and what can't be used is refused in words."""

from __future__ import annotations

import math

import numpy as np
import pytest
from support.epanet_files import TOWN, exchanged
from support.epanet_files import read as read_epanet
from support.swmm_files import DRAINS, read_swmm, swmm_town

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.units import FOOT_M


def test_every_element_is_there_with_its_levels():
    drains = swmm_town()
    pipes, nodes = drains.pipes.set_index("pipe_id"), drains.nodes.set_index("node_id")
    assert pipes["function"].replace({None: ""}).to_dict() == {
        "C1": "", "C2": "culvert", "C3": "channel", "R1": "rising_main",
        "P1": "rising_main", "W1": "overflow",
    }  # fmt: skip
    assert nodes["kind"].to_dict() == {
        "J1": "manhole", "J2": "manhole", "Old well": "manhole", "J3": "manhole", "SUMP": "pump_pit",
        "O1": "outfall", "O2": "outfall",
    }  # fmt: skip
    assert pipes.loc["C1", ["invert_start_m", "invert_end_m"]].tolist() == pytest.approx([10.1, 9.5])
    assert pipes.loc["C2", ["invert_start_m", "invert_end_m"]].tolist() == pytest.approx([9.5, 9.2])
    assert pipes.loc["W1", "invert_start_m"] == pytest.approx(10.2)
    assert pipes.loc[["P1", "W1"], "length_m"].tolist() == [0.0, 0.0]
    assert pipes.loc["C2", ["height_mm", "width_mm"]].tolist() == [800.0, 1200.0]
    assert pipes.loc[["C1", "R1"], "diameter_mm"].tolist() == [500.0, 300.0]
    assert pipes.loc["C2", "to_node"] == "Old well"
    assert nodes.loc["J1", ["ground_m", "depth_m"]].tolist() == [13.0, 3.0]
    # A depth of 0 is left to SWMM; it does not mean 0 m.
    assert math.isnan(nodes.loc["J2", "depth_m"]) and math.isnan(nodes.loc["J2", "ground_m"])
    assert list(pipes.geometry["C1"].coords) == [(1000, 2000), (1050, 2010), (1100, 2000)]


@pytest.mark.slow
def test_what_is_drawn_to_scale_becomes_a_zone_and_symbols_do_not():
    assert swmm_town().zones["zone_id"].tolist() == ["S1"]
    # Most polygons are symbols: the one that fits does so by chance.
    symbols = DRAINS.replace("[Polygons]\n", "[Polygons]\nS2 0 0\nS2 1 0\nS2 1 1\n")
    assert swmm_town(symbols).zones.empty


def test_elevations_and_depths_give_the_same_levels():
    model = read_swmm(DRAINS)
    by_elevation = DRAINS.replace("LINK_OFFSETS         DEPTH", "LINK_OFFSETS ELEVATION")
    for old, new in (
        ("100 0.013 0.1 *", "100 0.013 10.1 *"), ("0.013 0 0.2 0 0", "0.013 9.5 9.2 0 0"),
        ("O1 50 0.013 0 0", "O1 50 0.013 9 8"), ("O2 20 0.013 0 0.5", "O2 20 0.013 * 9"),
        ("TRANSVERSE 1.2", "TRANSVERSE 10.2"),
    ):  # fmt: skip
        by_elevation = exchanged(old, new, by_elevation)
    other = read_swmm(by_elevation)
    columns = ["invert_start_m", "invert_end_m"]
    np.testing.assert_allclose(model.links[columns].to_numpy(), other.links[columns].to_numpy())


def test_feet_and_metres_are_told_by_the_flow_unit():
    feet = read_swmm(DRAINS.replace("CMS", "CFS"))
    assert feet.links["length_m"].iloc[0] == pytest.approx(100 * FOOT_M)
    assert feet.subcatchments["area_ha"].iloc[0] == pytest.approx(0.40468564224)
    without = DRAINS.replace("FLOW_UNITS           CMS\n", "")
    assert "CFS" in read_swmm(without).warnings[0]
    assert read_swmm(without, flow_unit="LPS").links["length_m"].iloc[0] == 100.0
    with pytest.raises(InputError, match="its own flow unit, CMS"):
        read_swmm(DRAINS, flow_unit="LPS")


def test_a_map_without_a_unit_is_as_large_as_its_conduits():
    bare = DRAINS.replace("UNITS Meters", "UNITS None")
    assert swmm_town(bare).imported.plane.scale == 1.0
    assert swmm_town(bare.replace("CMS", "CFS")).imported.plane.scale == FOOT_M


@pytest.mark.slow
def test_combined_drains_have_rain_and_dry_flow():
    assert set(swmm_town().pipes["system"]) == {"storm"}
    assert set(swmm_town(DRAINS + "\n[DWF]\nJ2 FLOW 0.01\n").pipes["system"]) == {"combined"}


def test_nodes_without_a_place_lie_beside_their_neighbours():
    drains = swmm_town(DRAINS.replace("J2 1100 2000\n", ""))
    assert np.isfinite(drains.nodes.geometry.x).all()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "empty"),
        (TOWN, "is an EPANET file"),
        ("[TITLE]\nnothing\n", "not a SWMM input file"),
        (DRAINS[: DRAINS.index("[XSECTIONS]")], "may have been cut off"),
        (DRAINS[: DRAINS.index("2 0 0 0\n\n[PUMPS]")], "only 2 of at least|contains no|no line in"),
        (DRAINS.replace("J2 9.5", "J1 9.5"), "the node J1 already exists"),
        (DRAINS.replace("C2 J2", "C1 J2"), "the link C1 already exists"),
        (DRAINS.replace("C2 J2", "C2 J9"), "there is no node J9"),
        (DRAINS.replace("J1 10.0 3.0", "J1 ten 3.0"), "“ten” is not a number"),
        (DRAINS.replace("J1 10.0 3.0", "J1 inf 3.0"), "“inf” is not a number"),
        (DRAINS.split("[CONDUITS]")[0], "contains no conduit"),
    ],
)
def test_a_file_that_can_not_be_used_is_refused_in_words(data: str, words: str):
    with pytest.raises(InputError, match=words):
        read_swmm(data)


def test_degrees_need_a_coordinate_system():
    degrees = DRAINS.replace("UNITS Meters", "UNITS Degrees")
    with pytest.raises(InputError, match="are degrees"):
        swmm_town(degrees)


def test_a_swmm_file_is_no_epanet_file():
    with pytest.raises(InputError, match="is a SWMM file"):
        read_epanet(DRAINS)


def test_coordinates_that_can_not_be_read_and_strangers_are_named():
    odd = DRAINS.replace("J2 1100 2000", "J2 here there\nX9 1 1")
    warnings = read_swmm(odd + "\n[NEWS]\nx\n").warnings
    assert ["can't be read" in warnings[0], "X9" in warnings[1], "[NEWS]" in warnings[2]] == [True] * 3
