"""Lines and points of a survey that lie on planned pipes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array, grouped
from waternet_plugin.core.frames import with_columns
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.assets.point_sequences import with_lines
from waternet_plugin.core.survey.joint_survey import Survey

KEY = "planned_pipe"
SIZES = ("diameter_mm", "width_mm", "height_mm")


@dataclass(frozen=True)
class PlannedPipes:
    """Planned pipes, and pipes that were planned and may be surveyed once more.

    Parameters
    ----------
    pipe_id, system, lines
        (n,) object.
    sizes_mm
        (n, 3) `SIZES`, mm, NaN for unknown.
    known_numbers
        Of each pipe that is in use already, the numbers of the points that were surveyed on it: only these
        measure it once more.
    """

    pipe_id: Array
    system: Array
    lines: Array
    sizes_mm: Array
    known_numbers: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def __len__(self) -> int:
        """Return the number of pipes."""
        return len(self.pipe_id)

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The lines by where they are."""
        return shapely.STRtree(self.lines)

    def near(self, east: Array, north: Array, system: Array, reach_m: float) -> tuple[Array, Array]:
        """Return pairs of a place and a pipe of its system within a distance of it.

        Parameters
        ----------
        east, north
            (n,) m, NaN for unknown.
        system
            (n,) object, None for any.
        reach_m
            The distance.

        Returns
        -------
        place, pipe
            Numbers of the pairs, sorted.
        """
        known = np.flatnonzero(np.isfinite(east) & np.isfinite(north))
        if not len(self) or not len(known):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        boxes = shapely.box(
            east[known] - reach_m, north[known] - reach_m, east[known] + reach_m, north[known] + reach_m
        )
        at, pipe = self.tree.query(boxes)
        xy = known[at]
        away = shapely.distance(shapely.points(east[xy], north[xy]), self.lines[pipe])
        its, own = self.system[pipe], system[xy]
        fits = (away <= reach_m) & (pd.isna(its) | pd.isna(own) | (its == own))
        order = np.lexsort((pipe[fits], xy[fits]))
        return xy[fits][order], np.asarray(pipe[fits][order], dtype=np.int64)

    def takes(self, pipe: int, *numbers: object) -> bool:
        """Return whether points of these numbers may be of a pipe."""
        known = self.known_numbers.get(str(self.pipe_id[pipe]))
        return known is None or known.issuperset(numbers)

    def with_laid(self, laid: PlannedPipes) -> PlannedPipes:
        """Return these pipes and some that are in use."""
        return PlannedPipes(
            np.concatenate([self.pipe_id, laid.pipe_id]),
            np.concatenate([self.system, laid.system]),
            np.concatenate([self.lines, laid.lines]),
            np.concatenate([self.sizes_mm, laid.sizes_mm]),
            laid.known_numbers,
        )


@dataclass(frozen=True)
class PlannedQuestion:
    """Lines or points of a file that two planned pipes fit."""

    file: str
    pipe_ids: tuple[str, ...]


def planned_pipes(frame: pd.DataFrame) -> PlannedPipes:
    """Return the pipes of a frame of ``pipe`` with geometry."""
    columns = [frame[name].astype(object).to_numpy() for name in ("pipe_id", "system")]
    sizes = frame[list(SIZES)].to_numpy(float)
    return PlannedPipes(columns[0], columns[1], frame[GEOMETRY_COLUMN].to_numpy(object), sizes)


def with_planned_sizes(survey: Survey, planned: PlannedPipes) -> Survey:
    """Return a survey whose lines without a size have that of the planned pipe whose id they have.

    The axis, and with it every deviation in level, follows from an invert only where the size is known.
    """
    lines = survey.lines
    row = rows_of_ids(planned.pipe_id, lines["pipe_id"])
    bare = (row >= 0) & lines[list(SIZES)].isna().to_numpy().all(axis=1)
    if not bare.any():
        return survey
    sizes = lines[list(SIZES)].to_numpy(float).copy()
    sizes[bare] = planned.sizes_mm[row[bare]]
    columns = {name: sizes[:, position] for position, name in enumerate(SIZES)}
    return replace(survey, lines=with_columns(lines, **columns))


