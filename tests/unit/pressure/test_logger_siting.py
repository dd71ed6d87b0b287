"""Where loggers belong: against a plain second reckoning, greedy's bound, and the best of all sets."""

from __future__ import annotations

import heapq
import itertools
import math
import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support import network_frames as frames
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.model.graph import build_graph
from waternet_plugin.core.pressure.logger_siting import (
    NODE_COLUMNS,
    PIPE_COLUMNS,
    Siting,
    SitingChoice,
    site_loggers,
)
from waternet_plugin.core.schema.settings import Settings

REACH = {"ductile_iron": 200.0, "concrete": 120.0, "pe": 60.0, None: 60.0}
Rows = tuple[list[dict[str, Any]], list[dict[str, Any]]]


def town(seed: int, size: int = 9) -> Rows:
    """Return pipes and nodes of a random network; ids are in no order of place."""
    chance = random.Random(seed)
    kinds = ["hydrant", "valve", "junction", "noise_sensor"]
    names = [f"N{number:02d}" for number in range(size)]
    chance.shuffle(names)
    nodes = [
        {
            "node_id": names[row],
            "at": (chance.uniform(0, 400), chance.uniform(0, 400)),
            "kind": chance.choices(kinds, [4, 4, 3, 0.5])[0],
        }
        for row in range(size)
    ]
    pipes = []
    for number in range(int(size * 1.5)):
        one, other = (chance.randrange(size) for _end in range(2))
        pipes.append(
            {
                "pipe_id": f"P{number:02d}",
                "line": [nodes[one]["at"], nodes[other]["at"]] if one != other else None,
                "from_node": names[one],
                "to_node": names[other],
                "length_m": chance.choice([0.0, 20.0, 35.5, 60.0, 110.0, 250.0]),
                "material": chance.choice(list(REACH)),
                "system": chance.choices(["potable", "sewage"], [8, 1])[0],
                "status": chance.choices(["in_use", "planned", None], [8, 1, 1])[0],
            }
        )
    return pipes, nodes


def sited(rows: Rows, count: int, kind: str = "noise", **given: Any) -> Siting:
    pipes = frames.pipes(*rows[0])
    for name in ("material", "diameter_mm"):
        values = [row.get(name) for row in rows[0]]
        pipes[name] = np.array(values, dtype=float if name == "diameter_mm" else object)
    nodes = frames.nodes(*rows[1])
    graph = build_graph(pipes, nodes).graph
    one = pd.DataFrame(pipes).reindex(columns=[*PIPE_COLUMNS])
    return site_loggers(
        graph, one, pd.DataFrame(nodes)[[*NODE_COLUMNS]], SitingChoice(kind, count, **given), Settings()
    )


def plain_cover(rows: Rows, loggers: list[str]) -> float:
    """Return the metres that loggers cover: each pipe in a thousand parts, each part by each logger's way."""
    pipes = [row for row in rows[0] if row["system"] == "potable" and row["status"] != "planned"]
    covered = 0.0
    at: dict[str, list[tuple[str, float]]] = {}
    for row in pipes:
        spent = row["length_m"] / REACH[row["material"]]
        at.setdefault(row["from_node"], []).append((row["to_node"], spent))
        at.setdefault(row["to_node"], []).append((row["from_node"], spent))
    ways = []
    for name in loggers:
        spent_at = {name: 0.0}
        heap = [(0.0, name)]
        while heap:
            spent, here = heapq.heappop(heap)
            if spent > spent_at[here]:
                continue
            for other, more in at.get(here, []):
                if spent + more < spent_at.get(other, math.inf):
                    spent_at[other] = spent + more
                    heapq.heappush(heap, (spent + more, other))
        ways.append(spent_at)
    for row in pipes:
        spent = row["length_m"] / REACH[row["material"]]
        # The part of the pipe that is covered from either end, by any logger.
        parts = [(0.0, 0.0)]
        for way in ways:
            for name, turned in ((row["from_node"], False), (row["to_node"], True)):
                left = 1.0 - way.get(name, math.inf)
                if left > 0 and spent > 0:
                    share = min(1.0, left / spent)
                    parts.append((1.0 - share, 1.0) if turned else (0.0, share))
        reached, share = 0.0, 0.0
        for begin, end in sorted(parts):
            share += max(0.0, end - max(begin, reached))
            reached = max(reached, end)
        covered += share * row["length_m"]
    return covered


