"""Catchments: parts cover the area once, compounds with one exit are one part, overflows count when wet."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from support.drain_towns import drains_town
from support.quality_frames import CRS
from support.slow_cases import a_few_quick

from waternet_plugin.core import frames
from waternet_plugin.core.drainage.catchments import outfall_catchments
from waternet_plugin.core.drainage.drain_ways import DrainWays
from waternet_plugin.core.drainage.outfall_sets import outfall_sets
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.reports.drainage.catchments import summary_lines
from waternet_plugin.core.schema.settings import Settings

EAST, NORTH = 500_000.0, 2_500_000.0
PLACES = {
    "a": (EAST + 50, NORTH + 50), "b": (EAST + 150, NORTH + 50), "c": (EAST + 250, NORTH + 50),
    "d": (EAST + 350, NORTH + 50), "e": (EAST + 150, NORTH + 150), "f": (EAST + 350, NORTH + 150),
}  # fmt: skip
AREA = shapely.box(EAST, NORTH, EAST + 400, NORTH + 200)
RIVER = {"kind": "outfall", "system": "storm"}


def _compounds(*rows: dict[str, Any]) -> gpd.GeoDataFrame:
    return frames.conform(gpd.GeoDataFrame(list(rows), geometry="geom", crs=CRS), "compound")


def _subject(tables: dict[str, pd.DataFrame]) -> NetworkFrame:
    return NetworkFrame(tables, Settings())


def _box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)


@pytest.mark.slow
def test_parts_cover_the_area_once_by_site() -> None:
    tables = drains_town(
        PLACES, [("ab", "storm", "branch"), ("cd", "storm", "branch")], kinds={"b": RIVER, "d": RIVER}
    )
    found = outfall_catchments(_subject(tables), AREA)
    assert found.parts["area_m2"].sum() == pytest.approx(AREA.area)
    assert shapely.area(shapely.union_all(found.parts["geom"].to_numpy())) == pytest.approx(AREA.area)
    # Outfalls are no sites: the line between a and c divides the ground at 150 m.
    wet = found.outfalls.set_index(["outfall_id", "weather"])
    assert wet.loc[("b", "wet"), "area_m2"] == pytest.approx(150 * 200)
    assert wet.loc[("d", "dry"), "area_m2"] == pytest.approx(250 * 200)
    assert wet.loc[("b", "wet"), "length_m"] == pytest.approx(100)
    assert wet.loc[("b", "wet"), "confidence"] == 1.0
    assert found.lost_m2 == 0


def test_inlets_divide_the_ground_where_there_are_any() -> None:
    tables = drains_town(
        PLACES,
        [("ab", "storm", "lead"), ("bc", "storm", "branch"), ("eb", "storm", "lead")],
        kinds={"a": {"kind": "inlet"}, "e": {"kind": "inlet"}, "c": RIVER},
    )
    found = outfall_catchments(_subject(tables), AREA)
    assert set(found.parts["node_id"]) == {"a", "e"}
    assert set(found.outfalls["inlets"]) == {2}


@pytest.mark.slow
def test_an_inlet_that_is_led_into_a_sewer_takes_no_ground_from_the_street() -> None:
    tables = drains_town(
        PLACES,
        [
            ("ab", "storm", "branch"),
            ("bc", "storm", "branch"),
            ("ed", "storm", "lead"),
            ("df", "sewage", "main"),
        ],
        kinds={"a": {"kind": "inlet"}, "e": {"kind": "inlet"}, "c": RIVER, "f": {"kind": "plant"}},
    )
    found = outfall_catchments(_subject(tables), AREA)
    assert set(found.parts["node_id"]) == {"a"}
    assert found.lost_m2 == 0
    # Where there is nothing else, it says that no outfall is reached.
    alone = drains_town(
        PLACES,
        [("ed", "storm", "lead"), ("df", "sewage", "main")],
        kinds={"e": {"kind": "inlet"}, "f": {"kind": "plant"}},
    )
    assert outfall_catchments(_subject(alone), AREA).lost_m2 == pytest.approx(AREA.area)


def test_a_compound_with_one_exit_is_one_part() -> None:
    compounds = _compounds(
        {"compound_id": "X", "type": "residential", "geom": _box(0, 0, 120, 200)},
        {"compound_id": "Y", "type": "school", "geom": _box(300, 0, 400, 200)},
    )
    customers = pd.DataFrame(
        [{"customer_id": "1", "compound_id": "X"}, {"customer_id": "2", "outlet_node": "c"},
         {"customer_id": "3", "compound_id": "Y"}]
    )  # fmt: skip
    tables = drains_town(
        PLACES,
        [("ab", "storm", "branch"), ("be", "storm", "branch"), ("cd", "storm", "branch")],
        kinds={"e": RIVER, "d": RIVER},
        fields={"ab": {"compound_id": "X"}, "be": {"flow_confidence": 0.7}},
        compound=compounds,
        customer=frames.conform(customers, "customer"),
    )
    found = outfall_catchments(_subject(tables), AREA)
    own = found.parts[found.parts["compound_id"] == "X"]
    assert own["area_m2"].tolist() == [pytest.approx(120 * 200)]
    # The exit is where the compound's last drain ends.
    assert own["node_id"].tolist() == ["b"]
    rows = found.outfalls[found.outfalls["weather"] == "wet"].set_index("outfall_id")
    assert rows.loc["e", "compounds"] == "residential 1"
    assert rows.loc["d", "compounds"] == "school 1"
    assert rows["users"].to_dict() == {"e": 1, "d": 2}
    assert rows.loc["e", "confidence"] == pytest.approx(0.7)
    assert found.parts["area_m2"].sum() == pytest.approx(AREA.area)


def test_overflows_drain_in_wet_weather_only() -> None:
    tables = drains_town(
        PLACES,
        [("ab", "combined", "trunk"), ("bc", "sewage", "trunk"), ("be", "storm", "overflow")],
        kinds={"b": {"kind": "interceptor", "weir_level_m": 3.0}, "c": {"kind": "plant"}, "e": RIVER},
    )
    found = outfall_catchments(_subject(tables), AREA)
    assert set(found.outfalls["weather"]) == {"wet"}
    assert found.parts["outfalls_dry"].isna().all()
    assert set(found.parts["outfalls_wet"]) == {"e"}


def test_shared_ground_counts_for_both() -> None:
    tables = drains_town(
        PLACES,
        [("ab", "storm", "branch"), ("bc", "storm", "branch"), ("be", "storm", "branch")],
        kinds={"c": RIVER, "e": RIVER},
    )
    found = outfall_catchments(_subject(tables), AREA)
    assert found.outfalls["shared_m2"].tolist() == pytest.approx([AREA.area] * 4)
    assert set(found.parts["outfalls_wet"]) == {"c;e"}


@pytest.mark.parametrize("case", a_few_quick(["no drains", "no outfall", "no compounds"], 1))
def test_odd_towns_are_answered(case: str) -> None:
    drains = [] if case == "no drains" else [("ab", "storm", "branch")]
    kinds = {"b": RIVER} if case == "no compounds" else {}
    found = outfall_catchments(_subject(drains_town(PLACES, drains, kinds=kinds)))
    assert len(found.outfalls) == (2 if case == "no compounds" else 0)
    if case == "no outfall":
        assert found.lost_m2 == pytest.approx(found.parts["area_m2"].sum())


@pytest.mark.parametrize("seed", a_few_quick(range(10), 1))
def test_turned_lines_change_nothing(seed: int) -> None:
    chance = np.random.default_rng(seed)
    names = "abcdefghijkl"
    places = {name: tuple(EAST + 400 * chance.random(2)) for name in names}
    places = {name: (x, y - EAST + NORTH) for name, (x, y) in places.items()}
    kinds = {name: RIVER if chance.random() < 0.25 else {"kind": "manhole"} for name in names}
    drains = {}
    for _number in range(14):
        one, two = chance.choice(list(names), 2, replace=False)
        drains[one + two] = (one + two, "storm", "branch")
    answers = []
    for turned in ([], [name for name in drains if chance.random() < 0.5]):
        found = outfall_catchments(
            _subject(drains_town(places, list(drains.values()), kinds=kinds, turned=turned)), AREA
        )
        rows = found.outfalls.drop(columns="geom").sort_values(["outfall_id", "weather"])
        answers.append(rows.reset_index(drop=True))
    pd.testing.assert_frame_equal(answers[0], answers[1])


@pytest.mark.parametrize("seed", a_few_quick(range(12), 1))
def test_outfalls_reached_as_networkx(seed: int) -> None:
    chance = np.random.default_rng(seed)
    names = "abcdefghijklmnopqr"
    places = {name: tuple(EAST + 900 * chance.random(2)) for name in names}
    kinds = {name: {"kind": "outfall" if chance.random() < 0.25 else "manhole"} for name in names}
    drains, fields = {}, {}
    for _number in range(26):
        one, two = chance.choice(list(names), 2, replace=False)
        drains[one + two] = (one + two, "storm", "branch")
        if chance.random() < 0.2:
            fields[one + two] = {"flow": "undetermined"}
    subject = _subject(drains_town(places, list(drains.values()), kinds=kinds, fields=fields))
    outfalls = np.flatnonzero(subject.kind_among(("outfall",)))
    found = outfall_sets(DrainWays(subject), outfalls, subject.connected.graph.node_count)
    graph = nx.DiGraph([(name[0], name[1]) for name in drains])
    graph.add_edges_from((name[1], name[0]) for name in fields)
    for row, name in enumerate(subject.nodes.ids.astype(str)):
        below = nx.descendants(graph, name) | {name}
        expected = {one for one in below if kinds[one]["kind"] == "outfall"}
        mine = found.sets[found.of_vertex[row]]
        assert {str(subject.nodes.ids[one]) for one in mine} == expected


@pytest.mark.parametrize("seed", a_few_quick(range(8), 1))
def test_what_lies_beside_bent_and_straight_drains_is_drained(seed: int) -> None:
    chance = np.random.default_rng(seed)
    names = "abcdefghijkl"
    places = {
        name: (EAST + one, NORTH + two) for name, (one, two) in zip(names, 500 * chance.random((12, 2)))
    }
    kinds = {name: RIVER if number < 3 else {"kind": "manhole"} for number, name in enumerate(names)}
    drains, fields = [], {}
    for number in range(12):
        one, two = chance.choice(list(names), 2, replace=False)
        drains.append((one + two, "storm", "branch"))
        if number % 3 == 0:
            middle = (EAST + 500 * chance.random(), NORTH + 500 * chance.random())
            fields[one + two] = {"line": [places[one], middle, places[two]]}
    tables = drains_town(places, drains, kinds=kinds, fields=fields)
    # A drain that was never drawn is beside nothing.
    tables["pipe"].loc[tables["pipe"].index[-1], "geom"] = None
    compounds = _compounds(
        {"compound_id": "X", "type": "school", "geom": _box(100, 100, 260, 220)},
        {"compound_id": "Y", "type": "school", "geom": _box(300, 250, 420, 420)},
    )
    found = outfall_catchments(_subject({**tables, "compound": compounds}))
    lines = tables["pipe"].geometry.dropna().to_numpy()
    ground = shapely.union_all([*shapely.buffer(lines, 50.1, quad_segs=32), *compounds.geometry])
    inner = shapely.union_all([*shapely.buffer(lines, 49.0, quad_segs=32), *compounds.geometry])
    parts = found.parts["geom"].to_numpy()
    whole = shapely.union_all(parts)
    # Parts cover the ground once, within what a polygon leaves of a circle.
    assert shapely.area(parts).sum() == pytest.approx(whole.area)
    assert shapely.difference(inner, whole).area < 1e-3 * len(parts)
    assert shapely.difference(whole, ground).area < 1e-3 * len(parts)
    for name in ("dry", "wet"):
        for _row, one in found.outfalls[found.outfalls["weather"] == name].iterrows():
            mine = (
                found.parts[f"outfalls_{name}"]
                .fillna("")
                .str.split(";")
                .map(set(one[["outfall_id"]]).issubset)
            )
            assert one["geom"].area == pytest.approx(one["area_m2"])
            assert one["area_m2"] == pytest.approx(found.parts.loc[mine, "area_m2"].sum())
            assert shapely.is_valid(one["geom"])


@pytest.mark.parametrize("seed", a_few_quick(range(8), 1))
def test_a_catchment_is_the_union_of_its_parts(seed: int) -> None:
    chance = np.random.default_rng(seed)
    names = [chr(0x4E00 + number) for number in range(80)]
    places = {name: (EAST + 600 * chance.random(), NORTH + 600 * chance.random()) for name in names}
    # Water flows to one of four outfalls; compounds lie across the catchments.
    kinds = {name: RIVER if number < 4 else {"kind": "manhole"} for number, name in enumerate(names)}
    ways: dict[str, str] = {name: name for name in names[:4]}
    for name in names[4:]:
        ways[name] = str(min(ways, key=lambda other: np.hypot(*np.subtract(places[other], places[name]))))
    drains = [(name + ways[name], "storm", "branch") for name in names[4:]]
    fields = {name + ways[name]: {"compound_id": f"{number}"} for number, name in enumerate(names[4:8])}
    compounds = _compounds(
        *(
            {
                "compound_id": f"{number}",
                "type": "school",
                "geom": _box(west, south, west + 80, south + 70),
            }
            for number, (west, south) in enumerate([(0, 0), (160, 100), (330, 250), (100, 350)])
        )
    )
    found = outfall_catchments(
        _subject(drains_town(places, drains, kinds=kinds, fields=fields, compound=compounds))
    )
    single = found.parts.groupby("compound_id").size() == 1
    assert single.any()
    assert len(found.outfalls) >= 6
    for _row, one in found.outfalls.iterrows():
        mine = found.parts[f"outfalls_{one['weather']}"] == one["outfall_id"]
        union = shapely.union_all(found.parts.loc[mine, "geom"].to_numpy())
        assert shapely.is_valid(one["geom"])
        # Threads of up to 5 mm are taken out of each part, and out of the whole.
        assert shapely.symmetric_difference(union, one["geom"]).area < 5e-3 * shapely.length(union)


def test_catchments_of_a_grid_whose_compounds_end_where_cells_do() -> None:
    # Sides of compounds lie on those of cells, corners of compounds in the middle of these.
    names = np.array([chr(0x4E00 + number) for number in range(81)]).reshape(9, 9)
    places = {
        str(name): (EAST + 30.0 * column, NORTH + 30.0 * row)
        for row, some in enumerate(names)
        for column, name in enumerate(some)
    }
    kinds = {str(name): RIVER for name in names[::4, 0]}
    drains = [(str(one) + str(two), "storm", "branch") for some in names for one, two in zip(some[1:], some)]
    drains += [(str(one) + str(two), "storm", "branch") for one, two in zip(names[1:, 0], names[:-1, 0])]
    boxes = [(20, 15, 70, 45), (75, 15, 150, 45), (75, 45, 105, 90), (150, 150, 195, 225), (-15, 120, 0, 160)]
    compounds = _compounds(
        *(
            {"compound_id": f"{number}", "type": "school", "geom": _box(*box)}
            for number, box in enumerate(boxes)
        )
    )
    found = outfall_catchments(_subject(drains_town(places, drains, kinds=kinds, compound=compounds)))
    assert (found.parts["compound_id"] == "0").sum() == 1
    assert len(found.outfalls) >= 3
    for _row, one in found.outfalls.iterrows():
        mine = found.parts[f"outfalls_{one['weather']}"].fillna("").str.split(";")
        own = found.parts.loc[mine.map(set({one["outfall_id"]}).issubset), "geom"].to_numpy()
        union = shapely.union_all(own)
        assert shapely.is_valid(one["geom"])
        assert shapely.symmetric_difference(union, one["geom"]).area < 1e-3
        assert one["geom"].area == pytest.approx(shapely.area(own).sum(), abs=1e-3)


def test_what_keeps_ground_from_outfalls_is_said() -> None:
    tables = drains_town(PLACES, [("ab", "storm", "branch")])
    lone = drains_town(PLACES, [("ef", "storm", "lead")], kinds={"e": {"kind": "inlet"}})["node"]
    tables["node"] = pd.concat([tables["node"], lone[lone["node_id"] == "e"]], ignore_index=True)
    found = outfall_catchments(_subject(tables), AREA)
    assert (found.outfall_count, found.unjoined_inlets) == (0, 1)
    # The headline says how to mark one, and no figures of nothing.
    assert summary_lines(found)[0].startswith("The network has no outfall: give the nodes")
    lines = " ".join(summary_lines(found))
    assert "0 outfalls" not in lines and "take no ground" in lines
