"""Write a survey into the network as one batch: files, rows, nodes and pipes."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Optional

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import Row, by_table
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.places.deciding.decisions import Decisions
from waternet_plugin.core.places.stored_transform_sets import transform_set_row
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.assets.survey_pipes import EVIDENCE
from waternet_plugin.core.survey.ledger import VERDICTS, Ledger
from waternet_plugin.core.survey.raw_rows import raw_rows
from waternet_plugin.core.survey.records import SurveyFile
from waternet_plugin.core.survey.survey_check import CheckedSurvey
from waternet_plugin.core.survey.verification.stored_verdicts import PREFIX, TABLE, is_enough
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.attachments.attachment_rows import not_there
from waternet_plugin.operations.survey.as_built_pipes import AsBuiltPipes
from waternet_plugin.operations.survey.survey_photos import SurveyPhoto, SurveyPhotos, attachment_rows
from waternet_plugin.operations.survey.verdict_rows import read_into_use
from waternet_plugin.store import attachments
from waternet_plugin.store.attachments import KeptFile
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.network import Network

_KIND = "survey"
_ID_PREFIX = "SV"
_ROWS_AT_ONCE = 10_000


@dataclass(frozen=True)
class SurveyWrite:
    """All that one import writes.

    ``decisions`` are those of each file, ``margin`` is how much wider than its points the area of a transform
    set is (share of its size), ``seen`` the position of the network before it was read.
    """

    name: str
    files: Sequence[SurveyFile]
    decisions: Sequence[Decisions]
    checked: CheckedSurvey
    ledger: Ledger
    laid: AsBuiltPipes
    photos: SurveyPhotos
    margin: float
    seen: str


def write_survey(
    network: Network,
    write: SurveyWrite,
    *,
    within: Optional[Callable[[], Any]] = None,
    progress: Progress = SILENT,
) -> str:
    """Write a survey as one batch with a backup and return the batch's id.

    Parameters
    ----------
    write
        What is written.
    within
        Called before the batch is committed: when it raises, nothing is written.
    """
    progress.at(0.0, tr("Writing"))
    facts = {"files": [file.name for file in write.files], **write.ledger.counts}
    rows = write.checked.survey.rows
    attached = attachment_rows(write.photos, write.checked, write.laid.ids)
    new = not_there(network, [{**values, "row": row} for row, _photo, values in attached])
    into_use = read_into_use(network, _passed(write.laid))
    kept = attachments.keeping(network, [photo.file.path for _row, photo, _values in attached])
    with (
        kept as copies,
        network.write(
            _KIND, name=write.name, facts=facts, seen=write.seen, backup=True, progress=progress
        ) as batch,
    ):
        _refuse_changed_photos(attached, copies.files)
        copies.put_in_place()
        ids = _insert_files(batch, write, rows)
        of_row = ids[rows["file"].to_numpy(np.int64)]
        _insert_assets(batch, write, of_row)
        _lay_planned(batch, write.laid, of_row)
        for name, used in into_use.items():
            batch.update(name, used)
        _insert_rows(batch, write, of_row)
        if new:
            rows = pd.DataFrame(new)
            batch.insert("attachment", rows.drop(columns="row").assign(survey_batch=of_row[rows["row"]]))
        if within is not None:
            batch.refuse_changed()
            within()
    return batch.batch_id


def _refuse_changed_photos(
    attached: Sequence[tuple[int, SurveyPhoto, Any]], copies: Sequence[KeptFile]
) -> None:
    """Refuse photos that are others than when the verdicts were given.

    Raises
    ------
    InputError
        With the first of them.
    """
    for (_row, photo, _values), copy in zip(attached, copies):
        if photo.file.attachment_id != copy.attachment_id:
            message = tr("The photo {name} changed while the survey was read. Import the survey again.")
            raise InputError(message.format(name=photo.file.source))


def _lay_planned(batch: Batch, laid: AsBuiltPipes, of_row: Array) -> None:
    """Write the planned pipes that were laid, and all verdicts."""
    survey_batch = {one.key: of_row[int(one.surveyed["row"])] for one in laid.pipes}
    for name, edits in by_table(laid.edits):
        new, changed = {}, {}
        for edit in edits:
            if edit.now is None:
                continue
            own = (
                {"survey_batch": survey_batch[edit.key]}
                if name == "pipe" and edit.key in survey_batch
                else {}
            )
            if edit.is_new:
                new[edit.key] = {**edit.now, **own}
            else:
                changed[edit.key] = {**edit.changed_values, **own}
        if changed:
            batch.update_rows(name, changed)
        if new:
            batch.insert_rows(name, new)
    if not laid.verdicts:
        return
    rows = pd.DataFrame([one.values for one in laid.verdicts], dtype=object)
    first = int(batch.next_id(TABLE, PREFIX)[len(PREFIX) :])
    rows["verification_id"] = [f"{PREFIX}{first + number:04d}" for number in range(len(rows))]
    rows["survey_batch"] = of_row[[one.row for one in laid.verdicts]]
    batch.insert(TABLE, rows)


def _passed(laid: AsBuiltPipes) -> list[tuple[Row, Optional[datetime.date]]]:
    """Return the planned pipes whose verdict takes them into use, with the days of their surveys."""
    now = {str(one.row["pipe_id"]): one.row for one in laid.pipes}
    passed = [one.values for one in laid.verdicts if one.was_planned and is_enough(one.values)]
    return [(now[str(one["pipe_id"])], one["surveyed_on"]) for one in passed]


def _insert_assets(batch: Batch, write: SurveyWrite, of_row: Array) -> None:
    """Write the nodes and pipes; planned pipes that were laid are there already."""
    assets = write.checked.left.assets
    laid = set(write.laid.ids)
    new = np.flatnonzero(~assets.pipes["pipe_id"].isin(laid).to_numpy())
    apart = {"node": ["row"], "pipe": ["row", "own_id", *EVIDENCE]}
    for table, frame, rows in (
        ("node", assets.nodes, np.arange(len(assets.nodes))),
        ("pipe", assets.pipes, new),
    ):
        for first, last in _parts(len(rows)):
            part = frame.iloc[rows[first:last]]
            survey_batch = of_row[part["row"].to_numpy(np.int64)]
            named = part.drop(columns=apart[table]).assign(status="in_use", survey_batch=survey_batch)
            _insert(batch, table, named)


def _insert_rows(batch: Batch, write: SurveyWrite, of_row: Array) -> None:
    """Write every row of the files; those that name a point stand at its place."""
    points, told = write.checked.survey.points, write.ledger.frame
    places = np.full((len(told), 2), np.nan)
    places[points["row"].to_numpy(np.int64)] = points[["east", "north"]].to_numpy(float)
    kept = ("sheet", "row_no", "record", "point_no", "verdict", "reason_code", "reason", "asset")
    for first, last in _parts(len(told)):
        place = places[first:last]
        known = np.isfinite(place).all(axis=1)
        shapes = np.full(len(place), None, dtype=object)
        shapes[known] = shapely.points(place[known])
        columns = {name: told[name].to_numpy()[first:last] for name in kept}
        part = {
            "survey_batch_id": of_row[first:last],
            **columns,
            "raw": raw_rows(write.files, first, last),
            GEOMETRY_COLUMN: shapes,
        }
        _insert(batch, "survey_row", made_of(part))


def _parts(size: int) -> Iterator[tuple[int, int]]:
    """Yield the rows to insert at once: the store keeps those twice more while it inserts them."""
    for first in range(0, size, _ROWS_AT_ONCE):
        yield first, min(first + _ROWS_AT_ONCE, size)


def _insert(batch: Batch, table: str, rows: pd.DataFrame) -> None:
    batch.insert(table, gpd.GeoDataFrame(rows.reset_index(drop=True), geometry=GEOMETRY_COLUMN))


def _insert_files(batch: Batch, write: SurveyWrite, rows: pd.DataFrame) -> Array:
    """Write a row for each file and return their ids."""
    ids = []
    frame = write.ledger.frame
    of_row = rows["file"].to_numpy(np.int64)
    for number, (file, decisions) in enumerate(zip(write.files, write.decisions)):
        mine = frame["verdict"].to_numpy(object)[of_row == number]
        counts = {one: float((mine == one).sum()) for one in VERDICTS}
        survey_batch = batch.next_id("survey_batch", _ID_PREFIX)
        crs = _new_set(batch, decisions, write.margin) or decisions.value("crs")
        one_row = {
            "survey_batch_id": survey_batch,
            "file_name": file.name,
            "file_hash": file.sha256,
            "crs_decision": crs,
            "format": file.format,
            "encoding": file.encoding or None,
            "decisions": json.dumps(decisions.as_json(), ensure_ascii=False),
            "rows_in": float(len(mine)),
            "rows_written": counts["imported"],
            "rows_merged": counts["merged"],
            "rows_rejected": counts["rejected"],
            "rows_skipped": counts["skipped"],
        }
        batch.insert("survey_batch", pd.DataFrame([one_row]))
        ids.append(survey_batch)
    return np.array(ids, dtype=object)


def _new_set(batch: Batch, decisions: Decisions, margin: float) -> str:
    """Write the transform set that decisions make, and return its id; '' where they make none."""
    used = None if decisions.reading is None else decisions.reading.transform_set
    if used is None or used.transform_set_id:
        return ""
    row = transform_set_row(replace(used, transform_set_id=batch.next_id("transform_set", "TS")), margin)
    batch.insert("transform_set", pd.DataFrame([row], dtype=object))
    return str(row["transform_set_id"])
