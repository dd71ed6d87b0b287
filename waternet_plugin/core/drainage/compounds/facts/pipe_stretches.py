"""Lengths of pipes in use in compounds and grids, by system and owner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.facts.belonging import Belonging
from waternet_plugin.core.drainage.compounds.facts.cut_lengths import cut_lines, cut_rest
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
    length_m = lengths_of(pipes.frame.iloc[rows], lines)
    cut = cut_lines(lines, areas.geometry, areas.ids, town.located["pipe"].named[rows])
    in_compound_m = np.nan_to_num(length_m[cut.line] * cut.share)
    outside = cut_rest(lines, cut, areas.geometry, grids.geometry, grids.ids)
    outside_m = np.nan_to_num(length_m)[outside.line] * outside.share
    compound = np.concatenate([cut.area, np.full(len(outside.line), -1)])
    grid = np.concatenate([town.grid_of_compound[cut.area], outside.area])
    of_pipe = rows[np.concatenate([cut.line, outside.line])]
    metres = np.concatenate([in_compound_m, outside_m])
    by_system = {}
    for system, column in SYSTEM_COLUMNS.items():
        in_system = pipes.among("system", (system,))[of_pipe]
        by_system[column] = town.by_unit(compound[in_system], grid[in_system], metres[in_system])
    frame = made_of(
        {
            "compound_id": areas.ids[cut.area],
            "system": pipes.text("system")[rows[cut.line]],
            "owner": pipes.text("owner")[rows[cut.line]],
            "length_m": in_compound_m,
        }
    )
    keys = ["compound_id", "system", "owner"]
    sums = frame.groupby(keys, dropna=False, sort=False)["length_m"].sum().reset_index()
    # Grouping makes NaN of None.
    sums[keys] = sums[keys].astype(object).where(sums[keys].notna(), None)
    names = [sums[key].to_numpy(dtype=object) for key in keys[::-1]]
    # Unknown ones last.
    order = np.lexsort([part for name in names for part in (name.astype(str), name == None)])  # noqa: E711
    sums = sums.iloc[order]
    sums = sums[sums["length_m"] > 0]
    return PipeStretches(by_system, sums.reset_index(drop=True), int(np.isnan(length_m).sum()))
