"""What a dry run or an import says of survey files, as the pages of the wizard show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from waternet_plugin.core.arrays import Array
    from waternet_plugin.core.survey.recognition.open_tables import TableHead

LETTERS = "ABCDEFGH"
ERROR, WARNING = "error", "warning"


@dataclass(frozen=True)
class SheetSeen:
    """A sheet of a file: what it is for (points, lines, combined, ignore) and how many rows it has.

    Parameters
    ----------
    head
        Its first rows.
    names
        Its columns as they are called.
    fields
        The column that fills each field.
    heading_row
        The row of the file with the headings, 0 for none, None where its format names the columns.
    """

    name: str
    role: str
    rows: int
    head: TableHead | None = None
    names: tuple[str, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)
    heading_row: int | None = 0


@dataclass(frozen=True)
class ShownDecision:
    """A decision that the file or a person made: the value in words, and the evidence for it."""

    key: str
    words: str
    evidence: str


@dataclass(frozen=True)
class FilePoints:
    """Points as their file has them: (n,) numbers (object), first and second coordinates, NaN for none."""

    numbers: Array
    first: Array
    second: Array


@dataclass(frozen=True)
class FileSeen:
    """A file as it was read; ``error`` says why it could not be, '' where it could."""

    name: str
    format: str = ""
    encoding: str = ""
    rows: int = 0
    error: str = ""
    sheets: tuple[SheetSeen, ...] = ()
    decided: tuple[ShownDecision, ...] = ()
    points: FilePoints | None = None
    # The columns of the file that fill no field.
    unused: str = ""


@dataclass(frozen=True)
class CandidatePlace:
    """Where a candidate puts the points, in the network's coordinates: (n, 2) places, and their numbers.

    ``lines`` are (m, 2, 2) ends of connections; empty where the file has none.
    """

    places: Array
    numbers: tuple[str, ...]
    lines: Array | None = None


@dataclass(frozen=True)
class ShownCandidate:
    """One reading of a file: its words, what speaks for and against it, all that choosing it decides."""

    answers: Mapping[str, Any]
    words: str
    evidence: str = ""
    ghost: CandidatePlace | None = None


@dataclass(frozen=True)
class OpenQuestion:
    """What the data left open: two or three candidates, in one sentence.

    Without candidates a place is wanted that only a coordinate system or common points give.
    """

    file: str
    key: str
    sentence: str
    candidates: tuple[ShownCandidate, ...]
    # The sheet or column that it asks for.
    column: str = ""


@dataclass(frozen=True)
class CheckLine:
    """A finding of a check in a row of a file; ``asset`` is set where it is a difference to take or leave.

    ``place`` is where it is, in the network's coordinates, None where that is not known; ``fix`` says what to
    do about it.
    """

    rule_id: str
    severity: str
    file: str
    sheet: str
    row_no: int | None
    point_no: str
    text: str
    asset: str = ""
    place: tuple[float, float] | None = None
    fix: str = ""

    @property
    def key(self) -> tuple[str, str, str, int | None, str]:
        """By what a tick knows the finding again after another dry run."""
        return self.rule_id, self.file, self.sheet, self.row_no, self.text


@dataclass(frozen=True)
class RowCounts:
    """What became of the rows of all files, and what they wrote."""

    rows: int = 0
    imported: int = 0
    merged: int = 0
    rejected: int = 0
    skipped: int = 0
    nodes: int = 0
    pipes: int = 0
    length_m: float = 0.0

    @property
    def ready(self) -> int:
        """Rows that are neither rejected nor skipped."""
        return self.imported + self.merged


@dataclass(frozen=True)
class Deviations:
    """How far surveyed points lie from planned lines, in the network's coordinates.

    Parameters
    ----------
    planned
        Lines as they were planned, (vertices, 2) each.
    feet, points
        (n, 2) places on the planned lines, and the surveyed points.
    away_m
        (n,) distances between them, m.
    """

    planned: tuple[Array, ...]
    feet: Array
    points: Array
    away_m: Array


@dataclass(frozen=True)
class Attempt:
    """The answer of a dry run, or of the import (``batch_id`` is set then).

    Parameters
    ----------
    purpose
        census, as_built or recheck: as chosen, else as the planned pipes beneath suggest.
    offered_prefixes
        What would set numbers that restart apart, by file; empty where none does.
    ledger
        What becomes of each row, the rejected ones first: file, sheet, row_no, point_no, verdict, reason,
        asset. Of very many rows the first ones.
    written
        Pipes as they are written, those with a verdict first: pipe_id, length_m, size_mm, material, outcome
        (new, pass, open, fail), missing, box. Of very many the first ones.
    name
        Of the batch.
    passed_over
        Sentences about files that are none of a survey, '' for none.
    backup
        File name of the copy that was made before writing, '' before that.
    verdicts
        How many planned pipes pass, stay open, fail.
    new_verdicts
        The same of pipes that nobody planned, which are in use whatever the verdict.
    pipes
        Ids of the pipes that were verified.
    deviations
        Of the surveyed points from planned lines, None where no planned pipe was surveyed.
    extent
        Where the import lies: least x, least y, greatest x, greatest y; None where nothing has a place.
    refusal
        Why nothing can be imported as it is, '' where it can.
    photos_of
        The files that name photos.
    seen
        The files as they were when they were read, the photos that they name among them; None where that
        does not matter.
    """

    files: tuple[FileSeen, ...] = ()
    questions: tuple[OpenQuestion, ...] = ()
    checks: tuple[CheckLine, ...] = ()
    counts: RowCounts = RowCounts()
    purpose: str = "census"
    offered_prefixes: Mapping[str, str] = field(default_factory=dict)
    ledger: tuple[dict[str, Any], ...] = ()
    written: tuple[dict[str, Any], ...] = ()
    name: str = ""
    backup: str = ""
    verdicts: Mapping[str, int] = field(default_factory=dict)
    new_verdicts: Mapping[str, int] = field(default_factory=dict)
    pipes: tuple[str, ...] = ()
    deviations: Deviations | None = None
    extent: tuple[float, float, float, float] | None = None
    batch_id: str = ""
    passed_over: str = ""
    refusal: str = ""
    photos_of: tuple[str, ...] = ()
    seen: frozenset[tuple[str, int, int]] | None = None

    def sheet(self, file: str, name: str) -> SheetSeen | None:
        """Return a sheet of a file; None where it is not there."""
        sheets = (sheet for read_file in self.files if read_file.name == file for sheet in read_file.sheets)
        return next((sheet for sheet in sheets if sheet.name == name), None)

    @property
    def errors(self) -> tuple[CheckLine, ...]:
        """The findings that stop the import, or reject their rows."""
        return tuple(check for check in self.checks if check.severity == ERROR)

    @property
    def warnings(self) -> tuple[CheckLine, ...]:
        """The findings that a person ticks."""
        return tuple(check for check in self.checks if check.severity != ERROR)
