"""Zero-discharge zones: the fewest as all partitions say, boundaries, leftovers, and what blocks them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import geopandas as gpd
import networkx as nx
import numpy as np
import pandas as pd
import pytest
import shapely
from support.drain_towns import drains_town
from support.quality_frames import CRS, TODAY
from support.slow_cases import a_few_quick

from waternet_plugin.core import frames
from waternet_plugin.core.drainage.zoning.blockers import blockers, blocking_rules, by_zone
from waternet_plugin.core.drainage.zoning.fewest import fewest_zones
from waternet_plugin.core.drainage.zoning.ground import ZoneGround, zone_ground
from waternet_plugin.core.drainage.zoning.zones import build_zones
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.schema.settings import Settings

EAST, NORTH = 500_000.0, 2_500_000.0
KM = 1000.0


def _box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Return a box by km from the corner of the town."""
    return shapely.box(EAST + west * KM, NORTH + south * KM, EAST + east * KM, NORTH + north * KM)


def _catchments(shapes: Sequence[shapely.Geometry], weather: str = "wet") -> gpd.GeoDataFrame:
    names = [f"O{number:02d}" for number in range(len(shapes))]
    rows = {"outfall_id": names, "weather": weather}
    return gpd.GeoDataFrame(rows, geometry=list(shapes), crs=CRS).rename_geometry("geom")


def _row(widths: Sequence[float]) -> list[shapely.Polygon]:
    """Return boxes of 1 km height side by side, their widths and areas the same."""
    ends = np.cumsum([0.0, *widths])
    return [_box(west, 0, east, 1) for west, east in zip(ends, ends[1:])]


def ground_of(catchments: Any, boundaries: Any = None) -> ZoneGround:
    return zone_ground(catchments, boundaries, settings=Settings())


def _zones(ground: ZoneGround, least: float = 2.0, most: float = 5.0) -> list[tuple[str, str]]:
    found = build_zones(ground, least, most, [], known=frozenset()).frame
    return sorted(zip(found["outfalls"], found["state"]))


def test_neighbours_become_the_fewest_zones() -> None:
    found = _zones(ground_of(_catchments(_row([1, 2, 2, 1, 2.5]))))
    assert [state for _names, state in found] == ["within", "within"]
    assert _zones(ground_of(_catchments(_row([3, 2.5, 1.5])))) == [("O00", "within"), ("O01;O02", "within")]


def test_leftovers_are_said() -> None:
    shapes = [*_row([6, 2]), _box(20, 0, 21, 1), _box(21, 0, 21.5, 1)]
    assert _zones(ground_of(_catchments(shapes))) == [
        ("O00", "too_large"), ("O01", "within"), ("O02;O03", "too_small")
    ]  # fmt: skip


def test_a_corner_or_a_short_edge_makes_no_neighbours() -> None:
    corner = [_box(0, 0, 1, 1.5), _box(1, 1.5, 2, 3)]
    short = [_box(0, 0, 1, 1.5), _box(1, 1.481, 2, 3)]
    long = [_box(0, 0, 1, 1.5), _box(1, 1.47, 2, 3)]
    assert [len(_zones(ground_of(_catchments(each)))) for each in (corner, short, long)] == [2, 2, 1]


def test_edges_that_lie_a_little_apart_are_shared() -> None:
    apart = [_box(0, 0, 1.5, 1), _box(1.5003, 0, 3, 1)]
    found = build_zones(ground_of(_catchments(apart)), 2, 5, [], known=frozenset()).frame
    assert found["outfalls"].tolist() == ["O00;O01"]
    assert len(shapely.get_parts(found["geom"].iloc[0])) == 1


def test_boundaries_are_not_crossed() -> None:
    shapes = _row([1.5, 1.5, 1.5, 1.5])
    offices = np.array([_box(0, -1, 1.6, 2), _box(1.6, -1, 7, 2)], dtype=object)
    assert _zones(ground_of(_catchments(shapes))) == [("O00;O01", "within"), ("O02;O03", "within")]
    assert _zones(ground_of(_catchments(shapes), offices)) == [
        ("O00", "too_small"), ("O01;O02;O03", "within")
    ]  # fmt: skip


