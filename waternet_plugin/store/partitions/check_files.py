"""The tables of a utility that checks look at: a GeoParquet file of each in the folder ``NAME.check``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.files.file_sets import replace_set
from waternet_plugin.core.frames import conform, made_of
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, table
from waternet_plugin.core.texts import tr
from waternet_plugin.store.partitions.partition_files import (
    Utility,
    damage_named,
    hash_of,
    opened,
    unwritable,
    write_rows,
)

CHECK_TABLES = (
    *("pipe", "node", "compound", "zone", "road_work", "customer", "failure", "inspection", "defect"),
    *("volume", "reading", "issue"),
)


@dataclass(frozen=True)
class CheckFacts:
    """What the files say of themselves: settings that differ from the defaults, system, log entry."""

    settings: Mapping[str, str]
    crs: str
    position: str


def write_check_tables(utility: Utility, tables: Mapping[str, pd.DataFrame], facts: CheckFacts) -> None:
    """Write `CHECK_TABLES`; all of them are replaced, or none.

    Raises
    ------
    StoreError
        When there is no room or a file can't be written.
    """
    target = utility.check_folder
    try:
        target.mkdir(exist_ok=True)
    except OSError as error:
        raise unwritable(target, error) from error
    with scratch.folder(utility.folder, "check") as folder:
        for name, frame in tables.items():
            write_rows(folder / f"{name}.parquet", frame, asdict(facts), facts.crs)
        replace_set({folder / f"{name}.parquet": utility.check_file(name) for name in tables})


def hash_of_check_tables(utility: Utility) -> str:
    """Return the hash of the tables as they are now.

    Raises
    ------
    StoreError
        When the utility has none, or one can't be read.
    """
    if not utility.check_folder.is_dir():
        message = tr(
            "{name} can't be checked: it was exported for scoring alone. Export it again with the tables "
            "that checks look at."
        )
        raise StoreError(message.format(name=utility.name))
    files = [utility.check_file(name) for name in CHECK_TABLES]
    missing = [file.name for file in files if not file.exists()]
    if missing:
        message = tr("{name} can't be checked: {file} is missing. Export the utility again.")
        raise StoreError(message.format(name=utility.name, file=missing[0]))
    return hash_of(files)


def read_check_facts(utility: Utility) -> CheckFacts:
    """Return what the files say of themselves.

    Raises
    ------
    StoreError
        When one is missing, damaged or of another version.
    """
    header = opened(utility.check_file("pipe"))[1]
    return CheckFacts(header.get("settings", {}), str(header.get("crs", "")), str(header.get("position", "")))


def read_check_tables(utility: Utility, facts: CheckFacts) -> dict[str, pd.DataFrame]:
    """Return the tables, as a network has them.

    Parameters
    ----------
    facts
        As of `read_check_facts`.

    Raises
    ------
    StoreError
        When a file is damaged, or they are not of one export.
    """
    tables = {}
    for name in CHECK_TABLES:
        path = utility.check_file(name)
        file, header = opened(path)
        if header.get("position") != facts.position:
            message = tr("The files in {folder} are of different exports. Export the utility again.")
            raise StoreError(message.format(folder=utility.check_folder.name))
        with damage_named(path):
            rows = file.read().to_pandas()
            tables[name] = _as_network_has_it(rows, name, facts.crs)
    return tables


def _as_network_has_it(rows: pd.DataFrame, name: str, crs: str) -> pd.DataFrame:
    """Return rows of a file with the types that `core.frames` names."""
    columns = [column for column in rows.columns if column != GEOMETRY_COLUMN]
    plain = made_of({column: rows[column].to_numpy() for column in columns})
    frame = conform(plain, name)
    if not table(name).has_geometry:
        return frame
    shapes = np.asarray(shapely.from_wkb(rows[GEOMETRY_COLUMN].to_numpy()), dtype=object)
    frame[GEOMETRY_COLUMN] = gpd.array.GeometryArray(shapes, crs=crs)
    placed: pd.DataFrame = gpd.GeoDataFrame(frame, geometry=GEOMETRY_COLUMN)
    return placed
