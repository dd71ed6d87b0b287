"""Levels and depths of pipes as a table gives them: to the crown or to the invert."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.use import systems

CJJ61, TOP, INVERT = "cjj61", "top", "invert"
LEVELS_OF = (CJJ61, TOP, INVERT)


@dataclass(frozen=True)
class Levels:
    """Levels and depths at both ends of the pipes, and what became of some of them.

    Parameters
    ----------
    level, depth
        (pipes, 2), m, NaN for unknown.
    above_invert_m
        (pipes,) how far the level lies above the invert, m; NaN where the size is unknown.
    axis_above_invert_m
        (pipes,) half the height of the pipe, m; NaN where it is unknown.
    without_size
        Rows of pipes whose levels can't be given since their size is unknown.
    contradicted
        Rows of pipes whose ground, depth and level disagree: the depth is left out.
    """

    level: Array
    depth: Array
    above_invert_m: Array
    axis_above_invert_m: Array
    without_size: Array
    contradicted: Array

    def of_axis(self, height: Array, row: Array) -> Array:
        """Return the levels of heights of the axis of pipes; 0 is what drawing leaves, so it is unknown."""
        known = np.where(height == 0, np.nan, height)
        return np.asarray(known - self.axis_above_invert_m[row] + self.above_invert_m[row])


def levels_of(pipes: pd.DataFrame, ends_z: Array, ground: Array, level_of: str, slack_m: float) -> Levels:
    """Return levels and depths: surveyed inverts first, else the heights of the line.

    Depths are stored to the crown of pressure pipes and to the invert of gravity pipes.

    Parameters
    ----------
    pipes
        system, function, diameter_mm, height_mm, inverts and depths.
    ends_z
        (pipes, 2), heights of the line at its ends, m.
    ground
        (pipes, 2), ground levels of the nodes there, m, NaN for unknown.
    level_of
        One of `LEVELS_OF`; cjj61: the crown of supply pipes, the invert of drains.
    slack_m
        Ground less depth and level are checked to agree within this, m.
    """
    box, round_mm = (pipes[name].to_numpy(dtype=float) for name in ("height_mm", "diameter_mm"))
    size = np.where(np.isnan(box), round_mm, box) / 1000
    drain = pipes["system"].isin(systems("drain")).to_numpy()
    to_crown = {CJJ61: ~drain, TOP: np.ones(len(pipes), bool), INVERT: np.zeros(len(pipes), bool)}[level_of]
    stored_to_crown = ~drain | (pipes["function"] == "rising_main").to_numpy()
    above = np.where(to_crown, size, 0.0)
    invert, depth = (
        np.column_stack([pipes[f"{name}_{end}_m"].to_numpy(dtype=float) for end in ("start", "end")])
        for name in ("invert", "depth")
    )
    drawn = np.where(ends_z == 0, np.nan, ends_z) - (size / 2)[:, None]
    level = np.where(np.isnan(invert), drawn, invert) + above[:, None]
    lost = np.isnan(level) & (np.isfinite(invert) | (np.isfinite(ends_z) & (ends_z != 0)))
    shift = np.where(stored_to_crown & ~to_crown, size, np.where(~stored_to_crown & to_crown, -size, 0.0))
    depth = depth + shift[:, None]
    with np.errstate(invalid="ignore"):
        apart = np.abs(ground - depth - level) > slack_m
    # The height of a line says less than a measured depth, a measured invert says more.
    level = np.where(apart & np.isnan(invert), np.nan, level)
    depth = np.where(apart & np.isfinite(invert), np.nan, depth)
    return Levels(
        level=level,
        depth=depth,
        above_invert_m=above,
        axis_above_invert_m=size / 2,
        without_size=np.flatnonzero(lost.any(axis=1)),
        contradicted=np.flatnonzero((apart & np.isfinite(invert)).any(axis=1)),
    )