def test_ground_that_is_shared_stays_together() -> None:
    shapes = [_box(0, 0, 2, 1), _box(1.5, 0, 3.5, 1), _box(3.499, 0, 6, 1)]
    ground = ground_of(_catchments(shapes))
    assert ground.outfalls == (("O00", "O01"), ("O02",))
    assert ground.together == 2
    # Shared ground counts once.
    assert ground.area_km2.tolist() == pytest.approx([3.5, 2.5], abs=1e-9)
    dry = pd.concat([_catchments(shapes), _catchments(shapes[:2], "dry")])
    assert ground_of(dry).outfalls == ground.outfalls
    assert ground_of(_catchments(shapes[2:], "dry")).outfalls == (("O00",),)


@pytest.mark.parametrize(
    ("case", "words"),
    [
        ("none", "no polygons"), ("column", "no column weather"), ("empty", "no polygons"),
        ("boundaries", "BOUNDARIES has no polygons"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(case: str, words: str) -> None:
    catchments = _catchments(_row([1, 2]))
    boundaries = None
    if case == "none":
        catchments = catchments.iloc[:0]
    elif case == "empty":
        catchments["geom"] = shapely.Polygon()
    elif case == "column":
        catchments = catchments.drop(columns="weather")
    else:
        boundaries = np.array([None, shapely.Polygon()], dtype=object)
    with pytest.raises(InputError) as refused:
        ground_of(catchments, boundaries)
    assert words in refused.value.message


def _partitions(things: list[int]) -> Iterator[list[list[int]]]:
    if not things:
        yield []
        return
    first, rest = things[0], things[1:]
    for size in range(len(rest) + 1):
        for others in itertools.combinations(rest, size):
            left = [one for one in rest if one not in others]
            for groups in _partitions(left):
                yield [[first, *others], *groups]


def _best(ground: ZoneGround, least: float, most: float) -> tuple[float, int, float]:
    """Return the price of the best of all partitions: ground in small zones, zones, outlines over areas."""
    graph = nx.Graph()
    graph.add_nodes_from(range(len(ground)))
    for one, other, length in zip(ground.one.tolist(), ground.other.tolist(), ground.shared_m.tolist()):
        if length >= 20 and ground.district[one] == ground.district[other]:
            graph.add_edge(one, other)
    found = []
    for groups in _partitions(list(range(len(ground)))):
        areas = [ground.area_km2[group].sum() for group in groups]
        if all(
            len(group) == 1 or (area <= most and nx.is_connected(graph.subgraph(group)))
            for group, area in zip(groups, areas)
        ):
            found.append(_price(ground, groups, least))
    return min(found)


def _price(ground: ZoneGround, groups: Sequence[Any], least: float) -> tuple[float, int, float]:
    small, compact = 0.0, 0.0
    for group in map(list, groups):
        area = float(ground.area_km2[group].sum())
        small += area if area < least else 0.0
        compact += float(shapely.length(shapely.union_all(ground.shape[group])) ** 2 / area)
    return round(small, 6), len(groups), round(compact / 1e6, 3)


def _plots(chance: np.random.Generator, count: int) -> list[shapely.Geometry]:
    """Return the cells of random points in a square, a few of them taken away."""
    points = shapely.multipoints(chance.random((count + 2, 2)) * 3.2 * KM + [EAST, NORTH])
    cells = shapely.get_parts(shapely.voronoi_polygons(points))
    inside = shapely.intersection(cells, _box(0, 0, 3.2, 3.2))
    return list(inside[:count])


@pytest.mark.parametrize("seed", a_few_quick(range(25), 1))
def test_small_graphs_as_all_partitions_say(seed: int) -> None:
    chance = np.random.default_rng(seed)
    offices = None
    if seed % 3 == 0:
        middle = 3.2 * chance.random()
        offices = np.array([_box(-1, -1, middle, 4), _box(middle, -1, 4, 4)], dtype=object)
    ground = ground_of(_catchments(_plots(chance, 7)), offices)
    least, most = (2.0, 5.0) if seed % 2 else (2.5, 3.5)
    found = fewest_zones(ground, least, most)
    assert found.proved
    assert _price(ground, found.groups, least) == pytest.approx(_best(ground, least, most), rel=1e-3)


@pytest.mark.parametrize("seed", a_few_quick(range(12), 2))
def test_larger_graphs_come_close(seed: int) -> None:
    chance = np.random.default_rng(seed)
    ground = ground_of(_catchments(_plots(chance, 12)))
    exact = fewest_zones(ground, 2.0, 5.0)
    near = fewest_zones(ground, 2.0, 5.0, most_exact=6)
    assert exact.proved
    assert _price(ground, near.groups, 2.0)[:2] == _price(ground, exact.groups, 2.0)[:2]


@pytest.mark.slow
def test_many_catchments_are_each_in_one_zone() -> None:
    chance = np.random.default_rng(1)
    shapes = _plots(chance, 150)
    ground = ground_of(
        _catchments([shapely.affinity.scale(one, 3, 3, origin=(EAST, NORTH)) for one in shapes])
    )
    found = fewest_zones(ground, 2.0, 5.0)
    assert sorted(itertools.chain(*found.groups)) == list(range(150))
    area = [ground.area_km2[list(group)].sum() for group in found.groups]
    assert min(area) >= 2 and max(area) <= 5
    # No more than a fifth above what their area needs.
    assert len(area) <= 1.2 * ground.area_km2.sum() / 5 + 1


RIVER = {"kind": "outfall", "system": "storm"}
PLACES = {
    "a": (EAST + 100, NORTH + 100), "b": (EAST + 300, NORTH + 100), "c": (EAST + 500, NORTH + 100),
    "d": (EAST + 5000, NORTH + 100), "e": (EAST + 5300, NORTH + 100), "f": (EAST + 300, NORTH + 300),
}  # fmt: skip


def _subject() -> CheckContext:
    readings = pd.DataFrame(
        [
            {"node_id": "c", "time": "2025-01-01", "quantity": "sewage_seen", "value": 1.0},
            {"node_id": "c", "time": "2025-03-01", "quantity": "sewage_seen", "value": 0.0},
            {"node_id": "e", "time": "2025-02-01", "quantity": "sewage_seen", "value": 1.0},
        ]
    )
    readings["time"] = pd.to_datetime(readings["time"])
    tables = drains_town(
        PLACES,
        [("ab", "combined", "trunk"), ("bc", "storm", "overflow"), ("de", "storm", "branch")],
        kinds={"b": {"kind": "interceptor"}, "c": RIVER, "e": RIVER},
        reading=frames.conform(readings, "reading"),
    )
    return CheckContext(tables, Settings(), today=TODAY)


def _issues(*rows: tuple[str, str, str, Any]) -> pd.DataFrame:
    names = ["rule_id", "state", "assets", "geom"]
    frame = pd.DataFrame([dict(zip(names, row)) for row in rows], columns=names)
    return frame.assign(issue_id=[f"I{number}" for number in range(len(frame))])


def test_what_blocks_zero_discharge() -> None:
    there = shapely.Point(EAST + 5100, NORTH + 100)
    found = blockers(
        _subject(),
        _issues(
            ("sewage_to_storm", "open", "ab;b", None),
            ("shared_manhole", "open", "d;de", None),
            ("storm_to_sewage", "accepted", "de;d", None),
            ("sewage_near_storm", "open", "de", None),
            ("inlet_to_sewage", "open", "gone", there),
            ("inlet_to_sewage", "open", "lost", None),
        ),
    )
    zones = by_zone(found, {"c": 0, "e": 1}, np.array([_box(0, 0, 2, 2), _box(4, 0, 6, 2)], dtype=object))
    assert [one.text for one in zones[0]] == ["M1 ab", "interceptor b"]
    # At e sewage was seen last, at c not any more.
    assert sorted(one.text for one in zones[1]) == ["M3 gone", "M7 d", "sewage_seen e"]


def test_zones_tell_what_blocks_them() -> None:
    catchments = _catchments([_box(0, 0, 2, 2), _box(4, 0, 6, 2)])
    catchments["outfall_id"] = ["c", "e"]
    found = build_zones(
        ground_of(catchments), 2, 5, blockers(_subject(), _issues()),
        known=frozenset({"c"}), taken=frozenset({"ZD-01"}),
    )  # fmt: skip
    rows = found.frame.set_index("outfalls")
    assert rows["blocked_by"].to_dict() == {"c": "interceptor b", "e": "sewage_seen e"}
    assert rows["ready"].tolist() == [0, 0]
    assert sorted(rows["zone_id"]) == ["ZD-02", "ZD-03"]
    assert found.strange == ("e",)
    free = build_zones(ground_of(catchments), 2, 5, [], known=frozenset({"c", "e"}))
    assert free.frame["ready"].tolist() == [1, 1] and free.frame["blocked_by"].isna().all()


def test_the_rules_that_block_are_joined_misconnections() -> None:
    rules = set(blocking_rules())
    assert {"sewage_to_storm", "storm_to_sewage", "overflow_without_weir", "combined_riser"} <= rules
    assert not rules & {"sewage_near_storm", "storm_near_sewage", "system_flips", "combined_in_separate"}
    assert len(rules) == 8
