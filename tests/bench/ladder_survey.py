"""Survey files of points and lines: read, decided and checked, next to pandas reading them as text; written,
next to a bare insert of the same rows by GDAL with the triggers on.

python tests/bench/ladder_survey.py [points ...]; the network around has 100,000 pipes.
"""

from __future__ import annotations

import datetime
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
from harness import STORE, Bench

SIZES = (50_000,)
# Against pandas reading the files as text, and against GDAL inserting the rows.
CHECK_LIMIT, WRITE_LIMIT, MEMORY_LIMIT_MB = 8.0, 3.0, 300.0
AROUND = 100_000
CRS = "EPSG:4547"
STEP_M = 20.0
FOLDER = STORE / "survey"
TODAY = datetime.date(2026, 11, 1)


def survey_files(points: int) -> Path:
    """Return a folder with a table of points and one of the lines between them, next to the network."""
    import pandas as pd

    folder = FOLDER / f"files_{points}"
    if (folder / "JS线表.csv").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    side = int(np.ceil(np.sqrt(points)))
    number = np.arange(points)
    east = 499_000.0 - STEP_M * (number % side)
    north = 3_400_000.0 + STEP_M * (number // side)
    ground = 8.0 + np.round(np.sin(number % side / 50.0), 3)
    names = np.char.add("JS", np.char.zfill(number.astype(str), 6))
    table = pd.DataFrame({"物探点号": names, "X": np.round(north, 3), "Y": np.round(east, 3)})
    table["地面高程"] = ground
    table["特征"] = np.where((number % side == 0) | (number % side == side - 1), "起止点", "直线点")
    table.to_csv(folder / "JS点表.csv", index=False, encoding="utf-8-sig")
    along = number[:-1][(number[:-1] % side) != side - 1]
    lines = pd.DataFrame({"起始点号": names[along], "终止点号": names[along + 1]})
    lines["起点管顶高程"] = np.round(ground[along] - 1.2, 3)
    lines["终点管顶高程"] = np.round(ground[along + 1] - 1.2, 3)
    lines = lines.assign(埋设方式="直埋", 材质="球墨铸铁", 管径="DN300", 建设年代="2026")
    lines.to_csv(folder / "JS线表.csv", index=False, encoding="utf-8-sig")
    return folder


def bare_read(folder: Path) -> int:
    """Read both files as text by pandas."""
    import pandas as pd

    return sum(len(pd.read_csv(path, dtype=str)) for path in folder.iterdir())


def network_around() -> Path:
    """Return a network of streets; it is made where it is missing."""
    import geopandas as gpd
    import shapely
    from lattice import frames, lattice

    from waternet_plugin.store import create_network

    path = FOLDER / f"around_{AROUND}.gpkg"
    if not path.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        pipes, nodes = frames(lattice(AROUND), ids=True)
        network = create_network(path, CRS, by="bench")
        with network.write("edit") as batch:
            for name, frame in (("node", nodes), ("pipe", pipes)):
                placed = gpd.GeoDataFrame(frame, geometry="geom", crs=CRS)
                placed["geom"] = shapely.force_3d(placed["geom"].to_numpy(), 5.0)
                batch.insert(name, placed)
    return path


def copied_network(points: int) -> Any:
    """Return the files, and a copy of the network around."""
    from waternet_plugin.store import open_network

    path = FOLDER / f"network_{points}.gpkg"
    for old in FOLDER.glob(f"{path.name}*"):
        if old.is_file():
            old.unlink()
    shutil.copyfile(network_around(), path)
    return survey_files(points), open_network(path)


def known_network(points: int) -> Any:
    """Return the files, and what an import knows of the network."""
    from waternet_plugin.operations.survey.survey_network import read_surveyed_network

    folder, network = copied_network(points)
    return folder, read_surveyed_network(network)


def checked(prepared: Any) -> int:
    """Read, decide and check the files."""
    from waternet_plugin.core.progress import SILENT
    from waternet_plugin.core.survey.survey_check import CheckOptions, checked_survey
    from waternet_plugin.operations.survey.checked_surveys import decided_files, placed_survey

    folder, known = prepared
    files = decided_files(str(folder), None, {}, known, today=TODAY, progress=SILENT)
    survey = placed_survey(files, known, {}, 0.05)
    assert survey is not None, [one.questions for one in files.decisions]
    found = checked_survey(survey, known.around, CheckOptions(known.settings, TODAY), SILENT)
    assert not len(found.rejected)
    return len(found.left.assets.pipes)


def survey_write(points: int) -> Any:
    """Return a copy of the network, and all that the import of the files writes."""
    from waternet_plugin.core.progress import SILENT
    from waternet_plugin.core.survey.ledger import ledger
    from waternet_plugin.core.survey.survey_check import CheckOptions, checked_survey
    from waternet_plugin.operations.survey.as_built_pipes import AsBuiltPipes
    from waternet_plugin.operations.survey.checked_surveys import decided_files, placed_survey
    from waternet_plugin.operations.survey.survey_batches import SurveyWrite
    from waternet_plugin.operations.survey.survey_network import read_surveyed_network
    from waternet_plugin.operations.survey.survey_photos import SurveyPhotos

    folder, network = copied_network(points)
    known = read_surveyed_network(network)
    files = decided_files(str(folder), None, {}, known, today=TODAY, progress=SILENT)
    survey = placed_survey(files, known, {}, 0.05)
    found = checked_survey(survey, known.around, CheckOptions(known.settings, TODAY), SILENT)
    book = ledger(found.survey, found.findings, found.left, found.rejected)
    typed = [one.file for one in files.typed]
    return network, SurveyWrite(
        "bench", typed, files.decisions, found, book, AsBuiltPipes(), SurveyPhotos(), known.seen
    )


def written(prepared: Any) -> str:
    """Write the survey as one batch with a backup."""
    from waternet_plugin.operations.survey.survey_batches import write_survey

    return write_survey(*prepared)


def dry_run(prepared: Any) -> int:
    """Look what importing the files would give, the network read."""
    from waternet_plugin.operations.survey.import_survey import import_survey
    from waternet_plugin.operations.survey.survey_requests import ImportSurveyRequest

    folder, network = prepared
    return import_survey(network, ImportSurveyRequest(str(folder), dry_run=True), today=TODAY).pipes_written


def batches_listed(prepared: Any) -> int:
    """List the batches of the network."""
    _folder, network = prepared
    return len(network.batches())


def imported(prepared: Any) -> str:
    """Import the files, from reading the network to the last row."""
    from waternet_plugin.operations.survey.import_survey import import_survey
    from waternet_plugin.operations.survey.survey_requests import ImportSurveyRequest

    folder, network = prepared
    return import_survey(network, ImportSurveyRequest(str(folder)), today=TODAY).batch_id


def rows_to_insert(points: int) -> Any:
    """Return a network without the survey, and the rows that the survey gave."""
    from osgeo import ogr

    ogr.UseExceptions()
    _folder, target = copied_network(points)
    source = ogr.Open(str(FOLDER / f"imported_{points}.gpkg"))
    taken = {}
    for name in ("survey_batch", "survey_row", "node", "pipe"):
        layer = source.GetLayerByName(name)
        field = "survey_batch_id" if name.startswith("survey") else "survey_batch"
        layer.SetAttributeFilter(f"{field} IS NOT NULL")
        taken[name] = [feature.Clone() for feature in layer]
    return target.uri, taken


def bare_insert(prepared: Any) -> int:
    """Insert rows by GDAL in one transaction, triggers on."""
    from osgeo import ogr

    path, taken = prepared
    target = ogr.Open(str(path), update=1)
    target.StartTransaction()
    count = 0
    for name, features in taken.items():
        layer = target.GetLayerByName(name)
        for feature in features:
            row = ogr.Feature(layer.GetLayerDefn())
            row.SetFrom(feature)
            layer.CreateFeature(row)
            count += 1
    target.CommitTransaction()
    return count


def keep_imported(points: int) -> None:
    """Keep the network with the survey, for its rows."""
    shutil.copyfile(FOLDER / f"network_{points}.gpkg", FOLDER / f"imported_{points}.gpkg")


def main(sizes: tuple[int, ...] = SIZES) -> int:
    """Climb the ladder; return 1 when a limit was broken."""
    bench = Bench("survey", by_cpu=True)
    for points in sizes:
        floor = "pandas reads the files as text"
        bench.run(floor, bare_read, points, rows=points, prepare=survey_files, repeat=5)
        bench.run(
            "read, decide and check",
            checked,
            points,
            rows=points,
            prepare=known_network,
            repeat=5,
            floor=floor,
            limit=CHECK_LIMIT,
        )
        bench.run("dry run", dry_run, points, rows=points, prepare=copied_network)
        listing = bench.run("list batches", batches_listed, points, rows=points, prepare=copied_network)
        bench.run(
            "import",
            imported,
            points,
            rows=points,
            prepare=copied_network,
            repeat=1,
            limit_mb=listing.peak_mb + MEMORY_LIMIT_MB,
        )
        bench.run("write once", written, points, rows=points, prepare=survey_write)
        keep_imported(points)
        insert = "bare insert (GDAL, triggers on)"
        bench.run(insert, bare_insert, points, rows=points, prepare=rows_to_insert)
        bench.run(
            "write", written, points, rows=points, prepare=survey_write, floor=insert, limit=WRITE_LIMIT
        )
    return bench.finish()


if __name__ == "__main__":
    sys.exit(main(tuple(int(word) for word in sys.argv[1:]) or SIZES))
