"""The ground never becomes the level of a pipe, nor a pipe's level the height of a node."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from support.settled_tables import Desk, line, node, pipe, tables

from waternet_plugin.core.vertices import xyz

NAN = np.nan
GROUND = {"N-1": 35.0, "N-2": 34.0, "N-3": 33.0, "N-4": 36.5}
PLACES = {"N-1": (0, 0), "N-2": (100, 0), "N-3": (200, 0), "N-4": (100, 80)}


@pytest.fixture
def street() -> Desk:
    """Two mains of unknown height and a third with one, nodes in the height of the ground."""
    return Desk(
        tables(
            pipe=[
                pipe("P-1", [(0, 0, NAN), (50, 0, NAN), (100, 0, NAN)], from_node="N-1", to_node="N-2"),
                pipe("P-2", [(100, 0, NAN), (200, 0, NAN)], from_node="N-2", to_node="N-3"),
                pipe("P-3", [(0, 40, 30.0), (200, 40, 29.0)]),
            ],
            node=[
                node(name, (*PLACES[name], ground), kind="manhole", ground_m=ground)
                for name, ground in GROUND.items()
            ],
        )
    )


def heights(desk: Desk, pipe_id: str = "P-1") -> list[float]:
    return xyz(desk.of("pipe", pipe_id)["geom"])[:, 2].tolist()


def no_ground(desk: Desk) -> None:
    for found in desk.tables["pipe"].values():
        for x, y, z in xyz(found["geom"]).tolist():
            for name, place in PLACES.items():
                assert (x, y) != place or abs(z - GROUND[name]) > 0.01 or np.isnan(z), found["pipe_id"]


def _merge(desk: Desk) -> None:
    desk.change("node", "N-2", kind="junction")
    whole = line((0, 0, NAN), (50, 0, NAN), (100, 0, NAN), (200, 0, NAN))
    one, two = desk.key("pipe", "P-1"), desk.key("pipe", "P-2")
    desk.gesture(("pipe", two, None), ("pipe", one, {**desk.of("pipe", "P-1"), "geom": whole}))


def _move_vertex(desk: Desk) -> None:
    desk.change("pipe", "P-1", geom=line((0, 0, NAN), (50, 0, NAN), (100, 80, 36.5)))


def _move_node(desk: Desk) -> None:
    desk.change("node", "N-2", geom=shapely.Point(110, 3, 34.0))


def _paste(desk: Desk) -> None:
    copied = {**desk.of("pipe", "P-1"), "batch_id": "B1"}
    desk.gesture(("pipe", desk.new_key(), copied))


def _restore(desk: Desk) -> None:
    row = desk.of("pipe", "P-1")
    desk.delete("pipe", "P-1")
    desk.save()
    desk.gesture(("pipe", desk.new_key(), row))


def _draw(desk: Desk) -> None:
    desk.draw([(0, 0, 35.0), (60, 60, 0.0), (100, 80, 36.5)])


def _reshape(desk: Desk) -> None:
    desk.change("pipe", "P-1", geom=line((0, 0, NAN), (100, 80, 36.5), (100, 0, NAN)))


@pytest.mark.parametrize(
    "gesture",
    [_merge, _move_vertex, _move_node, _paste, _restore, _draw, _reshape],
    ids=lambda one: one.__name__,
)
@pytest.mark.parametrize("is_saved_at_once", [False, True])
def test_no_gesture_gives_a_pipe_the_height_of_the_ground(
    street: Desk, gesture: Any, is_saved_at_once: bool
) -> None:
    gesture(street)
    no_ground(street)
    street.save()
    no_ground(street)
    assert not np.isfinite(heights(street)).any()


def test_an_end_of_known_height_keeps_it_when_it_is_put_on_a_node(street: Desk) -> None:
    street.change("pipe", "P-3", geom=line((0, 40, 30.0), (100, 80, 36.5)))
    assert heights(street, "P-3") == [30.0, 29.0]


def test_an_end_takes_the_height_of_the_pipe_that_ends_at_the_node(street: Desk) -> None:
    street.change("pipe", "P-2", geom=line((100, 0, 31.0), (200, 0, 30.5)))
    street.change("node", "N-3", geom=shapely.Point(200, 0, 30.5))
    street.draw([(200, 0, 30.5), (300, 0, 0.0)])
    assert heights(street, "NEW-1")[0] == 30.5


@pytest.mark.parametrize("place", [(60, 40), (0, 40)])
def test_a_node_put_on_a_pipe_keeps_its_height(street: Desk, place: tuple[float, float]) -> None:
    level = float(np.interp(place[0], [0, 200], [30.0, 29.0]))
    street.change("node", "N-4", geom=shapely.Point(*place, level))
    assert street.of("node", "N-4")["geom"].z == 36.5
    street.save()
    assert street.of("node", "N-4")["geom"].z == 36.5


def test_a_node_that_is_surveyed_anew_takes_the_height_it_is_given(street: Desk) -> None:
    street.change("node", "N-4", geom=shapely.Point(100, 81, 36.9), ground_m=36.9)
    assert street.of("node", "N-4")["geom"].z == 36.9


def test_a_new_node_on_a_pipe_stands_on_the_ground_where_that_is_known(street: Desk) -> None:
    made = node("N-9", (60, 40, 29.7), kind="valve", ground_m=35.5)
    street.gesture(("node", street.new_key(), made))
    assert street.of("node", "N-9")["geom"].z == 35.5
    street.gesture(("node", street.new_key(), node("N-10", (150, 40, 29.25), kind="valve")))
    assert street.of("node", "N-10")["geom"].z == 29.25
