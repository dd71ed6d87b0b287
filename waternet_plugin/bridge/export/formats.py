"""The four formats: what each can hold of a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

from waternet_plugin.bridge.export import content as contents
from waternet_plugin.bridge.export import csv_tables, layer_files
from waternet_plugin.bridge.export.content import Content
from waternet_plugin.bridge.export.file_values import TextRules, chunks_of, columns_of
from waternet_plugin.bridge.export.headers import headers_of, legend, short_names
from waternet_plugin.bridge.export.layer_files import ExportColumn, file_errors
from waternet_plugin.bridge.export.losses import Losses
from waternet_plugin.bridge.styling import look
from waternet_plugin.core import texts as interface
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.spreadsheet_file import (
    LONGEST_TEXT,
    MOST_ROWS,
    Column,
    Sheet,
    time_column,
    write_workbook,
)
from waternet_plugin.core.files.workbook_parts import DAY, MOMENT
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Field, table
from waternet_plugin.core.texts import tr

_KEPT_BY_GPKG = ("fid", "ogc_fid", "geom")
_LONGEST_DBF = 254
_MOMENT, _MOMENT_WIDTH = "%Y-%m-%dT%H:%M:%SZ", 20
_WHOLE_WIDTH = 18
# Rows of plain values and their shapes, chunk by chunk.
_Chunks = Iterator[tuple[list[tuple[Any, ...]], list[Optional[bytes]]]]


@dataclass(frozen=True)
class FormatOptions:
    """How a file shall look.

    Parameters
    ----------
    headers
        ``names`` for our field names, or the language of the labels: ``en``, ``zh_CN``.
    values
        ``codes``, or the language of the labels that stand for them.
    encoding
        Of shapefiles and CSV: ``utf-8`` (CSV with the mark that Excel looks for) or ``gbk``.
    """

    headers: str = "names"
    values: str = "codes"
    encoding: str = "utf-8"


def _title(content: Content, choice: FormatOptions) -> str:
    """Return the name of a layer or sheet."""
    if choice.headers == "names":
        return content.name
    if content.name in contents.VIEWS:
        return look.Look("screen", choice.headers).word(content.name)
    described = table(content.name)
    return described.label_zh if choice.headers == "zh_CN" else described.label_en


def _headings(content: Content, names: Sequence[str]) -> list[ExportColumn]:
    return [ExportColumn(name, field.type) for field, name in zip(content.fields, names)]


def _write_gpkg(
    folder: Path, stem: str, found: list[Content], choice: FormatOptions, losses: Losses, progress: Progress
) -> None:
    path = folder / f"{stem}.gpkg"
    with layer_files.gdal_errors(path):
        source = layer_files.open_source("GPKG", path)
        for number, content in enumerate(found):
            layer_files.write_layer(
                source,
                path,
                content,
                _headings(content, headers_of(content.fields, choice.headers, taken=_KEPT_BY_GPKG)),
                chunks_of(content, choice.values, None),
                layer_files.LayerForm(_title(content, choice), content.geometry, ["GEOMETRY_NAME=geom"]),
                losses=losses,
                progress=progress.part(number / len(found), (number + 1) / len(found)),
            )
        source = None


def _with_points(content: Content, losses: Losses) -> Content:
    """Return rows for a table without shapes: points as x, y (and z), other shapes left out and counted."""
    import shapely

    if not content.is_spatial:
        return content
    plain = content.frame.drop(columns=GEOMETRY_COLUMN)
    if not content.geometry.startswith("Point"):
        losses.note("shapes", content.name, content.rows)
        return Content(content.name, "none", content.fields, plain)
    shapes = content.frame[GEOMETRY_COLUMN].to_numpy()
    fields = list(content.fields)
    axes = [("x", shapely.get_x), ("y", shapely.get_y)]
    if content.geometry.endswith("Z"):
        axes.append(("z", shapely.get_z))
    there = {field.name for field in fields}
    for name, axis in axes:
        if name not in there:
            plain = plain.assign(**{name: axis(shapes)})
            fields.append(Field(content.name, name, "real", "", "", False, "", "", (), name, name, ()))
    return Content(content.name, "none", tuple(fields), plain)


def _xlsx_column(heading: str, field: Field, cells: list[Any]) -> Column:
    """Return a column of a workbook: texts, numbers, days or moments."""
    import numpy as np
    import pandas as pd

    if field.type in ("real", "integer"):
        return Column(heading, np.array(cells, dtype=float))
    if field.type in ("date", "datetime"):
        times = pd.to_datetime(pd.Series(cells, dtype=object), utc=True).dt.tz_localize(None).to_numpy()
        return time_column(heading, times, DAY if field.type == "date" else MOMENT)
    return Column(heading, np.array(cells, dtype=object))


def _write_xlsx(
    folder: Path, stem: str, found: list[Content], choice: FormatOptions, losses: Losses, progress: Progress
) -> None:
    for content in found:
        if content.rows >= MOST_ROWS:
            message = tr("{table} has {rows:,} rows, more than an XLSX sheet can hold. Choose CSV or GPKG.")
            raise InputError(message.format(table=contents.label_of(content.name), rows=content.rows))
    rules = TextRules(losses, xml=True, longest=LONGEST_TEXT)

    def sheets() -> Iterator[Sheet]:
        for content in found:
            plain = _with_points(content, losses)
            names = headers_of(plain.fields, choice.headers)
            columns = columns_of(plain, plain.frame, choice.values, rules)
            yield Sheet(
                _title(content, choice),
                tuple(_xlsx_column(*each) for each in zip(names, plain.fields, columns)),
            )

    path = folder / f"{stem}.xlsx"
    with file_errors(path):
        write_workbook(path, sheets(), rows=sum(content.rows for content in found), progress=progress)
    progress.at(1.0)


def _write_csv(
    folder: Path, stem: str, content: Content, choice: FormatOptions, losses: Losses, progress: Progress
) -> None:
    plain = _with_points(content, losses)
    rules = TextRules(losses, formulas=True, encoding="gbk" if choice.encoding == "gbk" else "")
    csv_tables.write_csv(
        folder / f"{stem}.csv",
        _headings(plain, headers_of(plain.fields, choice.headers)),
        (rows for rows, _shapes in chunks_of(plain, choice.values, rules)),
        encoding="gbk" if choice.encoding == "gbk" else "utf-8-sig",
        rows=plain.rows,
        progress=progress,
    )


def _has_heights(content: Content) -> bool:
    """Return whether any point of any shape has a height."""
    import numpy as np
    import shapely

    xyz = shapely.get_coordinates(content.frame[GEOMETRY_COLUMN].to_numpy(), include_z=True)
    return bool(np.isfinite(xyz[:, 2]).any())


def _dbf_headings(content: Content, names: Sequence[str], losses: Losses) -> list[ExportColumn]:
    """Return the columns of a .dbf, numbers as wide as they need to be."""
    from waternet_plugin.bridge.export.layer_files import number_size

    headings = []
    for field, name in zip(content.fields, names):
        column = content.frame[field.name]
        if field.type == "real":
            headings.append(ExportColumn(name, "real", *number_size(column.to_numpy())))
        elif field.type == "integer":
            headings.append(ExportColumn(name, "integer", _WHOLE_WIDTH))
        elif field.type == "datetime":
            # A .dbf has days but no moments.
            if column.notna().any():
                losses.note("moments", content.name)
            headings.append(ExportColumn(name, "moment", _MOMENT_WIDTH))
        elif field.type == "date":
            headings.append(ExportColumn(name, "date"))
        else:
            # The driver widens it to the longest text.
            headings.append(ExportColumn(name, "text", 1))
    return headings


def _write_shp(
    folder: Path, stem: str, content: Content, choice: FormatOptions, losses: Losses, progress: Progress
) -> None:
    geometry = content.geometry
    if geometry.endswith("Z") and not _has_heights(content):
        geometry = geometry[:-1]
    names = short_names(content.fields, choice.headers, choice.encoding)
    headings = _dbf_headings(content, names, losses)
    rules = TextRules(losses, encoding=choice.encoding, longest=_LONGEST_DBF)
    path = folder / f"{stem}.{'shp' if content.is_spatial else 'dbf'}"
    with layer_files.gdal_errors(path, shape_encoding=choice.encoding.upper()):
        source = layer_files.open_source("ESRI Shapefile", path)
        layer_files.write_layer(
            source,
            path,
            content,
            headings,
            _moments_as_texts(chunks_of(content, choice.values, rules), headings),
            layer_files.LayerForm(stem, geometry, [f"ENCODING={choice.encoding.upper()}"], fill_heights=True),
            losses=losses,
            progress=progress,
        )
        source = None
    language = interface.language() if choice.headers == "names" else choice.headers
    title = tr("Fields of {name} (text in {encoding})")
    said = legend(
        content.fields,
        names,
        title=title.format(name=path.name, encoding=choice.encoding.upper()),
        language=language,
        codes=choice.values == "codes",
    )
    (folder / f"{stem}_fields.txt").write_text(said, encoding="utf-8-sig")


def _moments_as_texts(chunks: _Chunks, headings: Sequence[ExportColumn]) -> _Chunks:
    """Yield rows with every moment as text."""
    places = [place for place, heading in enumerate(headings) if heading.type == "moment"]
    for rows, shapes in chunks:
        changed = []
        for row in rows:
            values = list(row)
            for place in places:
                if values[place] is not None:
                    values[place] = values[place].strftime(_MOMENT)
            changed.append(tuple(values))
        yield changed, shapes


# Several tables in one file, or a file a table; folder, stem, what, how, losses, progress.
TOGETHER: dict[str, Callable[..., None]] = {".gpkg": _write_gpkg, ".xlsx": _write_xlsx}
SINGLE: dict[str, Callable[..., None]] = {".csv": _write_csv, ".shp": _write_shp}
