"""Survey files read, typed, decided and checked: the steps of an import before anything is written."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.places.deciding.decisions import Candidate, Decisions, SurveyQuestion
from waternet_plugin.core.places.reading import place
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.survey.assets.planned_pipes import (
    KEY,
    PlannedQuestion,
    along_planned,
    on_planned,
    with_planned_sizes,
)
from waternet_plugin.core.survey.assets.point_sequences import with_sequences
from waternet_plugin.core.survey.decisions.answers import answered_columns, answered_sheets, unused_files
from waternet_plugin.core.survey.decisions.deciding import decide
from waternet_plugin.core.survey.end_points import with_end_points
from waternet_plugin.core.survey.file_facts import file_facts
from waternet_plugin.core.survey.joint_survey import PlacedFile, Survey, joint_survey
from waternet_plugin.core.survey.row_findings import RowFindings
from waternet_plugin.core.survey.typed.typed_file import TypedFile, typed_file, without_heights
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.survey.survey_files import UnreadableFile, read_survey_files
from waternet_plugin.operations.survey.survey_network import SurveyedNetwork

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLE_LINES, DESIGN, SEQUENCE = "table", "design", "sequence"
CENSUS, AS_BUILT, RECHECK = "census", "as_built", "recheck"


@dataclass(frozen=True)
class DecidedFiles:
    """The files as they were read, typed and decided, in one order, and those that can't be read."""

    typed: tuple[TypedFile, ...]
    decisions: tuple[Decisions, ...]
    unreadable: tuple[UnreadableFile, ...]


@dataclass(frozen=True)
class DrawnSurvey:
    """A survey whose lines are drawn, and which planned pipes are in doubt."""

    survey: Survey
    questions: tuple[SurveyQuestion, ...] = ()


@uncollected()
def decided_files(
    inputs: str,
    mapping: Optional[Mapping[str, Any]],
    answers: Mapping[str, Any],
    known: SurveyedNetwork,
    *,
    today: datetime.date,
    progress: Progress,
    makes_lines: bool = False,
) -> DecidedFiles:
    """Return files as they are read and decided.

    Parameters
    ----------
    inputs
        Files or folders, joined by semicolons.
    mapping, answers
        MAPPING and DECISIONS.
    known
        The network.
    today
        Later days lie in the future.
    makes_lines
        Whether the points make lines, of which their tables tell, too.

    Raises
    ------
    InputError
        When decisions name a file that is not there, or an answer can't be read.
    """
    progress.at(0.0, tr("Reading the survey files"))
    found = read_survey_files(
        inputs,
        mapping,
        encodings=_encodings(answers),
        level_columns=answered_columns(answers),
        sheets=answered_sheets(answers),
        makes_lines=makes_lines,
        progress=progress.part(0.0, 0.5),
    )
    names = [*(one.name for one in found.files), *(one.name for one in found.unreadable)]
    unused = unused_files(answers, names)
    if unused:
        raise InputError(
            tr("DECISIONS names {files}, which is not among the files.").format(files=listed(unused))
        )
    typed, decisions = [], []
    for number, file in enumerate(found.files):
        progress.at(0.5 + 0.5 * number / len(found.files), tr("Deciding {file}").format(file=file.name))
        typed.append(typed_file(file, today, known.settings))
        facts = file_facts(typed[-1])
        decisions.append(decide(facts, known.facts, answers, settings=known.settings, today=today))
    return DecidedFiles(tuple(typed), tuple(decisions), found.unreadable)


def _encodings(answers: Mapping[str, Any]) -> dict[str, str]:
    """Return the encodings that decisions name, by file; * for all others."""
    found = {"*": str(answers["encoding"])} if answers.get("encoding") else {}
    for name, given in (answers.get("files") or {}).items():
        if isinstance(given, Mapping) and given.get("encoding"):
            found[name] = str(given["encoding"])
    return found


def prefixes_of(mapping: Optional[Mapping[str, Any]]) -> dict[str, str]:
    """Return what stands before the numbers of each file; * for all others.

    Raises
    ------
    InputError
        When it is neither a text nor a text for each file.
    """
    given = (mapping or {}).get("id_prefix") or ""
    if isinstance(given, str):
        return {"*": given}
    if isinstance(given, Mapping) and all(isinstance(one, str) for one in given.values()):
        return dict(given)
    raise InputError(tr("MAPPING: “id_prefix” is a text, or a text for each file by its name."))


