"""Foreign files as frames: every layer that OGR knows, and text tables with all texts kept as texts.

Inside QGIS a file that SQLite keeps (GeoPackage, SpatiaLite) is read by the GDAL of QGIS alone: another
copy of SQLite in the same process would drop the locks of QGIS. Workbooks (.xlsx, .xls) are read by our own
readers, in adoptions as in surveys. Other formats are read by pyogrio where it
is there, else by GDAL too, and by fiona where both are missing; all give the same frame.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Optional, TypeVar, Union

import geopandas as gpd
import pandas as pd
import shapely

from waternet_plugin.core.cells import headings, old_workbooks
from waternet_plugin.core.cells.foreign_values import texts
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files.cut_drawings import refuse_cut_file
from waternet_plugin.core.files.drawn_entities import AREAS, BLOCKS, DRAWN, LINES
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import joined, listed, tr
from waternet_plugin.store.foreign import foreign_encodings, foreign_looks, foreign_tables
from waternet_plugin.store.foreign.engines import raw_layers as foreign_engines
from waternet_plugin.store.foreign.engines.foreign_fiona import FionaEngine
from waternet_plugin.store.foreign.engines.foreign_gdal import GdalEngine, straight
from waternet_plugin.store.foreign.engines.foreign_pyogrio import PyogrioEngine
from waternet_plugin.store.foreign.foreign_drawn_layers import DrawingEngine, drawn_layers, is_drawing
from waternet_plugin.store.foreign.foreign_packed import check_unpacked
from waternet_plugin.store.foreign.foreign_workbooks import WorkbookEngine, is_workbook, sheet_remarks

# Formats that are no SQLite file, by the end of the name. Whatever is not here goes to QGIS's own GDAL;
# the file itself is not looked into, for closing it would drop locks as well.
_NOT_SQLITE = frozenset(
    ".shp .dbf .geojson .json .geojsonl .fgb .gml .kml .tab .mif .gpx .ods .parquet .gdb .dgn".split()
)
_TEXT_TABLES = frozenset({".csv", ".txt", ".tsv"})
# The head of a shapefile, and what it begins with: the number 9994.
_SHAPE_HEAD, _SHAPE_MARK = 100, b"\0\0\x27\x0a"

_LAYER_NAME = "|layername="
# Which layer of a drawing is a table's where none is named, by the geometry that the table takes.
_OF_GEOMETRY = {"Point": BLOCKS, "LineString": LINES, "MultiPolygon": AREAS}
# Tables that QGIS itself keeps in a GeoPackage.
_NO_DATA = frozenset({"layer_styles", "qgis_projects"})

Result = TypeVar("Result")

# Rows of a sheet that are shown as they stand there.
_TOP = 24

_SAMPLES = 5
_SAMPLE_ROWS = 200


@dataclass(frozen=True)
class ForeignField:
    """One column: name, type (text, integer, real, date, datetime, boolean) and some of its values."""

    name: str
    type: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class ForeignLayer:
    """One layer of a file; ``geometry`` is its type or none, ``crs`` '' where it has none."""

    name: str
    geometry: str
    rows: int
    crs: str
    encoding: str
    fields: tuple[ForeignField, ...]


def split_source(source: Union[str, os.PathLike[str]]) -> tuple[str, Optional[str]]:
    """Return path and layer of ``path`` or ``path|layername=name``."""
    text = os.fspath(source).strip()
    path, found, rest = text.partition(_LAYER_NAME)
    if not found:
        return text.split("|", 1)[0] if "|" in text and not os.path.exists(text) else text, None
    return path, rest.split("|", 1)[0]


def is_drawn(source: Union[str, os.PathLike[str]]) -> bool:
    """Return whether a source is a drawing, whose rows lie on CAD layers."""
    return is_drawing(Path(split_source(source)[0]))


def of_table(source: Union[str, os.PathLike[str]], table: Table) -> str:
    """Return a source that names the layer of a drawing that a table takes; any other source as it is.

    Parameters
    ----------
    source
        ``path`` or ``path|layername=name``. QGIS knows a drawing as one layer, of which a table takes a part.
    table
        What the rows become.
    """
    path, layer = split_source(source)
    if not is_drawing(Path(path)) or layer in DRAWN:
        return os.fspath(source)
    kind = next((name for mark, name in _OF_GEOMETRY.items() if table.geometry.startswith(mark)), "")
    return f"{path}{_LAYER_NAME}{kind}" if kind else path


def _existing(path: str) -> Path:
    """Return a path that is there and can be read.

    Raises
    ------
    InputError
        When it is not.
    """
    file = Path(path)
    if not path or not file.exists():
        message = tr("There is no file {path}. Check the name and the folder.")
        raise InputError(message.format(path=path or "-"))
    if file.is_dir() and file.suffix.lower() != ".gdb":
        raise InputError(tr("{path} is a folder. Choose a file in it.").format(path=path))
    if not os.access(file, os.R_OK):
        raise InputError(
            tr("You do not have permission to read the file {path}. Ask for it.").format(path=path)
        )
    if file.is_file() and file.stat().st_size == 0:
        raise InputError(tr("The file {path} is empty. Choose another file.").format(path=path))
    if file.suffix.lower() == ".shp":
        _check_parts(file)
    check_unpacked(file)
    refuse_cut_file(file)
    if file.suffix.lower() == old_workbooks.ENDING:
        with file.open("rb") as stream:
            old_workbooks.refuse_others(stream.read(old_workbooks.HEAD_BYTES), file.name)
    return file


def _check_parts(file: Path) -> None:
    """Refuse a shapefile that is cut or without its table; without .shx and .prj it can still be read."""
    if foreign_encodings.sibling(file, ".dbf") is None:
        message = tr("{name} is missing its .dbf with the attributes. Copy all files of the shapefile.")
        raise InputError(message.format(name=file.name))
    size = file.stat().st_size
    with file.open("rb") as stream:
        head = stream.read(_SHAPE_HEAD)
    # In words of two bytes, from the left.
    told = int.from_bytes(head[24:28], "big") if head[:4] == _SHAPE_MARK else 0
    if size < 2 * told:
        message = tr(
            "{name} is cut off: it has {size} bytes of {told}. Copy all files of the shapefile once more."
        )
        raise InputError(message.format(name=file.name, size=f"{size:,}", told=f"{2 * told:,}"))


def _engine(file: Path) -> foreign_engines.Engine:
    """Return what reads a file: a workbook our own readers alone, else pyogrio, GDAL or fiona.

    On Windows QGIS's own GDAL always: a pyogrio installed later brings a second one, which is led by the
    settings of QGIS's installer to drivers and a PROJ that are not its own.
    """
    if is_workbook(file):
        return WorkbookEngine()
    has_pyogrio, has_gdal = foreign_engines.has_pyogrio(), foreign_engines.has_gdal()
    if has_pyogrio and not has_gdal:
        return PyogrioEngine()
    if os.name != "nt" and file.suffix.lower() in _NOT_SQLITE and has_pyogrio:
        return PyogrioEngine()
    return GdalEngine() if has_gdal else FionaEngine()


def _with_either(file: Path, work: Callable[[foreign_engines.Engine], Result]) -> Result:
    """Return what the first engine gives; where pyogrio fails, QGIS's own GDAL has a try."""
    engine = _engine(file)
    if isinstance(engine, (GdalEngine, WorkbookEngine)) or not foreign_engines.has_gdal():
        return work(engine)
    try:
        return work(engine)
    except foreign_engines.UnreadableError:
        return work(GdalEngine())