def on_planned(
    survey: Survey,
    planned: PlannedPipes,
    settings: Settings,
    chosen: Mapping[str, Collection[str]],
) -> tuple[Survey, tuple[PlannedQuestion, ...]]:
    """Return a survey whose lines on a planned pipe have its id, and what is open.

    Parameters
    ----------
    survey
        In the network's coordinates.
    planned
        The planned pipes.
    settings
        ``survey.on_planned_m`` is how far a line may be from the pipe it makes as-built.
    chosen
        Ids of planned pipes that decisions name, by file: of several that fit, these count.
    """
    lines = survey.lines
    if not len(lines) or not len(planned):
        return survey, ()
    reach = settings.real("survey.on_planned_m")
    east, north = (np.append(survey.points[name].to_numpy(float), np.nan) for name in ("east", "north"))
    ends = lines[["start", "end"]].to_numpy(np.int64)
    system = lines["system"].to_numpy(object)
    free = ~lines["pipe_id"].isin(planned.pipe_id).to_numpy()
    # Both ends and the middle of a line have to be on the pipe.
    sides = [(east[ends[:, side]], north[ends[:, side]]) for side in (0, 1)]
    spots = [*sides, ((sides[0][0] + sides[1][0]) / 2, (sides[0][1] + sides[1][1]) / 2)]
    pairs = [
        set(zip(*(near_pipes.tolist() for near_pipes in planned.near(*spot, system, reach))))
        for spot in spots
    ]
    numbers = lines[["start_no", "end_no"]].to_numpy(object).tolist()
    fits: dict[int, list[int]] = grouped(
        (line, pipe)
        for line, pipe in sorted(pairs[0] & pairs[1] & pairs[2])
        if planned.takes(pipe, *numbers[line])
    )
    own = lines["pipe_id"].to_numpy(object).copy()
    open_: dict[PlannedQuestion, None] = {}
    for line, pipes in fits.items():
        if not free[line]:
            continue
        file = survey.file_names[int(lines["file"].iloc[line])]
        names = [str(planned.pipe_id[pipe]) for pipe in pipes]
        left = [name for name in names if name in chosen.get(file, ())] or names
        if len(left) > 1:
            open_[PlannedQuestion(file, tuple(names))] = None
        else:
            own[line] = left[0]
    return _with_ids(survey, own), tuple(open_)


def _with_ids(survey: Survey, own: Array) -> Survey:
    lines = survey.lines.assign(pipe_id=pd.Series(own, dtype=object, index=survey.lines.index))
    return Survey(survey.file_names, survey.prefixes, survey.rows, survey.points, lines, survey.findings)


def along_planned(
    survey: Survey,
    planned: PlannedPipes,
    settings: Settings,
    chosen: Mapping[str, Collection[str]],
) -> tuple[Survey, tuple[PlannedQuestion, ...]]:
    """Return a survey whose points on planned pipes are joined along them, and what is open.

    Parameters
    ----------
    survey
        In the network's coordinates.
    planned, settings, chosen
        As for `on_planned`.
    """
    points = survey.points
    used = np.zeros(len(points) + 1, dtype=bool)
    used[survey.lines[["start", "end"]].to_numpy(np.int64)] = True
    is_free = (points["first"].to_numpy() == np.arange(len(points))) & ~used[:-1] & points["point_no"].notna()
    reach = settings.real("survey.on_planned_m")
    east, north = (np.where(is_free, points[name].to_numpy(float), np.nan) for name in ("east", "north"))
    point, pipe = planned.near(east, north, points["system"].to_numpy(object), reach)
    numbers = points["point_no"].to_numpy(object)
    taken = np.array([planned.takes(pipe_row, numbers[at]) for at, pipe_row in zip(point, pipe)], dtype=bool)
    point, pipe = point[taken], pipe[taken]
    along = shapely.line_locate_point(planned.lines[pipe], shapely.points(east[point], north[point]))
    point, pipe, along, open_ = _without_rivals(survey, planned, (point, pipe, along), reach, chosen)
    order = np.lexsort((along, pipe))
    point, pipe = point[order], pipe[order]
    follows = np.flatnonzero(pipe[1:] == pipe[:-1]) if len(pipe) else np.zeros(0, dtype=np.int64)
    own = planned.pipe_id[pipe[follows]] if len(follows) else np.zeros(0, dtype=object)
    return with_lines(survey, point[follows], point[follows + 1], own), open_


def _without_rivals(
    survey: Survey,
    planned: PlannedPipes,
    pairs: tuple[Array, Array, Array],
    reach_m: float,
    chosen: Mapping[str, Collection[str]],
) -> tuple[Array, Array, Array, tuple[PlannedQuestion, ...]]:
    """Return pairs of point, pipe and distance along it without pipes that only lie beside a chosen one.

    Two pipes that share a stretch of points, not only the point where they meet, both fit.
    """
    point, pipe, along = pairs
    frame = pd.DataFrame({"place": point, "pipe": pipe, "along": along})
    both = frame.merge(frame, on="place", suffixes=("", "2"))
    both = both[both["pipe"] < both["pipe2"]]
    spans = both.groupby(["pipe", "pipe2"])["along"].agg(["min", "max"])
    out = np.zeros(len(frame), dtype=bool)
    open_: dict[PlannedQuestion, None] = {}
    files = survey.points["file"].to_numpy(np.int64)
    for (first, second), span in zip(spans.index.tolist(), spans.to_numpy()):
        if span[1] - span[0] <= 2 * reach_m:
            continue
        shared = both[(both["pipe"] == first) & (both["pipe2"] == second)]["place"].to_numpy()
        file = survey.file_names[int(files[shared[0]])]
        names = {first: str(planned.pipe_id[first]), second: str(planned.pipe_id[second])}
        left = [name for name in names.values() if name in chosen.get(file, ())]
        if len(left) != 1:
            open_[PlannedQuestion(file, tuple(names.values()))] = None
            continue
        rival = first if names[first] != left[0] else second
        out |= (frame["pipe"] == rival).to_numpy() & frame["place"].isin(shared).to_numpy()
    keep = ~out
    return point[keep], pipe[keep], along[keep], tuple(open_)
