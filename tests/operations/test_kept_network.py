"""A network that is kept for questions answers as one that was opened this moment.

``WATERNET_EXAMPLES=500`` tries that many random histories instead of a quick few.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shapely
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from osgeo import ogr
from support.cached_answers import compute_isolation
from support.network_frames import described
from support.water_frames import CRS, Drawing

from waternet_plugin import store
from waternet_plugin.core.errors import InputError, StoreError
from waternet_plugin.core.network.analysis.flow_elements import IsolationOptions
from waternet_plugin.core.network.isolation import isolate
from waternet_plugin.core.network.tracing.trace import TracePoint, trace, trace_point_of
from waternet_plugin.core.network.tracing.trace_rules import Rules
from waternet_plugin.operations.checks import repair_network
from waternet_plugin.operations.network import live_network as live_module
from waternet_plugin.operations.network.live_network import LiveNetwork
from waternet_plugin.store.addresses import parse

EXAMPLES = int(os.environ.get("WATERNET_EXAMPLES", "6"))
ACROSS, UP = 4, 3
TABLES = ("pipe", "node", "customer")


def draw(drawing: Drawing | None = None) -> Drawing:
    """Return a grid of pipes: a source in the corner, valves, a customer on every third pipe."""
    drawing = Drawing() if drawing is None else drawing
    for x in range(ACROSS):
        for y in range(UP):
            kind = "source" if x == y == 0 else ("valve" if (x + y) % 3 == 1 else "junction")
            drawing.node(f"N{x}{y}", 500_000.0 + 100 * x, 3_000_000.0 + 100 * y, kind=kind)
    number = 0
    for x in range(ACROSS):
        for y in range(UP):
            for other in ((x + 1, y), (x, y + 1)):
                if other[0] < ACROSS and other[1] < UP:
                    name = f"P{number:02}"
                    drawing.pipe(name, f"N{x}{y}", f"N{other[0]}{other[1]}", diameter_mm=100.0 + 50 * (x % 3))
                    if number % 3 == 0:
                        drawing.customer(f"C{number}", name, critical="yes" if number % 2 else "no")
                    number += 1
    return drawing


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("kept") / "town.gpkg"
    drawing = draw()
    store.create_network(path, CRS).close()
    with store.open_network(path) as network, network.write("adopt") as batch:
        for table, frame in zip(TABLES, (drawing.pipes, drawing.nodes, drawing.customers)):
            batch.insert(table, frame.dropna(axis="columns", how="all"))
    return path


@pytest.fixture
def town(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(template, tmp_path / "town.gpkg"))


def rows(frame: pd.DataFrame, *columns: str) -> list[Any]:
    """Return what a frame holds whatever the order of its rows; numbers of pipes and nodes are left out."""
    plain = frame[list(columns)] if columns else frame.drop(columns=["pipe", "node", "row"], errors="ignore")
    return sorted(map(repr, plain.round(6).itertuples(index=False)))


def told(question: Callable[[], Any]) -> Any:
    try:
        return question()
    except InputError as error:
        return error.message


def burst_of(kept: LiveNetwork, pipe: str, **choices: Any) -> Any:
    works = kept.works(IsolationOptions(**choices))
    found = isolate.isolate(works, isolate.pipe_to_isolate(works, pipe))
    frames = {name: rows(getattr(found, name)) for name in ("valves", "pipes", "customers", "hydrants")}
    plain = (round(found.volume_m3, 6), found.pipes_without_volume, found.bottleneck, found.notes)
    return frames, repr(plain)


def trace_of(kept: LiveNetwork, start: str, rules: Rules, end: str | None = None) -> Any:
    ground = kept.trace_network()
    to: TracePoint | None = trace_point_of(ground, end, parameter="END") if end else None
    found = trace(ground, trace_point_of(ground, start), rules, end=to)
    shown = rows(found.pipes, "pipe_id", "distance_m", "length_m", "forward")
    return shown, rows(found.nodes, "node_id", "distance_m", "kind"), round(found.length_m, 6), found.notes


def answers(kept: LiveNetwork) -> dict[str, Any]:
    """Return the graph and many traces and bursts, or why there are none."""
    with kept.answering():
        result = described(kept.graph.connected)
        result["customers"] = rows(pd.DataFrame(kept.customers.drop(columns="geom")))
        for pipe in ("P00", "P05", "P09", "P16", "Q1"):
            start = f"pipe:{pipe}"
            result[f"burst {pipe}"] = told(lambda pipe=pipe: burst_of(kept, pipe))
            for direction in ("upstream", "downstream", "connected", "to_source"):
                rules = Rules(direction)
                result[f"{direction} {pipe}"] = told(
                    lambda start=start, rules=rules: trace_of(kept, start, rules)
                )
            result[f"way {pipe}"] = told(
                lambda start=start: trace_of(kept, start, Rules("shortest"), "node:N31")
            )
        result["burst without N10"] = told(lambda: burst_of(kept, "P00", failed=("N10",), directed=True))
        return result


def assert_like_fresh(kept: LiveNetwork) -> None:
    have, want = answers(kept), answers(LiveNetwork(kept.uri))
    for name, value in want.items():
        assert have[name] == value, name


PLACE = st.tuples(st.integers(0, ACROSS), st.integers(0, UP)).map(
    lambda at: (500_000.0 + 100 * at[0], 3_000_000.0 + 100 * at[1])
)
NODES = [f"N{x}{y}" for x in range(ACROSS) for y in range(UP)]
NAMES = st.sampled_from([None, None, "M1", "M2", *NODES])
PIPE_IDS = st.sampled_from([*(f"P{number:02}" for number in range(17)), "Q1", "Q2"])
NODE_IDS = st.sampled_from([*NODES, "M1", "M2"])
PIPE = st.fixed_dictionaries(
    {
        "line": st.tuples(PLACE, PLACE).filter(lambda ends: ends[0] != ends[1]),
        "fields": st.fixed_dictionaries(
            {
                "status": st.sampled_from(["in_use", "in_use", "abandoned"]),
                "initial_status": st.sampled_from([None, None, "closed"]),
                "from_node": NAMES,
                "to_node": NAMES,
                "diameter_mm": st.sampled_from([80.0, 200.0]),
            }
        ),
    }
)
NO_STATE = {"valve_state": st.none(), "operable": st.none()}
STATES = {"valve_state": st.sampled_from([None, "open", "closed"])}
NODE = st.fixed_dictionaries(
    {
        "at": PLACE,
        "fields": st.one_of(
            st.fixed_dictionaries(
                {"kind": st.sampled_from(["junction", "tank", "source", "hydrant"]), **NO_STATE}
            ),
            st.fixed_dictionaries({"kind": st.just("check_valve"), **STATES, "operable": st.none()}),
            st.fixed_dictionaries(
                {"kind": st.just("valve"), "operable": st.sampled_from([None, "no"]), **STATES}
            ),
        ),
    }
)
# What changes no joint: sizes, streets, bends.
SIZES = st.fixed_dictionaries(
    {
        "diameter_mm": st.sampled_from([None, 50.0, 100.0, 150.0, 400.0]),
        "street": st.sampled_from([None, "A", "B"]),
        "bend": st.sampled_from([0.0, 20.0]),
    }
)
STEP = st.one_of(
    st.tuples(st.just("size"), PIPE_IDS, SIZES),
    st.tuples(st.just("size"), PIPE_IDS, SIZES),
    st.tuples(st.just("pipe"), PIPE_IDS, PIPE),
    st.tuples(st.just("pipe"), PIPE_IDS, st.none()),
    st.tuples(st.just("node"), NODE_IDS, NODE),
    st.tuples(st.just("node"), NODE_IDS, st.none()),
    st.tuples(st.just("customer"), st.sampled_from(["C0", "C3", "C6", "K1"]), st.one_of(st.none(), PIPE_IDS)),
)
EVENT = st.one_of(
    st.lists(STEP, min_size=1, max_size=4),
    st.lists(STEP, min_size=1, max_size=4),
    st.just("undo"),
    st.tuples(PIPE_IDS, st.sampled_from(["Q1", "R1"])),
    st.tuples(NODE_IDS, st.sampled_from(["M1", "R1"])),
)


def _row(table: str, name: str, wish: Any) -> pd.DataFrame:
    drawing = Drawing()
    if table == "customer":
        return drawing.customer(name, wish).customers
    if table == "node":
        return drawing.node(name, *wish["at"], **wish["fields"]).nodes
    drawing.node("one", *wish["line"][0]).node("other", *wish["line"][1])
    frame = drawing.pipe(name, "one", "other").pipes
    return frame.assign(**{field: [value] for field, value in wish["fields"].items()})


def _resized(network: store.Network, name: str, wish: Any) -> Any:
    """Return a pipe as it is on disk with another size, street and course."""
    row = network.read("pipe", ["pipe_id", "geom"], ids=[name])
    if len(row) and wish["bend"]:
        places = shapely.get_coordinates(row["geom"].iloc[0], include_z=True)
        middle = (places[0] + places[-1]) / 2 + [0.0, wish["bend"], 0.0]
        row["geom"] = [shapely.LineString([places[0], middle, places[-1]])]
    diameter = float("nan") if wish["diameter_mm"] is None else wish["diameter_mm"]
    return row.assign(diameter_mm=diameter, street=pd.Series([wish["street"]] * len(row), dtype=object))


def edit(path: Path, steps: Any) -> None:
    """Insert, change and delete rows in one batch."""
    with store.open_network(path) as network:
        there = {
            table: set(network.read(table, [f"{table}_id"], geometry=False).iloc[:, 0]) for table in TABLES
        }
        with network.write("edit") as batch:
            for table, name, wish in steps:
                if table == "size":
                    if name in there["pipe"]:
                        batch.update("pipe", _resized(network, name, wish))
                    continue
                if wish is None and table != "customer":
                    if name in there[table]:
                        batch.delete(table, [name])
                        there[table].remove(name)
                    continue
                frame = _row(table, name, wish)
                if name in there[table]:
                    fields = ["pipe_id"] if table == "customer" else [*wish["fields"], "geom"]
                    batch.update(table, frame[[f"{table}_id", *fields]])
                else:
                    batch.insert(table, frame.dropna(axis="columns", how="all"))
                there[table].add(name)


def rename(path: Path, old: str, new: str) -> None:
    """Give a row another id, as another program does."""
    table = "pipe" if old.startswith(("P", "Q")) else "node"
    with store.open_network(path) as network:
        if new in set(network.read(table, [f"{table}_id"], geometry=False).iloc[:, 0]):
            return
    dataset = ogr.Open(str(path), 1)
    dataset.ExecuteSQL(f"UPDATE {table} SET {table}_id = '{new}' WHERE {table}_id = '{old}'")
    dataset = None


def happen(path: Path, event: Any) -> None:
    if event == "undo":
        with store.open_network(path) as network:
            try:
                network.undo()
            except StoreError:
                return
    elif isinstance(event, tuple):
        rename(path, *event)
    else:
        edit(path, event)


# Shrinking would take many minutes: every example writes a file.
@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.tuples(EVENT, st.booleans()), min_size=1, max_size=5))
def test_any_history_is_answered_as_by_a_network_opened_this_moment(template: Path, events: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(shutil.copy(template, Path(folder) / "town.gpkg"))
        kept = LiveNetwork(str(path))
        answers(kept)
        for event, is_asked in events:
            happen(path, event)
            if is_asked:
                assert_like_fresh(kept)
        assert_like_fresh(kept)


@pytest.mark.slow
def test_what_changes_no_joint_is_carried(town: Path) -> None:
    kept = LiveNetwork(str(town))
    answers(kept)
    with kept.answering():
        works = kept.works()
        compute_isolation(works)
    edit(town, [("size", "P05", {"diameter_mm": 50.0, "street": "A", "bend": 20.0})])
    with kept.answering():
        now = kept.works()
        assert now is not works and now.segments is works.segments and now.supply is works.supply
    assert_like_fresh(kept)
    with store.open_network(town) as network, network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P05"], "status": ["abandoned"]}))
    with kept.answering():
        assert kept.works().segments is not works.segments
    assert_like_fresh(kept)


@pytest.mark.slow
def test_edits_between_questions_about_ways_are_carried_together(town: Path) -> None:
    kept = LiveNetwork(str(town))
    answers(kept)
    with kept.answering():
        works = kept.works()
        compute_isolation(works)
    for name, size in (("P05", 50.0), ("P06", 400.0), ("P05", 80.0)):
        edit(town, [("size", name, {"diameter_mm": size, "street": "A", "bend": 20.0})])
        # A question about other things: ways and segments are not asked for.
        with kept.answering():
            pass
    with kept.answering():
        now = kept.works()
        assert now is not works and now.segments is works.segments and now.supply is works.supply
    assert_like_fresh(kept)


@pytest.mark.slow
def test_a_repair_and_its_undo_are_followed(town: Path) -> None:
    moved = {"line": ((500_000.0, 3_000_000.0), (500_099.8, 3_000_000.0)), "fields": {"to_node": None}}
    edit(town, [("pipe", "P00", moved)])
    kept = LiveNetwork(str(town))
    before = answers(kept)
    with store.open_network(town) as network:
        plan = repair_network.plan_repairs(network, "near_miss_end")
        repair_network.write_repairs(network, plan, name="repair")
    assert answers(kept) != before
    assert_like_fresh(kept)
    with store.open_network(town) as network:
        network.undo()
    assert answers(kept) == before


@pytest.mark.slow
def test_an_edit_follows_without_reading_everything(town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = LiveNetwork(str(town))
    answers(kept)
    monkeypatch.setattr(live_module, "LiveGraph", None)
    edit(town, [("node", "N11", None), ("customer", "C0", "P01")])
    rename(town, "P03", "P99")
    with kept.answering():
        assert kept.graph.graph.edge_of("P99") >= 0
        assert kept.graph.graph.edge_of("P03") == -1
        assert kept.graph.graph.vertex_of("N11") == -1
        assert kept.customers.set_index("customer_id")["pipe_id"]["C0"] == "P01"


@pytest.mark.slow
def test_what_no_question_asks_for_leaves_everything_ready(town: Path) -> None:
    kept = LiveNetwork(str(town))
    with kept.answering():
        ground, works = kept.trace_network(), kept.works()
    with store.open_network(town) as network, network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P01"], "note": ["dug up twice"]}))
    with kept.answering():
        assert kept.trace_network() is ground
        assert kept.works() is works


@pytest.mark.slow
def test_more_edits_than_are_followed_one_by_one_are_read_anew(town: Path) -> None:
    kept = LiveNetwork(str(town), most_followed=2)
    answers(kept)
    edit(town, [("pipe", name, None) for name in ("P01", "P02", "P03")])
    assert_like_fresh(kept)


@pytest.mark.slow
def test_another_network_in_the_same_place_is_read_anew(town: Path, template: Path, tmp_path: Path) -> None:
    other = Path(shutil.copy(template, tmp_path / "other.gpkg"))
    edit(town, [("pipe", "P01", None)])
    edit(other, [("pipe", "P02", None)])
    edit(other, [("pipe", "P03", None)])
    kept = LiveNetwork(str(town))
    answers(kept)
    other.replace(town)
    assert_like_fresh(kept)


@pytest.mark.slow
def test_changed_thresholds_are_heard(town: Path) -> None:
    kept = LiveNetwork(str(town))
    answers(kept)
    with store.open_network(town) as network, network.write("setting") as batch:
        batch.set_setting("network.source_kinds", "valve")
    with kept.answering():
        assert kept.trace_network().sources.sum() > 1
    assert_like_fresh(kept)


@pytest.mark.slow
def test_one_network_for_all_who_ask_while_somebody_holds_it(town: Path) -> None:
    assert live_module.loaded_network(parse(town)) is None
    kept = live_module.live_network(str(town))
    assert live_module.loaded_network(parse(town)) is None
    with kept.answering():
        pass
    assert live_module.loaded_network(parse(f"{town.parent}/./town.gpkg")) is kept
    del kept
    gc.collect()
    assert live_module.loaded_network(parse(town)) is None
