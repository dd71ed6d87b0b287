"""Hold a network against what is true of its town; the file is read here with none of the reader's code."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from towns.handed_rows import WRITTEN, Handed, HandedFile, HandedRow

_TABLES = ("pipe", "node", "failure")
_NEAR_M = 0.5
# Inches of a catalogue are not those of a ruler: DN100 is 4".
_BORE, _LENGTH, _LENGTH_M = 0.02, 0.002, 0.02
_NO_WORD = (None, "", "unknown")
# An id that was made since none was found.
_MADE_ID = re.compile(r"[A-Z]{1,3}-\d{6}")


@dataclass
class Verdict:
    """Of one file: values right, unknown though the words say it, asked, wrong; rows missing and too many."""

    file: HandedFile
    right: int = 0
    unknown: int = 0
    asked: int = 0
    missing: int = 0
    too_many: int = 0
    wrong: list[str] = field(default_factory=list)
    not_read: dict[str, int] = field(default_factory=dict)


@dataclass
class _Written:
    """A row of the network with its geometry in the system of the truth."""

    values: dict[str, Any]
    geometry: Any


def _geometry(blob: bytes) -> Any:
    """Return the geometry of a GeoPackage blob, whose header tells how long its box is."""
    size = (0, 32, 48, 48, 64)[(blob[3] >> 1) & 7]
    return shapely.force_2d(shapely.from_wkb(blob[8 + size :]))


def _read(path: Path, table: str, epsg: int) -> list[_Written]:
    """Return the rows of a table."""
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        connection.row_factory = sqlite3.Row
        rows = [dict(row) for row in connection.execute(f'SELECT * FROM "{table}"')]
        (code,) = connection.execute(
            "SELECT s.organization_coordsys_id FROM gpkg_geometry_columns g"
            " JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id WHERE g.table_name = ?",
            (table,),
        ).fetchone()
    finally:
        connection.close()
    change = Transformer.from_crs(code, epsg, always_xy=True)

    def moved(places: np.ndarray) -> np.ndarray:
        return np.column_stack(change.transform(places[:, 0], places[:, 1]))

    found = []
    for row in rows:
        blob = row.pop("geom")
        found.append(_Written(row, None if blob is None else shapely.transform(_geometry(blob), moved)))
    return found


def _middle(first: Any, last: Any) -> Any:
    return shapely.Point((first[0] + last[0]) / 2, (first[1] + last[1]) / 2)


def _matched(
    written: list[_Written], rows: list[tuple[HandedFile, HandedRow]]
) -> tuple[dict[int, list[_Written]], list[_Written]]:
    """Return the written rows of each handed row, by the places of their ends, and those of none."""
    spots, owners = [], []
    placeless = {
        one_id: place for place, (_file, row) in enumerate(rows) if not row.shape for one_id in _ids(row)
    }
    for place, (_file, row) in enumerate(rows):
        for part in row.parts:
            spots.append(_middle(part[0], part[-1]))
            owners.append(place)
    tree = shapely.STRtree(spots)
    found: dict[int, list[_Written]] = {}
    free = []
    for one in written:
        near = np.array([], dtype=int)
        if one.geometry is not None and not one.geometry.is_empty:
            ends = shapely.get_coordinates(one.geometry)[[0, -1]]
            near = tree.query_nearest(_middle(*ends), max_distance=_NEAR_M)
        if one.geometry is None:
            named = [placeless[word] for word in _names(one) if word in placeless]
            if named:
                found.setdefault(named[0], []).append(one)
                continue
        waiting = [
            owners[spot]
            for spot in near
            if len(found.get(owners[spot], ())) < len(rows[owners[spot]][1].parts)
        ]
        # Of rows at one place the one that says the same id, and the first before its copy.
        waiting.sort(key=lambda at: (not _same_id(rows[at][1], one), rows[at][1].fate != WRITTEN))
        if waiting:
            found.setdefault(waiting[0], []).append(one)
        else:
            free.append(one)
    return found, free


def _ids(row: HandedRow) -> list[str]:
    return [str(value) for name, value in row.true.items() if name in ("pipe_id", "node_id", "failure_id")]


def _names(one: _Written) -> set[str]:
    return {str(one.values.get(name)) for name in ("pipe_id", "node_id", "failure_id", "source_id")}


def _same_id(row: HandedRow, one: _Written) -> bool:
    return not _names(one).isdisjoint(_ids(row))


def _is_made(name: str, given: Any, one: _Written) -> bool:
    is_id = name in ("pipe_id", "node_id", "failure_id")
    return is_id and one.values.get("source_id") is None and bool(_MADE_ID.fullmatch(str(given)))


def _is_right(name: str, true: Any, given: Any, row: HandedRow, one: _Written) -> bool:
    if name in ("diameter_mm", "reported_diameter_mm"):
        return abs(float(given) - true) <= _BORE * true
    if name == "length_m":
        return abs(float(given) - true) <= max(_LENGTH * true, _LENGTH_M)
    if name == "depth_start_m":
        return abs(float(given) - true) <= _LENGTH_M
    if name in ("pipe_id", "node_id", "failure_id"):
        # Of a row in several parts, or one whose id others have too, the id begins with what it says.
        return str(given) == true or one.values.get("source_id") == true or str(given).startswith(f"{true}.")
    if name == "date":
        return str(given)[:10] == true
    if name == "install_year":
        return int(given) == true
    return str(given) == str(true)


def _ends(row: HandedRow, one: _Written) -> dict[str, Any]:
    """Return the true ends in the sense in which the line is stored."""
    true = dict(row.true)
    if "from_node" in true and one.geometry is not None:
        start = shapely.Point(shapely.get_coordinates(one.geometry)[0])
        if start.distance(shapely.Point(row.parts[0][-1])) < start.distance(shapely.Point(row.parts[0][0])):
            true["from_node"], true["to_node"] = true["to_node"], true["from_node"]
    return true


def _judge_row(verdict: Verdict, row: HandedRow, ones: list[_Written], asked: Collection[str]) -> None:
    for one in ones:
        # What no file says, and is true of all of them.
        true = {} if verdict.file.table == "failure" else {"system": "potable", "status": "in_use"}
        for name, says in {**true, **_ends(row, one)}.items():
            given = one.values.get(name)
            if name not in row.true and given in _NO_WORD:
                continue
            if name == "length_m" and given is not None:
                given = sum(float(part.values[name]) for part in ones)
            words = row.words.get(name, "")
            if given in _NO_WORD or _is_made(name, given, one):
                if says is not None:
                    verdict.unknown += 1
                    verdict.not_read[f"{name}: {words}"] = verdict.not_read.get(f"{name}: {words}", 0) + 1
                else:
                    verdict.right += 1
            elif says is None or not _is_right(name, says, given, row, one):
                whose = f"{verdict.file.name} {'/'.join(_ids(row))} {name}"
                verdict.wrong.append(f"{whose}: “{words}” became {given!r}, not {says!r}")
            elif name in row.words and str(words) in asked:
                verdict.asked += 1
            else:
                verdict.right += 1


def judge(handed: Handed, network: Path, asked: Collection[str] = ()) -> list[Verdict]:
    """Return a verdict for each file.

    Parameters
    ----------
    handed
        What the files say in truth.
    network
        The GeoPackage that was made of them.
    asked
        The words in the files that a person was asked about.
    """
    verdicts = [Verdict(file) for file in handed.files]
    for table in _TABLES:
        files = [one for one in verdicts if one.file.table == table]
        rows = [(one.file, row) for one in files for row in one.file.rows]
        found, free = _matched(_read(network, table, handed.epsg), rows)
        by_file = {id(one.file): one for one in files}
        for place, (file, row) in enumerate(rows):
            verdict = by_file[id(file)]
            if place in found:
                _judge_row(verdict, row, found[place], asked)
            elif row.fate == WRITTEN:
                verdict.missing += 1
                verdict.not_read[f"row {'/'.join(_ids(row))} is missing"] = 1
        for _one in free:
            files[0].too_many += 1
            files[0].not_read["rows of no place in truth"] = files[0].too_many
    return verdicts


def table_of(title: str, verdicts: list[Verdict], clicks: int) -> list[str]:
    """Return the lines of a town's table."""
    heads = ("rows", "right", "unknown", "asked", "wrong", "missing", "too many")
    lines = [f"{title}: {clicks} clicks", f"  {'file':<24}" + "".join(f"{head:>9}" for head in heads)]
    for one in verdicts:
        counts = (one.right, one.unknown, one.asked, len(one.wrong), one.missing, one.too_many)
        told = "".join(f"{count:>9}" for count in (len(one.file.rows), *counts))
        lines.append(f"  {one.file.name:<24}{told}")
    return lines
