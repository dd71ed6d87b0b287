"""Write the sample town as a utility hands it over: shapefiles and a CSV in GBK, Chinese names, some dirt.

``python sample_data/foreign.py FOLDER`` makes 管线.shp, 管点.shp and 抢修记录.csv. The words come from the
mappings beside the town (``mappings/utility_*.json``), read backwards: what these mappings understand is
what is written. ``--utility second`` makes the harder files of `second_utility` instead.
"""

from __future__ import annotations

import argparse
import csv
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .second_utility import SecondUtility

HERE = Path(__file__).resolve().parent
TOWN = HERE / "town"
MAPPINGS = HERE / "mappings"
CRS = "EPSG:4547"
ENCODING = "GBK"
PIPES, POINTS, FAILURES = "管线.shp", "管点.shp", "抢修记录.csv"

Row = dict[str, Any]


@dataclass(frozen=True)
class Written:
    """The files and what an honest adoption of them has to report."""

    pipes: Path
    points: Path
    failures: Path
    rows: dict[str, int]
    rejected: dict[str, dict[str, int]]
    nulled: dict[str, dict[str, int]]


class _Words:
    """One mapping read backwards: our fields and codes in the utility's words."""

    def __init__(self, name: str) -> None:
        mapping = json.loads((MAPPINGS / name).read_text(encoding="utf-8"))
        self.columns = {
            field: source if isinstance(source, str) else source["from"]
            for field, source in mapping["fields"].items()
        }
        self.codes: dict[str, dict[str, list[str]]] = {}
        for field, words in mapping.get("values", {}).items():
            codes = self.codes.setdefault(field, {})
            for word, code in words.items():
                codes.setdefault(code, []).append(word)

    def of(self, field: str, code: Any, row: int) -> Any:
        """Return a value as the utility writes it; now and then it uses another word for the same."""
        if code is None or field not in self.codes:
            return code
        words = self.codes[field][code]
        return words[0] if len(words) == 1 or (row * 7919) % 100 < 80 else words[1 + row % (len(words) - 1)]


def features(name: str) -> list[Row]:
    """Return the attributes of a layer of the town with their coordinates as ``geometry``."""
    features = json.loads((TOWN / f"{name}.geojson").read_text(encoding="utf-8"))["features"]
    return [{**feature["properties"], "geometry": feature["geometry"]["coordinates"]} for feature in features]


def table_rows(name: str) -> list[Row]:
    """Return the rows of a table of the town, None where a cell is empty."""
    with open(TOWN / f"{name}.csv", encoding="utf-8", newline="") as file:
        return [{key: value or None for key, value in row.items()} for row in csv.DictReader(file)]


def _pipe_rows(words: _Words) -> list[Row]:
    """Return the rows of 管线.shp: unknown numbers as 0, boxes as width x height, two rows of dirt."""
    rows = []
    for number, pipe in enumerate(features("pipes")):
        row = {column: words.of(field, pipe.get(field), number) for field, column in words.columns.items()}
        box = "width_mm" in pipe
        row["断面尺寸"] = f"{pipe['width_mm']}X{pipe['height_mm']}" if box else None
        row["管径"] = int(pipe.get("diameter_mm") or 0)
        row["建设年代"] = int(pipe.get("install_year") or 0)
        rows.append({**row, "geometry": [point[:2] for point in pipe["geometry"]]})
    rows[40]["建设年代"] = 9999
    # A row that was typed in twice, and one that nobody ever drew.
    rows.append(dict(rows[100]))
    rows.append({**rows[200], "管线编号": "补录-0001", "geometry": None})
    return rows


def _point_rows(words: _Words) -> list[Row]:
    """Return the rows of 管点.shp."""
    rows = []
    for number, node in enumerate(features("nodes")):
        row = {column: words.of(field, node.get(field), number) for field, column in words.columns.items()}
        row["口径"] = int(node.get("diameter_mm") or 0)
        row["建设年代"] = int(node.get("install_year") or 0)
        rows.append({**row, "geometry": node["geometry"][:2]})
    return rows


def _failure_rows(words: _Words) -> list[Row]:
    """Return the rows of 抢修记录.csv: two ways to write a day, one day that never was, places left out."""
    rows = []
    for number, failure in enumerate(table_rows("failures")):
        row = {column: words.of(field, failure.get(field), number) for field, column in words.columns.items()}
        row["X坐标"], row["Y坐标"] = failure["x"], failure["y"]
        if number % 3 == 1:
            year, month, day = str(failure["date"]).split("-")
            row["报修日期"] = f"{year}/{int(month)}/{int(day)}"
        rows.append(row)
    rows[7]["报修日期"] = "2003-02-30"
    named = next(row for row in rows[20:] if row["管线编号"])
    named["X坐标"] = named["Y坐标"] = None
    unnamed = next(row for row in rows[30:] if not row["管线编号"])
    unnamed["X坐标"] = unnamed["Y坐标"] = None
    return rows


