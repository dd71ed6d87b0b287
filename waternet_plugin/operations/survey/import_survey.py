"""Import the files of a survey: read, decide, check, and write one batch; or look what that would give."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Optional

import numpy as np
import pandas as pd
from pyproj import CRS

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames, records, stacked
from waternet_plugin.core.places.deciding.decision_facts import NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Decisions, SurveyQuestion
from waternet_plugin.core.places.deciding.file_answers import LEAVE_OUT
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.survey.survey_import import (
    FileShown,
    SurveyShown,
    survey_report,
    survey_summary,
)
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.schema.tables import table as table_of
from waternet_plugin.core.survey.assets.existing_pipes import COLUMNS as PIPE_COLUMNS
from waternet_plugin.core.survey.assets.surveyed_before import SurveyedBefore
from waternet_plugin.core.survey.decisions.deciding import refuse_open
from waternet_plugin.core.survey.ledger import Ledger, ledger, undecided_rows
from waternet_plugin.core.survey.row_findings import COLUMNS, findings_frame
from waternet_plugin.core.survey.survey_check import CheckedSurvey, CheckOptions, checked_survey
from waternet_plugin.core.survey.typed.typed_file import TypedFile, file_checks
from waternet_plugin.core.survey.verification.laid_pipes import verdict_frame
from waternet_plugin.core.survey.work_order import work_order
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.rows.newest_rows import finish_without_batch, no_outputs
from waternet_plugin.operations.survey.as_built_pipes import AsBuiltPipes, as_built_pipes
from waternet_plugin.operations.survey.checked_surveys import (
    AS_BUILT,
    DESIGN,
    RECHECK,
    SEQUENCE,
    DecidedFiles,
    decided_files,
    drawn_survey,
    is_decided,
    placed_survey,
    prefixes_of,
)
from waternet_plugin.operations.survey.survey_batches import SurveyWrite, write_survey
from waternet_plugin.operations.survey.survey_files import UnreadableFile, named_files, owner_files
from waternet_plugin.operations.survey.survey_network import (
    PipesAround,
    SurveyedNetwork,
    box_of,
    read_surveyed_network,
    surveyed_before,
)
from waternet_plugin.operations.survey.survey_photos import SurveyPhotos, survey_photos
from waternet_plugin.operations.survey.survey_rechecks import rechecked_survey, taken_of
from waternet_plugin.operations.survey.survey_requests import ImportSurveyRequest
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

# Findings that a refusal lists beside the one in its sentence.
_MOST_DETAILS = 1000


@dataclass(frozen=True)
class ImportSurveyResult(Written, PlainFrames):
    """What became of survey files.

    Parameters
    ----------
    rows
        The ledger, `core.survey.ledger.COLUMNS`.
    pipes
        The verdict on each as-built pipe: columns of ``verification``, and ``geom``.
    checks
        Findings, `core.survey.row_findings.COLUMNS`.
    files
        Each file, readable or not, with its decisions.
    questions
        What is open, in a dry run.
    counts
        Rows by verdict.
    checked
        The survey of the files that are decided, None for none.
    nodes_written, pipes_written, length_m
        What is written, or would be.
    laid
        Planned pipes by the id that the survey alone would give what lies on them.
    until_verified
        Pipes that were planned: they come into use where their verdict is pass, else they stay planned.
    report, summary
        All that on a page and in sentences.
    typed
        The files as they were read, for sheets, numbers of points and ghosts.
    network_facts
        What the decisions knew of the network.
    recheck
        Of a recheck: n, plane_rmse_m, height_rmse_m, differences, taken.
    passed_over
        Names of files that are none of a survey.
    unreadable
        Files that can't be read, in a dry run.
    """

    rows: pd.DataFrame
    pipes: pd.DataFrame
    checks: pd.DataFrame
    files: tuple[FileShown, ...]
    questions: tuple[SurveyQuestion, ...]
    counts: Mapping[str, int]
    checked: Optional[CheckedSurvey]
    nodes_written: int
    pipes_written: int
    length_m: float
    report: Report
    summary: tuple[str, ...]
    typed: tuple[TypedFile, ...]
    network_facts: NetworkFacts
    recheck: Mapping[str, Any]
    laid: Mapping[str, str] = field(default_factory=dict)
    until_verified: frozenset[str] = frozenset()
    passed_over: tuple[str, ...] = ()
    unreadable: tuple[UnreadableFile, ...] = ()


@dataclass(frozen=True)
class _Made:
    """What the decided files make: survey, ledger of all rows, what is open, planned pipes that are laid."""

    checked: Optional[CheckedSurvey]
    book: Ledger
    questions: tuple[SurveyQuestion, ...] = ()
    laid: AsBuiltPipes = field(default_factory=AsBuiltPipes)
    photos: SurveyPhotos = field(default_factory=SurveyPhotos)
    recheck: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class _SurveyInput:
    """What an import reads of a network before it looks at a file."""

    title: str
    crs: CRS
    known: SurveyedNetwork


def import_survey(
    network: Network,
    request: ImportSurveyRequest,
    progress: Progress = SILENT,
    *,
    today: Optional[datetime.date] = None,
    before_commit: Callable[[ImportSurveyResult], Any] = no_outputs,
) -> ImportSurveyResult:
    """Import survey files as one batch, or look what importing them would give.

    Parameters
    ----------
    today
        Later days lie in the future; the day of the computer if None.
    before_commit
        Called before the batch is committed, and at the end of a dry run: when it raises, nothing is written.

    Raises
    ------
    InputError
        For everything that stops an import: the sentence names file, row, point and rule or key.
    """
    day = today or datetime.date.today()
    inputs = _SurveyInput(network.title, network.crs, read_surveyed_network(network, progress.part(0.0, 0.1)))
    known = inputs.known
    files = decided_files(
        request.inputs,
        request.parsed_mapping,
        request.answers,
        known,
        today=day,
        progress=progress.part(0.1, 0.4),
        makes_lines=request.purpose != RECHECK and request.lines in (DESIGN, SEQUENCE),
    )
    if not request.dry_run:
        _refuse(request, files, known)
    made = (
        _rechecked(network, request, files, known, day)
        if request.purpose == RECHECK
        else _checked(network, request, files, inputs, day, progress.part(0.4, 0.7))
    )
    if made.questions and not request.dry_run:
        keys = listed(f"{one.file}: {one.key}" for one in made.questions)
        raise InputError(
            tr(
                "Decisions are open: {keys}. Give them in DECISIONS, or answer the questions of the wizard."
            ).format(keys=keys)
        )
    done = _result(inputs, request, files, made)
    if request.dry_run:
        return finish_without_batch(done, before_commit)
    assert made.checked is not None
    _refuse_errors(request, done)
    write = SurveyWrite(
        listed(file.name for file in done.files),
        [typed.file for typed in files.typed],
        files.decisions,
        made.checked,
        made.book,
        made.laid,
        made.photos,
        known.settings.real("survey.set_margin"),
        known.seen,
    )
    # Writing fills a large cache; what is not needed any more makes room for it.
    del inputs, known, files, made
    batch_id = write_survey(
        network, write, within=lambda: before_commit(done), progress=progress.part(0.7, 1.0)
    )
    return replace(done, batch_id=batch_id)


def _refuse(request: ImportSurveyRequest, read: DecidedFiles, known: SurveyedNetwork) -> None:
    """Refuse a run with files that can't be read, are known, or are not decided.

    Raises
    ------
    InputError
        With the first of them; the others are its details.
    """
    if read.unreadable:
        messages = [one.message for one in read.unreadable]
        raise InputError(messages[0], details=tuple(messages[1:]))
    if not request.answers.get("again"):
        for typed in read.typed:
            before = known.known_files.get(typed.file.sha256)
            if before is not None:
                raise InputError(
                    tr(
                        "{file} was imported already, as {batch}. To import it again, give “again”: true in "
                        "DECISIONS."
                    ).format(file=typed.file.name, batch=before)
                )
    _refuse_open_sheets(read)
    try:
        refuse_open(read.decisions)
    except InputError as error:
        # Numbers that were cut off are the reason that a place stays open.
        wrong = _undecided_checks(read)
        lines = [_error_line(row) for row in records(wrong[wrong["severity"] == "error"].head(_MOST_DETAILS))]
        raise InputError(error.message, details=(*error.details, *lines)) from error


def _refuse_open_sheets(read: DecidedFiles) -> None:
    """Refuse a run with a sheet that nobody understands: its columns are named, or it is left out.

    Raises
    ------
    InputError
        With the first of them; the others are its details.
    """
    message = tr("{reason} To leave the sheet out, give {example} in DECISIONS.")
    told = [
        message.format(reason=reason, example=f'"sheets": {{"{sheet}": "{LEAVE_OUT}"}}')
        for typed in read.typed
        for sheet, reason in typed.file.open_sheets.items()
    ]
    if told:
        raise InputError(told[0], details=tuple(told[1:]))


def _undecided_checks(files: DecidedFiles) -> pd.DataFrame:
    """Return what is wrong with the cells of files with open decisions."""
    nothing = pd.DataFrame({name: pd.Series(dtype=object) for name in COLUMNS})
    open_ = (typed for typed, decisions in zip(files.typed, files.decisions) if not is_decided(decisions))
    return stacked([nothing, *map(file_checks, open_)])


def _undecided(files: DecidedFiles) -> list[pd.DataFrame]:
    """Return the rows of files with open decisions."""
    return [
        undecided_rows(typed.file)
        for typed, decisions in zip(files.typed, files.decisions)
        if not is_decided(decisions)
    ]


def _checked(
    network: Network,
    request: ImportSurveyRequest,
    files: DecidedFiles,
    inputs: _SurveyInput,
    today: datetime.date,
    progress: Progress,
) -> _Made:
    """Return the survey of the decided files, checked, with the planned pipes that it lays."""
    known, undecided = inputs.known, _undecided(files)
    survey = placed_survey(files, known, prefixes_of(request.parsed_mapping), request.join_tolerance_m)
    if survey is None:
        return _Made(None, Ledger.of(undecided))
    is_as_built = request.purpose == AS_BUILT
    box = box_of(survey)
    pipes = PipesAround(
        surveyed_before(network, survey.points["point_no"]) if is_as_built else SurveyedBefore(),
        network.read("verification", ["pipe_id", "planned"], geometry=False) if is_as_built else None,
        network.read("pipe", [*PIPE_COLUMNS, "status"], bbox=box) if box is not None else None,
    )
    known = pipes.added_to(known)
    drawn = drawn_survey(survey, known, request.answers, lines=request.lines, purpose=request.purpose)
    around = known.around
    if is_as_built or request.lines == DESIGN:
        around = replace(around, planned_ids=tuple(known.planned.pipe_id))
    options = CheckOptions(known.settings, today, request.join_tolerance_m, work_order(request.answers))
    photos = survey_photos(drawn.survey, dict(named_files(request.inputs)), inputs.crs)
    drawn_with = replace(drawn.survey, findings=(*drawn.survey.findings, *photos.findings))
    checked = checked_survey(drawn_with, around, options, progress)
    book = ledger(checked.survey, checked.findings, checked.left, checked.rejected)
    laid = AsBuiltPipes()
    lays_planned = is_as_built or around.planned_ids or checked.left.assets.meets
    if lays_planned and not drawn.questions:
        laid = as_built_pipes(network, checked, around, known.settings, photos, with_unplanned=is_as_built)
    book = Ledger.of([book.renamed(laid.ids).frame, *undecided])
    return _Made(checked, book, drawn.questions, laid, photos)


def _rechecked(
    network: Network,
    request: ImportSurveyRequest,
    files: DecidedFiles,
    known: SurveyedNetwork,
    today: datetime.date,
) -> _Made:
    """Return the recheck of the nodes that the decided files name."""
    undecided = _undecided(files)
    survey = placed_survey(files, known, prefixes_of(request.parsed_mapping), request.join_tolerance_m)
    if survey is None:
        return _Made(None, Ledger.of(undecided))
    found = rechecked_survey(
        network,
        survey,
        known,
        CheckOptions(known.settings, today, request.join_tolerance_m, work_order(request.answers)),
        take=taken_of(request.answers),
    )
    checked = found.checked
    book = ledger(checked.survey, checked.findings, checked.left, checked.rejected)
    return _Made(
        checked,
        Ledger.of([book.frame, *undecided]),
        laid=AsBuiltPipes(edits=found.edits),
        recheck=found.figures,
    )


def _refuse_errors(request: ImportSurveyRequest, done: ImportSurveyResult) -> None:
    """Refuse a run with errors, or one of which nothing is left.

    Raises
    ------
    InputError
        With the first error; the others are its details.
    """
    errors = done.checks[done.checks["severity"] == "error"]
    if len(errors) and not request.valid_only:
        lines = [_error_line(row) for row in records(errors.head(_MOST_DETAILS))]
        message = (
            tr(
                "{error} If these points were measured again, run with PURPOSE=recheck. Errors: %n.",
                "",
                len(errors),
            )
            if request.purpose != RECHECK and (errors["rule_id"] == "id_taken").any()
            else tr(
                "{error} To import the rows without errors only, run with ROWS=valid. Errors: %n.",
                "",
                len(errors),
            )
        )
        raise InputError(message.format(error=lines[0]), details=tuple(lines[1:]))
    if not done.nodes_written and not done.pipes_written and not done.counts["merged"]:
        reason = _error_line(records(errors.head(1))[0]) if len(errors) else ""
        message = tr("No row of {files} can be imported. {reason}")
        files = listed(one.name for one in done.files)
        raise InputError(message.format(files=files, reason=reason).strip())


def _error_line(row: Mapping[str, Any]) -> str:
    """Return an error with its file, row, point and rule."""
    parts = [str(row["file"])]
    if row["sheet"]:
        parts.append(str(row["sheet"]))
    if np.isfinite(row["row_no"]):
        parts.append(tr("row {number}").format(number=int(row["row_no"])))
    if row["point_no"]:
        parts.append(str(row["point_no"]))
    return f"{listed(parts)}: {row['text']} [{row['rule_id']}]"


def _result(
    inputs: _SurveyInput, request: ImportSurveyRequest, read: DecidedFiles, made: _Made
) -> ImportSurveyResult:
    known, checked, book = inputs.known, made.checked, made.book
    checks = _undecided_checks(read)
    nodes = pipes = 0
    length = 0.0
    if checked is not None:
        found = findings_frame(checked.findings, checked.survey.rows, checked.survey.file_names)
        # Errors come first.
        checks = stacked([found, checks]).sort_values("severity", kind="stable", ignore_index=True)
        assets = checked.left.assets
        nodes, pipes = len(assets.nodes), len(assets.pipes)
        length = assets.length_m
    files = (
        *(_file_shown(one, decided, known) for one, decided in zip(read.typed, read.decisions)),
        *(FileShown(one.name, error=one.message) for one in read.unreadable),
    )
    questions = (*(question for one in read.decisions for question in one.questions), *made.questions)
    passed_over = owner_files(request.inputs)
    shown = SurveyShown(
        network=inputs.title,
        dry_run=request.dry_run,
        files=files,
        questions=questions,
        checks=checks,
        counts=book.counts,
        nodes=nodes,
        pipes=pipes,
        length_m=length,
        recheck=made.recheck,
        passed_over=passed_over,
    )
    return ImportSurveyResult(
        batch_id="",
        rows=book.frame,
        pipes=_verdicts(made.laid),
        checks=checks,
        files=files,
        questions=questions,
        counts=book.counts,
        checked=checked,
        nodes_written=nodes,
        pipes_written=pipes,
        length_m=length,
        report=survey_report(shown),
        summary=survey_summary(shown),
        typed=read.typed,
        network_facts=known.facts,
        recheck=made.recheck,
        laid=made.laid.ids,
        until_verified=frozenset(str(one.values["pipe_id"]) for one in made.laid.verdicts if one.was_planned),
        passed_over=passed_over,
        unreadable=read.unreadable,
    )


def _file_shown(typed: TypedFile, decisions: Decisions, known: SurveyedNetwork) -> FileShown:
    file = typed.file
    return FileShown(
        file.name,
        file.sha256,
        file.format,
        file.encoding,
        len(file.rows),
        decisions,
        known_as=known.known_files.get(file.sha256, ""),
        unused=file.unused,
    )


def _verdicts(laid: AsBuiltPipes) -> pd.DataFrame:
    """Return the verdicts with the lines of their pipes."""
    frame = verdict_frame([one.values for one in laid.verdicts], table_of("verification").field_names)
    shapes = np.empty(len(laid.verdicts), dtype=object)
    shapes[:] = [one.line for one in laid.verdicts]
    return frame.assign(**{GEOMETRY_COLUMN: shapes})
