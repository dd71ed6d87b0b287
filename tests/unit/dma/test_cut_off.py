"""Who loses water to closed boundary valves: found in checks, drawings and scenarios alike."""

from __future__ import annotations

import datetime

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from support.dma_frames import model_of, zone_rows
from support.slow_cases import a_few_quick
from support.water_frames import Drawing

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.dma_network import DmaNetwork
from waternet_plugin.core.dma.drawing import gestures
from waternet_plugin.core.dma.drawing.scenario_content import content_of
from waternet_plugin.core.dma.drawing.zone_drawing import ZoneDrawing
from waternet_plugin.core.dma.verdict.cut_off import find_cut_off, lost_supply
from waternet_plugin.core.network.analysis.unjoined import NearbyNetwork
from waternet_plugin.core.network.model.end_coordinates import lines_of
from waternet_plugin.core.quality.checking import listed, run
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.zones.judgement import ZoneJudgement, judge_zones, rules_to_run
from waternet_plugin.core.quality.zones.zone_context import dma_of
from waternet_plugin.core.reports.dma.zones import changes_since, zones_report
from waternet_plugin.core.schema.settings import Settings

TODAY = datetime.date(2026, 1, 1)


def town(*closed: str) -> Drawing:
    """A source, its main to zone A through meter M, and a lane outside that hangs on A by valves V and W."""
    drawing = Drawing().node("S", 0, kind="source").node("M", 50, kind="flow_meter", meter_in="A")
    drawing.node("Q", 100).node("R", 200)
    for name, x in (("V", 100), ("W", 200)):
        state = "closed" if name in closed else "open"
        drawing.node(name, x, 100, kind="valve", valve_state=state)
    drawing.pipe("main", "S", "M").pipe("a1", "M", "Q", dma_id="A").pipe("a2", "Q", "R", dma_id="A")
    drawing.pipe("a3", "Q", "V", dma_id="A").pipe("a4", "R", "W", dma_id="A").pipe("lane", "V", "W")
    drawing.customer("c1", "lane", households=30.0, critical="yes", persons=75.0)
    return drawing.customer("c2", "lane", households=None, critical=None).customer("c3", "a2")


def judged_of(model: DmaModel) -> ZoneJudgement:
    tables = {"pipe": model.pipes, "node": model.nodes, "customer": model.customers, "zone": model.zones}
    subject = CheckContext(tables, Settings(), today=TODAY, connected=model.connected)
    subject.give(dma_of, model.dma)
    founds = run(subject, rules_to_run())
    existing = pd.DataFrame(
        columns=["issue_id", "state", "rule_id", "assets", "severity", "text", "fix", "root", "x", "y"]
    )
    return judge_zones(subject, founds, listed(subject, founds), existing)


def lost(model: DmaModel) -> list[list[str]]:
    return [sorted(model.graph.pipe_id[one.pipes].tolist()) for one in find_cut_off(model.dma)]


@pytest.mark.slow
def test_what_only_closed_boundary_valves_keep_from_a_source_is_cut_off() -> None:
    model = model_of(town("V", "W"), zone_rows("A"))
    (found,) = find_cut_off(model.dma)
    assert model.graph.pipe_id[found.pipes].tolist() == ["lane"]
    assert sorted(model.graph.node_id[list(found.valves)].tolist()) == ["V", "W"]
    assert found.zones == (0,)
    users = lost_supply(model.dma, [found]).users
    assert (users.customers, users.households, users.critical, users.persons) == (2, 31, 1, 75)
    for one in ("V", "W"):
        assert lost(model_of(town(one), zone_rows("A"))) == []


def test_a_closed_valve_that_is_on_no_boundary_is_no_matter_of_zones() -> None:
    drawing = town("V", "W")
    for row in drawing.pipe_rows:
        row["dma_id"] = None
    assert lost(model_of(drawing, zone_rows("A"))) == []


@pytest.mark.slow
def test_the_check_names_it_as_an_error_of_the_zones_of_these_valves() -> None:
    for closed, verdict in ((("V",), "not_valid"), (("V", "W"), "not_valid")):
        drawing = town(*closed)
        model = model_of(drawing, zone_rows("A"))
        judged = judged_of(model)
        rows = judged.findings[judged.findings["rule_id"] == "cut_off"]
        assert judged.zones["verdict"].tolist() == [verdict]
        if len(closed) == 1:
            assert not len(rows)
            continue
        (row,) = rows.to_dict("records")
        assert (row["code"], row["severity"], row["zone_id"], row["assets"]) == ("T6", "error", "A", "lane")
        assert "2 customers, 31 households" in row["text"] and "V, W" in row["text"]
        # Nothing else is wrong with the zone.
        others = judged.findings[
            (judged.findings["severity"] == "error") & (judged.findings["rule_id"] != "cut_off")
        ]
        assert not len(others)


