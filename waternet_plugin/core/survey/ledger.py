"""The ledger of a survey: what became of every row, with the reason; the sums agree or nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.cells.foreign_values import over_distinct
from waternet_plugin.core.frames import PlainFrames, made_of, stacked
from waternet_plugin.core.survey.assets.survey_assets import IMPORTED, LOST, MERGED, SurveyAssets
from waternet_plugin.core.survey.joint_survey import Survey
from waternet_plugin.core.survey.records import SurveyFile
from waternet_plugin.core.survey.row_findings import RowFindings, is_error
from waternet_plugin.core.texts import tr

REJECTED, SKIPPED = "rejected", "skipped"
VERDICTS = (IMPORTED, MERGED, REJECTED, SKIPPED)
COLUMNS = (
    "file",
    "sheet",
    "row_no",
    "record",
    "point_no",
    "verdict",
    "reason_code",
    "reason",
    "asset",
)
# A row that names neither a point nor a line, and of which no reader says why.
_NOTHING = "other"
_MERGED_REASON = "said_again"
_LINE_LOST = "point_rejected"
_UNDECIDED = "open_decision"
# What is told of a row that is taken: whoever judges its pipes later reads it here.
NOT_FIXED = "not_fixed"


@dataclass(frozen=True)
class Ledger(PlainFrames):
    """Every row of a survey: `COLUMNS`, in the order of the files, and how many had which verdict."""

    frame: pd.DataFrame
    counts: Mapping[str, int]

    @classmethod
    def of(cls, parts: Sequence[pd.DataFrame]) -> Ledger:
        """Return the ledger of some parts, each with the rows of its files."""
        frame = stacked([made_of({name: np.zeros(0, dtype=object) for name in COLUMNS}, COLUMNS), *parts])
        verdict = frame["verdict"].to_numpy(object)
        return cls(frame, {known: int((verdict == known).sum()) for known in VERDICTS})

    def renamed(self, ids: Mapping[str, str]) -> Ledger:
        """Return the ledger with other ids of assets, by those that it has."""
        if not ids:
            return self
        assets = over_distinct(
            self.frame["asset"].to_numpy(object),
            lambda text: ";".join(ids.get(part, part) for part in text.split(";")),
        )
        return Ledger(self.frame.assign(asset=pd.Series(assets, dtype=object)), self.counts)


@dataclass(frozen=True)
class RowsLeft(PlainFrames):
    """What of a survey is written.

    Parameters
    ----------
    survey
        Without rejected rows.
    assets
        What it makes.
    """

    survey: Survey
    assets: SurveyAssets


def ledger(survey: Survey, findings: Sequence[RowFindings], left: RowsLeft, rejected: Array) -> Ledger:
    """Return what became of every row.

    Parameters
    ----------
    survey
        With all rows.
    findings
        All findings; a rejected row has the first error that names it as its reason.
    left
        What is written.
    rejected
        The rows that errors name.

    Raises
    ------
    AssertionError
        Where a row has no verdict or the sums do not agree: a defect, and nothing may be written.
    """
    rows = survey.rows
    size = len(rows)
    verdict = np.full(size, SKIPPED, dtype=object)
    code = np.full(size, _NOTHING, dtype=object)
    reason = np.full(size, None, dtype=object)
    skipped = rows["skipped"].to_numpy(object)
    given = pd.notna(skipped)
    code[given] = skipped[given]
    _of_states(left, verdict, code)
    verdict[rejected] = REJECTED
    _reasons(findings, rejected, code, reason)
    _set_reasons(findings, code, reason)
    words = _words()
    for word in set(code[pd.notna(code)].tolist()) & set(words):
        reason[(code == word) & pd.isna(reason)] = words[word]
    frame = made_of(
        {
            "file": np.array(survey.file_names, dtype=object)[rows["file"].to_numpy(np.int64)],
            "sheet": rows["sheet"].to_numpy(object),
            "row_no": rows["row_no"].to_numpy(float),
            "record": rows["record"].to_numpy(object),
            "point_no": _point_numbers(survey),
            "verdict": verdict,
            "reason_code": code,
            "reason": reason,
            "asset": _assets(left, size),
        },
        COLUMNS,
    )
    book = Ledger.of([frame])
    assert sum(book.counts.values()) == size, "a row of the survey has no verdict"
    return book


def undecided_rows(file: SurveyFile) -> pd.DataFrame:
    """Return the rows of a file whose decisions are open: all that are not skipped are rejected.

    Those of a sheet that nobody understands have the sentence about it as their reason.
    """
    rows = file.rows
    size = len(rows)
    skipped = rows["skipped"].to_numpy(object)
    is_skipped = pd.notna(skipped)
    numbers = np.full(size, None, dtype=object)
    numbers[file.points["row"].to_numpy(np.int64)] = file.points["point_no"].to_numpy(object)
    code = np.where(is_skipped, skipped, _UNDECIDED)
    words = _words()
    sheets = rows["sheet"].to_numpy(object)
    reason = np.full(size, None, dtype=object)
    for row, (reason_code, sheet) in enumerate(zip(code.tolist(), sheets.tolist())):
        unknown = file.open_sheets.get(sheet) if reason_code == _UNDECIDED else None
        reason[row] = unknown or words.get(str(reason_code))
    return made_of(
        {
            "file": np.full(size, file.name, dtype=object),
            "sheet": sheets,
            "row_no": rows["row_no"].to_numpy(float),
            "record": rows["record"].to_numpy(object),
            "point_no": numbers,
            "verdict": np.where(is_skipped, SKIPPED, REJECTED).astype(object),
            "reason_code": code,
            "reason": reason,
            "asset": np.full(size, None, dtype=object),
        },
        COLUMNS,
    )


def _of_states(left: RowsLeft, verdict: Array, code: Array) -> None:
    """Set the verdicts of rows that name points and lines: imported where anything of them is."""
    survey, assets = left.survey, left.assets
    point_row = survey.points["row"].to_numpy(np.int64)
    line_row = survey.lines["row"].to_numpy(np.int64)
    row = np.concatenate([point_row, line_row])
    state = np.concatenate([assets.point_state, assets.line_state])
    for outcome, reason in ((LOST, _LINE_LOST), (MERGED, _MERGED_REASON), (IMPORTED, None)):
        rows = row[state == outcome]
        verdict[rows] = REJECTED if outcome == LOST else outcome
        code[rows] = reason
    # A row that is imported but for its line says so.
    lost = line_row[assets.line_state == LOST]
    code[lost] = _LINE_LOST


def _reasons(findings: Sequence[RowFindings], rejected: Array, code: Array, reason: Array) -> None:
    """Give rejected rows the first error that names them."""
    open_ = np.zeros(len(code), dtype=bool)
    open_[rejected] = True
    for finding in findings:
        if not is_error(finding.rule) or not len(finding):
            continue
        rows = np.flatnonzero((finding.row >= 0) & open_[finding.row])
        if not len(rows):
            continue
        texts = finding.sentences()
        for index in rows.tolist():
            row = int(finding.row[index])
            if open_[row]:
                code[row], reason[row] = finding.rule, texts[index]
                open_[row] = False


def _set_reasons(findings: Sequence[RowFindings], code: Array, reason: Array) -> None:
    """Note on rows that are taken as they are that they were measured without a fixed solution."""
    for finding in findings:
        if finding.rule == NOT_FIXED:
            rows = np.flatnonzero((finding.row >= 0) & pd.isna(code[finding.row]))
            code[finding.row[rows]] = NOT_FIXED
            texts = finding.sentences()
            reason[finding.row[rows]] = np.array([texts[index] for index in rows.tolist()], dtype=object)


def _words() -> dict[str, str]:
    """Return why rows are merged, skipped, or left without their line."""
    return {
        _MERGED_REASON: tr("Already in the network or the survey"),
        _LINE_LOST: tr("A point of its line is rejected or missing"),
        _NOTHING: tr("Names neither a point nor a line"),
        _UNDECIDED: tr("A decision about its file is open"),
        "title": tr("Title"),
        "heading": tr("Heading"),
        "unit": tr("Units"),
        "total": tr("Total"),
        "comment": tr("Comment"),
        "deleted_point": tr("Deleted point"),
        "left_out": tr("Left out by its code"),
        "ignored": tr("Its sheet or layer is left out"),
    }


def _point_numbers(survey: Survey) -> Array:
    numbers = np.full(len(survey.rows), None, dtype=object)
    lines = survey.lines
    start, end = lines["start_no"].to_numpy(object), lines["end_no"].to_numpy(object)
    numbers[lines["row"].to_numpy(np.int64)] = [
        f"{first or ''}-{second or ''}" if first or second else None for first, second in zip(start, end)
    ]
    # The row of a line is called by both ends.
    own = survey.points[survey.points["end"].isna()]
    numbers[own["row"].to_numpy(np.int64)] = own["point_no"].to_numpy(object)
    return numbers


def _assets(left: RowsLeft, size: int) -> Array:
    """Return the ids of what each row became, joined by semicolons."""
    survey, assets = left.survey, left.assets
    row = np.concatenate([survey.points["row"].to_numpy(np.int64), survey.lines["row"].to_numpy(np.int64)])
    asset = np.concatenate([assets.point_asset, assets.line_asset])
    known = pd.notna(asset)
    result = np.full(size, None, dtype=object)
    result[row[known][::-1]] = asset[known][::-1]
    twice = pd.Series(row[known]).duplicated(keep=False).to_numpy()
    for number, ids in pd.Series(asset[known][twice]).groupby(row[known][twice]):
        result[int(number)] = ";".join(dict.fromkeys(ids))
    return result
