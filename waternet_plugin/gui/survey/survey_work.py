"""The long work of the survey wizard, free of widgets: trying an import, running it, what both say."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from waternet_plugin.core.progress import Progress
from waternet_plugin.core.survey.decisions.decision_words import value_words
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.gui.survey import question_words
from waternet_plugin.gui.survey.attempt import (
    Attempt,
    CandidatePlace,
    CheckLine,
    Deviations,
    FilePoints,
    FileSeen,
    OpenQuestion,
    RowCounts,
    ShownCandidate,
    ShownDecision,
)
from waternet_plugin.gui.survey.sheets_seen import sheets_of, unread_sheet
from waternet_plugin.gui.survey.survey_choices import CENSUS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from waternet_plugin.core.arrays import Array
    from waternet_plugin.core.places.deciding.decision_facts import NetworkFacts
    from waternet_plugin.core.places.deciding.decisions import SurveyQuestion
    from waternet_plugin.core.survey.recognition.open_tables import TableHead
    from waternet_plugin.core.survey.typed.typed_file import TypedFile
    from waternet_plugin.gui.survey.survey_choices import SurveyChoices
    from waternet_plugin.operations.survey.import_survey import ImportSurveyRequest, ImportSurveyResult

# More rows and pipes than anybody looks at in a window.
_MOST = 5000
# Smaller deviations are within every tolerance and not drawn, m.
_LEAST_OFF_M = 0.01
_RESTARTS = "number_again"
_CRS = "crs"
_NEW = "new"


def try_import(path: str, choices: SurveyChoices, progress: Progress) -> Attempt:
    """Return what an import would do; nothing is written."""
    from waternet_plugin import store
    from waternet_plugin.operations.survey.survey_inputs import files_seen, photos_seen
    from waternet_plugin.operations.survey.try_survey import try_survey

    # Before they are read: what changes meanwhile is read again.
    seen = files_seen(choices.paths)
    with store.open_network(path) as network:
        tried = try_survey(
            network, _request(choices, dry_run=True), progress, knows_purpose=bool(choices.purpose)
        )
    attempt = attempt_of(tried.result, asks_again=not choices.again, planned=_planned_ghosts(tried.planned))
    seen |= photos_seen(choices.paths, attempt.photos_of)
    return replace(attempt, purpose=tried.purpose, seen=seen)


def has_changed(choices: SurveyChoices, attempt: Attempt) -> bool:
    """Return whether files, or photos that they name, are others than those of a dry run."""
    from waternet_plugin.operations.survey.survey_inputs import files_seen, photos_seen

    if attempt.seen is None:
        return False
    return (files_seen(choices.paths) | photos_seen(choices.paths, attempt.photos_of)) != attempt.seen


def run_import(path: str, choices: SurveyChoices, progress: Progress) -> Attempt:
    """Write one batch and return what was done."""
    from waternet_plugin import store
    from waternet_plugin.operations.survey.import_survey import import_survey

    with store.open_network(path) as network:
        request = _request(choices, dry_run=False)
        result = import_survey(network, request, progress)
    copies = store.backups(path)
    backup = copies[0].path.name if copies else ""
    return replace(attempt_of(result), purpose=request.purpose, backup=backup)


def _planned_ghosts(lines: Mapping[str, Array]) -> dict[str, CandidatePlace]:
    """Return lines of planned pipes as candidates draw them; the first vertex has the pipe's id."""
    return {
        name: CandidatePlace(xy, (name, *[""] * (len(xy) - 1)), np.stack([xy[:-1], xy[1:]], axis=1))
        for name, xy in lines.items()
    }


def _request(choices: SurveyChoices, *, dry_run: bool) -> ImportSurveyRequest:
    from waternet_plugin.operations.survey.import_survey import ImportSurveyRequest

    mapping, decisions = choices.mapping(), choices.decisions()
    return ImportSurveyRequest(
        ";".join(choices.paths),
        mapping=json.dumps(mapping, ensure_ascii=False) if mapping else "",
        decisions=json.dumps(decisions, ensure_ascii=False) if decisions else "",
        purpose=choices.purpose or CENSUS,
        lines=choices.lines,
        valid_only=choices.valid_only,
        dry_run=dry_run,
    )


