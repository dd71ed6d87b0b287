"""Reported ids read in the ids of the day on which a failure came in, and matches that edits gave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.pipe_lineage import PipeChange, PipeLineage
from waternet_plugin.core.health.matching.bearers import nearest
from waternet_plugin.core.health.matching.candidates import has_coordinates

# The day of a failure of which the log does not say when it came in: today.
_TODAY = 2**62


@dataclass(frozen=True)
class Past:
    """What the change log tells of pipes and failures.

    Parameters
    ----------
    changes
        Of pipes that were renamed, divided, merged or deleted.
    made_at
        The entry of the log by which each failure came in, by its id.
    linked_by_edits
        Ids of the failures whose pipe an edit gave last.
    """

    changes: tuple[PipeChange, ...] = ()
    made_at: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    linked_by_edits: frozenset[str] = frozenset()

    def follow(
        self, points: Array, failures: pd.DataFrame, pipes: pd.DataFrame, reported: pd.Series
    ) -> Array:
        """Put in the pipe that a reported id means now, where the log tells of it.

        Parameters
        ----------
        points
            Row of the pipe of each failure, -1 for none; changed here.
        failures, pipes
            As for ``matching.match_failures``.
        reported
            The reported id of each failure, None for none.

        Returns
        -------
        Which failures were followed.
        """
        followed = np.zeros(len(failures), dtype=bool)
        if not self.changes:
            return followed
        ids = pipes["pipe_id"].to_numpy(dtype=object)
        row_of = {name: row for row, name in enumerate(ids.tolist())}
        has_line = has_coordinates(pipes)
        lines = dict(zip(ids.tolist(), pipes["geom"].tolist() if "geom" in pipes else [None] * len(ids)))
        lineage = PipeLineage(self.changes, lines)
        placed = has_coordinates(failures)
        successors: dict[tuple[str, int], tuple[str, ...]] = {}
        for row, (name, failure) in enumerate(zip(reported.tolist(), failures["failure_id"].tolist())):
            if not isinstance(name, str) or not lineage.knows(name):
                continue
            day = self.made_at.get(str(failure), _TODAY)
            if (name, day) not in successors:
                successors[name, day] = lineage.heirs(name, day)
            rows = [row_of[heir] for heir in successors[name, day] if heir in row_of]
            near = [pipe for pipe in rows if has_line[pipe]]
            if placed[row] and len(near) > 1:
                points[row] = nearest(failures, row, pipes, near)
            else:
                points[row] = rows[0] if rows else -1
            followed[row] = bool(rows)
        return followed


NO_PAST = Past()