def _raw(
    file: Path, layer: str, encoding: str, limit: Optional[int], *, headed: bool = True
) -> foreign_engines.RawLayer:
    """Return a layer as an engine reads it; of a damaged one the row is named that can't be read."""

    def read(first: Optional[int]) -> foreign_engines.RawLayer:
        def work(engine: foreign_engines.Engine) -> foreign_engines.RawLayer:
            return engine.read(file, layer, encoding, first, headed=headed)

        if is_drawing(file):
            return work(DrawingEngine(encoding or None))
        return _with_either(file, work)

    try:
        return read(limit)
    except foreign_engines.UnreadableError as error:
        row = foreign_engines.row_of_fault(lambda first: read(first).rows, limit)
        if row is None:
            raise
        message = tr("{file} can't be read from row {row} on: it is damaged there. Choose another file.")
        raise InputError(message.format(file=file.name, row=row), details=error.details) from error


def _layers(file: Path, encoding: Optional[str] = None) -> list[foreign_engines.LayerInfo]:
    if is_drawing(file):
        return DrawingEngine(encoding).layers(file)
    return _with_either(file, lambda engine: engine.layers(file))


def _encoding_of(file: Path, given: Optional[str]) -> str:
    if is_drawing(file):
        return drawn_layers(file, given).encoding
    return foreign_encodings.encoding_of(file, given)