def candidates_of(rows: Rows) -> tuple[list[str], list[str]]:
    """Return nodes where a logger may be, and those where one is."""
    on = {
        row[name]
        for row in rows[0]
        if row["system"] == "potable" and row["status"] != "planned"
        for name in ("from_node", "to_node")
    }
    at = sorted((row["node_id"], row["kind"]) for row in rows[1] if row["node_id"] in on)
    return (
        [name for name, kind in at if kind in ("hydrant", "valve")],
        [name for name, kind in at if kind == "noise_sensor"],
    )


def check(seed: int) -> None:
    """Compare the places of one network with all sets of as many."""
    rows = town(seed)
    candidates, existing = candidates_of(rows)
    count = min(3, len(candidates))
    if not count:
        return
    found = sited(rows, count)
    assert list(found.existing) == existing
    before = plain_cover(rows, existing)
    best = max(plain_cover(rows, [*existing, *one]) for one in itertools.combinations(candidates, count))
    names = found.loggers["node_id"].tolist()
    ours = plain_cover(rows, [*existing, *names])
    assert ours == pytest.approx(best), "the best of all sets"
    assert ours - before >= (1 - 1 / math.e) * (best - before) - 1e-6
    assert found.pipes["covered_m"].sum() == pytest.approx(ours)
    known = before
    for row, name in enumerate(names):
        now = plain_cover(rows, [*existing, *names[: row + 1]])
        assert found.loggers["covers_m"][row] == pytest.approx(now - known, abs=1e-5)
        assert found.loggers["covered_share"][row] == pytest.approx(now / found.total_m), name
        known = now


@pytest.mark.parametrize("seed", range(6))
def test_loggers_are_the_best_set_of_a_small_network(seed: int) -> None:
    check(seed)


@pytest.mark.parametrize("seed", a_few_quick(range(6), 1))
def test_loggers_moved_anywhere_cover_what_the_second_reckoning_says(seed: int) -> None:
    rows = town(seed)
    candidates, existing = candidates_of(rows)
    ground = sited(rows, 1).ground
    graph = build_graph(frames.pipes(*rows[0]), frames.nodes(*rows[1])).graph
    moved = random.Random(seed).sample(candidates, min(3, len(candidates)))
    cover = ground.cover(np.array([graph.vertex_of(name) for name in moved]))
    assert cover.existing_m == pytest.approx(plain_cover(rows, existing))
    for count in range(1, len(moved) + 1):
        wanted = plain_cover(rows, [*existing, *moved[:count]])
        assert cover.existing_m + cover.covers_m[:count].sum() == pytest.approx(wanted)
    # The covered parts of pipes are as long.
    parts = (cover.from_start + cover.from_end) * ground.reach.length_m
    assert parts.sum() == pytest.approx(cover.total_m, abs=1e-6)


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(100, 300))
def test_loggers_of_200_networks(seed: int) -> None:
    check(seed)


