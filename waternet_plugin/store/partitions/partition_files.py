"""A utility as two GeoParquet files, ``NAME.pipe.parquet`` and ``NAME.failure.parquet``.

Beside the rows they say the version of this form and of the tables, coordinates, settings that count, the
last entry of the change log and a hash of the rows.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pyproj import CRS
from pyproj.exceptions import CRSError

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.files import scratch
from waternet_plugin.core.frames import made_of
from waternet_plugin.core.json_text import parse_json
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, SCHEMA_VERSION, table
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.core.texts import tr
from waternet_plugin.store.partitions.full_disk import failed_write

FORM = 1
TABLES = ("pipe", "failure")
_KEY, _GEO = b"waternet", b"geo"
_ID = "pipe_id"
# Columns of which hardly two values are the same.
_NO_CODES = (_ID, GEOMETRY_COLUMN)


@dataclass(frozen=True)
class Utility:
    """Where the two files of a utility lie."""

    name: str
    folder: Path

    def file(self, table_name: str) -> Path:
        """Return the file of one of `TABLES`."""
        return self.folder / f"{self.name}.{table_name}.parquet"

    @property
    def check_folder(self) -> Path:
        """The folder of the tables that checks look at; not every utility has one."""
        return self.folder / f"{self.name}.check"

    def check_file(self, table_name: str) -> Path:
        """Return the file of a table that checks look at."""
        return self.check_folder / f"{table_name}.parquet"

    def sha256(self) -> str:
        """Return the hash of both files as they are now.

        Raises
        ------
        StoreError
            When one is missing or can't be read.
        """
        return hash_of([self.file(name) for name in TABLES])


@dataclass(frozen=True)
class PartitionFacts:
    """What a partition says of itself; ``settings`` are those that differ from the defaults.

    ``bounds`` are the least and the greatest x and y of its pipes, nothing where they have no shapes.
    """

    settings: Mapping[str, str]
    crs: str
    position: str
    radius_m: float
    needs_shapes: bool = False
    customers_from: str = ""
    customers: int = 0
    customers_lost: int = 0
    bounds: Sequence[float] = ()


def hash_of(files: Sequence[Path]) -> str:
    """Return the hash of files as they are now.

    Raises
    ------
    StoreError
        When one is missing or can't be read.
    """
    digest = hashlib.sha256()
    for file in files:
        try:
            digest.update(file.read_bytes())
        except OSError as error:
            message = tr("{name} can't be read: {reason}. Export the utility again.")
            raise StoreError(message.format(name=file.name, reason=error.strerror or error)) from error
    return digest.hexdigest()


def write_rows(path: Path, frame: pd.DataFrame, facts: Mapping[str, Any], crs: str = "") -> None:
    """Write rows as Parquet, with a column ``geom`` as GeoParquet; the file is whole or not there.

    Parameters
    ----------
    path
        The file; one that is there is replaced.
    frame
        The rows.
    facts
        What the file says of itself; the hash of the rows is added.
    crs
        Coordinate system of ``geom``.

    Raises
    ------
    StoreError
        When there is no room or the file can't be written.
    """
    import pyarrow
    import pyarrow.parquet

    columns = {name: frame[name].to_numpy() for name in frame.columns}
    metadata = {}
    if GEOMETRY_COLUMN in columns:
        columns[GEOMETRY_COLUMN] = to_wkb(columns[GEOMETRY_COLUMN])
        geometry = {"encoding": "WKB", "geometry_types": [], "crs": CRS(crs).to_json_dict()}
        geo = {"version": "1.0.0", "primary_column": GEOMETRY_COLUMN, "columns": {GEOMETRY_COLUMN: geometry}}
        metadata[_GEO] = json.dumps(geo).encode()
    rows = pyarrow.Table.from_pandas(pd.DataFrame(columns, copy=False), preserve_index=False)
    hashes = pd.util.hash_pandas_object(pd.DataFrame(columns, copy=False), index=False)
    sha256 = hashlib.sha256(hashes.to_numpy().tobytes()).hexdigest()
    said = {"form": FORM, "schema": SCHEMA_VERSION, **facts, "sha256": sha256}
    metadata[_KEY] = json.dumps(said, ensure_ascii=False).encode()
    try:
        with scratch.part(path) as part:
            pyarrow.parquet.write_table(rows.replace_schema_metadata(metadata), part)
            os.replace(part, path)
    except OSError as error:
        raise unwritable(path, error) from error


def write_figures(path: Path, text: str) -> None:
    """Write a text file that is whole or not there.

    Raises
    ------
    StoreError
        When there is no room or the file can't be written.
    """
    try:
        with scratch.part(path) as part:
            part.write_text(text, "utf-8")
            os.replace(part, path)
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> StoreError:
    """Return that a file can't be written as an error of ours."""
    message = tr("{name} can't be written: {reason}. Make room or choose another folder.")
    return failed_write(message.format(name=path.name, reason=error.strerror or error), error)


