"""Shut-offs that are kept: which overlap, beside a walk written apart, and edits that they survive."""

from __future__ import annotations

import contextlib
import datetime
import shutil
from pathlib import Path

import pandas as pd
import pytest
from support.edited_streets import Hand
from support.shut_streets import CUSTOMERS, NODES, PIPES, write_shut_streets
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.network.isolate_burst import ORDER, IsolateRequest, isolate_burst
from waternet_plugin.operations.network.keep_shutoff import (
    ShutoffRequest,
    ShutoffResult,
    keep_shutoff,
    overlaps_of_paper,
)
from waternet_plugin.operations.network.list_shutoffs import ShutoffListRequest, list_shutoffs
from waternet_plugin.store import open_network
from waternet_plugin.store.network import Network

DAY = "2099-05-04"
COLUMNS = ["shutoff_id", "pipe_id", "valves", "customers", "critical", "drained_m3", "starts_at", "state"]


@pytest.fixture(scope="module")
def _streets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The streets, written once."""
    return write_shut_streets(tmp_path_factory.mktemp("shut") / "streets.gpkg")


@pytest.fixture
def network(_streets: Path, tmp_path: Path) -> Network:
    """A copy of the streets, open."""
    with open_network(shutil.copy(_streets, tmp_path / "streets.gpkg"), by="li") as opened:
        yield opened


def shut(
    network: Network, pipe: str, start: str = "10:00", end: str = "12:00", day: str = DAY
) -> ShutoffResult:
    """Keep a planned shut-off of a pipe."""
    request = ShutoffRequest(
        IsolateRequest(pipe_id=pipe, papers=()), f"{day} {start}", f"{day} {end}" if end else ""
    )
    return keep_shutoff(network, request)


def overlaps(network: Network) -> list[tuple[str, str, str, int]]:
    rows = list_shutoffs(network, ShutoffListRequest()).rows
    rows = rows[rows["overlap"].notna()]
    return list(zip(rows["shutoff_id"], rows["other_id"], rows["overlap"], rows["customers"]))


@pytest.mark.slow
def test_two_that_clash_and_a_detour_are_told_once_and_nothing_else(network: Network) -> None:
    first = shut(network, "P4")
    assert first.overlaps == ()
    same = shut(network, "P5", "11:00", "13:00")
    assert len(same.overlaps) == 1 and first.shutoff_id in same.overlaps[0]
    detour = shut(network, "Q2", "11:30", "11:45")
    assert len(detour.overlaps) == 2 and detour.isolation.notes[:2] == detour.overlaps
    shut(network, "R2", "12:30", "14:00")
    shut(network, "P2", day="2099-06-01")
    names = (first.shutoff_id, same.shutoff_id, detour.shutoff_id)
    # U-C and U-E have no water only because both ways are shut.
    assert overlaps(network) == [
        (names[0], names[1], "same_segment", 2),
        (names[0], names[2], "detour", 2),
        (names[1], names[2], "detour", 2),
    ]
    rows = list_shutoffs(network, ShutoffListRequest()).rows.set_index(["shutoff_id", "other_id"])
    both = rows.loc[(names[0], names[2])]
    assert (both["starts_at"], both["ends_at"], both["critical"]) == (f"{DAY} 11:30", f"{DAY} 11:45", 1)
    stored = network.read("shutoff", geometry=False).set_index("shutoff_id").loc[names[0]]
    assert (stored["valves"], stored["customers"], stored["critical"]) == ("V2;V3", "U-B;U-B2", 0)
    assert (stored["kind"], stored["state"]) == ("planned", "planned")
    # 200 m of DN 200.
    assert stored["drained_m3"] == pytest.approx(3.14159265 * 0.01 * 200)


def walk(start: set[str], closed: set[str]) -> set[str]:
    """Return the nodes that water reaches from some, valves that are closed among them but not passed."""
    reached, todo = set(start), list(start)
    while todo:
        node = todo.pop()
        if node in closed:
            continue
        for one, other in PIPES.values():
            if node in (one, other):
                new = other if node == one else one
                if new not in reached:
                    reached.add(new)
                    todo.append(new)
    return reached


def wet(closed: set[str]) -> set[str]:
    """Return the pipes with water: those with an end that it reaches and passes."""
    nodes = walk({"S"}, closed) - closed
    return {name for name, ends in PIPES.items() if set(ends) & nodes}


def segment(pipe: str) -> tuple[set[str], set[str]]:
    """Return the pipes that are shut with one, and the valves around them."""
    valves = {name for name, (_x, _y, kind) in NODES.items() if kind == "valve"}
    inside = walk(set(PIPES[pipe]) - valves, valves)
    names = {name for name, ends in PIPES.items() if set(ends) & (inside - valves)} | {pipe}
    return names, {node for name in names for node in PIPES[name]} & valves


def expected(one: str, other: str) -> str | None:
    """Return how two shut-offs overlap, by walking."""
    (pipes_one, valves_one), (pipes_other, valves_other) = segment(one), segment(other)
    dry_one, dry_other = set(PIPES) - wet(valves_one), set(PIPES) - wet(valves_other)
    if "S" in {node for name in pipes_one | pipes_other for node in PIPES[name]}:
        return "source"
    if pipes_one & pipes_other:
        return "same_segment"
    users = [{user for user, pipe in CUSTOMERS.items() if pipe in dry} for dry in (dry_one, dry_other)]
    if users[0] & users[1]:
        return "same_customer"
    both = set(PIPES) - wet(valves_one | valves_other)
    return "detour" if both - dry_one - dry_other else None


PAIRS = [(one, other) for one in PIPES for other in PIPES if one < other and expected(one, other) != "source"]


@pytest.mark.slow
@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_overlaps_are_what_a_walk_finds(network: Network, one: str, other: str) -> None:
    shut(network, one)
    shut(network, other)
    found = [overlap for _one, _other, overlap, _customers in overlaps(network)]
    wanted = expected(one, other)
    assert found == ([] if wanted is None else [wanted])


@pytest.mark.slow
def test_times_that_only_touch_and_what_is_called_off_overlap_nothing(network: Network) -> None:
    first = shut(network, "P4", "10:00", "12:00")
    later = shut(network, "P5", "12:00", "13:00")
    assert overlaps(network) == [] and later.overlaps == ()
    off = shut(network, "P4", "12:00", "")
    assert len(off.overlaps) == 1
    with network.write("edit") as batch:
        batch.update("shutoff", pd.DataFrame({"shutoff_id": [off.shutoff_id], "state": ["called_off"]}))
    assert overlaps(network) == []
    # The crew was late: what it did counts, not what was planned.
    late = pd.Timestamp(f"{DAY} 12:30", tz="Asia/Shanghai")
    with network.write("edit") as batch:
        batch.update("shutoff", pd.DataFrame({"shutoff_id": [first.shutoff_id], "reopened_at": [late]}))
    assert [one[2] for one in overlaps(network)] == ["same_segment"]


@pytest.mark.slow
def test_days_choose_what_is_listed(network: Network) -> None:
    shut(network, "P4")
    shut(network, "P5", day="2099-06-01")
    listed = list_shutoffs(network, ShutoffListRequest(last=datetime.date(2099, 5, 4))).rows
    assert listed["pipe_id"].tolist() == ["P4"]
    assert list_shutoffs(network, ShutoffListRequest(datetime.date(2099, 5, 5))).rows["pipe_id"].tolist() == [
        "P5"
    ]


def test_the_next_after_a_month_is_told_unless_it_is_called_off(network: Network) -> None:
    may = ShutoffListRequest(datetime.date(2099, 5, 1), datetime.date(2099, 5, 31))
    assert list_shutoffs(network, may).next_start is None
    # Midnight in China is still May by Greenwich: it belongs to June.
    first = shut(network, "P4", "00:00", "02:00", day="2099-06-01")
    shut(network, "P5", day="2099-07-02")
    listed = list_shutoffs(network, may)
    assert (len(listed.rows), listed.next_start) == (0, "2099-06-01 00:00")
    with network.write("edit") as batch:
        batch.update("shutoff", pd.DataFrame({"shutoff_id": [first.shutoff_id], "state": ["called_off"]}))
    assert list_shutoffs(network, may).next_start == "2099-07-02 10:00"
    assert list_shutoffs(network, ShutoffListRequest()).next_start is None


@pytest.mark.parametrize(
    ("start", "end", "said"),
    a_few_quick(
        [("12:00", "10:00", "ends before it begins"), ("12:00", "noon", "not a valid time")],
        1,
        is_tuple_one_value=False,
    ),
)
def test_times_that_are_none_are_refused_and_nothing_is_written(
    network: Network, start: str, end: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        shut(network, "P4", start, end)
    assert network.count("shutoff") == 0


def test_hypothetical_valves_are_not_kept() -> None:
    with pytest.raises(InputError, match="WHAT_IF_VALVES"):
        ShutoffRequest(IsolateRequest(pipe_id="P4", what_if_valves=("B",)))


@pytest.mark.slow
def test_overlaps_are_told_before_a_paper_of_a_burst(network: Network) -> None:
    first, second = (shut(network, "P4").shutoff_id, shut(network, "P5", "13:00", "15:00").shutoff_id)

    def told(pipe: str, *papers: str) -> tuple[str, ...]:
        burst = IsolateRequest(pipe_id=pipe, papers=papers)
        made = keep_shutoff(network, ShutoffRequest(burst, store=False))
        assert made.isolation.notes[: len(made.overlaps)] == made.overlaps
        if papers:
            assert overlaps_of_paper(network, burst) == made.overlaps
        return made.overlaps

    # What nobody prints is only asked for.
    assert told("Q2") == ()
    # From now on, until nobody knows when: it closes the way around of both.
    lines = told("Q2", ORDER)
    assert len(lines) == 2 and first in lines[0] and second in lines[1]
    # The stored one is what is announced, and bothers nobody.
    assert told("P4", ORDER) == ()
    third = shut(network, "P5", "11:00", "13:00").shutoff_id
    (line,) = told("P4", ORDER)
    assert first in line and third in line


def test_the_order_for_the_crew_says_when_water_is_to_be_off(network: Network) -> None:
    burst = IsolateRequest(pipe_id="P4", papers=(ORDER,))

    def times(request: ShutoffRequest) -> list[str]:
        order = keep_shutoff(network, request).isolation.order
        assert order is not None and order.sections[0].table is not None
        cells = [str(cell) for row in order.sections[0].table.rows for cell in row]
        return [cell for cell in cells if cell.startswith(DAY) or cell == "not known yet"]

    assert times(ShutoffRequest(burst, store=False)) == []
    kept_from = ShutoffRequest(burst, f"{DAY} 10:00", f"{DAY} 12:00")
    assert times(kept_from) == [f"{DAY} 10:00", f"{DAY} 12:00"]
    # One that is stored already is announced by its own times.
    assert times(ShutoffRequest(burst, store=False)) == [f"{DAY} 10:00", f"{DAY} 12:00"]
    without_end = ShutoffRequest(IsolateRequest(pipe_id="Q2", papers=(ORDER,)), f"{DAY} 18:00")
    assert times(without_end) == [f"{DAY} 18:00", "not known yet"]


def kept(network: Network) -> list[tuple[object, ...]]:
    rows = network.read("shutoff", COLUMNS, geometry=False).sort_values("shutoff_id")
    return [tuple(map(str, row)) for row in rows.itertuples(index=False)]


WAYS = ("prefix", "shift", "split", "split_in_place", "add_again", "exchange", "merge")


@pytest.mark.parametrize(
    "seed",
    [
        # In the second one a pipe is cut so often that a part is shorter than what counts as one place.
        *(pytest.param(seed, marks=pytest.mark.slow) for seed in (0, 84)),
        *(
            pytest.param(seed, marks=[pytest.mark.slow, pytest.mark.sweep])
            for seed in range(1, 500)
            if seed != 84
        ),
    ],
)
def test_shutoffs_survive_what_becomes_of_their_pipes(network: Network, seed: int) -> None:
    shut(network, "P4")
    shut(network, "Q2", "11:00", "13:00")
    before, told = kept(network), overlaps(network)
    hand = Hand(network, seed)
    for _step in range(2 if seed == 0 else 6):
        way = WAYS[hand.chance.integers(len(WAYS))]
        # Pipes are not merged across a valve.
        with contextlib.suppress(InputError):
            getattr(hand, way)()
        there = set(network.read("pipe", ["pipe_id"], geometry=False)["pipe_id"])
        assert set(network.read("shutoff", ["pipe_id"], geometry=False)["pipe_id"]) <= there, way
        assert overlaps(network) == told, way
        stays = dict(
            zip(*(network.read("shutoff", geometry=False)[name] for name in ("pipe_id", "drained_m3")))
        )
        for pipe, drained_m3 in stays.items():
            # The volume that was kept is that of what is closed now.
            closed = isolate_burst(network, IsolateRequest(pipe_id=pipe, papers=())).figures["volume_m3"]
            assert drained_m3 == pytest.approx(closed, abs=0.02), way
    batches = network.batches()
    for batch in batches[batches["kind"] == "edit"]["batch_id"].tolist():
        if batches.set_index("batch_id").loc[batch, "name"].startswith("Shut-off"):
            break
        network.undo(batch)
    assert kept(network) == before
