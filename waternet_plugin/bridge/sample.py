"""The sample town: where it is, and how its files become a network."""

from __future__ import annotations

import datetime
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from waternet_plugin import paths
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import tr

if TYPE_CHECKING:
    from waternet_plugin.store import Network

CRS = "EPSG:4547"
NETWORK_NAME = "sample_town.gpkg"
# The town's records end with this year; it is assessed as of its last day and planned from the next.
AS_OF = datetime.date(2025, 12, 31)
BUDGET = 1_800_000
PLAN_YEARS = 5
FOLDER = "SampleTown"
BACKGROUND = "background"

# Each table and its file; pipes before what lies on them.
TABLES = {
    "pipe": "pipes.geojson",
    "node": "nodes.geojson",
    "compound": "compounds.geojson",
    "zone": "zones.geojson",
    "customer": "customers.geojson",
    "failure": "failures.csv",
    "inspection": "inspections.csv",
    "defect": "defects.csv",
    "road_work": "road_works.geojson",
    "reading": "readings.csv",
}


@dataclass(frozen=True)
class Adopted:
    """How many rows of a table were read and written."""

    table: str
    rows_in: int
    rows_written: int
    rows_rejected: int


def source_folder() -> Path:
    """Return the folder with the town's files.

    Raises
    ------
    InputError
        When the plugin was installed without them.
    """
    folder = paths.ROOT / "sample_data" / "town"
    if not (folder / TABLES["pipe"]).is_file():
        message = tr("The sample town is missing: no files in {folder}. Install the plugin again.")
        raise InputError(message.format(folder=folder))
    return folder


def numbered_folder(documents: str | Path) -> Path:
    """Return the first folder that is not there yet: WaterNet/SampleTown-1, -2, ... in a folder."""
    base = Path(documents) / "WaterNet"
    number = 1
    while (base / f"{FOLDER}-{number}").exists():
        number += 1
    return base / f"{FOLDER}-{number}"


def check_target(folder: Path) -> None:
    """Refuse a target that is a file, holds something, or can't be made.

    Raises
    ------
    InputError
        With the reason and what to do.
    """
    if folder.is_dir() and any(folder.iterdir()):
        message = tr("The folder {folder} is not empty. Choose a new one for the sample town.")
        raise InputError(message.format(folder=folder))
    if folder.exists() and not folder.is_dir():
        message = tr("{folder} is a file. Choose a folder for the sample town.")
        raise InputError(message.format(folder=folder))


def make_target(folder: Path) -> list[Path]:
    """Make the target with the folders above it and return those that were made, the deepest first.

    Raises
    ------
    InputError
        When the disk or its rights do not allow it.
    """
    made = [part for part in (folder, *folder.parents) if not part.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = tr("The folder {folder} can't be made: {reason}. Choose another one.")
        raise InputError(message.format(folder=folder, reason=error.strerror or error)) from error
    return made


def remove_target(folder: Path, made: list[Path]) -> None:
    """Remove what a failed run left: all in the target, and the folders that were made for it."""
    for child in list(folder.iterdir()) if folder.is_dir() else []:
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child, ignore_errors=True)
        else:
            with suppress(OSError):
                child.unlink()
    for part in made:
        try:
            part.rmdir()
        except OSError:
            # Somebody put something there meanwhile.
            return


def adopt_town(network: Network, source: Path, *, progress: Progress = SILENT) -> list[Adopted]:
    """Adopt every table of the town in one batch.

    Parameters
    ----------
    network
        An empty network.
    source
        Folder with the town's files; their mappings lie in ``mappings`` beside it.
    progress
        Told of each table; may cancel, which leaves the network empty.
    """
    from waternet_plugin.core.exchange import mapping
    from waternet_plugin.core.exchange.adoption import adopt
    from waternet_plugin.core.schema.tables import table
    from waternet_plugin.store.foreign import read_foreign

    settings = network.settings()
    counts = []
    with network.write("adopt", name=tr("Sample town")) as batch:
        for number, (name, file) in enumerate(TABLES.items()):
            part = progress.part(number / len(TABLES), (number + 1) / len(TABLES))
            part.at(0.0, table(name).label)
            result = adopt(
                read_foreign(source / file),
                mapping.parse(source.parent / "mappings" / f"{Path(file).stem}.json"),
                name,
                target_crs=network.crs,
                today=datetime.date.today(),
                settings=settings,
                source_crs=CRS,
                progress=part.part(0.1, 0.5),
            )
            part.at(0.5)
            batch.insert(name, result.rows)
            counts.append(Adopted(name, result.rows_in, result.rows_written, result.rows_rejected))
    progress.at(1.0)
    return counts


def copy_background(source: Path, folder: Path) -> list[Path]:
    """Copy the town behind the pipes (river, blocks, streets, houses) beside the network."""
    target = folder / BACKGROUND
    target.mkdir(exist_ok=True)
    return [Path(shutil.copy(file, target / file.name)) for file in sorted(source.glob("base_*.geojson"))]
