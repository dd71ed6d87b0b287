"""Make a new network of a SWMM input file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from waternet_plugin.core.exchange.model_files.model_text import MODEL_TABLE
from waternet_plugin.core.exchange.swmm.reading.imported_swmm import ImportedSwmm, imported_swmm_frame
from waternet_plugin.core.exchange.swmm.reading.swmm_model import swmm_model_of
from waternet_plugin.core.exchange.swmm.reading.swmm_plane import swmm_plane_of
from waternet_plugin.core.exchange.swmm.reading.swmm_rows import adopt_swmm, swmm_system
from waternet_plugin.core.exchange.swmm.reading.swmm_text import read_swmm_text
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.network import swmm as reports
from waternet_plugin.core.reports.network.model_files import made_up_line, shown
from waternet_plugin.core.schema.domains import label_of
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


def import_swmm(
    request: ModelImportRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[ModelImportResult], None] = no_outputs,
) -> ModelImportResult:
    """Read a SWMM file and write it as one batch into a new network, which is closed again.

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
    text = read_swmm_text(model_bytes(path), path.name)
    model = swmm_model_of(text, path.name, request.flow_unit)
    plane = swmm_plane_of(model, *model_systems(request.source_crs, request.network_crs))
    progress.at(0.2)
    rows = adopt_swmm(model, plane)
    progress.at(0.4)
    places = [line for line in (plane_note(plane), made_up_line(rows.made_up)) if line]
    notes = reports.swmm_notes(model, system=label_of("system", swmm_system(model)), not_drawn=rows.not_drawn)
    report = reports.swmm_import_report(
        model,
        name=path.name,
        network=parse(request.network_path).display_name,
        crs=rows.pipes.crs.name,
        places=places,
        notes=notes,
    )
    result = ModelImportResult(
        batch_id="",
        counts=reports.swmm_counts(model),
        report=report,
        summary=reports.swmm_count_line(model),
        notes=(*places, *notes),
        warnings=tuple(shown(model.warnings)),
    )
    source = imported_swmm_frame(ImportedSwmm(path.name, text, model.units.flow, plane))
    tables = {
        "node": rows.nodes,
        "pipe": rows.pipes,
        **({} if rows.zones.empty else {"zone": rows.zones}),
        MODEL_TABLE: source,
    }
    return write_model_network(request, plane.target, tables, result, before_commit, progress.part(0.5, 0.95))
