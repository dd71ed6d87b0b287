"""The statistics of the yearbook."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.network.analysis.surrounding_areas import sound_areas
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.papers.inventory import (
    INVENTORY_COLUMNS,
    counts_as_used,
    take_inventory,
)
from waternet_plugin.core.reports.papers.yearbook import DISTRICT, YearbookFacts, yearbook_report
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.operations.papers.data_state import paper_head
from waternet_plugin.operations.papers.paper_request import PaperRequest, PapersResult, SubjectPaper
from waternet_plugin.store.network import Network


def make_statistics(network: Network, request: PaperRequest, progress: Progress = SILENT) -> PapersResult:
    """Return the statistics of a network."""
    progress.at(0.0, table("pipe").label)
    pipes = pd.DataFrame(network.read("pipe", list(INVENTORY_COLUMNS), geometry=True))
    zones = network.read("zone", ["zone_id", "kind", "name"], where={"kind": DISTRICT}, geometry=True)
    used = pipes[counts_as_used(pipes)].reset_index(drop=True)
    facts = YearbookFacts(take_inventory(pipes), _districts(used, zones), int(used["length_m"].isna().sum()))
    head = paper_head(network, request)
    paper = SubjectPaper("", yearbook_report(head, facts))
    return PapersResult(head, (paper,), paper)


def _districts(used: pd.DataFrame, zones: pd.DataFrame) -> pd.DataFrame:
    """Return zone_id, name, count and length_m inside of each district, by id."""
    zones = zones.sort_values("zone_id", kind="stable").reset_index(drop=True)
    inside = [lengths_inside(used, shape) for shape in zones[GEOMETRY_COLUMN].to_numpy(dtype=object)]
    return made_of(
        {
            "zone_id": zones["zone_id"].to_numpy(dtype=object),
            "name": zones["name"].to_numpy(dtype=object),
            "count": np.array([(lengths > 0).sum() for lengths in inside], dtype=float),
            "length_m": np.array([lengths.sum() for lengths in inside], dtype=float),
        }
    )


def lengths_inside(pipes: pd.DataFrame, area: object) -> Array:
    """Return how much of the length of each pipe lies in an area, m: shared by planar length.

    Parameters
    ----------
    pipes
        length_m (unknown counts 0) and lines in ``geom``.
    area
        A polygon; None: nothing lies in it.
    """
    found = np.zeros(len(pipes))
    if area is None:
        return found
    lines = pipes[GEOMETRY_COLUMN].to_numpy(dtype=object)
    sound = sound_areas(np.array([shapely.force_2d(area)], dtype=object))[0]
    shapely.prepare(sound)
    near = np.flatnonzero(shapely.intersects(lines, sound))
    whole = shapely.length(lines[near])
    part = shapely.length(shapely.intersection(shapely.force_2d(lines[near]), sound))
    metres = np.nan_to_num(pipes["length_m"].to_numpy(dtype=float)[near])
    found[near] = metres * np.divide(part, whole, out=np.zeros(len(near)), where=whole > 0)
    return found
