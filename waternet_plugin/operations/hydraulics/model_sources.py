"""What an import of a model asks of its file and of coordinate systems, whichever engine the file is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Optional

import pandas as pd
import pyproj

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.model_files.plane import Plane
from waternet_plugin.core.places.coordinates import read_crs
from waternet_plugin.core.progress import Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.rows.newest_rows import Kept, finish
from waternet_plugin.operations.written import Written
from waternet_plugin.store.metric import metric_crs


@dataclass(frozen=True)
class ModelImportRequest:
    """A file of EPANET or SWMM and the network to make of it.

    Parameters
    ----------
    source_path
        The file (.inp).
    network_path
        A .gpkg that is not there yet.
    source_crs
        Coordinate system of the file as a code or WKT, one in feet is taken too; '' where it is not known:
        the network then lies on a plane of its own.
    network_crs
        Coordinate system of the network, in metres; '' for that of the file.
    flow_unit
        Unit of a file that names none; '' for the engine's default.
    """

    source_path: str
    network_path: str
    source_crs: str = ""
    network_crs: str = ""
    flow_unit: str = ""


@dataclass(frozen=True)
class ModelImportResult(Written):
    """An imported network.

    Parameters
    ----------
    counts
        How many elements of each kind were read.
    report
        What was read and what was odd.
    summary
        The counts as a sentence.
    notes, warnings
        Sentences about what to know and what was odd.
    """

    counts: Mapping[str, int]
    report: Report
    summary: str
    notes: tuple[str, ...]
    warnings: tuple[str, ...]


def model_bytes(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises
    ------
    InputError
        When it can't be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        message = tr("{path} can't be read: {reason}. Choose another file.")
        raise InputError(message.format(path=path, reason=error.strerror)) from error


def model_systems(source_crs: str, network_crs: str) -> tuple[Optional[pyproj.CRS], Optional[pyproj.CRS]]:
    """Return the coordinate systems of a file and of its network, None where not known.

    Raises
    ------
    InputError
        When one is not valid, or that of the network not in metres.
    """
    source = read_crs(source_crs) if source_crs else None
    target = network_crs or source_crs
    return source, metric_crs(target) if target else None


def write_model_network(
    request: ModelImportRequest,
    crs: Any,
    rows: Mapping[str, pd.DataFrame],
    result: Kept,
    before_commit: Callable[[Kept], Any],
    progress: Progress,
) -> Kept:
    """Write the network of a model aside: it has its name when it is whole.

    Parameters
    ----------
    crs
        The coordinate system of the network.
    rows
        Rows by table.
    result
        What was read.
    """
    with (
        store.making_network(request.network_path, crs) as network,
        network.write("adopt", name=Path(request.source_path).name, progress=progress) as batch,
    ):
        for table, frame in rows.items():
            batch.insert(table, frame)
        return finish(batch, result, before_commit)


def plane_note(plane: Plane) -> str:
    """Return how the coordinates were understood, '' where there is nothing to say."""
    if not plane.source:
        return tr(
            "No CRS was given: the network lies on a local plane, without a location on Earth. Import again "
            "with CRS to see it on a map."
        )
    return ""