def attempt_of(
    result: ImportSurveyResult,
    *,
    asks_again: bool = False,
    planned: Mapping[str, CandidatePlace] | None = None,
) -> Attempt:
    """Return a result as the pages show it.

    Parameters
    ----------
    result
        Of a dry run or an import.
    asks_again
        Ask about files that were imported before.
    planned
        Where the planned pipes are that questions name, by pipe.
    """
    from waternet_plugin.core.reports.survey.survey_import import passed_over_words

    typed = {table.file.name: table for table in result.typed}
    unread = {file.name: file.tables for file in result.unreadable}
    again = [_asked_again(file.name, file.known_as) for file in result.files if asks_again and file.known_as]
    questions = [
        _question(question, typed[question.file], result.network_facts, planned or {})
        for question in result.questions
    ]
    decisions = [file.decisions for file in result.files if file.decisions is not None]
    refusals = [refusal for decision in decisions for refusal in decision.refusals]
    # Another coordinate system, or common points, place what is refused.
    placeless = [
        OpenQuestion(refusal.file, _CRS, refusal.evidence.text, ())
        for refusal in refusals
        if refusal.key == _CRS
    ]
    return Attempt(
        files=tuple(_file(file, typed.get(file.name), unread.get(file.name, ())) for file in result.files),
        questions=(*again, *questions, *placeless),
        checks=_checks(result),
        counts=_counts(result),
        offered_prefixes=_offered_prefixes(result),
        ledger=_ledger(result),
        written=written_pipes(result),
        name=listed(file.name for file in result.files),
        verdicts=_verdicts(result, planned=True),
        new_verdicts=_verdicts(result, planned=False),
        pipes=tuple(result.pipes["pipe_id"]) if len(result.pipes) else (),
        deviations=_deviations(result),
        extent=_extent(result),
        batch_id=result.batch_id,
        passed_over=joined(passed_over_words(result.passed_over)),
        refusal=joined(refusal.text for refusal in refusals if refusal.key != _CRS),
        photos_of=tuple(name for name, table in typed.items() if _names_photos(table)),
    )


def _names_photos(typed: TypedFile) -> bool:
    return bool(typed.points["photo"].notna().any() or typed.lines["photo"].notna().any())


def _verdicts(result: ImportSurveyResult, *, planned: bool) -> dict[str, int]:
    """Return how many pipes that were planned, or that nobody planned, pass, stay open, fail."""
    is_unverified = result.pipes["pipe_id"].isin(list(result.until_verified)).to_numpy(bool) == planned
    counted: dict[str, int] = result.pipes["verdict"][is_unverified].value_counts().to_dict()
    return counted


def _file(shown: Any, typed: TypedFile | None, unread: Sequence[TableHead]) -> FileSeen:
    from waternet_plugin.core.reports.survey.survey_import import unused_words

    decided = []
    if shown.decisions is not None:
        for key, decision in shown.decisions.decided.items():
            if decision.value is not None:
                words = value_words(key, decision.value)
                decided.append(ShownDecision(key, words, joined(piece.text for piece in decision.evidence)))
    return FileSeen(
        shown.name,
        shown.format,
        shown.encoding,
        shown.rows,
        shown.error,
        sheets_of(typed.file) if typed is not None else tuple(map(unread_sheet, unread)),
        tuple(decided),
        None if typed is None else _file_points(typed),
        unused_words(shown.unused),
    )


def _file_points(typed: TypedFile) -> FilePoints:
    points = typed.points
    return FilePoints(
        points["point_no"].to_numpy(object), points["x"].to_numpy(float), points["y"].to_numpy(float)
    )


def _asked_again(file: str, survey_batch: str) -> OpenQuestion:
    imported = tr("It was imported as {batch}.").format(batch=survey_batch)
    candidates = (
        ShownCandidate({"again": False}, tr("Leave it out")),
        ShownCandidate({"again": True}, tr("Import it again"), imported),
    )
    return OpenQuestion(file, "again", question_words.sentence("again"), candidates)


