"""No part reaches farther from drains than the roadside: no spike, no sliver, in towns drawn at random."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from support.drain_towns import drains_town
from support.slow_cases import a_few_quick

from waternet_plugin.core.drainage.catchments import outfall_catchments
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.schema.settings import Settings

ROADSIDE_M = 50.0


def _letters(number: int) -> str:
    return chr(0x4E00 + number)


def _sharpest_corner_rad(shapes: Any) -> float:
    """Return the least angle at a corner whose sides are longer than 1 m: that of a thread is next to 0."""
    least = np.pi
    # Arrays of a frame are read-only, which shapely 2.0 does not take here.
    for ring in shapely.get_rings(shapely.get_parts(np.array(shapes))):
        xy = shapely.get_coordinates(shapely.simplify(ring, 0.002))[:-1]
        before, after = np.roll(xy, 1, axis=0) - xy, np.roll(xy, -1, axis=0) - xy
        long = (np.hypot(*before.T) > 1) & (np.hypot(*after.T) > 1)
        turn = np.abs(
            np.arctan2(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0], (before * after).sum(axis=1))
        )
        least = min(least, turn[long].min(initial=np.pi))
    return float(least)


@pytest.mark.parametrize("seed", a_few_quick(range(12), 1))
def test_no_part_reaches_beyond_the_roadside(seed: int) -> None:
    dice = np.random.default_rng(seed)
    many = 60
    # Streets with manholes on them, an outfall at each street's end.
    places, drains, kinds = {}, [], {}
    number = 0
    for _street in range(many // 10):
        at = np.array([500_000.0, 2_500_000.0]) + dice.uniform(0, 600, 2)
        step = dice.uniform(15, 45) * np.array([np.cos(turn := dice.uniform(0, 2 * np.pi)), np.sin(turn)])
        for place in range(10):
            places[_letters(number)] = tuple((at + place * step + dice.normal(0, 2, 2)).tolist())
            if place:
                drains.append((_letters(number - 1) + _letters(number), "storm", "branch"))
            number += 1
        kinds[_letters(number - 1)] = {"kind": "outfall", "system": "storm"}
    tables = drains_town(places, drains, kinds=kinds)
    found = outfall_catchments(NetworkFrame(tables, Settings()))
    lines = shapely.union_all(tables["pipe"].geometry.to_numpy())
    for shapes in (found.parts["geom"].to_numpy(), found.outfalls["geom"].to_numpy()):
        corners = shapely.points(shapely.get_coordinates(shapes))
        assert shapely.distance(lines, corners).max() <= ROADSIDE_M + 0.01
        assert _sharpest_corner_rad(shapes) > 1e-3
