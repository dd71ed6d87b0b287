"""Which pipe each failure belongs to.

The rules, in this order:

0. A match that an edit carried along, or a person set, stays as it is while its pipe is there.
1. A reported id decides, read in the ids of the day on which the failure came in and followed from there
   (`core.editing.pipe_lineage`): of the parts of a pipe that was split since the nearest. Of several pipes
   that had this id in their file (``source_id``) the nearest, and without a place none: ambiguous. A failure
   older than its pipe's year belongs to the pipe before it, which is gone: predecessor, on no pipe, and no
   look at its place.
2. A reported id that is not in the network: its pipe is gone, orphan; unless asked to look at the place.
3. No id: by place, among pressure pipes in service at the time (`candidates`). A lone pipe within the near
   distance, else the nearest within the radius, those of the failure's street first. Of equal candidates
   the one of the reported diameter and material; still several: ambiguous, on no pipe. Where only younger
   pipes lie as near: predecessor. Nothing there: orphan.

Failures without a date are matched all the same; no rate uses them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.facts import Vocabulary, joined, stored_each
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.health.matching.bearers import nearest, settle_bearers
from waternet_plugin.core.health.matching.candidates import (
    CandidatePairs,
    alike,
    are_placed,
    equal_candidates,
    group_min,
    has_coordinates,
    near_pairs,
    true_distance,
)
from waternet_plugin.core.health.matching.past import NO_PAST, Past
from waternet_plugin.core.health.parameter_checks import check_radius
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

MATCHED, AMBIGUOUS, PREDECESSOR, ORPHAN = "matched", "ambiguous", "predecessor", "orphan"
STATES = (MATCHED, AMBIGUOUS, PREDECESSOR, ORPHAN)
BY_ID, BY_DISTANCE = "id", "distance"
PIPE_COLUMNS = (
    *("pipe_id", "source_id", "system", "function", "status", "install_year", "retired_on", "street"),
    *("material", "diameter_mm"),
)
# What a matching writes to a failure.
MATCH_COLUMNS = (
    "pipe_id", "match_state", "match_method", "match_distance_m", "match_reason", "match_facts",
)  # fmt: skip
RADIUS_M = 25.0
FAILURE_COLUMNS = (
    *("failure_id", "date", "kind", "street", "reported_pipe_id"),
    *("reported_diameter_mm", "reported_material"),
)


@dataclass(frozen=True)
class MatchResult(PlainFrames):
    """The match of every failure and how many there are of each sort.

    ``counts`` has the failures of each state; ``by_method`` those matched by id and by distance;
    ``undated`` those without a date; ``unplaced`` those without a place; ``unknown_ids`` those whose
    reported pipe is not in the network; ``distances_m`` the quartiles and the 90 % point of the distance
    of matched failures from their pipe.
    """

    frame: pd.DataFrame
    radius_m: float
    counts: dict[str, int]
    by_method: dict[str, int]
    undated: int
    unplaced: int
    unknown_ids: int
    distances_m: dict[str, float]

    @property
    def matched_share(self) -> float:
        """Share of the failures that could be told a pipe, predecessors included; NaN for none."""
        total = sum(self.counts.values())
        return (self.counts[MATCHED] + self.counts[PREDECESSOR]) / total if total else float("nan")


class _Answer:
    """The columns of the result while they are filled."""

    def __init__(self, size: int) -> None:
        self.pipe = np.full(size, -1)
        self.state = np.full(size, ORPHAN, dtype=object)
        self.method = np.full(size, None, dtype=object)
        self.distance = np.full(size, np.nan)
        # What each match rests on: a fact as a sentence and as it is kept.
        self.reason = np.full(size, None, dtype=object)
        self.fact = np.full(size, None, dtype=object)

    def says(self, rows: Array, code: str, **values: Sequence[object] | Array) -> None:
        """Fill in a fact of one code for some rows, with the values that its sentence tells of each."""
        self.reason[rows] = WORDS.say_alike(code, values, len(rows))
        self.fact[rows] = stored_each(code, values, len(rows))


def _reported(failures: pd.DataFrame) -> tuple[pd.Series, Array]:
    """Return the reported ids without blanks around them, None for none, and where there is one."""
    ids = failures["reported_pipe_id"]
    reported = np.full(len(ids), None, dtype=object)
    is_there = np.array(ids.notna())
    rows = np.flatnonzero(is_there)
    texts = [text.strip() or None for text in map(str, ids.to_numpy(dtype=object)[rows])]
    reported[rows], is_there[rows] = texts, [text is not None for text in texts]
    known: pd.Series = pd.Series(reported, index=ids.index, dtype=object)
    return known, is_there


def _sentences() -> dict[str, str]:
    return {
        "reported": tr("Reported on pipe {pipe}."),
        "reported_then": tr("Reported on pipe {then}, which is {pipe} now."),
        "by_edit": tr("An edit put it on pipe {pipe}."),
        "reported_later": tr(
            "Reported on pipe {pipe}, laid later, in {year}: it happened to the pipe before it."
        ),
        "nearest": tr("Pipe {pipe} is the one at {distance} m."),
        "reported_open": tr(
            "{count} pipes had the id {pipe} in their file; without a place none of them can be told."
        ),
        "alike": tr("Of the pipes at {distance} m pipe {pipe} has the reported diameter and material."),
        "equal": tr(
            "{count} pipes are equally near, at {distance} m: it counts in their cohort, on no pipe."
        ),
        "near_later": tr(
            "Pipe {pipe} at {distance} m was laid later, in {year}: it happened to the pipe before it."
        ),
        "unknown_pipe": tr("The reported pipe {pipe} is not in the network."),
        "nothing_known": tr("Neither a pipe nor a place is known."),
        "none_near": tr("No pipe in service then lies within {radius} m."),
    }


WORDS = Vocabulary(_sentences)


def told(facts: object, sentence: object) -> str:
    """Return why a failure has its pipe, or none, in the language that is spoken.

    Parameters
    ----------
    facts, sentence
        Its columns ``match_facts`` and ``match_reason``.
    """
    return joined(WORDS.say_all(WORDS.read(facts, sentence)))


def _as_told(distance_m: Array) -> list[str]:
    """Return distances as sentences tell them."""
    return [f"{distance:.1f}" for distance in distance_m.tolist()]


def _ancestors(pipe_id: str) -> list[str]:
    """Return the ids that a part may have been cut from: of ``P.1.2`` those are ``P.1`` and ``P``."""
    ancestors = []
    stem, dot, number = pipe_id.rpartition(".")
    while dot and number.isdecimal():
        ancestors.append(stem)
        stem, dot, number = stem.rpartition(".")
    return ancestors


def _parts_of(wanted: set[str], pipe_id: Array) -> dict[str, list[int]]:
    """Return the rows of the parts of each wanted pipe that was cut into parts, in the order of their ids."""
    parts: dict[str, list[int]] = {}
    for row, name in enumerate(pipe_id):
        if isinstance(name, str) and "." in name:
            for divided in wanted.intersection(_ancestors(name)):
                parts.setdefault(divided, []).append(row)
    return {divided: sorted(rows, key=lambda row: str(pipe_id[row])) for divided, rows in parts.items()}


def _of_parts(index: Array, failures: pd.DataFrame, pipes: pd.DataFrame, reported: pd.Series) -> None:
    """Fill in the nearest part for failures whose reported pipe was cut into parts since; else leave -1."""
    names, unknown = reported.to_numpy(), np.flatnonzero(index < 0)
    unknown = unknown[pd.notna(names[unknown])]
    if not len(unknown):
        return
    parts = _parts_of(set(names[unknown].tolist()), pipes["pipe_id"].to_numpy(dtype=object))
    if not parts:
        return
    placed = has_coordinates(failures)
    has_line = has_coordinates(pipes)
    for row in unknown.tolist():
        rows = parts.get(names[row], [])
        near = [part for part in rows if has_line[part]]
        if placed[row] and near:
            index[row] = nearest(failures, row, pipes, near)
        elif len(rows) == 1:
            index[row] = rows[0]


def _by_id(
    answer: _Answer,
    failures: pd.DataFrame,
    pipes: pd.DataFrame,
    reported: pd.Series,
    past: Past,
    *,
    placed: Array,
) -> Array:
    """Fill in the failures whose reported pipe is in the network; return which they are."""
    index = rows_of_ids(pipes["pipe_id"], reported)
    followed = past.follow(index, failures, pipes, reported)
    _of_parts(index, failures, pipes, reported)
    open_ = settle_bearers(
        index, failures, pipes, reported.where(~followed, None) if followed.any() else reported
    )
    rows = np.flatnonzero(index >= 0)
    pipe = index[rows]
    year = failures["date"].dt.year.to_numpy(float)[rows]
    older = year < pipes["install_year"].to_numpy(float)[pipe]
    answer.method[rows] = BY_ID
    answer.state[rows] = np.where(older, PREDECESSOR, MATCHED)
    answer.pipe[rows] = np.where(older, -1, pipe)
    if "geom" in failures.columns and "geom" in pipes.columns:
        points, lines = failures["geom"].to_numpy()[rows], pipes["geom"].to_numpy()[pipe]
        both = placed[rows] & are_placed(lines)
        answer.distance[rows[both]] = true_distance(points[both], lines[both])
    names, reported_id = pipes["pipe_id"].to_numpy(dtype=object)[pipe], reported.to_numpy(dtype=object)
    renamed = followed[rows] & ~older
    renamed[renamed] = reported_id[rows[renamed]] != names[renamed]
    answer.says(rows[renamed], "reported_then", then=reported_id[rows[renamed]], pipe=names[renamed])
    same = ~older & ~renamed
    answer.says(rows[same], "reported", pipe=names[same])
    laid = pipes["install_year"].to_numpy(float)[pipe[older]].astype(int).tolist()
    answer.says(rows[older], "reported_later", pipe=names[older], year=laid)
    several = np.array(list(open_), dtype=int)
    answer.state[several], answer.method[several] = AMBIGUOUS, BY_ID
    counts = [int(count) for count in open_.values()]
    answer.says(several, "reported_open", count=counts, pipe=reported_id[several])
    known = index >= 0
    known[several] = True
    return np.asarray(known)


def _by_edits(answer: _Answer, failures: pd.DataFrame, pipes: pd.DataFrame, past: Past) -> Array:
    """Fill in the failures whose match an edit gave, as it is; return which they are."""
    by_edit = failures["failure_id"].isin(past.linked_by_edits).to_numpy()
    if not by_edit.any():
        return np.asarray(by_edit)
    pipe = rows_of_ids(pipes["pipe_id"], failures["pipe_id"])
    by_edit = by_edit & (pipe >= 0) & failures["pipe_id"].notna().to_numpy()
    is_matched = (failures["match_state"] == MATCHED).to_numpy()
    rows = np.flatnonzero(by_edit)
    answer.pipe[rows], answer.state[rows] = pipe[rows], MATCHED
    method = failures["match_method"].to_numpy(dtype=object)
    answer.method[rows] = [method[row] if is_matched[row] else BY_ID for row in rows]
    stored = failures["match_distance_m"].to_numpy(float)
    answer.distance[rows] = np.where(is_matched[rows], stored[rows], np.nan)
    far = rows[~is_matched[rows] & has_coordinates(failures)[rows] & has_coordinates(pipes)[pipe[rows]]]
    if len(far):
        answer.distance[far] = true_distance(
            failures["geom"].to_numpy()[far], pipes["geom"].to_numpy()[pipe[far]]
        )
    answer.says(rows, "by_edit", pipe=pipes["pipe_id"].to_numpy(dtype=object)[pipe[rows]])
    return np.asarray(by_edit)


def _nearest_of(pairs: CandidatePairs, size: int) -> tuple[Array, Array, Array]:
    """Return number of pairs, first pipe and its distance for each failure."""
    count = np.bincount(pairs.failure, minlength=size)
    first = np.full(size, -1)
    distance = np.full(size, np.nan)
    # Pairs are sorted by distance: writing them from the end leaves the nearest.
    first[pairs.failure[::-1]] = pairs.pipe[::-1]
    distance[pairs.failure[::-1]] = pairs.distance_m[::-1]
    return count, first, distance


def _by_place(
    answer: _Answer,
    failures: pd.DataFrame,
    pipes: pd.DataFrame,
    rows: Array,
    *,
    radius_m: float,
    settings: Settings,
    progress: Progress,
) -> None:
    """Fill in failures by their place."""
    size = len(failures)
    pairs = near_pairs(failures, pipes, rows, radius_m=radius_m, settings=settings, progress=progress)
    near_m = settings.real("health.match_near_m")
    old, young = pairs.keep(~pairs.young), pairs.keep(pairs.young)
    old_least = group_min(old.distance_m, old.failure, size)
    young_least = group_min(young.distance_m, young.failure, size)
    # The younger pipe took the place of the one that failed: it is right there and nothing else is, or
    # it is all there is.
    right_there = (young_least <= near_m) & (old_least > near_m)
    replaced = right_there | (np.isfinite(young_least) & np.isinf(old_least))

    equal = equal_candidates(old.keep(~replaced[old.failure]), failures, pipes, settings=settings)
    same = alike(equal, failures, pipes, settings=settings)
    by_words = np.bincount(equal.failure, minlength=size) > np.bincount(same.failure, minlength=size)
    count, pipe, distance = _nearest_of(same, size)
    _, young_pipe, young_distance = _nearest_of(young, size)
    is_searched = np.zeros(size, dtype=bool)
    is_searched[rows] = True

    single = np.flatnonzero(is_searched & (count == 1))
    answer.pipe[single], answer.state[single], answer.method[single] = pipe[single], MATCHED, BY_DISTANCE
    answer.distance[single] = distance[single]
    ids = pipes["pipe_id"].to_numpy(dtype=object)
    for code, of_code in (("alike", by_words[single]), ("nearest", ~by_words[single])):
        rows_of = single[of_code]
        answer.says(rows_of, code, pipe=ids[pipe[rows_of]], distance=_as_told(distance[rows_of]))

    several = np.flatnonzero(is_searched & (count > 1))
    answer.state[several], answer.method[several] = AMBIGUOUS, BY_DISTANCE
    answer.distance[several] = distance[several]
    answer.says(several, "equal", count=count[several].tolist(), distance=_as_told(distance[several]))

    before = np.flatnonzero(is_searched & replaced)
    answer.state[before], answer.method[before] = PREDECESSOR, BY_DISTANCE
    answer.distance[before] = young_distance[before]
    answer.says(
        before,
        "near_later",
        pipe=ids[young_pipe[before]],
        distance=_as_told(young_distance[before]),
        year=pipes["install_year"].to_numpy(float)[young_pipe[before]].astype(int).tolist(),
    )


def _orphan_reasons(
    answer: _Answer,
    reported: pd.Series,
    *,
    placed: Array,
    unknown: Array,
    looked: Array,
    radius_m: float,
) -> None:
    """Say of each failure without a pipe why."""
    orphan = answer.state == ORPHAN
    rows = np.flatnonzero(orphan & unknown & ~looked)
    answer.says(rows, "unknown_pipe", pipe=reported.to_numpy(dtype=object)[rows])
    answer.says(np.flatnonzero(orphan & looked & ~placed), "nothing_known")
    none_near = np.flatnonzero(orphan & looked & placed)
    answer.says(none_near, "none_near", radius=[f"{radius_m:g}"] * len(none_near))


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose rows are labelled by their numbers; one that is so already is not copied."""
    numbered: pd.DataFrame = frame
    if not frame.index.equals(pd.RangeIndex(len(frame))):
        numbered = frame.reset_index(drop=True)
    return numbered