def _choose(file: Path, names: Sequence[str], with_geometry: Sequence[str], layer: Optional[str]) -> str:
    """Return the layer that is meant.

    Raises
    ------
    InputError
        When there is no such layer, or several and none is named.
    """
    if layer is not None:
        alike = [name for name in names if name.casefold() == layer.casefold()]
        if layer in names or len(alike) == 1:
            return layer if layer in names else alike[0]
        message = tr("{file} has no layer “{layer}”. It has: {names}.")
        raise InputError(message.format(file=file.name, layer=layer, names=listed(names) or "-"))
    if not names:
        raise InputError(tr("{file} contains no layer. Choose another file.").format(file=file.name))
    for few in (names, with_geometry):
        if len(few) == 1:
            return few[0]
    message = tr("{file} contains several layers. Choose one by writing {example}; it has: {names}.")
    example = f"{file.name}{_LAYER_NAME}{(list(with_geometry) or list(names))[0]}"
    raise InputError(message.format(file=file.name, example=example, names=listed(names)))


def _check_texts(frame: pd.DataFrame, file: Path) -> None:
    """Refuse text in which signs were lost."""
    for column in frame.columns:
        values = frame[column]
        is_text = values.dtype == object or isinstance(values.dtype, pd.StringDtype)
        if not is_text or column == GEOMETRY_COLUMN:
            continue
        for value in pd.unique(values.dropna()):
            if isinstance(value, str) and "\ufffd" in value:
                message = tr(
                    "{file}: some characters of the column {column} can't be read. Choose the encoding, or "
                    "give it in the mapping, for example {example}."
                )
                example = '"encoding": "gb18030"'
                raise InputError(message.format(file=file.name, column=column, example=example))


def _frame(table: foreign_engines.RawLayer, file: Path) -> pd.DataFrame:
    """Return what an engine read as a frame; the geometry column is ``geom`` unless the file has such."""
    frame = made_of(table.columns)
    if frame.empty and not len(frame.columns):
        frame = pd.DataFrame(index=range(table.rows))
    _check_texts(frame, file)
    if table.geometry is None:
        return frame
    name = GEOMETRY_COLUMN
    while name in frame.columns:
        name = f"_{name}"
    # Rows keep their order; a damaged geometry becomes none and is rejected with its row.
    frame[name] = gpd.GeoSeries(shapely.from_wkb(table.geometry, on_invalid="ignore"), crs=table.crs)
    placed: pd.DataFrame = gpd.GeoDataFrame(frame, geometry=name)
    return placed


def is_sheet(source: Union[str, os.PathLike[str]]) -> bool:
    """Return whether a source is a text table or spreadsheet, whose heading may stand in any row."""
    return Path(split_source(source)[0]).suffix.lower() in (*_TEXT_TABLES, *foreign_engines.SHEETS)


def _records(
    file: Path, layer: Optional[str], encoding: Optional[str], limit: Optional[int]
) -> tuple[list[foreign_tables.Record], str]:
    """Return the rows of a text table or spreadsheet as they stand there, and the encoding of their texts."""
    if file.suffix.lower() in _TEXT_TABLES:
        return foreign_tables.read_records(file, encoding, limit)
    names = [one.name for one in _layers(file)]
    chosen, used = _choose(file, names, [], layer), foreign_encodings.encoding_of(file, encoding)
    raw = _raw(file, chosen, used, limit, headed=False)
    columns = [texts(pd.Series(values)) for values in raw.columns.values()]
    return [list(row) for row in zip(*columns)], used


def find_header(
    source: Union[str, os.PathLike[str]], *, encoding: Optional[str] = None
) -> Optional[headings.Header]:
    """Return where a text table or spreadsheet names its columns; None where that is its first row.

    Raises
    ------
    InputError
        As for `read_foreign`.
    """
    if not is_sheet(source):
        return None
    path, layer = split_source(source)
    file = _existing(path)
    if file.suffix.lower() in _TEXT_TABLES:
        first, _ = foreign_tables.read_records(file, encoding or None, headings.LOOKED_AT)
        last = foreign_tables.read_last(file, encoding or None, headings.LOOKED_AT)
    else:
        # A sheet is unpacked whole for a single row of it.
        records, _ = _records(file, layer, encoding or None, None)
        first, last = records[: headings.LOOKED_AT], records[-headings.LOOKED_AT :]
    # The first row of all is a title or the heading.
    width = max((len(row) for row in last), default=0)
    tail = pd.DataFrame([[*row, *[None] * (width - len(row))] for row in last[1:]]).dropna(how="all")
    ends = bool(len(tail)) and bool(headings.is_left_out(tail).any())
    return headings.find_header(first, ends_with_total=ends)


