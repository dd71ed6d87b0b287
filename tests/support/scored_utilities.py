"""Utilities as pairs of files, made of a simulated town."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from support.simulated_city import city
from waternet_plugin.core.health.utilities.pooled import Part
from waternet_plugin.operations.utilities.partitions import bounds_of
from waternet_plugin.store.partitions.partition_files import PartitionFacts, Utility, write_rows

AS_OF = datetime.date(2015, 12, 31)
CRS = "EPSG:4547"


def town(size: int = 600, seed: int = 4) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return pipes on streets of twelve, and their failures."""
    made = city(seed, size)
    streets = pd.Series([f"street {number // 12}" for number in range(size)], dtype=object)
    return made.pipes.assign(street=streets.to_numpy()), made.failures


def write_utility(
    folder: Path,
    name: str,
    part: Part,
    *,
    crs: str = CRS,
    settings: Mapping[str, str] | None = None,
    shapes: bool = False,
) -> Utility:
    """Write a part of a network as the files of a utility, with its shapes or without."""
    utility = Utility(name, folder)
    bounds = bounds_of(part.pipes["geom"].to_numpy()) if shapes else ()
    facts = PartitionFacts(dict(settings or {}), crs, "1", 25.0, shapes, bounds=bounds)
    for table, frame in (("pipe", part.pipes), ("failure", part.failures)):
        rows: Any = pd.DataFrame(frame)
        rows = rows if shapes else rows.drop(columns="geom", errors="ignore")
        write_rows(utility.file(table), rows, asdict(facts), CRS)
    return utility


def restate(path: Path, **facts: Any) -> None:
    """Change what a file says of itself, and write it as groups of a hundred rows."""
    import pyarrow.parquet

    rows = pyarrow.parquet.read_table(path)
    said = json.loads(rows.schema.metadata[b"waternet"])
    metadata = {**rows.schema.metadata, b"waternet": json.dumps({**said, **facts}).encode()}
    pyarrow.parquet.write_table(rows.replace_schema_metadata(metadata), path, row_group_size=100)


def results_of(folder: Path) -> pd.DataFrame:
    """Return the results of all utilities by pipe, None for what is unknown."""
    import pyarrow.parquet

    files = sorted(folder.glob("*.pipe_health.parquet"))
    frames = [pyarrow.parquet.read_table(file).to_pandas() for file in files]
    return unknown_as_none(pd.concat(frames, ignore_index=True))


def unknown_as_none(rows: pd.DataFrame) -> pd.DataFrame:
    """Return assessed pipes in the form of `results_of`."""
    by_pipe = rows.set_index("pipe_id").sort_index()
    # Versions of pandas differ in what they make of texts.
    by_pipe.index = by_pipe.index.astype(object)
    return by_pipe.astype(object).where(by_pipe.notna(), None)
