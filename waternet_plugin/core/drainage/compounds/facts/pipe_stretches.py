"""Lengths of pipes in use in compounds and grids, by system and owner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.facts.belonging import Belonging
from waternet_plugin.core.drainage.compounds.facts.cut_lengths import cut_lines
from waternet_plugin.core.frames import PlainFrames, made_of
from waternet_plugin.core.network.model.graph import lengths_of

SYSTEM_COLUMNS = {
    "sewage": "sewage_m", "storm": "storm_m", "combined": "combined_m", "potable": "potable_m"
}  # fmt: skip


@dataclass(frozen=True)
class PipeStretches(PlainFrames):
    """Lengths of pipes in units.

    Parameters
    ----------
    metres
        By column of SYSTEM_COLUMNS the length in each unit, compounds first, m.
    frame
        compound_id, system, owner, length_m; None where system or owner are unknown.
    unknown
        Pipes in use of which neither line nor length is known.
    """

    metres: dict[str, Array]
    frame: pd.DataFrame
    unknown: int


def pipe_stretches(town: Belonging) -> PipeStretches:
    """Return the lengths of pipes in use in compounds and grids, cut at the boundaries.

    Of a pipe with a given length each stretch has its share of that. What lies in a compound counts in the
    grid of the compound, the rest in the grid around it.
    """
    pipes, areas, grids = town.rows["pipe"], town.compounds, town.grids
    rows = np.flatnonzero(town.live("pipe"))
    lines = pipes.geometry[rows]
    length_m = lengths_of(pipes.frame, pipes.geometry)[rows]
    # A stretch in no compound lies in a grid: compounds first, each by id.
    count = len(areas)
    order = np.lexsort((np.concatenate([areas.ids, grids.ids]).astype(str), np.arange(town.count) >= count))
    number = np.append(np.argsort(order), -1)
    shapes = np.concatenate([areas.geometry, grids.geometry])[order]
    located, in_grid = town.located["pipe"], np.full(len(pipes), -1)
    in_grid[town.beside["pipe"]] = town.in_grids["pipe"].inside
    around = np.where(located.inside < 0, np.where(in_grid < 0, -1, count + in_grid), located.inside)
    # Whoever names another compound than that around its middle is looked at again.
    around[(located.named >= 0) & (located.named != located.inside)] = -1
    around = number[around]
    cut = cut_lines(lines, shapes, number[located.named[rows]], around[rows])
    unit = order[cut.area]
    compound = np.where(unit < count, unit, -1)
    grid = town.grid_where(compound, np.where(unit < count, -1, unit - count))
    of_pipe, metres = rows[cut.line], np.nan_to_num(length_m[cut.line] * cut.share)
    by_system = {}
    for system, column in SYSTEM_COLUMNS.items():
        in_system = pipes.among("system", (system,))[of_pipe]
        by_system[column] = town.by_unit(compound[in_system], grid[in_system], metres[in_system])
    # Numbers are grouped far quicker than words; -1 is the unknown one, which stands last.
    codes, words = zip(*(pipes.codes(name) for name in ("system", "owner")))
    systems, owners = (np.append(each, np.array([None], dtype=object)) for each in words)
    inside = compound >= 0
    sums = pd.DataFrame(
        {"compound": compound, "system": codes[0][of_pipe], "owner": codes[1][of_pipe], "length_m": metres}
    )[inside]
    sums = sums.groupby(["compound", "system", "owner"], as_index=False, sort=False)["length_m"].sum()
    frame = made_of(
        {
            "compound_id": areas.ids[sums["compound"]],
            "system": systems[sums["system"]],
            "owner": owners[sums["owner"]],
            "length_m": sums["length_m"].to_numpy(dtype=float),
        }
    )
    names = [frame[key].to_numpy(dtype=object) for key in ("owner", "system", "compound_id")]
    order = np.lexsort([part for name in names for part in (name.astype(str), name == None)])  # noqa: E711
    frame = frame.iloc[order]
    frame = frame[frame["length_m"] > 0].reset_index(drop=True)
    return PipeStretches(by_system, frame, int(np.isnan(length_m).sum()))