@dataclass(frozen=True)
class ForeignRows:
    """What was read: the rows, the encoding of their texts, and what beside the table was left out.

    ``left_out`` has the words of each total and of each line to sign; ``top`` the first rows of a sheet or
    text file as they stand there, titles and headings too; ``doubtful`` says which rows may be none of this
    layer, '' where nothing is doubtful.
    """

    frame: pd.DataFrame
    encoding: str
    left_out: tuple[str, ...] = ()
    top: tuple[tuple[Optional[str], ...], ...] = ()
    # Of a file that was only looked at, how many rows it has by its size; None where all were read.
    estimated_rows: Optional[int] = None
    doubtful: str = ""


def top_rows(
    source: Union[str, os.PathLike[str]], *, encoding: Optional[str] = None
) -> tuple[tuple[Optional[str], ...], ...]:
    """Return the first rows of a sheet or text file as they stand there, none for other files.

    Raises
    ------
    InputError
        As for `read_foreign`.
    """
    if not is_sheet(source):
        return ()
    path, layer = split_source(source)
    records, _ = _records(_existing(path), layer, encoding or None, _TOP)
    return tuple(tuple(row) for row in records)


def read_rows(
    source: Union[str, os.PathLike[str]],
    *,
    encoding: Optional[str] = None,
    header: Optional[headings.Header] = None,
) -> ForeignRows:
    """Read a layer as `read_foreign` does, and say what was left out.

    With a header the table begins below it; totals, lines to sign and empty rows are no rows of it. Row n of
    the frame (from 0) is then the row n + 1 of the table.

    Parameters
    ----------
    source
        ``path`` or ``path|layername=name``.
    encoding
        Of the texts; found out where it is not given.
    header
        Where the columns of a text table or spreadsheet are named; None for its first row.

    Raises
    ------
    InputError
        As for `read_foreign`, and when the file has no row to be the header.
    """
    path, layer = split_source(source)
    file = _existing(path)
    if header is None:
        frame, used = _read(file, layer, encoding or None, None)
        if is_drawing(file):
            drawn = drawn_layers(file, encoding or None)
            doubtful = drawn.doubtful.get(layer or "", "")
            return ForeignRows(frame, used, drawn.left_out(layer or ""), doubtful=doubtful)
        return ForeignRows(
            frame, used, (), top_rows(source, encoding=encoding), doubtful=_doubtful(file, layer, encoding)
        )
    if not is_sheet(file):
        message = tr("{file} has its own column names. Remove “header” from the mapping.")
        raise InputError(message.format(file=file.name))
    records, used = _records(file, layer, encoding or None, None)
    return replace(_below(records, used, header, file), doubtful=_doubtful(file, layer, encoding))


def _doubtful(file: Path, layer: Optional[str], encoding: Optional[str]) -> str:
    """Return what a person should see of a sheet of a workbook, '' for any other file."""
    return joined(sheet_remarks(file, layer, encoding)) if is_workbook(file) else ""


def look_at_rows(
    source: Union[str, os.PathLike[str]],
    *,
    encoding: Optional[str] = None,
    header: Optional[headings.Header] = None,
) -> Optional[ForeignRows]:
    """Return some rows of a long text table, its first ones and others spread over it; None for other files.

    Parameters
    ----------
    source, encoding, header
        As for `read_rows`.

    Raises
    ------
    InputError
        As for `read_rows`.
    """
    path, _layer = split_source(source)
    file = _existing(path)
    if file.suffix.lower() not in _TEXT_TABLES or not foreign_looks.is_long(file, encoding):
        return None
    if header is None:
        frame, used = foreign_tables.read_table(file, encoding or None, None, is_look=True)
        _check_texts(frame, file)
        found = ForeignRows(frame, used, top=top_rows(source, encoding=encoding))
    else:
        records, used = foreign_tables.read_records(file, encoding or None, None, is_look=True)
        found = _below(records, used, header, file)
    share = file.stat().st_size / foreign_looks.LOOKED_AT_BYTES
    return replace(found, estimated_rows=round(len(found.frame) * share))


def _below(
    records: list[foreign_tables.Record], used: str, header: headings.Header, file: Path
) -> ForeignRows:
    """Return the table below a header, without the rows that are none of it."""
    frame = foreign_tables.framed(records, header)
    _check_texts(frame, file)
    left = headings.is_left_out(frame)
    words = frame[left].apply(lambda row: " ".join(str(cell).strip() for cell in row.dropna()), axis=1)
    kept = foreign_tables.with_wkt(frame[~left].reset_index(drop=True))
    left_out = tuple(str(word) for word in words if word) if left.any() else ()
    return ForeignRows(kept, used, left_out, tuple(tuple(row) for row in records[:_TOP]))