def opened(path: Path) -> tuple[Any, dict[str, Any]]:
    """Return a file that is open for reading and what it says of itself.

    Raises
    ------
    StoreError
        When it is damaged, not ours or of another version.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        file = pyarrow.parquet.ParquetFile(path)
    except (OSError, pyarrow.ArrowException) as error:
        message = tr("{name} is damaged or is not a Parquet file. Export the utility again.")
        raise StoreError(message.format(name=path.name)) from error
    said = (file.schema_arrow.metadata or {}).get(_KEY)
    facts = parse_json(said.decode()) if said else None
    if not isinstance(facts, dict):
        message = tr("{name} was not exported by WaterNet. Export the utility by exporttable as .parquet.")
        raise StoreError(message.format(name=path.name))
    if (facts.get("form"), facts.get("schema")) != (FORM, SCHEMA_VERSION):
        message = tr(
            "{name} has version {version} of the tables, and this WaterNet reads {known}. Export the utility "
            "again by the same version."
        )
        raise StoreError(message.format(name=path.name, version=facts.get("schema"), known=SCHEMA_VERSION))
    return file, facts


def _check_metric(name: str, crs: str) -> None:
    try:
        unit = CRS(crs).axis_info[0].unit_conversion_factor
        is_metric = CRS(crs).is_projected and unit == 1.0
    except (CRSError, IndexError):
        is_metric = False
    if not is_metric:
        message = tr("{name} does not measure in metres. Export it from a network in a metric system.")
        raise StoreError(message.format(name=name))


def read_facts(utility: Utility) -> PartitionFacts:
    """Return what a partition says of itself.

    Raises
    ------
    StoreError
        When a file is missing, damaged, of another version or not in metres.
    """
    pipe, _ = (opened(utility.file(name))[1] for name in TABLES)
    _check_metric(utility.file("pipe").name, str(pipe.get("crs", "")))
    known = {name: pipe[name] for name in PartitionFacts.__dataclass_fields__ if name in pipe}
    return PartitionFacts(**known)


@dataclass(frozen=True)
class StoredRows:
    """Columns of a table of a utility as Arrow has them: only those that are asked for become values."""

    path: Path
    table_name: str
    columns: Any

    def frame(self, columns: Sequence[str]) -> pd.DataFrame:
        """Return some columns, texts but for ids as categories; those that are not there are left out.

        Parameters
        ----------
        columns
            Names; ``geom`` for the shapes.

        Raises
        ------
        StoreError
            When the file is damaged.
        """
        there = [name for name in columns if name in self.columns.column_names]
        kinds = {field.name: field.type for field in table(self.table_name).fields}
        with damage_named(self.path):
            return made_of({name: _values(name, self.columns[name], kinds.get(name)) for name in there})

    def without(self, rows: Array) -> StoredRows:
        """Return the others.

        Parameters
        ----------
        rows
            Numbers of rows.
        """
        stays = np.ones(self.columns.num_rows, dtype=bool)
        stays[rows] = False
        return replace(self, columns=self.columns.filter(stays))

    @property
    def ids(self) -> Any:
        """The ids of pipes that the rows name, as texts of Arrow."""
        import pyarrow

        with damage_named(self.path):
            return self.columns[_ID].cast(pyarrow.string()).combine_chunks()

    def repeats_ids(self) -> bool:
        """Return whether a row has no id, or the same one as another."""
        ids = self.ids
        return bool(ids.null_count) or len(ids.unique()) < len(ids)

    def rows_in(self, pipes: StoredRows) -> Array:
        """Return for each row that of its pipe, -1 where it names none of them."""
        import pyarrow.compute

        rows = pyarrow.compute.index_in(self.ids, value_set=pipes.ids, skip_nulls=True)
        return np.asarray(rows.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)


@contextmanager
def damage_named(path: Path) -> Iterator[None]:
    """Say in one sentence that a file is damaged when it can't be read."""
    import pyarrow
    import shapely

    try:
        yield
    except (OSError, ValueError, KeyError, pyarrow.ArrowException, shapely.errors.ShapelyError) as error:
        message = tr("{name} is damaged. Export the utility again.")
        raise StoreError(message.format(name=path.name)) from error


def read_rows(utility: Utility, table_name: str, columns: Sequence[str]) -> StoredRows:
    """Read some columns of a table of a utility; those that the file does not have are left out.

    Parameters
    ----------
    utility
        The utility.
    table_name
        One of `TABLES`.
    columns
        Names; ``geom`` for the shapes.

    Raises
    ------
    StoreError
        When the file is damaged.
    """
    import pyarrow.parquet

    path = utility.file(table_name)
    file, _ = opened(path)
    there = [name for name in columns if name in file.schema_arrow.names]
    # Many rows have few texts: Parquet has them as numbers, and making objects of them is most of the time.
    coded = [name for name in there if name not in _NO_CODES]
    with damage_named(path):
        file = pyarrow.parquet.ParquetFile(path, metadata=file.metadata, read_dictionary=coded)
        return StoredRows(path, table_name, file.read(columns=there))


def _values(name: str, column: Any, kind: str | None) -> Any:
    """Return a column of Arrow as a frame has one of its kind; texts but for ids as categories."""
    from pyarrow import types

    if kind in ("integer", "real") or types.is_floating(column.type) or types.is_integer(column.type):
        return np.asarray(column.cast("float64").to_numpy())
    if kind == "date":
        return np.asarray(column.to_numpy(), dtype="datetime64[ns]")
    if name == GEOMETRY_COLUMN:
        import shapely

        return np.asarray(shapely.from_wkb(column.to_numpy()))
    if name in _NO_CODES:
        return np.asarray(column.to_numpy(), dtype=object)
    if types.is_null(column.type):
        return pd.Categorical.from_codes(np.full(len(column), -1), pd.Index([], dtype=object))
    coded = column if types.is_dictionary(column.type) else column.dictionary_encode()
    # One dictionary for all parts of a long file.
    whole = coded.unify_dictionaries()
    words = whole.chunk(0).dictionary.to_numpy(zero_copy_only=False) if whole.num_chunks else []
    codes = [part.indices.fill_null(-1).to_numpy(zero_copy_only=False) for part in whole.chunks]
    return pd.Categorical.from_codes(
        np.concatenate([np.zeros(0, dtype=np.int8), *codes]), pd.Index(words, dtype=object)
    )
