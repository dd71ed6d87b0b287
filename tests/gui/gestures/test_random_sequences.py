"""Whatever is done with QGIS's own tools, in whatever order, each Save leaves a network that is connected.

``WATERNET_SEQUENCES`` says how many sequences are tried, ``WATERNET_SEED`` with which seed they begin; a
failing one says its seed. ``make sequences`` tries 500.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from qgis.core import QgsRectangle
from support.built_network import EAST, NORTH, plugin_with, write_built
from support.edited_town import EditedTown, play_sequence

SEQUENCES = int(os.environ.get("WATERNET_SEQUENCES", "6"))
FIRST_SEED = int(os.environ.get("WATERNET_SEED", "1"))
# A merge of pipes that lie on each other, and a deleted junction that was put back and moved.
ONCE_FAILED = (384, 468)
WIDE, HIGH, STEP_M = 4, 3, 100.0


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


@pytest.fixture(scope="module")
def street(qgis_app: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EditedTown]:
    folder = tmp_path_factory.mktemp("streets")
    make_town(folder / "town.gpkg")
    with plugin_with(folder / "town.qgz") as loaded:
        made = EditedTown(loaded, folder / "town.gpkg")
        yield made
        made.discard()
    print("\n".join(f"{name:20} {count}" for name, count in sorted(made.outcomes.items())))


@pytest.mark.parametrize("seed", [*range(FIRST_SEED, FIRST_SEED + SEQUENCES), *ONCE_FAILED])
def test_the_network_stays_connected_whatever_is_done(street: EditedTown, seed: int) -> None:
    play_sequence(street, seed, QgsRectangle(EAST, NORTH, EAST + 300, NORTH + 300))