def is_decided(decisions: Decisions) -> bool:
    """Return whether nothing about a file is open or refused."""
    return not decisions.refusals and not decisions.questions


def placed_survey(
    files: DecidedFiles, known: SurveyedNetwork, prefixes: Mapping[str, str], tolerance_m: float
) -> Optional[Survey]:
    """Return the decided files as one survey in the network's coordinates, None where none is decided.

    Parameters
    ----------
    prefixes
        What stands before the numbers of each file; * for all others.
    tolerance_m
        Distance up to which the ends of lines that have coordinates of their own are one point.
    """
    placed = [
        _placed(typed, decisions, known, prefixes.get(typed.file.name, prefixes.get("*", "")))
        for typed, decisions in zip(files.typed, files.decisions)
        if is_decided(decisions)
    ]
    if placed:
        return with_end_points(joint_survey(placed), tolerance_m, known.around.nodes.node_id.tolist())
    return None


def _placed(typed: TypedFile, decisions: Decisions, known: SurveyedNetwork, prefix: str) -> PlacedFile:
    """Return a file in the network's coordinates; ellipsoidal heights are left out, as was answered."""
    if decisions.value("height_datum") == "ellipsoidal" != known.facts.height_datum:
        typed = without_heights(typed)
    points = typed.points
    east = north = np.full(len(points), np.nan)
    vertices = typed.lines["vertices"].to_numpy(object)
    reading = decisions.reading
    if reading is not None:
        first, second = points["x"].to_numpy(float), points["y"].to_numpy(float)
        east, north = place(first, second, reading, known.facts.crs)
        drawn_rows = np.flatnonzero(pd.notna(vertices))
        vertices = vertices.copy()
        for row in drawn_rows:
            drawn = np.asarray(vertices[row], dtype=float)
            moved = place(drawn[:, 0], drawn[:, 1], reading, known.facts.crs)
            vertices[row] = np.column_stack([*moved, drawn[:, 2]])
    against = tuple(
        _against(rule, points, rows)
        for rule, rows in decisions.rows_against.items()
        if len(rows) == len(points)
    )
    return PlacedFile(
        replace(typed, findings=(*typed.findings, *against)),
        east,
        north,
        vertices,
        height_of=decisions.value("height_of") or "ground",
        level_of=decisions.value("level_of") or "cjj61",
        id_prefix=prefix,
    )


def _against(rule: str, points: pd.DataFrame, rows: Array) -> RowFindings:
    at = np.flatnonzero(rows)
    return RowFindings(rule, points["row"].to_numpy(np.int64)[at], points["point_no"].to_numpy(object)[at])


def drawn_survey(
    survey: Survey, known: SurveyedNetwork, answers: Mapping[str, Any], *, lines: str, purpose: str
) -> DrawnSurvey:
    """Return a survey with the lines that LINES asks for, named by the planned pipes that they lie on.

    Parameters
    ----------
    survey
        In the network's coordinates.
    known
        The network.
    answers
        DECISIONS; ``planned_pipe`` names the planned pipe, or several, where two fit.
    lines, purpose
        As CONTRACT section 9 has them.
    """
    chosen = {name: _chosen(answers, name) for name in survey.file_names}
    questions: tuple[PlannedQuestion, ...] = ()
    if lines == SEQUENCE:
        survey = with_sequences(survey, known.settings)
    elif lines == DESIGN:
        survey, questions = along_planned(survey, known.planned, known.settings, chosen)
    if purpose == AS_BUILT:
        survey, more = on_planned(survey, known.planned, known.settings, chosen)
        questions = tuple(dict.fromkeys((*questions, *more)))
    if lines == DESIGN or purpose == AS_BUILT:
        survey = with_planned_sizes(survey, known.planned)
    return DrawnSurvey(survey, tuple(_asked(one) for one in questions))


def _chosen(answers: Mapping[str, Any], name: str) -> tuple[str, ...]:
    own = (answers.get("files") or {}).get(name) or {}
    given = own.get(KEY, answers.get(KEY)) or ()
    return (given,) if isinstance(given, str) else tuple(str(one) for one in given)


def _asked(question: PlannedQuestion) -> SurveyQuestion:
    candidates: Sequence[Candidate] = [
        Candidate(letter, name, {KEY: name}) for letter, name in zip("ABCDEFGH", question.pipe_ids)
    ]
    return SurveyQuestion(question.file, KEY, tuple(candidates))
