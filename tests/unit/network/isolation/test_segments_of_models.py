"""Segments of EPANET files with valves, beside a plain search in the lines of the same file."""

from __future__ import annotations

import random
from collections import Counter, defaultdict

import geopandas as gpd
import pandas as pd
import pytest
from support.epanet_files import imported
from support.slow_cases import a_few_quick

from waternet_plugin.core.frames import conform, empty
from waternet_plugin.core.network.analysis.flow_elements import IsolationOptions
from waternet_plugin.core.network.isolation.isolation_model import build_isolation_model
from waternet_plugin.core.network.isolation.segment_ranking import rank_segments
from waternet_plugin.core.network.model.graph import build_graph

COLUMNS = ["node_count", "pipe_count", "length_m", "valves", "unintended_segments"]
Row = tuple[int, int, float, int, int]

# R - A =V1= B - C, B =V2= D (its pipe to C is closed), D =V3= E with a tank, F behind a closed pump, C =V4= G
# =V5= H, with V6 both sides in one segment, V7 closed, V8 a closed pressure valve.
STREETS = """[JUNCTIONS]
 A 10
 B 10
 C 10
 D 10
 E 10
 F 10
 G 10
 H 10
 I 10
 K 10
[RESERVOIRS]
 R 60
[TANKS]
 T 45 3 0 6 20 0
[PIPES]
 p1 R A 100 200 110
 p2 B C 200 200 110
 p3 C D 300 200 110 0 Closed
 p4 E T 40 200 110
 p5 H I 50 200 110
[PUMPS]
 u1 C F POWER 5
[VALVES]
 V1 A B 200 TCV 0 0
 V2 B D 200 TCV 0 0
 V3 D E 200 TCV 0 0
 V4 C G 200 TCV 0 0
 V5 G H 200 TCV 0 0
 V6 I H 200 TCV 0 0
 V7 K A 200 TCV 0 0
 V8 E I 200 PRV 20 0
[STATUS]
 u1 Closed
 V7 Closed
 V8 Closed
[OPTIONS]
 Units LPS
"""
# By hand: {R,A}, {B,C}, {D}, {E,T}, {F}, {G}, {H,I}, {K}.
WITH_TANKS: list[Row] = [
    (1, 0, 0, 0, 0), (1, 0, 0, 1, 0), (1, 0, 0, 2, 0), (1, 0, 0, 2, 1), (2, 1, 40, 1, 0), (2, 1, 50, 2, 0),
    (2, 1, 100, 2, 0), (2, 1, 200, 3, 2),
]  # fmt: skip
WITHOUT_TANKS: list[Row] = [
    (1, 0, 0, 0, 0), (1, 0, 0, 1, 0), (1, 0, 0, 2, 1), (1, 0, 0, 2, 1), (2, 1, 40, 1, 0), (2, 1, 50, 2, 0),
    (2, 1, 100, 2, 5), (2, 1, 200, 3, 4),
]  # fmt: skip


def found(text: str, *, tanks: bool) -> list[Row]:
    """Return the segments of an imported file."""
    file = imported(text)
    pipes, nodes = (
        gpd.GeoDataFrame(conform(pd.DataFrame(frame), table), geometry="geom", crs=frame.crs)
        for frame, table in ((file.pipes, "pipe"), (file.nodes, "node"))
    )
    works = build_isolation_model(
        build_graph(pipes, nodes), pipes, nodes, empty("customer"), options=IsolationOptions(tanks)
    )
    rows = rank_segments(works).segments[COLUMNS].itertuples(index=False, name=None)
    return sorted((int(a), int(b), round(c, 6), int(d), int(e)) for a, b, c, d, e in rows)


@pytest.mark.parametrize(("tanks", "expected"), [(True, WITH_TANKS), (False, WITHOUT_TANKS)])
def test_segments_of_a_file_counted_by_hand(tanks: bool, expected: list[Row]) -> None:
    assert found(STREETS, tanks=tanks) == expected


