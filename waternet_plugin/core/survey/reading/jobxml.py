"""JobXML of Trimble: the reduced points, else those of the field book; its lengths are always metres."""

from __future__ import annotations

from typing import Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.decision_facts import Declared
from waternet_plugin.core.survey.reading.survey_xml import ElementStream
from waternet_plugin.core.survey.records import SurveyTable
from waternet_plugin.core.survey.tables_read import TablesRead, check_size, frame_of, objects
from waternet_plugin.core.texts import tr

_FIELDS = ("point_no", "x", "y", "h", "code", "survey_date", "h_rms", "v_rms")
_GRIDS = ("Grid", "ComputedGrid")
# North in China, m; no east without a zone's number reaches it.
_NORTH = (1.9e6, 6.0e6)
Row = dict[str, Optional[str]]


class _JobXml(ElementStream):
    """Points of the reductions and of the field book; ``deleted`` are those that the crew took back."""

    def __init__(self) -> None:
        super().__init__()
        self.reduced: list[Row] = []
        self.measured: list[Row] = []
        self.deleted: list[Row] = []
        self.is_in_feet = False
        self.words: list[str] = []
        self._path: list[str] = []
        self._row: Optional[Row] = None
        self._grids: dict[str, Row] = {}

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        self._path.append(tag)
        if tag == "PointRecord" or (tag == "Point" and "Reductions" in self._path):
            self._row = {"survey_date": attributes.get("TimeStamp", "")[:10] or None}
            self._grids = {}

    def finish(self, tag: str, text: str) -> None:
        self._path.pop()
        above = self._path[-1] if self._path else ""
        row = self._row
        if tag == "DistanceUnits":
            self.is_in_feet = "f" in text.lower()
        elif above == "CoordinateSystem" and text:
            self.words.append(text)
        if row is None:
            return
        if above in ("Point", "PointRecord"):
            key = {"Name": "point_no", "Code": "code", "Deleted": "deleted", "SurveyMethod": "method"}.get(
                tag
            )
            if key:
                row[key] = text or None
        elif above in _GRIDS:
            key = {"North": "x", "East": "y", "Elevation": "h"}.get(tag)
            if key:
                self._grids.setdefault(above, {})[key] = text or None
        elif above == "Precision":
            key = {"Horizontal": "h_rms", "Vertical": "v_rms"}.get(tag)
            if key:
                row[key] = text or None
        if tag in ("Point", "PointRecord"):
            self._take(tag, row)

    def _take(self, tag: str, row: Row) -> None:
        for kind in reversed(_GRIDS):
            # Where both are there, Grid is what the office takes.
            row.update({key: value for key, value in self._grids.get(kind, {}).items() if value})
        self._row = None
        if (row.pop("deleted", None) or "").lower() == "true":
            self.deleted.append(row)
        elif tag == "Point":
            self.reduced.append(row)
        elif row.get("x") or row.get("y"):
            self.measured.append(row)
        elif row.get("h_rms"):
            # Measured on the ellipsoid alone: known by its accuracy.
            self.measured.append(row)


def _with_accuracy(reduced: list[Row], measured: list[Row]) -> list[Row]:
    """Return reduced points with the day and accuracy of their last measurement."""
    known: dict[Optional[str], Row] = {row.get("point_no"): row for row in measured}
    for row in reduced:
        last = known.get(row.get("point_no"), {})
        for key in ("survey_date", "h_rms", "v_rms"):
            row[key] = row.get(key) or last.get(key)
    return reduced


def _is_north(values: Array) -> bool:
    known = values[np.isfinite(values)]
    return bool(len(known)) and bool(((known >= _NORTH[0]) & (known <= _NORTH[1])).all())


def _numbers(rows: list[Row], key: str) -> Array:
    numbers = np.full(len(rows), np.nan)
    for index, row in enumerate(rows):
        try:
            numbers[index] = float(row.get(key) or "nan")
        except ValueError:
            continue
    return numbers


def read_jobxml(raw: bytes, name: str) -> TablesRead:
    """Return the points of a JobXML file; deleted ones are rows that are skipped.

    Parameters
    ----------
    name
        Of the file, for messages.

    Raises
    ------
    InputError
        When it is damaged, has a document type, or no point with grid coordinates.
    """
    job = _JobXml()
    job.read(raw, name)
    placed = [row for row in job.measured if row.get("x") or row.get("y")]
    records = _with_accuracy(job.reduced, job.measured) if job.reduced else placed
    if not any(row.get("x") for row in records):
        message = tr("{file} has no points with grid coordinates. Export the job with its reductions.")
        raise InputError(message.format(file=name))
    rows = [*records, *job.deleted]
    check_size(name, len(rows), 1)
    columns = [objects([(row.get(field) or "").strip() or None for row in rows]) for field in _FIELDS]
    numbers = np.arange(1, len(rows) + 1, dtype=np.int64)
    skipped = dict.fromkeys(range(len(records) + 1, len(rows) + 1), "deleted_point")
    is_swapped = _is_north(_numbers(records, "y")) and not _is_north(_numbers(records, "x"))
    # Some programs write the tags the wrong way round: then the numbers decide, not their names.
    declared = {} if is_swapped else {"axes": Declared("x_north", "JobXML <North>")}
    remarks = []
    if is_swapped:
        remarks.append(("swapped_tags", 0, tr("The tags North and East are swapped: their numbers say so.")))
    if job.is_in_feet:
        remarks.append(
            ("shown_in_feet", 0, tr("The job was shown in feet; JobXML keeps metres, which are read."))
        )
    table = SurveyTable(
        " ".join(job.words),
        frame_of(columns, _FIELDS),
        numbers,
        role="points",
        is_named=True,
        declared=declared,
        skipped=skipped,
        remarks=tuple(remarks),
    )
    return TablesRead("jobxml", "", (table,))