def _read(
    file: Path, layer: Optional[str], encoding: Optional[str], limit: Optional[int]
) -> tuple[pd.DataFrame, str]:
    """Return a layer's frame and the encoding of its texts."""
    if file.suffix.lower() in _TEXT_TABLES:
        frame, used = foreign_tables.read_table(file, encoding, limit)
        _check_texts(frame, file)
        return frame, used
    names = [one for one in _layers(file, encoding) if one.name not in _NO_DATA]
    chosen = _choose(
        file, [name.name for name in names], [name.name for name in names if name.geometry != "none"], layer
    )
    used = _encoding_of(file, encoding)
    # A drawing finds its encoding out by itself: found or given, it is read once.
    raw = _raw(file, chosen, (encoding or "") if is_drawing(file) else used, limit)
    try:
        return _frame(raw, file), used
    except NotImplementedError:
        # Newer GEOS knows curves and shapely refuses them. A layer need not tell that it has them: pyogrio,
        # where it shares QGIS's GDAL, makes it keep quiet about them.
        shapes = None if raw.geometry is None else straight(raw.geometry)
        return _frame(replace(raw, geometry=shapes), file), used


def read_foreign(
    source: Union[str, os.PathLike[str]],
    *,
    layer: Optional[str] = None,
    encoding: Optional[str] = None,
    limit: Optional[int] = None,
) -> pd.DataFrame:
    """Read a layer of a foreign file as the file has it: all rows in its order, all columns.

    Row n of the frame (from 0) is row n + 1 of the file. Texts are not trimmed and ids not touched; in a
    text table (.csv, .txt, .tsv) every column is text, whatever a .csvt says. Curves are made of straight
    lines, measures (M) dropped, heights kept. Rows without geometry have None.

    Parameters
    ----------
    source
        ``path`` or ``path|layername=name``.
    layer
        Name of the layer, where the source names none.
    encoding
        Of the texts; found out where it is not given.
    limit
        Read only so many rows.

    Returns
    -------
    A GeoDataFrame with the file's CRS where the layer has geometry, else a DataFrame.

    Raises
    ------
    InputError
        When the file is missing, empty, damaged or in an encoding that can't be told.
    """
    path, named = split_source(source)
    frame, _ = _read(_existing(path), named or layer, encoding or None, limit)
    return frame


def _type_of(values: pd.Series) -> str:
    kind = values.dtype
    if pd.api.types.is_bool_dtype(kind):
        return "boolean"
    if pd.api.types.is_integer_dtype(kind):
        return "integer"
    if pd.api.types.is_float_dtype(kind):
        return "real"
    if pd.api.types.is_datetime64_any_dtype(kind):
        return "datetime"
    return "text"


def _describe_field(values: pd.Series) -> ForeignField:
    words = pd.unique(texts(values))
    samples = [str(word) for word in words if word is not None]
    return ForeignField(str(values.name), _type_of(values), tuple(samples[:_SAMPLES]))


def read_layers(
    source: Union[str, os.PathLike[str]], *, encoding: Optional[str] = None
) -> tuple[ForeignLayer, ...]:
    """Describe every layer of a foreign file, with sample values from its first rows.

    Parameters
    ----------
    source
        A file; a layer named in it is left out of account.
    encoding
        Of the texts; found out where it is not given.

    Raises
    ------
    InputError
        As for `read_foreign`.
    """
    file = _existing(split_source(source)[0])
    if file.suffix.lower() in _TEXT_TABLES:
        frame, used = _read(file, None, encoding or None, None)
        fields = tuple(_describe_field(frame[column].head(_SAMPLE_ROWS)) for column in frame.columns)
        return (ForeignLayer(file.stem, "none", len(frame), "", used, fields),)
    layers = []
    for found in _layers(file, encoding or None):
        if found.name in _NO_DATA:
            continue
        frame, used = _read(file, found.name, encoding or None, _SAMPLE_ROWS)
        geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else None
        fields = tuple(_describe_field(frame[column]) for column in frame.columns if column != geometry)
        crs: Any = frame.crs if isinstance(frame, gpd.GeoDataFrame) else None
        code = crs.to_authority(min_confidence=70) if crs is not None else None
        text = ":".join(code) if code else ("" if crs is None else crs.to_wkt())
        layers.append(ForeignLayer(found.name, found.geometry, found.rows, text, used, fields))
    if not layers:
        raise InputError(tr("{file} contains no layer. Choose another file.").format(file=file.name))
    return tuple(layers)
