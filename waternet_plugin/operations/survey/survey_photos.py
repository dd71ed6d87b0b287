"""Photos that survey files name: found in the folder of their file, and what is wrong with the others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.survey.joint_survey import Survey
from waternet_plugin.core.survey.row_findings import RowFindings, names_of
from waternet_plugin.core.survey.survey_check import CheckedSurvey
from waternet_plugin.core.survey.verification.known_of_pipe import PhotoEvidence
from waternet_plugin.operations.attachments.attachment_rows import attachment_row
from waternet_plugin.store import attachments
from waternet_plugin.store.attachments import KeptFile
from waternet_plugin.store.foreign.photo_facts import PhotoFacts, photo_facts

_BETWEEN = re.compile(r"[;；,，、|\n]+")


@dataclass(frozen=True)
class SurveyPhoto:
    """A photo as it lies beside its survey file, and what it says of itself."""

    file: KeptFile
    facts: PhotoFacts

    @property
    def evidence(self) -> PhotoEvidence:
        """The photo as evidence; its place NaN where it is unknown."""
        x, y = (float("nan") if one is None else one for one in (self.facts.x, self.facts.y))
        return PhotoEvidence(self.file.attachment_id, x, y)


@dataclass(frozen=True)
class SurveyPhotos:
    """Photos and documents by the row of the survey that names them, and findings on the others."""

    of_row: Mapping[int, tuple[SurveyPhoto, ...]] = field(default_factory=dict)
    findings: tuple[RowFindings, ...] = ()

    @property
    def evidence(self) -> dict[int, tuple[PhotoEvidence, ...]]:
        """The photos that each row names."""
        return {
            row: tuple(one.evidence for one in photos if one.file.kind == "photo")
            for row, photos in self.of_row.items()
        }


def survey_photos(survey: Survey, files: Mapping[str, Path], crs: CRS) -> SurveyPhotos:
    """Return the photos that a survey names.

    Parameters
    ----------
    survey
        All rows; ``photo`` of points and lines names files, joined by semicolons or commas.
    files
        Path of each survey file by its name.
    crs
        Of the network.
    """
    seen: dict[Path, SurveyPhoto] = {}
    of_row: dict[int, tuple[SurveyPhoto, ...]] = {}
    told: dict[str, list[tuple[int, Any, str]]] = {"photo_refused": [], "photo_missing": []}
    for row, name, cell in _cells(survey):
        if row in of_row:
            continue
        folder = files[survey.file_names[int(survey.rows["file"].iloc[row])]].parent
        photos = []
        for one in _names(folder, cell):
            try:
                path = attachments.found_in(folder, one)
                if not path.exists():
                    told["photo_missing"].append((row, name, one))
                    continue
                if path not in seen:
                    seen[path] = SurveyPhoto(attachments.looked_at(path), photo_facts(path, crs))
                photos.append(seen[path])
            except InputError as refusal:
                told["photo_refused"].append((row, name, str(refusal)))
        of_row[row] = tuple(photos)
    findings = tuple(_findings(rule, rows) for rule, rows in told.items() if rows)
    return SurveyPhotos({row: photos for row, photos in of_row.items() if photos}, findings)


def _cells(survey: Survey) -> Iterator[tuple[int, Any, str]]:
    """Yield row, name and cell of the points and lines that name photos."""
    for frame in (survey.points, survey.lines):
        if "photo" not in frame.columns:
            continue
        given = np.flatnonzero(pd.notna(frame["photo"].to_numpy(object)))
        rows, cells = frame["row"].to_numpy(np.int64), frame["photo"].to_numpy(object)
        for at, name in zip(given, names_of(frame, given)):
            if str(cells[at]).strip() and rows[at] >= 0:
                yield int(rows[at]), name, str(cells[at]).strip()


def _names(folder: Path, cell: str) -> list[str]:
    """Return the names in a cell: the cell itself where a file is called so."""
    return (
        [cell] if (folder / cell).is_file() else [one.strip() for one in _BETWEEN.split(cell) if one.strip()]
    )


def _findings(rule: str, rows: list[tuple[int, Any, str]]) -> RowFindings:
    texts = np.empty(len(rows), dtype=object)
    texts[:] = [text for _row, _name, text in rows]
    names = np.empty(len(rows), dtype=object)
    names[:] = [name for _row, name, _text in rows]
    return RowFindings(rule, np.array([row for row, _name, _text in rows]), names, {"text": texts})


def attachment_rows(
    photos: SurveyPhotos, checked: CheckedSurvey, ids: Mapping[str, str]
) -> list[tuple[int, SurveyPhoto, dict[str, Any]]]:
    """Return row of the survey, photo and row of ``attachment`` of what imported rows name, each file once.

    Parameters
    ----------
    ids
        The id that a pipe of the survey has in the network, where it is another.
    """
    left, assets = checked.left.survey, checked.left.assets
    pipes = set(assets.pipes["pipe_id"])
    found: dict[str, tuple[int, SurveyPhoto, dict[str, Any]]] = {}
    for frame, owner in ((left.points, assets.point_asset), (left.lines, assets.line_asset)):
        for row, asset in zip(frame["row"].to_numpy(np.int64).tolist(), owner):
            if asset is None or row not in photos.of_row:
                continue
            table = "pipe" if asset in pipes else "node"
            for one in photos.of_row[row]:
                values = attachment_row(one.file, one.facts, table=table, asset=ids.get(asset, str(asset)))
                found.setdefault(one.file.attachment_id, (row, one, values))
    return list(found.values())