def _question(
    question: SurveyQuestion,
    typed: TypedFile,
    network: NetworkFacts,
    planned: Mapping[str, CandidatePlace],
) -> OpenQuestion:
    from waternet_plugin.core.places.deciding.candidate_points import ghosts
    from waternet_plugin.core.survey.file_facts import file_facts

    places = {}
    numbers = typed.points["point_no"].to_numpy(object)
    for ghost in ghosts(file_facts(typed), network, question.candidates):
        named = [str(numbers[row] or "") if row < len(numbers) else "" for row in ghost.rows]
        places[ghost.letter] = CandidatePlace(ghost.xy, tuple(named), _lines(typed, ghost.rows, ghost.xy))
    candidates = []
    for candidate in question.candidates:
        words, evidence = question_words.candidate_words(question.key, candidate)
        answers = dict(candidate.answers) or {question.key: candidate.value}
        ghost = places.get(candidate.letter) or planned.get(str(candidate.value))
        candidates.append(ShownCandidate(answers, words, evidence, ghost))
    sentence = question_words.sentence(question.key, question.column)
    return OpenQuestion(question.file, question.key, sentence, tuple(candidates), question.column)


def _lines(typed: TypedFile, rows: Any, xy: Any) -> Any:
    """Return the ends of the connections whose points have a place, (lines, 2, 2)."""
    numbers = typed.points["point_no"].to_numpy(object)
    at = {numbers[row]: index for index, row in enumerate(rows) if row < len(numbers)}
    ends = zip(typed.lines["start_no"], typed.lines["end_no"])
    pairs = [(at[start], at[end]) for start, end in ends if start in at and end in at]
    return xy[np.array(pairs, dtype=np.int64)] if pairs else None


def _checks(result: ImportSurveyResult) -> tuple[CheckLine, ...]:
    from waternet_plugin.core.frames import records
    from waternet_plugin.core.survey.survey_rules import survey_rules

    rules, places_of_rows, assets = survey_rules(), _places(result), _moved_assets(result)
    return tuple(
        CheckLine(
            row["rule_id"],
            row["severity"],
            row["file"] or "",
            row["sheet"] or "",
            None if row["row_no"] is None or row["row_no"] != row["row_no"] else int(row["row_no"]),
            row["point_no"] or "",
            row["text"],
            asset=assets.get(row["text"], ""),
            place=places_of_rows.get((row["file"], row["point_no"])),
            fix=rules[row["rule_id"]].fix,
        )
        for row in records(result.checks)
    )


def _moved_assets(result: ImportSurveyResult) -> dict[str, str]:
    """Return the nodes that a recheck finds elsewhere, by the sentence of each difference."""
    from waternet_plugin.core.survey.survey_rules import survey_rules

    text = survey_rules()["moved"].text
    assets = {}
    for difference in result.recheck.get("differences", ()):
        what = tr("Place") if difference["is_place"] else tr("Ground level")
        sentence = text.format(
            what=what, asset=difference["asset"], old=difference["old"], new=difference["new"]
        )
        assets[sentence] = str(difference["asset"])
    return assets


def _places(result: ImportSurveyResult) -> dict[tuple[str, str], tuple[float, float]]:
    """Return where points lie in the network's coordinates, by file and number."""
    if result.checked is None:
        return {}
    survey = result.checked.survey
    points = survey.points
    columns = zip(*(points[name].to_numpy(object) for name in ("file", "point_no", "east", "north")))
    return {
        (survey.file_names[file], number): (float(east), float(north))
        for file, number, east, north in columns
        if east == east and north == north
    }


def _counts(result: ImportSurveyResult) -> RowCounts:
    counts = result.counts
    return RowCounts(
        len(result.rows),
        *(int(counts.get(name, 0)) for name in ("imported", "merged", "rejected", "skipped")),
        nodes=result.nodes_written,
        pipes=result.pipes_written,
        length_m=result.length_m,
    )


def _offered_prefixes(result: ImportSurveyResult) -> dict[str, str]:
    """Return what would set numbers that restart apart, by file."""
    if result.checked is None:
        return {}
    survey = result.checked.survey
    offered: dict[str, str] = {}
    for finding in result.checked.findings:
        if finding.rule == _RESTARTS and "prefix" in finding.values:
            for file, prefix in zip(survey.rows["file"].to_numpy()[finding.row], finding.values["prefix"]):
                offered.setdefault(survey.file_names[file], str(prefix))
    return offered


