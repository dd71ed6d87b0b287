"""Make a new network of an EPANET input file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import pyproj

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.epanet.reading import (
    element_coordinates,
    element_rows,
    elements,
    text,
    units,
)
from waternet_plugin.core.exchange.epanet.reading.element_coordinates import Plane
from waternet_plugin.core.exchange.epanet.reading.element_rows import AdoptedElements
from waternet_plugin.core.exchange.epanet.reading.imported_file import (
    TABLE,
    ImportedFile,
    imported_file_frame,
)
from waternet_plugin.core.places.coordinates import read_crs
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.network import epanet as reports
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs
from waternet_plugin.operations.written import Written
from waternet_plugin.store.addresses import parse
from waternet_plugin.store.metric import metric_crs


@dataclass(frozen=True)
class ImportEpanetRequest:
    """An EPANET file and the network to make of it.

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
        Unit of a file that names none; '' for EPANET's default.
    """

    source_path: str
    network_path: str
    source_crs: str = ""
    network_crs: str = ""
    flow_unit: str = ""

    def systems(self) -> tuple[Optional[pyproj.CRS], Optional[pyproj.CRS]]:
        """Return the coordinate systems of the file and of the network, None where not known.

        Raises
        ------
        InputError
            When one is not valid, or that of the network not in metres.
        """
        source = read_crs(self.source_crs) if self.source_crs else None
        target = self.network_crs or self.source_crs
        return source, metric_crs(target) if target else None


@dataclass(frozen=True)
class ImportEpanetResult(Written):
    """An imported network.

    Parameters
    ----------
    counts
        How many junctions, reservoirs, tanks, pipes, pumps and valves were read.
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


def import_epanet(
    request: ImportEpanetRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[ImportEpanetResult], None] = no_outputs,
) -> ImportEpanetResult:
    """Read an EPANET file and write it as one batch into a new network, which is closed again.

    Parameters
    ----------
    request
        The file and the network.
    before_commit
        Called before the batch is committed: when it raises, no network is left.

    Raises
    ------
    InputError, StoreError
        When the file can't be read or the network can't be made; nothing is left behind.
    """
    path = Path(request.source_path)
    progress.at(0.01, tr("Reading {source}").format(source=path.name))
    document = text.read_document(_bytes(path), path.name)
    document = _with_unit(document, request.flow_unit, path.name)
    model = elements.model_of(document, path.name)
    plane = element_coordinates.plane_of(document, *request.systems())
    progress.at(0.2)
    adopted = element_rows.adopt(model, plane)
    progress.at(0.4)
    missing = adopted.placed.made_up
    note = _note(plane)
    report = reports.import_report(
        model,
        name=path.name,
        network=parse(request.network_path).display_name,
        crs=adopted.pipes.crs.name,
        missing=missing,
        note=note,
    )
    warnings = [reports.made_up_line(missing), *reports.shown(model.warnings)]
    result = ImportEpanetResult(
        batch_id="",
        counts=reports.counts(model),
        report=report,
        summary=reports.count_line(model),
        notes=(note,) if note else (),
        warnings=tuple(warning for warning in warnings if warning),
    )

    kept = ImportedFile(path.name, model.document, plane, adopted.links)
    return _write(request.network_path, kept, adopted, result, before_commit, progress.part(0.5, 0.95))


def _with_unit(document: text.Document, flow_unit: str, name: str) -> text.Document:
    """Return the document with the unit that was said for a file that names none."""
    own = units.named_flow_unit(document)
    if not flow_unit or own == flow_unit:
        return document
    if own:
        message = tr("{name} gives its own flow unit, {own}. Leave FLOW_UNIT empty, or choose {own}.")
        raise InputError(message.format(name=name, own=own))
    return units.with_flow_unit(document, flow_unit)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        message = tr("{path} can't be read: {reason}. Choose another file.")
        raise InputError(message.format(path=path, reason=error.strerror)) from error


def _note(plane: Plane) -> str:
    if not plane.source:
        return tr(
            "No CRS was given: the network lies on a local plane, without a location on Earth. Import again "
            "with CRS to see it on a map."
        )
    return ""


def _write(
    path: str,
    kept: ImportedFile,
    adopted: AdoptedElements,
    result: ImportEpanetResult,
    before_commit: Callable[[ImportEpanetResult], None],
    progress: Progress,
) -> ImportEpanetResult:
    """Write the network aside: it has its name when it is whole."""
    source = imported_file_frame(kept)
    with (
        store.making_network(path, kept.plane.target) as network,
        network.write("adopt", name=kept.name, progress=progress) as batch,
    ):
        batch.insert("node", adopted.nodes)
        batch.insert("pipe", adopted.pipes)
        batch.insert(TABLE, source)
        return finish(batch, result, before_commit)