@uncollected()
def match_failures(
    failures: pd.DataFrame,
    pipes: pd.DataFrame,
    *,
    radius_m: float = RADIUS_M,
    match_unknown_ids: bool = False,
    past: Past = NO_PAST,
    settings: Settings | None = None,
    progress: Progress = SILENT,
) -> MatchResult:
    """Find the pipe of every failure by the rules of this module.

    Parameters
    ----------
    failures
        `FAILURE_COLUMNS` and geom. An earlier match is looked at only where an edit gave it: then
        `MATCH_COLUMNS` must be there.
    pipes
        `PIPE_COLUMNS` and geom, in the same metric CRS.
    radius_m
        How far a failure without an id may lie from its pipe, m.
    match_unknown_ids
        Whether failures whose reported pipe is not in the network are looked up by their place.
    past
        What the change log tells of reported ids and of edits.
    settings
        Near distance, equal distance, systems.

    Returns
    -------
    The match of each failure, in the order of the rows.

    Raises
    ------
    InputError
        When the radius is not a positive number.
    """
    check_radius(radius_m)
    settings = settings or Settings()
    failures, pipes = _numbered(failures), _numbered(pipes)
    reported, is_reported = _reported(failures)
    answer = _Answer(len(failures))
    progress.at(0.1)
    placed = has_coordinates(failures)
    known = _by_id(answer, failures, pipes, reported, past, placed=placed)
    unknown = is_reported & ~known
    looked = ~known if match_unknown_ids else ~known & ~unknown
    by_edits = _by_edits(answer, failures, pipes, past)
    unknown, looked = unknown & ~by_edits, looked & ~by_edits
    _by_place(
        answer,
        failures,
        pipes,
        np.flatnonzero(looked),
        radius_m=radius_m,
        settings=settings,
        progress=progress.part(0.3, 0.95),
    )
    _orphan_reasons(answer, reported, placed=placed, unknown=unknown, looked=looked, radius_m=radius_m)
    progress.at(1.0)
    return _result(answer, failures, pipes, placed=placed, radius_m=radius_m, unknown_ids=int(unknown.sum()))