def drawn(seed: int) -> str:
    """Return a random file: a tree with more links, half of them pipes, a third throttle valves."""
    rng = random.Random(seed)
    junctions = [f"J{number}" for number in range(rng.randrange(5, 30))]
    sources = ["R1", *(f"T{number}" for number in range(rng.randrange(3)))]
    ends = [(name, rng.choice(junctions[:at])) for at, name in enumerate(junctions) if at]
    ends += [(name, rng.choice(junctions)) for name in sources]
    ends += [tuple(rng.sample(junctions, 2)) for _ in range(rng.randrange(len(junctions)))]
    parts: dict[str, list[str]] = defaultdict(list)
    for number, pair in enumerate(ends):
        start, end = rng.sample(pair, 2)
        kind = rng.choices(("PIPES", "TCV", "PRV", "PUMPS"), (50, 35, 8, 7))[0]
        values = {"PIPES": f"{rng.randrange(1, 99)} 100 100", "PUMPS": "POWER 5"}.get(kind, f"99 {kind} 9 0")
        parts[kind if kind in ("PIPES", "PUMPS") else "VALVES"].append(f" L{number} {start} {end} {values}")
        if rng.random() < 0.12:
            parts["STATUS"].append(f" L{number} Closed")
    # Many nodes share a place: only ids say what is joined.
    parts["COORDINATES"] = [
        f" {name} {rng.randrange(3)} {rng.randrange(3)}" for name in [*junctions, *sources]
    ]
    parts["JUNCTIONS"] = [f" {name} 10" for name in junctions]
    parts["RESERVOIRS"] = [" R1 60"]
    parts["TANKS"] = [f" {name} 45 3 0 6 20 0" for name in sources[1:]]
    order = ("JUNCTIONS", "RESERVOIRS", "TANKS", "PIPES", "PUMPS", "VALVES", "STATUS", "COORDINATES")
    return "".join(f"[{name}]\n" + "\n".join(parts[name]) + "\n" for name in order) + "[OPTIONS]\nUnits LPS\n"


def searched(text: str, *, tanks: bool) -> list[Row]:
    """Return the segments as searches from node to node in the lines of the file find them."""
    parts: dict[str, list[list[str]]] = defaultdict(list)
    section = ""
    for line in text.splitlines():
        if line.startswith("["):
            section = line
        elif line:
            parts[section].append(line.split())
    names = [line[0] for name in ("[JUNCTIONS]", "[RESERVOIRS]", "[TANKS]") for line in parts[name]]
    closed = {line[0] for line in parts["[STATUS]"]}
    valves = [line for line in parts["[VALVES]"] if line[4] == "TCV"]
    others = [line for line in parts["[VALVES]"] if line[4] != "TCV"]
    open_links = [line for line in (*parts["[PIPES]"], *parts["[PUMPS]"], *others) if line[0] not in closed]
    segment = labelled(names, [(line[1], line[2]) for line in open_links])
    ways: set[tuple[int, int]] = set()
    around: dict[int, set[str]] = defaultdict(set)
    for name, start, end, *_rest in valves:
        one, other = segment[start], segment[end]
        around[one].add(name)
        around[other].add(name)
        if name not in closed:
            ways |= {(one, other), (other, one)}
    feeding = {segment[name] for name in names if name[0] in ("RT" if tanks else "R")}
    nodes = Counter(segment.values())
    pipes = [line for line in parts["[PIPES]"] if line[0] not in closed]
    count = Counter(segment[line[1]] for line in pipes)
    length: Counter[int] = Counter()
    for line in pipes:
        length[segment[line[1]]] += int(line[3])
    before = supplied(feeding, ways, -1)
    return sorted(
        (nodes[each], count[each], float(length[each]), len(around[each]),
         len(before - supplied(feeding, ways, each) - {each}))
        for each in set(segment.values())
    )  # fmt: skip


def labelled(names: list[str], pairs: list[tuple[str, str]]) -> dict[str, int]:
    """Return the number of the part of each node."""
    result = {name: number for number, name in enumerate(names)}
    for _ in names:
        for one, other in pairs:
            result[one] = result[other] = min(result[one], result[other])
    return result


def supplied(feeding: set[int], ways: set[tuple[int, int]], without: int) -> set[int]:
    """Return what is reached from the sources when one segment is shut."""
    reached = feeding - {without}
    while True:
        more = {end for start, end in ways if start in reached and end != without} - reached
        if not more:
            return reached
        reached |= more


@pytest.mark.parametrize("tanks", [True, False])
@pytest.mark.parametrize("seed", a_few_quick(range(8)))
def test_segments_of_random_files(seed: int, tanks: bool) -> None:
    text = drawn(seed)
    if " TCV " in text:
        assert found(text, tanks=tanks) == searched(text, tanks=tanks)
