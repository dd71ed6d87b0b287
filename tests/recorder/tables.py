"""What a run left behind, as texts in which two runs on the same code agree: no times, users, folders."""

from __future__ import annotations

import csv
import json
import os
import re
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

# Tables of SQLite's own, pages of the spatial index (how it is packed is not a result), what every file has.
_INTERNAL = re.compile(
    r"sqlite_|rtree_.*_(node|parent|rowid)$|wn_session$|gpkg_(tile|spatial_ref_sys|extensions|metadata)"
)
_TEXTS = {".csv", ".html", ".json", ".inp", ".txt", ".geojson"}


def days_of_this_run() -> set[date]:
    """Return the days that a clock may have said since a run began, in whatever zone."""
    now = datetime.now(timezone.utc).date()
    return {now + timedelta(days=days) for days in (-1, 0, 1)}


class Cleaner:
    """Takes out of texts what differs from run to run.

    Parameters
    ----------
    folders
        Folders of this run and the name that each gets instead.
    days
        The days of this run: dates and times of these days are taken out, all others are data.
    """

    def __init__(self, folders: dict[Path, str], days: set[date]) -> None:
        shapes = {str(folder): f"<{name}>" for folder, name in folders.items()}
        self._folders = sorted(shapes.items(), key=lambda shape: -len(shape[0]))
        written = "|".join(sorted(day.isoformat() for day in days))
        packed = "|".join(sorted(day.strftime("%Y%m%d") for day in days))
        clock = r"\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?"
        self._times = re.compile(
            rf"(?:{written})(?:[T ]{clock}|[T_]\d{{6}})?|(?<!\d)(?:{packed})[T_-]?\d{{6,9}}Z?"
        )

    def clean(self, text: str) -> str:
        """Return a text without what belongs to this run alone."""
        for folder, name in self._folders:
            text = text.replace(folder, name)
        return self._times.sub("<time>", text)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.hex()
    return value if isinstance(value, str) else repr(value)


def as_csv(header: list[str], rows: Iterator[tuple[Any, ...]] | list[tuple[Any, ...]]) -> str:
    """Return rows as CSV; NULL is an empty cell, an empty text a quoted one."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def tables_of(path: Path) -> dict[str, str]:
    """Return every table and view of a GeoPackage as CSV.

    Rows of tables stand in the order in which they were written. Those of a view have none: they are sorted,
    since SQLite walks a view otherwise when what it knows of the tables has changed.
    """
    found = {}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        database.text_factory = lambda raw: raw.decode("utf-8", "backslashreplace")
        kinds = database.execute(
            "SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view') ORDER BY name"
        ).fetchall()
        for name, kind in kinds:
            if _INTERNAL.match(name):
                continue
            order = (
                "" if kind == "view" else " ORDER BY 1" if name.startswith("rtree_") else " ORDER BY rowid"
            )
            try:
                cursor = database.execute(f'SELECT * FROM "{name}"{order}')
            except sqlite3.OperationalError:  # a table without rowid, a view of functions that only GDAL has
                continue
            rows = sorted(cursor, key=repr) if kind == "view" else cursor
            found[name] = as_csv([column[0] for column in cursor.description], rows)
    return found


def _layers_of(path: Path) -> str:
    """Return the layers of a project: name and source, in the order of the project."""
    with zipfile.ZipFile(path) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".qgs"))
        root = ElementTree.fromstring(archive.read(name))
    layers = root.findall("./projectlayers/maplayer")
    rows = [(layer.findtext("layername"), layer.findtext("datasource")) for layer in layers]
    return as_csv(["layer", "source"], sorted(rows, key=str))


def _sheets_of(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the sheets of a workbook and its texts, an element a line."""
    with zipfile.ZipFile(path) as archive:
        for name in sorted(archive.namelist()):
            if name.startswith("xl/worksheets/") or name == "xl/sharedStrings.xml":
                text = archive.read(name).decode("utf-8").replace("><", ">\n<")
                yield f"{path.name}/{Path(name).name}", text


def texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the name and text of all that a written file says; nothing of a PDF, whose pages are counted."""
    if path.suffix == ".gpkg":
        yield from ((f"{path.name}/{table}.csv", text) for table, text in tables_of(path).items())
    elif path.suffix == ".qgz":
        yield f"{path.name}.csv", _layers_of(path)
    elif path.suffix == ".xlsx":
        yield from _sheets_of(path)
    elif path.suffix in _TEXTS:
        raw = path.read_bytes()
        yield path.name, raw.decode("utf-8-sig", "backslashreplace").replace("\r\n", "\n")


def results_text(results: dict[str, Any]) -> str:
    """Return the results of a run as text."""
    return json.dumps(results, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write_text(path: Path, text: str) -> None:
    """Write a text with plain line ends, making its folder."""
    os.makedirs(path.parent, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))