def _ledger(result: ImportSurveyResult) -> tuple[dict[str, Any], ...]:
    """Return the rows with what became of them, the rejected ones first."""
    from waternet_plugin.core.frames import records
    from waternet_plugin.core.survey.ledger import REJECTED

    names = ["file", "sheet", "row_no", "point_no", "verdict", "reason", "asset"]
    order = np.argsort(result.rows["verdict"].to_numpy(object) != REJECTED, kind="stable")[:_MOST]
    return tuple(records(result.rows[names].iloc[order]))


def written_pipes(result: ImportSurveyResult) -> tuple[dict[str, Any], ...]:
    """Return the pipes that a result writes: those with a verdict, then the others."""
    if result.checked is None:
        return ()
    from waternet_plugin.core.frames import records
    from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
    from waternet_plugin.core.survey.verification.verdict_words import told

    made = result.checked.left.assets.pipes
    ids = made["pipe_id"].map(lambda name: result.laid.get(name, name))
    of_survey = {row["pipe_id"]: row for row in records(made.assign(pipe_id=ids).iloc[:_MOST])}
    pipes_written = {}
    for row in records(result.pipes.iloc[:_MOST]):
        known = {**of_survey.get(row["pipe_id"], {}), GEOMETRY_COLUMN: row[GEOMETRY_COLUMN]}
        pipes_written[row["pipe_id"]] = _written(
            row["pipe_id"], known, row["verdict"], told(row["reason_facts"], row["reasons"])
        )
    for name, row in of_survey.items():
        if name not in pipes_written:
            pipes_written[name] = _written(name, row, _NEW, "")
    return tuple(pipes_written.values())[:_MOST]


def _written(name: str, row: Mapping[str, Any], outcome: str, missing: str) -> dict[str, Any]:
    import shapely

    from waternet_plugin.core.schema.domains import domain
    from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN

    line, given = row[GEOMETRY_COLUMN], row.get("length_m")
    material = domain("material").get(str(row.get("material") or ""))
    return {
        "pipe_id": name,
        "length_m": float(shapely.length(line)) if given is None or given != given else float(given),
        "size_mm": row.get("diameter_mm"),
        "material": "" if material is None else material.label,
        "outcome": outcome,
        "missing": missing,
        "box": tuple(float(value) for value in line.bounds),
    }


def _extent(result: ImportSurveyResult) -> tuple[float, float, float, float] | None:
    """Return where the points of the survey lie; None where none has a place."""
    if result.checked is None:
        return None
    xy = result.checked.survey.points[["east", "north"]].to_numpy(float)
    xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        return None
    west, south, east, north = (float(value) for value in (*xy.min(axis=0), *xy.max(axis=0)))
    return west, south, east, north


def _deviations(result: ImportSurveyResult) -> Deviations | None:
    """Return how far the points lie from the planned lines; None where no planned pipe was surveyed."""
    import shapely

    from waternet_plugin.core.survey.verification.known_of_pipe import planned_of
    from waternet_plugin.operations.survey.try_survey import ON_PLANNED_M

    if result.checked is None or not len(result.pipes):
        return None
    planned = [
        planned_pipe.line[:, :2]
        for planned_pipe in map(planned_of, result.pipes["planned"])
        if planned_pipe is not None
    ]
    if not planned:
        return None
    lines = shapely.linestrings(np.concatenate(planned), indices=_numbers(planned))
    points = result.checked.survey.points[["east", "north"]].to_numpy(float)
    points = points[np.isfinite(points).all(axis=1)]
    points_there = shapely.points(points)
    at, on = shapely.STRtree(lines).query_nearest(points_there, max_distance=ON_PLANNED_M, all_matches=False)
    feet = shapely.line_interpolate_point(lines[on], shapely.line_locate_point(lines[on], points_there[at]))
    spots = shapely.get_coordinates(feet)
    away = np.hypot(*(points[at] - spots).T)
    far = away >= _LEAST_OFF_M
    return Deviations(tuple(planned), spots[far], points[at][far], away[far])


def _numbers(lines: list[Any]) -> Any:
    """Return for each vertex the number of its line."""
    return np.repeat(np.arange(len(lines)), [len(line) for line in lines])
