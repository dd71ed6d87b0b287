"""A town in the open project, edited by random gestures of QGIS's own tools and judged after each Save."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any

from qgis.core import QgsFeatureRequest, QgsRectangle
from qgis.PyQt.QtCore import QCoreApplication

from support import saved_network
from support.begun_editing import begin_editing
from support.built_network import EAST, NORTH, write_built
from support.edit_session import buffer_state, is_empty
from support.native_gestures import GESTURES, NativeGestures
from waternet_plugin.core.vertices import NO_LENGTH_M
from waternet_plugin.store import open_network

SAVES, MOST_GESTURES = 3, 4
WIDE, HIGH, STEP_M = 4, 3, 100.0
# After these, a line of before and the parts of it still lie on each other.
STILL = {"split", "change"}


def make_grid_town(path: Path) -> None:
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


class EditedTown:
    """The plugin with a town open; each sequence begins with the town as it was."""

    def __init__(self, loaded: Any, path: Path) -> None:
        self.session, self.path = loaded.session, path
        self._base = saved_network.snapshot(path)
        self._taken_back = 0
        self.pipe, self.node = (loaded.session.layer(name) for name in ("pipe", "node"))
        self.outcomes: Counter[str] = Counter()
        # What was so before anybody edited stays so.
        self._was_loose = {*self.loose_ends()}
        self._was_collapsed = {*self.collapsed()}

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
        begin_editing(self.pipe, self.node)

    def joints(self) -> dict[str, tuple[Any, Any]]:
        """Return which nodes the pipes name, with what is not saved."""
        return {one["pipe_id"]: (one["from_node"], one["to_node"]) for one in self.pipe.getFeatures()}

    def collapsed(self) -> list[str]:
        """Return the pipes whose ends were moved to one place: no Save takes them, or leaves new ones out."""
        was = getattr(self, "_was_collapsed", ())
        found = [one["pipe_id"] for one in self.pipe.getFeatures() if one.geometry().length() < NO_LENGTH_M]
        return [one for one in found if one not in was]

    def loose_ends(self) -> list[str]:
        """Return the ends that name no node at their place, with what is not saved."""
        places = {one["node_id"]: one.geometry().asPoint() for one in self.node.getFeatures()}
        was = getattr(self, "_was_loose", ())
        found = []
        for one in self.pipe.getFeatures():
            line = one.geometry().asPolyline()
            for name, place in zip((one["from_node"], one["to_node"]), (line[0], line[-1])):
                if name not in places or places[name].distance(place) > saved_network.SAME_M:
                    found.append(f"{one['pipe_id']} at {name}")
        return [one for one in found if one not in was]

    def judge(self, before: Any, done: list[str], *, knows_all: bool) -> Any:
        """Judge what a Save left, and return it."""
        now = saved_network.snapshot(self.path)
        saved_network.check_ends(now)
        saved_network.check_new_nodes(before, now)
        saved_network.check_heights(before, now, knows_all=knows_all)
        saved_network.check_parts(now)
        saved_network.check_links(before, now, moved=not STILL.issuperset(done))
        saved_network.check_log(self.path, before, now)
        named = {one["pipe_id"]: (one["from_node"], one["to_node"]) for one in now.rows["pipe"].values()}
        assert self.joints() == named, "layers show other joints than the file has"
        return now

    def save(self, chance: random.Random) -> bool:
        """Save in either layer, with or without going on to edit."""
        layer = chance.choice((self.pipe, self.node))
        was = [buffer_state(one) for one in (self.pipe, self.node)]
        # A layer without edits of its own has nothing that QGIS could refuse.
        has_edits = any(buffer_state(layer)[:4])
        if layer.commitChanges(chance.random() < 0.5) and (has_edits or not self.collapsed()):
            assert is_empty(self.pipe) and is_empty(self.node)
            return True
        now = [buffer_state(one) for one in (self.pipe, self.node)]
        if not has_edits:
            # QGIS saves nothing in it, and forgets its steps.
            place = (self.pipe, self.node).index(layer)
            del was[place], now[place]
        assert now == was, "a refused Save changed buffers"
        QCoreApplication.processEvents()
        return False

    def neighbourhood(self, chance: random.Random, least: int) -> QgsRectangle:
        """Return a box with some pipes around a node, so that gestures meet each other."""
        first = chance.choice(sorted(self.node.getFeatures(), key=lambda one: str(one["node_id"])))
        box = first.geometry().boundingBox()
        half = 1e-6 * max(self.pipe.extent().width(), self.pipe.extent().height())
        while sum(1 for _each in self.pipe.getFeatures(QgsFeatureRequest(box.buffered(half)))) < least:
            half *= 1.5
        return box.buffered(half)


def play_sequence(town: EditedTown, seed: int, box: QgsRectangle | None = None) -> None:
    """Make random gestures and Saves, judged as they come.

    Parameters
    ----------
    town
        Where.
    seed
        Of all that is chance.
    box
        Around all of a town whose heights are known; None: gestures keep to a place with a dozen pipes.
    """
    chance = random.Random(seed)
    town.begin()
    is_all = box is not None
    if box is None:
        box = town.neighbourhood(chance, 12)
    knows_all = is_all and chance.random() < 0.5
    hands = NativeGestures(town.pipe, town.node, chance, box, is_all=is_all, knows_heights=knows_all)
    told: list[str] = []
    for _save_number in range(SAVES):
        before, done = saved_network.snapshot(town.path), []
        for _gesture in range(chance.randint(1, MOST_GESTURES)):
            gesture = chance.choice(GESTURES)
            if gesture(hands):
                done.append(gesture.__name__)
                town.outcomes[gesture.__name__] += 1
        told += [*done, "Save"]
        # New parts of no length are left out by the Save.
        left_out = {*town.collapsed()}
        joints = {name: ends for name, ends in town.joints().items() if name not in left_out}
        is_straight = not {"undo", "redo"} & {*done}
        try:
            # Nothing follows from a pipe without length, and no Save takes it.
            is_followed = is_straight and not town.collapsed()
            assert not is_followed or not town.loose_ends(), f"before the Save: {town.loose_ends()}"
            if not town.save(chance):
                messages = town.session.iface.messages()[:1]
                assert town.collapsed() and "has no length" in str(messages), f"refused: {messages}"
                town.outcomes["refused, no length"] += 1
                town.discard()
                town.edit()
                continue
            town.judge(before, done, knows_all=knows_all)
            if is_straight:
                after = town.joints()
                differing = {
                    name: (joints.get(name), after.get(name))
                    for name in {*joints, *after}
                    if joints.get(name) != after.get(name)
                }
                assert not differing, f"a Save joins otherwise than the gestures did: {differing}"
        except AssertionError as error:
            raise AssertionError(f"seed {seed}, after {', '.join(told)}: {error}") from error
        town.edit()
