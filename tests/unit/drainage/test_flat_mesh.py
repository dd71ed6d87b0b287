"""Flow in flat meshes of drains, judged by a steady diffusive wave that knows nothing of the plugin."""

from __future__ import annotations

import os

import numpy as np
import pytest
from support.drain_hydraulics import flat_mesh, flows

from waternet_plugin.core.drainage.inference.direction import IGNORE, DrainNetwork, infer_direction
from waternet_plugin.core.drainage.inference.forced import forced_sense

# As many more meshes of each kind as a run by hand asks for (`make meshes`); the bar is of their mean then.
MESHES = int(os.environ.get("WATERNET_MESHES", "0"))
SLOPES, ROUGH_M = (0.0007, 0.001, 0.0015), (0.01, 0.02, 0.03)
LEAST_SHARE = 0.93


def judged(slope: float, rough_m: float, seed: int) -> tuple[float, float]:
    """Return the shares of a mesh's drains that are called right, and that simply fall the right way.

    Without levels, what is called must be what the graph forces.
    """
    rng = np.random.default_rng(seed)
    mesh = flat_mesh(rng, side=8, slope=slope, rough_m=rough_m)
    truth = np.sign(flows(mesh, inflow_m3s=0.003))
    turned = rng.random(len(mesh.start)) < 0.5
    start, end = np.where(turned, mesh.end, mesh.start), np.where(turned, mesh.start, mesh.end)
    many, size = len(start), len(mesh.bottom_m)
    is_exit = np.isin(np.arange(size), mesh.outfalls)
    network = DrainNetwork(
        start=start, end=end, length_m=mesh.length_m, size_mm=1000 * mesh.size_m,
        invert_m=mesh.bottom_m[np.column_stack([start, end])].round(3), fact=np.zeros(many, dtype=np.int8),
        wet_only=np.zeros(many, dtype=bool), ground_m=np.full(size, np.nan), is_exit=is_exit,
        is_inlet=np.zeros(size, dtype=bool),
    )  # fmt: skip
    sense = infer_direction(network).sense * np.where(turned, -1, 1)
    moving = truth != 0
    bottom = np.sign(mesh.bottom_m[mesh.start] - mesh.bottom_m[mesh.end])
    shares = (sense == truth)[moving].mean(), (bottom == truth)[moving].mean()
    # Without levels, sizes and drawing, exactly what the graph forces.
    bare = DrainNetwork(
        **{**vars(network), "invert_m": np.full((many, 2), np.nan), "size_mm": np.full(many, np.nan)}
    )
    forced = forced_sense(size, start, end, is_exit)
    told = infer_direction(bare, IGNORE)
    # What ends at an exit tells by itself.
    inner = ~(is_exit[start] | is_exit[end])
    assert (told.sense[inner] == forced[inner]).all()
    return shares


@pytest.mark.parametrize(("slope", "rough_m", "seed"), [(0.0007, 0.01, 21), (0.0015, 0.03, 22)])
def test_levels_of_a_flat_mesh_tell_the_flow_of_a_hydraulic_model(
    slope: float, rough_m: float, seed: int
) -> None:
    share, falling = judged(slope, rough_m, seed)
    assert share >= LEAST_SHARE and share >= falling


@pytest.mark.skipif(not MESHES, reason="a sweep for `make meshes`")
def test_levels_tell_the_flow_in_many_meshes() -> None:
    means = []
    for slope in SLOPES:
        for rough_m in ROUGH_M:
            shares = np.array([judged(slope, rough_m, seed) for seed in range(MESHES)])
            share, falling = shares.mean(axis=0)
            means.append((share, falling))
            print(  # noqa: T201 (the table that the run is for)
                f"slope {slope:g}, rough {rough_m:g} m: right {share:.3f}, worst {shares[:, 0].min():.3f}, "
                f"by the fall alone {falling:.3f}"
            )
    share, falling = np.mean(means, axis=0)
    print(f"all: right {share:.3f}, by the fall alone {falling:.3f}")  # noqa: T201
    assert share >= LEAST_SHARE and share >= falling
