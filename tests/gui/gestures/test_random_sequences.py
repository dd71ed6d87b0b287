"""Whatever is done with QGIS's own tools, in whatever order, each Save leaves a network that is connected.

``WATERNET_SEQUENCES`` says how many sequences are tried, ``WATERNET_SEED`` with which seed they begin; a
failing one says its seed. ``make sequences`` tries 500.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.PyQt.QtCore import QCoreApplication
from support import saved_network
from support.built_network import EAST, NORTH, plugin_with, write_built
from support.edit_session import buffer_state, is_empty
from support.native_gestures import GESTURES, NativeGestures

from waternet_plugin.store import open_network

SEQUENCES = int(os.environ.get("WATERNET_SEQUENCES", "6"))
FIRST_SEED = int(os.environ.get("WATERNET_SEED", "1"))
# A merge of pipes that lie on each other, and a deleted junction that was put back and moved.
ONCE_FAILED = (384, 468)
SAVES, MOST_GESTURES = 3, 4
WIDE, HIGH, STEP_M = 4, 3, 100.0
# After these, a line of before and the parts of it still lie on each other.
STILL = {"split", "change"}


def make_town(path: Path) -> None:
    """Write a grid of streets with heights, two valves and failures, and its project."""
    from shapely.geometry import LineString, Point

    names = {(x, y): f"N-{1 + x + WIDE * y:04d}" for x in range(WIDE) for y in range(HIGH)}

    def place(x: int, y: int) -> tuple[float, float, float]:
        return EAST + x * STEP_M, NORTH + y * STEP_M, 10.0 + x + y / 2

    common = {"system": "potable", "status": "in_use"}
    nodes = [
        {"node_id": name, "kind": "junction", "geom": Point(*place(*at)), **common}
        for at, name in names.items()
    ]
    for index in (4, 9):
        nodes[index].update(kind="valve", valve_state="open")
    pairs = [((x, y), (x + 1, y)) for x in range(WIDE - 1) for y in range(HIGH)]
    pairs += [((x, y), (x, y + 1)) for x in range(WIDE) for y in range(HIGH - 1)]
    pipes = [
        {
            "pipe_id": f"P-{number:04d}",
            "from_node": names[pair[0]],
            "to_node": names[pair[1]],
            "diameter_mm": 100.0,
            "material": "pe",
            "street": f"Street {number % 3}",
            "geom": LineString([place(*at) for at in pair]),
            **common,
        }
        for number, pair in enumerate(pairs, 1)
    ]
    failures = [
        {
            "failure_id": f"F-{number}",
            "kind": "main_break",
            "pipe_id": pipe["pipe_id"],
            "geom": Point(
                *pipe["geom"].interpolate(0.3 + 0.05 * (number % 8), normalized=True).coords[0][:2]
            ),
        }
        for number, pipe in enumerate(pipes)
    ]
    write_built(path, node=nodes, pipe=pipes, failure=failures)


class Street:
    """The plugin with the town open; each sequence begins with the town as it was."""

    def __init__(self, loaded: Any, path: Path) -> None:
        self.session, self.path = loaded.session, path
        self._base = saved_network.snapshot(path)
        self._taken_back = 0
        self.pipe, self.node = (loaded.session.layer(name) for name in ("pipe", "node"))
        self.outcomes: Counter[str] = Counter()

    def begin(self) -> None:
        """Put the town back: what was saved since is taken back, batch by batch."""
        self.discard()
        with open_network(self.path) as network:
            made = [
                batch for batch, kind, *_more in saved_network.snapshot(self.path).batches if kind == "edit"
            ]
            made, self._taken_back = made[self._taken_back :], len(made)
            for batch in reversed(made):
                network.undo(batch)
        now = saved_network.snapshot(self.path)
        assert not saved_network.changed_rows(self._base, now), "undone batches left something"
        for layer in (self.pipe, self.node, self.session.layer("failure")):
            layer.dataProvider().reloadData()
        self.edit()

    def discard(self) -> None:
        """Leave editing without a Save."""
        for layer in (self.pipe, self.node, self.session.layer("failure")):
            if layer.isEditable():
                layer.rollBack()
        QCoreApplication.processEvents()

    def edit(self) -> None:
        """Edit pipes, and nodes with them."""
        for layer in (self.pipe, self.node):
            assert layer.isEditable() or layer.startEditing()

    def joints(self) -> dict[str, tuple[Any, Any]]:
        """Return which nodes the pipes name, with what is not saved."""
        return {one["pipe_id"]: (one["from_node"], one["to_node"]) for one in self.pipe.getFeatures()}

    def collapsed(self) -> list[str]:
        """Return the pipes whose ends were moved to one place: no Save takes them."""
        return [one["pipe_id"] for one in self.pipe.getFeatures() if one.geometry().length() == 0]

    def loose_ends(self) -> list[str]:
        """Return the ends that name no node at their place, with what is not saved."""
        places = {one["node_id"]: one.geometry().asPoint() for one in self.node.getFeatures()}
        found = []
        for one in self.pipe.getFeatures():
            line = one.geometry().asPolyline()
            for name, place in zip((one["from_node"], one["to_node"]), (line[0], line[-1])):
                if name not in places or places[name].distance(place) > saved_network.SAME_M:
                    found.append(f"{one['pipe_id']} at {name}")
        return found


@pytest.fixture(scope="module")
def street(qgis_app: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    folder = tmp_path_factory.mktemp("streets")
    make_town(folder / "town.gpkg")
    with plugin_with(folder / "town.qgz") as loaded:
        made = Street(loaded, folder / "town.gpkg")
        yield made
        made.discard()
    print("\n".join(f"{name:20} {count}" for name, count in sorted(made.outcomes.items())))


def _judge(street: Street, before: Any, done: list[str], *, knows_all: bool) -> Any:
    now = saved_network.snapshot(street.path)
    saved_network.check_ends(now)
    saved_network.check_new_nodes(before, now)
    saved_network.check_heights(before, now, knows_all=knows_all)
    saved_network.check_parts(now)
    saved_network.check_links(before, now, moved=not STILL.issuperset(done))
    saved_network.check_log(street.path, before, now)
    named = {one["pipe_id"]: (one["from_node"], one["to_node"]) for one in now.rows["pipe"].values()}
    assert street.joints() == named, "layers show other joints than the file has"
    return now


def _save(street: Street, chance: random.Random) -> bool:
    """Save in either layer, with or without going on to edit."""
    layer = chance.choice((street.pipe, street.node))
    was = [buffer_state(one) for one in (street.pipe, street.node)]
    if layer.commitChanges(chance.random() < 0.5):
        assert is_empty(street.pipe) and is_empty(street.node)
        return True
    assert [buffer_state(one) for one in (street.pipe, street.node)] == was, "a refused Save changed buffers"
    QCoreApplication.processEvents()
    return False


@pytest.mark.parametrize("seed", [*range(FIRST_SEED, FIRST_SEED + SEQUENCES), *ONCE_FAILED])
def test_the_network_stays_connected_whatever_is_done(street: Street, seed: int) -> None:
    chance = random.Random(seed)
    knows_all = chance.random() < 0.5
    street.begin()
    hands = NativeGestures(street.pipe, street.node, chance, (EAST, NORTH), knows_heights=knows_all)
    told: list[str] = []
    for _save_number in range(SAVES):
        before, done = saved_network.snapshot(street.path), []
        for _gesture in range(chance.randint(1, MOST_GESTURES)):
            gesture = chance.choice(GESTURES)
            if gesture(hands):
                done.append(gesture.__name__)
                street.outcomes[gesture.__name__] += 1
        told += [*done, "Save"]
        joints, is_straight = street.joints(), not {"undo", "redo"} & {*done}
        try:
            assert not is_straight or not street.loose_ends(), f"before the Save: {street.loose_ends()}"
            if not _save(street, chance):
                messages = street.session.iface.messages()[:1]
                assert street.collapsed() and "has no length" in str(messages), f"refused: {messages}"
                street.outcomes["refused, no length"] += 1
                street.discard()
                street.edit()
                continue
            _judge(street, before, done, knows_all=knows_all)
            if is_straight:
                assert street.joints() == joints, "a Save joins otherwise than the gestures did"
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, after {', '.join(told)}: {error}") from error
        street.edit()
