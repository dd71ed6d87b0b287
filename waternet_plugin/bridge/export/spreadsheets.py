"""What goes out of the house in a spreadsheet: plain sheets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from osgeo import ogr

from waternet_plugin.bridge.export.layer_files import gdal_errors
from waternet_plugin.bridge.export.workbook import dress
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_sets import replace_set
from waternet_plugin.core.reports.document import plain
from waternet_plugin.core.texts import tr
from waternet_plugin.store.outputs import refuse_network_as_output


def _cell(value: Any) -> Any:
    """Return a value as a sheet holds it: numbers stay numbers, yes and no become words."""
    value = plain(value)
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return value


def _column_type(values: Sequence[Any]) -> int:
    known = [value for value in values if value is not None]
    if known and all(isinstance(value, int) for value in known):
        return int(ogr.OFTInteger64)
    if known and all(isinstance(value, (int, float)) for value in known):
        return int(ogr.OFTReal)
    return int(ogr.OFTString)


def _write_sheet(source: Any, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    layer = source.CreateLayer(title, geom_type=ogr.wkbNone)
    cells = [[_cell(value) for value in row] for row in rows]
    types = [_column_type([row[place] for row in cells]) for place in range(len(columns))]
    for name, type_ in zip(columns, types):
        layer.CreateField(ogr.FieldDefn(name, type_))
    for row in cells:
        feature = ogr.Feature(layer.GetLayerDefn())
        for place, value in enumerate(row):
            if value is not None:
                feature.SetField(place, str(value) if types[place] == ogr.OFTString else value)
        layer.CreateFeature(feature)


def write_sheets(path: Path, sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]]]]) -> None:
    """Write sheets to an .xlsx: title, headings and rows of each.

    Raises
    ------
    WaterNetError
        When the place can't be written.
    """
    if path.suffix.lower() != ".xlsx":
        message = tr("{name} must end in {known}. Choose one of these formats.")
        raise InputError(message.format(name=path.name, known=".xlsx"))
    refuse_network_as_output(path)
    with scratch.folder(path.absolute().parent, "files") as folder:
        partial = folder / "sheets.xlsx"
        with gdal_errors(path):
            source = ogr.GetDriverByName("XLSX").CreateDataSource(str(partial))
            try:
                for title, columns, rows in sheets:
                    _write_sheet(source, title, columns, rows)
            finally:
                # GDAL writes the file when the last reference goes; an open one could not be deleted.
                source = None
        dress(partial, sheets)
        replace_set({partial: path})