def _field_type(values: list[Any]) -> int:
    """Return OGR's type for what a column holds."""
    from osgeo import ogr

    known = [value for value in values if value is not None]
    if known and all(isinstance(value, int) for value in known):
        return int(ogr.OFTInteger)
    if known and all(isinstance(value, (int, float)) for value in known):
        return int(ogr.OFTReal)
    return int(ogr.OFTString)


def write_shapefile(path: Path, rows: list[Row], kind: str) -> None:
    """Write rows as points or lines (``kind``: Point or LineString)."""
    from osgeo import gdal, ogr, osr

    ogr.UseExceptions()
    # A handler of another package may choke on messages with names in GBK.
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    # Inside QGIS this option is empty, which would leave the words in UTF-8.
    gdal.SetThreadLocalConfigOption("SHAPE_ENCODING", ENCODING)
    reference = osr.SpatialReference()
    reference.SetFromUserInput(CRS)
    source = ogr.GetDriverByName("ESRI Shapefile").CreateDataSource(str(path))
    shape = ogr.wkbPoint if kind == "Point" else ogr.wkbLineString
    layer = source.CreateLayer(path.stem, reference, shape, [f"ENCODING={ENCODING}"])
    columns = [column for column in rows[0] if column != "geometry"]
    for column in columns:
        values = [row[column] for row in rows]
        field = ogr.FieldDefn(column, _field_type(values))
        if field.GetType() == ogr.OFTString:
            # The .dbf counts bytes: two for a Chinese character.
            field.SetWidth(max(len(str(value or "").encode(ENCODING)) for value in values) + 10)
        elif field.GetType() == ogr.OFTReal:
            field.SetWidth(12)
            field.SetPrecision(3)
        layer.CreateField(field)
    layer.StartTransaction()
    for row in rows:
        feature = ogr.Feature(layer.GetLayerDefn())
        for number, column in enumerate(columns):
            if row[column] is not None:
                feature.SetField(number, row[column])
        if row["geometry"] is not None:
            geometry = {"type": kind, "coordinates": row["geometry"]}
            feature.SetGeometry(ogr.CreateGeometryFromJson(json.dumps(geometry)))
        layer.CreateFeature(feature)
    layer.CommitTransaction()
    layer = source = None
    gdal.SetThreadLocalConfigOption("SHAPE_ENCODING", None)
    gdal.PopErrorHandler()


def write(folder: Path) -> Written:
    """Write the utility's files into a folder and return what they hold."""
    folder.mkdir(parents=True, exist_ok=True)
    pipes = _pipe_rows(_Words("utility_pipes.json"))
    points = _point_rows(_Words("utility_points.json"))
    failures = _failure_rows(_Words("utility_failures.json"))
    write_shapefile(folder / PIPES, pipes, "LineString")
    write_shapefile(folder / POINTS, points, "Point")
    with open(folder / FAILURES, "w", encoding=ENCODING, newline="") as file:
        writer = csv.DictWriter(file, list(failures[0]))
        writer.writeheader()
        writer.writerows(failures)
    return Written(
        pipes=folder / PIPES,
        points=folder / POINTS,
        failures=folder / FAILURES,
        rows={"pipe": len(pipes), "node": len(points), "failure": len(failures)},
        rejected={
            "pipe": {"duplicate_id": 1, "no_geometry": 1},
            "node": {},
            "failure": {"no_geometry": 1},
        },
        nulled={"pipe": {"install_year": 1}, "node": {}, "failure": {"date": 1}},
    )


def write_second(folder: Path, *, repeated: bool = True, strays: bool = True) -> SecondUtility:
    """Write the second utility's files; parameters as for ``second_utility.write``."""
    if __package__:
        from .second_utility import write as write_files
    else:  # beside the script
        from second_utility import write as write_files

    return write_files(folder, repeated=repeated, strays=strays)


def main() -> None:
    """Write the files into the folder that is named."""
    parser = argparse.ArgumentParser(description="Write the sample town as a utility's files.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--utility", choices=("first", "second"), default="first")
    wanted = parser.parse_args()
    written: Any = (write if wanted.utility == "first" else write_second)(wanted.folder)
    for path, table in ((written.pipes, "pipe"), (written.points, "node"), (written.failures, "failure")):
        print(f"{path}  {written.rows[table]}")


if __name__ == "__main__":
    main()
