"""Make a new network of an EPANET input file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.epanet.reading import (
    element_coordinates,
    element_rows,
    elements,
    text,
    units,
)
from waternet_plugin.core.exchange.epanet.reading.imported_file import (
    ImportedFile,
    imported_file_frame,
)
from waternet_plugin.core.exchange.model_files.model_text import MODEL_TABLE
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.network import epanet as reports
from waternet_plugin.core.reports.network.model_files import made_up_line, shown
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.hydraulics.model_sources import (
    ModelImportRequest,
    ModelImportResult,
    model_bytes,
    model_systems,
    plane_note,
    write_model_network,
)
from waternet_plugin.operations.rows.newest_rows import no_outputs
from waternet_plugin.store.addresses import parse


def import_epanet(
    request: ModelImportRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[ModelImportResult], None] = no_outputs,
) -> ModelImportResult:
    """Read an EPANET file and write it as one batch into a new network, which is closed again.

    Parameters
    ----------
    before_commit
        Called before the batch is committed: when it raises, no network is left.

    Raises
    ------
    InputError, StoreError
        When the file can't be read or the network can't be made; nothing is left behind.
    """
    path = Path(request.source_path)
    progress.at(0.01, tr("Reading {source}").format(source=path.name))
    document = text.read_document(model_bytes(path), path.name)
    document = _with_unit(document, request.flow_unit, path.name)
    model = elements.model_of(document, path.name)
    plane = element_coordinates.plane_of(document, *model_systems(request.source_crs, request.network_crs))
    progress.at(0.2)
    adopted = element_rows.adopt(model, plane)
    progress.at(0.4)
    missing = adopted.placed.made_up
    note = plane_note(plane)
    report = reports.import_report(
        model,
        name=path.name,
        network=parse(request.network_path).display_name,
        crs=adopted.pipes.crs.name,
        missing=missing,
        note=note,
    )
    warnings = [made_up_line(missing), *shown(model.warnings)]
    result = ModelImportResult(
        batch_id="",
        counts=reports.counts(model),
        report=report,
        summary=reports.count_line(model),
        notes=(note,) if note else (),
        warnings=tuple(warning for warning in warnings if warning),
    )
    source = imported_file_frame(ImportedFile(path.name, model.document, plane, adopted.links))
    tables = {"node": adopted.nodes, "pipe": adopted.pipes, MODEL_TABLE: source}
    return write_model_network(request, plane.target, tables, result, before_commit, progress.part(0.5, 0.95))


def _with_unit(document: text.Document, flow_unit: str, name: str) -> text.Document:
    """Return the document with the unit that was said for a file that names none."""
    own = units.named_flow_unit(document)
    if not flow_unit or own == flow_unit:
        return document
    if own:
        message = tr("{name} gives its own flow unit, {own}. Leave FLOW_UNIT empty, or choose {own}.")
        raise InputError(message.format(name=name, own=own))
    return units.with_flow_unit(document, flow_unit)