def check_greedy(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without trying sets, each logger is the one that covers most new metres, the first by id of equals."""
    monkeypatch.setattr("waternet_plugin.core.pressure.logger_siting._MOST_SETS", 0)
    rows = town(seed, size=14)
    candidates, existing = candidates_of(rows)
    count = min(4, len(candidates))
    if not count:
        return
    found, chosen = sited(rows, count), [*existing]
    for name in found.loggers["node_id"]:
        gains = [
            (round(plain_cover(rows, [*chosen, one]), 5), one) for one in candidates if one not in chosen
        ]
        most = max(gain for gain, _one in gains)
        assert name == min(one for gain, one in gains if gain == most)
        chosen.append(name)
    best = max(plain_cover(rows, [*existing, *one]) for one in itertools.combinations(candidates, count))
    before = plain_cover(rows, existing)
    assert plain_cover(rows, chosen) - before >= (1 - 1 / math.e) * (best - before) - 1e-6


@pytest.mark.parametrize("seed", [1, 2])
def test_one_after_the_other_where_a_network_is_large(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    check_greedy(seed, monkeypatch)


@pytest.mark.sweep
@pytest.mark.parametrize("seed", range(300, 500))
def test_never_below_the_bound_of_greedy(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    check_greedy(seed, monkeypatch)


def street(material: str | None = "pe", dn: float = 300.0) -> Rows:
    """Return a street of five nodes, 100 m apart."""
    names = list("ABCDE")
    return (
        [
            {
                "pipe_id": f"{one}{other}", "from_node": one, "to_node": other, "material": material,
                "diameter_mm": dn, "line": [(100 * row, 0), (100 * row + 100, 0)],
            }
            for row, (one, other) in enumerate(zip(names, names[1:]))
        ],
        [
            {"node_id": name, "at": (100 * row, 0), "kind": "hydrant" if name == "C" else "valve"}
            for row, name in enumerate(names)
        ],
    )  # fmt: skip


def test_reaches_by_material_and_kind() -> None:
    assert sited(street(), 1).loggers[["node_id", "covers_m"]].to_numpy().tolist() == [["B", 120.0]]
    assert sited(street("concrete"), 1).loggers["covers_m"].tolist() == [240.0]
    iron = sited(street("cast_iron"), 1)
    assert iron.loggers[["node_id", "covered_share"]].to_numpy().tolist() == [["C", 1.0]]
    assert iron.pipes[["pipe_id", "node_id", "distance_m"]].to_numpy().tolist() == [
        ["AB", "C", 100.0], ["BC", "C", 0.0], ["CD", "C", 0.0], ["DE", "C", 100.0],
    ]  # fmt: skip
    assert sited(street(), 1, "pressure").covered_share == 1.0
    assert sited(street(), 1, "flow").loggers["node_id"].tolist() == ["A"]
    with pytest.raises(InputError, match="only 0 places"):
        sited(street(dn=200.0), 1, "flow")


def test_loggers_on_the_map_count_first_and_an_area_counts_alone() -> None:
    rows = street("cast_iron")
    rows[1][0]["kind"] = "noise_sensor"
    assert sited(rows, 1).loggers[["node_id", "covers_m"]].to_numpy().tolist() == [["C", 200.0]]
    assert sited(rows, 1, with_existing=False).existing == ()
    inside = sited(street("cast_iron"), 1, counts=np.array([True, False, False, False]))
    assert inside.loggers[["node_id", "covers_m", "covered_share"]].to_numpy().tolist() == [["A", 100.0, 1.0]]
    # Nothing is left to be covered.
    assert len(sited(street("cast_iron"), 3).loggers) == 1


@pytest.mark.parametrize(("count", "said"), [(0, "COUNT is 0"), (6, "only 5 places")])
def test_a_count_that_no_places_have_is_refused(count: int, said: str) -> None:
    with pytest.raises(InputError, match=said):
        sited(street(), count)


def test_order_of_rows_changes_nothing() -> None:
    pipes, nodes = town(7, size=14)
    one = sited((pipes, nodes), 3)
    chance = random.Random(1)
    other = sited((chance.sample(pipes, len(pipes)), chance.sample(nodes, len(nodes))), 3)
    assert one.loggers["node_id"].tolist() == other.loggers["node_id"].tolist()
    names = ["pipe_id", "node_id"]
    assert one.pipes[names].to_numpy().tolist() == other.pipes[names].to_numpy().tolist()