def _result(
    answer: _Answer,
    failures: pd.DataFrame,
    pipes: pd.DataFrame,
    *,
    placed: Array,
    radius_m: float,
    unknown_ids: int,
) -> MatchResult:
    """Return the frame and its counts."""
    ids = np.full(len(pipes) + 1, None, dtype=object)
    ids[:-1] = pipes["pipe_id"].to_numpy(dtype=object)
    frame = pd.DataFrame(
        {
            "failure_id": failures["failure_id"].to_numpy(dtype=object),
            "pipe_id": ids[answer.pipe],
            "match_state": answer.state,
            "match_method": answer.method,
            "match_distance_m": np.round(answer.distance, 3),
            "match_reason": answer.reason,
            "match_facts": answer.fact,
        }
    )
    matched = answer.state == MATCHED
    distances = answer.distance[matched & ~np.isnan(answer.distance)]
    points = (25, 50, 75, 90)
    told_distances = (
        np.percentile(distances, points).tolist() if len(distances) else [float("nan")] * len(points)
    )
    return MatchResult(
        frame=frame,
        radius_m=radius_m,
        counts={state: int((answer.state == state).sum()) for state in STATES},
        by_method={
            method: int((matched & (answer.method == method)).sum()) for method in (BY_ID, BY_DISTANCE)
        },
        undated=int(failures["date"].isna().sum()),
        unplaced=int((~placed).sum()),
        unknown_ids=unknown_ids,
        distances_m=dict(zip(map(str, points), told_distances)),
    )


def with_matches(failures: pd.DataFrame, result: MatchResult) -> pd.DataFrame:
    """Return the failures with the columns of their match replaced by those of a result."""
    columns = {name: result.frame[name].to_numpy() for name in MATCH_COLUMNS}
    matched: pd.DataFrame = failures.reset_index(drop=True).assign(**columns)
    return matched


def changed_matches(result: MatchResult, failures: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a result that differ from what the failures hold, to write only those.

    Parameters
    ----------
    result
        Match of the same failures in the same order.
    failures
        `MATCH_COLUMNS` as they are stored.
    """
    same = np.ones(len(failures), dtype=bool)
    # A sentence in another language, or one without its facts, says the same.
    for name in MATCH_COLUMNS[:-2]:
        old, new = failures[name].reset_index(drop=True), result.frame[name]
        same &= ((old == new) | (old.isna() & new.isna())).to_numpy()
    changed: pd.DataFrame = result.frame.loc[~same].reset_index(drop=True)
    return changed