def test_drawing_says_so_at_the_gesture_that_does_it_and_takes_it_back() -> None:
    model = model_of(town(), zone_rows("A"))
    drawing = ZoneDrawing(model.dma, np.full(model.graph.node_count, np.nan))
    v, w = (model.graph.vertex_of(name) for name in "VW")
    drawing.do(gestures.closing(drawing, v))
    assert not drawing.lost_supply().is_any
    drawing.do(gestures.closing(drawing, w))
    found = drawing.lost_supply()
    assert (found.users.customers, found.users.households, found.users.critical) == (2, 31, 1)
    assert "2 customers" in found.text() and "1 critical" in found.text()
    drawing.preview(gestures.opening(drawing, w), 0)
    assert drawing.lost_supply().is_any
    drawing.undo()
    assert not drawing.lost_supply().is_any
    drawing.redo()
    drawing.do(gestures.adding(drawing, np.array([model.graph.edge_of("lane")]), 0))
    # Inside a zone it lacks water as much; a part of the zone is told by the check.
    assert drawing.lost_supply().users.customers == 2


def test_where_nobody_recorded_customers_none_is_counted() -> None:
    drawing = town("V", "W")
    drawing.customer_rows.clear()
    model = model_of(drawing, zone_rows("A"))
    found = lost_supply(model.dma, find_cut_off(model.dma))
    assert found.users is None and found.text().endswith("without water: customers not recorded.")
    judged = judged_of(model)
    (row,) = judged.findings[judged.findings["rule_id"] == "cut_off"].to_dict("records")
    assert "? customers, ? households" in row["text"]
    assert judged.zones[["customers", "households"]].isna().all(axis=None)
    zones = judged.zones.assign(changes=changes_since(judged.zones, judged.findings, {}))
    nothing = NearbyNetwork(model.connected, lines_of(model.pipes), model.nodes, Settings()).beside(
        np.zeros(0, np.int64)
    )
    report = zones_report(zones, judged.findings, nothing, network="")
    assert str(report.sections).count("no customers recorded") == 2


def test_new_valves_at_a_tee_cut_off_as_valves_do() -> None:
    drawing = Drawing().node("S", 0, kind="source").node("T", 100).node("X", 200).node("Y", 100, 100)
    drawing.pipe("in", "S", "T").pipe("x", "T", "X", dma_id="A").pipe("y", "T", "Y")
    drawing.customer("c", "y", critical=None)
    model = model_of(drawing, zone_rows("A"))
    drawn = ZoneDrawing(model.dma, np.full(model.graph.node_count, np.nan))
    vertex, pipe = model.graph.vertex_of("T"), model.graph.edge_of("y")
    drawn.do(gestures.closing_end(drawn, vertex, 2 * pipe))
    found = drawn.lost_supply()
    assert found.users.customers == 1 and found.users.critical is None
    assert "not recorded" in found.text()
    (device,) = content_of(drawn).devices
    assert (device.pipe_id, device.zone_in, device.zone_out) == ("y", "A", None)


def _plain(dma: DmaNetwork) -> set[int]:
    """Return by plain searches the pipes that reach a source only with closed boundary valves open."""
    graph = dma.graph
    zones_at: dict[int, set[int]] = {}
    for pipe in np.flatnonzero(dma.counts).tolist():
        for node in (int(graph.start[pipe]), int(graph.end[pipe])):
            zones_at.setdefault(node, set()).add(max(int(dma.zone[pipe]), -1))

    def fed(shut: set[int]) -> set[int]:
        plain = nx.Graph()
        for pipe in np.flatnonzero(dma.open).tolist():
            plain.add_node(("p", pipe))
            for node in (int(graph.start[pipe]), int(graph.end[pipe])):
                if node in shut:
                    if dma.source[node]:
                        plain.add_edge(("p", pipe), "source")
                    continue
                plain.add_edge(("p", pipe), ("n", node))
                if dma.source[node]:
                    plain.add_edge(("n", node), "source")
        if "source" not in plain:
            return set()
        there = nx.node_connected_component(plain, "source")
        return {one[1] for one in there if one[0] == "p" and one != "source"}

    closed = set(np.flatnonzero(dma.closed).tolist())
    boundary = {node for node in closed if len(zones_at.get(node, ())) > 1}
    return fed(closed - boundary) - fed(closed)


@pytest.mark.parametrize("seed", a_few_quick(range(30), 1))
def test_random_towns_lose_what_a_plain_search_says(seed: int) -> None:
    random = np.random.default_rng(seed)
    drawing, side = Drawing(), 5
    for x in range(side):
        for y in range(side):
            kind = "source" if (x, y) == (0, 0) else str(random.choice(["junction", "valve"], p=[0.4, 0.6]))
            state = str(random.choice(["closed", "open", "unknown"], p=[0.6, 0.3, 0.1]))
            drawing.node(f"N{x}{y}", 100 * x, 100 * y, kind=kind, valve_state=state)
    for x in range(side):
        for y in range(side):
            for dx, dy in ((1, 0), (0, 1)):
                if x + dx < side and y + dy < side and random.random() < 0.8:
                    zone = random.choice([None, "A", "B"])
                    drawing.pipe(f"P{x}{y}{dx}", f"N{x}{y}", f"N{x + dx}{y + dy}", dma_id=zone)
    model = model_of(drawing, zone_rows("A", "B"))
    found = find_cut_off(model.dma)
    pipes = [pipe for one in found for pipe in one.pipes.tolist()]
    assert len(pipes) == len(set(pipes)) and set(pipes) == _plain(model.dma)
    assert all(one.valves and one.zones for one in found)
